/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/notice.h"

#include <stddef.h>

static TAILQ_HEAD(, notice_reader) readers = TAILQ_HEAD_INITIALIZER(readers);

void notice_add(struct notice_reader *reader)
{
	TAILQ_INSERT_TAIL(&readers, reader, link);
}

void notice_remove(struct notice_reader *reader)
{
	TAILQ_REMOVE(&readers, reader, link);
}

void notice_post(const struct notice *notice)
{
	struct notice_reader *reader;

	TAILQ_FOREACH (reader, &readers, link)
		reader->notice(reader, notice);
}
