/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/client_settings.h"

#include <errno.h>
#include <stdlib.h>

#include "mux-server/channel.h"
#include "mux-server/telnet.h"

static bool inherit(unsigned **to, const unsigned *from)
{
	if (*to || !from)
		return true;
	*to = malloc(sizeof(**to));
	if (!*to)
		return false;
	**to = *from;
	return true;
}

int client_settings_inherit(struct client_settings *settings, const struct client_settings *from)
{
	return inherit(&settings->slow_reader, from->slow_reader) &&
			       inherit(&settings->slow_reader_age, from->slow_reader_age) &&
			       inherit(&settings->replay, from->replay) &&
			       inherit(&settings->scrollback, from->scrollback) &&
			       inherit(&settings->telnet, from->telnet)
		       ? 0
		       : -ENOMEM;
}

int client_settings_complete(struct client_settings *settings)
{
	unsigned slow_reader = SLOW_READER_SKIP, age = CLIENT_SLOW_READER_AGE, replay = 0;
	unsigned scrollback = CLIENT_SCROLLBACK, telnet = TELNET_AUTO;
	const struct client_settings defaults = {
		.slow_reader = &slow_reader,
		.slow_reader_age = &age,
		.replay = &replay,
		.scrollback = &scrollback,
		.telnet = &telnet,
	};

	return client_settings_inherit(settings, &defaults);
}

bool client_settings_scrollback_valid(unsigned kib)
{
	return kib >= CLIENT_SCROLLBACK && kib <= CLIENT_SCROLLBACK_MAX && (kib & (kib - 1)) == 0;
}

size_t client_settings_ring_size(const struct client_settings *settings)
{
	return (size_t)*settings->scrollback * 1024;
}
