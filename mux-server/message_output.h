/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages on their way to a service: a unix datagram socket, UDP, or TCP with the octet counting
 * of RFC 6587.
 *
 * Nobody waits for the service.  While it is away it is tried again, first after 0.1 s, then less
 * and less often, up to 5 s; MESSAGE_QUEUE_MAX bytes wait for it.  What does not fit is counted,
 * and the service is told how much it lacks when it takes messages again.  What a service on the
 * network had not read when it went away is lost without a count: nobody can know.
 */
#ifndef MUX_SERVER_MESSAGE_OUTPUT_H
#define MUX_SERVER_MESSAGE_OUTPUT_H

#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>

#include "mux-server/message.h"

enum { MESSAGE_QUEUE_MAX = 262144 };

struct message_output;

/*
 * Start sending to @where (message_address.h), which is kept by reference, in this @format. Whether
 * the service is there does not matter.  NULL: out of memory, or @where is not valid.
 */
struct message_output *message_output_open(struct event_base *base, const char *where,
					   message_format *format);

/* Queue a message; message_output_flush() sends it. */
void message_output_put(struct message_output *output, const struct message *message);

/* Send what the service takes without waiting. */
void message_output_flush(struct message_output *output);

/* Messages that were dropped. */
uint64_t message_output_lost(const struct message_output *output);

/* Send what can be sent at once, and say how many messages were lost with the rest. */
void message_output_close(struct message_output *output);

#endif
