/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading a flat tree that has been checked, beyond what libfdt does. */
#ifndef HV_CONFIG_TREE_H
#define HV_CONFIG_TREE_H

#include <libfdt.h>
#include <stdbool.h>
#include <stdint.h>

#include "hv/config/plan.h"

/* A 32- or 64-bit number, or 0 when there is none. */
uint64_t tree_number(const void *fdt, int node, const char *property);
/* A string that is terminated within its property, or NULL. */
const char *tree_string(const void *fdt, int node, const char *property);
/* @count cells (1 or 2) as one number. */
uint64_t tree_cells(const fdt32_t *cell, int count);
/* The first row of reg, translated through every ranges up to the root.  False when that cannot be
 * done. */
bool tree_translate(const void *fdt, int node, struct plan_range *range);
/* Translate @range, in the address space of @bus, into that of @parent, the node above it.  False
 * when no row of ranges holds all of it. */
bool tree_translate_up(const void *fdt, int bus, int parent, struct plan_range *range);
/* Next node below @top in document order, @node = @top and *@depth = 0 at first; skips the content
 * of node-update nodes and those nodes themselves.  Negative at the end. */
int tree_next(const void *fdt, int node, int *depth);
/* Offset of the first node behind @node and all that stands below it, or INT_MAX. */
int tree_end(const void *fdt, int node);
/* Does @node stand below @top? */
bool tree_is_below(const void *fdt, int top, int node);
const char *tree_name(const void *fdt, int node);
/* Is @wanted the node's name, before any unit address? */
bool tree_is_named(const void *fdt, int node, const char *wanted);

#endif
