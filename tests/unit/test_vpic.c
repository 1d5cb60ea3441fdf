/* SPDX-License-Identifier: BSD-2-Clause */
/* The virtual interrupt controller: edges remembered, lowest first, one in service, routes and
 * masks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "hv/irq/mpic.h"
#include "hv/irq/vpic.h"
#include "hv/vcpu/vcpu.h"

static struct vcpu vcpus[2];
static struct vpic vpic;
static unsigned int kicks[2];

void vcpu_kick(struct vcpu *vcpu)
{
	kicks[vcpu - vcpus]++;
}

/* A source of a device, as its controller was told last. */
struct mpic_source {
	unsigned int config, ends;
	const struct vcpu *vcpu;
	bool masked;
	void *ctx;
};

static struct mpic_source lines[2];

void mpic_configure(struct mpic_source *source, unsigned int config, const struct vcpu *vcpu,
		    bool masked)
{
	source->config = config;
	source->vcpu = vcpu;
	source->masked = masked;
}

void mpic_end(struct mpic_source *source)
{
	source->ends++;
}

void mpic_hand_over(struct mpic_source *source, void *ctx)
{
	source->ctx = ctx;
}

static int setup(void **state)
{
	(void)state;
	memset(&vpic, 0xff, sizeof(vpic));
	vpic_init(&vpic, vcpus);
	kicks[0] = kicks[1] = 0;
	return 0;
}

static void test_masked_at_first(void **state)
{
	(void)state;
	assert_true(vpic_masked(&vpic, 0));
	assert_true(vpic_masked(&vpic, 63));
	vpic_raise(&vpic, 5);
	assert_false(vpic_deliverable(&vpic, 0));
	assert_int_equal(vpic_take(&vpic, 0), VPIC_NONE);
	assert_int_equal(kicks[0], 0);
}

static void test_event_while_masked_is_delivered_on_unmask(void **state)
{
	(void)state;
	vpic_raise(&vpic, 5);
	vpic_set_mask(&vpic, 5, false);
	assert_int_equal(kicks[0], 1);
	assert_true(vpic_deliverable(&vpic, 0));
	assert_int_equal(vpic_take(&vpic, 0), 5);
}

static void test_lowest_number_first(void **state)
{
	(void)state;
	for (unsigned int n = 0; n < VPIC_SOURCES; n++)
		vpic_set_mask(&vpic, n, false);
	vpic_raise(&vpic, 63);
	vpic_raise(&vpic, 40);
	vpic_raise(&vpic, 7);
	assert_int_equal(vpic_take(&vpic, 0), 7);
	assert_true(vpic_end(&vpic, 0, 7));
	assert_int_equal(vpic_take(&vpic, 0), 40);
	assert_true(vpic_end(&vpic, 0, 40));
	assert_int_equal(vpic_take(&vpic, 0), 63);
	assert_true(vpic_end(&vpic, 0, 63));
	assert_int_equal(vpic_take(&vpic, 0), VPIC_NONE);
}

static void test_one_in_service(void **state)
{
	(void)state;
	vpic_set_mask(&vpic, 1, false);
	vpic_set_mask(&vpic, 2, false);
	vpic_raise(&vpic, 2);
	assert_int_equal(vpic_take(&vpic, 0), 2);
	vpic_raise(&vpic, 1);
	vpic_raise(&vpic, 2);
	assert_false(vpic_deliverable(&vpic, 0));
	assert_int_equal(vpic_take(&vpic, 0), VPIC_NONE);
	assert_true(vpic_end(&vpic, 0, 2));
	assert_int_equal(vpic_take(&vpic, 0), 1);
}

static void test_events_merge(void **state)
{
	(void)state;
	vpic_set_mask(&vpic, 3, false);
	vpic_raise(&vpic, 3);
	vpic_raise(&vpic, 3);
	assert_int_equal(kicks[0], 1);
	assert_int_equal(vpic_take(&vpic, 0), 3);
	assert_true(vpic_end(&vpic, 0, 3));
	assert_int_equal(vpic_take(&vpic, 0), VPIC_NONE);
}

static void test_end_of_what_is_not_in_service(void **state)
{
	(void)state;
	vpic_set_mask(&vpic, 3, false);
	assert_false(vpic_end(&vpic, 0, 3));
	vpic_raise(&vpic, 3);
	assert_int_equal(vpic_take(&vpic, 0), 3);
	assert_false(vpic_end(&vpic, 0, 4));
	assert_false(vpic_end(&vpic, 1, 3));
	assert_true(vpic_end(&vpic, 0, 3));
	assert_false(vpic_end(&vpic, 0, 3));
}

static void test_route_takes_a_pending_event_along(void **state)
{
	(void)state;
	vpic_set_mask(&vpic, 9, false);
	vpic_raise(&vpic, 9);
	vpic_configure(&vpic, 9, 0, 1);
	assert_int_equal(kicks[1], 1);
	assert_false(vpic_deliverable(&vpic, 0));
	assert_int_equal(vpic_take(&vpic, 1), 9);
	vpic_configure(&vpic, 9, 0, 1);
	assert_int_equal(kicks[1], 1);
}

