/* SPDX-License-Identifier: BSD-2-Clause */
/* What the server under test uses of the machine. */
#ifndef TESTS_SYSTEM_MUX_SERVER_WATCH_H
#define TESTS_SYSTEM_MUX_SERVER_WATCH_H

#include <stdbool.h>
#include <stdint.h>

/* Processor time so far, milliseconds, in steps of 10. */
int64_t server_cpu_ms(void);

/* A row of /proc/PID/status in kilobytes: "VmRSS", "VmSize". */
long server_memory_kb(const char *row);

/* Memory of a sanitized server says nothing: freed blocks are kept for a while. */
bool server_memory_counts(void);

/* A TCP port that nobody has just now. */
int free_port(void);

/* The value of the first sample of @family whose labels hold @labels, from the server's metrics on
 * @port. */
uint64_t server_counter(const char *port, const char *family, const char *labels);

/* How many times what a test repeats is to be repeated: @few, or with MUX_SOAK in the environment
 * that many times as often. */
int soak(int few);
bool soaking(void);

#endif
