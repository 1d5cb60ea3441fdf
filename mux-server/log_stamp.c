/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/log_stamp.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

int64_t log_stamp_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static struct tm break_down(int64_t time_us, unsigned *us)
{
	time_t seconds = (time_t)(time_us / 1000000);
	struct tm tm = { 0 };

	*us = (unsigned)(time_us % 1000000);
	gmtime_r(&seconds, &tm);
	return tm;
}

void log_stamp_format(char text[LOG_STAMP_SIZE], int64_t time_us)
{
	/* Many lines are stamped in one second, and breaking it down is what costs. */
	static _Thread_local char last[LOG_STAMP_SIZE];
	static _Thread_local int64_t last_second = -1;
	unsigned us = (unsigned)(time_us % 1000000);

	if (time_us / 1000000 != last_second) {
		struct tm tm = break_down(time_us, &us);

		strftime(last, sizeof(last), "%Y-%m-%dT%H:%M:%S.000000Z", &tm);
		last_second = time_us / 1000000;
	}
	memcpy(text, last, sizeof(last));
	for (char *digit = text + LOG_STAMP_SIZE - 3; us > 0; us /= 10)
		*digit-- = (char)('0' + us % 10);
}

void log_stamp_format_name(char text[LOG_STAMP_NAME_SIZE], int64_t time_us)
{
	unsigned us;
	struct tm tm = break_down(time_us, &us);

	snprintf(text + strftime(text, LOG_STAMP_NAME_SIZE, "%Y%m%dT%H%M%S", &tm), 9, ".%06uZ", us);
}
