/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/drivers/ns16550.h"

#include "hv/booke/io.h"

enum { /* registers */
       RBR = 0,
       THR = 0,
       DLL = 0,
       IER = 1,
       DLM = 1,
       IIR = 2,
       FCR = 2,
       LCR = 3,
       MCR = 4,
       LSR = 5,
};

enum {
	IER_RX = 0x01,
	IER_TX = 0x02,
	IER_LINE = 0x04,
	IIR_NONE = 0x01,
	FCR_ENABLE_CLEAR = 0x07,
	FCR_TRIGGER_8 = 0x80,
	LCR_8N1 = 0x03,
	LCR_DLAB = 0x80,
	MCR_DTR_RTS = 0x03,
	LSR_DATA = 0x01,
	LSR_OVERRUN = 0x02,
	LSR_TX_ROOM = 0x20,
	FIFO_SIZE = 16,
};

static volatile uint8_t *panic_regs;

void ns16550_init(struct ns16550 *uart, volatile uint8_t *regs, uint32_t clock_hz, uint32_t baud,
		  struct bc_mux *mux)
{
	uint32_t divisor = (clock_hz + 8 * baud) / (16 * baud);

	uart->regs = regs;
	uart->mux = mux;
	out8(regs + IER, 0);
	/* What the loader wrote must leave the FIFO before the speed changes and the FIFO is
	 * cleared. */
	while (!(in8(regs + LSR) & LSR_TX_ROOM))
		;
	out8(regs + LCR, LCR_8N1 | LCR_DLAB);
	out8(regs + DLL, (uint8_t)divisor);
	out8(regs + DLM, (uint8_t)(divisor >> 8));
	out8(regs + LCR, LCR_8N1);
	out8(regs + FCR, FCR_ENABLE_CLEAR | FCR_TRIGGER_8);
	out8(regs + MCR, MCR_DTR_RTS);
	out8(regs + IER, IER_RX | IER_LINE);
}

void ns16550_kick(void *arg)
{
	struct ns16550 *uart = arg;

	atomic_store_explicit(&uart->kicked, 1, memory_order_release);
	out8(uart->regs + IER,
	     IER_RX | IER_LINE | IER_TX); /* interrupts at once when there is room */
}

static void transmit(struct ns16550 *uart)
{
	uint8_t out[FIFO_SIZE];
	size_t n;

	atomic_store_explicit(&uart->kicked, 0, memory_order_seq_cst);
	n = bc_mux_pull(uart->mux, out, sizeof(out));
	for (size_t i = 0; i < n; i++)
		out8(uart->regs + THR, out[i]);
	if (n == sizeof(out))
		return;
	/* Idle.  A kick since the pull either wrote IER after this, or is seen here. */
	out8(uart->regs + IER, IER_RX | IER_LINE);
	atomic_thread_fence(memory_order_seq_cst);
	if (atomic_load_explicit(&uart->kicked, memory_order_acquire))
		out8(uart->regs + IER, IER_RX | IER_LINE | IER_TX);
}

/* Returns the last line status read. */
static uint8_t receive(struct ns16550 *uart)
{
	uint8_t in[64];
	size_t n = 0;
	uint8_t status;

	while ((status = in8(uart->regs + LSR)) & (LSR_DATA | LSR_OVERRUN)) {
		if (status & LSR_OVERRUN) {
			bc_mux_push(uart->mux, in, n);
			n = 0;
			bc_counter_add(&uart->overruns, 1);
			bc_mux_input_lost(uart->mux);
		}
		if (!(status & LSR_DATA))
			continue;
		in[n++] = in8(uart->regs + RBR);
		if (n == sizeof(in)) {
			bc_mux_push(uart->mux, in, n);
			n = 0;
		}
	}
	bc_mux_push(uart->mux, in, n);
	return status;
}

bool ns16550_interrupt(void *arg)
{
	struct ns16550 *uart = arg;
	bool any = false;

	for (; !(in8(uart->regs + IIR) & IIR_NONE); any = true)
		if (receive(uart) & LSR_TX_ROOM)
			transmit(uart);
	bc_counter_add(&uart->interrupts, any);
	return any;
}

void ns16550_set_panic(volatile uint8_t *regs)
{
	panic_regs = regs;
}

static void put_polled(char c)
{
	while (!(in8(panic_regs + LSR) & LSR_TX_ROOM))
		;
	out8(panic_regs + THR, (uint8_t)c);
}

void ns16550_write_polled(const char *s)
{
	if (!panic_regs)
		return;
	for (; *s; s++) {
		if (*s == '\n')
			put_polled('\r');
		put_polled(*s);
	}
}
