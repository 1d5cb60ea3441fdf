/* SPDX-License-Identifier: BSD-2-Clause */
/* What a node is, where it may stand, and which properties it may have. */
#include "hv/config/parse.h"
#include "protocol/names.h"

#include <limits.h>
#include <string.h>

/* Where a node may stand. */
enum {
	AT_TOP = 1, /* outside of the other two */
	IN_HV_CONFIG = 2,
	IN_PARTITION = 4,
	ANYWHERE = 7,
};

/* Strings one after the other, each with its NUL; the compiler adds the empty one that ends the
 * list. */
struct node_rule {
	const char *name; /* of the compatible, or of the node */
	enum node_kind kind;
	uint8_t scopes;
	const char *properties;
	const char *unsupported; /* properties of the binding which this version does not act on */
};

static const struct node_rule rules[] = {
	{ COMPAT_CFG_HV_CONFIG, NODE_HV_CONFIG, AT_TOP,
	  PROP_CFG_STDOUT "\0" PROP_CFG_LEGACY_INTERRUPTS "\0" PROP_CFG_SYSRESET
			  "\0watchdog-enable\0",
	  "" },
	{ COMPAT_CFG_HV_MEMORY, NODE_HV_MEMORY, IN_HV_CONFIG, PROP_CFG_PHYS_MEM "\0",
	  "hv-persistent-data\0" },
	{ COMPAT_CFG_PHYS_MEM_AREA, NODE_PMA, AT_TOP | IN_HV_CONFIG,
	  PROP_CFG_ADDR "\0" PROP_CFG_SIZE "\0" PROP_CFG_ZERO_PMA
			"\0use-no-law\0allocate-cpc-ways\0",
	  "" },
	{ COMPAT_CFG_PARTITION, NODE_PARTITION, AT_TOP,
	  PROP_CFG_LABEL "\0" PROP_CFG_CPUS "\0" PROP_CFG_DTB_WINDOW "\0" PROP_CFG_GUEST_IMAGE
			 "\0" PROP_CFG_LOAD_IMAGE_TABLE "\0" PROP_CFG_LINUX_ROOTFS
			 "\0" PROP_CFG_NO_AUTO_START "\0" PROP_CFG_PRIVILEGED
			 "\0" PROP_CFG_INIT_MAP_SIZE "\0" PROP_CFG_INIT_MAP_PADDR
			 "\0" PROP_CFG_INIT_MAP_VADDR "\0",
	  "guest-cache-lock-disable\0guest-debug-disable\0mpic-direct-eoi\0"
	  "direct-guest-tlb-management\0direct-guest-tlb-miss\0no-dma-disable\0"
	  "defer-dma-disable\0device-ranges\0watchdog-timeout\0watchdog-autostart-period\0" },
	{ COMPAT_CFG_GUEST_PHYS_MEM_AREA, NODE_GPMA, IN_PARTITION,
	  PROP_CFG_PHYS_MEM "\0" PROP_CFG_GUEST_ADDR "\0dma-only\0", "" },
	{ COMPAT_CFG_BYTE_CHANNEL, NODE_CHANNEL, IN_HV_CONFIG | IN_PARTITION,
	  PROP_CFG_ENDPOINT "\0" PROP_CFG_MUX_CHANNEL "\0", "" },
	{ COMPAT_CFG_BYTE_CHANNEL_MUX, NODE_MUX, AT_TOP | IN_HV_CONFIG, PROP_CFG_ENDPOINT "\0",
	  "" },
	{ COMPAT_CFG_DOORBELL, NODE_DOORBELL, ANYWHERE, "\0", "" },
	{ COMPAT_CFG_SEND_DOORBELL, NODE_SEND_DOORBELL, IN_PARTITION, PROP_CFG_GLOBAL_DOORBELL "\0",
	  "" },
	{ COMPAT_CFG_RECEIVE_DOORBELL, NODE_RECEIVE_DOORBELL, IN_PARTITION,
	  PROP_CFG_GLOBAL_DOORBELL "\0", "" },
	{ "managed-partition", NODE_OTHER, IN_PARTITION, NULL, NULL },
	{ "debug-stub", NODE_OTHER, IN_PARTITION, NULL, NULL },
	{ "error-manager", NODE_OTHER, IN_PARTITION, NULL, NULL },
	{ "dma-window", NODE_OTHER, ANYWHERE, NULL, NULL },
	{ "error-config", NODE_OTHER, IN_HV_CONFIG, NULL, NULL },
};

