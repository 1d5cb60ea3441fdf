/* SPDX-License-Identifier: BSD-2-Clause */
/* The rivals: how to start each from Debian's packages, and how its clients say hello. */
#ifndef TESTS_BENCH_RIVAL_H
#define TESTS_BENCH_RIVAL_H

#include "host-tools/child.h"
#include "tests/bench/subject.h"

/* What a rival is started with. */
struct rival_place {
	int port;	 /* where clients connect; the next port is its own too */
	int board_port;	 /* of the board, if path is empty */
	char path[64];	 /* of the board's pty */
	char config[64]; /* file to write */
	int clients;
};

#define RIVALS_DIR "build/third-party/rivals" /* where fetch-rivals.sh has unpacked them */

struct rival {
	const char *name;
	const char *package;
	const char *program;	 /* below RIVALS_DIR, or along PATH */
	const char *as_it_comes; /* how it is started, in words */
	const char *tuned;
	void (*start)(const struct rival_place *place, bool tuned, struct child_args *args);
	int (*connect)(int port, bool first);
};

/* Of each kind but SUBJECT_BERYL. */
extern const struct rival *const rivals[SUBJECT_KINDS];

/* What is started next finds the libraries that were unpacked with the rivals, or does not. */
void rival_set_libraries(bool use);

/* Find a rival's program.  Returns false if it is not there. */
bool rival_find(const struct rival *rival, char path[256]);

#endif
