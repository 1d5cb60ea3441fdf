/* SPDX-License-Identifier: BSD-2-Clause */
/* The state machine of a partition: every request in every state, and what managers hear of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "hv/console/channels.h"
#include "hv/debug/debug.h"
#include "hv/drivers/guts.h"
#include "hv/partition/error_queue.h"
#include "hv/partition/load.h"
#include "hv/partition/partition.h"

enum { VCPUS = 2, MANAGER = 0, MANAGED = 1, PARTITIONS = 2, VINT = 10, NEWS = 3 };

struct plan plan;
struct partition *partitions;
static struct partition all[PARTITIONS];
static struct vcpu vcpus[PARTITIONS][VCPUS];
static unsigned int news[NEWS], loads, purges, resets, wakes;
static bool can_load;
static uint64_t loaded_entry;
static bool loaded_images;

void vpic_raise(struct vpic *vpic, unsigned int n)
{
	assert_ptr_equal(vpic, &all[MANAGER].vpic);
	assert_in_range(n, VINT, VINT + NEWS - 1);
	news[n - VINT]++;
}

void vpic_reset(struct vpic *vpic)
{
	(void)vpic;
}

void vcpu_wake(struct vcpu *vcpu)
{
	(void)vcpu;
	wakes++;
}

void vcpu_halt(struct vcpu *vcpu)
{
	(void)vcpu;
}

void vcpu_reset(struct vcpu *vcpu, const struct vcpu_start *start)
{
	(void)vcpu;
	(void)start;
}

void vcpu_set_paused(struct vcpu *vcpu, bool paused)
{
	vcpu->paused = paused;
}

void vcpu_describe(const struct vcpu *vcpu, struct vcpu_report *report)
{
	(void)vcpu;
	*report = (struct vcpu_report){ .pc = 1 };
}

void debug_partition_ended(struct debug *debug)
{
	(void)debug;
}

void channels_purge(unsigned int partition)
{
	(void)partition;
	purges++;
}

bool guts_reset(void)
{
	resets++;
	return true;
}

void error_report(struct vcpu *vcpu, enum error_kind kind, uint64_t gpa, uint32_t ea,
		  uint32_t syndrome)
{
	(void)vcpu;
	(void)kind;
	(void)gpa;
	(void)ea;
	(void)syndrome;
}

void error_queue_start(struct partition *partition)
{
	(void)partition;
}

void log_printf(enum log_group group, unsigned int level, const char *fmt, ...)
{
	(void)group;
	(void)level;
	(void)fmt;
}

bool partition_load(struct partition *partition, struct vcpu_start *first)
{
	loads++;
	loaded_entry = partition->entry;
	loaded_images = partition->load;
	*first = (struct vcpu_start){ 0 };
	return can_load;
}

static struct partition *const p = &all[MANAGED];

static void advance(unsigned int vcpu)
{
	partition_advance(&vcpus[MANAGED][vcpu]);
}

static void advance_all(void)
{
	for (unsigned int v = 0; v < VCPUS; v++)
		advance(v);
}

static void expect_news(unsigned int changes, unsigned int watchdogs, unsigned int requests)
{
	const unsigned int expected[NEWS] = { changes, watchdogs, requests };

	assert_memory_equal(news, expected, sizeof(news));
	memset(news, 0, sizeof(news));
}

static int setup(void **state)
{
	(void)state;
	memset(&plan, 0, sizeof(plan));
	memset(all, 0, sizeof(all));
	memset(vcpus, 0, sizeof(vcpus));
	memset(news, 0, sizeof(news));
	loads = purges = resets = wakes = 0;
	can_load = true;
	partitions = all;
	plan.num_partitions = PARTITIONS;
	for (unsigned int i = 0; i < PARTITIONS; i++) {
		plan.partitions[i].num_cpus = VCPUS;
		plan.partitions[i].label = "p";
		all[i].index = i;
		all[i].plan = &plan.partitions[i];
		all[i].vcpus = vcpus[i];
		all[i].entry = PARTITION_ENTRY_AS_BEFORE;
		for (unsigned int v = 0; v < VCPUS; v++) {
			vcpus[i][v].partition = &all[i];
			vcpus[i][v].num = v;
		}
	}
	plan.num_managed = 1;
	plan.managed[0] =
		(struct plan_managed){ .manager = MANAGER, .managed = MANAGED, .vint = VINT };
	return 0;
}

/* Bring it into @state by the edges that lead there. */
static void reach(enum partition_state state)
{
	setup(NULL);
	if (state == PARTITION_STOPPED)
		return;
	assert_true(partition_start(p, PARTITION_ENTRY_AS_BEFORE, true));
	if (state == PARTITION_STARTING)
		return;
	advance_all();
	if (state == PARTITION_STOPPING)
		assert_true(partition_stop(p, "shell"));
	if (state == PARTITION_RESTARTING)
		assert_true(partition_restart(p, "shell"));
	if (state == PARTITION_PAUSING || state == PARTITION_PAUSED || state == PARTITION_RESUMING)
		assert_true(partition_pause(p));
	if (state == PARTITION_PAUSED || state == PARTITION_RESUMING)
		advance_all();
	if (state == PARTITION_RESUMING)
		assert_true(partition_resume(p));
	assert_int_equal(atomic_load(&p->state), state);
}

