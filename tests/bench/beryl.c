/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/bench/beryl.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/bench/machine.h"
#include "tests/bench/wire.h"

void beryl_start(struct bench *bench, int channels, bool pty, const char *option)
{
	const char *program = getenv("MUX_SERVER");
	int board_port = pty ? -1 : wire_find_ports(1);
	struct child_args args = { 0 };
	int listener = -1;
	char path[64];

	*bench = (struct bench){ .channels = channels, .first_port = wire_find_ports(channels) };
	child_arg(&args, "%s", program ? program : "build/bin/mux_server");
	if (option)
		child_arg(&args, "%s", option);
	if (pty) {
		bench->board = wire_open_pty(path);
		child_arg(&args, "%s", path);
	} else {
		listener = wire_listen(board_port);
		child_arg(&args, "127.0.0.1:%d", board_port);
	}
	for (int i = 0; i < channels; i++)
		child_arg(&args, "%d", bench->first_port + i);
	mkdir("build/bench", 0777);
	machine_start("mux_server", &args, "build/bench/mux_server.log");
	if (!pty)
		bench->board = wire_accept(listener);
	for (int i = 0; i < channels; i++) {
		bench->clients[i] = wire_connect(bench->first_port + i);
		wire_meet(bench->clients[i], bench->board);
	}
}

void bench_stop(struct bench *bench)
{
	machine_stop();
	close(bench->board);
	for (int i = 0; i < bench->channels; i++)
		close(bench->clients[i]);
}
