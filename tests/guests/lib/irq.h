/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupts of the ePAPR virtual PIC, taken by vCPU 0. */
#ifndef TESTS_GUESTS_LIB_IRQ_H
#define TESTS_GUESTS_LIB_IRQ_H

#include <stdbool.h>
#include <stdint.h>

/* Find the virtual PIC in the tree and take the external interrupt.  False when there is none. */
bool irq_init(void);

/*
 * Call @handler at interrupt @index of @node, with interrupts off, and unmask it.  False when the
 * node has no such interrupt, or the hypervisor refuses.
 */
bool irq_attach(const char *node, unsigned int index, void (*handler)(void));

/* The same for the interrupt with this handle, wired as INT_SET_CONFIG has it. */
bool irq_attach_handle(uint32_t handle, uint32_t config, void (*handler)(void));

/* How often the interrupt came, if a handler is attached. */
uint32_t irq_count(uint32_t handle);

/* Take the interrupt that is pending: its handle, or EPAPR_INT_NONE; and end it. */
uint32_t irq_acknowledge(void);
void irq_end(uint32_t handle);

/* Wait for any interrupt unless *flag is non-zero, as the hypervisor likes it: IDLE or wait. */
void irq_idle(const volatile uint32_t *flag);

/* True when that is the hypercall IDLE. */
bool irq_idles_by_hcall(void);

/* True when interrupt numbers are read from EPR, false when by the hypercall INT_IACK. */
bool irq_has_proxy(void);

/* Interrupts that nobody was attached to. */
unsigned int irq_spurious(void);

#endif
