/* SPDX-License-Identifier: BSD-2-Clause */
/* The command timers: decrementer, fixed-interval timer, watchdog, and in which order interrupts
 * come. */
#include "tests/guests/demo/demo.h"

#include "tests/guests/lib/exception.h"
#include "tests/guests/lib/print.h"
#include "tests/guests/lib/spr.h"
#include "tests/guests/lib/timer.h"

enum {
	FIT_BIT = 18, /* of the time base, from the lowest: a rise every 524288 */
	PERIOD = 2 << FIT_BIT,
	DEC_PERIOD = 400000,
	WATCHDOG_BIT = 19,
	ROUNDS = 8,
	LATE = 100000, /* ticks: far more than interrupts cost, less than any period here */
	MAX_ORDER = 8,
};

static volatile struct {
	unsigned int count;
	uint64_t at; /* time of the last one */
} seen[MAX_VECTORS];
static volatile unsigned int order[MAX_ORDER], num_order;
static unsigned int checks, failures;

static void check(bool right, const char *what)
{
	checks++;
	if (right)
		return;
	failures++;
	print("timers: %s: WRONG\n", what);
}

static bool on_interrupt(struct frame *frame)
{
	seen[frame->vector].at = timer_now();
	seen[frame->vector].count++;
	if (num_order < MAX_ORDER)
		order[num_order++] = frame->vector;
	switch (frame->vector) {
	case VECTOR_DECREMENTER:
		spr_write(SPR_TSR, TSR_DIS);
		break;
	case VECTOR_FIT:
		spr_write(SPR_TSR, TSR_FIS);
		break;
	case VECTOR_WATCHDOG:
		spr_write(SPR_TSR, TSR_WIS);
		break;
	default:
		break;
	}
	return true;
}

static const unsigned int vectors[] = { VECTOR_DECREMENTER, VECTOR_FIT, VECTOR_WATCHDOG,
					VECTOR_DOORBELL, VECTOR_DOORBELL_CRITICAL };

