// SPDX-License-Identifier: BSD-2-Clause
#include "tests/system/managed.h"

#include <stdlib.h>

void managed_boot(struct managed *m)
{
	static const char *const options[] = { "--kernel-boot", "--config",
					       "tests/system/managed.dts", NULL };

	machine_boot(&m->machine, options);
	m->machine.guest_tries_all = true;
	m->hv = machine_attach(&m->machine, 0);
	for (unsigned int n = 1; n <= MANAGED_GUESTS; n++)
		m->guests[n] = machine_attach(&m->machine, n);
	for (unsigned int n = 1; n <= MANAGED_GUESTS; n++)
		if (n != 2)
			managed_call(m, n, "echo ready", "\r\nready");
}

void managed_call(struct managed *m, unsigned int guest, const char *line, const char *expected)
{
	machine_command(m->guests[guest], harness_format("p%u> ", guest), line, expected);
}

bool managed_soak(void)
{
	return getenv("HV_SOAK") != NULL;
}
