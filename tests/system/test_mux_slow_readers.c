/* SPDX-License-Identifier: BSD-2-Clause */
/* Clients that do not read: skipped, dropped, or waited for. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <jansson.h>

#include "tests/system/muxctl_harness.h"

enum { PRINTED_MAX = 32 << 20, CHUNK = 16384 };

/* What channel 0 of the board has printed: lines that are all different. */
static char printed[PRINTED_MAX + 1];
static size_t printed_len;

static void start(enum board_kind kind, const char *keys, const char *more)
{
	char consoles[256], all[512];

	for (size_t at = 0; at < PRINTED_MAX && !printed[at]; at += 16) {
		char line[17];

		snprintf(line, sizeof(line), "%014zx.\n", at);
		memcpy(printed + at, line, 16);
	}
	printed_len = 0;
	snprintf(consoles, sizeof(consoles),
		 "{channel: 0, name: hv, port: 0%s}, {channel: 1, name: linux, port: 0}", keys);
	snprintf(all, sizeof(all), "events: %s\n%s", in_test_dir("events"), more);
	rack_target = board_make(kind);
	rack_write(consoles, all);
	server_start((const char *const[]){ "--config", in_test_dir("rack.yaml"), NULL });
	rack_board = board_connect();
	server_expect_count("connected on fd ", 2);
	put(rack_board, "\x18\x30", 2);
}

/* The board prints up to @len bytes, as far as its wire takes them.  Returns how many. */
static size_t print_some(size_t len)
{
	ssize_t written;

	assert_true(printed_len + len <= PRINTED_MAX);
	written = write(rack_board, printed + printed_len, len);
	if (written < 0) {
		assert_int_equal(errno, EAGAIN);
		return 0;
	}
	printed_len += (size_t)written;
	return (size_t)written;
}

static void print_all(size_t len)
{
	assert_true(printed_len + len <= PRINTED_MAX);
	put(rack_board, printed + printed_len, len);
	printed_len += len;
}

static json_t *ask(const char *request)
{
	json_t *answer;

	EXPECT_MUXCTL(0, "", request, "--json");
	answer = json_loads(muxctl_output, 0, NULL);
	assert_non_null(answer);
	return answer;
}

/* The console "hv" in the list; the caller frees @list. */
static json_t *find_console(json_t **list)
{
	*list = ask("list");
	return json_array_get(json_object_get(*list, "consoles"), 0);
}

static json_int_t number(const json_t *object, const char *key)
{
	assert_true(json_is_integer(json_object_get(object, key)));
	return json_integer_value(json_object_get(object, key));
}

/* Is the board @state now? */
static bool board_is(const char *state)
{
	json_t *list, *console = find_console(&list);
	bool is = strcmp(json_string_value(json_object_get(console, "state")), state) == 0;

	json_decref(list);
	return is;
}

static void wait_until_board_is(const char *state)
{
	int64_t deadline = now_ms() + DEADLINE_MS;

	while (!board_is(state))
		assert_true(now_ms() < deadline);
}

/* The board prints until it is not read any more. */
static void print_until_blocked(void)
{
	for (;;) {
		struct pollfd ready = { .fd = rack_board, .events = POLLOUT };

		if (poll(&ready, 1, 100) == 1)
			print_some(CHUNK);
		else if (board_is("blocked"))
			return;
	}
}

