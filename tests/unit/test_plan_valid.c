/* SPDX-License-Identifier: BSD-2-Clause */
/* What a valid configuration becomes: the demo machine's, and variations of it that have to be
 * accepted. */
#include "tests/unit/plan_trees.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>

#define APPLY(trees, ...) apply(trees, (const struct tree_edit[]){ __VA_ARGS__, NO_EDIT })

static void apply(struct plan_trees *trees, const struct tree_edit *edit)
{
	for (; edit->kind != EDIT_NONE; edit++)
		plan_trees_edit(trees, edit);
}

static int load_trees(void **state)
{
	*state = plan_trees_load();
	return 0;
}

static int free_trees(void **state)
{
	free(*state);
	return 0;
}

static const struct plan *parse_clean(struct plan_trees *trees)
{
	plan_trees_parse(trees);
	if (trees->said.errors + trees->said.warnings)
		fail_msg("findings:\n%s", trees->said.all);
	assert_int_equal(trees->returned, 0);
	return &trees->plan;
}

static void machine(void **state)
{
	const struct plan *plan = parse_clean(*state);

	assert_int_equal(plan->num_memory, 1);
	assert_int_equal(plan->memory[0].size, 0x80000000);
	assert_int_equal(plan->hv_memory.tpa, 0);
	assert_int_equal(plan->hv_memory.size, 0x1000000);
	assert_int_equal(plan->num_cpus, 4);
	for (unsigned int i = 0; i < 4; i++) {
		assert_int_equal(plan->cpus[i].hwid, i);
		assert_int_equal(plan->cpus[i].release_tpa, i ? 0xfef000000 + 32 * i : 0);
	}
	assert_int_equal(plan->timebase_hz, 400000000);
	assert_int_equal(plan->mpic_tpa, 0xfe0040000);
	assert_int_equal(plan->mpic_size, 0x40000);
	assert_int_equal(plan->reset_tpa, 0xfe00e00b0);
	assert_int_equal(plan->num_uarts, 1);
	assert_int_equal(plan->uarts[0].tpa, 0xfe0004500);
	assert_int_equal(plan->uarts[0].size, 0x100);
	assert_int_equal(plan->uarts[0].clock_hz, 400000000);
	assert_int_equal(plan->uarts[0].baud, 115200);
	assert_int_equal(plan->uarts[0].irq, 42);
	assert_int_equal(plan->uarts[0].irq_sense, 2);
	assert_int_equal(plan->num_devices, 3);
	assert_false(plan->legacy_interrupts);
	assert_false(plan->sysreset_on_partition_stop);
}

static void partitions(void **state)
{
	const struct plan *plan = parse_clean(*state);
	const struct plan_partition *p1 = &plan->partitions[0];
	const struct plan_partition *p2 = &plan->partitions[1];

	assert_int_equal(plan->num_partitions, 2);
	assert_string_equal(p1->label, "p1");
	assert_string_equal(p2->label, "p2");
	assert_int_equal(p1->num_cpus, 2);
	assert_int_equal(plan->cpus[p1->cpus[0]].hwid, 2);
	assert_int_equal(plan->cpus[p1->cpus[1]].hwid, 3);
	assert_int_equal(plan->cpus[3].partition, 0);
	assert_int_equal(plan->cpus[3].vcpu, 1);
	assert_int_equal(p2->num_cpus, 1);
	assert_int_equal(plan->cpus[1].partition, 1);
	assert_int_equal(plan->cpus[0].partition, PLAN_NONE);
	assert_int_equal(p1->dtb_gpa, 0x1000000);
	assert_int_equal(p1->dtb_size, 0x10000);
	assert_int_equal(p1->init_map_size, 0x40000000);
	assert_int_equal(p1->init_map_paddr, 0);
	assert_int_equal(p1->init_map_vaddr, 0);
	assert_int_equal(p1->spin_table_gpa, 0xfffff000);
	assert_false(p1->no_auto_start);
	assert_false(p1->privileged);
	assert_true(plan->pmas[plan->gpmas[p1->first_gpma].pma].zero);

	assert_int_equal(p2->num_images, 2);
	const struct plan_image *image = &plan->images[p2->first_image];
	assert_int_equal(image[0].kind, PLAN_IMAGE_BOOT);
	assert_int_equal(image[0].src_tpa, 0x78020000);
	assert_int_equal(image[0].dst_gpa, 0);
	assert_int_equal(image[0].size, 0x6e0000);
	assert_int_equal(image[1].kind, PLAN_IMAGE_ROOTFS);
	assert_int_equal(image[1].src_tpa, 0x79300000);
	assert_int_equal(image[1].dst_gpa, 0x2000000);
}

