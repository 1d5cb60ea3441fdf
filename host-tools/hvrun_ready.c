// SPDX-License-Identifier: BSD-2-Clause
#include "host-tools/hvrun_ready.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "host-tools/say.h"

enum { PATIENCE_S = 60 };

/* The shell shows its prompt; a partition ends a line with something in it. */
static bool is_sign(const struct channel *channel, const char *text, size_t length)
{
	size_t blank = 0;

	if (channel->shell)
		return memmem(text, length, "HV> ", 4) != NULL;
	while (blank < length && isspace((unsigned char)text[blank]))
		blank++;
	return memchr(text + blank, '\n', length - blank) != NULL;
}

/* Nothing more will come: the hypervisor's last words. */
static bool is_end(const struct channel *channel, const char *text, size_t length)
{
	static const char last[] = "The hypervisor has stopped";

	return channel->shell && memmem(text, length, last, sizeof(last) - 1) != NULL;
}

static void look(struct ready *ready, unsigned int i)
{
	static char text[65536];
	const struct channel *channel = &ready->table->channels[i];
	FILE *file = fopen(channel->log, "r");
	size_t n;

	if (!file)
		return;
	n = fread(text, 1, sizeof(text), file);
	fclose(file);
	ready->seen[i] = is_sign(channel, text, n);
	ready->ended = ready->ended || is_end(channel, text, n);
}

/* Has anything come on a channel of that owner? */
static bool owner_was_seen(const struct ready *ready, const char *owner)
{
	for (unsigned int i = 0; i < ready->table->num_channels; i++)
		if (ready->seen[i] && strcmp(ready->table->channels[i].owner, owner) == 0)
			return true;
	return false;
}

/*
 * The first expected channel whose owner has not printed anywhere, or -1: a partition may have more
 * channels than it prints on.
 */
static int find_silent(struct ready *ready)
{
	const struct channel *channels = ready->table->channels;
	unsigned int i;

	for (i = 0; i < ready->table->num_channels; i++)
		if (channels[i].expected && !ready->seen[i])
			look(ready, i);
	for (i = 0; i < ready->table->num_channels; i++)
		if (channels[i].expected && !owner_was_seen(ready, channels[i].owner))
			return (int)i;
	return -1;
}

static void finish(struct ready *ready, int silent)
{
	event_del(ready->changed);
	event_del(ready->late);
	ready->done(ready->ctx, silent);
}

static void on_changed(evutil_socket_t fd, short events, void *arg)
{
	struct ready *ready = arg;
	char records[4096];
	int silent;

	(void)events;
	while (read(fd, records, sizeof(records)) > 0)
		; /* which log it was does not matter */
	silent = find_silent(ready);
	if (silent < 0 || ready->ended)
		finish(ready, silent);
}

static void on_late(evutil_socket_t fd, short events, void *arg)
{
	struct ready *ready = arg;

	(void)fd;
	(void)events;
	finish(ready, find_silent(ready));
}

int ready_open(struct ready *ready, struct event_base *base, const struct table *table,
	       const char *log_dir, void (*done)(void *ctx, int silent), void *ctx)
{
	const struct timeval patience = { .tv_sec = PATIENCE_S };

	*ready = (struct ready){ .table = table, .done = done, .ctx = ctx };
	ready->notify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (ready->notify < 0 ||
	    inotify_add_watch(ready->notify, log_dir, IN_CREATE | IN_MODIFY) < 0) {
		say_error("%s cannot be watched: %s", log_dir, strerror(errno));
		return -1;
	}
	ready->changed = event_new(base, ready->notify, EV_READ | EV_PERSIST, on_changed, ready);
	ready->late = evtimer_new(base, on_late, ready);
	if (!ready->changed || !ready->late) {
		say_error("out of memory");
		return -1;
	}
	event_add(ready->changed, NULL);
	event_add(ready->late, &patience);
	return 0;
}

void ready_close(struct ready *ready)
{
	if (ready->changed)
		event_free(ready->changed);
	if (ready->late)
		event_free(ready->late);
	if (ready->notify >= 0)
		close(ready->notify);
	*ready = (struct ready){ .notify = -1 };
}
