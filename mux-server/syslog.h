/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages as RFC 5424 syslog:
 *
 *     <30>1 2026-11-22T23:20:47.123456Z lab7 mux_server 311 linux
 *         [mux@32473 ch="1" part="linux" board="p4080-1"] login:
 *
 * MSGID is the partition, as far as its characters can stand there.  More of a line that was too
 * long has piece="2" and so on.
 */
#ifndef MUX_SERVER_SYSLOG_H
#define MUX_SERVER_SYSLOG_H

#include "mux-server/message.h"

/* The number that RFC 5612 gives to examples; this project has none of its own. */
#define SYSLOG_ENTERPRISE "32473"

message_format syslog_format;

#endif
