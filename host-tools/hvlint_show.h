/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine that a valid plan makes, on standard output: text for 80 columns. */
#ifndef HOST_TOOLS_HVLINT_SHOW_H
#define HOST_TOOLS_HVLINT_SHOW_H

#include "host-tools/hvlint_check.h"

/* Everything.  @port: TCP port of channel 0. */
void lint_show(const struct lint *lint, uint16_t port);

/* One line: what comes from trees is made printable. */
void lint_show_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* @size in a unit in which it reads well: "256 MiB".  Valid until the fourth call after it. */
const char *lint_show_size(uint64_t size);

/* The name of a node of the configuration tree. */
const char *lint_show_name(const struct lint *lint, int node);

/* True physical memory, to scale; and the guest physical memory of one partition. */
void lint_show_memory(const struct lint *lint);
void lint_show_guest_memory(const struct lint *lint, unsigned int part);

/* What one partition has. */
void lint_show_partition(const struct lint *lint, unsigned int part);

#endif
