/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Queues of errors that guests read by the hypercall ERR_GET_INFO: one for each partition, with
 * what it did itself, and one with all of them for the partition that is error manager just now.
 */
#ifndef HV_PARTITION_ERROR_QUEUE_H
#define HV_PARTITION_ERROR_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "hv/booke/lock.h"
#include "protocol/hcall_error.h"

struct partition;
struct vcpu;

enum error_kind { ERROR_ACCESS, ERROR_FAULT };

struct error_entry {
	uint64_t gpa;
	uint32_t ea, pc, msr, syndrome;
	uint32_t lost;
	uint8_t kind, partition, vcpu;
};

enum { ERROR_QUEUE_LENGTH = 32768 / sizeof(struct hcall_error) }; /* Topaz: 32 KiB of records */

struct error_queue {
	struct lock lock; /* of all of it */
	uint32_t first, count, lost;
	struct error_entry entries[ERROR_QUEUE_LENGTH];
};

/* The error manager (claim.h) may read it, and is told that it is no longer empty by a machine
 * check with MCSR[MCP]. */
extern struct error_queue error_global;

/*
 * @vcpu did what it should not: @kind at effective address @ea, and guest physical @gpa for
 * ERROR_ACCESS.  On its own core.
 */
void error_report(struct vcpu *vcpu, enum error_kind kind, uint64_t gpa, uint32_t ea,
		  uint32_t syndrome);

/* @partition begins a life: its own queue is empty; a manager is told what waits. */
void error_queue_start(struct partition *partition);

/* The oldest error, which stays if @peek.  False: there is none. */
bool error_queue_take(struct error_queue *queue, bool peek, struct error_entry *entry);

/* Write @entry out. */
void error_describe(const struct error_entry *entry, struct hcall_error *record);

#endif
