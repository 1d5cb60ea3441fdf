/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine: QEMU's ppce500 with e500mc cores, steered over QMP on its standard input and output.
 */
#ifndef HOST_TOOLS_HVRUN_QEMU_H
#define HOST_TOOLS_HVRUN_QEMU_H

#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>

#include "host-tools/child.h"
#include "host-tools/hvrun_options.h"
#include "host-tools/hvrun_stage.h"

struct qemu {
	struct child child;
	char *pty;	 /* the UART, once it is known; NULL with --serial */
	char reason[64]; /* why it stops, in QEMU's words; empty while it runs */
	int commands;	 /* QMP, to it */
	int answers;	 /* and from it; non-blocking */
	struct event *readable;
	void (*ready)(void *ctx);
	void *ctx;
	char line[8192]; /* an answer, as far as it has come */
	size_t length;
};

/* The hardware tree of the machine that @options describe, written to @file.  Returns 0, or -1
 * after reporting. */
int qemu_dump_tree(const struct hvrun_options *options, const char *file, const char *log);

/*
 * Start the machine, paused.  @ready is called once, when its UART can be opened.  Returns 0, or -1
 * after reporting.  qemu_close() is due in both cases.
 */
int qemu_open(struct qemu *qemu, struct event_base *base, const struct stage *stage,
	      const struct hvrun_options *options, void (*ready)(void *ctx), void *ctx);

/* Let it run. */
void qemu_continue(struct qemu *qemu);

/*
 * From now on, write to guest_errors.log whatever software does that no hardware would accept.
 * U-Boot itself does such things, so this is on from the start only when there is no U-Boot.
 */
void qemu_log_guest_errors(struct qemu *qemu);

/* Has it ended by itself?  Then @reason and @child.status say how. */
bool qemu_reap(struct qemu *qemu);

/* Stop it and free what was taken. */
void qemu_close(struct qemu *qemu);

#endif
