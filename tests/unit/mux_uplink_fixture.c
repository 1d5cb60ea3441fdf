/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/mux_uplink_fixture.h"

struct uplink uplink;
struct uplink_source *sources[SOURCES];
int rooms[SOURCES];

static void on_room(void *arg)
{
	++*(int *)arg;
}

size_t unsent[SOURCES];

static void on_unsent(void *arg, size_t len)
{
	unsent[(int *)arg - rooms] += len;
}

void open_source(int index, int channel)
{
	rooms[index] = 0;
	sources[index] = uplink_source_open(&uplink, channel, on_room, on_unsent, &rooms[index]);
	assert_non_null(sources[index]);
}

size_t type(int index, const void *data, size_t len)
{
	size_t room;
	uint8_t *to = uplink_source_space(sources[index], &room);

	if (len > room)
		len = room;
	memcpy(to, data, len);
	uplink_source_commit(sources[index], len);
	return len;
}

void fill(int index, uint8_t byte)
{
	uint8_t data[UPLINK_SOURCE_SIZE];

	memset(data, byte, sizeof(data));
	type(index, data, sizeof(data));
}

size_t drain(uint8_t *out, size_t max, size_t step)
{
	size_t total = 0, len;
	const uint8_t *data;

	while (total < max && (data = uplink_next(&uplink, &len), len > 0)) {
		if (len > step)
			len = step;
		if (len > max - total)
			len = max - total;
		memcpy(out + total, data, len);
		uplink_sent(&uplink, len);
		total += len;
	}
	return total;
}

void expect_out(const char *bytes, size_t len)
{
	uint8_t out[1024];

	assert_int_equal(drain(out, sizeof(out), sizeof(out)), len);
	assert_memory_equal(out, bytes, len);
}

int set_up(void **state)
{
	(void)state;
	memset(sources, 0, sizeof(sources));
	uplink_init(&uplink);
	uplink_set_speech(&uplink, UPLINK_FRAMED);
	return 0;
}

int tear_down(void **state)
{
	(void)state;
	for (int i = 0; i < SOURCES; i++)
		if (sources[i])
			uplink_source_close(sources[i]);
	uplink_fini(&uplink);
	return 0;
}
