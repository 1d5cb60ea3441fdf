/* SPDX-License-Identifier: BSD-2-Clause */
/* The hypervisor's shell: a prompt, `HV> `, and a table of commands. */
#ifndef HV_CONSOLE_SHELL_H
#define HV_CONSOLE_SHELL_H

/* Read and run commands for ever.  The console's coroutine. */
void shell_main(void);

#endif
