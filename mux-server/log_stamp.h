/* SPDX-License-Identifier: BSD-2-Clause */
/* Points in time as microseconds since 1970, UTC, and as text. */
#ifndef MUX_SERVER_LOG_STAMP_H
#define MUX_SERVER_LOG_STAMP_H

#include <stdint.h>

enum { LOG_STAMP_SIZE = 28, LOG_STAMP_NAME_SIZE = 24 }; /* with the terminating NUL */

int64_t log_stamp_now(void);

/* RFC 3339: "2026-11-22T23:20:47.123456Z". */
void log_stamp_format(char text[LOG_STAMP_SIZE], int64_t time_us);

/* For file names, in the order of time: "20261122T232047.123456Z". */
void log_stamp_format_name(char text[LOG_STAMP_NAME_SIZE], int64_t time_us);

#endif