static void begin(void)
{
	size_t i;

	for (i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
		seen[vectors[i]].count = 0;
	num_order = 0;
	spr_write(SPR_TSR, TSR_DIS | TSR_FIS | TSR_ENW | TSR_WIS);
}

static void wait_until(uint64_t time)
{
	while (timer_now() < time)
		;
}

/* The time base's next multiple of @span. */
static uint64_t next_multiple(uint64_t span)
{
	return (timer_now() / span + 1) * span;
}

static void check_one_shot(const char *what)
{
	uint64_t start;

	begin();
	spr_write(SPR_TCR, TCR_DIE);
	start = timer_now();
	spr_write(SPR_DEC, DEC_PERIOD);
	wait_until(start + 3 * DEC_PERIOD);
	check(seen[VECTOR_DECREMENTER].count == 1, what);
	check(seen[VECTOR_DECREMENTER].at - start - DEC_PERIOD < LATE, "the decrementer's time");
	spr_write(SPR_DEC, DEC_PERIOD);
	check(spr_read(SPR_DEC) - 1 < DEC_PERIOD, "it can be read");
	spr_write(SPR_DEC, 0);
}

/* The last of many reloads is as punctual as the first. */
static void check_reload(const char *what)
{
	uint64_t start;

	begin();
	spr_write(SPR_DECAR, DEC_PERIOD);
	spr_write(SPR_TCR, spr_read(SPR_TCR) | TCR_DIE | TCR_ARE);
	start = timer_now();
	spr_write(SPR_DEC, DEC_PERIOD);
	wait_until(start + ROUNDS * DEC_PERIOD + DEC_PERIOD / 2);
	check(seen[VECTOR_DECREMENTER].count == ROUNDS, what);
	check(seen[VECTOR_DECREMENTER].at - start - ROUNDS * DEC_PERIOD < LATE,
	      "reloads do not drift");
	spr_write(SPR_TCR, 0);
	spr_write(SPR_DEC, 0);
}

static void check_fit(void)
{
	uint64_t start = next_multiple(PERIOD);
	unsigned int early;

	wait_until(start);
	begin();
	spr_write(SPR_TCR, TCR_FIT(FIT_BIT));
	wait_until(start + PERIOD / 2 + LATE);
	check(spr_read(SPR_TSR) & TSR_FIS, "FIS is set with FIE off");
	check(!seen[VECTOR_FIT].count, "and nobody is told");
	spr_write(SPR_TSR, TSR_FIS);
	check(!(spr_read(SPR_TSR) & TSR_FIS), "FIS is cleared by a 1");
	spr_write(SPR_TCR, TCR_FIT(FIT_BIT) | TCR_FIE);
	wait_until(start + PERIOD);
	early = seen[VECTOR_FIT].count;
	wait_until(start + ROUNDS * PERIOD + PERIOD / 2 + LATE);
	check(!early, "no interval timer before the bit rises");
	check(seen[VECTOR_FIT].count == ROUNDS, "an interval timer for each rise");
	check(seen[VECTOR_FIT].at - start - ROUNDS * PERIOD - PERIOD / 2 < LATE,
	      "the interval timer's time");
	print("timers: interval timer %u ticks late\n",
	      (uint32_t)(seen[VECTOR_FIT].at - start - ROUNDS * PERIOD - PERIOD / 2));
	/* Both at once. */
	check_reload("reloads beside the interval timer");
	spr_write(SPR_TCR, 0);
}

static void check_masks(void)
{
	uint64_t start = timer_now();

	begin();
	spr_write(SPR_TCR, 0);
	spr_write(SPR_DEC, DEC_PERIOD);
	wait_until(start + DEC_PERIOD + LATE);
	check(spr_read(SPR_TSR) & TSR_DIS && !seen[VECTOR_DECREMENTER].count, "DIE masks");
	spr_write(SPR_TCR, TCR_DIE);
	check(seen[VECTOR_DECREMENTER].count == 1, "and lets through");
	msr_write(msr_read() & ~(uint32_t)MSR_EE);
	start = timer_now();
	spr_write(SPR_DEC, DEC_PERIOD);
	wait_until(start + DEC_PERIOD + LATE);
	check(seen[VECTOR_DECREMENTER].count == 1, "EE masks");
	msr_write(msr_read() | MSR_EE);
	check(seen[VECTOR_DECREMENTER].count == 2, "and lets through what came");
}

static void check_watchdog(void)
{
	const uint64_t period = (uint64_t)2 << WATCHDOG_BIT;
	uint64_t start = next_multiple(period);

	wait_until(start);
	begin();
	spr_write(SPR_TCR, TCR_WATCHDOG(WATCHDOG_BIT) | TCR_WIE);
	wait_until(start + period / 2 + LATE);
	check((spr_read(SPR_TSR) & (TSR_ENW | TSR_WIS)) == TSR_ENW, "the watchdog's first rise");
	check(!seen[VECTOR_WATCHDOG].count, "is no interrupt");
	msr_write(msr_read() & ~(uint32_t)MSR_CE);
	wait_until(start + period + period / 2 + LATE);
	check((spr_read(SPR_TSR) & (TSR_ENW | TSR_WIS)) == (TSR_ENW | TSR_WIS), "its second");
	check(!seen[VECTOR_WATCHDOG].count, "waits for CE");
	msr_write(msr_read() | MSR_CE);
	check(seen[VECTOR_WATCHDOG].count == 1, "and is one");
	spr_write(SPR_TSR, TSR_ENW | TSR_WIS);
	wait_until(start + 3 * period + LATE);
	check(seen[VECTOR_WATCHDOG].count == 1, "a watchdog that is fed is quiet");
	spr_write(SPR_TCR, 0);
}

static void send(uint32_t message)
{
	__asm__ volatile("msgsnd %0" : : "r"(message) : "memory");
}

static void clear(uint32_t message)
{
	__asm__ volatile("msgclr %0" : : "r"(message) : "memory");
}

static void check_messages(void)
{
	uint32_t self = spr_read(SPR_PIR), critical = MESSAGE_CRITICAL | self;

	begin();
	send(self);
	check(seen[VECTOR_DOORBELL].count == 1, "a message to oneself");
	send(critical);
	check(seen[VECTOR_DOORBELL_CRITICAL].count == 1, "a critical one");
	send(self + 1000);
	check(seen[VECTOR_DOORBELL].count == 1, "none to nobody");
	msr_write(msr_read() & ~(uint32_t)(MSR_EE | MSR_CE));
	send(self);
	send(self);
	send(critical);
	clear(critical);
	check(seen[VECTOR_DOORBELL].count == 1, "EE holds a message");
	msr_write(msr_read() | MSR_EE | MSR_CE);
	check(seen[VECTOR_DOORBELL].count == 2, "two are one");
	check(seen[VECTOR_DOORBELL_CRITICAL].count == 1, "what was cleared does not come");
}

/* Everything at once: critical before normal, then as the architecture orders them. */
static void check_order(void)
{
	static const unsigned int expected[] = { VECTOR_DOORBELL_CRITICAL, VECTOR_FIT,
						 VECTOR_DECREMENTER, VECTOR_DOORBELL };
	uint32_t self = spr_read(SPR_PIR);
	bool right = true;
	size_t i;

	begin();
	msr_write(msr_read() & ~(uint32_t)(MSR_EE | MSR_CE));
	spr_write(SPR_TCR, TCR_FIT(FIT_BIT) | TCR_FIE | TCR_DIE);
	spr_write(SPR_DEC, DEC_PERIOD);
	send(self);
	send(MESSAGE_CRITICAL | self);
	wait_until(timer_now() + PERIOD + LATE);
	msr_write(msr_read() | MSR_EE | MSR_CE);
	spr_write(SPR_TCR, 0);
	for (i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
		right = right && i < num_order && order[i] == expected[i];
	check(right, "the order of interrupts");
}

void command_timers(int argc, char **argv)
{
	exception_handler *saved[MAX_VECTORS];
	size_t i;

	(void)argc;
	(void)argv;
	checks = failures = 0;
	timer_stop();
	for (i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
		saved[vectors[i]] = exception_set_handler(vectors[i], on_interrupt);
	check_one_shot("the decrementer, once");
	check_reload("a reload each time");
	check_masks();
	check_fit();
	check_one_shot("the decrementer, shared");
	check_watchdog();
	check_messages();
	check_order();
	for (i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
		exception_set_handler(vectors[i], saved[vectors[i]]);
	timer_start();
	print("timers: %u checks, %u failed\n", checks, failures);
}

void command_watchdog(int argc, char **argv)
{
	uint64_t bit, meals = 0, due, i;

	if (argc == 1) {
		print("watchdog: WRS=%u TCR=%08x\n", spr_read(SPR_TSR) >> 28 & 3,
		      spr_read(SPR_TCR));
		return;
	}
	if (!parse_number(argv[1], &bit) || bit > 63 ||
	    (argc > 2 && !parse_number(argv[2], &meals))) {
		print("%s: a bit of the time base is 0 to 63\n", argv[1]);
		return;
	}
	spr_write(SPR_TSR, TSR_ENW | TSR_WIS);
	spr_write(SPR_TCR, spr_read(SPR_TCR) | TCR_WATCHDOG(bit) | TCR_WRC_CHIP);
	for (i = 0; i < meals; i++) {
		due = next_multiple((uint64_t)2 << bit);
		wait_until(due);
		spr_write(SPR_TSR, TSR_ENW | TSR_WIS);
	}
	print("watchdog: fed %u times\n", (unsigned int)meals);
}
