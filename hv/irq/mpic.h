/* SPDX-License-Identifier: BSD-2-Clause */
/* The Freescale MPIC (OpenPIC), for the hypervisor's own interrupts. */
#ifndef HV_IRQ_MPIC_H
#define HV_IRQ_MPIC_H

#include <stdint.h>

/* Reset the controller at @regs: every source masked.  Boot core only, before any other function
 * here. */
void mpic_init(volatile uint8_t *regs);

/* Let interrupts reach this core. */
void mpic_init_core(void);

/*
 * Have @handler called with @ctx on the core with PIR @hwid when source @source is active.  @sense
 * as in the tree: 0 rising edge, 1 low level, 2 high level, 3 falling edge.  Returns 0, or -1 when
 * all handler slots are taken.  Boot core only.
 */
int mpic_attach(uint32_t source, uint32_t sense, uint32_t hwid, void (*handler)(void *ctx),
		void *ctx);

/* Take and handle the interrupts that wait for this core. */
void mpic_handle(void);

#endif
