/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A node of the hardware tree together with the nodes above it: what its addresses and interrupts
 * mean depends on them, and finding a parent in a flat tree costs a walk through all of it.
 */
#ifndef HV_CONFIG_PLACE_H
#define HV_CONFIG_PLACE_H

#include <stdbool.h>
#include <stdint.h>

#include "hv/config/plan.h"

enum { PLACE_MAX_DEPTH = 12 };

struct place {
	const void *fdt;
	int depth;			/* of the node; 0 is the root */
	int nodes[PLACE_MAX_DEPTH + 1]; /* nodes[0] is the root, nodes[depth] the node itself */
};

/*
 * Go to the node that @device names: a full path, or an alias that is one.  (libfdt follows an
 * alias of an alias, and one of itself without end.)  False when there is none, or it stands too
 * deep.
 */
bool place_find(struct place *at, const void *fdt, const char *device);
int place_node(const struct place *at);
/* Go to the next node in document order that stands deeper than @top.  False at the end. */
bool place_next(struct place *at, int top);

enum place_row {
	PLACE_ROW_END,	   /* there is no such row */
	PLACE_ROW_OUTSIDE, /* the row is no physical address: a bus above does not pass it on */
	PLACE_ROW_OK,
};

/* Row @n of reg as true physical addresses. */
enum place_row place_reg(const struct place *at, unsigned int n, struct plan_range *range);
/* Row @n of ranges: where the node's bus appears, as true physical addresses. */
enum place_row place_window(const struct place *at, unsigned int n, struct plan_range *range);

/* An interrupt of a node at its controller, in cells as Linux's fsl,mpic binding has them. */
struct place_interrupt {
	int controller;	 /* node */
	uint32_t source; /* first cell */
	uint32_t sense;	 /* second cell */
	uint32_t type;	 /* third cell, or 0: 0 plain, 1 error, 2 between cores, 3 timer */
	/* The row of interrupt-map that says so; NULL: the interrupts property does. */
	const void *row;
	unsigned int key_cells; /* at its start: unit address and interrupt of the child */
	unsigned int row_cells; /* in all of it */
};

/*
 * Interrupt @n of the node: of its interrupts property first, then of its interrupt-map.  False
 * when there is none, or the tree does not say where it leads.
 */
bool place_interrupt(const struct place *at, unsigned int n, struct place_interrupt *interrupt);

/* MSIs are the interrupt controller's: a guest has their interrupts, not the registers. */
bool place_is_msi(const struct place *at);

#endif
