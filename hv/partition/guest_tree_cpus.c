/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "hv/partition/guest_tree_writer.h"
#include "protocol/names.h"

enum { SPIN_ENTRY_SIZE = 32 }; /* ePAPR 1.1 §5.5.2, and the two words that Topaz leaves free */

/* What a guest must not believe of its cores: it has no category E.HV and runs 32-bit code. */
static bool is_hidden(const char *name)
{
	static const char *const hidden[] = {
		"power-isa-e.hv",
		"power-isa-e.hv.lrat",
		"power-isa-64",
	};
	size_t i;

	for (i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++) {
		if (!strcmp(name, hidden[i]))
			return true;
	}
	return false;
}

/* What is written anew. */
static bool is_replaced(const char *name)
{
	static const char *const replaced[] = {
		PROP_REG,	    PROP_STATUS,     PROP_ENABLE_METHOD, PROP_CPU_RELEASE_ADDR,
		PROP_ADDRESS_CELLS, PROP_SIZE_CELLS,
	};
	size_t i;

	for (i = 0; i < sizeof(replaced) / sizeof(replaced[0]); i++) {
		if (!strcmp(name, replaced[i]))
			return true;
	}
	return false;
}

static void copy_properties(struct guest_tree *t, int hw_node, bool whole)
{
	int prop;

	fdt_for_each_property_offset (prop, t->hw, hw_node) {
		const char *name;
		int len;
		const void *value = fdt_getprop_by_offset(t->hw, prop, &name, &len);

		if (!value) {
			t->error = t->error ? t->error : len;
			return;
		}
		if (whole || !(is_hidden(name) || is_replaced(name)))
			guest_tree_bytes(t, name, value, len);
	}
}

/* Copy what stands below @hw_node as it is: caches, mostly. */
static void copy_subnodes(struct guest_tree *t, int hw_node, unsigned int depth)
{
	int child;

	if (depth == GUEST_TREE_MAX_DEPTH && !t->error)
		t->error = -FDT_ERR_BADSTRUCTURE;
	if (t->error)
		return;
	fdt_for_each_subnode (child, t->hw, hw_node) {
		guest_tree_begin(t, fdt_get_name(t->hw, child, NULL));
		copy_properties(t, child, true);
		copy_subnodes(t, child, depth + 1);
		guest_tree_end(t);
	}
}

static void write_cpu(struct guest_tree *t, unsigned int vcpu)
{
	const struct plan_cpu *cpu = &t->plan->cpus[t->partition->cpus[vcpu]];
	char name[GUEST_TREE_MAX_NAME];

	snprintf(name, sizeof(name), "cpu@%x", vcpu);
	guest_tree_begin(t, name);
	copy_properties(t, cpu->hw_node, false);
	guest_tree_u32(t, PROP_REG, vcpu);
	if (vcpu) {
		guest_tree_string(t, PROP_STATUS, STATUS_DISABLED);
		guest_tree_string(t, PROP_ENABLE_METHOD, ENABLE_METHOD_SPIN_TABLE);
		guest_tree_u64(t, PROP_CPU_RELEASE_ADDR,
			       t->partition->spin_table_gpa + (uint64_t)vcpu * SPIN_ENTRY_SIZE);
	} else {
		guest_tree_string(t, PROP_STATUS, STATUS_OKAY);
	}
	copy_subnodes(t, cpu->hw_node, 0);
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
		copy_properties(t, hw_cpus, false);
	for (vcpu = 0; vcpu < t->partition->num_cpus; vcpu++)
		write_cpu(t, vcpu);
	guest_tree_end(t);
}
