/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A machine and a configuration to make guest trees from.  The partition under test is the second,
 * p2: vCPUs on cores 2 and 0; 256 MiB at 0 and 64 KiB at 0x100000000; channels "console" (handle
 * 68, interrupts 69 and 70) and "data@5" (71, 72, 73); shutdown interrupt 74.
 */
#ifndef TESTS_UNIT_GUEST_TREE_FIXTURE_H
#define TESTS_UNIT_GUEST_TREE_FIXTURE_H

#include <stddef.h>
#include <stdint.h>

#include "hv/partition/guest_tree.h"

/* Text of the source trees with a place for more: the test's own nodes and properties. */
struct fixture_text {
	const char *hw_root, *hw_cpus, *hw_cpu2;		 /* hardware: /, /cpus, core 2 */
	const char *partition, *console, *high_memory, *aliases; /* configuration of p2 */
	const char *other;					 /* configuration of p1 */
};

struct fixture {
	void *hw, *cfg;
	struct plan plan;
	struct guest_tree_facts facts;
	void *tree;	   /* the guest's, after fixture_build() */
	size_t room;	   /* for it; 128 KiB unless changed */
	unsigned int part; /* index of the partition whose tree it is */
};

/* Make both source trees and the plan.  Needs dtc. */
struct fixture *fixture_new(const struct fixture_text *text);
void fixture_free(struct fixture *f);

/*
 * The demo machine and its configuration with more text behind each, and the plan of both: p1 is
 * partition 0.  The plan must be without error.
 */
struct fixture *fixture_demo(const char *hw, const char *cfg);

/* guest_tree_build(), which must succeed, for partition @part. */
void fixture_build_part(struct fixture *f, unsigned int part);

/* guest_tree_build() for the partition, which is p2 unless changed. */
int fixture_build(struct fixture *f);

/* fixture_new() and fixture_build(), which must succeed. */
struct fixture *fixture_built(const struct fixture_text *text);

/* Checks of the guest's tree: each fails the test when the node or property is not as said. */
void tree_has_node(const struct fixture *f, const char *path);
void tree_lacks_node(const struct fixture *f, const char *path);
void tree_has_bytes(const struct fixture *f, const char *path, const char *name, const void *value,
		    size_t len);
void tree_has_string(const struct fixture *f, const char *path, const char *name,
		     const char *value);
void tree_has_cells(const struct fixture *f, const char *path, const char *name, size_t count, ...);
void tree_lacks_prop(const struct fixture *f, const char *path, const char *name);

/*
 * dtc finds nothing to warn of, but for two things that the binding has and guests rely on:
 * channels with reg and without unit address, and a PIC without registers on its bus.
 */
void tree_is_silent_under_dtc(const void *tree);

#endif
