// SPDX-License-Identifier: BSD-2-Clause
#include "host-tools/hvrun_qemu.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host-tools/say.h"

static const char qemu_program[] = "qemu-system-ppc64";
static const char u_boot[] = "/usr/lib/u-boot/qemu-ppce500/uboot.elf";

/* A file name inside one of QEMU's comma-separated arguments.  The caller frees it. */
static char *escape_commas(const char *path)
{
	char *out = malloc(2 * strlen(path) + 1), *p = out;

	if (!out) {
		say_error("out of memory");
		exit(1);
	}
	for (; *path != '\0'; path++) {
		if (*path == ',')
			*p++ = ',';
		*p++ = *path;
	}
	*p = '\0';
	return out;
}

/* What describes the machine itself, and so its tree. */
static void machine_args(struct child_args *args, const struct hvrun_options *options,
			 const char *machine)
{
	child_arg(args, "%s", qemu_program);
	child_arg(args, "-nodefaults");
	child_arg(args, "-no-user-config");
	child_arg(args, "-M");
	child_arg(args, "%s", machine);
	child_arg(args, "-cpu");
	child_arg(args, "e500mc");
	child_arg(args, "-smp");
	child_arg(args, "%u", options->cpus);
	child_arg(args, "-m");
	child_arg(args, "%u", options->memory_mib);
	child_arg(args, "-display");
	child_arg(args, "none");
}

/* U-Boot, and a network on which it finds the staged files. */
static void u_boot_args(struct child_args *args, const struct stage *stage)
{
	char *dir = escape_commas(stage->dir);

	child_arg(args, "-bios");
	child_arg(args, "%s", u_boot);
	child_arg(args, "-netdev");
	child_arg(args, "user,id=net0,restrict=on,tftp=%s", dir);
	child_arg(args, "-device");
	child_arg(args, "virtio-net-pci,netdev=net0");
	child_arg(args, "-no-reboot"); /* nobody would type the commands a second time */
	free(dir);
}

/* The same files put into memory by QEMU. */
static void kernel_args(struct child_args *args, const struct stage *stage)
{
	static const enum stage_part parts[] = { STAGE_GUEST, STAGE_ROOTFS, STAGE_CONFIG_TREE };

	child_arg(args, "-kernel");
	child_arg(args, "%s", stage->hv_elf);
	child_arg(args, "-append");
	child_arg(args, "config-addr=0x%08x console=ttyS0,115200",
		  stage->files[STAGE_CONFIG_TREE].addr);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const struct stage_file *file = &stage->files[parts[i]];
		char *path = escape_commas(file->path);

		child_arg(args, "-device");
		child_arg(args, "loader,file=%s,addr=0x%08x,force-raw=on", path, file->addr);
		free(path);
	}
	child_arg(args, "-d");
	child_arg(args, "guest_errors");
}

static void report_no_start(int rc)
{
	if (rc == -ENOENT)
		say_error("%s is missing: run host-tools/setup.sh (package qemu-system-ppc)",
			  qemu_program);
	else
		say_error("%s cannot be started: %s", qemu_program, strerror(-rc));
}

int qemu_dump_tree(const struct hvrun_options *options, const char *file, const char *log)
{
	struct child_args args = { 0 };
	char *path = escape_commas(file);
	char *machine = say_format("ppce500,dumpdtb=%s", path);
	int rc;

	machine_args(&args, options, machine);
	child_arg(&args, "-bios");
	child_arg(&args, "%s", u_boot);
	/* Each serial line makes a node, wherever it leads. */
	child_arg(&args, "-serial");
	child_arg(&args, "null");
	for (unsigned int i = 0; i < options->num_qemu_args; i++) {
		if (strcmp(options->qemu_args[i], "-serial") != 0)
			continue;
		child_arg(&args, "-serial");
		child_arg(&args, "null");
	}
	rc = child_run(qemu_program, &args, log);
	if (rc < 0) {
		report_no_start(rc);
	} else if (rc > 0) {
		say_error("%s could not describe its hardware (status %d):", qemu_program, rc);
		say_tail(log, 5);
	}
	child_args_clear(&args);
	free(machine);
	free(path);
	return rc == 0 ? 0 : -1;
}

static void command(struct qemu *qemu, const char *text)
{
	size_t length = strlen(text);

	/* Far smaller than a pipe holds; if QEMU is gone, its end is reported elsewhere. */
	if (qemu->commands >= 0 && write(qemu->commands, text, length) != (ssize_t)length)
		close(qemu->commands), qemu->commands = -1;
}