enum { NUM_RULES = sizeof(rules) / sizeof(rules[0]) };

static const struct node_rule device_rule = { "device", NODE_DEVICE, IN_HV_CONFIG | IN_PARTITION,
					      PROP_CFG_DEVICE "\0" PROP_CFG_BAUD "\0",
					      "no-dma-disable\0" };

/* On any node. */
static const char common_properties[] =
	PROP_COMPATIBLE "\0" PROP_PHANDLE "\0" PROP_LINUX_PHANDLE "\0name\0" PROP_ADDRESS_CELLS
			"\0" PROP_SIZE_CELLS "\0";

static bool list_has(const char *list, const char *name)
{
	for (; *list; list += strlen(list) + 1) {
		if (strcmp(list, name) == 0)
			return true;
	}
	return false;
}

bool node_has_always(const char *property)
{
	return list_has(common_properties, property);
}

/* Changes of one character that turn @a into @b, or something large when they are long. */
static unsigned int edit_distance(const char *a, const char *b)
{
	enum { LONGEST = 32 };
	uint8_t row[LONGEST + 1];
	const size_t len_a = strlen(a);
	const size_t len_b = strlen(b);

	if (len_a > LONGEST || len_b > LONGEST)
		return UINT_MAX;
	for (size_t j = 0; j <= len_b; j++)
		row[j] = (uint8_t)j;
	for (size_t i = 1; i <= len_a; i++) {
		uint8_t diagonal = row[0];

		row[0] = (uint8_t)i;
		for (size_t j = 1; j <= len_b; j++) {
			const unsigned int replace = diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U);
			const unsigned int shift = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1U;

			diagonal = row[j];
			row[j] = (uint8_t)(replace < shift ? replace : shift);
		}
	}
	return row[len_b];
}

/* Remembers the name that is nearest to @wanted, if it is near enough to be meant. */
struct nearest {
	const char *wanted;
	const char *name;
	unsigned int distance;
};

static struct nearest nearest_to(const char *wanted)
{
	const size_t len = strlen(wanted);

	return (struct nearest){ .wanted = wanted, .distance = len < 6 ? 2 : 4 };
}

static void nearest_try(struct nearest *near, const char *name)
{
	const unsigned int distance = edit_distance(near->wanted, name);

	if (distance < near->distance) {
		near->distance = distance;
		near->name = name;
	}
}

static void nearest_try_list(struct nearest *near, const char *list)
{
	for (; *list; list += strlen(list) + 1)
		nearest_try(near, list);
}

static const struct node_rule *find_rule(const void *cfg, int node)
{
	int len;
	const char *compatible = fdt_getprop(cfg, node, PROP_COMPATIBLE, &len);

	for (int i = 0; compatible && i < NUM_RULES; i++) {
		if (fdt_stringlist_contains(compatible, len, rules[i].name))
			return &rules[i];
	}
	if (fdt_getprop(cfg, node, PROP_CFG_DEVICE, NULL))
		return &device_rule;
	/* The last rule's nodes are known by their name, too. */
	return tree_is_named(cfg, node, rules[NUM_RULES - 1].name) ? &rules[NUM_RULES - 1] : NULL;
}

enum node_kind node_kind(const void *cfg, int node)
{
	const struct node_rule *rule = find_rule(cfg, node);

	return rule ? rule->kind : NODE_OTHER;
}

int node_next(const void *cfg, int node, int *depth, enum node_kind kind)
{
	do
		node = tree_next(cfg, node, depth);
	while (node >= 0 && node_kind(cfg, node) != kind);
	return node;
}

