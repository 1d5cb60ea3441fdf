/* SPDX-License-Identifier: BSD-2-Clause */
/* What devices, managed partitions and stubs become in a valid plan, and warnings beside it. */
#include "tests/unit/plan_trees.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>

#define SOC "/soc@fe0000000"
#define APPLY(trees, ...) apply(trees, (const struct tree_edit[]){ __VA_ARGS__, NO_EDIT })
#define DEVICE(path, name) ADD_NODE(path), STRING(path, "device", name)
#define NODE(path, compatible) ADD_NODE(path), STRING(path, "compatible", compatible)

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

static const struct plan *parse_valid(struct plan_trees *trees)
{
	plan_trees_parse(trees);
	if (trees->returned)
		fail_msg("findings:\n%s", trees->said.all);
	return &trees->plan;
}

static void expect_warning(const struct plan_trees *trees, const char *text)
{
	if (!strstr(trees->said.all, text))
		fail_msg("not said: %s\n%s", text, trees->said.all);
}

/* The walk-through's second UART: page and interrupt are those of the hypervisor's own. */
static void second_uart(void **state)
{
	struct plan_trees *trees = *state;

	APPLY(trees, DEVICE("/p1/serial2", "serial1"));
	const struct plan *plan = parse_valid(trees);
	const struct plan_partition *p1 = &plan->partitions[0];

	assert_int_equal(p1->num_devices, 1);
	const struct plan_device *device = &plan->devices[p1->first_device];
	assert_int_equal(device->hw_node, fdt_path_offset(trees->hw, SOC "/serial@4600"));
	assert_int_equal(device->claim, PLAN_CLAIM_EXCLUSIVE);
	assert_int_equal(device->handle, 0);
	assert_int_equal(device->vcpu, PLAN_NO_VCPU);
	assert_int_equal(device->num_regions, 1);
	const struct plan_region *region = &plan->regions[device->first_region];
	assert_int_equal(region->tpa, 0xfe0004600);
	assert_int_equal(region->gpa, 0xfe0004600);
	assert_int_equal(region->size, 0x100);

	assert_int_equal(p1->num_irqs, 1);
	const struct plan_irq *irq = plan_find_irq(plan, 0, 42);
	assert_ptr_equal(irq, &plan->irqs[p1->first_irq]);
	assert_int_equal(irq->sense, 2);
	assert_true(irq->hv);
	/* Console 64 to 66, shutdown 67, error queue 68. */
	assert_int_equal(irq->handle, 69);
	assert_int_equal(p1->end_handle, 70);
	assert_null(plan_find_irq(plan, 1, 42));
	assert_null(plan_find_irq(plan, 0, 43));
}

static void device_ranges(void **state)
{
	struct plan_trees *trees = *state;

	APPLY(trees, DEVICE("/p1/i2c", "i2c"),
	      CELLS("/p1", "device-ranges", 0xf, 0xe0000000, 0, 0xe1000000, 0, 0x100000));
	const struct plan *plan = parse_valid(trees);
	const struct plan_region *region =
		&plan->regions[plan->devices[plan->partitions[0].first_device].first_region];

	assert_int_equal(region->tpa, 0xfe0003000);
	assert_int_equal(region->gpa, 0xe1003000);
}

static void two_rows_of_ranges_may_not_meet(void **state)
{
	struct plan_trees *trees = *state;
	uint32_t rows[12] = { 0xf, 0xe0000000, 0, 0xe1000000, 0, 0x2000,
			      0xf, 0xe0002000, 0, 0xe1001000, 0, 0x2000 };

	for (int i = 0; i < 12; i++)
		rows[i] = cpu_to_fdt32(rows[i]);
	assert_int_equal(fdt_setprop(trees->cfg, fdt_path_offset(trees->cfg, "/p1"),
				     "device-ranges", rows, sizeof(rows)),
			 0);
	plan_trees_parse(trees);
	assert_int_equal(trees->returned, 1);
	assert_string_equal(trees->said.property, "device-ranges");
	expect_warning(trees, "0xfe0002000 to 0xe1001000 + 0x2000 overlaps another row");
}

/* What an update deletes is neither described nor mapped. */
static void deleted_is_not_assigned(void **state)
{
	struct plan_trees *trees = *state;

	APPLY(trees, DEVICE("/p1/i2c", "i2c"), ADD_NODE("/p1/i2c/node-update"),
	      STRING("/p1/i2c/node-update", "delete-prop", "reg"));
	const struct plan *plan = parse_valid(trees);

	assert_int_equal(plan->devices[plan->partitions[0].first_device].num_regions, 0);
	assert_int_equal(plan->partitions[0].num_irqs, 1);

	APPLY(trees, STRING("/p1/i2c/node-update", "delete-prop", "interrupts"));
	parse_valid(trees);
	assert_int_equal(plan->devices[plan->partitions[0].first_device].num_regions, 1);
	assert_int_equal(plan->partitions[0].num_irqs, 0);
}

