/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/guests/lib/timer.h"

#include "tests/guests/lib/exception.h"
#include "tests/guests/lib/spr.h"
#include "tests/guests/lib/tree.h"

static uint32_t frequency;
static volatile uint32_t ticks[MAX_VCPUS];

static bool on_decrementer(struct frame *frame)
{
	(void)frame;
	spr_write(SPR_TSR, TSR_DIS);
	ticks[spr_read(SPR_PIR) % MAX_VCPUS]++;
	return true;
}

void timer_init(void)
{
	const char *cpus = tree_find("/cpus");
	const char *cpu = cpus ? tree_child(cpus) : NULL;

	if (!cpu || !(tree_cell(cpu, "timebase-frequency", 0, &frequency) ||
		      tree_cell(cpus, "timebase-frequency", 0, &frequency)))
		frequency = 400000000;
	exception_set_handler(VECTOR_DECREMENTER, on_decrementer);
}

void timer_stop(void)
{
	spr_write(SPR_TCR, 0);
	spr_write(SPR_TSR, TSR_DIS);
}

void timer_start(void)
{
	timer_stop();
	spr_write(SPR_DECAR, frequency / TIMER_HZ);
	spr_write(SPR_TCR, TCR_DIE | TCR_ARE);
	spr_write(SPR_DEC, frequency / TIMER_HZ);
}

uint64_t timer_now(void)
{
	uint32_t high, low, again;

	do {
		high = spr_read(SPR_TBU);
		low = spr_read(SPR_TBL);
		again = spr_read(SPR_TBU);
	} while (high != again);
	return (uint64_t)high << 32 | low;
}

uint32_t timer_frequency(void)
{
	return frequency;
}

uint32_t timer_ticks(unsigned int vcpu)
{
	return ticks[vcpu];
}