enum request { START, STOP, RESTART, PAUSE, RESUME, WATCHDOG, FAULT, REQUESTS };

static bool request(enum request request)
{
	switch (request) {
	case START:
		return partition_start(p, 0, false);
	case STOP:
		return partition_stop(p, "manager");
	case RESTART:
		return partition_restart(p, "manager");
	case PAUSE:
		return partition_pause(p);
	case RESUME:
		return partition_resume(p);
	case WATCHDOG:
		return partition_watchdog(&vcpus[MANAGED][0]);
	default:
		partition_fault(&vcpus[MANAGED][0], "on purpose");
		return atomic_load(&p->state) == PARTITION_STOPPING;
	}
}

static void test_every_request_in_every_state(void **state)
{
	/* The state that follows; where it is the same, the request is refused. */
	static const enum partition_state follows[][REQUESTS] = {
		[PARTITION_STOPPED] = { [START] = PARTITION_STARTING },
		[PARTITION_RUNNING] = { [STOP] = PARTITION_STOPPING,
					[RESTART] = PARTITION_RESTARTING,
					[PAUSE] = PARTITION_PAUSING,
					[WATCHDOG] = PARTITION_RESTARTING,
					[FAULT] = PARTITION_STOPPING },
		[PARTITION_PAUSED] = { [STOP] = PARTITION_STOPPING, [RESUME] = PARTITION_RESUMING },
		[PARTITION_RESTARTING] = { 0 },
	};

	(void)state;
	for (enum partition_state from = PARTITION_STOPPED; from <= PARTITION_RESTARTING; from++) {
		for (enum request r = START; r < REQUESTS; r++) {
			enum partition_state to = follows[from][r] ? follows[from][r] : from;
			bool served = to != from || (from == PARTITION_STOPPING && r == FAULT);

			reach(from);
			wakes = 0;
			p->stopped_by = "before";
			assert_int_equal(request(r), served);
			assert_int_equal(atomic_load(&p->state), to);
			/* What is refused leaves nothing behind. */
			assert_int_equal(wakes, to != from ? VCPUS : 0);
			if (to == from)
				assert_string_equal(p->stopped_by, "before");
		}
	}
}

static void test_start_and_stop_are_told(void **state)
{
	(void)state;
	reach(PARTITION_STARTING);
	advance(1); /* the other vCPU has no part in it */
	assert_int_equal(loads, 0);
	advance(0);
	assert_int_equal(atomic_load(&p->state), PARTITION_RUNNING);
	assert_int_equal(atomic_load(&vcpus[MANAGED][0].state), VCPU_RUNNING);
	assert_int_equal(atomic_load(&vcpus[MANAGED][1].state), VCPU_SPINNING);
	expect_news(1, 0, 0);
	assert_true(partition_stop(p, "manager"));
	advance(0);
	advance(0);
	assert_int_equal(atomic_load(&p->state), PARTITION_STOPPING);
	assert_int_equal(partition_status(p), FSL_PARTITION_STOPPING);
	advance(1);
	assert_int_equal(atomic_load(&p->state), PARTITION_STOPPED);
	assert_int_equal(purges, 1);
	assert_string_equal(p->stopped_by, "manager");
	assert_string_equal(p->reason_stopped, "stop");
	expect_news(1, 0, 0);
}

