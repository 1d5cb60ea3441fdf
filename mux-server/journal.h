/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages in journald's native protocol, one to a datagram, with MESSAGE, PRIORITY,
 * SYSLOG_FACILITY, SYSLOG_IDENTIFIER, and of a console MUX_BOARD, MUX_CHANNEL, MUX_PARTITION,
 * MUX_CONSOLE and MUX_TIME, when the line's first byte arrived; more of a line that was too long
 * has MUX_PIECE.
 */
#ifndef MUX_SERVER_JOURNAL_H
#define MUX_SERVER_JOURNAL_H

#include "mux-server/message.h"

#define JOURNAL_SOCKET "/run/systemd/journal/socket"

message_format journal_format;

#endif
