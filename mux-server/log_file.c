/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/log_file.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "mux-server/notice.h"
#include "mux-server/report.h"

static void tell(const struct log_file *file, enum notice_kind kind, const char *text,
		 uint64_t bytes)
{
	notice_post(&(struct notice){
		.kind = kind,
		.board = file->channel->board,
		.channel = file->channel,
		.text = text,
		.bytes = bytes,
	});
}

static void tell_trouble(struct log_file *file, const char *what)
{
	char text[PATH_MAX + 128];

	if (file->told)
		return;
	file->told = true;
	file->errors++;
	snprintf(text, sizeof(text), "%s: %s", log_spool_path(file->spool), what);
	report_error("%s; the console goes on, its log is tried again", text);
	tell(file, NOTICE_LOG_TROUBLE, text, 0);
}

/* Trouble is over, and room() has counted what was lost. */
static void tell_recovered(struct log_file *file)
{
	uint64_t lost = file->lost - file->lost_recovered;

	file->told = false;
	file->lost_recovered = file->lost;
	report_info("%s: logging again; %" PRIu64 " bytes were lost", log_spool_path(file->spool),
		    lost);
	tell(file, NOTICE_LOG_RECOVERED, log_spool_path(file->spool), lost);
}

static void stop_holding(struct log_file *file)
{
	if (!file->holding)
		return;
	file->holding = false;
	event_del(file->patience);
	flow_release(file->channel->flow, FLOW_PAUSE);
}

/* The target has paused long enough. */
static void on_patience_end(evutil_socket_t fd, short what, void *arg)
{
	struct log_file *file = arg;

	(void)fd;
	(void)what;
	file->stalled = true;
	stop_holding(file);
}

/* Too much waits: let the target pause, and ask for news. */
static void hold_if_behind(struct log_file *file)
{
	struct timeval patience = { .tv_usec = LOG_FILE_PATIENCE_MS * 1000 };

	if (file->holding || file->stalled || file->failing ||
	    log_spool_fits(file->spool, 0, LOG_FILE_HOLD))
		return;
	file->holding = true;
	event_add(file->patience, &patience);
	flow_hold(file->channel->flow, FLOW_PAUSE);
}

static void on_news(void *arg, const struct log_news *news)
{
	struct log_file *file = arg;
	const struct log_settings *settings = file->settings;
	const char *path = log_spool_path(file->spool);

	if (news->deleted)
		report_error("%s was deleted; it is made anew", path);
	if (news->rotated && settings->worker)
		log_worker_post(settings->worker, path, &settings->rotation);
	if (news->rotate_failed)
		report_error("cannot rotate %s: %s; it grows, tried again in a minute", path,
			     news->rotate_failed == ESTALE ? "another file has its name"
							   : strerror(news->rotate_failed));
	if (news->failed) {
		file->failing = true;
		stop_holding(file);
		tell_trouble(file, strerror(news->failed));
	}
	if (news->recovered)
		file->failing = false;
	if (news->room) {
		file->stalled = false;
		stop_holding(file);
	}
	if (news->room || news->recovered)
		file->room(file->arg);
	if (file->told && !file->failing && !file->stalled)
		tell_recovered(file);
	if (news->old)
		file->cut(file->arg);
}

bool log_file_fits(struct log_file *file, size_t len)
{
	return log_spool_fits(file->spool, len,
			      file->failing || file->stalled ? (size_t)LOG_FILE_WAITING_MAX
							     : (size_t)LOG_FILE_BURST_MAX);
}

int log_file_append(struct log_file *file, const struct iovec *iov, int count, size_t cut)
{
	int status = log_spool_put(file->spool, iov, count, cut);

	hold_if_behind(file);
	return status;
}

void log_file_lose(struct log_file *file, uint64_t bytes)
{
	file->lost += bytes;
	if (file->stalled)
		tell_trouble(file, "the disk does not answer");
}

void log_file_reopen(struct log_file *file)
{
	log_spool_reopen(file->spool);
}

int log_file_open(struct log_file *file, struct event_base *base, const struct channel *channel,
		  const struct log_settings *settings, const char *suffix, char *why,
		  size_t why_size)
{
	char name[CHANNEL_NAME_SIZE];
	int status = -ENOMEM;

	if (channel->name[0])
		snprintf(name, sizeof(name), "%s", channel->name);
	else
		snprintf(name, sizeof(name), "channel-%02d", channel->number);
	file->settings = settings;
	file->channel = channel;
	file->patience = evtimer_new(base, on_patience_end, file);
	if (file->patience)
		status = log_spool_open(&file->spool, settings->writer, settings->directory, name,
					suffix, &settings->rotation, file->cut != NULL, on_news,
					file);
	if (status == 0)
		return 0;
	snprintf(why, why_size, "cannot log channel %d in %s: %s", channel->number,
		 settings->directory, strerror(-status));
	if (file->patience)
		event_free(file->patience);
	return status;
}

void log_file_close(struct log_file *file)
{
	stop_holding(file);
	event_free(file->patience);
	log_spool_close(file->spool);
}
