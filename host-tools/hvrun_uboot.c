// SPDX-License-Identifier: BSD-2-Clause
#include "host-tools/hvrun_uboot.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host-tools/say.h"

static const char prompt[] = "\n=> ";
static const struct timeval patience = { .tv_sec = 60 };

enum fetch { FETCH_NOTHING = -1 };

/* One line; with a file, its address and name complete the command, and all of it must arrive. */
struct step {
	const char *text;
	int file; /* enum stage_part or FETCH_NOTHING */
};

static const struct step steps[] = {
	{ "setenv ipaddr 10.0.2.15", FETCH_NOTHING },
	{ "setenv serverip 10.0.2.2", FETCH_NOTHING },
	{ "setenv bootm_size 0x30000000", FETCH_NOTHING },
	{ "tftp", STAGE_GUEST },
	{ "tftp", STAGE_ROOTFS },
	{ "tftp", STAGE_HYPERVISOR },
	{ "tftp", STAGE_HW_TREE },
	{ "tftp", STAGE_CONFIG_TREE },
	{ "setenv bootargs config-addr=0x78900000 console=ttyS0,115200", FETCH_NOTHING },
	{ "bootm 0x78700000 - 0x78800000", FETCH_NOTHING },
};

enum {
	BEFORE_FIRST = -1,
	LAST = sizeof(steps) / sizeof(steps[0]) - 1,
};

static void finish(struct uboot *uboot, const char *error)
{
	uboot->finished = true;
	event_del(uboot->readable);
	event_del(uboot->late);
	fflush(uboot->transcript);
	uboot->done(uboot->ctx, error);
}

/* The line fits in the pty's buffer, so it is taken at once. */
static void type(struct uboot *uboot, const char *text)
{
	uboot->length = 0;
	if (write(uboot->fd, text, strlen(text)) != (ssize_t)strlen(text))
		finish(uboot, "its console takes no input");
	else
		event_add(uboot->late, &patience);
}

static void type_step(struct uboot *uboot)
{
	const struct step *step = &steps[uboot->step];
	const struct stage_file *file =
		step->file == FETCH_NOTHING ? NULL : &uboot->stage->files[step->file];
	char *line = file ? say_format("%s 0x%08x %s", step->text, file->addr, file->name)
			  : say_format("%s", step->text);
	char *typed = say_format("%s\r", line);

	if (file)
		say_progress("u-boot", "=> %-40s %s, %zu bytes", line, file->what, file->size);
	else
		say_progress("u-boot", "=> %s", line);
	if (uboot->step == LAST)
		uboot->boots(uboot->ctx);
	type(uboot, typed);
	free(typed);
	free(line);
}

/* The answer is complete: was it the right one? */
static bool answer_is_good(const struct uboot *uboot)
{
	const struct step *step = &steps[uboot->step];
	char *want;
	bool good;

	if (step->file == FETCH_NOTHING)
		return !strstr(uboot->answer, "Unknown command") && uboot->step < LAST;
	want = say_format("Bytes transferred = %zu (", uboot->stage->files[step->file].size);
	good = strstr(uboot->answer, want) != NULL;
	free(want);
	return good;
}

static bool ends_with(const struct uboot *uboot, const char *text)
{
	size_t n = strlen(text);

	return uboot->length >= n && strcmp(uboot->answer + uboot->length - n, text) == 0;
}

static void take_byte(struct uboot *uboot, char c)
{
	if (c == '\0')
		return;
	if (uboot->length == sizeof(uboot->answer) - 1)
		uboot->length = 0;
	uboot->answer[uboot->length++] = c;
	uboot->answer[uboot->length] = '\0';
	fputc(c, uboot->transcript);
	if (ends_with(uboot, prompt)) {
		if (uboot->step == BEFORE_FIRST || answer_is_good(uboot)) {
			uboot->step++;
			type_step(uboot);
		} else {
			finish(uboot, "it did not do what the last line says");
		}
	} else if (uboot->step == BEFORE_FIRST) {
		if (ends_with(uboot, "to stop autoboot"))
			type(uboot, " ");
	} else if (uboot->step == LAST && c == '\n' &&
		   strstr(uboot->answer, "Loading Device Tree to")) {
		/* The last thing that can fail is done; what follows may be the hypervisor's. */
		finish(uboot, NULL);
	}
}

static void on_readable(evutil_socket_t fd, short events, void *arg)
{
	struct uboot *uboot = arg;
	char c;

	(void)events;
	while (!uboot->finished) {
		ssize_t n = read(fd, &c, 1);

		if (n == 1)
			take_byte(uboot, c);
		else if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		else
			finish(uboot, "its console was closed");
	}
}

static void on_late(evutil_socket_t fd, short events, void *arg)
{
	(void)fd;
	(void)events;
	finish(arg, "it has not answered for 60 seconds");
}

int uboot_open(struct uboot *uboot, struct event_base *base, const struct stage *stage, int fd,
	       void (*boots)(void *ctx), void (*done)(void *ctx, const char *error), void *ctx)
{
	char *log = stage_log(stage, "u-boot.log");

	*uboot = (struct uboot){ .stage = stage, .fd = fd, .step = BEFORE_FIRST };
	uboot->boots = boots;
	uboot->done = done;
	uboot->ctx = ctx;
	uboot->transcript = fopen(log, "we");
	if (!uboot->transcript)
		say_error("%s: %s", log, strerror(errno));
	free(log);
	uboot->readable = event_new(base, fd, EV_READ | EV_PERSIST, on_readable, uboot);
	uboot->late = evtimer_new(base, on_late, uboot);
	if (!uboot->transcript || !uboot->readable || !uboot->late)
		return -1;
	event_add(uboot->readable, NULL);
	event_add(uboot->late, &patience);
	return 0;
}

void uboot_close(struct uboot *uboot)
{
	if (uboot->readable)
		event_free(uboot->readable);
	if (uboot->late)
		event_free(uboot->late);
	if (uboot->transcript)
		fclose(uboot->transcript);
	*uboot = (struct uboot){ .fd = -1 };
}
