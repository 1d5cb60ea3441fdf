/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/bench/subject.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/bench/machine.h"
#include "tests/bench/rival.h"
#include "tests/bench/wire.h"

static void start_beryl(const struct subject_plan *plan, const struct rival_place *place)
{
	const char *program = getenv("MUX_SERVER");
	struct child_args args = { 0 };

	child_arg(&args, "%s", program ? program : "build/bin/mux_server");
	for (int i = 0; i < SUBJECT_OPTIONS_MAX && plan->options[i]; i++)
		child_arg(&args, "%s", plan->options[i]);
	if (plan->pty)
		child_arg(&args, "%s", place->path);
	else
		child_arg(&args, "127.0.0.1:%d", place->board_port);
	for (int i = 0; i < plan->channels; i++)
		child_arg(&args, "%d", place->port + i);
	machine_start("mux_server", &args, "build/bench/mux_server.log");
}

static void start_rival(const struct subject_plan *plan, struct rival_place *place)
{
	const struct rival *rival = rivals[plan->kind];
	struct child_args args = { 0 };
	char path[256], log[128];

	if (!rival_find(rival, path))
		machine_fail("%s is not there", rival->name);
	snprintf(place->config, sizeof(place->config), "build/bench/%s.conf", rival->name);
	snprintf(log, sizeof(log), "build/bench/%s.log", rival->name);
	child_arg(&args, "%s", path);
	rival->start(place, plan->tuned, &args);
	rival_set_libraries(true);
	machine_start(rival->name, &args, log);
	rival_set_libraries(false);
}

static int connect_client(const struct subject *subject, const struct subject_plan *plan, int i)
{
	if (plan->kind == SUBJECT_BERYL)
		return wire_connect(subject->port + i % plan->channels);
	return rivals[plan->kind]->connect(subject->port, i == 0);
}

void subject_start(struct subject *subject, const struct subject_plan *plan)
{
	struct rival_place place = { .clients = plan->clients };
	int listener = -1;

	*subject = (struct subject){ .client_count = plan->clients, .channels = plan->channels };
	mkdir("build/bench", 0777);
	subject->port = place.port = wire_find_ports(plan->channels < 2 ? 2 : plan->channels);
	if (plan->pty) {
		subject->board = wire_open_pty(place.path);
	} else {
		place.board_port = wire_find_ports(1);
		listener = wire_listen(place.board_port);
	}
	if (plan->kind == SUBJECT_BERYL)
		start_beryl(plan, &place);
	else
		start_rival(plan, &place);
	for (int i = 0; i < plan->clients; i++)
		subject->clients[i] = connect_client(subject, plan, i);
	if (!plan->pty)
		subject->board = wire_accept(listener);
	for (int i = 0; i < plan->clients; i++)
		if (i == 0 || plan->kind == SUBJECT_BERYL)
			wire_meet(subject->clients[i], subject->board);
	if (plan->clients > 0)
		wire_settle(subject->board);
}

int subject_add_client(struct subject *subject, int channel)
{
	int fd = wire_connect(subject->port + channel);

	wire_meet(fd, subject->board);
	subject->clients[subject->client_count++] = fd;
	return fd;
}

void subject_stop(struct subject *subject)
{
	machine_stop();
	close(subject->board);
	for (int i = 0; i < subject->client_count; i++)
		close(subject->clients[i]);
}

const char *subject_name(enum subject_kind kind)
{
	return kind == SUBJECT_BERYL ? "mux_server" : rivals[kind]->name;
}

const char *subject_version(enum subject_kind kind)
{
	static char version[64];
	char command[256];
	FILE *pipe;

	if (kind == SUBJECT_BERYL) {
		const char *program = getenv("MUX_SERVER");

		snprintf(command, sizeof(command), "%s --version",
			 program ? program : "build/bin/mux_server");
	} else if (!rival_find(rivals[kind], command)) {
		return "";
	} else {
		snprintf(command, sizeof(command),
			 "awk '$1 == \"%s\" { print $2 }' " RIVALS_DIR "/versions | grep . ||"
			 " dpkg-query -W -f '${Version}' %s",
			 rivals[kind]->package, rivals[kind]->package);
	}
	version[0] = '\0';
	pipe = popen(command, "re");
	if (pipe && !fgets(version, sizeof(version), pipe))
		version[0] = '\0';
	if (pipe)
		pclose(pipe);
	version[strcspn(version, "\n")] = '\0';
	return version[0] ? version : "of unknown version";
}

const char *subject_tuning(enum subject_kind kind, bool tuned)
{
	return tuned ? rivals[kind]->tuned : rivals[kind]->as_it_comes;
}
