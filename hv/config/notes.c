/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the configuration asks for and nobody does, by kind: one warning for each, however many
 * nodes ask.  A tree of a board has a thousand of them.
 */
#include "hv/config/parse.h"
#include "protocol/names.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;     /* of the property, or of the kind of node */
	const char *hardware; /* compatible of what it needs, or NULL: of this version */
	bool is_node;
} kinds[] = {
	[NOTE_NO_DRIVER] = { PROP_CFG_DEVICE, NULL, false },
	[NOTE_SPECIAL_INTERRUPT] = { PROP_INTERRUPTS, NULL, false },
	[NOTE_FIRST_NAMED] = { COMPAT_CFG_DMA_WINDOW, COMPAT_PAMU, true },
	{ PROP_CFG_OPERATION_MAPPING, COMPAT_PAMU, false },
	{ PROP_CFG_STASH_DEST, COMPAT_PAMU, false },
	{ PROP_CFG_SNOOP_CPU_ONLY, COMPAT_PAMU, false },
	{ PROP_CFG_LIODN_INDEX, COMPAT_PAMU, false },
	{ PROP_CFG_ATMU, COMPAT_PAMU, false },
	{ PROP_CFG_DMA_ONLY, COMPAT_PAMU, false },
	{ PROP_CFG_NO_DMA_DISABLE, COMPAT_PAMU, false },
	{ PROP_CFG_DEFER_DMA_DISABLE, COMPAT_PAMU, false },
	{ PROP_CFG_USE_NO_LAW, COMPAT_LAW, false },
	{ PROP_CFG_CPC_WAYS, COMPAT_CPC, false },
	{ PROP_CFG_DIRECT_TLB, "fsl,e6500-lrat", false },
	{ PROP_CFG_DIRECT_TLB_MISS, "fsl,e6500-lrat", false },
	{ PROP_CFG_MPIC_DIRECT_EOI, NULL, false },
	{ PROP_CFG_WATCHDOG_ENABLE, NULL, false },
	{ PROP_CFG_PERSISTENT, NULL, false },
	{ NODE_CFG_ERROR_CONFIG, NULL, true },
	{ PROP_CFG_CACHE_LOCK_DISABLE, NULL, false },
	{ PROP_CFG_DEBUG_DISABLE, NULL, false },
};

enum { NUM_KINDS = sizeof(kinds) / sizeof(kinds[0]) };

_Static_assert((int)NUM_KINDS <= (int)NOTE_MAX, "parse.notes is too small");

void notes_count(struct parse *p, int node, enum note note)
{
	if (p->notes[note].count++ == 0)
		p->notes[note].node = node;
}

void notes_count_named(struct parse *p, int node, const char *name, bool is_node)
{
	for (unsigned int i = NOTE_FIRST_NAMED; i < NUM_KINDS; i++) {
		if (kinds[i].is_node == is_node && strcmp(name, kinds[i].name) == 0)
			notes_count(p, node, i);
	}
}

static const char *problem_of(const struct parse *p, unsigned int kind)
{
	if (kind == NOTE_NO_DRIVER)
		return "has no driver: it is only kept from the partitions";
	if (kind == NOTE_SPECIAL_INTERRUPT)
		return "has interrupts of errors, timers or other cores, which no guest gets";
	if (!kinds[kind].hardware ||
	    fdt_node_offset_by_compatible(p->hw, -1, kinds[kind].hardware) >= 0)
		return "is not supported by this version";
	return "is not enforced on this machine: it has no such hardware";
}

void notes_report(struct parse *p)
{
	for (unsigned int i = 0; i < NUM_KINDS; i++) {
		const char *name = kinds[i].name;
		char others[40] = "";

		if (p->notes[i].count == 0)
			continue;
		if (p->notes[i].count > 1)
			snprintf(others, sizeof(others), "; so at %u more nodes",
				 p->notes[i].count - 1);
		report_warning(p, p->notes[i].node, kinds[i].is_node ? NULL : name,
			       "%s%s%s%s\nit has no effect", kinds[i].is_node ? name : "",
			       kinds[i].is_node ? " " : "", problem_of(p, i), others);
	}
}
