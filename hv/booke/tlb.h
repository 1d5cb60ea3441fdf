/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TLB1 of the running core, and the hypervisor's own address space (AS 0, PID 0).
 *
 *   HV_TEXT_VA    text and constants, 256 KiB, read and execute
 *   HV_DATA_VA    data, 256 KiB, read and write
 *   HV_MEM_VA     the rest of hv-memory
 *   HV_IO_VA      device registers
 *   HV_WINDOW_VA  two windows onto any true physical memory, and a page of any device's registers;
 *                 different on each core
 */
#ifndef HV_BOOKE_TLB_H
#define HV_BOOKE_TLB_H

#define HV_TEXT_VA 0x80000000
#define HV_DATA_VA 0x80040000
#define HV_SEGMENT_SIZE 0x40000 /* of text and of data */
#define HV_IMAGE_SPAN 0x100000	/* true physical memory that image, data and alignment take */
#define HV_MEM_VA 0x90000000
#define HV_IO_VA 0xa0000000
#define HV_WINDOW_VA 0xb0000000
#define HV_WINDOW_SIZE 0x1000000 /* 16 MiB each */
#define HV_WINDOW_IO_VA 0xb2000000

/* Who uses which TLB1 entry. */
#define TLB1_TEXT 0
#define TLB1_DATA 1
#define TLB1_FIRST_GLOBAL 2
#define TLB1_NUM_GLOBAL 27
#define TLB1_WINDOW_IO 29
#define TLB1_WINDOW 30 /* and 31 */
#define TLB1_FIRST_GUEST 32
#define TLB1_BOOT 62 /* only while entry.S changes address spaces */

#ifndef __ASSEMBLER__
#include <stddef.h>
#include <stdint.h>

struct tlb_entry {
	uint32_t mas1, mas2, mas3, mas7;
};

/* Write entry @slot of TLB1 (@mas1 0 invalidates it). */
void tlb1_write(unsigned int slot, const struct tlb_entry *entry);

/* TLB1 entries that this core has. */
unsigned int tlb1_size(void);

/* The mappings of tlb_map_global(), which entry.S loads on every core that is released. */
extern struct tlb_entry tlb_global[TLB1_NUM_GLOBAL];
extern unsigned int tlb_num_global;

/*
 * Map [@tpa, @tpa + @size) at @va for the hypervisor, on this core at once and on the others when
 * they are released.  All three 4 KiB aligned.  @mas2: WIMGE bits; @mas3: permissions. Boot core
 * only, before the others are released.  Returns 0, or -1 when the global entries are used up.
 */
int tlb_map_global(uint32_t va, uint64_t tpa, uint64_t size, uint32_t mas2, uint32_t mas3);

/* Map device registers; returns their address, or NULL when out of entries.  As tlb_map_global().
 */
volatile void *tlb_map_io(uint64_t tpa, uint64_t size);

/*
 * Point window @which (0 or 1) of this core at @tpa.  Returns where @tpa appears and stores in
 * *@len how many bytes from there on can be used.  Valid until the window is moved.
 */
void *tlb_window(unsigned int which, uint64_t tpa, size_t *len);

/* Map the 4 KiB page of device registers at @tpa on this core; returns where @tpa appears, until
 * the next call. */
volatile void *tlb_window_io(uint64_t tpa);

#endif

#endif