static void deleted_node_is_not_assigned(void **state)
{
	static const char *const ways[][2] = { { "delete-node", "engine" },
					       { "delete-node", "engine@9100" },
					       { "delete-subnodes", "" },
					       { "delete-node", "other" } };
	struct plan_trees *trees = *state;

	APPLY(trees, ADD_NODE("hw:" SOC "/i2c@9000"),
	      CELLS("hw:" SOC "/i2c@9000", "reg", 0x9000, 16),
	      STRING("hw:" SOC "/i2c@9000", "ranges", ""),
	      CELLS("hw:" SOC "/i2c@9000", "#address-cells", 1),
	      CELLS("hw:" SOC "/i2c@9000", "#size-cells", 1),
	      ADD_NODE("hw:" SOC "/i2c@9000/engine@9100"),
	      CELLS("hw:" SOC "/i2c@9000/engine@9100", "reg", 0x9100, 16),
	      DEVICE("/p1/more", SOC "/i2c@9000"), STRING("/p1/more", "dma-unprotected", ""));
	for (unsigned int i = 0; i < 4; i++) {
		APPLY(trees, ADD_NODE("/p1/more/node-update@1"),
		      STRING("/p1/more/node-update@1", ways[i][0], ways[i][1]));
		const struct plan *plan = parse_valid(trees);

		assert_int_equal(plan->devices[plan->partitions[0].first_device].num_regions,
				 i < 3 ? 1 : 2);
		APPLY(trees, DELETE_NODE("/p1/more/node-update@1"));
	}
}

/* A bridge with a map from its own interrupts to the controller's. */
static void interrupt_map(void **state)
{
	struct plan_trees *trees = *state;
	const uint32_t mpic = cpu_to_fdt32(
		fdt_get_phandle(trees->hw, fdt_path_offset(trees->hw, SOC "/pic@40000")));
	const uint32_t map[] = { 0, cpu_to_fdt32(1), mpic, cpu_to_fdt32(3), cpu_to_fdt32(1),
				 0, cpu_to_fdt32(2), mpic, cpu_to_fdt32(4), cpu_to_fdt32(1) };

	APPLY(trees, ADD_NODE("hw:" SOC "/bridge"), CELLS("hw:" SOC "/bridge", "#address-cells", 1),
	      CELLS("hw:" SOC "/bridge", "#interrupt-cells", 1),
	      DEVICE("/p2/bridge", SOC "/bridge"));
	assert_int_equal(fdt_setprop(trees->hw, fdt_path_offset(trees->hw, SOC "/bridge"),
				     "interrupt-map", map, sizeof(map)),
			 0);
	const struct plan *plan = parse_valid(trees);

	assert_int_equal(plan->partitions[1].num_irqs, 2);
	assert_int_equal(plan_find_irq(plan, 1, 3)->sense, 1);
	assert_int_equal(plan_find_irq(plan, 1, 4)->handle, 70);

	/* An interrupt has one owner; the other partition goes without. */
	APPLY(trees, CELLS("hw:" SOC "/i2c@3000", "interrupts", 3, 2), DEVICE("/p1/i2c", "i2c"));
	parse_valid(trees);
	assert_int_equal(plan->partitions[1].num_irqs, 1);
	assert_null(plan_find_irq(plan, 1, 3));
	expect_warning(trees, "interrupt 3 belongs to i2c of p1: the guest does not get it");
}

static void claimable(void **state)
{
	struct plan_trees *trees = *state;

	APPLY(trees, DEVICE("/p1/i2c", "i2c"), STRING("/p1/i2c", "claimable", "active"));
	const struct plan *plan = parse_valid(trees);
	expect_warning(trees, "no other partition has this device on standby");

	APPLY(trees, DEVICE("/p2/i2c", "i2c"), STRING("/p2/i2c", "claimable", "standby"));
	parse_valid(trees);
	assert_null(strstr(trees->said.all, "no other partition"));
	assert_null(strstr(trees->said.all, "shares a page"));
	for (unsigned int i = 0; i < 2; i++) {
		const struct plan_device *device = &plan->devices[plan->partitions[i].first_device];

		assert_int_equal(device->claim, i ? PLAN_CLAIM_STANDBY : PLAN_CLAIM_ACTIVE);
		assert_int_equal(device->handle, 69);
		assert_int_equal(plan_find_irq(plan, i, 43)->handle, 70);
	}
}