/* A program that copies what channel 0 prints to the file "copy". */
static pid_t start_copier(void)
{
	int fd = client_connect(0);
	int file = open(in_test_dir("copy"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	pid_t pid = fork();

	assert_true(pid >= 0 && file >= 0);
	if (pid == 0) {
		fcntl(fd, F_SETFL, 0);
		dup2(fd, 0);
		dup2(file, 1);
		execlp("cat", "cat", NULL);
		_exit(126);
	}
	close(fd);
	close(file);
	return pid;
}

static void end_copier(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void expect_file(const char *name)
{
	size_t len;
	char *data;

	wait_for_size(in_test_dir(name), printed_len);
	data = read_file(in_test_dir(name), &len);
	assert_int_equal(len, printed_len);
	assert_memory_equal(data, printed, len);
	free(data);
}

/* The last event called @name, or NULL; the caller frees it. */
static json_t *find_event(const char *name)
{
	FILE *file = fopen(in_test_dir("events"), "r");
	char line[1024];
	json_t *found = NULL;

	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		json_t *event = strchr(line, '\n') ? json_loads(line, 0, NULL) : NULL;
		const char *is = json_string_value(json_object_get(event, "event"));

		if (is && strcmp(is, name) == 0) {
			json_decref(found);
			found = json_incref(event);
		}
		json_decref(event);
	}
	fclose(file);
	return found;
}

static json_t *wait_for_event(const char *name)
{
	int64_t deadline = now_ms() + DEADLINE_MS;
	json_t *event;

	while ((event = find_event(name)) == NULL) {
		assert_true(now_ms() < deadline);
		poll(NULL, 0, 1);
	}
	return event;
}

/* Print on channel 0, and see with a client of channel 1 that the server has got that far. */
static void print_and_see(int other)
{
	print_all(CHUNK);
	PUT(rack_board, "\x18\x31.\x18\x30");
	EXPECT(other, ".");
}

/* Print until a client is dropped; returns the event. */
static json_t *print_until_drop(int other)
{
	json_t *event;

	while ((event = find_event("client_drop")) == NULL)
		print_and_see(other);
	return event;
}

static void expect_reason(const json_t *event, const char *reason)
{
	assert_string_equal(json_string_value(json_object_get(event, "reason")), reason);
}

/* A client that is stopped stops its board and no other; then it gets every byte. */
static void block_loses_nothing(enum board_kind kind)
{
	pid_t copier;

	start(kind, ", slow-reader: block, slow-reader-age: 1", "");
	copier = start_copier();
	kill(copier, SIGSTOP);
	print_until_blocked();
	EXPECT_MUXCTL(0, "blocked", "list");
	EXPECT_MUXCTL(0, "", "wait", "--send", "alive\\n", "--for", "alive", "--timeout", "10",
		      "echo/cat");
	assert_true(board_is("blocked"));
	kill(copier, SIGCONT);
	print_all(1 << 20);
	expect_file("copy");
	expect_file("log/real/hv.log");
	assert_true(board_is("up"));
	end_copier(copier);
	assert_int_equal(server_end(SIGTERM), 0);
}

static void block_loses_nothing_of_a_socket(void **state)
{
	(void)state;
	block_loses_nothing(BOARD_TCP);
}

static void block_loses_nothing_of_a_serial_line(void **state)
{
	(void)state;
	block_loses_nothing(BOARD_PTY);
}

static void blocked_board_obeys(void **state)
{
	int client;

	(void)state;
	start(BOARD_TCP, ", slow-reader: block", "");
	client = client_connect_small(0);
	print_until_blocked();
	EXPECT_MUXCTL(0, "", "suspend", "real/hv");
	assert_true(board_is("suspended"));
	EXPECT_MUXCTL(0, "", "resume", "real/hv");
	board_connect();
	wait_until_board_is("blocked");

	rack_write("{channel: 0, name: hv, port: 0, slow-reader: skip}, "
		   "{channel: 1, name: linux, port: 0}",
		   "");
	EXPECT_MUXCTL(0, "reloaded", "reload");
	assert_true(board_is("up"));
	rack_write("{channel: 0, name: hv, port: 0, slow-reader: block}, "
		   "{channel: 1, name: linux, port: 0}",
		   "");
	EXPECT_MUXCTL(0, "reloaded", "reload");
	assert_true(board_is("blocked"));
	close(client); /* leaves */
	wait_until_board_is("up");
	assert_int_equal(server_end(SIGTERM), 0);
}

/* A board that goes away while it is blocked is missed when all that it sent has been read. */
static void lost_board_is_read_to_its_end(void **state)
{
	pid_t copier;

	(void)state;
	start(BOARD_TCP, ", slow-reader: block", "");
	copier = start_copier();
	kill(copier, SIGSTOP);
	print_until_blocked();
	board_break();
	kill(copier, SIGCONT);
	expect_file("copy");
	json_decref(wait_for_event("target_down"));
	board_restore();
	board_connect();
	end_copier(copier);
	assert_int_equal(server_end(SIGTERM), 0);
}

/* Read to the end of the stream; returns it, terminated by a NUL. */
static char *read_to_end(int fd, size_t *len)
{
	static char got[PRINTED_MAX];

	*len = 0;
	for (;;) {
		struct pollfd ready = { .fd = fd, .events = POLLIN };
		ssize_t some;

		assert_int_equal(poll(&ready, 1, DEADLINE_MS), 1);
		some = read(fd, got + *len, sizeof(got) - 1 - *len);
		assert_true(some >= 0);
		*len += (size_t)some;
		got[*len] = '\0';
		if (some == 0)
			return got;
	}
}

/* Who is lapped is told how much it misses, as its last word; the rest of the world goes on. */
static void lapped_client_is_dropped(void **state)
{
	uint64_t told, sent;
	int stuck, other;
	size_t len;
	const char *got, *note;
	json_t *event;

	(void)state;
	start(BOARD_TCP, ", slow-reader: drop", "");
	stuck = client_connect_small(0);
	other = client_connect(1);
	event = print_until_drop(other);
	expect_reason(event, "slow-reader");
	got = read_to_end(stuck, &len);
	note = strstr(got, "\r\n[mux_server: ");
	assert_non_null(note);
	sent = (uint64_t)(note - got);
	assert_memory_equal(got, printed, sent);
	assert_int_equal(sscanf(note,
				"\r\n[mux_server: %" SCNu64
				" bytes skipped; disconnected for not reading]",
				&told),
			 1);
	assert_true(sent + told <= printed_len);
	assert_int_equal(number(event, "missed"), told);
	json_decref(event);
	event = wait_for_event("client_leave");
	assert_int_equal(number(event, "missed"), told);
	assert_int_equal(number(event, "sent"), sent);
	json_decref(event);
	assert_int_equal(server_end(SIGTERM), 0);
	close(stuck);
	close(other);
}

static void client_that_takes_nothing_grows_old(void **state)
{
	int stuck, other;
	json_t *event;

	(void)state;
	start(BOARD_TCP, ", slow-reader-age: 1", "");
	stuck = client_connect_small(0);
	other = client_connect(1);
	while (printed_len < 8 << 20)
		print_and_see(other);
	event = wait_for_event("client_drop");
	expect_reason(event, "slow-reader-age");
	json_decref(event);
	event = wait_for_event("client_leave");
	assert_true(number(event, "sent") + number(event, "missed") <= (json_int_t)printed_len);
	json_decref(event);
	assert_int_equal(server_end(SIGTERM), 0);
	close(stuck);
	close(other);
}

/* Of each client: what it was sent, missed and waits for is what was printed; and the channel's sum
 * is theirs. */
static void list_counts_to_the_byte(void **state)
{
	int stuck[2], other, reading;
	json_int_t skipped = 0;
	json_t *list, *console, *connections, *client;
	size_t i;

	(void)state;
	start(BOARD_TCP, "", "");
	reading = client_connect(0);
	stuck[0] = client_connect_small(0);
	stuck[1] = client_connect_small(0);
	other = client_connect(1);
	PUT(reading, "typed");
	EXPECT(rack_board, "\x18\x30"
			   "typed");
	for (i = 0; i < 700; i++) {
		print_and_see(other);
		take(reading, CHUNK);
	}
	console = find_console(&list);
	connections = json_object_get(console, "connections");
	assert_int_equal(json_array_size(connections), 3);
	assert_int_equal(number(console, "bytes"), printed_len);
	json_array_foreach(connections, i, client)
	{
		assert_int_equal(number(client, "sent") + number(client, "skipped") +
					 number(client, "behind"),
				 printed_len);
		assert_int_equal(number(client, "received"), i == 0 ? 5 : 0);
		assert_true(json_is_true(json_object_get(client, "full")) == (i != 0));
		skipped += number(client, "skipped");
	}
	assert_int_equal(number(console, "skipped"), skipped);
	json_decref(list);
	EXPECT_MUXCTL(0, ".sent ", "stats");
	assert_int_equal(server_end(SIGTERM), 0);
	close(reading);
	close(stuck[0]);
	close(stuck[1]);
	close(other);
}

int main(void)
{
	const struct CMUnitTest mux_slow_readers[] = {
		SERVER_TEST(block_loses_nothing_of_a_socket),
		SERVER_TEST(block_loses_nothing_of_a_serial_line),
		SERVER_TEST(blocked_board_obeys),
		SERVER_TEST(lost_board_is_read_to_its_end),
		SERVER_TEST(lapped_client_is_dropped),
		SERVER_TEST(client_that_takes_nothing_grows_old),
		SERVER_TEST(list_counts_to_the_byte),
	};

	return RUN_SERVER_TESTS(mux_slow_readers);
}
