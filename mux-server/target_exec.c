/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A target that is a command, run by sh in a process group of its own, with pipes for its standard
 * input and output.  It is lost when it closes its output; then the group is asked to end, and
 * killed if it does not, and only after the command was reaped is it started again.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mux-server/report.h"
#include "mux-server/target.h"

enum { GRACE_S = 2 };

struct command {
	pid_t pid; /* also its process group; 0: none, reaped */
	int input; /* our ends of the pipes, or -1 */
	int output;
	bool wanted;	       /* start anew once the old one was reaped */
	struct event *reaped;  /* SIGCHLD */
	struct event *overdue; /* it did not end when asked to */
};

/* In the child, between fork and exec: async-signal-safe calls only. */
static void run_child(const char *text, int input, int output)
{
	static const int ours[] = { SIGINT, SIGTERM, SIGHUP, SIGCHLD, SIGPIPE };
	sigset_t none;

	setpgid(0, 0);
	/* The server's handlers would tell the server: their pipe is shared until exec. */
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		signal(ours[i], SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (dup2(input, STDIN_FILENO) >= 0 && dup2(output, STDOUT_FILENO) >= 0)
		execl("/bin/sh", "sh", "-c", text, (char *)NULL);
	_exit(127);
}

/* Start the command.  Returns 0 or -errno. */
static int start(struct command *command, const char *text)
{
	int in[2], out[2], error;
	sigset_t all, mask;

	if (pipe2(in, O_CLOEXEC) < 0)
		return -errno;
	if (pipe2(out, O_CLOEXEC) < 0) {
		error = errno;
		goto out_close_in;
	}
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &mask); /* until the child has its own handlers */
	command->pid = fork();
	if (command->pid == 0)
		run_child(text, in[0], out[1]);
	error = errno;
	sigprocmask(SIG_SETMASK, &mask, NULL);
	if (command->pid < 0) {
		command->pid = 0;
		goto out_close_out;
	}
	setpgid(command->pid, command->pid); /* whoever is first, parent or child */
	close(in[0]);
	close(out[1]);
	fcntl(in[1], F_SETFL, O_NONBLOCK);
	fcntl(out[0], F_SETFL, O_NONBLOCK);
	command->input = in[1];
	command->output = out[0];
	return 0;

out_close_out:
	close(out[0]);
	close(out[1]);
out_close_in:
	close(in[0]);
	close(in[1]);
	return -error;
}

static void start_and_tell(struct target *target)
{
	struct command *command = target->link;
	int status = start(command, target->settings.name);

	command->wanted = false;
	if (status < 0)
		target_failed(target, "cannot run %s: %s", target->settings.name,
			      strerror(-status));
	else
		target_opened(target, command->output, command->input, true);
}

static void tell_status(const char *text, int status)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		report_error("%s: exit status 127, which means that sh did not find a command",
			     text);
	else if (WIFEXITED(status))
		report_info("%s: exit status %d", text, WEXITSTATUS(status));
	else
		report_info("%s: %s", text, strsignal(WTERMSIG(status)));
}

/*
 * While the command is in use it is not reaped, so that its number, which is also that of its
 * group, stays its own: what it left behind can still be ended without hitting a stranger.
 */
static void on_child(evutil_socket_t fd, short what, void *arg)
{
	struct target *target = arg;
	struct command *command = target->link;
	int status;

	(void)fd;
	(void)what;
	if (command->pid == 0 || command->output >= 0 ||
	    waitpid(command->pid, &status, WNOHANG) <= 0)
		return;
	command->pid = 0;
	event_del(command->overdue);
	tell_status(target->settings.name, status);
	if (command->wanted)
		start_and_tell(target);
}

static void on_overdue(evutil_socket_t fd, short what, void *arg)
{
	struct target *target = arg;
	struct command *command = target->link;

	(void)fd;
	(void)what;
	kill(-command->pid, SIGKILL);
}

static int prepare(struct target *target)
{
	struct command *command = calloc(1, sizeof(*command));

	if (!command)
		return -ENOMEM;
	command->input = command->output = -1;
	command->reaped = evsignal_new(target->base, SIGCHLD, on_child, target);
	command->overdue = evtimer_new(target->base, on_overdue, target);
	target->link = command;
	if (command->reaped && command->overdue && event_add(command->reaped, NULL) == 0)
		return 0;
	target->kind->destroy(target);
	return -ENOMEM;
}

static void open_exec(struct target *target)
{
	struct command *command = target->link;

	if (command->pid != 0)
		command->wanted = true;
	else
		start_and_tell(target);
}

static void close_exec(struct target *target)
{
	struct command *command = target->link;
	struct timeval grace = { .tv_sec = GRACE_S };

	command->wanted = false;
	if (command->output < 0)
		return;
	close(command->input);
	close(command->output);
	command->input = command->output = -1;
	kill(-command->pid, SIGTERM);
	event_add(command->overdue, &grace);
	on_child(-1, 0, target); /* it may have ended before */
}

/* Wait for at most GRACE_S; there is no event loop any more. */
static void reap(pid_t pid)
{
	for (int i = 0; i < GRACE_S * 100; i++) {
		if (waitpid(pid, NULL, WNOHANG) != 0)
			return;
		poll(NULL, 0, 10);
	}
	kill(-pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void destroy(struct target *target)
{
	struct command *command = target->link;

	if (command->pid != 0)
		reap(command->pid);
	if (command->reaped)
		event_free(command->reaped);
	if (command->overdue)
		event_free(command->overdue);
	free(command);
}

const struct target_kind target_kind_exec = {
	.prepare = prepare,
	.open = open_exec,
	.close = close_exec,
	.destroy = destroy,
	.is_process = true,
};
