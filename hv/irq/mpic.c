/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/irq/mpic.h"

#include "hv/booke/core.h"
#include "hv/booke/io.h"

enum { /* registers */
       GCR = 0x1020,
       SPURIOUS_VECTOR = 0x10e0,
       SOURCE = 0x10000, /* + 0x20 n: vector and priority; + 0x10: destination */
       SOURCE_STRIDE = 0x20,
       SOURCE_DESTINATION = 0x10,
       PRIVATE = 0x20000, /* + 0x1000 per core */
       PRIVATE_STRIDE = 0x1000,
       PRIVATE_TASK_PRIORITY = 0x80,
       PRIVATE_IACK = 0xa0,
       PRIVATE_EOI = 0xb0,
};

#define GCR_RESET 0x80000000u
#define GCR_MIXED 0x20000000u
#define IVPR_ACTIVE_HIGH 0x00800000u
#define IVPR_LEVEL 0x00400000u
#define IVPR_PRIORITY_SHIFT 16

enum {
	MAX_HANDLERS = 8,
	SPURIOUS = 0xffff,
	PRIORITY = 8,
};

/* Written by the boot core before the source is unmasked. */
static volatile uint8_t *base;
static struct {
	void (*handler)(void *ctx);
	void *ctx;
} handlers[MAX_HANDLERS]; /* index = vector */
static unsigned int num_handlers;

static volatile uint8_t *private(unsigned int reg)
{
	return base + PRIVATE + this_core->hwid * PRIVATE_STRIDE + reg;
}

void mpic_init(volatile uint8_t *regs)
{
	base = regs;
	out32(base + GCR, GCR_RESET);
	while (in32(base + GCR) & GCR_RESET)
		;
	out32(base + GCR, GCR_MIXED);
	out32(base + SPURIOUS_VECTOR, SPURIOUS);
}

void mpic_init_core(void)
{
	out32(private(PRIVATE_TASK_PRIORITY), 0);
}

int mpic_attach(uint32_t source, uint32_t sense, uint32_t hwid, void (*handler)(void *ctx),
		void *ctx)
{
	volatile uint8_t *reg = base + SOURCE + source * SOURCE_STRIDE;
	uint32_t config = PRIORITY << IVPR_PRIORITY_SHIFT | num_handlers;

	if (num_handlers == MAX_HANDLERS)
		return -1;
	handlers[num_handlers].handler = handler;
	handlers[num_handlers].ctx = ctx;
	num_handlers++;
	if (sense == 0 || sense == 2)
		config |= IVPR_ACTIVE_HIGH;
	if (sense == 1 || sense == 2)
		config |= IVPR_LEVEL;
	out32(reg + SOURCE_DESTINATION, 1u << hwid);
	out32(reg, config);
	return 0;
}

void mpic_handle(void)
{
	uint32_t vector;

	while ((vector = in32(private(PRIVATE_IACK)) & 0xffff) != SPURIOUS) {
		if (vector < num_handlers)
			handlers[vector].handler(handlers[vector].ctx);
		out32(private(PRIVATE_EOI), 0);
	}
}
