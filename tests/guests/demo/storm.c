/* SPDX-License-Identifier: BSD-2-Clause */
/* The command storm: what a guest that has gone mad does to the hypervisor, as fast as it goes. */
#include "tests/guests/demo/demo.h"

#include "tests/guests/lib/exception.h"
#include "tests/guests/lib/hcall.h"
#include "tests/guests/lib/print.h"
#include "tests/guests/lib/spr.h"
#include "tests/guests/lib/tree.h"

enum { TIMES = 100000, NO_CALL = 0x7fff, NO_HANDLE = 0x12345678 };

/* Calls that do not exist, and calls with handles that do not. */
static void storm_calls(void)
{
	for (unsigned int i = 0; i < TIMES; i++) {
		uint32_t regs[8] = { NO_HANDLE + i, i, i, i };

		hcall(i % 2 ? HCALL_EPAPR(EPAPR_HCALL_BYTE_CHANNEL_SEND) : HCALL_EPAPR(NO_CALL),
		      regs);
	}
}

/* Send without ever waiting for room, until it was refused so many times. */
static void storm_full(void)
{
	const char *handles = tree_find("/hypervisor/handles");
	const char *node = handles ? tree_child(handles) : NULL;
	uint32_t handle = 0, refused = 0;

	while (node && !tree_cell(node, "hv-handle", 0, &handle))
		node = tree_sibling(node);
	while (refused < TIMES) {
		uint32_t regs[8] = { handle, 16, 0x2e2e2e2e, 0x2e2e2e2e, 0x2e2e2e2e, 0x2e2e0d0a };

		refused += hcall(HCALL_EPAPR(EPAPR_HCALL_BYTE_CHANNEL_SEND), regs) == EV_EAGAIN;
	}
}

/* Registers that no guest has: each an exit, a line for the log and an exception. */
static void storm_traps(void)
{
	struct exception exception;

	probe_begin();
	for (unsigned int i = 0; i < TIMES; i++)
		(void)spr_read(SPR_LPIDR);
	print("storm: %u exceptions\n", probe_end(&exception));
}

void command_storm(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} storms[] = { { "calls", storm_calls }, { "full", storm_full }, { "traps", storm_traps } };

	(void)argc;
	for (unsigned int i = 0; i < sizeof(storms) / sizeof(storms[0]); i++) {
		if (strcmp(argv[1], storms[i].name))
			continue;
		storms[i].run();
		print("\nstorm: over\n");
		return;
	}
	print("usage: storm calls|full|traps\n");
}
