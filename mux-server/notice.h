/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What happens in the server, told to whoever wants to know: logs mark it, the event stream passes
 * it on, metrics count it.  Rare things only; bytes do not come this way.
 */
#ifndef MUX_SERVER_NOTICE_H
#define MUX_SERVER_NOTICE_H

#include <stdint.h>
#include <sys/queue.h>

enum notice_kind {
	NOTICE_TARGET_UP,
	NOTICE_TARGET_DOWN,   /* text: why */
	NOTICE_CLIENT_JOIN,   /* text: from where */
	NOTICE_CLIENT_LEAVE,  /* text: from where; bytes: it missed in all; client */
	NOTICE_CLIENT_DROP,   /* text: from where; bytes: it missed last; reason: a setting */
	NOTICE_DROP,	      /* bytes that text, a client or log, did not take */
	NOTICE_LOG_TROUBLE,   /* text: file and error */
	NOTICE_LOG_RECOVERED, /* text: file; bytes: lost meanwhile */
};

struct channel;

/* What passed between a client and its channel. */
struct notice_client {
	int64_t since_us; /* log_stamp.h */
	uint64_t sent, received;
};

struct notice {
	enum notice_kind kind;
	const char *board;	       /* its name */
	const struct channel *channel; /* NULL: the whole board */
	const char *text;	       /* NULL: nothing to add */
	const char *reason;
	uint64_t bytes;
	const struct notice_client *client;
};

struct notice_reader {
	TAILQ_ENTRY(notice_reader) link;
	void (*notice)(struct notice_reader *reader, const struct notice *notice);
};

/* Readers stay as they are while a notice is told. */
void notice_add(struct notice_reader *reader);
void notice_remove(struct notice_reader *reader);

/* Tell all readers; what @notice points to is not kept. */
void notice_post(const struct notice *notice);

#endif