/* With an IOMMU, or knowingly, a device may be given that reads and writes memory itself. */
static void dma(void **state)
{
	struct plan_trees *trees = *state;

	APPLY(trees, ADD_NODE("hw:" SOC "/dma@21000"),
	      CELLS("hw:" SOC "/dma@21000", "reg", 0x21000, 0x100),
	      DEVICE("/p1/dma", SOC "/dma@21000"), STRING("/p1/dma", "dma-unprotected", ""));
	assert_false(parse_valid(trees)->has_iommu);

	APPLY(trees, DELETE_PROP("/p1/dma", "dma-unprotected"), ADD_NODE("hw:" SOC "/iommu"),
	      STRING("hw:" SOC "/iommu", "compatible", "fsl,pamu"));
	assert_true(parse_valid(trees)->has_iommu);
}

static void managed_partition(void **state)
{
	struct plan_trees *trees = *state;

	APPLY(trees, NODE("/p1/other", "managed-partition"), REF("/p1/other", "partition", "/p2"),
	      STRING("/p2", "watchdog-timeout", "manager-notify"),
	      CELLS("/p2", "watchdog-autostart-period", 21), NODE("/p1/em", "error-manager"),
	      CELLS("/p1/em", "vcpu", 1));
	const struct plan *plan = parse_valid(trees);
	const struct plan_partition *p1 = &plan->partitions[0];

	assert_int_equal(p1->num_managed, 1);
	const struct plan_managed *managed = &plan->managed[p1->first_managed];
	assert_int_equal(managed->managed, 1);
	assert_int_equal(managed->handle, 2);
	assert_string_equal(managed->name, "other");
	assert_int_equal(p1->shutdown_irq, 67);
	assert_int_equal(managed->state_change_irq, 68);
	assert_int_equal(managed->watchdog_irq, 69);
	assert_int_equal(managed->reset_request_irq, 70);
	assert_int_equal(managed->shutdown_handle, 71);
	assert_int_equal(managed->vint, 2);
	assert_int_equal(p1->error_queue_handle, 72);
	assert_string_equal(p1->error_manager, "em");
	assert_int_equal(p1->error_manager_handle, 73);
	assert_int_equal(p1->error_manager_vcpu, 1);
	assert_int_equal(p1->end_handle, 74);
	assert_int_equal(p1->watchdog, PLAN_WATCHDOG_RESET);
	assert_int_equal(p1->watchdog_period, PLAN_NO_PERIOD);
	assert_int_equal(plan->partitions[1].watchdog, PLAN_WATCHDOG_NOTIFY);
	assert_int_equal(plan->partitions[1].watchdog_period, 21);
}

static void debug_stub(void **state)
{
	struct plan_trees *trees = *state;

	APPLY(trees, NODE("/p1/gdb", "debug-stub"),
	      REF("/p1/gdb", "endpoint", "/hv-config/uart-mux"), CELLS("/p1/gdb", "mux-channel", 9),
	      CELLS("/p1/gdb", "debug-cpus", 1, 1), STRING("/p1/gdb", "gdb-wait-at-start", ""),
	      NODE("/p2/gdb", "debug-stub"), REF("/p2/gdb", "endpoint", "/hv-config/uart-mux"),
	      CELLS("/p2/gdb", "mux-channel", 10));
	const struct plan *plan = parse_valid(trees);

	assert_int_equal(plan->num_stubs, 2);
	assert_int_equal(plan->stubs[0].vcpus, 2);
	assert_true(plan->stubs[0].wait_at_start);
	assert_int_equal(plan->stubs[1].vcpus, 1);
	assert_int_equal(plan->stubs[1].partition, 1);
	const struct plan_channel *channel = &plan->channels[plan->stubs[1].channel];
	assert_int_equal(channel->owner, PLAN_OWNER_STUB);
	assert_int_equal(channel->mux_channel, 10);
	assert_int_equal(plan->muxes[0].channels[9], plan->stubs[0].channel);
	/* The guest does not know of it. */
	assert_int_equal(plan->partitions[0].num_channels, 1);
	assert_int_equal(plan->partitions[0].shutdown_irq, 67);
}

static void fast_doorbells(void **state)
{
	static const char both[] = "doorbell\0fast-doorbell";
	struct plan_trees *trees = *state;
	char bell[16], end[16];

	for (unsigned int i = 0; i < 6; i++) {
		snprintf(bell, sizeof(bell), "/bell%u", i);
		APPLY(trees, ADD_NODE(bell));
		/* One is ordinary. */
		assert_int_equal(fdt_setprop(trees->cfg, fdt_path_offset(trees->cfg, bell),
					     "compatible", both, i == 2 ? 9 : sizeof(both)),
				 0);
		snprintf(end, sizeof(end), "/p1/s%u", i);
		APPLY(trees, NODE(end, "send-doorbell"), REF(end, "global-doorbell", bell));
		snprintf(end, sizeof(end), "/p2/r%u", i);
		APPLY(trees, NODE(end, "receive-doorbell"), REF(end, "global-doorbell", bell));
	}
	const struct plan *plan = parse_valid(trees);
	unsigned int used[PLAN_MAX_FAST_BELLS] = { 0 };

	assert_int_equal(plan->num_bells, 12);
	for (unsigned int i = 0; i < 6; i++) {
		assert_int_equal(plan->bells[i].doorbell, plan->bells[6 + i].doorbell);
		assert_int_equal(plan->bells[i].fast, plan->bells[6 + i].fast);
		if (plan->bells[i].fast != PLAN_NOT_FAST)
			used[plan->bells[i].fast]++;
	}
	for (unsigned int i = 0; i < PLAN_MAX_FAST_BELLS; i++)
		assert_int_equal(used[i], 1);
	expect_warning(trees, "is fast-doorbell number 5, and the machine has 4");
}

