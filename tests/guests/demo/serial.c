/* SPDX-License-Identifier: BSD-2-Clause */
/* The command serial: a driver for a 16550 UART that is assigned to this partition.  It sends back
 * what it receives, in capitals, all by interrupt. */
#include "tests/guests/demo/demo.h"

#include "tests/guests/lib/irq.h"
#include "tests/guests/lib/print.h"
#include "tests/guests/lib/tlb.h"

enum { /* registers */
       DATA = 0,
       IER = 1,
       IIR = 2,
       FCR = 2,
       LSR = 5,
};

enum {
	IER_RX = 0x01,
	IER_TX = 0x02,
	IIR_NONE = 0x01,
	FCR_FIFO = 0x07,
	LSR_DATA = 0x01,
	LSR_ROOM = 0x20,
	CONFIG_LEVEL_HIGH = 3, /* as INT_SET_CONFIG has it */
	RING = 4096,
};

static volatile uint8_t *uart;
static char ring[RING];
static unsigned int head, tail; /* bytes in, bytes out; the interrupt handler's */
static volatile unsigned int interrupts, idle_interrupts;
static bool mad; /* asks for the next interrupt at each one */

static void receive(void)
{
	while (uart[LSR] & LSR_DATA) {
		char c = (char)uart[DATA];

		if (head - tail < RING)
			ring[head++ % RING] = c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
	}
}

static void transmit(void)
{
	if (uart[LSR] & LSR_ROOM && head != tail)
		uart[DATA] = (uint8_t)ring[tail++ % RING];
	uart[IER] = head == tail ? IER_RX : IER_RX | IER_TX;
}

static void on_interrupt(void)
{
	interrupts++;
	if (mad) {
		uart[IER] = 0;
		uart[IER] = IER_TX;
		return;
	}
	if (uart[IIR] & IIR_NONE) {
		idle_interrupts++;
		return;
	}
	receive();
	transmit();
}

void command_serial(int argc, char **argv)
{
	uint64_t gpa, handle;

	if (argc == 1) {
		print("serial: %u bytes in, %u out, %u interrupts, %u for nothing\n", head, tail,
		      interrupts, idle_interrupts);
		return;
	}
	if (argc < 3 || !parse_number(argv[1], &gpa) || !parse_number(argv[2], &handle)) {
		print("usage: serial [GPA HANDLE [mad]]\n");
		return;
	}
	uart = tlb_map_device(gpa);
	uart[FCR] = FCR_FIFO;
	mad = argc == 4;
	uart[IER] = mad ? IER_TX : IER_RX;
	if (irq_attach_handle((uint32_t)handle, CONFIG_LEVEL_HIGH, on_interrupt))
		print("serial: ready\n");
	else
		print("serial: no interrupt %u\n", (unsigned int)handle);
}
