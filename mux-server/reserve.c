/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/reserve.h"

#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>

static void *reserve; /* of the one thread that uses libevent */

static void give_up(void)
{
	free(reserve);
	reserve = NULL;
}

static void *allocate_again(void *old, size_t size)
{
	void *block = realloc(old, size);

	if (!block && size > 0) {
		give_up();
		block = realloc(old, size);
	} else if (!reserve) {
		reserve = malloc(RESERVE_SIZE);
	}
	return block;
}

static void *allocate(size_t size)
{
	return allocate_again(NULL, size);
}

int reserve_init(void)
{
	event_set_mem_functions(allocate, allocate_again, free);
	reserve = malloc(RESERVE_SIZE);
	return reserve ? 0 : -ENOMEM;
}

void reserve_fini(void)
{
	give_up();
}
