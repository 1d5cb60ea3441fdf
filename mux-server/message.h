/* SPDX-License-Identifier: BSD-2-Clause */
/* One line of a console, or a mark about it, on its way to a message service. */
#ifndef MUX_SERVER_MESSAGE_H
#define MUX_SERVER_MESSAGE_H

#include <stddef.h>
#include <stdint.h>

#include "mux-server/channel.h"
#include "mux-server/log_lines.h"

#define MESSAGE_PROGRAM "mux_server"

enum {
	MESSAGE_FACILITY = 3,		   /* daemon, as syslog and the journal number it */
	MESSAGE_SIZE = LOG_LINE_MAX + 1024 /* of a message as it is sent */
};

enum message_severity { MESSAGE_WARNING = 4, MESSAGE_NOTICE = 5, MESSAGE_INFO = 6 };

struct message {
	int64_t time_us; /* since 1970 */
	enum message_severity severity;
	const struct channel *channel; /* NULL: it is about the service itself */
	unsigned piece;		       /* of a line that was too long, from 1 */
	const char *text;	       /* UTF-8, at most LOG_LINE_MAX bytes; the rest is cut off */
	size_t len;
};

/* Write @message to @to, which has MESSAGE_SIZE bytes.  Returns its length. */
typedef size_t message_format(char *to, const struct message *message);

#endif
