/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of nodes and properties: a new one begins here. */
#include "hv/config/rules.h"
#include "protocol/names.h"

#include <string.h>

#define DMA_PROPERTIES                                                                             \
	PROP_CFG_DMA_WINDOW "\0" PROP_CFG_OPERATION_MAPPING "\0" PROP_CFG_STASH_DEST               \
			    "\0" PROP_CFG_SNOOP_CPU_ONLY "\0" PROP_CFG_LIODN_INDEX                 \
			    "\0" PROP_CFG_ATMU "\0"

static const struct node_rule rules[] = {
	{ COMPAT_CFG_HV_CONFIG, NODE_HV_CONFIG, AT_TOP,
	  PROP_CFG_STDOUT "\0" PROP_CFG_LEGACY_INTERRUPTS "\0" PROP_CFG_SYSRESET
			  "\0" PROP_CFG_WATCHDOG_ENABLE "\0" },
	{ COMPAT_CFG_HV_MEMORY, NODE_HV_MEMORY, IN_HV_CONFIG,
	  PROP_CFG_PHYS_MEM "\0" PROP_CFG_PERSISTENT "\0" },
	{ COMPAT_CFG_PHYS_MEM_AREA, NODE_PMA, AT_TOP | IN_HV_CONFIG,
	  PROP_CFG_ADDR "\0" PROP_CFG_SIZE "\0" PROP_CFG_ZERO_PMA "\0" PROP_CFG_USE_NO_LAW
			"\0" PROP_CFG_CPC_WAYS "\0" },
	{ COMPAT_CFG_PARTITION, NODE_PARTITION, AT_TOP,
	  PROP_CFG_LABEL
	  "\0" PROP_CFG_CPUS "\0" PROP_CFG_DTB_WINDOW "\0" PROP_CFG_GUEST_IMAGE
	  "\0" PROP_CFG_LOAD_IMAGE_TABLE "\0" PROP_CFG_LINUX_ROOTFS "\0" PROP_CFG_NO_AUTO_START
	  "\0" PROP_CFG_PRIVILEGED "\0" PROP_CFG_INIT_MAP_SIZE "\0" PROP_CFG_INIT_MAP_PADDR
	  "\0" PROP_CFG_INIT_MAP_VADDR "\0" PROP_CFG_CACHE_LOCK_DISABLE "\0" PROP_CFG_DEBUG_DISABLE
	  "\0" PROP_CFG_MPIC_DIRECT_EOI "\0" PROP_CFG_DIRECT_TLB "\0" PROP_CFG_DIRECT_TLB_MISS
	  "\0" PROP_CFG_NO_DMA_DISABLE "\0" PROP_CFG_DEFER_DMA_DISABLE "\0" PROP_CFG_DEVICE_RANGES
	  "\0" PROP_CFG_WATCHDOG_TIMEOUT "\0" PROP_CFG_WATCHDOG_PERIOD "\0" },
	{ COMPAT_CFG_GUEST_PHYS_MEM_AREA, NODE_GPMA, IN_PARTITION,
	  PROP_CFG_PHYS_MEM "\0" PROP_CFG_GUEST_ADDR "\0" PROP_CFG_DMA_ONLY "\0" },
	{ COMPAT_CFG_BYTE_CHANNEL, NODE_CHANNEL, IN_HV_CONFIG | IN_PARTITION,
	  PROP_CFG_ENDPOINT "\0" PROP_CFG_MUX_CHANNEL "\0" },
	{ COMPAT_CFG_BYTE_CHANNEL_MUX, NODE_MUX, AT_TOP | IN_HV_CONFIG, PROP_CFG_ENDPOINT "\0" },
	{ COMPAT_CFG_DOORBELL, NODE_DOORBELL, ANYWHERE, "" },
	{ COMPAT_CFG_SEND_DOORBELL, NODE_SEND_DOORBELL, IN_PARTITION,
	  PROP_CFG_GLOBAL_DOORBELL "\0" },
	{ COMPAT_CFG_RECEIVE_DOORBELL, NODE_RECEIVE_DOORBELL, IN_PARTITION,
	  PROP_CFG_GLOBAL_DOORBELL "\0" },
	{ COMPAT_CFG_MANAGED_PARTITION, NODE_MANAGED, IN_PARTITION, PROP_CFG_MANAGED "\0" },
	{ COMPAT_CFG_DEBUG_STUB, NODE_STUB, IN_PARTITION,
	  PROP_CFG_ENDPOINT "\0" PROP_CFG_MUX_CHANNEL "\0" PROP_CFG_DEBUG_CPUS
			    "\0" PROP_CFG_WAIT_AT_START "\0" },
	{ COMPAT_CFG_ERROR_MANAGER, NODE_ERROR_MANAGER, IN_PARTITION,
	  PROP_CFG_VCPU "\0" PROP_CFG_CLAIMABLE "\0" },
	{ COMPAT_CFG_DMA_WINDOW, NODE_WINDOW, ANYWHERE,
	  PROP_CFG_GUEST_ADDR "\0" PROP_CFG_SIZE "\0" PROP_CFG_SUBWINDOW_COUNT "\0" },
	{ COMPAT_CFG_DMA_SUBWINDOW, NODE_SUBWINDOW, ANYWHERE,
	  PROP_CFG_GUEST_ADDR "\0" PROP_CFG_SIZE "\0" PROP_CFG_MSI_SUBWINDOW
			      "\0" PROP_CFG_CCSR_SUBWINDOW "\0" },
	{ NODE_CFG_ERROR_CONFIG, NODE_ERROR_CONFIG, IN_HV_CONFIG,
	  PROP_CFG_DOMAIN "\0" PROP_CFG_ERROR "\0" PROP_CFG_POLICY "\0" PROP_CFG_THRESHOLD "\0" },
};

