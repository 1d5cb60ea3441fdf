/* SPDX-License-Identifier: BSD-2-Clause */
/* A 16550 UART with 16-byte FIFOs, carrying one multiplexer. */
#ifndef HV_DRIVERS_NS16550_H
#define HV_DRIVERS_NS16550_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "byte-chan/counter.h"
#include "byte-chan/mux.h"

/* Interrupts of one UART arrive on one core; only kick comes from the others. */
struct ns16550 {
	volatile uint8_t *regs; /* byte registers, stride 1 */
	struct bc_mux *mux;
	atomic_uint kicked; /* the mux has had work since transmission was last found idle */
	struct bc_counter interrupts;
	struct bc_counter overruns;
};

/*
 * Set line parameters (@baud 8N1; the divisor is rounded) and start receiving into @mux.  Its
 * interrupt must call ns16550_interrupt().
 */
void ns16550_init(struct ns16550 *uart, volatile uint8_t *regs, uint32_t clock_hz, uint32_t baud,
		  struct bc_mux *mux);

/* The kick hook of the mux: there is something to send.  @uart is a struct ns16550. */
void ns16550_kick(void *uart);

/* Handle everything that the UART has to say; false when it had nothing.  @uart is a struct
 * ns16550.
 */
bool ns16550_interrupt(void *uart);

/* Use the UART at @regs for ns16550_write_polled(). */
void ns16550_set_panic(volatile uint8_t *regs);

/* Write a string past all queues and interrupts; \n becomes \r\n.  Does nothing without a UART. */
void ns16550_write_polled(const char *s);

#endif
