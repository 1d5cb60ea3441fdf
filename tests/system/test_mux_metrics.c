/* SPDX-License-Identifier: BSD-2-Clause */
/* What monitoring asks for, and what may ask for it. */
#include <ctype.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "tests/system/mux_server_harness.h"

/* A port that was free a moment ago, as text. */
static const char *free_port(void)
{
	static char text[8];
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	close(fd);
	snprintf(text, sizeof(text), "%d", ntohs(at.sin_port));
	return text;
}

/* Read until the peer closes. */
static char *read_all(int fd)
{
	static char text[1 << 20];
	size_t len = 0;

	text[0] = '\0';
	for (;;) {
		struct pollfd ready = { .fd = fd, .events = POLLIN };
		ssize_t got;

		assert_int_equal(poll(&ready, 1, DEADLINE_MS), 1);
		got = read(fd, text + len, sizeof(text) - 1 - len);
		if (got <= 0)
			return text;
		len += (size_t)got;
		text[len] = '\0';
		assert_true(len < sizeof(text) - 1);
	}
}

/* The answer, headers and all. */
static char *request(const char *port, const char *text)
{
	int fd = client_knock(atoi(port), 0);
	char *answer;

	put(fd, text, strlen(text));
	answer = read_all(fd);
	close(fd);
	return answer;
}

static char *get_metrics(const char *port)
{
	return request(port, "GET /metrics HTTP/1.0\r\n\r\n");
}

/* The value of the sample that begins with @text. */
static unsigned long sample(const char *port, const char *text)
{
	const char *at = strstr(get_metrics(port), text);
	unsigned long value;

	if (!at)
		fail_msg("no %s", text);
	at = strchr(at, ' ');
	assert_int_equal(sscanf(at, "%lu\n", &value), 1);
	return value;
}

static void everything_is_counted(void **state)
{
	const char *port = free_port();
	time_t before = time(NULL);
	int board, client;

	(void)state;
	server_start(
		(const char *const[]){ "--metrics", port, board_make(BOARD_TCP), "0", "0", NULL });
	board = board_connect();
	client = client_connect(0);
	PUT(board, "\x18\x30hello\x18\x35lost\x18\x02\x18\x30!");
	EXPECT(client, "hello!");
	PUT(client, "ls\x18\n");
	EXPECT(board, "\x18\x30ls\x18\x18\n");
	assert_non_null(strstr(get_metrics(port), "text/plain; version=0.0.4"));
	assert_int_equal(sample(port, "mux_rx_bytes_total{"), 6);
	assert_int_equal(sample(port, "mux_tx_bytes_total{"), 4);
	assert_int_equal(sample(port, "mux_clients{"), 1);
	assert_int_equal(sample(port, "mux_channel_switches_total{"), 3);
	assert_int_equal(sample(port, "mux_bad_commands_total{"), 1);
	assert_int_equal(sample(port, "mux_unknown_channel_bytes_total{"), 4);
	assert_int_equal(sample(port, "mux_client_dropped_bytes_total{"), 0);
	assert_int_equal(sample(port, "mux_log_errors_total{"), 0);
	assert_int_equal(sample(port, "mux_target_up{"), 1);
	assert_int_equal(sample(port, "mux_build_info{version=\""), 1);
	assert_true(sample(port, "\nprocess_start_time_seconds ") >= (unsigned long)before);

	board_break();
	server_expect("opening it again");
	assert_int_equal(sample(port, "mux_target_up{"), 0);
	board_restore();
	board = board_connect();
	PUT(board, "\x18\x30x");
	EXPECT(client, "x");
	assert_int_equal(sample(port, "mux_target_reconnects_total{"), 1);
	assert_int_equal(sample(port, "mux_channel_switches_total{"), 4);
	assert_int_equal(server_end(SIGTERM), 0);
	close(client);
}

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Skip {a="...",b="..."}; only backslash, quote and n may be escaped. */
static const char *skip_labels(const char *at)
{
	if (*at != '{')
		return at;
	do {
		const char *name = ++at;

		while (is_name(*at))
			at++;
		assert_true(at > name);
		assert_memory_equal(at, "=\"", 2);
		for (at += 2; *at != '"'; at++) {
			assert_true(*at != '\0' && *at != '\n');
			if (*at == '\\')
				assert_non_null(strchr("\\\"n", *++at));
		}
		at++;
	} while (*at == ',');
	assert_int_equal(*at, '}');
	return at + 1;
}

