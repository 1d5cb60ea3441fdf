/* SPDX-License-Identifier: BSD-2-Clause */
/* A serial line, or a pty that stands in for one: opened for us alone, raw, 8N1, and given back as
 * it was. */
#ifndef MUX_SERVER_SERIAL_H
#define MUX_SERVER_SERIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

struct serial {
	int fd;	     /* non-blocking, close-on-exec */
	bool is_pty; /* no line behind it that could overrun while nobody reads */
	struct termios saved;
};

/*
 * Open @path at @baud (0: speed as it is), with RTS/CTS flow control by the driver if @hw.  Returns
 * 0, or -errno with a sentence in @why that says what to do about it.
 */
int serial_open(struct serial *serial, const char *path, int baud, bool hw, char *why,
		size_t why_size);

/* Drop what was not sent, restore the line settings, let others use the device, close it. */
void serial_close(struct serial *serial);

#endif
