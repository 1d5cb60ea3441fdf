/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest's use of its MMU.
 *
 *   00000000  64 MiB  itself, one to one: slot 0 of TLB1 (start.S)
 *   40000000  32 MiB  the device tree when it lies elsewhere: slots 1 and 2
 *   60000000  4 KiB   any guest physical page: slot 3
 *
 * Slots from 4 on are free.
 *
 * Windows elsewhere are filled page by page, at each TLB miss, from TLB0.
 */
#ifndef TESTS_GUESTS_LIB_TLB_H
#define TESTS_GUESTS_LIB_TLB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PAGE_SIZE = 4096 };

/* Set this vCPU's defaults for TLB misses and take them; before the first window is touched. */
void tlb_init(void);

/* Map the device tree.  Returns where it is. */
const void *tlb_map_tree(uint32_t gpa);

/* Map the page of guest physical address @gpa; memory is mapped cacheable, all else as a device. */
volatile void *tlb_map_page(uint64_t gpa, bool memory);

/* Map the page of a device's registers, for good; returns where @gpa appears.  One at a time. */
volatile void *tlb_map_device(uint64_t gpa);

/* A range of virtual pages that is mapped on demand. */
struct tlb_window {
	uint32_t address, pages;
	uint32_t gpa;
	uint32_t gpa_pages;   /* page n shows guest page n modulo this */
	uint32_t permissions; /* MAS3 bits */
	volatile unsigned int misses;
};

/* Add a window, which must stay, to those that TLB misses are served from. */
void tlb_add_window(struct tlb_window *window);

/* Forget what TLB0 holds for @address under every PID. */
void tlb_invalidate(uint32_t address);

/* Look @address up in the TLB.  False when it is not there; else its MAS registers. */
struct tlb_entry {
	uint32_t mas0, mas1, mas2, mas3, mas7;
};

bool tlb_search(uint32_t address, struct tlb_entry *entry);

/* Enter @entry. */
void tlb_write(const struct tlb_entry *entry);

#endif
