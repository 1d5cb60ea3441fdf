/* SPDX-License-Identifier: BSD-2-Clause */
/* A partition: memory, vCPUs, handles and life-cycle, as the plan has it. */
#ifndef HV_PARTITION_PARTITION_H
#define HV_PARTITION_PARTITION_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "byte-chan/channel.h"
#include "hv/booke/lock.h"
#include "hv/config/plan.h"
#include "hv/console/log.h"
#include "hv/irq/vpic.h"
#include "hv/lib/arena.h"
#include "hv/vcpu/vcpu.h"

/* Values of FSL_PARTITION_*; each change is one compare-and-swap in lifecycle.c. */
enum partition_state {
	PARTITION_STOPPED = 0,
	PARTITION_RUNNING = 1,
	PARTITION_STARTING = 2,
	PARTITION_STOPPING = 3,
	PARTITION_PAUSING = 4,
	PARTITION_PAUSED = 5,
	PARTITION_RESUMING = 6,
	PARTITION_RESTARTING =
		7, /* stopping, to start again; guests are told FSL_PARTITION_STOPPING */
};

enum handle_type {
	HANDLE_NONE,
	HANDLE_BYTE_CHANNEL,
	HANDLE_INTERRUPT,
	HANDLE_DOORBELL,
	HANDLE_SHUTDOWN, /* the doorbell that tells a managed partition to shut down */
	HANDLE_ERROR_QUEUE,
};

/* What a guest's handle number stands for. */
struct handle {
	enum handle_type type;
	unsigned int vint; /* HANDLE_INTERRUPT */
	union {
		int doorbell;		    /* HANDLE_DOORBELL: plan_bell.doorbell */
		struct partition *managed;  /* HANDLE_SHUTDOWN */
		struct error_queue *errors; /* HANDLE_ERROR_QUEUE */
	};
	struct bc_end *end; /* HANDLE_BYTE_CHANNEL, and interrupts that tell of its input */
};

/* An entry of the spin table that the guest sees (ePAPR 1.1 section 5.5.2). */
struct spin_entry {
	uint32_t addr_high, addr_low;
	uint32_t r3_high, r3_low;
	uint32_t reserved;
	uint32_t pir;
	uint32_t pad[2];
};

struct properties;
struct error_queue;

struct partition {
	/* Constant after boot. */
	unsigned int index;
	const struct plan_partition *plan;
	struct vcpu *vcpus;	/* plan->num_cpus of them */
	struct handle *handles; /* of numbers PLAN_FIRST_GUEST_HANDLE and up */
	uint32_t num_handles;
	struct spin_entry *spin_table; /* the page, shared with the guest */
	uint64_t spin_table_tpa;
	void *work; /* IMAGE_WORK_SIZE bytes: for loading, by vCPU 0's core; then its tree */
	struct properties *properties;
	struct error_queue *errors; /* its own: guest-error-queue */

	atomic_uint state;	   /* enum partition_state */
	atomic_uint running_vcpus; /* vCPUs that have not left yet, while stopping */
	atomic_uint paused_vcpus;  /* vCPUs that have come to rest, while pausing */
	struct vpic vpic;
	struct log_limit log_limit; /* messages that the guest causes; vCPU 0's and others' cores,
				       benign race */
	unsigned int lives;	    /* starts so far; vCPU 0's core */
	/* What comes with an edge, written under the lock. */
	struct lock edge_lock;
	uint64_t entry; /* guest physical; at a start: where, unless its image says; then: where it
			   began */
	bool load;	/* a start: with images loaded again */
	/* Why the last life ended, for the next one's tree. */
	const char *stopped_by;
	const char *reason_stopped;
	atomic_uint faulted;		   /* its last life ended with a fault: */
	char fault[120];		   /* written by the vCPU at fault, before faulted */
	uint64_t initrd_start, initrd_end; /* guest physical, as last loaded; vCPU 0's core */
};

/* Set at boot. */
extern struct plan plan;
extern struct partition *partitions;   /* plan.num_partitions of them */
extern const void *hw_tree, *cfg_tree; /* what the plan was made from */
extern void
	*partition_tree_copy; /* IMAGE_WORK_SIZE bytes, where the shell looks at a guest's tree */