enum { NUM_RULES = sizeof(rules) / sizeof(rules[0]) };

static const struct node_rule device_rule = { "device", NODE_DEVICE, IN_HV_CONFIG | IN_PARTITION,
					      PROP_CFG_DEVICE "\0" PROP_CFG_BAUD "\0" };

static const char assigned_properties[] = PROP_CFG_DEVICE
	"\0" PROP_CFG_CLAIMABLE "\0" PROP_CFG_MAP_RANGES "\0" PROP_CFG_VCPU
	"\0" PROP_CFG_NO_DMA_DISABLE "\0" PROP_CFG_DMA_UNPROTECTED "\0" DMA_PROPERTIES;

/* On any node. */
static const char common_properties[] =
	PROP_COMPATIBLE "\0" PROP_PHANDLE "\0" PROP_LINUX_PHANDLE "\0name\0" PROP_ADDRESS_CELLS
			"\0" PROP_SIZE_CELLS "\0";

bool rules_list_has(const char *list, const char *name)
{
	for (; *list; list += strlen(list) + 1) {
		if (strcmp(list, name) == 0)
			return true;
	}
	return false;
}

bool node_has_always(const char *property)
{
	return rules_list_has(common_properties, property);
}

const struct node_rule *rules_find(const void *cfg, int node)
{
	int len;
	const char *compatible = fdt_getprop(cfg, node, PROP_COMPATIBLE, &len);

	for (int i = 0; compatible && i < NUM_RULES; i++) {
		if (fdt_stringlist_contains(compatible, len, rules[i].name))
			return &rules[i];
	}
	if (fdt_getprop(cfg, node, PROP_CFG_DEVICE, NULL))
		return &device_rule;
	/* The last two rules' nodes are known by their name, too. */
	for (int i = NUM_RULES - 2; i < NUM_RULES; i++) {
		if (tree_is_named(cfg, node, rules[i].name))
			return &rules[i];
	}
	return NULL;
}

const char *rules_properties(const struct node_rule *rule, unsigned int scope)
{
	return rule == &device_rule && scope == IN_PARTITION ? assigned_properties
							     : rule->properties;
}

void rules_try_names(struct nearest *near)
{
	for (int i = 0; i < NUM_RULES; i++)
		nearest_try(near, rules[i].name);
}

enum node_kind node_kind(const void *cfg, int node)
{
	const struct node_rule *rule = rules_find(cfg, node);

	return rule ? rule->kind : NODE_OTHER;
}

int node_next(const void *cfg, int node, int *depth, enum node_kind kind)
{
	do
		node = tree_next(cfg, node, depth);
	while (node >= 0 && node_kind(cfg, node) != kind);
	return node;
}

int node_reference(struct parse *p, int node, const char *property, enum node_kind kind)
{
	const struct node_rule *rule = rules;
	const int target = tree_reference(p, node, property);

	while (rule->kind != kind)
		rule++;
	if (target == TREE_ABSENT)
		report_error(p, node, property, "is missing\nname a %s: %s = <&label>", rule->name,
			     property);
	if (target < 0 || node_kind(p->cfg, target) == kind)
		return target;
	report_error(p, node, property, "%.40s is no %s\nname one", tree_name(p->cfg, target),
		     rule->name);
	return TREE_BAD;
}
