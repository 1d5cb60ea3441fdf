/* SPDX-License-Identifier: BSD-2-Clause */
/* Who is measured, mux_server or a rival, between a board and its clients. */
#ifndef TESTS_BENCH_SUBJECT_H
#define TESTS_BENCH_SUBJECT_H

#include <stdbool.h>
#include <stddef.h>

enum subject_kind {
	SUBJECT_BERYL,
	SUBJECT_SOCAT,
	SUBJECT_CONSERVER,
	SUBJECT_CONMAN,
	SUBJECT_SER2NET,
	SUBJECT_KINDS,
};

enum { SUBJECT_CLIENTS_MAX = 256, SUBJECT_OPTIONS_MAX = 4 };

struct subject_plan {
	enum subject_kind kind;
	bool tuned;   /* a rival: not as it comes, but as fast as its manual says it can be */
	bool pty;     /* the board is a pty, not a TCP port */
	int channels; /* of mux_server; a rival has one */
	int clients;  /* client i is on channel i modulo channels */
	const char *options[SUBJECT_OPTIONS_MAX]; /* of mux_server, beside those */
};

struct subject {
	int board;
	int clients[SUBJECT_CLIENTS_MAX];
	int client_count;
	int channels;
	int port; /* mux_server: of channel 0, the others follow */
};

/* The name, and the version as the program or its package tells; "" if it is not there. */
const char *subject_name(enum subject_kind kind);
const char *subject_version(enum subject_kind kind);

/* How @plan's program is started, in words: its command line or what its configuration says. */
const char *subject_tuning(enum subject_kind kind, bool tuned);

/* Start one and connect to both sides.  The first client, of mux_server every client, is served
 * when this returns; it types nothing more. */
void subject_start(struct subject *subject, const struct subject_plan *plan);

/* Connect one more client to channel @channel of mux_server, served when this returns. */
int subject_add_client(struct subject *subject, int channel);

/* Close all connections and stop the program. */
void subject_stop(struct subject *subject);

#endif