static void test_mask_holds_a_pending_event(void **state)
{
	(void)state;
	vpic_set_mask(&vpic, 9, false);
	vpic_raise(&vpic, 9);
	vpic_set_mask(&vpic, 9, true);
	assert_true(vpic_masked(&vpic, 9));
	assert_false(vpic_deliverable(&vpic, 0));
	vpic_set_mask(&vpic, 9, false);
	assert_true(vpic_deliverable(&vpic, 0));
}

static void test_reset_forgets(void **state)
{
	(void)state;
	vpic_set_mask(&vpic, 9, false);
	vpic_configure(&vpic, 9, 0, 1);
	vpic_raise(&vpic, 9);
	assert_int_equal(vpic_take(&vpic, 1), 9);
	vpic_raise(&vpic, 9);
	vpic_reset(&vpic);
	assert_true(vpic_masked(&vpic, 9));
	vpic_set_mask(&vpic, 9, false);
	assert_false(vpic_deliverable(&vpic, 0));
	assert_false(vpic_deliverable(&vpic, 1));
	vpic_raise(&vpic, 9);
	assert_int_equal(vpic_take(&vpic, 0), 9);
}

static void test_device_sources_follow(void **state)
{
	static struct mpic_source *devices[] = { &lines[0], &lines[1] };
	static const uint8_t configs[] = { MPIC_HIGH | MPIC_LEVEL, 0 };
	const unsigned int n = VPIC_SOURCES + 1;

	(void)state;
	vpic_add_devices(&vpic, 2, devices, configs);
	assert_true(lines[1].masked);
	assert_int_equal(lines[0].config, 3);
	assert_ptr_equal(lines[1].vcpu, &vcpus[0]);
	vpic_configure(&vpic, n, MPIC_LEVEL, 1);
	assert_int_equal(lines[1].config, MPIC_LEVEL);
	assert_ptr_equal(lines[1].vcpu, &vcpus[1]);
	vpic_set_mask(&vpic, n, false);
	assert_false(lines[1].masked);
	lines[1].ends = 0;
	vpic_raise(&vpic, n);
	vpic_set_mask(&vpic, 3, false);
	vpic_configure(&vpic, 3, 0, 1);
	vpic_raise(&vpic, 3);
	assert_int_equal(vpic_take(&vpic, 0), VPIC_NONE);
	assert_int_equal(vpic_take(&vpic, 1), 3);
	assert_true(vpic_end(&vpic, 1, 3));
	assert_int_equal(vpic_take(&vpic, 1), n);
	assert_int_equal(lines[1].ends, 0);
	assert_true(vpic_end(&vpic, 1, n));
	assert_int_equal(lines[1].ends, 1);
	vpic_reset(&vpic);
	assert_true(lines[1].masked);
	assert_int_equal(lines[1].config, 0);
	assert_ptr_equal(lines[1].vcpu, &vcpus[0]);
	assert_true(vpic_masked(&vpic, n));
}

/* Who takes a device over has it as its own controller says; the other no longer reaches it. */
static void test_device_source_moves(void **state)
{
	static struct mpic_source *own[] = { &lines[0] }, *others[] = { NULL };
	static const uint8_t configs[] = { MPIC_HIGH };
	static struct vpic other;

	(void)state;
	vpic_init(&other, vcpus);
	vpic_add_devices(&vpic, 1, own, configs);
	vpic_add_devices(&other, 1, others, configs);
	vpic_set_mask(&other, VPIC_SOURCES, false);
	assert_true(lines[0].masked);
	vpic_move_device(&other, VPIC_SOURCES, &vpic, VPIC_SOURCES, &other);
	assert_ptr_equal(lines[0].ctx, &other);
	assert_false(lines[0].masked);
	lines[0].ends = 0;
	vpic_reset(&vpic);
	assert_false(lines[0].masked);
	assert_int_equal(lines[0].ends, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_masked_at_first, setup),
		cmocka_unit_test_setup(test_device_source_moves, setup),
		cmocka_unit_test_setup(test_event_while_masked_is_delivered_on_unmask, setup),
		cmocka_unit_test_setup(test_lowest_number_first, setup),
		cmocka_unit_test_setup(test_one_in_service, setup),
		cmocka_unit_test_setup(test_events_merge, setup),
		cmocka_unit_test_setup(test_end_of_what_is_not_in_service, setup),
		cmocka_unit_test_setup(test_route_takes_a_pending_event_along, setup),
		cmocka_unit_test_setup(test_mask_holds_a_pending_event, setup),
		cmocka_unit_test_setup(test_reset_forgets, setup),
		cmocka_unit_test_setup(test_device_sources_follow, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
