/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Byte channels and the multiplexer across cores: real threads, every byte checked.  Nobody polls:
 * each thread sleeps until it is notified, so that a lost wake-up is a hang, and the alarm ends it.
 */
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "byte-chan/mux.h"

enum {
	PER_SENDER = 400000, /* bytes */
	CHUNK = 16,	     /* one hypercall */
	GUESTS = 3,
	ALARM_SECONDS = 120,
};

/* What a virtual interrupt is to a guest. */
struct waiter {
	sem_t rx, tx;
};

static void wake(struct bc_end *end, unsigned int events)
{
	struct waiter *waiter = end->owner;

	if (events & BC_EVENT_RX)
		sem_post(&waiter->rx);
	if (events & BC_EVENT_TX)
		sem_post(&waiter->tx);
}

static void waiter_init(struct waiter *waiter, struct bc_end *end)
{
	sem_init(&waiter->rx, 0, 0);
	sem_init(&waiter->tx, 0, 0);
	bc_end_set_notify(end, wake, waiter);
}

/* The @index-th byte of a stream; every stream has plenty of escapes. */
static uint8_t stream_byte(unsigned int stream, size_t index)
{
	uint8_t byte = (uint8_t)(index * 31 + (index >> 8) + stream * 57);

	return byte % 7 == 0 ? 0x18 : byte;
}

static void send_all(struct bc_end *end, const uint8_t *bytes, size_t len)
{
	struct waiter *waiter = end->owner;

	while (len > 0) {
		size_t n = bc_end_send(end, bytes, len);

		bytes += n;
		len -= n;
		if (len > 0)
			sem_wait(&waiter->tx);
	}
}

/* Two vCPUs of one partition share an end; its interrupt goes to both. */

struct vcpu {
	struct bc_end *end;
	uint8_t tag; /* high bit of all it sends */
	sem_t tx;
};

static void wake_both(struct bc_end *end, unsigned int events)
{
	struct vcpu *vcpus = end->owner;

	if (events & BC_EVENT_TX) {
		sem_post(&vcpus[0].tx);
		sem_post(&vcpus[1].tx);
	}
}

static void *vcpu_main(void *arg)
{
	struct vcpu *vcpu = arg;

	for (size_t i = 0; i < PER_SENDER / CHUNK; i++) {
		uint8_t chunk[CHUNK];
		size_t done = 0;

		memset(chunk, vcpu->tag | (i & 0x7f), sizeof(chunk));
		while (done < sizeof(chunk)) {
			done += bc_end_send(vcpu->end, chunk + done, sizeof(chunk) - done);
			if (done < sizeof(chunk))
				sem_wait(&vcpu->tx);
		}
	}
	return NULL;
}

static void two_vcpus_on_one_end(void **state)
{
	struct bc_channel *channel = calloc(1, sizeof(*channel));
	struct waiter receiver;
	struct vcpu vcpus[2];
	pthread_t threads[2];
	size_t seen[2] = { 0 };
	size_t got = 0;

	(void)state;
	bc_channel_init(channel);
	bc_end_set_notify(&channel->ends[0], wake_both, vcpus);
	waiter_init(&receiver, &channel->ends[1]);
	for (int i = 0; i < 2; i++) {
		vcpus[i].end = &channel->ends[0];
		vcpus[i].tag = (uint8_t)(i << 7);
		sem_init(&vcpus[i].tx, 0, 0);
	}
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, vcpu_main, &vcpus[i]), 0);
	while (got < 2 * PER_SENDER) {
		uint8_t buf[100];
		size_t n = bc_end_receive(&channel->ends[1], buf, sizeof(buf));

		if (n == 0)
			sem_wait(&receiver.rx);
		for (size_t i = 0; i < n; i++) {
			unsigned int who = buf[i] >> 7;

			/* Partial sends may interleave; each vCPU's own bytes keep their order. */
			assert_int_equal(buf[i] & 0x7f, (seen[who] / CHUNK) & 0x7f);
			seen[who]++;
		}
		got += n;
	}
	for (int i = 0; i < 2; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(seen[i], PER_SENDER);
	}
	assert_int_equal(bc_counter_read(&channel->ends[0].sent), 2 * PER_SENDER);
	assert_int_equal(bc_counter_read(&channel->ends[1].received), 2 * PER_SENDER);
	free(channel);
}

/* Guests on their cores, the UART's core pulling, another pushing input with resets in it. */

struct machine {
	struct bc_mux mux;
	struct bc_channel channels[GUESTS];
	struct waiter guests[GUESTS];
	sem_t kicked;
	sem_t room; /* the host's other side: sleeps until input may be pushed again */
};

struct guest {
	struct machine *machine;
	unsigned int number;
};

static void kick(void *ctx)
{
	struct machine *machine = ctx;

	sem_post(&machine->kicked);
}

