/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands of muxctl against the real server. */
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/system/muxctl_harness.h"

/* Channel 0 of the board with the echo is typed to, and answers with what was typed. */
static void two_boards_are_served(void **state)
{
	(void)state;
	rack_start();
	EXPECT_MUXCTL(0, "control/real/linux", "list");
	EXPECT_MUXCTL(0, "control/echo/cat", "list");
	PUT(rack_board, "\x18\x31"
			"from the board");
	EXPECT_MUXCTL(0, "from the board", "wait", "--for", "board", "--all", "--timeout", "10",
		      "linux");
	EXPECT_MUXCTL(0, "hello cat", "wait", "--send", "hello cat\\n", "--for", "^hello cat$",
		      "--timeout", "10", "echo/cat");
	wait_for_size(in_test_dir("log/real/linux.log"), strlen("from the board"));
	wait_for_size(in_test_dir("log/echo/cat.log"), strlen("hello cat\n"));
	assert_int_equal(server_end(SIGTERM), 0);
	assert_int_equal(access(in_test_dir("control.sock"), F_OK), -1);
}

static void commands_do_what_they_say(void **state)
{
	int client;

	(void)state;
	rack_start();
	EXPECT_MUXCTL(0, "", "send", "linux", "a b\\x18\\n~\\\\");
	EXPECT(rack_board, "\x18\x31"
			   "a b\x18\x18\n~\\");
	PUT(rack_board, "\x18\x31"
			"0123456789");
	EXPECT_MUXCTL(0, "9", "wait", "--for", "9", "--all", "--timeout", "10", "real/1");
	EXPECT_MUXCTL(0, "789", "tail", "--bytes", "3", "real/linux");
	assert_string_equal(muxctl_output, "789");
	EXPECT_MUXCTL(0, "control/real/linux.bytes 10", "stats");
	EXPECT_MUXCTL(0, "/log/real/linux.log", "log");
	client = client_connect(0);
	EXPECT_MUXCTL(0, "real/hv: 1 client disconnected", "kick", "hv");
	assert_int_equal(poll(&(struct pollfd){ .fd = client, .events = POLLIN }, 1, DEADLINE_MS),
			 1);
	assert_int_equal(read(client, muxctl_output, 1), 0);
	close(client);
	EXPECT_MUXCTL(0, "control: reloaded", "reload");
}

/* The device is free for a flasher, the client stays, and the board is asked anew afterwards. */
static void a_target_is_released_and_opened_again(void **state)
{
	char gone;
	int client;

	(void)state;
	rack_start();
	client = client_connect(0);
	assert_int_equal(muxctl_run((const char *const[]){ "suspend", "hv", NULL }), 0);
	assert_int_equal(recv(rack_board, &gone, 1, MSG_WAITALL), 0);
	assert_int_equal(muxctl_run((const char *const[]){ "list", NULL }), 0);
	assert_non_null(strstr(muxctl_output, "suspended"));
	assert_int_equal(muxctl_run((const char *const[]){ "break", "hv", NULL }), 1);
	assert_non_null(strstr(muxctl_output, "no break: the target is not open"));
	assert_int_equal(muxctl_run((const char *const[]){ "suspend", "hv", NULL }), 0);
	close(rack_board);
	assert_int_equal(muxctl_run((const char *const[]){ "resume", "linux", NULL }), 0);
	rack_board = board_connect();
	PUT(rack_board, "\x18\x30"
			"back");
	EXPECT(client, "back");
	assert_int_equal(muxctl_run((const char *const[]){ "break", "hv", NULL }), 1);
	assert_non_null(strstr(muxctl_output, "no break: the target is no real serial line"));
	assert_int_equal(server_end(SIGTERM), 0);
	close(client);
}