static void channels_and_handles(void **state)
{
	const struct plan *plan = parse_clean(*state);

	assert_int_equal(plan->num_channels, 3);
	assert_int_equal(plan->stdout_channel, 0);
	assert_int_equal(plan->channels[0].owner, PLAN_OWNER_HV);
	for (uint16_t i = 0; i < 3; i++) {
		assert_int_equal(plan->channels[i].far, PLAN_FAR_MUX);
		assert_int_equal(plan->channels[i].mux, 0);
		assert_int_equal(plan->channels[i].mux_channel, i);
		assert_int_equal(plan->muxes[0].channels[i], i);
	}
	assert_int_equal(plan->muxes[0].channels[3], PLAN_NONE);
	assert_int_equal(plan->muxes[0].uart, 0);
	assert_int_equal(plan->channels[2].owner, PLAN_OWNER_PARTITION);
	assert_int_equal(plan->channels[2].partition, 1);
	assert_string_equal(plan->channels[2].name, "console");
	assert_int_equal(plan->partitions[1].first_channel, 2);
	assert_int_equal(plan->partitions[1].num_channels, 1);
	/* Handles are a guest's own: each begins at 64. */
	for (int i = 1; i < 3; i++) {
		assert_int_equal(plan->channels[i].handle, 64);
		assert_int_equal(plan->channels[i].rx_irq, 65);
		assert_int_equal(plan->channels[i].tx_irq, 66);
		assert_int_equal(plan->partitions[i - 1].shutdown_irq, 67);
	}
}

static void guest_to_true_physical(void **state)
{
	struct plan_trees *trees = *state;
	uint64_t here;

	APPLY(trees, ADD_NODE("/more"), STRING("/more", "compatible", "phys-mem-area"),
	      CELLS("/more", "addr", 0, 0x60000000), CELLS("/more", "size", 0, 0x1000000),
	      ADD_NODE("/p2/more"), STRING("/p2/more", "compatible", "guest-phys-mem-area"),
	      REF("/p2/more", "phys-mem", "/more"), CELLS("/p2/more", "guest-addr", 0, 0x10000000));
	const struct plan *plan = parse_clean(trees);

	assert_int_equal(plan_gpa_to_tpa(plan, 0, 0, &here), 0x40000000);
	assert_int_equal(here, 0x10000000);
	assert_int_equal(plan_gpa_to_tpa(plan, 0, 0x0fffffff, &here), 0x4fffffff);
	assert_int_equal(here, 1);
	assert_true(plan_gpa_to_tpa(plan, 0, 0x10000000, &here) == UINT64_MAX);
	assert_int_equal(here, 0);
	assert_true(plan_gpa_to_tpa(plan, 0, 0xfffff000, &here) == UINT64_MAX);
	assert_true(plan_gpa_to_tpa(plan, 0, UINT64_MAX, &here) == UINT64_MAX);
	assert_int_equal(plan_gpa_to_tpa(plan, 1, 0x1234, &here), 0x50001234);
	assert_int_equal(here, 0x10000000 - 0x1234);
	/* Neighbours for the guest, not in RAM. */
	assert_int_equal(plan_gpa_to_tpa(plan, 1, 0x10000004, &here), 0x60000004);
	assert_int_equal(here, 0x1000000 - 4);
}

