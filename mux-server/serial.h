/* SPDX-License-Identifier: BSD-2-Clause */
/* A serial line, or a pty that stands in for one: opened for us alone, raw, and given back as
 * it was. */
#ifndef MUX_SERVER_SERIAL_H
#define MUX_SERVER_SERIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

enum serial_parity {
	SERIAL_PARITY_NONE,
	SERIAL_PARITY_EVEN,
	SERIAL_PARITY_ODD,
	SERIAL_PARITY_MARK,
	SERIAL_PARITY_SPACE,
};

enum serial_flow {
	SERIAL_FLOW_NONE,
	SERIAL_FLOW_RTS_CTS,
	SERIAL_FLOW_XON_XOFF, /* never used: it takes two bytes out of the protocol's 256 */
};

/* Beside the speed.  There are always 8 data bits, which the protocol needs. */
struct serial_line {
	enum serial_parity parity;
	unsigned stop_bits; /* 1 or 2 */
	enum serial_flow flow;
};

struct serial {
	int fd;	     /* non-blocking, close-on-exec */
	bool is_pty; /* no line behind it that could overrun while nobody reads */
	struct termios saved;
};

/*
 * Open @path at @baud (0: speed as it is), set as @line says; a pty takes no parity.  Returns
 * 0, or -errno with a sentence in @why that says what to do about it.
 */
int serial_open(struct serial *serial, const char *path, int baud, const struct serial_line *line,
		char *why, size_t why_size);

/* Drop what was not sent, restore the line settings, let others use the device, close it. */
void serial_close(struct serial *serial);

#endif
