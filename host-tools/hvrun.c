// SPDX-License-Identifier: BSD-2-Clause
/*
 * hvrun: boot the hypervisor on QEMU and serve its consoles.  What "make run" starts.
 *
 *   stage      a private directory with all that the machine loads
 *   hvlint     checks it
 *   QEMU       paused, until somebody listens at its UART, a pty
 *   U-Boot     is told what a person would type (or not there: --kernel-boot)
 *   mux_server takes the pty over, gives each channel a TCP port and a log
 *   ready      once hypervisor and partitions have printed
 */
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "host-tools/child.h"
#include "host-tools/hvrun_check.h"
#include "host-tools/hvrun_options.h"
#include "host-tools/hvrun_qemu.h"
#include "host-tools/hvrun_ready.h"
#include "host-tools/hvrun_stage.h"
#include "host-tools/hvrun_table.h"
#include "host-tools/hvrun_uboot.h"
#include "host-tools/say.h"

enum { NUM_SIGNALS = 4 };

struct hvrun {
	struct event_base *base;
	struct event *signals[NUM_SIGNALS];
	struct hvrun_options options;
	struct stage stage;
	struct table table;
	struct qemu qemu;
	struct uboot uboot;
	struct ready ready;
	struct child mux_server;
	int uart; /* held open for as long as the machine runs: QEMU drops what nobody can read */
	bool is_ready;
	int status;
};

static void stop(struct hvrun *run, int status)
{
	run->status = status;
	event_base_loopbreak(run->base);
}

static void show_log(const struct hvrun *run, const char *name)
{
	char *log = stage_log(&run->stage, name);

	say_tail(log, 15);
	free(log);
}

static void on_ready(void *ctx, int silent)
{
	struct hvrun *run = ctx;
	const struct channel *channel = silent < 0 ? NULL : &run->table.channels[silent];
	char *log;

	if (channel && channel->shell) {
		say_error("the hypervisor has not shown its prompt; it has printed:");
		say_tail(channel->log, 15);
		say_error("the rest is in %s", run->stage.log_dir);
		stop(run, 1);
		return;
	}
	log = stage_log(&run->stage, "mux_server.log");
	table_learn_ports(&run->table, log);
	free(log);
	table_print(&run->table);
	if (channel)
		printf("ready, but %s has printed nothing yet; Ctrl-C stops everything\n",
		       channel->owner);
	else
		printf("ready; Ctrl-C stops everything\n");
	fflush(stdout);
	run->is_ready = true;
}

static void start_mux_server(struct hvrun *run)
{
	struct child_args args = { 0 };
	char *log = stage_log(&run->stage, "mux_server.log");
	int rc;

	child_arg(&args, "%s/bin/mux_server", run->stage.build);
	child_arg(&args, "--log-dir");
	child_arg(&args, "%s", run->stage.log_dir);
	child_arg(&args, "%s", run->qemu.pty);
	for (unsigned int i = 0; i < run->table.num_channels; i++)
		child_arg(&args, "%u", run->table.channels[i].port);
	say_progress("mux_server", "on %s", run->qemu.pty);
	rc = child_start(&run->mux_server, "mux_server", &args, -1, CHILD_TO_LOG, log);
	if (rc != 0) {
		say_error("%s cannot be started: %s", args.argv[0], strerror(-rc));
		stop(run, 1);
	} else if (ready_open(&run->ready, run->base, &run->table, run->stage.log_dir, on_ready,
			      run) != 0) {
		stop(run, 1);
	}
	child_args_clear(&args);
	free(log);
}

static void on_uboot_boots(void *ctx)
{
	struct hvrun *run = ctx;

	qemu_log_guest_errors(&run->qemu);
}

static void on_uboot_done(void *ctx, const char *error)
{
	struct hvrun *run = ctx;

	if (error) {
		say_error("U-Boot: %s", error);
		show_log(run, "u-boot.log");
		stop(run, 1);
	} else {
		start_mux_server(run);
	}
}