static void wait_has_the_exit_codes_of_scripts(void **state)
{
	(void)state;
	rack_start();
	PUT(rack_board, "old login: ");
	EXPECT_MUXCTL(0, "old login: ", "wait", "--for", "login: $", "--all", "--timeout", "10",
		      "hv");
	EXPECT_MUXCTL(124, "nothing matched login", "wait", "--for", "login", "--timeout", "0.2",
		      "hv");
	EXPECT_MUXCTL(1, "there is no console hw; the nearest is hv", "wait", "--for", "x", "hw");
	EXPECT_MUXCTL(2, "Unmatched", "wait", "--for", "(", "hv");
	EXPECT_MUXCTL(2, "wait needs --for REGEX", "wait", "hv");
	EXPECT_MUXCTL(2, "--timeout needs a number", "wait", "--for", "x", "--timeout", "soon",
		      "hv");
}

static void mistakes_are_explained(void **state)
{
	(void)state;
	rack_start();
	EXPECT_MUXCTL(2, "unknown command lst; the nearest is list", "lst");
	EXPECT_MUXCTL(2, "unknown option --jsn; the nearest is --json", "list", "--jsn");
	EXPECT_MUXCTL(2, "unknown option --al; the nearest is --all", "wait", "--al", "--for", "x",
		      "hv");
	EXPECT_MUXCTL(2, "unknown option --bytes", "attach", "--bytes", "3", "hv");
	EXPECT_MUXCTL(2, "unknown option --halp; the nearest is --help", "--halp");
	EXPECT_MUXCTL(2, "--json takes no value", "list", "--json=x");
	EXPECT_MUXCTL(2, "--bytes needs a number of bytes up to 65536", "tail", "--bytes", "1e9",
		      "hv");
	EXPECT_MUXCTL(2, "--completion is one of bash, zsh, fish, not csh", "--completion", "csh");
	EXPECT_MUXCTL(2, "no command given", NULL);
	EXPECT_MUXCTL(0, "usage: muxctl wait --for REGEX [--timeout S] ", "wait", "--help");
	EXPECT_MUXCTL(2, "send needs a TEXT", "send", "hv");
	EXPECT_MUXCTL(2, "x is one word too many", "list", "x");
	EXPECT_MUXCTL(1, "0 stands for 2 consoles", "tail", "0");
	EXPECT_MUXCTL(1, "after \\ comes one of", "send", "hv", "\\q");
	EXPECT_MUXCTL(1, "there is no console real/zzzzzz", "tail", "real/zzzzzz");
}

/* The console called @name in the document of `muxctl list --json`; the caller frees the latter. */
static const json_t *listed(json_t **document, const char *name)
{
	const json_t *console;
	json_error_t error;
	size_t i;

	EXPECT_MUXCTL(0, "consoles", "list", "--json");
	*document = json_loads(muxctl_output, 0, &error);
	assert_non_null(*document);
	assert_int_equal(json_integer_value(json_object_get(*document, "version")), 1);
	json_array_foreach(json_object_get(*document, "consoles"), i, console)
	{
		if (strcmp(json_string_value(json_object_get(console, "name")), name) == 0)
			return console;
	}
	fail_msg("%s is not listed", name);
	return NULL;
}

static void expect_text(const json_t *console, const char *key, const char *text)
{
	assert_string_equal(json_string_value(json_object_get(console, key)), text);
}

static void expect_number(const json_t *console, const char *key, int number)
{
	assert_true(json_is_integer(json_object_get(console, key)));
	assert_int_equal(json_integer_value(json_object_get(console, key)), number);
}

static void list_is_a_document_for_programs(void **state)
{
	const json_t *console;
	json_t *document;
	int client;

	(void)state;
	rack_start();
	client = client_connect(1);
	PUT(rack_board, "\x18\x31"
			"12345");
	EXPECT(client, "12345");
	console = listed(&document, "linux");
	expect_text(console, "server", "control");
	expect_text(console, "board", "real");
	expect_text(console, "target", rack_target);
	expect_text(console, "state", "up");
	expect_text(console, "host", "localhost");
	expect_number(console, "port", server_port(1));
	expect_number(console, "channel", 1);
	expect_number(console, "clients", 1);
	expect_number(console, "bytes", 5);
	assert_true(json_is_null(json_object_get(console, "partition")));
	json_decref(document);
	assert_true(json_is_null(json_object_get(listed(&document, "cat"), "port")));
	json_decref(document);
	close(client);
}

