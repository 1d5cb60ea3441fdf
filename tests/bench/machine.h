/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the bench needs of the machine: a clock, a core for each side, what a process has cost, and
 * an end of the program that leaves no child behind.
 */
#ifndef TESTS_BENCH_MACHINE_H
#define TESTS_BENCH_MACHINE_H

#include <stdint.h>
#include <sys/types.h>

#include "host-tools/child.h"

/* Print what went wrong, stop the child and end the program with code 1. */
_Noreturn void machine_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Nanoseconds of a clock that only goes forward. */
int64_t machine_now(void);

/* Stop the child at any end of the program, by a signal too.  Moves the program to its core. */
void machine_init(void);

/* Start a program as the child, on a core of its own if there is more than one.  Its output goes to
 * the file @log.  There is one child at a time.  Frees @args. */
void machine_start(const char *name, struct child_args *args, const char *log);

/* Fail, with the last lines of its output, if the child has ended. */
void machine_check(void);

/* Stop the child and what it has started. */
void machine_stop(void);

/* Processor time that the child and its descendants have used, in nanoseconds. */
int64_t machine_cpu(void);

/* How often the child and its descendants have gone to sleep. */
int64_t machine_wakeups(void);

/* Processor time of this program. */
int64_t machine_own_cpu(void);

/* Memory of the child that is resident, in bytes. */
int64_t machine_resident(void);

#endif
