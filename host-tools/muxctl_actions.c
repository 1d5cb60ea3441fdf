// SPDX-License-Identifier: BSD-2-Clause
/* What is done to a console, or to the target of its board, by one request. */
#include <stdio.h>
#include <stdlib.h>

#include "host-tools/muxctl.h"
#include "host-tools/say.h"

/* Make the request @command.  Returns the answer, which the caller frees, or NULL after an error.
 */
static json_t *tell(struct muxctl_arguments *arguments, const char *command,
		    struct muxctl_console *console)
{
	json_t *answer;
	char *request;

	if (muxctl_find(&arguments->servers, arguments->name, console) < 0)
		return NULL;
	request = say_format("%s %s", command, console->name);
	answer = muxctl_ask_once(console->server, request);
	free(request);
	return answer;
}

static int tell_and_say(struct muxctl_arguments *arguments, const char *command, const char *done)
{
	struct muxctl_console console;
	json_t *answer = tell(arguments, command, &console);

	if (!answer)
		return MUXCTL_FAILED;
	printf("%s: %s\n", console.name, done);
	json_decref(answer);
	return MUXCTL_OK;
}

int muxctl_suspend(struct muxctl_arguments *arguments)
{
	return tell_and_say(arguments, "suspend", "its target is released");
}

int muxctl_resume(struct muxctl_arguments *arguments)
{
	return tell_and_say(arguments, "resume", "its target is opened again");
}

int muxctl_break(struct muxctl_arguments *arguments)
{
	return tell_and_say(arguments, "break", "break sent");
}

int muxctl_kick(struct muxctl_arguments *arguments)
{
	struct muxctl_console console;
	json_t *answer = tell(arguments, "kick", &console);
	json_int_t count;

	if (!answer)
		return MUXCTL_FAILED;
	count = json_integer_value(json_object_get(answer, "kicked"));
	printf("%s: %" JSON_INTEGER_FORMAT " %s disconnected\n", console.name, count,
	       count == 1 ? "client" : "clients");
	json_decref(answer);
	return MUXCTL_OK;
}
