/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The virtual interrupt controller of a partition (ePAPR 1.1 section 7.4): 64 software sources,
 * edge triggered, and behind them those of assigned devices; initially masked, delivered lowest
 * number first, one active per vCPU at a time.
 */
#ifndef HV_IRQ_VPIC_H
#define HV_IRQ_VPIC_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct vcpu;
struct mpic_source;

enum {
	VPIC_SOURCES = 64,  /* of software; a device's first one has this number */
	VPIC_MAX_ALL = 255, /* with devices */
	VPIC_NONE = 255,    /* no source */
	VPIC_MAX_WORDS = 8,
	VPIC_MAX_VCPUS = 24,
};

/*
 * Bit n % 32 of word n / 32 is source n.  Any core sets pending; a bit is cleared by the vCPU that
 * takes it. Configuration is written by the guest's vCPUs.
 */
struct vpic {
	atomic_uint pending[VPIC_MAX_WORDS];
	atomic_uint unmasked[VPIC_MAX_WORDS];
	atomic_uint routed[VPIC_MAX_VCPUS]
			  [VPIC_MAX_WORDS]; /* sources whose destination is that vCPU */
	_Atomic uint8_t destination[VPIC_MAX_ALL];
	_Atomic uint8_t priority[VPIC_MAX_ALL]; /* told back, not used: all have one priority */
	_Atomic uint8_t config[VPIC_MAX_ALL];	/* of software sources: told back */
	uint32_t number[VPIC_MAX_ALL];	/* the handle that the guest knows it by; constant */
	uint8_t active[VPIC_MAX_VCPUS]; /* source in service or VPIC_NONE; that vCPU's core only */
	struct vcpu *vcpus;		/* constant; so are these: */
	unsigned int num_sources, num_words;
	struct mpic_source **devices;  /* sources VPIC_SOURCES and up; NULL: another has it now */
	const uint8_t *device_configs; /* as wired */
};

/* Make the controller of the partition with these @vcpus. */
void vpic_init(struct vpic *vpic, struct vcpu *vcpus);

/*
 * Give it @num device sources more, VPIC_SOURCES + i for devices[i], wired as configs[i] says. Both
 * arrays stay.  Boot core.
 */
void vpic_add_devices(struct vpic *vpic, unsigned int num, struct mpic_source **devices,
		      const uint8_t *configs);

/* What was device source @m of @from, which is stopped, is source @n of @to, and raised with @ctx
 * (mpic_assign()). */
void vpic_move_device(struct vpic *to, unsigned int n, struct vpic *from, unsigned int m,
		      void *ctx);

/* Masked, not pending, not active, routed to vCPU 0: the state at a partition's start. */
void vpic_reset(struct vpic *vpic);

/* Source @n has an event.  Any core. */
void vpic_raise(struct vpic *vpic, unsigned int n);

/* Is there a source that vCPU @vcpu could take now? */
bool vpic_deliverable(const struct vpic *vpic, unsigned int vcpu);

/* vCPU @vcpu takes its next source, which becomes active: returns it, or VPIC_NONE. */
unsigned int vpic_take(struct vpic *vpic, unsigned int vcpu);

/* vCPU @vcpu is done with @n.  False when @n is not what it has in service. */
bool vpic_end(struct vpic *vpic, unsigned int vcpu, unsigned int n);

void vpic_set_mask(struct vpic *vpic, unsigned int n, bool masked);
bool vpic_masked(const struct vpic *vpic, unsigned int n);

/* Send @n to vCPU @vcpu, which exists, from now on; it is wired as @config says (MPIC_*). */
void vpic_configure(struct vpic *vpic, unsigned int n, unsigned int config, unsigned int vcpu);

#endif