/* The first console called "hv" is not alone any more, and the second has another address. */
static void list_speaks_the_formats_of_others(void **state)
{
	char text[256];

	(void)state;
	rack_start();
	EXPECT_MUXCTL(0, "hv\nlinux\ncat\n", "list", "--names");
	rack_write(RACK_CONSOLES, "  - {name: third, exec: cat, consoles: [{channel: 2, name: hv, "
				  "port: 0, listen: 127.0.0.2}]}\n");
	EXPECT_MUXCTL(0, "reloaded", "reload");
	EXPECT_MUXCTL(0, "real/hv\nlinux\ncat\nthird/hv\n", "list", "--names");
	snprintf(text, sizeof(text),
		 "real-linux:\n  NetworkSerialPort:\n    host: 'localhost'\n    port: %d\n"
		 "    speed: 115200\n    protocol: raw\n",
		 server_port(1));
	EXPECT_MUXCTL(0, text, "list", "--labgrid");
	assert_null(strstr(muxctl_output, "cat")); /* it has no port */
	EXPECT_MUXCTL(0, "third-hv:\n  NetworkSerialPort:\n    host: '127.0.0.2'", "list",
		      "--labgrid");
	snprintf(text, sizeof(text),
		 "console real-linux {\n\tmaster localhost;\n\ttype host;\n\thost localhost;\n"
		 "\tport %d;\n\tprotocol raw;\n}\n",
		 server_port(1));
	EXPECT_MUXCTL(0, text, "list", "--conserver");
}

static void expect_found(int code, const char *text, const char *arguments)
{
	char command[512];
	FILE *pipe;
	size_t len;

	snprintf(command, sizeof(command), "XDG_RUNTIME_DIR=%s build/bin/muxctl %s 2>&1", test_dir,
		 arguments);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	len = fread(muxctl_output, 1, sizeof(muxctl_output) - 1, pipe);
	muxctl_output[len] = '\0';
	if (WEXITSTATUS(pclose(pipe)) != code || !strstr(muxctl_output, text))
		fail_msg("%s: not %d and %s but:\n%s", command, code, text, muxctl_output);
}

/* In the user's run directory, and in the run directory that a service has inside it. */
static void servers_are_found_by_name_and_by_directory(void **state)
{
	(void)state;
	expect_found(1, "no server has a control socket in", "list");
	assert_int_equal(mkdir(in_test_dir("mux_server"), 0755), 0);
	assert_int_equal(mkdir(in_test_dir("mux_server/lab"), 0755), 0);
	assert_int_equal(mkdir(in_test_dir("mux_server/lab/mux_server"), 0755), 0);
	server_start((const char *const[]){ "--control",
					    in_test_dir("mux_server/lab/mux_server/lab.sock"),
					    "-exec", "cat", "0", NULL });
	server_expect("connected on fd ");
	expect_found(0, "lab/exec/channel-00 ", "list");
	expect_found(0, "lab/exec/channel-00 ", "-s lab list");
	expect_found(0, "lab/exec/channel-00 ", "list -s lab");
	expect_found(1, "fab is neither a control socket, nor", "-s fab list");
	expect_found(1, "/fab: No such file or directory", "-s /fab list");
	assert_int_equal(server_end(SIGTERM), 0);
	expect_found(1, "no server has a control socket in", "list");
}

int main(void)
{
	const struct CMUnitTest muxctl_commands[] = {
		SERVER_TEST(two_boards_are_served),
		SERVER_TEST(commands_do_what_they_say),
		SERVER_TEST(a_target_is_released_and_opened_again),
		SERVER_TEST(wait_has_the_exit_codes_of_scripts),
		SERVER_TEST(mistakes_are_explained),
		SERVER_TEST(list_is_a_document_for_programs),
		SERVER_TEST(list_speaks_the_formats_of_others),
		SERVER_TEST(servers_are_found_by_name_and_by_directory),
	};

	return RUN_SERVER_TESTS(muxctl_commands);
}