static void test_restart_loads_again(void **state)
{
	(void)state;
	reach(PARTITION_RESTARTING);
	assert_int_equal(partition_status(p), FSL_PARTITION_STOPPING);
	p->entry = 0x1234;
	loads = 0;
	advance_all();
	assert_int_equal(atomic_load(&p->state), PARTITION_STARTING);
	advance_all();
	assert_int_equal(atomic_load(&p->state), PARTITION_RUNNING);
	assert_int_equal(loads, 1);
	assert_true(loaded_images);
	/* Only an image says where: not what a manager once said. */
	assert_true(loaded_entry == PARTITION_ENTRY_AS_BEFORE);
	expect_news(2, 0, 0);
}

static void test_what_cannot_start_asks_its_managers(void **state)
{
	(void)state;
	reach(PARTITION_RESTARTING);
	expect_news(1, 0, 0);
	can_load = false;
	plan.sysreset_on_partition_stop = true;
	atomic_store(&all[MANAGER].state, PARTITION_RUNNING);
	advance_all();
	advance_all();
	assert_int_equal(atomic_load(&p->state), PARTITION_STOPPED);
	expect_news(1, 0, 1);
	assert_int_equal(resets, 0);
	/* The last one out. */
	atomic_store(&all[MANAGER].state, PARTITION_STOPPED);
	assert_true(partition_start(p, 0, false));
	advance_all();
	assert_int_equal(resets, 1);
}

static void test_start_with_and_without_loading(void **state)
{
	(void)state;
	/* Nothing is known: the images are to say. */
	assert_true(partition_start(p, PARTITION_ENTRY_AS_BEFORE, false));
	advance_all();
	assert_true(loaded_images);
	partition_stop(p, "shell");
	advance_all();
	/* Where a manager says. */
	assert_true(partition_start(p, 0x100, false));
	advance_all();
	assert_false(loaded_images);
	assert_true(loaded_entry == 0x100);
	partition_stop(p, "shell");
	advance_all();
	/* There again. */
	assert_true(partition_start(p, PARTITION_ENTRY_AS_BEFORE, false));
	advance_all();
	assert_false(loaded_images);
	assert_true(loaded_entry == 0x100);
}

static void test_pause_is_complete_when_all_rest(void **state)
{
	(void)state;
	reach(PARTITION_PAUSING);
	advance(0);
	advance(0);
	assert_int_equal(atomic_load(&p->state), PARTITION_PAUSING);
	advance(1);
	assert_int_equal(atomic_load(&p->state), PARTITION_PAUSED);
	assert_true(partition_resume(p));
	advance(1);
	assert_int_equal(atomic_load(&p->state), PARTITION_RESUMING);
	advance(0);
	assert_int_equal(atomic_load(&p->state), PARTITION_RUNNING);
}

static void test_stop_ends_a_copy(void **state)
{
	(void)state;
	reach(PARTITION_STOPPING);
	vcpus[MANAGED][0].copy.entries = 5;
	advance_all();
	assert_int_equal(vcpus[MANAGED][0].copy.entries, 0);
}

static void test_watchdog_policies(void **state)
{
	(void)state;
	reach(PARTITION_RUNNING);
	expect_news(1, 0, 0);
	plan.partitions[MANAGED].watchdog = PLAN_WATCHDOG_NOTIFY;
	assert_true(partition_watchdog(&vcpus[MANAGED][0]));
	assert_int_equal(atomic_load(&p->state), PARTITION_RUNNING);
	expect_news(0, 1, 0);
	plan.partitions[MANAGED].watchdog = PLAN_WATCHDOG_STOP;
	assert_true(partition_watchdog(&vcpus[MANAGED][0]));
	assert_int_equal(atomic_load(&p->state), PARTITION_STOPPING);
	assert_string_equal(p->stopped_by, "watchdog");
	expect_news(0, 0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_every_request_in_every_state, setup),
		cmocka_unit_test_setup(test_start_and_stop_are_told, setup),
		cmocka_unit_test_setup(test_restart_loads_again, setup),
		cmocka_unit_test_setup(test_what_cannot_start_asks_its_managers, setup),
		cmocka_unit_test_setup(test_start_with_and_without_loading, setup),
		cmocka_unit_test_setup(test_pause_is_complete_when_all_rest, setup),
		cmocka_unit_test_setup(test_stop_ends_a_copy, setup),
		cmocka_unit_test_setup(test_watchdog_policies, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
