/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/bench/rival.h"

#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/bench/machine.h"
#include "tests/bench/wire.h"

static void write_config(const struct rival_place *place, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void write_config(const struct rival_place *place, const char *format, ...)
{
	FILE *file = fopen(place->config, "we");
	va_list args;

	if (!file)
		machine_fail("%s: %s", place->config, strerror(errno));
	va_start(args, format);
	vfprintf(file, format, args);
	va_end(args);
	if (fclose(file) != 0)
		machine_fail("%s: %s", place->config, strerror(errno));
}

/* Say @line and read the one line of the answer, which must begin with @good. */
static void converse(int fd, const char *line, const char *good, char answer[128])
{
	size_t len = 0;

	wire_put(fd, line, strlen(line));
	do
		wire_take(fd, answer + len, 1);
	while (answer[len++] != '\n' && len < 127);
	answer[len] = '\0';
	if (strncmp(answer, good, strlen(good)) != 0)
		machine_fail("a rival answered '%s' with '%s'", line, answer);
}

static int connect_plainly(int port, bool first)
{
	(void)first;
	return wire_connect(port);
}

static void start_socat(const struct rival_place *place, bool tuned, struct child_args *args)
{
	const char *more = tuned ? ",nodelay" : "";

	if (tuned)
		child_arg(args, "-b65536");
	child_arg(args, "TCP4-LISTEN:%d,bind=127.0.0.1,reuseaddr%s", place->port, more);
	if (place->path[0])
		child_arg(args, "%s,raw,echo=0", place->path);
	else
		child_arg(args, "TCP4:127.0.0.1:%d%s", place->board_port, more);
}

static void start_conserver(const struct rival_place *place, bool tuned, struct child_args *args)
{
	char device[128];

	if (place->path[0])
		snprintf(device, sizeof(device),
			 "type device; device %s; baud 115200; parity none;", place->path);
	else
		snprintf(device, sizeof(device),
			 "type host; host 127.0.0.1; port %d; protocol raw;", place->board_port);
	write_config(place,
		     "config * { }\n"
		     "console c { master localhost; %s rw *; }\n"
		     "access * { trusted 127.0.0.1; }\n",
		     device);
	if (tuned) {
		child_arg(args, "-m");
		child_arg(args, "96");
	}
	child_arg(args, "-E"); /* clients without TLS */
	child_arg(args, "-C");
	child_arg(args, "%s", place->config);
	child_arg(args, "-P");
	child_arg(args, "/dev/null");
	child_arg(args, "-M");
	child_arg(args, "127.0.0.1");
	child_arg(args, "-p");
	child_arg(args, "%d", place->port);
	child_arg(args, "-b");
	child_arg(args, "%d", place->port + 1);
}

/* The master tells the port of the process that has the console. */
static int connect_conserver(int port, bool first)
{
	int fd = wire_connect(port);
	char answer[128];

	(void)first;
	converse(fd, "", "ok", answer);
	converse(fd, "login bench\r\n", "ok", answer);
	converse(fd, "call c\r\n", "", answer);
	close(fd);
	fd = wire_connect(atoi(answer));
	converse(fd, "", "ok", answer);
	converse(fd, "login bench\r\n", "ok", answer);
	converse(fd, "call c\r\n", "[", answer); /* [attached], or [spy] */
	wire_put(fd,
		 "\x05"
		 "c;",
		 3); /* let output begin */
	return fd;
}

static void start_conman(const struct rival_place *place, bool tuned, struct child_args *args)
{
	char device[128];

	(void)tuned;
	if (place->path[0])
		snprintf(device, sizeof(device), "%s\" seropts=\"115200,8n1", place->path);
	else
		snprintf(device, sizeof(device), "127.0.0.1:%d", place->board_port);
	write_config(place,
		     "SERVER loopback=on\n"
		     "SERVER port=%d\n"
		     "CONSOLE name=\"c\" dev=\"%s\"\n",
		     place->port, device);
	child_arg(args, "-F");
	child_arg(args, "-c");
	child_arg(args, "%s", place->config);
}

static int connect_conman(int port, bool first)
{
	int fd = wire_connect(port);
	char answer[128];

	converse(fd, "HELLO USER='bench'\n", "OK", answer);
	converse(fd, first ? "CONNECT CONSOLE='c'\n" : "MONITOR CONSOLE='c'\n", "OK", answer);
	return fd;
}

static void start_ser2net(const struct rival_place *place, bool tuned, struct child_args *args)
{
	char connector[128], more[128] = "";

	if (place->path[0])
		snprintf(connector, sizeof(connector), "serialdev,%s,115200n81,local", place->path);
	else
		snprintf(connector, sizeof(connector), "tcp,127.0.0.1,%d", place->board_port);
	if (tuned)
		snprintf(more, sizeof(more),
			 "    chardelay: false\n"
			 "    dev-to-net-bufsize: 65536\n"
			 "    net-to-dev-bufsize: 65536\n");
	write_config(place,
		     "%%YAML 1.1\n---\n"
		     "connection: &c\n"
		     "  accepter: tcp,127.0.0.1,%d\n"
		     "  connector: %s\n"
		     "  options:\n"
		     "    max-connections: %d\n%s",
		     place->port, connector, place->clients, more);
	child_arg(args, "-d");
	child_arg(args, "-u");
	child_arg(args, "-c");
	child_arg(args, "%s", place->config);
}

static const struct rival socat = {
	.name = "socat",
	.package = "socat",
	.program = "socat",
	.as_it_comes = "socat TCP4-LISTEN TCP4 (or the pty)",
	.tuned = "-b65536, nodelay",
	.start = start_socat,
	.connect = connect_plainly,
};

static const struct rival conserver = {
	.name = "conserver",
	.package = "conserver-server",
	.program = "conserver",
	.as_it_comes = "no log, type host protocol raw (or device)",
	.tuned = "-m 96",
	.start = start_conserver,
	.connect = connect_conserver,
};

static const struct rival conman = {
	.name = "conman",
	.package = "conman",
	.program = "conmand",
	.as_it_comes = "no log, telnet (or the device)",
	.start = start_conman,
	.connect = connect_conman,
};

static const struct rival ser2net = {
	.name = "ser2net",
	.package = "ser2net",
	.program = "ser2net",
	.as_it_comes = "max-connections as many as needed",
	.tuned = "chardelay: false, buffers of 64 KiB",
	.start = start_ser2net,
	.connect = connect_plainly,
};

const struct rival *const rivals[SUBJECT_KINDS] = {
	[SUBJECT_SOCAT] = &socat,
	[SUBJECT_CONSERVER] = &conserver,
	[SUBJECT_CONMAN] = &conman,
	[SUBJECT_SER2NET] = &ser2net,
};

/* Set a variable to the one folder that @pattern matches, or unset it. */
static void set_folder(const char *variable, const char *pattern, bool use)
{
	char path[PATH_MAX];
	glob_t found = { 0 };

	if (use && glob(pattern, 0, NULL, &found) == 0 && realpath(found.gl_pathv[0], path))
		setenv(variable, path, 1);
	else
		unsetenv(variable);
	globfree(&found);
}

void rival_set_libraries(bool use)
{
	set_folder("LD_LIBRARY_PATH", RIVALS_DIR "/usr/lib/*-linux-*", use);
	set_folder("GENSIO_LIBRARY_PATH", RIVALS_DIR "/usr/libexec/*/gensio/*", use);
}

bool rival_find(const struct rival *rival, char path[256])
{
	static const char *const places[] = { RIVALS_DIR "/usr/sbin", "/usr/sbin", "/usr/bin" };

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(path, 256, "%s/%s", places[i], rival->program);
		if (access(path, X_OK) == 0)
			return true;
	}
	return false;
}
