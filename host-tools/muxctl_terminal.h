/* SPDX-License-Identifier: BSD-2-Clause */
/* The terminal at standard input, raw for a while and put back however the program ends. */
#ifndef HOST_TOOLS_MUXCTL_TERMINAL_H
#define HOST_TOOLS_MUXCTL_TERMINAL_H

/*
 * Make it raw.  From now on every signal that ends the program puts it back first; SIGTSTP puts it
 * back while the program is stopped.  Returns 0 or -errno.
 */
int muxctl_terminal_open(void);

/* Put it back; nothing if it is not raw. */
void muxctl_terminal_close(void);

#endif
