/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a person types at U-Boot's prompt in Topaz's board walk-through, typed by a program: each
 * line after the prompt that answers the one before, and each answer checked.
 */
#ifndef HOST_TOOLS_HVRUN_UBOOT_H
#define HOST_TOOLS_HVRUN_UBOOT_H

#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "host-tools/hvrun_stage.h"

struct uboot {
	const struct stage *stage;
	int fd; /* the UART; ours to read until @done is called */
	FILE *transcript;
	struct event *readable;
	struct event *late;
	int step; /* the line being answered; -1: none yet */
	bool finished;
	/* Called before the last line is typed. */
	void (*boots)(void *ctx);
	/* Called once: with NULL when U-Boot has passed control on, else with what went wrong. */
	void (*done)(void *ctx, const char *error);
	void *ctx;
	char answer[16384]; /* what U-Boot printed since the last line was typed */
	size_t length;
};

/*
 * Begin the conversation on @fd, which is non-blocking.  Not one byte that follows U-Boot's last
 * line is taken from it.  The transcript goes to u-boot.log.  Returns 0, or -1 after reporting.
 * uboot_close() is due in both cases.
 */
int uboot_open(struct uboot *uboot, struct event_base *base, const struct stage *stage, int fd,
	       void (*boots)(void *ctx), void (*done)(void *ctx, const char *error), void *ctx);

/* Stop reading; @fd stays open. */
void uboot_close(struct uboot *uboot);

#endif