static int open_uart(struct hvrun *run)
{
	struct termios line;

	run->uart = open(run->qemu.pty, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (run->uart < 0 || tcgetattr(run->uart, &line) != 0) {
		say_error("%s (the machine's UART): %s", run->qemu.pty, strerror(errno));
		return -1;
	}
	cfmakeraw(&line);
	tcsetattr(run->uart, TCSANOW, &line);
	return 0;
}

/* The machine is there, paused, and its UART can be opened. */
static void on_machine(void *ctx)
{
	struct hvrun *run = ctx;

	if (run->options.serial) {
		qemu_continue(&run->qemu);
		printf("ready: the UART is on %s\n",
		       run->qemu.pty ? run->qemu.pty : run->options.serial);
		fflush(stdout);
		run->is_ready = true;
		return;
	}
	if (!run->qemu.pty || open_uart(run) != 0) {
		stop(run, 1);
		return;
	}
	if (run->options.kernel_boot)
		start_mux_server(run);
	else if (uboot_open(&run->uboot, run->base, &run->stage, run->uart, on_uboot_boots,
			    on_uboot_done, run) != 0)
		stop(run, 1);
	qemu_continue(&run->qemu);
}

/* Who has ended without being told to? */
static void on_child(struct hvrun *run)
{
	if (qemu_reap(&run->qemu)) {
		if (strncmp(run->qemu.reason, "guest-", 6) == 0) {
			say_progress("QEMU", "the machine has switched itself off (%s)",
				     run->qemu.reason);
			stop(run, 0);
		} else {
			say_error("QEMU has ended: %s", child_end(&run->qemu.child));
			show_log(run, "qemu.log");
			stop(run, 1);
		}
	} else if (child_reap(&run->mux_server)) {
		say_error("mux_server has ended: %s", child_end(&run->mux_server));
		show_log(run, "mux_server.log");
		stop(run, 1);
	}
}

static void on_signal(evutil_socket_t number, short events, void *arg)
{
	struct hvrun *run = arg;

	(void)events;
	if (number == SIGCHLD) {
		on_child(run);
		return;
	}
	printf("\n");
	say_progress("stop", "%s", strsignal((int)number));
	stop(run, run->is_ready ? 0 : 128 + (int)number);
}

static int catch_signals(struct hvrun *run)
{
	static const int numbers[NUM_SIGNALS] = { SIGINT, SIGTERM, SIGHUP, SIGCHLD };

	signal(SIGPIPE, SIG_IGN);
	for (int i = 0; i < NUM_SIGNALS; i++) {
		run->signals[i] = evsignal_new(run->base, numbers[i], on_signal, run);
		if (!run->signals[i] || event_add(run->signals[i], NULL) != 0) {
			say_error("signals cannot be caught");
			return -1;
		}
	}
	return 0;
}

static int serve(struct hvrun *run)
{
	say_progress("stage", "hypervisor, trees, guest kernel and root file system");
	if (stage_open(&run->stage, &run->options) != 0)
		return 1;
	if (!run->options.no_check && check_stage(&run->stage, &run->options) != 0)
		return 1;
	if (!run->options.serial && table_open(&run->table, &run->stage, &run->options) != 0)
		return 1;
	say_progress("QEMU", "ppce500, %u e500mc cores, %u MiB", run->options.cpus,
		     run->options.memory_mib);
	if (qemu_open(&run->qemu, run->base, &run->stage, &run->options, on_machine, run) != 0)
		return 1;
	event_base_dispatch(run->base);
	return run->status;
}

static void clean_up(struct hvrun *run)
{
	child_stop(&run->mux_server);
	qemu_close(&run->qemu);
	ready_close(&run->ready);
	uboot_close(&run->uboot);
	if (run->uart >= 0)
		close(run->uart);
	table_close(&run->table);
	stage_close(&run->stage);
	for (int i = 0; i < NUM_SIGNALS; i++)
		if (run->signals[i])
			event_free(run->signals[i]);
	if (run->base)
		event_base_free(run->base);
}

/* Descriptors 0, 1 and 2 may be closed; what is opened later must not take their place. */
static void fill_standard_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

int main(int argc, char **argv)
{
	static struct hvrun run = {
		.stage = { .log_lock = -1 },
		.qemu = { .commands = -1, .answers = -1 },
		.ready = { .notify = -1 },
		.uart = -1,
	};
	int status;

	fill_standard_streams();
	say_set_program("hvrun");
	status = hvrun_options_parse(&run.options, argc, argv);
	if (status >= 0)
		return status;
	run.base = event_base_new();
	if (!run.base) {
		say_error("out of memory");
		return 1;
	}
	status = catch_signals(&run) == 0 ? serve(&run) : 1;
	clean_up(&run);
	return status;
}
