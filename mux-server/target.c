/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/target.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "mux-server/report.h"

enum {
	RETRY_FIRST_MS = 100,
	RETRY_LAST_MS = 5000,
	WELL_AFTER_MS = 1000,
	BREAK_MS = 250,
	SETTLE_MS = 50
};

static const enum uplink_speech first_speech[] = {
	[TARGET_BOOT_LOADER_AUTO] = UPLINK_UNKNOWN,
	[TARGET_BOOT_LOADER_FIRST] = UPLINK_PLAIN,
	[TARGET_BOOT_LOADER_NEVER] = UPLINK_FRAMED,
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* 0 for the first attempt, then doubling up to a cap, each 3/4 to 5/4 of that. */
static int64_t retry_delay_ms(unsigned attempts)
{
	int64_t delay = RETRY_FIRST_MS;
	uint8_t jitter = 128;

	if (attempts == 0)
		return 0;
	while (--attempts > 0 && delay < RETRY_LAST_MS)
		delay *= 2;
	if (delay > RETRY_LAST_MS)
		delay = RETRY_LAST_MS;
	if (getrandom(&jitter, sizeof(jitter), GRND_NONBLOCK) < 0)
		jitter = 128;
	return delay * (384 + jitter) / 512;
}

static void retry_in(struct target *target, int64_t delay_ms)
{
	struct timeval wait = { .tv_sec = delay_ms / 1000, .tv_usec = delay_ms % 1000 * 1000 };

	event_add(target->retry, &wait);
}

/* What the state is after a target is lost or could not be opened. */
static void retry_later(struct target *target)
{
	if (target->settings.once) {
		target->state = TARGET_ENDED;
		event_base_loopbreak(target->base);
		return;
	}

	int64_t delay = retry_delay_ms(target->attempts++);
	target->state = TARGET_WAITING;
	retry_in(target, delay);
}

static void tell_trouble(struct target *target, const char *text)
{
	if (strcmp(target->trouble, text) == 0)
		return;
	snprintf(target->trouble, sizeof(target->trouble), "%s", text);
	report_error(target->settings.once ? "%s" : "%s; trying again until it works", text);
}

void target_failed(struct target *target, const char *format, ...)
{
	char text[sizeof(target->trouble)];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);

	tell_trouble(target, text);
	target->kind->close(target);
	retry_later(target);
}

/* An open target is open no more. */
static void release(struct target *target)
{
	if (event_pending(target->break_end, EV_TIMEOUT, NULL)) {
		event_del(target->break_end);
		target->kind->set_break(target, false);
	}
	gather_close(&target->gather);
	event_free(target->writable);
	target->writable = NULL;
	target->kind->close(target);
}

static void lose(struct target *target, const char *what, int error)
{
	int64_t lasted = now_ms() - target->up_since;
	const char *next = target->settings.once ? "" : "; opening it again";

	if (error)
		report_error("%s: %s on %s%s", target->settings.name, strerror(error), what, next);
	else
		report_error("EOF on read from target. %s has gone%s", target->settings.name, next);
	release(target);
	target->handler->down(target->arg, error ? strerror(error) : "EOF");

	if (lasted >= WELL_AFTER_MS)
		target->attempts = 0;
	else if (target->heard && !target->kind->is_process && target->attempts > 1)
		target->attempts = 1;
	retry_later(target);
}

static void wait_for_pace(struct target *target)
{
	int64_t wait = uplink_wait(target->uplink);
	struct timeval left = { .tv_sec = (time_t)(wait / 1000000),
				.tv_usec = (suseconds_t)(wait % 1000000) };

	if (wait >= 0)
		event_add(target->paced, &left);
}

static void flush(struct target *target)
{
	const uint8_t *data;
	size_t len;

	while ((data = uplink_next(target->uplink, &len), len > 0)) {
		ssize_t written = write(target->wfd, data, len);

		if (written > 0) {
			if (target->settings.debug)
				report_dump(data, (size_t)written, "target write");
			uplink_sent(target->uplink, (size_t)written);
		} else if (written == 0 || errno == EAGAIN) {
			event_add(target->writable, NULL);
			return;
		} else if (errno != EINTR) {
			lose(target, "write", errno);
			return;
		}
	}
	wait_for_pace(target);
}

static void on_writable(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	flush(arg);
}

static void on_readable(void *arg)
{
	static uint8_t buffer[TARGET_READ_SIZE];
	struct target *target = arg;
	ssize_t len = read(target->rfd, buffer, sizeof(buffer));

	if (len > 0) {
		gather_read(&target->gather, (size_t)len);
		target->heard = true;
		if (target->settings.debug)
			report_dump(buffer, (size_t)len, "target read ");
		target->handler->input(target->arg, buffer, (size_t)len);
	} else if (len == 0) {
		lose(target, "read", 0);
	} else if (errno == EAGAIN || errno == EINTR) {
		gather_read(&target->gather, 0);
	} else {
		lose(target, "read", errno);
	}
}