void qemu_continue(struct qemu *qemu)
{
	command(qemu, "{\"execute\":\"cont\"}\n");
}

void qemu_log_guest_errors(struct qemu *qemu)
{
	command(qemu, "{\"execute\":\"human-monitor-command\","
		      "\"arguments\":{\"command-line\":\"log guest_errors\"}}\n");
}

/* The string that follows @key in one line of JSON, up to its closing quote; NULL when there is
 * none. */
static char *value_after(const char *line, const char *key)
{
	const char *at = strstr(line, key);

	return at ? strndup(at + strlen(key), strcspn(at + strlen(key), "\"")) : NULL;
}

static void take_answer(struct qemu *qemu)
{
	char *text;

	if (strstr(qemu->line, "\"event\": \"SHUTDOWN\"")) {
		text = value_after(qemu->line, "\"reason\": \"");
		snprintf(qemu->reason, sizeof(qemu->reason), "%s", text ? text : "unknown");
		free(text);
	} else if (strstr(qemu->line, "\"label\": \"serial0\"") && qemu->ready) {
		void (*ready)(void *ctx) = qemu->ready;

		qemu->pty = value_after(qemu->line, "\"filename\": \"pty:");
		qemu->ready = NULL;
		ready(qemu->ctx);
	}
}

static void on_readable(evutil_socket_t fd, short events, void *arg)
{
	struct qemu *qemu = arg;
	char c;

	(void)events;
	for (;;) {
		ssize_t n = read(fd, &c, 1);

		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n <= 0) {
			event_del(qemu->readable);
			return;
		}
		if (c == '\n') {
			qemu->line[qemu->length] = '\0';
			qemu->length = 0;
			take_answer(qemu);
		} else if (qemu->length < sizeof(qemu->line) - 1) {
			qemu->line[qemu->length++] = c;
		}
	}
}

static void build_args(struct child_args *args, const struct stage *stage,
		       const struct hvrun_options *options)
{
	char *errors = stage_log(stage, "guest_errors.log");

	machine_args(args, options, "ppce500");
	child_arg(args, "-S");
	child_arg(args, "-qmp");
	child_arg(args, "stdio");
	child_arg(args, "-serial");
	child_arg(args, "%s", options->serial ? options->serial : "pty");
	child_arg(args, "-D");
	child_arg(args, "%s", errors);
	if (options->kernel_boot)
		kernel_args(args, stage);
	else
		u_boot_args(args, stage);
	for (unsigned int i = 0; i < options->num_qemu_args; i++)
		child_arg(args, "%s", options->qemu_args[i]);
	free(errors);
}

int qemu_open(struct qemu *qemu, struct event_base *base, const struct stage *stage,
	      const struct hvrun_options *options, void (*ready)(void *ctx), void *ctx)
{
	struct child_args args = { 0 };
	int in[2] = { -1, -1 }, out[2] = { -1, -1 }, rc;
	char *log = stage_log(stage, "qemu.log");

	*qemu = (struct qemu){ .commands = -1, .answers = -1, .ready = ready, .ctx = ctx };
	build_args(&args, stage, options);
	if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0)
		rc = -errno;
	else
		rc = child_start(&qemu->child, "QEMU", &args, in[0], out[1], log);
	close(in[0]);
	close(out[1]);
	qemu->commands = in[1];
	qemu->answers = out[0];
	free(log);
	child_args_clear(&args);
	if (rc != 0) {
		report_no_start(rc);
		return -1;
	}
	evutil_make_socket_nonblocking(qemu->answers);
	qemu->readable = event_new(base, qemu->answers, EV_READ | EV_PERSIST, on_readable, qemu);
	if (!qemu->readable || event_add(qemu->readable, NULL) != 0) {
		say_error("out of memory");
		return -1;
	}
	command(qemu, "{\"execute\":\"qmp_capabilities\"}\n{\"execute\":\"query-chardev\"}\n");
	return 0;
}

bool qemu_reap(struct qemu *qemu)
{
	if (!child_reap(&qemu->child))
		return false;
	on_readable(qemu->answers, EV_READ, qemu); /* its last words */
	return true;
}

void qemu_close(struct qemu *qemu)
{
	child_stop(&qemu->child);
	if (qemu->readable)
		event_free(qemu->readable);
	if (qemu->commands >= 0)
		close(qemu->commands);
	if (qemu->answers >= 0)
		close(qemu->answers);
	free(qemu->pty);
	*qemu = (struct qemu){ .commands = -1, .answers = -1 };
}