static void *guest_send(void *arg)
{
	struct guest *guest = arg;
	struct bc_end *end = &guest->machine->channels[guest->number].ends[0];

	for (size_t at = 0; at < PER_SENDER; at += CHUNK) {
		uint8_t chunk[CHUNK];

		for (size_t i = 0; i < CHUNK; i++)
			chunk[i] = stream_byte(guest->number, at + i);
		send_all(end, chunk, sizeof(chunk));
	}
	return NULL;
}

static void *guest_receive(void *arg)
{
	struct guest *guest = arg;
	struct machine *machine = guest->machine;
	size_t got = 0;

	while (got < PER_SENDER) {
		uint8_t buf[CHUNK];
		size_t n = bc_end_receive(&machine->channels[guest->number].ends[0], buf, CHUNK);

		if (n == 0)
			sem_wait(&machine->guests[guest->number].rx);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(buf[i], stream_byte(guest->number + GUESTS, got + i));
		got += n;
		sem_post(&machine->room);
	}
	return NULL;
}

/* The host types on all channels in turn, no faster than they take it, and keeps asking to
 * announce. */
static void *host_type(void *arg)
{
	struct machine *machine = arg;
	struct mux_encoder encoder;
	size_t sent[GUESTS] = { 0 };
	size_t left = (size_t)GUESTS * PER_SENDER;

	mux_encoder_init(&encoder);
	for (unsigned int turn = 0; left > 0; turn++) {
		unsigned int number = turn % GUESTS;
		uint8_t payload[50], wire[2 * sizeof(payload) + 4];
		size_t n = PER_SENDER - sent[number];
		size_t len;

		if (n > sizeof(payload))
			n = sizeof(payload);
		while (bc_end_tx_space(&machine->channels[number].ends[1]) < n)
			sem_wait(&machine->room);
		for (size_t i = 0; i < n; i++)
			payload[i] = stream_byte(number + GUESTS, sent[number] + i);
		sent[number] += n;
		left -= n;
		if (turn % 10 == 0)
			mux_encoder_request_reset(&encoder);
		len = mux_encode(&encoder, (int)number, payload, &n, wire, sizeof(wire));
		bc_mux_push(&machine->mux, wire, len);
	}
	return NULL;
}

/* The UART: sleeps when a pull comes back short, until it is kicked. */
static size_t pull_everything(struct machine *machine)
{
	struct mux_decoder decoder;
	size_t got[GUESTS] = { 0 };
	size_t left = (size_t)GUESTS * PER_SENDER;

	mux_decoder_init(&decoder, MUX_CHANNEL_NONE);
	for (size_t room = 1; left > 0; room = room % 32 + 1) {
		uint8_t out[32];
		size_t n = bc_mux_pull(&machine->mux, out, room);

		for (size_t at = 0; at < n;) {
			struct mux_span span;

			at += mux_decode(&decoder, out + at, n - at, &span);
			if (span.event != MUX_EVENT_DATA)
				continue;
			assert_in_range(span.channel, 0, GUESTS - 1);
			for (size_t i = 0; i < span.len; i++)
				assert_int_equal(span.data[i],
						 stream_byte((unsigned int)span.channel,
							     got[span.channel]++));
			left -= span.len;
		}
		if (left > 0 && n < room)
			sem_wait(&machine->kicked);
	}
	return decoder.resets;
}

static void a_whole_machine_loses_nothing(void **state)
{
	struct machine *machine = calloc(1, sizeof(*machine));
	struct guest guests[GUESTS];
	pthread_t senders[GUESTS], receivers[GUESTS], host;

	(void)state;
	sem_init(&machine->kicked, 0, 0);
	sem_init(&machine->room, 0, 0);
	bc_mux_init(&machine->mux, kick, machine);
	for (unsigned int i = 0; i < GUESTS; i++) {
		bc_channel_init(&machine->channels[i]);
		waiter_init(&machine->guests[i], &machine->channels[i].ends[0]);
		bc_mux_attach(&machine->mux, i, &machine->channels[i].ends[1]);
	}
	for (unsigned int i = 0; i < GUESTS; i++) {
		guests[i] = (struct guest){ machine, i };
		assert_int_equal(pthread_create(&senders[i], NULL, guest_send, &guests[i]), 0);
		assert_int_equal(pthread_create(&receivers[i], NULL, guest_receive, &guests[i]), 0);
	}
	assert_int_equal(pthread_create(&host, NULL, host_type, machine), 0);

	assert_int_equal(pull_everything(machine), GUESTS);
	pthread_join(host, NULL);
	for (unsigned int i = 0; i < GUESTS; i++) {
		pthread_join(senders[i], NULL);
		pthread_join(receivers[i], NULL);
		assert_int_equal(bc_counter_read(&machine->channels[i].ends[1].dropped), 0);
	}
	assert_int_equal(bc_counter_read(&machine->mux.payload_out), GUESTS * PER_SENDER);
	assert_int_equal(bc_counter_read(&machine->mux.payload_in), GUESTS * PER_SENDER);
	assert_true(bc_counter_read(&machine->mux.resets_in) > 0);
	free(machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_vcpus_on_one_end),
		cmocka_unit_test(a_whole_machine_loses_nothing),
	};

	alarm(ALARM_SECONDS);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