/* Does an earlier line of @text begin as the @len bytes at @at? */
static bool came_before(const char *text, const char *at, size_t len)
{
	for (const char *line = text; line < at; line = strchr(line, '\n') + 1)
		if (strncmp(line, at, len) == 0)
			return true;
	return false;
}

/* The text format, version 0.0.4: families whole and once, with HELP and TYPE before their
 * samples; no sample twice; the last line ended. */
static void check_format(const char *text)
{
	char family[128] = "", type[16], help[160];

	assert_int_equal(text[strlen(text) - 1], '\n');
	for (const char *line = text; *line; line = strchr(line, '\n') + 1) {
		const char *at = line, *end = strchr(line, '\n');

		if (strncmp(line, "# HELP ", 7) == 0) {
			assert_int_equal(sscanf(line, "# HELP %127s", family), 1);
			snprintf(help, sizeof(help), "# HELP %s ", family);
			assert_false(came_before(text, line, strlen(help)));
			assert_true(end > line + strlen(help));
			line = end + 1;
			snprintf(help, sizeof(help), "# TYPE %s %%15[a-z]\n", family);
			assert_int_equal(sscanf(line, help, type), 1);
			assert_true(strcmp(type, "counter") == 0 || strcmp(type, "gauge") == 0);
			assert_int_equal(strcmp(type, "counter") == 0,
					 strcmp(family + strlen(family) - 6, "_total") == 0);
			continue;
		}
		assert_true(strlen(family) > 0 && strncmp(line, family, strlen(family)) == 0);
		at = skip_labels(line + strlen(family));
		assert_int_equal(*at, ' ');
		assert_false(came_before(text, line, (size_t)(at - line) + 1));
		assert_int_equal(strspn(at + 1, "0123456789"), end - at - 1);
	}
}

static void format_is_right_whatever_things_are_called(void **state)
{
	const char *port = free_port();
	FILE *file = fopen(in_test_dir("config"), "w");
	char *text;

	(void)state;
	assert_non_null(file);
	fprintf(file,
		"metrics: %s\nlog-dir: %s\nevents: %s\nsyslog: %s\njournald: true\nboards:\n"
		"  - name: a\n    target: %s\n    consoles:\n"
		"      - {channel: 0, name: hv, port: 0}\n"
		"      - {channel: 1, name: x, partition: 'a\"b\\c{d=\"e\"} 1'}\n"
		"  - name: b\n    target: /nowhere\n    consoles:\n"
		"      - {channel: 1, name: x, partition: \"new\\nline\"}\n",
		port, in_test_dir("logs"), in_test_dir("events"), in_test_dir("log"),
		board_make(BOARD_TCP));
	assert_int_equal(fclose(file), 0);
	server_start((const char *const[]){ "--config", in_test_dir("config"), NULL });
	board_connect();
	text = strstr(get_metrics(port), "\r\n\r\n");
	assert_non_null(text);
	check_format(text + 4);
	assert_non_null(strstr(text, "mux_rx_bytes_total{board=\"a\",channel=\"1\","
				     "partition=\"a\\\"b\\\\c{d=\\\"e\\\"} 1\"} 0\n"));
	assert_non_null(strstr(text, "mux_messages_lost_total{service=\"journald\"} 0\n"));
	assert_non_null(strstr(text, "mux_events_lost_total 0\n"));
	assert_int_equal(server_end(SIGTERM), 0);
}