/* The handle by which partitions know each other, and its own guest as guest-id (Topaz: 0 is
 * reserved). */
static inline uint32_t partition_number(const struct partition *partition)
{
	return 1 + partition->index;
}

/* Make all partitions of the plan.  Boot core.  Panics when @arena is used up. */
void partition_create_all(struct arena *arena);

/* Let the guest know software source @vint by handle @number; @end: the channel whose input it
 * tells of, or NULL. */
void partition_add_interrupt(struct partition *partition, uint32_t number, unsigned int vint,
			     struct bc_end *end);

/* Let the guest know @end by handle @number. */
void partition_add_channel(struct partition *partition, uint32_t number, struct bc_end *end);

/*
 * Guest physical to true physical.  Stores in *@size the size of the naturally aligned block of
 * guest memory around @gpa that is equally aligned and contiguous in true physical memory (a power
 * of two, at least 4 KiB). UINT64_MAX when nothing is there.
 */
uint64_t partition_gpa_to_tpa(const struct partition *partition, uint64_t gpa, uint64_t *size);

/* The registers of this partition's devices in which @gpa is, or NULL. */
const struct plan_region *partition_find_device(const struct partition *partition, uint64_t gpa);

/*
 * The same as partition_gpa_to_tpa() for registers of devices.  *@size is 0 when their page is not
 * all the partition's.
 */
uint64_t partition_device_to_tpa(const struct partition *partition, uint64_t gpa, uint64_t *size);

/* The handle @number of this guest, or NULL when it is not one of @type. */
static inline struct handle *partition_handle(struct partition *partition, uint32_t number,
					      enum handle_type type)
{
	uint32_t i = number - PLAN_FIRST_GUEST_HANDLE;

	if (i >= partition->num_handles || partition->handles[i].type != type)
		return NULL;
	return &partition->handles[i];
}

/* The partition that @number is to the guest of @caller: HCALL_SELF, its own guest-id, or one that
 * it manages.  NULL: none. */
struct partition *partition_find(struct partition *caller, uint32_t number);

/*
 * Ask for a start: from stopped to starting; vCPU 0's core then runs it.  With @load its memory is
 * cleared and its images, if it has any, are loaded; a guest-image among them says where to begin.
 * Else it begins at guest physical @entry and finds memory as it is.  PARTITION_ENTRY_AS_BEFORE:
 * where the last life began; before the first, or if that is not known, as with @load.  Any core.
 * Returns false when the partition is not stopped.
 */
#define PARTITION_ENTRY_AS_BEFORE UINT64_MAX
bool partition_start(struct partition *partition, uint64_t entry, bool load);

/*
 * Ask for a stop: from running or paused to stopping; it is stopped when every vCPU has left.  @by:
 * who asks, as fsl,hv-stopped-by will tell the next life: "shell", "self", "manager".  Any core.
 * Returns false when the partition is neither.
 */
bool partition_stop(struct partition *partition, const char *by);

/*
 * Ask for a stop and a new start, with its images loaded again: from running.  Any core.  False:
 * not running.
 */
bool partition_restart(struct partition *partition, const char *by);

/*
 * The watchdog of @vcpu, on whose core this is called, has run out: do what watchdog-timeout says.
 * False when the partition is on its way out of the running state already.
 */
bool partition_watchdog(struct vcpu *vcpu);

/*
 * Freeze the vCPUs where they are, and let them go on: from running to paused and back.  Timers run
 * on. Any core.  False: not running, not paused.
 */
bool partition_pause(struct partition *partition);
bool partition_resume(struct partition *partition);

/* What FSL_HCALL_PARTITION_GET_STATUS says. */
uint32_t partition_status(const struct partition *partition);

/* On a vCPU's core, after its partition has left the running state: do what the new state wants. */
void partition_advance(struct vcpu *vcpu);

/*
 * @vcpu cannot go on: report @reason with partition, vCPU and registers on the hypervisor's console
 * and stop its partition.
 */
void partition_fault(struct vcpu *vcpu, const char *reason, ...)
	__attribute__((format(printf, 2, 3)));

/* "stopped", "running"... */
const char *partition_state_name(enum partition_state state);

#endif
