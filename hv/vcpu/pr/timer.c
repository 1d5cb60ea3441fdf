/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest's decrementer, fixed-interval timer and watchdog (Power ISA 2.06 III-E 9).
 *
 * The last two look for a bit of the time base that goes from 0 to 1.  How often that has happened
 * can be computed at any later time, so nobody has to watch; the hardware has to wake somebody only
 * where an interrupt or an expiry is due.  Until the guest asks for one the hardware's decrementer
 * is its own.  From then on, for the rest of its life, the decrementer is shared: it fires for
 * whichever of the three is next, and the guest's is kept as the time at which it reaches zero.
 */
#include "hv/booke/spr.h"
#include "hv/booke/time.h"
#include "hv/lib/div64.h"
#include "hv/partition/partition.h"
#include "hv/vcpu/pr/pr.h"

enum { LONGEST_PERIOD = 63 }; /* FP and WP count the time base's bits from the highest */

/* Bits of the time base that go from 0 to 1 for the two timers; 0 is the lowest. */
static unsigned int fit_bit(uint32_t tcr)
{
	return LONGEST_PERIOD - ((tcr >> 24 & 0x3) | (tcr >> 11 & 0x3c));
}

static unsigned int watchdog_bit(uint32_t tcr)
{
	return LONGEST_PERIOD - ((tcr >> 30 & 0x3) | (tcr >> 15 & 0x3c));
}

/* How often bit @bit has gone from 0 to 1 when the time base is @time. */
static uint64_t rises(uint64_t time, unsigned int bit)
{
	return ((time >> bit) + 1) >> 1;
}

/* The first time after @time at which it does so again. */
static uint64_t next_rise(uint64_t time, unsigned int bit)
{
	return (2 * rises(time, bit) + 1) << bit;
}

static bool at_rest(const struct pr_vcpu *pr)
{
	return pr->vcpu->paused || pr->vcpu->frozen;
}

static bool watchdog_wakes(const struct pr_vcpu *pr)
{
	const struct pr_timers *t = &pr->timers;

	return !at_rest(pr) && ((t->tcr & TCR_WIE && !(t->tsr & TSR_WIS)) ||
				(t->tcr & TCR_WRC_MASK && !t->expired));
}

/* Have the shared decrementer fire when something is due. */
static void arm(struct pr_vcpu *pr)
{
	const struct pr_timers *t = &pr->timers;
	uint64_t next = t->seen + UINT32_MAX;
	uint64_t due;

	if (t->running && t->tcr & TCR_DIE && !(t->tsr & TSR_DIS) && t->zero < next)
		next = t->zero;
	if (t->tcr & TCR_FIE && !(t->tsr & TSR_FIS)) {
		due = next_rise(t->seen, fit_bit(t->tcr));
		next = due < next ? due : next;
	}
	if (watchdog_wakes(pr)) {
		due = next_rise(t->seen, watchdog_bit(t->tcr));
		next = due < next ? due : next;
	}
	due = time_now();
	mtspr(SPR_DEC, next > due ? (uint32_t)(next - due) : 1);
}

static void collect_decrementer(struct pr_timers *t, uint64_t now)
{
	if (!t->shared) {
		if (mfspr(SPR_TSR) & TSR_DIS) {
			mtspr(SPR_TSR, TSR_DIS);
			t->tsr |= TSR_DIS;
		}
		return;
	}
	if (!t->running || now < t->zero)
		return;
	t->tsr |= TSR_DIS;
	t->running = t->tcr & TCR_ARE && t->decar;
	if (t->running)
		t->zero += (div64(now - t->zero, t->decar, NULL) + 1) * t->decar;
}

static void collect_watchdog(struct pr_vcpu *pr, uint64_t now)
{
	struct pr_timers *t = &pr->timers;
	unsigned int bit = watchdog_bit(t->tcr);
	uint64_t times = rises(now, bit) - rises(t->seen, bit);

	if (times && !(t->tsr & TSR_ENW)) {
		t->tsr |= TSR_ENW;
		times--;
	}
	if (times && !(t->tsr & TSR_WIS)) {
		t->tsr |= TSR_WIS;
		times--;
	}
	if (times && t->tcr & TCR_WRC_MASK && !t->expired)
		t->expired = partition_watchdog(pr->vcpu);
}

/* Bring TSR up to the present. */
static void collect(struct pr_vcpu *pr)
{
	struct pr_timers *t = &pr->timers;
	uint64_t now = time_now();
	unsigned int bit = fit_bit(t->tcr);

	collect_decrementer(t, now);
	if (rises(now, bit) != rises(t->seen, bit))
		t->tsr |= TSR_FIS;
	if (!at_rest(pr))
		collect_watchdog(pr, now);
	t->seen = now;
}

