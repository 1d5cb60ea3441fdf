/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/bench/flood.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "tests/bench/machine.h"

enum { STALL_MS = 20000, READ_SIZE = 1 << 18, WRITE_SIZE = 1 << 18 };

/* One direction of one connection. */
struct end {
	int fd;
	const uint8_t *period;
	size_t period_len;
	uint64_t done;	/* bytes sent, or received and right */
	uint64_t total; /* to stop at; grows by whole periods until the time is over */
};

static uint8_t received[READ_SIZE];

static _Noreturn void fail(const char *what)
{
	machine_check();
	machine_fail("%s", what);
}

static void send_some(struct end *end)
{
	size_t at = (size_t)(end->done % end->period_len);
	size_t len = end->period_len - at;
	ssize_t sent = write(end->fd, end->period + at, len < WRITE_SIZE ? len : WRITE_SIZE);

	if (sent > 0)
		end->done += (uint64_t)sent;
	else if (errno != EAGAIN)
		fail("a connection broke while sending");
}

static size_t receive_some(int fd)
{
	ssize_t len = read(fd, received, sizeof(received));

	if (len > 0)
		return (size_t)len;
	if (len == 0 || errno != EAGAIN)
		fail("a connection has ended");
	return 0;
}

static void check(struct end *end, int channel, const uint8_t *data, size_t len)
{
	if (!stream_is(end->period, end->period_len, end->done, data, len))
		machine_fail("channel %d: %zu bytes after byte %llu are not what was sent%s",
			     channel, len, (unsigned long long)end->done,
			     memmem(data, len, " bytes skipped]", 15)
				     ? "; the feeder had no time to read, and was skipped"
				     : "");
	end->done += len;
}

static void wait_for(struct pollfd *fds, nfds_t count)
{
	int ready = poll(fds, count, STALL_MS);

	if (ready == 0)
		fail("nothing moves");
}

/* Start or stop the clocks. */
static void read_clocks(struct flood *flood)
{
	flood->seconds = (double)machine_now() / 1e9 - flood->seconds;
	flood->cpu = (double)machine_cpu() / 1e9 - flood->cpu;
	flood->own_cpu = (double)machine_own_cpu() / 1e9 - flood->own_cpu;
}

/* Whether another period shall be sent by an end that has sent what it had. */
static bool goes_on(const struct flood *flood, double seconds)
{
	return (double)machine_now() / 1e9 - flood->seconds < seconds;
}

struct flood flood_down(const struct stream *stream, int board, const int clients[], double seconds)
{
	struct end source = { board, stream->wire, stream->wire_len, 0, stream->wire_len };
	struct end sinks[MUX_HOST_CHANNELS];
	struct pollfd fds[MUX_HOST_CHANNELS + 1];
	int count = stream->channels, behind = count;
	struct flood flood = { 0 };
	bool sending = true;

	for (int i = 0; i < count; i++) {
		sinks[i] =
			(struct end){ clients[i], stream->payload[i], stream->payload_len, 0, 0 };
		fds[i] = (struct pollfd){ .fd = clients[i], .events = POLLIN };
	}
	fds[count] = (struct pollfd){ .fd = board, .events = POLLOUT };
	read_clocks(&flood);
	while (sending || behind > 0) {
		wait_for(fds, (nfds_t)count + 1);
		if (fds[count].revents) {
			send_some(&source);
			if (source.done % source.period_len == 0 && !goes_on(&flood, seconds)) {
				sending = false;
				fds[count].fd = -1;
			}
		}
		behind = 0;
		for (int i = 0; i < count; i++) {
			if (fds[i].revents)
				check(&sinks[i], i, received, receive_some(clients[i]));
			behind += sinks[i].done <
				  source.done / source.period_len * stream->payload_len;
		}
	}
	read_clocks(&flood);
	flood.wire = (double)source.done;
	flood.payload = (double)(sinks[0].done * (uint64_t)count);
	return flood;
}

/* Check payload in pieces as large as possible: spans may be of one byte. */
static void decode(struct mux_decoder *decoder, const struct stream *stream, struct end sinks[],
		   const uint8_t *data, size_t len)
{
	static uint8_t payload[READ_SIZE];
	size_t payload_len = 0;
	int channel = decoder->channel;
	struct mux_span span;

	while (len > 0) {
		size_t used = mux_decode(decoder, data, len, &span);

		data += used;
		len -= used;
		if (span.event != MUX_EVENT_DATA)
			continue;
		if (span.channel >= stream->channels)
			machine_fail("channel %d has no client", span.channel);
		if (span.channel != channel) {
			check(&sinks[channel], channel, payload, payload_len);
			payload_len = 0;
			channel = span.channel;
		}
		if (span.len == 1)
			payload[payload_len] = *span.data;
		else
			memcpy(payload + payload_len, span.data, span.len);
		payload_len += span.len;
	}
	check(&sinks[channel], channel, payload, payload_len);
}

struct flood flood_up(const struct stream *stream, int board, const int clients[], double seconds)
{
	struct end sources[MUX_HOST_CHANNELS], sinks[MUX_HOST_CHANNELS];
	struct pollfd fds[MUX_HOST_CHANNELS + 1];
	struct mux_decoder decoder;
	int count = stream->channels, busy = count;
	struct flood flood = { 0 };

	for (int i = 0; i < count; i++) {
		sources[i] =
			(struct end){ clients[i], stream->payload[i], stream->payload_len, 0, 0 };
		sinks[i] = sources[i];
		fds[i] = (struct pollfd){ .fd = clients[i], .events = POLLOUT };
	}
	fds[count] = (struct pollfd){ .fd = board, .events = POLLIN };
	mux_decoder_init(&decoder, 0);
	read_clocks(&flood);
	while (busy > 0) {
		wait_for(fds, (nfds_t)count + 1);
		if (fds[count].revents) {
			size_t len = receive_some(board);

			flood.wire += (double)len;
			decode(&decoder, stream, sinks, received, len);
		}
		busy = 0;
		for (int i = 0; i < count; i++) {
			if (fds[i].fd >= 0 && fds[i].revents) {
				send_some(&sources[i]);
				if (sources[i].done % stream->payload_len == 0 &&
				    !goes_on(&flood, seconds))
					fds[i].fd = -1;
			}
			busy += fds[i].fd >= 0 || sinks[i].done < sources[i].done;
		}
	}
	read_clocks(&flood);
	for (int i = 0; i < count; i++)
		flood.payload += (double)sinks[i].done;
	return flood;
}