/* Windows and images may run through several areas. */
static void image_across_areas(void **state)
{
	struct plan_trees *trees = *state;

	APPLY(trees, CELLS("/p1-area", "size", 0, 0x400000), ADD_NODE("/more"),
	      STRING("/more", "compatible", "phys-mem-area"), CELLS("/more", "addr", 0, 0x60000000),
	      CELLS("/more", "size", 0, 0x400000), ADD_NODE("/p1/more"),
	      STRING("/p1/more", "compatible", "guest-phys-mem-area"),
	      REF("/p1/more", "phys-mem", "/more"), CELLS("/p1/more", "guest-addr", 0, 0x400000),
	      DELETE_PROP("/p1", "linux-rootfs"),
	      CELLS("/p1", "dtb-window", 0, 0x7f0000, 0, 0x10000));
	parse_clean(trees);
}

static void shared_memory(void **state)
{
	struct plan_trees *trees = *state;
	uint64_t here;

	APPLY(trees, ADD_NODE("/p1/more"), STRING("/p1/more", "compatible", "guest-phys-mem-area"),
	      REF("/p1/more", "phys-mem", "/p2-area"));
	const struct plan *plan = parse_clean(trees);

	/* No guest-addr: at its real address. */
	assert_int_equal(plan_gpa_to_tpa(plan, 0, 0x50000000, &here), 0x50000000);
	assert_int_equal(plan_gpa_to_tpa(plan, 1, 0, &here), 0x50000000);
}

/* Memory that ends where the spin table would stand puts it higher. */
static void spin_table_above_four_gib(void **state)
{
	struct plan_trees *trees = *state;

	APPLY(trees, CELLS("/p1-area", "size", 0, 0x10000000), ADD_NODE("/p1/more"),
	      STRING("/p1/more", "compatible", "guest-phys-mem-area"),
	      REF("/p1/more", "phys-mem", "/p2-area"),
	      CELLS("/p1/more", "guest-addr", 0, 0xf0000000));
	assert_int_equal(parse_clean(trees)->partitions[0].spin_table_gpa, 0x100000000);
}

static void ram_in_two_pieces(void **state)
{
	struct plan_trees *trees = *state;

	/* The second touches the first, and stands before it. */
	APPLY(trees, CELLS("hw:/memory@0", "reg", 0, 0x48000000, 0, 0x38000000, 0, 0),
	      ADD_NODE("hw:/memory@1"), STRING("hw:/memory@1", "device_type", "memory"),
	      CELLS("hw:/memory@1", "reg", 0, 0, 0, 0x48000000),
	      CELLS("hw:/memory@0", "reg", 0, 0x48000000, 0, 0x38000000));
	assert_int_equal(parse_clean(trees)->num_memory, 2);
}

static void image_in_flash(void **state)
{
	struct plan_trees *trees = *state;

	APPLY(trees, ADD_NODE("hw:/flash"), STRING("hw:/flash", "compatible", "cfi-flash"),
	      CELLS("hw:/flash", "reg", 0xf, 0xe8000000, 0, 0x8000000),
	      CELLS("/p1", "guest-image", 0xf, 0xe8020000, 0, 0, 0, 0x700000));
	assert_int_equal(parse_clean(trees)->images[0].src_tpa, 0xfe8020000);
}

static void image_placed_by_its_headers(void **state)
{
	struct plan_trees *trees = *state;

	APPLY(trees,
	      CELLS("/p1", "guest-image", 0, 0x78020000, 0xffffffff, 0xffffffff, 0, 0x6e0000));
	assert_true(parse_clean(trees)->images[0].dst_gpa == PLAN_DST_FROM_HEADERS);
}

