// SPDX-License-Identifier: BSD-2-Clause
#include "tests/system/harness_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_STREAMS = 64, MAX_TEXTS = 4096 };

static struct stream *streams[MAX_STREAMS];
static char *texts[MAX_TEXTS];
static size_t num_texts;
static char dir[] = "/tmp/beryl-test.XXXXXX";
static bool have_dir;

/* Signal-safe. */
static void kill_all(int number)
{
	for (int i = 0; i < MAX_STREAMS; i++)
		if (streams[i] && streams[i]->pid > 0)
			kill(-streams[i]->pid, number);
}

/* Told to end: tell the programs too (hvrun cleans up after itself), and let a shell remove the
 * directory. */
static void on_signal(int number)
{
	(void)number;
	kill_all(SIGTERM);
	if (have_dir)
		execl("/bin/sh", "sh", "-c", "rm -rf \"$0\"; exit 143", dir, (char *)NULL);
	_exit(143);
}

void harness_add_stream(struct stream *stream)
{
	for (int i = 0; i < MAX_STREAMS; i++) {
		if (!streams[i]) {
			streams[i] = stream;
			return;
		}
	}
	fail_msg("a test has more than %d streams open", MAX_STREAMS);
}

void harness_remove_stream(struct stream *stream)
{
	for (int i = 0; i < MAX_STREAMS; i++)
		if (streams[i] == stream)
			streams[i] = NULL;
}

static char *keep(char *text)
{
	assert_non_null(text);
	assert_true(num_texts < MAX_TEXTS);
	texts[num_texts++] = text;
	return text;
}

char *harness_format(const char *format, ...)
{
	char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	return keep(text);
}

char *harness_read_file(const char *path, size_t *size)
{
	FILE *file = fopen(path, "r");
	char *text;
	long length;

	if (!file)
		fail_msg("%s: %s", path, strerror(errno));
	fseek(file, 0, SEEK_END);
	length = ftell(file);
	rewind(file);
	text = keep(calloc(1, (size_t)length + 1));
	*size = fread(text, 1, (size_t)length, file);
	fclose(file);
	return text;
}

const char *harness_edit_file(const char *original, const char *from, const char *to)
{
	size_t size;
	const char *path = harness_format("%s/edited.dts", dir);
	char *text = harness_read_file(original, &size);
	FILE *file = fopen(path, "w");
	unsigned int edits = 0;
	char *next;

	assert_non_null(file);
	for (; (next = strstr(text, from)); text = next + strlen(from)) {
		fprintf(file, "%.*s%s", (int)(next - text), text, to);
		edits++;
	}
	fputs(text, file);
	fclose(file);
	assert_int_not_equal(edits, 0);
	return path;
}

const char *harness_dir(void)
{
	return dir;
}

int harness_setup(void **state)
{
	struct sigaction action = { .sa_handler = on_signal };

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	strcpy(dir + sizeof(dir) - 7, "XXXXXX");
	have_dir = mkdtemp(dir) != NULL;
	return have_dir ? 0 : -1;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

int harness_teardown(void **state)
{
	(void)state;
	kill_all(SIGTERM);
	for (int i = 0; i < MAX_STREAMS; i++)
		if (streams[i])
			stream_close(streams[i], false);
	while (num_texts > 0)
		free(texts[--num_texts]);
	if (have_dir)
		nftw(dir, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
	have_dir = false;
	return 0;
}
