/* SPDX-License-Identifier: BSD-2-Clause */
/* What is done to the target of a board, which any of its consoles names. */
#include <stdio.h>
#include <stdlib.h>

#include "host-tools/muxctl.h"
#include "host-tools/say.h"

static int tell(struct muxctl_arguments *arguments, const char *command, const char *done)
{
	struct muxctl_console console;
	json_t *answer;
	char *request;

	if (muxctl_find(&arguments->servers, arguments->name, &console) < 0)
		return MUXCTL_FAILED;
	request = say_format("%s %s", command, console.name);
	answer = muxctl_ask_once(console.server, request);
	free(request);
	if (!answer)
		return MUXCTL_FAILED;
	printf("%s: %s\n", console.name, done);
	json_decref(answer);
	return MUXCTL_OK;
}

int muxctl_suspend(struct muxctl_arguments *arguments)
{
	return tell(arguments, "suspend", "its target is released");
}

int muxctl_resume(struct muxctl_arguments *arguments)
{
	return tell(arguments, "resume", "its target is opened again");
}

int muxctl_break(struct muxctl_arguments *arguments)
{
	return tell(arguments, "break", "break sent");
}
