/* SPDX-License-Identifier: BSD-2-Clause */
/* The channels of the machine's console multiplexer, their owners, ports and logs. */
#ifndef HOST_TOOLS_HVRUN_TABLE_H
#define HOST_TOOLS_HVRUN_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "host-tools/hvrun_options.h"
#include "host-tools/hvrun_stage.h"

struct channel {
	char *owner;   /* label of the partition, or "hypervisor"; NULL: nobody has this number */
	bool shell;    /* the hypervisor's shell is here */
	bool expected; /* somebody prints here without being asked: the hypervisor, or a partition
			  that starts */
	uint16_t port; /* 0: any free one, until table_learn_ports() */
	char *log;
};

struct table {
	struct channel channels[HVRUN_MAX_PORTS]; /* by number on the wire */
	unsigned int num_channels;		  /* highest number + 1 */
};

/*
 * Read from the staged configuration tree who is on which channel of its first multiplexer, and
 * choose ports. Ports that are taken are reported and left to the kernel.  Returns 0, or -1 after
 * reporting.
 */
int table_open(struct table *table, const struct stage *stage, const struct hvrun_options *options);

/* Learn from mux_server's messages in the file @log which ports it got. */
void table_learn_ports(struct table *table, const char *log);

/* Print the table, without the closing line. */
void table_print(const struct table *table);

void table_close(struct table *table);

#endif
