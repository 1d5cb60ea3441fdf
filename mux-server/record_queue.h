/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Records on their way to a descriptor that may be slow: whole ones only, in order, and no more
 * than a limit.  What does not fit is dropped and counted, nobody waits.
 */
#ifndef MUX_SERVER_RECORD_QUEUE_H
#define MUX_SERVER_RECORD_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

struct record;

struct record_queue {
	STAILQ_HEAD(, record) records;
	size_t bytes; /* of all records */
	size_t limit;
	size_t sent;	  /* of the first record */
	uint64_t dropped; /* records */
};

void record_queue_init(struct record_queue *queue, size_t limit);

/* Append a copy of a record.  false: it was dropped. */
bool record_queue_push(struct record_queue *queue, const void *data, size_t len);

/*
 * Write as much as @fd takes, which must be non-blocking, or never block.  Returns 0: the queue is
 * empty; -EAGAIN: to be continued when @fd is writable; or -errno.
 */
int record_queue_write(struct record_queue *queue, int fd);

/*
 * The same for a socket of datagrams, each a record.  One that the socket will never take, as it is
 * too large, is dropped.
 */
int record_queue_send(struct record_queue *queue, int fd);

/* What was begun will be sent from its beginning, to another descriptor. */
void record_queue_restart(struct record_queue *queue);

/* Forget all records.  Returns how many there were. */
uint64_t record_queue_clear(struct record_queue *queue);

#endif