static void check_properties(struct parse *p, int node, const struct node_rule *rule)
{
	int property;

	fdt_for_each_property_offset (property, p->cfg, node) {
		const char *name;

		if (!fdt_getprop_by_offset(p->cfg, property, &name, NULL) ||
		    list_has(rule->properties, name) || node_has_always(name))
			continue;
		if (list_has(rule->unsupported, name)) {
			report_warning(p, node, name,
				       "is not supported by this version\nit has no effect");
			continue;
		}
		struct nearest near = nearest_to(name);
		nearest_try_list(&near, rule->properties);
		nearest_try_list(&near, rule->unsupported);
		if (near.name)
			report_warning(p, node, name, "is not a property of a %s\nis `%s` meant?",
				       rule->name, near.name);
		else
			report_warning(p, node, name,
				       "is not a property of a %s\nit has no effect: delete it",
				       rule->name);
	}
}

/* A node without a rule.  True when its content is to be looked at. */
static bool check_unknown(struct parse *p, int node)
{
	const char *compatible = tree_string(p->cfg, node, PROP_COMPATIBLE);
	const char *name = tree_name(p->cfg, node);

	if (strcmp(name, NODE_CFG_ALIASES) == 0 || strncmp(name, "__", 2) == 0)
		return false;
	if (!compatible) {
		if (fdt_first_subnode(p->cfg, node) >= 0)
			return true; /* only groups other nodes */
		report_warning(p, node, NULL,
			       "has no compatible and means nothing\n"
			       "say what it is, such as compatible = \"partition\"");
		return false;
	}
	if (strcmp(compatible, "portal-devices") == 0 || strcmp(compatible, "simple-bus") == 0)
		return true;

	struct nearest near = nearest_to(compatible);
	for (int i = 0; i < NUM_RULES; i++)
		nearest_try(&near, rules[i].name);
	if (near.name)
		report_warning(p, node, PROP_COMPATIBLE, "unknown: `%.40s`\nis `%s` meant?",
			       compatible, near.name);
	else
		report_warning(p, node, PROP_COMPATIBLE,
			       "unknown: `%.40s`\nthe node is ignored: delete it", compatible);
	return false;
}

/* A node with a rule.  True when its content is to be looked at. */
static bool check_known(struct parse *p, int node, const struct node_rule *rule, unsigned int scope)
{
	if (!(rule->scopes & scope)) {
		report_error(p, node, NULL, "a %s has no meaning here\nmove it %s", rule->name,
			     rule->scopes & AT_TOP	   ? "to the top of the tree"
			     : rule->scopes & IN_HV_CONFIG ? "into hv-config"
							   : "into a partition");
		return false;
	}
	if (!rule->properties) {
		report_warning(p, node, NULL,
			       "%s is not supported by this version\nit has no effect", rule->name);
		return false;
	}
	/* What a partition's device nodes say is for a version that assigns devices. */
	if (rule->kind != NODE_DEVICE || scope == IN_HV_CONFIG)
		check_properties(p, node, rule);
	return true;
}

void nodes_check(struct parse *p)
{
	int depth = 0;
	int skip = INT_MAX; /* deeper nodes are not looked at */
	int scope_depth = 0;
	unsigned int scope = AT_TOP;

	for (int node = tree_next(p->cfg, 0, &depth); node >= 0;
	     node = tree_next(p->cfg, node, &depth)) {
		const struct node_rule *rule = find_rule(p->cfg, node);

		if (depth > skip)
			continue;
		if (depth <= scope_depth)
			scope = AT_TOP;
		skip = (rule ? check_known(p, node, rule, scope) : check_unknown(p, node)) ? INT_MAX
											   : depth;
		if (scope == AT_TOP && rule &&
		    (rule->kind == NODE_HV_CONFIG || rule->kind == NODE_PARTITION)) {
			scope = rule->kind == NODE_PARTITION ? IN_PARTITION : IN_HV_CONFIG;
			scope_depth = depth;
		}
	}
}
