/* SPDX-License-Identifier: BSD-2-Clause */
#include <libfdt.h>
#include <stdio.h>

#include "hv/partition/guest_tree_writer.h"
#include "protocol/names.h"

enum { SPIN_ENTRY_SIZE = 32 }; /* ePAPR 1.1 §5.5.2, and the two words that Topaz leaves free */

/* What is written anew. */
#define REPLACED                                                                                   \
	PROP_REG "\0" PROP_STATUS "\0" PROP_ENABLE_METHOD "\0" PROP_CPU_RELEASE_ADDR               \
		 "\0" PROP_ADDRESS_CELLS "\0" PROP_SIZE_CELLS "\0"
#define PHANDLES PROP_PHANDLE "\0" PROP_LINUX_PHANDLE "\0"

/* Copy what stands below @hw_node, but for the properties @except: caches, mostly. */
static void copy_subnodes(struct guest_tree *t, int hw_node, const char *except, unsigned int depth)
{
	int child;

	if (depth == GUEST_TREE_MAX_DEPTH && !t->error)
		t->error = -FDT_ERR_BADSTRUCTURE;
	if (t->error)
		return;
	fdt_for_each_subnode (child, t->hw, hw_node) {
		guest_tree_begin(t, fdt_get_name(t->hw, child, NULL));
		guest_tree_copy(t, child, except);
		copy_subnodes(t, child, except, depth + 1);
		guest_tree_end(t);
	}
}

/* Is an earlier vCPU a thread of the same core? */
static bool is_copied_already(const struct guest_tree *t, unsigned int vcpu)
{
	const struct plan_partition *p = t->partition;
	unsigned int v = 0;

	while (t->plan->cpus[p->cpus[v]].hw_node != t->plan->cpus[p->cpus[vcpu]].hw_node)
		v++;
	return v < vcpu;
}

static void write_cpu(struct guest_tree *t, unsigned int vcpu)
{
	const struct plan_cpu *cpu = &t->plan->cpus[t->partition->cpus[vcpu]];
	const bool again = is_copied_already(t, vcpu); /* phandles are used up */
	char name[GUEST_TREE_MAX_NAME];

	snprintf(name, sizeof(name), "cpu@%x", vcpu);
	guest_tree_begin(t, name);
	guest_tree_copy(t, cpu->hw_node, again ? REPLACED PHANDLES : REPLACED);
	guest_tree_u32(t, PROP_REG, vcpu);
	if (vcpu) {
		guest_tree_string(t, PROP_STATUS, STATUS_DISABLED);
		guest_tree_string(t, PROP_ENABLE_METHOD, ENABLE_METHOD_SPIN_TABLE);
		guest_tree_u64(t, PROP_CPU_RELEASE_ADDR,
			       t->partition->spin_table_gpa + (uint64_t)vcpu * SPIN_ENTRY_SIZE);
	} else {
		guest_tree_string(t, PROP_STATUS, STATUS_OKAY);
	}
	copy_subnodes(t, cpu->hw_node, again ? PHANDLES : "", 0);
	guest_tree_end(t);
}

void guest_tree_write_cpus(struct guest_tree *t)
{
	int hw_cpus = fdt_path_offset(t->hw, "/cpus");
	unsigned int vcpu;

	if (hw_cpus < 0 && !t->error)
		t->error = hw_cpus;
	guest_tree_begin(t, "cpus");
	guest_tree_shape(t, 1, 0);
	if (!t->error)
		guest_tree_copy(t, hw_cpus, REPLACED);
	for (vcpu = 0; vcpu < t->partition->num_cpus; vcpu++)
		write_cpu(t, vcpu);
	guest_tree_end(t);
}