static void image_table_goes_first(void **state)
{
	struct plan_trees *trees = *state;

	APPLY(trees, CELLS("/p1", "load-image-table", 0, 0x7e000000, 0, 0x8000000, 0, 0x1000));
	const struct plan *plan = parse_clean(trees);

	assert_int_equal(plan->partitions[0].num_images, 3);
	assert_int_equal(plan->images[0].kind, PLAN_IMAGE_TABLE);
	assert_int_equal(plan->images[0].dst_gpa, 0x8000000);
	assert_int_equal(plan->images[1].kind, PLAN_IMAGE_BOOT);
	assert_int_equal(plan->images[2].kind, PLAN_IMAGE_ROOTFS);
}

/* A 32-bit machine: every address in an image row and a dtb-window is one cell. */
static void one_cell_for_addresses(void **state)
{
	struct plan_trees *trees = *state;

	APPLY(trees, CELLS("hw:/", "#address-cells", 1), CELLS("hw:/", "#size-cells", 1),
	      CELLS("hw:/memory@0", "reg", 0, 0x80000000),
	      CELLS("hw:/soc@fe0000000", "ranges", 0, 0xe0000000, 0x100000));
	for (int i = 0; i < 2; i++) {
		const char *part = i ? "/p2" : "/p1";

		APPLY(trees, CELLS(part, "guest-image", 0x78020000, 0xffffffff, 0x6e0000),
		      CELLS(part, "linux-rootfs", 0x79300000, 0x2000000, 0x100000),
		      CELLS(part, "dtb-window", 0x1000000, 0x10000));
	}
	const struct plan *plan = parse_clean(trees);

	assert_int_equal(plan->uarts[0].tpa, 0xe0004500);
	assert_true(plan->images[0].dst_gpa == PLAN_DST_FROM_HEADERS);
	assert_int_equal(plan->partitions[1].dtb_size, 0x10000);
}

static void channel_between_partitions(void **state)
{
	struct plan_trees *trees = *state;

	APPLY(trees, ADD_NODE("/p1/link"), STRING("/p1/link", "compatible", "byte-channel"),
	      ADD_NODE("/p2/link"), STRING("/p2/link", "compatible", "byte-channel"),
	      REF("/p1/link", "endpoint", "/p2/link"));
	for (int both = 0; both < 2; both++) {
		if (both)
			APPLY(trees, REF("/p2/link", "endpoint", "/p1/link"));
		const struct plan *plan = parse_clean(trees);
		unsigned int joined = 0;

		for (uint16_t i = 0; i < plan->num_channels; i++) {
			const struct plan_channel *channel = &plan->channels[i];

			if (channel->far != PLAN_FAR_CHANNEL)
				continue;
			joined++;
			assert_int_equal(plan->channels[channel->peer].peer, i);
			assert_int_not_equal(plan->channels[channel->peer].partition,
					     channel->partition);
		}
		assert_int_equal(joined, 2);
	}
}

/* The console may go to a partition that manages the others. */
static void console_in_a_partition(void **state)
{
	struct plan_trees *trees = *state;

	APPLY(trees, DELETE_NODE("/hv-config/console"), ADD_NODE("/p1/hv"),
	      STRING("/p1/hv", "compatible", "byte-channel"),
	      REF("/hv-config", "stdout", "/p1/hv"));
	const struct plan *plan = parse_clean(trees);

	assert_int_not_equal(plan->stdout_channel, PLAN_NONE);
	assert_int_equal(plan->channels[plan->stdout_channel].far, PLAN_FAR_CONSOLE);
	assert_int_equal(plan->channels[plan->stdout_channel].partition, 0);
}

