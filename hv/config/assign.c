/* SPDX-License-Identifier: BSD-2-Clause */
/* What a partition's device node says beyond which device it is. */
#include "hv/config/parse.h"
#include "protocol/names.h"

#include <inttypes.h>
#include <string.h>

/* Hardware that never reads or writes memory by itself. */
static bool is_harmless(const void *hw, int node)
{
	static const char *const compatible[] = {
		COMPAT_NS16550,	    "fsl-i2c",		"fsl,qoriq-gpio",	 "fsl,pq3-gpio",
		COMPAT_MPIC_MSI,    COMPAT_MPIC_MSI_43, "fsl,mpic-global-timer", "cfi-flash",
		"fsl,mpc8536-espi", COMPAT_GUTS,
	};

	for (size_t i = 0; i < sizeof(compatible) / sizeof(compatible[0]); i++) {
		if (fdt_node_check_compatible(hw, node, compatible[i]) == 0)
			return true;
	}
	return false;
}

/* The first node in the device that has registers and may be a master of the bus, or NULL. */
static const char *find_master(const void *hw, struct place at)
{
	const int top = at.depth;
	struct plan_range reg;

	do {
		if (place_reg(&at, 0, &reg) == PLACE_ROW_OK && reg.size &&
		    !is_harmless(hw, place_node(&at)))
			return tree_name(hw, place_node(&at));
	} while (place_next(&at, top));
	return NULL;
}

static void check_dma(struct parse *p, const struct plan_device *device, const struct place *at)
{
	const bool accepted = tree_switch(p, device->node, PROP_CFG_DMA_UNPROTECTED);
	const char *master = p->plan->has_iommu || accepted ? NULL : find_master(p->hw, *at);

	if (master)
		report_error(p, device->node, PROP_CFG_DEVICE,
			     "%.40s may read and write all memory by DMA: this machine has no "
			     "IOMMU to confine it\n"
			     "leave it out, or accept it with `" PROP_CFG_DMA_UNPROTECTED ";`",
			     master);
}

static void check_stash(struct parse *p, int node)
{
	uint32_t level;

	if (tree_u32(p, node, PROP_CFG_STASH_DEST, &level) == 0 && (level < 1 || level > 3))
		report_error(p, node, PROP_CFG_STASH_DEST,
			     "%" PRIu32 " is no level of cache\nuse 1 to 3", level);
}

static void parse_vcpu(struct parse *p, struct plan_device *device)
{
	const struct plan_partition *part = &p->plan->partitions[device->partition];
	uint32_t vcpu;

	if (tree_u32(p, device->node, PROP_CFG_VCPU, &vcpu) != 0)
		return;
	if (vcpu < part->num_cpus)
		device->vcpu = (uint8_t)vcpu;
	else
		report_error(p, device->node, PROP_CFG_VCPU,
			     "there is no vCPU %" PRIu32 "\nuse 0 to %d", vcpu, part->num_cpus - 1);
}

void assign_parse(struct parse *p, struct plan_device *device, const struct place *at)
{
	const int node = device->node;
	uint32_t number;

	parse_vcpu(p, device);
	device->no_dma_disable = tree_switch(p, node, PROP_CFG_NO_DMA_DISABLE);
	tree_switch(p, node, PROP_CFG_MAP_RANGES);
	check_dma(p, device, at);
	check_stash(p, node);
	tree_u32(p, node, PROP_CFG_OPERATION_MAPPING, &number);
	tree_u32(p, node, PROP_CFG_LIODN_INDEX, &number);
	tree_switch(p, node, PROP_CFG_SNOOP_CPU_ONLY);
	tree_switch(p, node, PROP_CFG_ATMU);
	windows_check_reference(p, node);
}
