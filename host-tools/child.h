/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Child processes.  Each runs in a process group of its own, so that Ctrl-C on the terminal reaches
 * only the tool, which then stops its children in order; and each is killed by the kernel should
 * the tool be.
 */
#ifndef HOST_TOOLS_CHILD_H
#define HOST_TOOLS_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

enum { CHILD_MAX_ARGS = 128 };

/* A command line under construction.  The strings are owned by it. */
struct child_args {
	char *argv[CHILD_MAX_ARGS + 1];
	int argc;
};

/* Append one argument.  Ends the program when there are more than CHILD_MAX_ARGS. */
void child_arg(struct child_args *args, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Free the strings and start over. */
void child_args_clear(struct child_args *args);

struct child {
	const char *name; /* for messages */
	pid_t pid;	  /* 0: not running */
	int status;	  /* as from waitpid(), once it has ended */
};

/*
 * Start a program, found along PATH.  It reads from @in and writes to @out; -1 stands for
 * /dev/null.  Standard error goes to the file @log, and so does standard output when @out is
 * CHILD_TO_LOG.  Returns 0 or -errno, also of exec.
 */
enum { CHILD_TO_LOG = -2 };
int child_start(struct child *child, const char *name, struct child_args *args, int in, int out,
		const char *log);

/* Has it ended?  Then its status is stored and true returned.  Does not wait. */
bool child_reap(struct child *child);

/* Wait for its end.  Returns its exit status, or 128 + signal. */
int child_wait(struct child *child);

/* End its process group: SIGTERM, and SIGKILL after three seconds.  Waits for the child. */
void child_stop(struct child *child);

/* Start a program and wait for its end.  Returns its exit status, 128 + signal, or -errno from
 * starting it. */
int child_run(const char *name, struct child_args *args, const char *log);

/* How it ended, in words: "exit status 1", "signal 11 (Segmentation fault)".  Valid until the next
 * call. */
const char *child_end(const struct child *child);

#endif