static void the_machine(void **state)
{
	struct plan_trees *trees = *state;

	APPLY(trees, CELLS("/hv-config", "watchdog-enable", 30),
	      CELLS("/hv-config/hv-memory", "hv-persistent-data", 0, 0xf00000, 0, 0x100000),
	      ADD_NODE("/hv-config/guts/error-config"),
	      STRING("/hv-config/guts/error-config", "domain", "ddr"),
	      STRING("/hv-config/guts/error-config", "error", "multi-bit ecc"),
	      STRING("/hv-config/guts/error-config", "policy", "system-reset"));
	const struct plan *plan = parse_valid(trees);

	assert_int_equal(plan->watchdog_period, 30);
	assert_int_equal(plan->persistent.tpa, 0xf00000);
	assert_int_equal(plan->persistent.size, 0x100000);
	assert_int_equal(plan->num_error_configs, 1);
	assert_string_equal(plan->error_configs[0].domain, "ddr");
	assert_string_equal(plan->error_configs[0].error, "multi-bit ecc");
	assert_int_equal(plan->error_configs[0].policy, PLAN_ERROR_RESET);
	assert_int_equal(plan->error_configs[0].threshold, 8);
}

/* Shared, and for DMA only: not among what is mapped. */
static void memory_for_devices(void **state)
{
	struct plan_trees *trees = *state;
	uint64_t here;

	APPLY(trees, NODE("/p1/dma-memory", "guest-phys-mem-area"),
	      REF("/p1/dma-memory", "phys-mem", "/p2-area"),
	      STRING("/p1/dma-memory", "dma-only", ""));
	const struct plan *plan = parse_valid(trees);
	const struct plan_partition *p1 = &plan->partitions[0];

	assert_int_equal(p1->num_gpmas, 1);
	assert_int_equal(p1->num_dma_gpmas, 1);
	const struct plan_gpma *gpma = &plan->gpmas[p1->first_gpma + p1->num_gpmas];
	assert_int_equal(gpma->gpa, 0x50000000);
	assert_int_equal(plan->pmas[gpma->pma].users, 3);
	assert_true(plan_gpa_to_tpa(plan, 0, gpma->gpa, &here) == UINT64_MAX);
}

static void small_window_for_the_tree(void **state)
{
	struct plan_trees *trees = *state;

	APPLY(trees, CELLS("/p1", "dtb-window", 0, 0x1000000, 0, 0x4000));
	parse_valid(trees);
	assert_string_equal(trees->said.all, "");

	/* As large as the whole window, and to be copied into it. */
	void *filler = calloc(1, 0x4000);
	assert_int_equal(fdt_setprop(trees->hw, fdt_path_offset(trees->hw, SOC "/i2c@3000"), "fill",
				     filler, 0x4000),
			 0);
	free(filler);
	APPLY(trees, DEVICE("/p1/i2c", "i2c"));
	parse_valid(trees);
	expect_warning(trees, "/p1 dtb-window: 0x4000 bytes may be too few");
}

static void update_too_deep(void **state)
{
	struct plan_trees *trees = *state;
	char path[120] = "/p1/node-update";

	for (unsigned int level = 1; level <= 16; level++) {
		snprintf(path + strlen(path), sizeof(path) - strlen(path), "/x");
		APPLY(trees, ADD_NODE(path));
		plan_trees_parse(trees);
		assert_int_equal(trees->returned, level == 16);
	}
	expect_warning(trees, "is 16 levels inside an update");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, load_trees, free_trees)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(second_uart),
		TEST(device_ranges),
		TEST(two_rows_of_ranges_may_not_meet),
		TEST(deleted_is_not_assigned),
		TEST(deleted_node_is_not_assigned),
		TEST(interrupt_map),
		TEST(claimable),
		TEST(dma),
		TEST(managed_partition),
		TEST(debug_stub),
		TEST(fast_doorbells),
		TEST(the_machine),
		TEST(memory_for_devices),
		TEST(small_window_for_the_tree),
		TEST(update_too_deep),
	};

	return cmocka_run_group_tests_name("plan: assigned", tests, NULL, NULL);
}
