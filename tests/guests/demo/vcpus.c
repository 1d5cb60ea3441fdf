/* SPDX-License-Identifier: BSD-2-Clause */
/* Commands about time and about vCPUs. */
#include "tests/guests/demo/demo.h"

#include "tests/guests/lib/frame.h"
#include "tests/guests/lib/irq.h"
#include "tests/guests/lib/print.h"
#include "tests/guests/lib/smp.h"
#include "tests/guests/lib/spr.h"
#include "tests/guests/lib/timer.h"

static const volatile uint32_t never;

static uint32_t microseconds(uint64_t span)
{
	return (uint32_t)(span * 1000000 / timer_frequency());
}

static void wait_ticks(uint32_t count)
{
	uint32_t begin = timer_ticks(0);

	while (timer_ticks(0) - begin < count)
		irq_idle(&never);
}

void command_ticks(int argc, char **argv)
{
	enum { SPAN = 10 };
	uint64_t begin;

	(void)argc;
	(void)argv;
	wait_ticks(1);
	begin = timer_now();
	wait_ticks(SPAN);
	print("ticks: %u so far at %u Hz; %u took %u us\n", timer_ticks(0), TIMER_HZ, SPAN,
	      microseconds(timer_now() - begin));
}

void command_idle(int argc, char **argv)
{
	uint32_t tick = timer_ticks(0), times = 0;
	uint64_t begin = timer_now();

	(void)argc;
	(void)argv;
	for (; timer_ticks(0) == tick; times++)
		irq_idle(&never);
	print("idle: %u us by %s, woken %u time%s\n", microseconds(timer_now() - begin),
	      irq_idles_by_hcall() ? "IDLE" : "wait", times, times == 1 ? "" : "s");
}

/* Written by the vCPU of the index only; total by all. */
static volatile struct {
	uint32_t count, pir;
} results[MAX_VCPUS];
static uint32_t total;
static volatile bool stop;

static void count(unsigned int vcpu)
{
	uint32_t mine = 0;

	results[vcpu].pir = spr_read(SPR_PIR);
	while (!stop) {
		__atomic_fetch_add(&total, 1, __ATOMIC_RELAXED);
		mine++;
	}
	results[vcpu].count = mine;
}

/* Count on this vCPU too, for a tenth of a second. */
static void count_here(void)
{
	uint64_t begin = timer_now();
	uint32_t mine = 0;

	results[0].pir = spr_read(SPR_PIR);
	while (timer_now() - begin < timer_frequency() / 10) {
		__atomic_fetch_add(&total, 1, __ATOMIC_RELAXED);
		mine++;
	}
	results[0].count = mine;
	stop = true;
}

void command_smp(int argc, char **argv)
{
	unsigned int vcpu, vcpus = facts.num_vcpus < MAX_VCPUS ? facts.num_vcpus : MAX_VCPUS;
	uint32_t sum = 0;

	(void)argc;
	(void)argv;
	for (vcpu = 1; vcpu < vcpus; vcpu++) {
		if (smp_release(vcpu))
			continue;
		print("smp: vCPU %u does not come\n", vcpu);
		return;
	}
	stop = false;
	total = 0;
	for (vcpu = 1; vcpu < vcpus; vcpu++)
		smp_run(vcpu, count);
	count_here();
	for (vcpu = 1; vcpu < vcpus; vcpu++) {
		while (smp_is_busy(vcpu))
			;
	}
	for (vcpu = 0; vcpu < vcpus; vcpu++) {
		print("vCPU %u: PIR %u, counted to %u, %u ticks\n", vcpu, results[vcpu].pir,
		      results[vcpu].count, timer_ticks(vcpu));
		sum += results[vcpu].count;
	}
	print("smp: sum %u, shared counter %u, %s\n", sum, total,
	      sum == total ? "the same" : "LOST");
}

void command_halt(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	print("halted\n");
	msr_write(msr_read() & ~(uint32_t)(MSR_EE | MSR_CE));
	while (true)
		__asm__ volatile("wait" : : : "memory");
}
