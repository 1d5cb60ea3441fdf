/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Copying properties of the hardware's nodes.  They keep their phandles, so that references among
 * what the guest gets stay right.
 */
#include <libfdt.h>
#include <string.h>

#include "hv/partition/guest_tree_writer.h"
#include "protocol/names.h"

/* Is @name one of the strings of @list, which an empty one ends? */
static bool is_listed(const char *name, const char *list)
{
	while (*list && strcmp(name, list))
		list += strlen(list) + 1;
	return *list;
}

/* What a guest must not believe of its cores: it has no category E.HV and runs 32-bit code. */
static bool is_hidden(const struct guest_tree *t, const char *name)
{
	const struct plan_partition *p = t->partition;

	return is_listed(name, "power-isa-e.hv\0power-isa-e.hv.lrat\0power-isa-64\0") ||
	       (p->guest_debug_disable && !strcmp(name, "power-isa-e.ed")) ||
	       (p->guest_cache_lock_disable && !strcmp(name, "power-isa-ecl"));
}

/* A reference to what the guest does not have.  Other properties may hold some that are not known
 * here: their phandles belong to no node of the guest. */
static bool leads_outside(const struct guest_tree *t, const char *name, const void *value, int len)
{
	static const char references[] =
		"clocks\0cpu-handle\0fsl,iommu-parent\0iommus\0msi-parent\0next-level-cache\0"
		"phy-handle\0power-domains\0resets\0tbi-handle\0";
	int target;

	if (!is_listed(name, references))
		return false;
	target = len < 4 ? -1 : fdt_node_offset_by_phandle(t->hw, fdt32_ld(value));
	return target < 0 || !guest_tree_has(t, target);
}

static bool is_phandle(const char *name)
{
	return is_listed(name, PROP_PHANDLE "\0" PROP_LINUX_PHANDLE "\0");
}

void guest_tree_copy(struct guest_tree *t, int hw_node, const char *except)
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
		if (is_listed(name, except) || is_hidden(t, name) ||
		    leads_outside(t, name, value, len) ||
		    (is_phandle(name) && len == 4 && fdt32_ld(value) == VMPIC_PHANDLE))
			continue;
		guest_tree_bytes(t, name, value, len);
	}
}
