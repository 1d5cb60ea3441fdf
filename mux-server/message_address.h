/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a message service is, as people write it. */
#ifndef MUX_SERVER_MESSAGE_ADDRESS_H
#define MUX_SERVER_MESSAGE_ADDRESS_H

#include <stdbool.h>
#include <sys/un.h>

#define MESSAGE_ADDRESS_USAGE "a socket's path, unix:PATH, udp:HOST:PORT or tcp:HOST:PORT"

enum message_kind { MESSAGE_UNIX, MESSAGE_UDP, MESSAGE_TCP };

struct message_address {
	enum message_kind kind;
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
	char host[256];
	char port[8];
};

/* Understand what MESSAGE_ADDRESS_USAGE says.  false: @where is nothing of that. */
bool message_address_parse(struct message_address *address, const char *where);

bool message_address_valid(const char *where);

#endif
