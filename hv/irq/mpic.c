/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/irq/mpic.h"

#include "hv/booke/core.h"
#include "hv/booke/io.h"
#include "hv/booke/lock.h"
#include "hv/booke/time.h"
#include "hv/console/log.h"
#include "hv/vcpu/vcpu.h"

enum { /* registers */
       GCR = 0x1020,
       SPURIOUS_VECTOR = 0x10e0,
       TIMER_BASE_COUNT = 0x1110, /* of the first global timer */
       TIMER_VECTOR = 0x1120,
       TIMER_DESTINATION = 0x1130,
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
#define IVPR_MASK 0x80000000u
#define IVPR_ACTIVE_HIGH 0x00800000u
#define IVPR_LEVEL 0x00400000u
#define IVPR_PRIORITY_SHIFT 16

enum {
	SPURIOUS = 0xffff,
	TIMER = 0xfffe, /* vector */
	PRIORITY = 8,
	POLL_COUNT = 25000, /* of the timer: 1 ms on QEMU, less on a board */
	POLLS_PER_GUEST = 32,
	BURST_MAX = 4, /* interrupts of a shared source from its guest within 1 / BURST_HZ */
	BURST_HZ = 1000,
};

/* One of the hypervisor's own. */
struct own {
	struct own *next; /* at the same source */
	bool (*handler)(void *ctx);
	void *ctx;
};

/*
 * A source of the controller in use, by the hypervisor, by a guest's device, or by both: then the
 * guest's interrupts are what the hypervisor's handlers do not know of.  From the moment at which a
 * guest is told until it has ended the interrupt the source is masked.
 *
 * Handlers are written by the boot core, before the source is unmasked; the rest under the lock.
 */
struct mpic_source {
	struct lock lock;
	uint32_t number;
	uint32_t config; /* IVPR_ACTIVE_HIGH, IVPR_LEVEL */
	uint32_t hwid;
	struct own *own;
	void (*raise)(void *ctx); /* tell the guest; NULL: not assigned */
	void *ctx;
	bool own_served; /* the hypervisor's had something to say; its core's */
	bool guest_masked;
	bool held;	 /* the guest was told and has not ended it */
	bool deferred;	 /* the guest has too many: masked until the next poll */
	uint32_t since;	 /* low word of the time base when the burst began */
	uint32_t burst;	 /* interrupts for the guest in it */
	uint32_t storms; /* times that the source was deferred */
};

/* Constant after boot. */
static volatile uint8_t *base;
static struct arena *memory;
static struct mpic_source *sources; /* index = vector */
static unsigned int max_sources, num_sources;
static uint32_t burst_ticks;

static volatile uint8_t *private(unsigned int reg)
{
	return base + PRIVATE + this_core->hwid * PRIVATE_STRIDE + reg;
}

int mpic_init(volatile uint8_t *regs, struct arena *arena, unsigned int most, uint32_t timebase_hz)
{
	base = regs;
	memory = arena;
	max_sources = most;
	burst_ticks = timebase_hz / BURST_HZ;
	sources = arena_alloc(arena, most * sizeof(*sources), 8);
	if (!sources)
		return -1;
	out32(base + GCR, GCR_RESET);
	while (in32(base + GCR) & GCR_RESET)
		;
	out32(base + GCR, GCR_MIXED);
	out32(base + SPURIOUS_VECTOR, SPURIOUS);
	return 0;
}

void mpic_init_core(void)
{
	out32(private(PRIVATE_TASK_PRIORITY), 0);
}

/* Have the controller do what @s says.  Under its lock. */
static void program(const struct mpic_source *s)
{
	volatile uint8_t *reg = base + SOURCE + s->number * SOURCE_STRIDE;
	bool masked = s->held || s->deferred || (s->guest_masked && !s->own);

	out32(reg + SOURCE_DESTINATION, 1u << s->hwid);
	out32(reg, (masked ? IVPR_MASK : 0) | s->config | PRIORITY << IVPR_PRIORITY_SHIFT |
			   (uint32_t)(s - sources));
}

static uint32_t config_bits(unsigned int config)
{
	return (config & MPIC_HIGH ? IVPR_ACTIVE_HIGH : 0) | (config & MPIC_LEVEL ? IVPR_LEVEL : 0);
}

unsigned int mpic_config_of_sense(uint32_t sense)
{
	static const uint8_t configs[] = { MPIC_HIGH, MPIC_LEVEL, MPIC_LEVEL | MPIC_HIGH, 0 };

	return configs[sense & 3];
}

static struct mpic_source *find(uint32_t number)
{
	for (unsigned int i = 0; i < num_sources; i++)
		if (sources[i].number == number)
			return &sources[i];
	return NULL;
}

static struct mpic_source *find_or_add(uint32_t number, uint32_t sense, uint32_t hwid)
{
	struct mpic_source *s = find(number);

