// SPDX-License-Identifier: BSD-2-Clause
#include "host-tools/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host-tools/say.h"

enum { PATIENCE_MS = 3000 };

void child_arg(struct child_args *args, const char *format, ...)
{
	va_list list;
	int n;

	if (args->argc == CHILD_MAX_ARGS) {
		say_error("a command line has more than %d arguments", CHILD_MAX_ARGS);
		exit(1);
	}
	va_start(list, format);
	n = vasprintf(&args->argv[args->argc], format, list);
	va_end(list);
	if (n < 0) {
		say_error("out of memory");
		exit(1);
	}
	args->argv[++args->argc] = NULL;
}

void child_args_clear(struct child_args *args)
{
	for (int i = 0; i < args->argc; i++)
		free(args->argv[i]);
	*args = (struct child_args){ 0 };
}

/* In the new process: never returns; what stopped it from becoming the program is written to
 * @report. */
static _Noreturn void become(char *const argv[], int in, int out, const char *log, pid_t parent,
			     int report)
{
	sigset_t none;
	int null, err, error;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent) /* died before it could be watched */
		_exit(1);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	null = open("/dev/null", O_RDWR);
	err = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (null >= 0 && err >= 0) {
		dup2(in < 0 ? null : in, STDIN_FILENO);
		dup2(out == CHILD_TO_LOG ? err : out < 0 ? null : out, STDOUT_FILENO);
		dup2(err, STDERR_FILENO);
		if (null > STDERR_FILENO)
			close(null);
		execvp(argv[0], argv);
	}
	error = errno;
	while (write(report, &error, sizeof(error)) < 0 && errno == EINTR)
		;
	_exit(127);
}

int child_start(struct child *child, const char *name, struct child_args *args, int in, int out,
		const char *log)
{
	pid_t parent = getpid();
	int report[2], error = 0;
	ssize_t n;

	*child = (struct child){ .name = name };
	if (pipe2(report, O_CLOEXEC) != 0)
		return -errno;
	child->pid = fork();
	if (child->pid == 0)
		become(args->argv, in, out, log, parent, report[1]);
	error = child->pid < 0 ? errno : 0;
	close(report[1]);
	if (error == 0) {
		do
			n = read(report[0], &error, sizeof(error));
		while (n < 0 && errno == EINTR);
		if (n == (ssize_t)sizeof(error))
			waitpid(child->pid, NULL, 0);
	}
	close(report[0]);
	if (error != 0)
		child->pid = 0;
	return -error;
}

bool child_reap(struct child *child)
{
	if (child->pid == 0)
		return false;
	if (waitpid(child->pid, &child->status, WNOHANG) != child->pid)
		return false;
	child->pid = 0;
	return true;
}

void child_stop(struct child *child)
{
	struct pollfd end = { .events = POLLIN };
	pid_t group = child->pid;

	if (group == 0)
		return;
	end.fd = (int)syscall(SYS_pidfd_open, child->pid, 0);
	kill(-group, SIGTERM);
	if (end.fd >= 0) {
		poll(&end, 1, PATIENCE_MS);
		close(end.fd);
	}
	kill(-group, SIGKILL); /* it, or what it left behind in its group */
	while (waitpid(child->pid, &child->status, 0) < 0 && errno == EINTR)
		;
	child->pid = 0;
}

int child_wait(struct child *child)
{
	while (waitpid(child->pid, &child->status, 0) < 0 && errno == EINTR)
		;
	child->pid = 0;
	return WIFEXITED(child->status) ? WEXITSTATUS(child->status)
					: 128 + WTERMSIG(child->status);
}

int child_run(const char *name, struct child_args *args, const char *log)
{
	struct child child;
	int rc = child_start(&child, name, args, -1, CHILD_TO_LOG, log);

	return rc == 0 ? child_wait(&child) : rc;
}

const char *child_end(const struct child *child)
{
	static char text[64];

	if (WIFSIGNALED(child->status))
		snprintf(text, sizeof(text), "signal %d (%s)", WTERMSIG(child->status),
			 strsignal(WTERMSIG(child->status)));
	else
		snprintf(text, sizeof(text), "exit status %d", WEXITSTATUS(child->status));
	return text;
}