static void switches(void **state)
{
	struct plan_trees *trees = *state;

	APPLY(trees, STRING("/hv-config", "legacy-interrupts", ""),
	      STRING("/hv-config", "sysreset-on-partition-stop", ""),
	      STRING("/p2", "no-auto-start", ""), STRING("/p2", "privileged", ""),
	      CELLS("/hv-config/serial0", "baud", 57600),
	      CELLS("/p2", "init-map-size", 0, 0x4000000),
	      CELLS("/p2", "init-map-vaddr", 0, 0xc0000000));
	const struct plan *plan = parse_clean(trees);

	assert_true(plan->legacy_interrupts);
	assert_true(plan->sysreset_on_partition_stop);
	assert_false(plan->partitions[0].no_auto_start);
	assert_true(plan->partitions[1].no_auto_start);
	assert_true(plan->partitions[1].privileged);
	assert_int_equal(plan->uarts[0].baud, 57600);
	assert_int_equal(plan->partitions[1].init_map_size, 0x4000000);
	assert_int_equal(plan->partitions[1].init_map_vaddr, 0xc0000000);
}

/* Nodes may be grouped, and an interrupt controller that nobody names is found. */
static void freedom_of_form(void **state)
{
	struct plan_trees *trees = *state;

	APPLY(trees, DELETE_NODE("/hv-config/pic"), ADD_NODE("/p2/group"),
	      ADD_NODE("/p2/group/link"), STRING("/p2/group/link", "compatible", "byte-channel"),
	      ADD_NODE("/p1/link"), STRING("/p1/link", "compatible", "byte-channel"),
	      REF("/p1/link", "endpoint", "/p2/group/link"));
	const struct plan *plan = parse_clean(trees);

	assert_int_equal(plan->mpic_tpa, 0xfe0040000);
	assert_int_equal(plan->partitions[1].num_channels, 2);
}

/* What is in a node-update is for the guest: it means nothing here, whatever it is called. */
static void node_update_is_left_alone(void **state)
{
	struct plan_trees *trees = *state;

	APPLY(trees, ADD_NODE("/p1/console/node-update@0"),
	      ADD_NODE("/p1/console/node-update@0/more"),
	      STRING("/p1/console/node-update@0/more", "compatible", "byte-channel"),
	      ADD_NODE("/p1/node-update/more"),
	      STRING("/p1/node-update/more", "compatible", "partition"));
	assert_int_equal(parse_clean(trees)->num_partitions, 2);
}

static void references_to_what_the_guest_gets(void **state)
{
	struct plan_trees *trees = *state;

	APPLY(trees, ADD_NODE("/p1/node-update/more"), ADD_NODE("/p1/node-update-phandle"),
	      ADD_NODE("/p1/node-update-phandle/chosen"),
	      REF("/p1/node-update-phandle/chosen", "console", "/p1/console"),
	      REF("/p1/node-update-phandle/chosen", "shared", "/p1/memory"),
	      REF("/p1/node-update-phandle/chosen", "own", "/p1/node-update/more"),
	      REF("/p1/node-update-phandle/chosen", "root", "/p1"));
	parse_clean(trees);
}

/* The hypervisor has its own copies of both trees; and the loader has reserved the one that it
 * passed. */
static void guest_memory_where_a_tree_was(void **state)
{
	struct plan_trees *trees = *state;

	APPLY(trees, CELLS("/p1-area", "addr", 0, 0x20000000), RESERVE(0x2ffe0000, 0x9000));
	parse_clean(trees);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, load_trees, free_trees)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(machine),
		TEST(partitions),
		TEST(channels_and_handles),
		TEST(guest_to_true_physical),
		TEST(image_across_areas),
		TEST(shared_memory),
		TEST(spin_table_above_four_gib),
		TEST(ram_in_two_pieces),
		TEST(image_in_flash),
		TEST(image_placed_by_its_headers),
		TEST(image_table_goes_first),
		TEST(one_cell_for_addresses),
		TEST(channel_between_partitions),
		TEST(console_in_a_partition),
		TEST(switches),
		TEST(freedom_of_form),
		TEST(node_update_is_left_alone),
		TEST(references_to_what_the_guest_gets),
		TEST(guest_memory_where_a_tree_was),
	};

	return cmocka_run_group_tests_name("plan: valid", tests, NULL, NULL);
}
