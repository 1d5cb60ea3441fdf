/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the system tests stand on: programs, terminals, connections, and waiting for what they
 * print.
 *
 * Whatever a test starts or opens is ended by harness_teardown(), also after a failed assertion,
 * and when the test program itself is told to end.  Nothing here sleeps: every wait is for an
 * event, up to a deadline, and a missed deadline fails the test and shows what was there instead.
 */
#ifndef TESTS_SYSTEM_HARNESS_H
#define TESTS_SYSTEM_HARNESS_H

/* cmocka wants these, in this order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <sys/types.h>

enum { HARNESS_PATIENCE_S = 60 };

/* For cmocka_unit_test_setup_teardown() and the like.  Both return 0. */
int harness_setup(void **state);
int harness_teardown(void **state);

/* A private directory, empty at the beginning of the test and removed at its end. */
const char *harness_dir(void);

/* printf() into memory that lives until the end of the test. */
char *harness_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The content of a file, with a 0 byte behind it; lives until the end of the test.  Fails if there
 * is none. */
char *harness_read_file(const char *path, size_t *size);

/* A copy of a text file, in the test's own directory, with every @from replaced by @to; fails if
 * there is none.  Of several, only the last is kept. */
const char *harness_edit_file(const char *original, const char *from, const char *to);

/* What somebody prints, and what is typed to them. */
struct stream {
	const char *name; /* for messages */
	int fd;
	pid_t pid;  /* the program behind it, or 0 */
	int status; /* as from waitpid(), once it has ended */
	char *text; /* all that came, with a 0 byte behind it */
	size_t length;
	size_t seen; /* stream_expect() has come this far */
	bool closed; /* the other side has closed */
};

/*
 * Start a program in a process group of its own; the stream is its standard input, output and
 * error. STREAM_TERMINAL gives it a terminal instead of a pipe.  The argument list ends with NULL.
 */
enum stream_kind { STREAM_PIPE, STREAM_TERMINAL };
struct stream *stream_start(enum stream_kind kind, const char *const argv[]);

/* Connect to a port of the loopback interface.  Fails the test when nobody listens. */
struct stream *stream_connect(uint16_t port);

/* Wait until @text comes after what was expected before. */
void stream_expect(struct stream *stream, const char *text);

/* Wait until the other side closes; returns the exit status of a program, 128 + signal, or 0. */
int stream_expect_end(struct stream *stream);

/* Take what there is, without waiting. */
void stream_poll(struct stream *stream);

/* Type; fails the test when it is not taken. */
void stream_type(struct stream *stream, const char *text);

/* Type a line and Enter, then wait for what follows. */
void stream_command(struct stream *stream, const char *line, const char *expected);

/* Signal the program behind the stream. */
void stream_signal(struct stream *stream, int number);

/* Close; @abrupt makes TCP send a reset.  The stream is gone. */
void stream_close(struct stream *stream, bool abrupt);

/* A machine that hvrun runs. */
enum { MACHINE_CHANNELS = 32 };
struct machine {
	struct stream *hvrun;
	uint16_t ports[MACHINE_CHANNELS]; /* by channel; 0: no such channel */
	const char *log_dir;
	bool guest_tries_all; /* registers and instructions that QEMU lacks; set by the test */
};

/*
 * Start hvrun with any free ports and a private log directory; @options, which end with NULL, are
 * added.  Does not wait.
 */
void machine_start(struct machine *machine, const char *const options[]);

/* Wait until it says ready, and learn the ports. */
void machine_expect_ready(struct machine *machine);

/* Both. */
void machine_boot(struct machine *machine, const char *const options[]);

/* A program that hvrun has started, by its name. */
pid_t machine_find_program(const struct machine *machine, const char *name);

/* A console as a TCP connection. */
struct stream *machine_attach(const struct machine *machine, unsigned int channel);

/* Wait until the log of a channel has these bytes; returns all of it, as harness_read_file(). */
char *machine_expect_log(const struct machine *machine, unsigned int channel, const char *text,
			 size_t length, size_t *size);

/*
 * Stop with this signal.  Fails unless hvrun ends with @status, nothing it started is left, its
 * private directory is gone, and QEMU has logged no error of the hypervisor or a guest.
 */
void machine_stop(struct machine *machine, int signal, int status);

/* What @console printed has the whole of the demo guest's "flood @lines", each line once, in order.
 */
void machine_expect_flood(const struct stream *console, const char *label, unsigned int lines);

/* The demo machine, booted without U-Boot, and its three consoles. */
struct demo {
	struct machine machine;
	struct stream *hv, *p1, *p2;
};
void demo_boot(struct demo *demo);

/* A command on a console, from its prompt to its next prompt. */
void machine_command(struct stream *console, const char *prompt, const char *line,
		     const char *expected);

#endif
