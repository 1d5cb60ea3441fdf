/* SPDX-License-Identifier: BSD-2-Clause */
/* The steps of boot; main.c runs them in order. */
#ifndef HV_BOOT_BOOT_H
#define HV_BOOT_BOOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hv/config/plan.h"
#include "hv/lib/arena.h"

/* The time base when the hypervisor was entered. */
extern uint64_t boot_time;

/* What bootargs say. */
struct bootargs {
	uint64_t config_tpa; /* config-addr=NUMBER */
	bool has_config;
};

/* Parse /chosen/bootargs of the hardware tree @fdt.  Words that are not the hypervisor's are
 * ignored. */
void bootargs_parse(const void *fdt, struct bootargs *args);

/* A flat tree where the loader left it. */
struct boot_tree {
	uint64_t tpa;
	size_t size;
	const void *fdt; /* in a window at first, in the arena once kept */
};

/*
 * Look at the tree at @tpa through window @which.  Panics, naming @what and the remedy, when there
 * is none or it is damaged.
 */
void boot_tree_open(struct boot_tree *tree, const char *what, uint64_t tpa, unsigned int which);

/* Copy the tree into @arena. */
void boot_tree_keep(struct boot_tree *tree, const char *what, struct arena *arena);

/* Find the UART for last words in the hardware tree: where /chosen or an alias points. */
void boot_find_panic_uart(const void *hw_fdt);

/* hv-memory as the configuration tree has it.  Panics when it is not given or cannot be used. */
struct plan_range boot_hv_memory(const void *cfg_fdt);

/*
 * Be in hv-memory.  When the image is not at the start of @memory, copy it there and start over in
 * the copy (does not return).  @image_tpa: where it runs now.
 */
void boot_move(const struct plan_range *memory, uint64_t image_tpa, const struct boot_tree *hw,
	       const struct boot_tree *cfg);

/* Make an arena of what the image leaves of @memory. */
void boot_arena(struct arena *arena, const struct plan_range *memory);

/*
 * Look for the uImage that the hypervisor was loaded from inside the windows from which @plan loads
 * kernels. Returns true, and where it is, when a guest would load the hypervisor as part of its
 * kernel.
 */
bool boot_find_staged(const struct plan *plan, struct plan_range *staged);

/* Make the structures of every core of the plan.  The boot core keeps its own. */
void boot_cores_create(const struct plan *plan, struct arena *arena);

/* Release the other cores from the spin table at @entry_tpa and wait until each has arrived. */
void boot_cores_release(const struct plan *plan, uint64_t image_tpa);

/* Run this core's vCPU, or sleep, for ever. */
void boot_core_loop(void) __attribute__((noreturn));

#endif
