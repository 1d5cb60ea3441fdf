/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/message_address.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static bool is_port(const char *text)
{
	char *end;

	return isdigit((unsigned char)text[0]) && strlen(text) < 8 &&
	       strtol(text, &end, 10) <= UINT16_MAX && *end == '\0' && strtol(text, NULL, 10) > 0;
}

/* Split at the last colon; an IPv6 address may stand in brackets. */
static bool parse_host(struct message_address *address, const char *text)
{
	const char *colon = strrchr(text, ':');
	size_t len = colon ? (size_t)(colon - text) : 0;

	if (len >= 2 && text[0] == '[' && text[len - 1] == ']') {
		text++;
		len -= 2;
	}
	if (len == 0 || len >= sizeof(address->host) || !is_port(colon + 1))
		return false;
	memcpy(address->host, text, len);
	address->host[len] = '\0';
	strcpy(address->port, colon + 1);
	return true;
}

bool message_address_parse(struct message_address *address, const char *where)
{
	*address = (struct message_address){ .kind = MESSAGE_UNIX };
	if (strncmp(where, "udp:", 4) == 0 || strncmp(where, "tcp:", 4) == 0) {
		address->kind = where[0] == 'u' ? MESSAGE_UDP : MESSAGE_TCP;
		return parse_host(address, where + 4);
	}
	if (strncmp(where, "unix:", 5) == 0)
		where += 5;
	else if (where[0] != '/')
		return false;
	if (where[0] == '\0' || strlen(where) >= sizeof(address->path))
		return false;
	strcpy(address->path, where);
	return true;
}

bool message_address_valid(const char *where)
{
	struct message_address address;

	return message_address_parse(&address, where);
}