static void health_follows_the_targets(void **state)
{
	const char *port = free_port();
	char *text;

	(void)state;
	server_start((const char *const[]){ "--metrics", port, board_make(BOARD_TCP), "0", NULL });
	board_connect();
	text = request(port, "GET /healthz HTTP/1.0\r\n\r\n");
	assert_non_null(strstr(text, " 200 OK\r\nContent-Type: application/json\r\n"));
	assert_non_null(strstr(text, "\r\n\r\n{\"status\":\"ok\",\"boards\":[{\"name\":\"127"));
	assert_non_null(strstr(text, "\"target\":\"up\"}]}\n"));
	board_break();
	server_expect("opening it again");
	text = request(port, "GET /healthz?x HTTP/1.1\r\nHost: a\r\n\r\n");
	assert_non_null(strstr(text, " 503 "));
	assert_non_null(strstr(text, "{\"status\":\"down\","));
	assert_non_null(strstr(text, "\"target\":\"down\""));
	assert_int_equal(server_end(SIGTERM), 0);
}

static void what_is_no_request_is_refused(void **state)
{
	static char line[20000];
	const char *port = free_port();
	int fd;

	(void)state;
	server_start((const char *const[]){ "--metrics", port, board_make(BOARD_TCP), "0", NULL });
	board_connect();
	assert_non_null(strstr(request(port, "GET /other HTTP/1.0\r\n\r\n"), " 404 "));
	assert_non_null(strstr(request(port, "POST /metrics HTTP/1.0\r\n\r\n"), " 405 "));
	assert_non_null(strstr(request(port, "\xff\xfe\x18garbage\r\n\r\n"), " 400 "));
	assert_non_null(strstr(request(port, "GET /metrics\n\n"), " 400 "));
	assert_non_null(strstr(request(port, "\n\n"), " 400 "));
	assert_null(strstr(request(port, "HEAD /metrics HTTP/1.0\r\n\r\n"), "mux_"));

	fd = client_knock(atoi(port), 0);
	memset(line, 'x', sizeof(line));
	if (send(fd, line, sizeof(line), MSG_NOSIGNAL) > 0)
		assert_string_equal(read_all(fd), "");
	close(fd);
	close_abruptly(client_knock(atoi(port), 0));
	assert_int_equal(sample(port, "mux_target_up{"), 1);
	assert_int_equal(server_end(SIGTERM), 0);
}

/* They fill all seats; their time ends, the console never notices, and descriptors are bounded. */
static void slow_clients_are_few_and_do_not_last(void **state)
{
	enum { IDLERS = 30, SERVED = 16 };
	const char *port = free_port();
	int idlers[IDLERS], board, client, before;

	(void)state;
	server_start((const char *const[]){ "--metrics", port, board_make(BOARD_TCP), "0", NULL });
	board = board_connect();
	client = client_connect(0);
	before = server_fd_count();
	for (int i = 0; i < IDLERS; i++) {
		idlers[i] = client_knock(atoi(port), 0);
		PUT(idlers[i], "GET /metr");
	}
	while (server_fd_count() < before + SERVED)
		poll(NULL, 0, 1);
	PUT(board, "still here");
	EXPECT(client, "still here");
	assert_int_equal(server_fd_count(), before + SERVED);
	assert_int_equal(sample(port, "mux_target_up{"), 1);
	assert_int_equal(server_end(SIGTERM), 0);
	for (int i = 0; i < IDLERS; i++)
		close(idlers[i]);
	close(client);
}

int main(void)
{
	const struct CMUnitTest mux_metrics[] = {
		SERVER_TEST(everything_is_counted),
		SERVER_TEST(format_is_right_whatever_things_are_called),
		SERVER_TEST(health_follows_the_targets),
		SERVER_TEST(what_is_no_request_is_refused),
		SERVER_TEST(slow_clients_are_few_and_do_not_last),
	};

	return RUN_SERVER_TESTS(mux_metrics);
}