	if (s || num_sources == max_sources)
		return s;
	s = &sources[num_sources++];
	*s = (struct mpic_source){
		.number = number,
		.config = config_bits(mpic_config_of_sense(sense)),
		.hwid = hwid,
		.guest_masked = true,
	};
	return s;
}

int mpic_attach(uint32_t number, uint32_t sense, uint32_t hwid, bool (*handler)(void *ctx),
		void *ctx)
{
	struct mpic_source *s = find_or_add(number, sense, hwid);
	struct own *own = arena_alloc(memory, sizeof(*own), 4);

	if (!s || !own)
		return -1;
	*own = (struct own){ s->own, handler, ctx };
	s->own = own;
	s->hwid = hwid;
	program(s);
	return 0;
}

struct mpic_source *mpic_assign(uint32_t number, uint32_t sense, uint32_t hwid,
				void (*raise)(void *ctx), void *ctx)
{
	struct mpic_source *s = find_or_add(number, sense, hwid);

	if (!s)
		return NULL;
	s->ctx = ctx;
	s->raise = raise;
	if (s->own) {
		out32(base + TIMER_DESTINATION, 1u << s->hwid);
		out32(base + TIMER_VECTOR, PRIORITY << IVPR_PRIORITY_SHIFT | TIMER);
		out32(base + TIMER_BASE_COUNT, POLL_COUNT);
	}
	return s;
}

void mpic_configure(struct mpic_source *s, unsigned int config, const struct vcpu *vcpu,
		    bool masked)
{
	lock_acquire(&s->lock);
	s->guest_masked = masked;
	if (!s->own) {
		s->config = config_bits(config);
		s->hwid = vcpu->core->hwid;
	}
	program(s);
	lock_release(&s->lock);
}

void mpic_hand_over(struct mpic_source *s, void *ctx)
{
	lock_acquire(&s->lock);
	s->ctx = ctx;
	s->held = s->deferred = false;
	lock_release(&s->lock);
}

void mpic_end(struct mpic_source *s)
{
	lock_acquire(&s->lock);
	if (s->held) {
		s->held = false;
		s->deferred = s->own && s->burst > BURST_MAX;
		s->storms += s->deferred;
		program(s);
	}
	lock_release(&s->lock);
}

static void tell_guest(struct mpic_source *s)
{
	bool first;

	lock_acquire(&s->lock);
	if (time_low() - s->since > burst_ticks) {
		s->since = time_low();
		s->burst = 0;
	}
	s->burst++;
	first = !s->held;
	s->held = true;
	program(s);
	lock_release(&s->lock);
	if (first)
		s->raise(s->ctx);
}

static bool handle_own(struct mpic_source *s)
{
	bool any = false;

	for (const struct own *own = s->own; own; own = own->next)
		any |= own->handler(own->ctx);
	s->own_served |= any;
	return any;
}

/* Too many, and the guest waited: it may have more. */
static void admit(struct mpic_source *s)
{
	static struct log_limit limit; /* one core polls */

	if (!s->deferred)
		return;
	lock_acquire(&s->lock);
	s->deferred = false;
	program(s);
	lock_release(&s->lock);
	log_limited(&limit, LOG_IRQ, LOG_WARNING,
		    "interrupt %u: a storm from the guest that shares it, held back %u times",
		    s->number, s->storms);
}

/*
 * The timer, which runs when a source is shared.  While the guest has the interrupt the
 * hypervisor's devices are asked.  And where two devices drive one line without an OR between
 * (QEMU), one that lets go of it makes the other's interrupt vanish: so the hypervisor's are asked
 * anyway, and the guest's now and then when the hypervisor's have been busy.
 */
static void poll(void)
{
	static unsigned int polls;
	bool ask_guests = ++polls % POLLS_PER_GUEST == 0;

	for (unsigned int i = 0; i < num_sources; i++) {
		struct mpic_source *s = &sources[i];

		if (!s->own || !s->raise)
			continue;
		handle_own(s);
		admit(s);
		if (ask_guests && s->own_served && !s->guest_masked) {
			s->own_served = false;
			tell_guest(s);
		}
	}
}

void mpic_handle(void)
{
	uint32_t vector;

	while ((vector = in32(private(PRIVATE_IACK)) & 0xffff) != SPURIOUS) {
		if (vector == TIMER)
			poll();
		else if (vector < num_sources && !handle_own(&sources[vector]) &&
			 sources[vector].raise)
			tell_guest(&sources[vector]);
		out32(private(PRIVATE_EOI), 0);
	}
}
