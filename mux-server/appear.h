/* SPDX-License-Identifier: BSD-2-Clause */
/* Notices at once when a file appears, or becomes accessible: a device that was plugged in again.
 */
#ifndef MUX_SERVER_APPEAR_H
#define MUX_SERVER_APPEAR_H

#include <event2/event.h>
#include <limits.h>

struct appear {
	int fd; /* inotify; -1: it cannot be had, nothing will be noticed */
	int watch;
	struct event *readable;
	const char *path;
	char name[NAME_MAX + 1]; /* what is watched for, in the directory that is watched */
	void (*appeared)(void *arg);
	void *arg;
};

/*
 * Prepare to watch for @path, which is kept by reference.  Failing (no more inotify instances) is
 * not an error, for whoever waits also looks from time to time.
 */
void appear_init(struct appear *appear, struct event_base *base, const char *path,
		 void (*appeared)(void *arg), void *arg);

/*
 * Watch: @appeared is called when the file, or the next missing directory on the way to it, is
 * made, renamed to its name, or given other permissions.
 */
void appear_arm(struct appear *appear);

/* Watch no more. */
void appear_disarm(struct appear *appear);

void appear_fini(struct appear *appear);

#endif
