/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Freescale MPIC (OpenPIC): interrupts of the hypervisor's devices and of devices that are
 * assigned to partitions, which may share a source.
 */
#ifndef HV_IRQ_MPIC_H
#define HV_IRQ_MPIC_H

#include <stdbool.h>
#include <stdint.h>

#include "hv/lib/arena.h"

/*
 * Reset the controller at @regs: every source masked.  Room for @most sources is taken from @arena.
 * Boot core only, before any other function here.  Returns 0, or -1 when the arena is used up.
 */
int mpic_init(volatile uint8_t *regs, struct arena *arena, unsigned int most, uint32_t timebase_hz);

/* Let interrupts reach this core. */
void mpic_init_core(void);

/* How a source is wired: as the ePAPR hypercall INT_SET_CONFIG has it. */
enum {
	MPIC_HIGH = 1, /* active high, or rising edge */
	MPIC_LEVEL = 2,
};

/* The same from @sense as the tree has it: 0 rising edge, 1 low level, 2 high level, 3 falling. */
unsigned int mpic_config_of_sense(uint32_t sense);

/*
 * Have @handler called with @ctx on the core with PIR @hwid when source @number is active; it
 * returns true when its device had something to say.  Returns 0, or -1 when there is no room.  Boot
 * core only.
 */
int mpic_attach(uint32_t number, uint32_t sense, uint32_t hwid, bool (*handler)(void *ctx),
		void *ctx);

struct mpic_source;
struct vcpu;

/*
 * A guest's device has source @number: @raise is called with @ctx, on the source's core, when it
 * has an interrupt; no more follow until mpic_end().  Masked at first.  NULL: no room.  Boot core.
 */
struct mpic_source *mpic_assign(uint32_t number, uint32_t sense, uint32_t hwid,
				void (*raise)(void *ctx), void *ctx);

/* From now on @ctx is told, and what the guest before had in service is over.  mpic_configure() has
 * to follow. */
void mpic_hand_over(struct mpic_source *source, void *ctx);

/*
 * What the guest wants of it: wiring, the vCPU to interrupt, masked or not.  A source that the
 * hypervisor shares stays as it is, and what comes while the guest has masked it is remembered by
 * @raise.  Any core.
 */
void mpic_configure(struct mpic_source *source, unsigned int config, const struct vcpu *vcpu,
		    bool masked);

/* The guest has ended its interrupt.  Any core. */
void mpic_end(struct mpic_source *source);

/* Take and handle the interrupts that wait for this core. */
void mpic_handle(void);

#endif
