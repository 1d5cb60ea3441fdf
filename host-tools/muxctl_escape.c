// SPDX-License-Identifier: BSD-2-Clause
#include "host-tools/muxctl_escape.h"

static const struct {
	char key;
	enum muxctl_action action;
} keys[] = {
	{ '.', MUXCTL_DETACH },
	{ '?', MUXCTL_HELP },
	{ 'b', MUXCTL_BREAK },
	{ 'Z' & 0x1f, MUXCTL_SUSPEND },
};

const char muxctl_escape_help[] = "\r\n"
				  "~.   detach\r\n"
				  "~b   send a break\r\n"
				  "~^Z  suspend muxctl\r\n"
				  "~~   type one ~\r\n"
				  "~?   this list; all at the beginning of a line\r\n";

static enum muxctl_action find(char key)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (keys[i].key == key)
			return keys[i].action;
	return MUXCTL_NOTHING;
}

size_t muxctl_escape_take(struct muxctl_escape *escape, const char *in, size_t len, char *out,
			  size_t *out_len, enum muxctl_action *action)
{
	size_t at = 0;

	*out_len = 0;
	*action = MUXCTL_NOTHING;
	while (at < len && *action == MUXCTL_NOTHING) {
		char key = in[at++];

		if (escape->state == MUXCTL_LINE_START && key == '~') {
			escape->state = MUXCTL_TILDE;
			continue;
		}
		if (escape->state == MUXCTL_TILDE) {
			*action = find(key);
			if (*action != MUXCTL_NOTHING) {
				escape->state = MUXCTL_LINE_START;
				break;
			}
			out[(*out_len)++] = '~';
			escape->state = MUXCTL_IN_LINE;
			if (key == '~')
				continue;
		}
		out[(*out_len)++] = key;
		escape->state = key == '\r' || key == '\n' ? MUXCTL_LINE_START : MUXCTL_IN_LINE;
	}
	return at;
}
