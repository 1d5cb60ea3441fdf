/* SPDX-License-Identifier: BSD-2-Clause */
/* An uplink with some sources, and what goes out of it. */
#ifndef TESTS_UNIT_MUX_UPLINK_FIXTURE_H
#define TESTS_UNIT_MUX_UPLINK_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "mux-server/uplink.h"

enum { SOURCES = 4 };

extern struct uplink uplink;
extern struct uplink_source *sources[SOURCES];
extern int rooms[SOURCES];     /* how often each was told that there is room */
extern size_t unsent[SOURCES]; /* what each was told to be dropped */

void open_source(int index, int channel);

/* Put @len bytes, as far as they fit; returns how many did. */
size_t type(int index, const void *data, size_t len);

void fill(int index, uint8_t byte);

/* What goes out if the target takes at most @step bytes at a time, @max in all. */
size_t drain(uint8_t *out, size_t max, size_t step);

void expect_out(const char *bytes, size_t len);

#define EXPECT_OUT(text) expect_out(text, sizeof(text) - 1)

int set_up(void **state);
int tear_down(void **state);

#endif