static bool is_paused(const struct target *target)
{
	return target->flow == FLOW_STOP || (target->flow == FLOW_PAUSE && target->may_pause);
}

void target_opened(struct target *target, int rfd, int wfd, bool may_pause)
{
	target->rfd = rfd;
	target->wfd = wfd;
	target->may_pause = may_pause;
	target->heard = false;
	target->writable = event_new(target->base, wfd, EV_WRITE, on_writable, target);
	if (!target->writable || gather_open(&target->gather, target->base, rfd, is_paused(target),
					     on_readable, target) < 0) {
		if (target->writable)
			event_free(target->writable);
		target->writable = NULL;
		target_failed(target, "%s cannot be polled, or memory is short",
			      target->settings.name);
		return;
	}

	size_t lost = uplink_restart(target->uplink, first_speech[target->settings.boot_loader]);

	if (lost)
		report_error("%zu bytes on their way to %s were lost", lost, target->settings.name);
	report_info("connected on fd %d", rfd);
	target->state = TARGET_UP;
	target->up_since = now_ms();
	target->trouble[0] = '\0';
	target->opened++;
	target->handler->up(target->arg);
	flush(target);
}

static void on_retry(evutil_socket_t fd, short what, void *arg)
{
	struct target *target = arg;

	(void)fd;
	(void)what;
	target->state = TARGET_OPENING;
	target->kind->open(target);
}

static void on_paced(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	target_kick(arg);
}

static void on_break_end(evutil_socket_t fd, short what, void *arg)
{
	struct target *target = arg;

	(void)fd;
	(void)what;
	target->kind->set_break(target, false);
}

int target_start(struct target *target, struct event_base *base,
		 const struct target_settings *settings, struct uplink *uplink,
		 const struct target_handler *handler, void *arg)
{
	*target = (struct target){
		.base = base,
		.kind = &target_kind_path,
		.settings = *settings,
		.uplink = uplink,
		.handler = handler,
		.arg = arg,
	};
	if (settings->exec)
		target->kind = &target_kind_exec;
	else if (!strchr(settings->name, '/') && strchr(settings->name, ':'))
		target->kind = &target_kind_tcp;

	int status = -ENOMEM;

	target->retry = event_new(base, -1, 0, on_retry, target);
	target->break_end = event_new(base, -1, 0, on_break_end, target);
	target->paced = event_new(base, -1, 0, on_paced, target);
	if (target->retry && target->break_end && target->paced)
		status = target->kind->prepare(target);
	if (status < 0) {
		if (target->retry)
			event_free(target->retry);
		if (target->break_end)
			event_free(target->break_end);
		if (target->paced)
			event_free(target->paced);
		return status;
	}
	target->state = TARGET_WAITING;
	retry_in(target, 0);
	target->attempts = 1;
	return 0;
}

/* Close what is open or being opened. */
static void shut(struct target *target)
{
	if (target->state == TARGET_UP)
		release(target);
	else if (target->state == TARGET_OPENING)
		target->kind->close(target);
	event_del(target->retry);
}

void target_stop(struct target *target)
{
	shut(target);
	target->kind->destroy(target);
	event_free(target->retry);
	event_free(target->break_end);
	event_free(target->paced);
}

void target_suspend(struct target *target)
{
	bool was_up = target->state == TARGET_UP;

	if (target->state == TARGET_SUSPENDED || target->state == TARGET_ENDED)
		return;
	shut(target);
	target->state = TARGET_SUSPENDED;
	target->trouble[0] = '\0';
	report_info("%s is released until it is resumed", target->settings.name);
	if (was_up)
		target->handler->down(target->arg, "suspended");
}

void target_resume(struct target *target)
{
	if (target->state != TARGET_SUSPENDED)
		return;
	target->state = TARGET_WAITING;
	target->attempts = 1;
	retry_in(target, 0);
}

int target_send_break(struct target *target)
{
	struct timeval length = { .tv_usec = BREAK_MS * 1000 };
	int status;

	if (target->state != TARGET_UP)
		return -ENOTCONN;
	if (!target->kind->set_break)
		return -EOPNOTSUPP;
	status = target->kind->set_break(target, true);
	if (status == 0)
		event_add(target->break_end, &length);
	return status;
}

const char *target_explain_break(int status)
{
	return status == -ENOTCONN     ? "no break: the target is not open"
	       : status == -EOPNOTSUPP ? "no break: the target is no real serial line"
				       : "no break: the device refuses";
}

void target_appeared(struct target *target)
{
	if (target->state != TARGET_WAITING)
		return;
	target->attempts = 1;
	retry_in(target, SETTLE_MS);
}

void target_kick(struct target *target)
{
	if (target->state != TARGET_UP)
		return;
	gather_typed(&target->gather);
	if (!event_pending(target->writable, EV_WRITE, NULL))
		flush(target);
}

void target_pause(struct target *target, enum flow_level level)
{
	target->flow = level;
	if (target->state == TARGET_UP)
		gather_pause(&target->gather, is_paused(target));
}
