/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Machines as big as they come: the hardware trees of real boards, from Linux, completed as U-Boot
 * does; and configurations of the shape that packages for such boards have.
 */
#ifndef TESTS_UNIT_BOARD_TREES_H
#define TESTS_UNIT_BOARD_TREES_H

#include "tests/unit/plan_trees.h"

/* The tree of @board (p4080ds, ...) with RAM, clocks and spin tables, and no configuration. */
struct plan_trees *board_trees_load(const char *board);
/* One multiplexer on serial0, two partitions, and every device of the machine in one of them. */
void board_trees_share_devices(struct plan_trees *trees);
/* @count partitions of one core and 256 MiB, without devices. */
void board_trees_many_partitions(struct plan_trees *trees, unsigned int count);

#endif