/* TSR or TCR may have changed: what the guest is to be told, and when to look again. */
static void update(struct pr_vcpu *pr)
{
	const struct pr_timers *t = &pr->timers;
	unsigned int pending = 0;
	unsigned int old;

	if (t->tsr & TSR_DIS && t->tcr & TCR_DIE)
		pending |= PR_PENDING_DECREMENTER;
	if (t->tsr & TSR_FIS && t->tcr & TCR_FIE)
		pending |= PR_PENDING_FIT;
	if (t->tsr & TSR_WIS && t->tcr & TCR_WIE)
		pending |= PR_PENDING_WATCHDOG;
	old = atomic_fetch_and(&pr->pending, ~(unsigned int)PR_PENDING_TIMERS | pending);
	if (pending & ~old)
		pr_post(pr, pending);
	if (t->shared)
		arm(pr);
}

/* The guest's decrementer while it is the hardware's own.  That one is right only while it reloads:
 * QEMU's reads as anything once it has been 0. */
static uint32_t own_decrementer(const struct pr_timers *t)
{
	uint64_t now = time_now();

	if (t->tcr & TCR_ARE)
		return mfspr(SPR_DEC);
	return t->zero > now ? (uint32_t)(t->zero - now) : 0;
}

static void share(struct pr_vcpu *pr)
{
	struct pr_timers *t = &pr->timers;
	uint32_t left = own_decrementer(t);

	t->zero = time_now() + left;
	t->running = left != 0;
	t->shared = true;
	mtspr(SPR_TCR, TCR_DIE);
	mtspr(SPR_TSR, TSR_DIS);
}

static bool needs_sharing(uint32_t tcr)
{
	return tcr & (TCR_FIE | TCR_WIE | TCR_WRC_MASK);
}

void pr_timer_reset(struct pr_vcpu *pr)
{
	struct pr_timers *t = &pr->timers;
	const struct plan_partition *pp = pr->vcpu->partition->plan;
	uint32_t wrs = t->next_wrs;

	*t = (struct pr_timers){ .tsr = wrs, .seen = time_now() };
	mtspr(SPR_TCR, 0);
	mtspr(SPR_DEC, 0);
	mtspr(SPR_TSR, 0xffffffff);
	if (pr->vcpu->num == 0 && pp->watchdog_period != PLAN_NO_PERIOD)
		pr_timer_write_tcr(pr, (pp->watchdog_period & 0x3u) << 30 |
					       (pp->watchdog_period & 0x3cu) << 15 | TCR_WRC_RESET);
}

void pr_timer_halt(struct pr_vcpu *pr)
{
	struct pr_timers *t = &pr->timers;

	mtspr(SPR_TCR, 0);
	/* A watchdog that ended this life is seen by the next one, and by no other. */
	t->next_wrs = t->expired ? t->tcr & TCR_WRC_MASK : 0;
	t->expired = false;
}

void pr_timer_fired(struct pr_vcpu *pr)
{
	struct pr_timers *t = &pr->timers;

	if (t->shared)
		collect(pr);
	else
		t->tsr |= TSR_DIS;
	update(pr);
}

void pr_timer_rest(struct pr_vcpu *pr, bool *why, bool rests)
{
	collect(pr);
	*why = rests;
	update(pr);
}

uint32_t pr_timer_read_dec(struct pr_vcpu *pr)
{
	struct pr_timers *t = &pr->timers;

	if (!t->shared)
		return own_decrementer(t);
	collect(pr);
	update(pr);
	return t->running ? (uint32_t)(t->zero - t->seen) : 0;
}

void pr_timer_write_dec(struct pr_vcpu *pr, uint32_t value)
{
	struct pr_timers *t = &pr->timers;

	if (!t->shared) {
		mtspr(SPR_DEC, value);
		t->zero = time_now() + value;
		return;
	}
	collect(pr);
	t->zero = t->seen + value;
	t->running = value != 0;
	update(pr);
}

void pr_timer_write_decar(struct pr_vcpu *pr, uint32_t value)
{
	if (pr->timers.shared)
		collect(pr);
	else
		mtspr(SPR_DECAR, value);
	pr->timers.decar = value;
	update(pr);
}

uint32_t pr_timer_read_tsr(struct pr_vcpu *pr)
{
	collect(pr);
	update(pr);
	return pr->timers.tsr;
}

void pr_timer_write_tsr(struct pr_vcpu *pr, uint32_t value)
{
	struct pr_timers *t = &pr->timers;

	/* The end of a tick: nobody has to know what the other two did. */
	if (value == TSR_DIS && !t->shared)
		collect_decrementer(t, 0);
	else
		collect(pr);
	t->tsr &= ~value;
	if (value & (TSR_ENW | TSR_WIS))
		t->expired = false;
	update(pr);
}

void pr_timer_write_tcr(struct pr_vcpu *pr, uint32_t value)
{
	struct pr_timers *t = &pr->timers;

	collect(pr);
	/* WRC can be set but not cleared (Power ISA III-E 9.7). */
	value |= t->tcr & TCR_WRC_MASK;
	if (!t->shared && t->tcr & ~value & TCR_ARE)
		t->zero = time_now() + mfspr(SPR_DEC);
	if (!t->shared && needs_sharing(value))
		share(pr);
	t->tcr = value;
	if (!t->shared)
		mtspr(SPR_TCR, value & (TCR_DIE | TCR_ARE));
	update(pr);
}
