/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of channels from the configuration tree that the hypervisor boots with. */
#ifndef MUX_SERVER_NAMES_H
#define MUX_SERVER_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mux-server/settings.h"
#include "protocol/mux.h"

enum { NAMES_TREE_MAX = 4 << 20 };

struct names_entry {
	uint8_t channel;
	char name[SETTINGS_NAME_MAX + 1];      /* fit for a file name */
	char partition[SETTINGS_NAME_MAX + 1]; /* its label, printable; "" for the hypervisor */
};

struct names {
	struct names_entry entries[MUX_HOST_CHANNELS];
	unsigned count;
};

/*
 * Read which partition has which mux-channel from the tree in @path, of hostile contents.  The
 * first channel of a partition is named as the partition's label, others LABEL-NODE; the
 * hypervisor's own console is "hv".  What cannot stand in a file name becomes '_'.  Returns 0, or
 * -1 with one sentence in @why.
 */
int names_read(struct names *names, const char *path, char *why, size_t why_size);

/* The same from @size bytes in memory. */
int names_parse(struct names *names, const void *tree, size_t size, char *why, size_t why_size);

/* Can @name stand in a path and on a command line? */
bool names_valid(const char *name);

/* Make it so, by '_' in place of what cannot. */
void names_make_valid(char *name);

/*
 * Give consoles that have no name, or only a partition, what the tree knows, and append a console
 * for each channel of the tree that @board does not have.  Returns 0 or -ENOMEM.
 */
int names_apply(const struct names *names, struct board_settings *board);

#endif
