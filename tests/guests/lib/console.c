/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/guests/lib/console.h"

#include "tests/guests/lib/hcall.h"
#include "tests/guests/lib/irq.h"
#include "tests/guests/lib/spr.h"
#include "tests/guests/lib/timer.h"
#include "tests/guests/lib/tree.h"

enum { PIECE = HCALL_BYTE_CHANNEL_MAX_BYTES };

static const char *node;
static uint32_t handle;
static bool by_interrupt;
static struct console_counts counts;

/* Set by the interrupts, cleared before the hypercall whose result they can change. */
static volatile uint32_t rx_ready, tx_ready;

static char out[256];
static size_t out_len;
static char in[PIECE];
static size_t in_len, in_at;

static const char *find_node(void)
{
	static const char *const paths[] = { "stdout", "linux,stdout-path", "stdout-path" };
	const char *chosen = tree_find("/chosen");
	const char *found;
	unsigned int i;

	for (i = 0; chosen && i < sizeof(paths) / sizeof(paths[0]); i++) {
		const char *path = tree_string(chosen, paths[i]);

		found = path ? tree_find(path) : NULL;
		if (found)
			return found;
	}
	found = tree_find("stdout");
	return found ? found : tree_compatible(NULL, "epapr,hv-byte-channel");
}

bool console_init(void)
{
	node = find_node();
	return node &&
	       (tree_cell(node, "hv-handle", 0, &handle) || tree_cell(node, "reg", 0, &handle));
}

static void on_rx(void)
{
	rx_ready = 1;
}

static void on_tx(void)
{
	counts.tx_interrupts++;
	tx_ready = 1;
}

void console_use_interrupts(void)
{
	by_interrupt = irq_attach(node, 0, on_rx) && irq_attach(node, 1, on_tx);
}

const struct console_counts *console_counts(void)
{
	return &counts;
}

/* The channel is full.  With interrupts off the only way is to try again. */
static void wait_for_room(void)
{
	uint64_t begin = timer_now();

	counts.tx_waits++;
	if (!by_interrupt || !(msr_read() & MSR_EE))
		return;
	while (!tx_ready) {
		irq_idle(&tx_ready);
		if (timer_now() - begin > timer_frequency()) {
			counts.tx_late++;
			return;
		}
	}
}

static uint32_t pack(const char *at, size_t len, unsigned int word)
{
	uint32_t value = 0;
	size_t i;

	for (i = 4 * word; i < 4 * word + 4; i++)
		value = value << 8 | (i < len ? (uint8_t)at[i] : 0);
	return value;
}

void console_flush(void)
{
	const char *at = out;
	size_t left = out_len;

	while (left) {
		uint32_t len = left < PIECE ? left : PIECE;
		uint32_t regs[8] = { handle,	       len,
				     pack(at, len, 0), pack(at, len, 1),
				     pack(at, len, 2), pack(at, len, 3) };
		uint32_t status;

		tx_ready = 0;
		status = hcall(HCALL_EPAPR(EPAPR_HCALL_BYTE_CHANNEL_SEND), regs);
		if (status == EV_SUCCESS) {
			at += regs[1];
			left -= regs[1];
		} else if (status == EV_EAGAIN) {
			wait_for_room();
		} else {
			break;
		}
	}
	out_len = 0;
}

void console_write_raw(const char *text, size_t len)
{
	while (len--) {
		if (out_len == sizeof(out))
			console_flush();
		out[out_len++] = *text++;
	}
}

void console_write(const char *text, size_t len)
{
	for (; len; len--, text++) {
		if (*text == '\n')
			console_write_raw("\r", 1);
		console_write_raw(text, 1);
	}
}

char console_read(void)
{
	while (in_at == in_len) {
		uint32_t regs[8] = { handle, PIECE };
		size_t i;

		rx_ready = 0;
		in_at = 0;
		in_len = hcall(HCALL_EPAPR(EPAPR_HCALL_BYTE_CHANNEL_RECEIVE), regs) == EV_SUCCESS
				 ? regs[1]
				 : 0;
		for (i = 0; i < in_len; i++)
			in[i] = (char)(regs[2 + i / 4] >> (24 - 8 * (i % 4)));
		while (!in_len && by_interrupt && !rx_ready)
			irq_idle(&rx_ready);
	}
	return in[in_at++];
}
