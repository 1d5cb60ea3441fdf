/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "hv/partition/guest_tree_writer.h"
#include "protocol/hcall.h"
#include "protocol/names.h"

/* The version of Topaz whose interface this is: COMPAT_HYPERVISOR_FSL says the same. */
enum { INTERFACE_MAJOR = 1, INTERFACE_MINOR = 3 };

/* Every string of the hardware's list, with the suffix by which guests know that they are guests.
 */
static void write_root_compatible(struct guest_tree *t)
{
	static const char suffix[] = COMPAT_HV_SUFFIX;
	int len, i, strings = 0;
	const char *list = fdt_getprop(t->hw, 0, PROP_COMPATIBLE, &len);
	void *value;
	char *out;

	if (t->error)
		return;
	if (!list || len < 1 || list[len - 1]) {
		t->error = list ? -FDT_ERR_BADVALUE : len;
		return;
	}
	for (i = 0; i < len; i++)
		strings += !list[i];
	t->error = fdt_property_placeholder(t->fdt, PROP_COMPATIBLE,
					    len + strings * ((int)sizeof(suffix) - 1), &value);
	if (t->error)
		return;
	out = value;
	for (i = 0; i < len; i++) {
		if (list[i]) {
			*out++ = list[i];
		} else {
			memcpy(out, suffix, sizeof(suffix));
			out += sizeof(suffix);
		}
	}
}

void guest_tree_memory_name(char name[GUEST_TREE_MAX_NAME], uint64_t gpa)
{
	snprintf(name, GUEST_TREE_MAX_NAME, "memory@%llx", (unsigned long long)gpa);
}

static void write_memory(struct guest_tree *t, const struct plan_gpma *gpma)
{
	char name[GUEST_TREE_MAX_NAME];
	uint8_t *reg;

	guest_tree_memory_name(name, gpma->gpa);
	guest_tree_begin(t, name);
	guest_tree_string(t, PROP_DEVICE_TYPE, DEVICE_TYPE_MEMORY);
	reg = guest_tree_room(t, PROP_REG, t->address_cells + t->size_cells);
	if (reg) {
		guest_tree_put(t, &reg, gpma->gpa, t->address_cells);
		guest_tree_put(t, &reg, t->plan->pmas[gpma->pma].size, t->size_cells);
	}
	guest_tree_end(t);
}

static void write_hypervisor(struct guest_tree *t)
{
	static const uint32_t version[4] = { INTERFACE_MAJOR, INTERFACE_MINOR, HCALL_API_VERSION,
					     HCALL_API_COMPAT };

	guest_tree_begin(t, NODE_HYPERVISOR);
	guest_tree_list(t, PROP_COMPATIBLE,
			COMPAT_HYPERVISOR_FSL "\0" COMPAT_HYPERVISOR_EPAPR "\0");
	guest_tree_u32(t, PROP_GUEST_ID, 1 + t->part);
	guest_tree_string(t, PROP_GUEST_NAME, t->partition->label);
	guest_tree_cells(t, PROP_HV_VERSION, version, 4);
	guest_tree_u32(t, PROP_HCALL_INSTRUCTIONS, HCALL_INSTRUCTION);
	guest_tree_empty(t, PROP_HAS_IDLE);
	if (t->partition->guest_cache_lock_disable)
		guest_tree_empty(t, PROP_HV_CACHE_LOCK_DISABLE);
	if (t->partition->guest_debug_disable)
		guest_tree_empty(t, PROP_HV_DEBUG_DISABLE);
	if (t->facts->stopped_by) {
		guest_tree_string(t, PROP_HV_STOPPED_BY, t->facts->stopped_by);
		guest_tree_string(t, PROP_HV_REASON_STOPPED, t->facts->reason_stopped);
	}
	if (t->facts->sys_reset_status)
		guest_tree_string(t, PROP_HV_SYS_RESET_STATUS, t->facts->sys_reset_status);
	guest_tree_write_handles(t);
	guest_tree_end(t);
}

static void write_chosen(struct guest_tree *t)
{
	guest_tree_begin(t, "chosen");
	if (t->facts->initrd_start != t->facts->initrd_end) {
		guest_tree_u64(t, PROP_INITRD_START, t->facts->initrd_start);
		guest_tree_u64(t, PROP_INITRD_END, t->facts->initrd_end);
	}
	guest_tree_end(t);
}

void guest_tree_write_root(struct guest_tree *t)
{
	const struct plan_partition *p = t->partition;
	unsigned int i;

	guest_tree_begin(t, "");
	guest_tree_string(t, PROP_LABEL, p->label);
	write_root_compatible(t);
	guest_tree_string(t, PROP_EPAPR_VERSION, EPAPR_VERSION);
	guest_tree_shape(t, t->address_cells, t->size_cells);
	guest_tree_begin(t, NODE_ALIASES);
	guest_tree_end(t);
	write_chosen(t);
	guest_tree_write_cpus(t);
	for (i = 0; i < p->num_gpmas; i++)
		write_memory(t, &t->plan->gpmas[p->first_gpma + i]);
	write_hypervisor(t);
	guest_tree_write_devices(t);
	guest_tree_end(t);
}
