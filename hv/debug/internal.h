/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of this folder share. */
#ifndef HV_DEBUG_INTERNAL_H
#define HV_DEBUG_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "byte-chan/channel.h"
#include "hv/booke/lock.h"
#include "hv/debug/packet.h"
#include "hv/partition/partition.h"

enum {
	BREAKPOINTS_MAX = 32, /* of a partition */
	SIGNAL_INTERRUPT = 2, /* as gdb numbers them */
	SIGNAL_TRAP = 5,
};

struct breakpoint {
	uint32_t owners; /* bits of stubs; 0: free */
	uint32_t ea;
	uint64_t tpa;	   /* where it is, whatever the guest maps at @ea now */
	uint32_t original; /* while it is placed: the guest's instruction */
};

struct stub {
	struct debug *debug;
	struct core *core; /* where it runs */
	struct bc_end *end;
	uint32_t vcpus; /* bit: may be seen as thread */
	uint32_t bit;	/* in debug.holds */

	/* Under debug.lock, and constant while the stub holds the partition. */
	struct vcpu *stopped; /* the vCPU that the stop is about */
	unsigned int signal;
	bool ended; /* the partition has, since gdb let it go on */

	/* The stub's own. */
	bool waiting;		     /* gdb waits for a stop */
	struct vcpu *looked_at;	     /* by g, m... */
	struct vcpu *stepped;	     /* by s */
	struct packet_reader reader; /* what gdb says */
	struct packet_writer writer; /* the last reply */
};

/* Of a partition with at least one stub. */
struct debug {
	struct partition *partition;
	struct stub *stubs[PLAN_MAX_CPUS];
	unsigned int num_stubs;

	/* Taken by the vCPUs' cores, for a few instructions or the copy of a word. */
	struct lock lock;
	uint32_t holds;	      /* who wants the vCPUs to rest: bits of stubs, and DEBUG_STEPPING */
	uint32_t at_rest;     /* bit: vCPU */
	struct vcpu *stepper; /* takes a step while all others rest */
	bool stepping;	      /* it has begun to */
	uint32_t release;     /* these holds end with the step */
	uint32_t waiters;     /* bits of the stubs that wait at the start */
	/* They stand in memory only while nobody holds the vCPUs; changed only while all rest. */
	bool placed;
	struct breakpoint breakpoints[BREAKPOINTS_MAX];
};

#define DEBUG_STEPPING 0x80000000 /* a step that no gdb has asked for */

/* debug.c: have all vCPUs rest for @stub, because of @vcpu. */
void debug_hold(struct stub *stub, struct vcpu *vcpu, unsigned int signal);
/* They are at rest for @stub, and no step is being taken. */
bool debug_is_held(struct stub *stub);
/*
 * Go on, or with @step let only that vCPU take one.  False when another stub has a step taken just
 * now.
 */
bool debug_resume(struct stub *stub, struct vcpu *step);

/* gdb has gone: nothing of it stays. */
void debug_detach(struct stub *stub);

/*
 * breakpoint.c.  Copy from or to guest memory at @ea, as @vcpu maps it; false when something of it
 * is not there.  While all rest.
 */
bool breakpoint_copy(struct vcpu *vcpu, uint32_t ea, void *buf, size_t len, bool write);
/* The stubs that have a breakpoint where @vcpu stands. */
uint32_t breakpoint_owners(struct vcpu *vcpu);
/*
 * Under debug.lock, while all rest.  Insert: false when nothing is there, or the table is full.
 * Remove: at *@ea, or all of this stub.
 */
bool breakpoint_insert(struct stub *stub, struct vcpu *vcpu, uint32_t ea);
void breakpoint_remove(struct stub *stub, const uint32_t *ea);
/* Place them in memory before the vCPUs go on, or take them out. */
void breakpoint_place_all(struct debug *debug, bool in);

/* stub.c: an event on the channel. */
void stub_notify(struct bc_end *end, unsigned int events);
/* Deal with what gdb has sent, and tell it what it waits for. */
void stub_serve(struct stub *stub);

/* target.c: put @len characters of the description of the registers from @offset on. */
void target_put(struct packet_writer *writer, uint32_t offset, uint32_t len);

#endif
