/* SPDX-License-Identifier: BSD-2-Clause */
/* The byte channels of the plan, and the multiplexers that carry them on UARTs. */
#ifndef HV_CONSOLE_CHANNELS_H
#define HV_CONSOLE_CHANNELS_H

#include <stdint.h>

#include "byte-chan/channel.h"
#include "byte-chan/mux.h"
#include "hv/lib/arena.h"

/*
 * Make every channel and mux of the plan, tell the partitions' handles about them, and start the
 * UARTs; their interrupts come to this core.  After partition_create_all().  Panics when out of
 * memory.
 */
void channels_create_all(struct arena *arena);

/* The hypervisor's end of channel @index when that is its console; else the near end. */
struct bc_end *channels_console_end(void);

/* What guest @index of the plan's partitions left unread in its channels goes. */
void channels_purge(unsigned int partition);

/* The near end of channel @index of the plan, and mux @index. */
struct bc_end *channels_near_end(unsigned int index);
const struct bc_mux *channels_mux(unsigned int index);

#endif
