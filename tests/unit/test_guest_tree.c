/* SPDX-License-Identifier: BSD-2-Clause */
#include <libfdt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "protocol/names.h"
#include "tests/unit/guest_tree_fixture.h"

static const struct fixture_text plain;

#define HAS_LIST(f, path, name, list) tree_has_bytes(f, path, name, list, sizeof(list))

static void root_says_what_it_is(void **state)
{
	struct fixture *f = fixture_built(&plain);

	(void)state;
	tree_has_string(f, "/", "label", "p2");
	HAS_LIST(f, "/", "compatible", "fsl,qemu-e500-hv\0fsl,generic-hv");
	tree_has_string(f, "/", "epapr-version", "ePAPR-1.0");
	tree_has_cells(f, "/", "#address-cells", 1, 2);
	tree_has_cells(f, "/", "#size-cells", 1, 2);
	fixture_free(f);
}

static void memory_has_a_node_per_area(void **state)
{
	struct fixture *f = fixture_built(&plain);

	(void)state;
	tree_has_string(f, "/memory@0", "device_type", "memory");
	tree_has_cells(f, "/memory@0", "reg", 4, 0, 0, 0, 0x10000000);
	tree_has_string(f, "/memory@100000000", "device_type", "memory");
	tree_has_cells(f, "/memory@100000000", "reg", 4, 1, 0, 0, 0x10000);
	fixture_free(f);
}

static void cpus_are_the_hardware_renumbered(void **state)
{
	struct fixture *f = fixture_built(&plain);

	(void)state;
	tree_has_cells(f, "/cpus", "#address-cells", 1, 1);
	tree_has_cells(f, "/cpus", "#size-cells", 1, 0);
	tree_has_string(f, "/cpus", "power-isa-version", "2.06");
	tree_has_bytes(f, "/cpus", "power-isa-ecl", "", 0);
	tree_lacks_prop(f, "/cpus", "power-isa-e.hv");
	tree_lacks_prop(f, "/cpus", "power-isa-64");

	tree_has_string(f, "/cpus/cpu@0", "device_type", "cpu");
	tree_has_cells(f, "/cpus/cpu@0", "reg", 1, 0);
	tree_has_string(f, "/cpus/cpu@0", "status", "okay");
	tree_has_cells(f, "/cpus/cpu@0", "timebase-frequency", 1, 400000001);
	tree_has_cells(f, "/cpus/cpu@0", "clock-frequency", 1, 800000000);
	tree_lacks_prop(f, "/cpus/cpu@0", "enable-method");
	tree_lacks_prop(f, "/cpus/cpu@0", "cpu-release-addr");

	tree_has_cells(f, "/cpus/cpu@1", "reg", 1, 1);
	tree_has_string(f, "/cpus/cpu@1", "status", "disabled");
	tree_has_string(f, "/cpus/cpu@1", "enable-method", "spin-table");
	tree_has_cells(f, "/cpus/cpu@1", "cpu-release-addr", 2, 1, 0x10020);
	tree_has_cells(f, "/cpus/cpu@1", "timebase-frequency", 1, 400000000);
	tree_has_cells(f, "/cpus/cpu@1/l2-cache", "cache-size", 1, 0x20000);
	assert_int_equal(
		fdt_node_offset_by_phandle(
			f->tree,
			fdt_get_phandle(f->hw,
					fdt_path_offset(f->hw, "/cpus/PowerPC,e500mc@0/l2-cache"))),
		fdt_path_offset(f->tree, "/cpus/cpu@1/l2-cache"));
	tree_lacks_node(f, "/cpus/cpu@2");
	fixture_free(f);
}

static void hypervisor_node_is_complete(void **state)
{
	struct fixture *f = fixture_new(&plain);

	(void)state;
	f->facts.sys_reset_status = HV_POWER_ON_RESET;
	assert_true(fixture_build(f) > 0);
	HAS_LIST(f, "/hypervisor", "compatible",
		 "fsl,embedded-hypervisor-v1.3\0epapr,hypervisor-1");
	tree_has_cells(f, "/hypervisor", "guest-id", 1, 2);
	tree_has_string(f, "/hypervisor", "guest-name", "p2");
	tree_has_cells(f, "/hypervisor", "hcall-instructions", 1, 0x44000022);
	tree_has_bytes(f, "/hypervisor", "has-idle", "", 0);
	tree_has_cells(f, "/hypervisor", "fsl,hv-version", 4, 1, 3, 3, 2);
	tree_has_string(f, "/hypervisor", "fsl,hv-sys-reset-status", "power-on-reset");
	tree_lacks_prop(f, "/hypervisor", "fsl,hv-stopped-by");
	f->facts.sys_reset_status = NULL;
	f->facts.stopped_by = "shell";
	f->facts.reason_stopped = "restart";
	assert_true(fixture_build(f) > 0);
	tree_lacks_prop(f, "/hypervisor", "fsl,hv-sys-reset-status");
	tree_has_string(f, "/hypervisor", "fsl,hv-stopped-by", "shell");
	tree_has_string(f, "/hypervisor", "fsl,hv-reason-stopped", "restart");
	fixture_free(f);
}

static void handles_are_channels_and_shutdown(void **state)
{
	struct fixture *f = fixture_built(&plain);

	(void)state;
	tree_has_cells(f, "/hypervisor/handles", "#address-cells", 1, 1);
	tree_has_cells(f, "/hypervisor/handles", "#size-cells", 1, 0);
	tree_has_cells(f, "/hypervisor/handles", "interrupt-parent", 1, VMPIC_PHANDLE);
	tree_has_string(f, "/hypervisor/handles/console", "compatible", "epapr,hv-byte-channel");
	tree_has_cells(f, "/hypervisor/handles/console", "reg", 1, 68);
	tree_has_cells(f, "/hypervisor/handles/console", "hv-handle", 1, 68);
	tree_has_cells(f, "/hypervisor/handles/console", "interrupts", 4, 69, 0, 70, 0);
	tree_has_cells(f, "/hypervisor/handles/data@5", "hv-handle", 1, 71);
	tree_has_cells(f, "/hypervisor/handles/data@5", "interrupts", 4, 72, 0, 73, 0);
	HAS_LIST(f, "/hypervisor/handles/shutdown", "compatible",
		 "fsl,hv-shutdown-doorbell\0epapr,hv-receive-doorbell");
	tree_has_cells(f, "/hypervisor/handles/shutdown", "interrupts", 2, 74, 0);
	tree_lacks_prop(f, "/hypervisor/handles/shutdown", "reg");
	fixture_free(f);
}

static void devices_have_the_virtual_pic(void **state)
{
	struct fixture *f = fixture_new(&plain);

	(void)state;
	assert_true(fixture_build(f) > 0);
	tree_has_string(f, "/devices", "compatible", "simple-bus");
	tree_has_string(f, "/devices", "device_type", "soc");
	tree_has_cells(f, "/devices", "#address-cells", 1, 2);
	tree_has_cells(f, "/devices", "#size-cells", 1, 2);
	tree_has_bytes(f, "/devices", "ranges", "", 0);
	tree_has_cells(f, "/devices", "bus-frequency", 1, 333000000);
	tree_has_string(f, "/devices/vmpic", "compatible", "epapr,hv-pic");
	tree_has_cells(f, "/devices/vmpic", "#interrupt-cells", 1, 2);
	tree_has_cells(f, "/devices/vmpic", "#address-cells", 1, 0);
	tree_has_bytes(f, "/devices/vmpic", "interrupt-controller", "", 0);
	tree_has_bytes(f, "/devices/vmpic", "no-priority", "", 0);
	tree_has_bytes(f, "/devices/vmpic", "has-external-proxy", "", 0);
	tree_has_cells(f, "/devices/vmpic", "phandle", 1, 0x564d5043);
	tree_has_cells(f, "/devices/vmpic", "linux,phandle", 1, 0x564d5043);
	f->plan.legacy_interrupts = true;
	assert_true(fixture_build(f) > 0);
	tree_lacks_prop(f, "/devices/vmpic", "has-external-proxy");
	fixture_free(f);
}

static void aliases_follow_the_partitions_own(void **state)
{
	const struct fixture_text text = {
		.aliases =
			"d = <&data>; foreign = <&p1_console>; nobody = <0x4711>; text = \"abcdefg\";",
	};
	struct fixture *f = fixture_built(&text);

	(void)state;
	tree_has_string(f, "/aliases", "stdout", "/hypervisor/handles/console");
	tree_has_string(f, "/aliases", "d", "/hypervisor/handles/data@5");
	tree_lacks_prop(f, "/aliases", "foreign");
	tree_lacks_prop(f, "/aliases", "nobody");
	tree_lacks_prop(f, "/aliases", "text");
	assert_int_equal(fdt_path_offset(f->tree, "stdout"),
			 fdt_path_offset(f->tree, "/hypervisor/handles/console"));
	fixture_free(f);
}

static void chosen_has_the_root_file_system(void **state)
{
	struct fixture *f = fixture_built(&plain);

	(void)state;
	tree_has_node(f, "/chosen");
	tree_lacks_prop(f, "/chosen", "linux,initrd-start");
	tree_lacks_prop(f, "/chosen", "linux,initrd-end");
	f->facts.initrd_start = 0x102000000;
	f->facts.initrd_end = 0x102010003;
	assert_true(fixture_build(f) > 0);
	tree_has_cells(f, "/chosen", "linux,initrd-start", 2, 1, 0x2000000);
	tree_has_cells(f, "/chosen", "linux,initrd-end", 2, 1, 0x2010003);
	fixture_free(f);
}

static void cell_sizes_are_the_hardwares(void **state)
{
	const struct fixture_text text = {
		.hw_root = "#address-cells = <1>; #size-cells = <1>;",
	};
	struct fixture *f = fixture_new(&text);

	(void)state;
	/* The area at 4 GiB cannot be said in one cell. */
	assert_int_equal(fixture_build(f), -FDT_ERR_BADNCELLS);
	f->plan.partitions[1].num_gpmas = 1;
	assert_true(fixture_build(f) > 0);
	tree_has_cells(f, "/", "#address-cells", 1, 1);
	tree_has_cells(f, "/memory@0", "reg", 2, 0, 0x10000000);
	fixture_free(f);
}

static void is_silent_under_dtc(void **state)
{
	const struct fixture_text text = {
		.partition = "node-update { chosen { bootargs = \"a\"; }; };"
			     "node-update-phandle { chosen { where = <&console>; }; };",
	};
	struct fixture *f = fixture_built(&text);

	(void)state;
	tree_is_silent_under_dtc(f->tree);
	fixture_free(f);
}

static void every_lack_of_room_is_noticed(void **state)
{
	const struct fixture_text text = {
		.partition = "node-update { chosen { bootargs = \"console=ttyEHV0\"; }; };"
			     "node-update-phandle { chosen { where = <&console>; }; };",
	};
	struct fixture *f = fixture_new(&text);
	int size = fixture_build(f);
	int room = size + 64; /* libfdt's own needs, while it works */

	(void)state;
	assert_true(size > 0);
	for (f->room = 0; (int)f->room < size; f->room += 3)
		assert_int_equal(fixture_build(f), -FDT_ERR_NOSPACE);
	for (f->room = (size_t)size; (int)f->room < room && fixture_build(f) != size; f->room++)
		;
	assert_true((int)f->room < room);
	fixture_free(f);
}

static void hardware_without_what_is_needed_is_an_error(void **state)
{
	static const struct {
		struct fixture_text text;
		int error;
	} cases[] = {
		{ { .hw_root = "/delete-property/ compatible;" }, -FDT_ERR_NOTFOUND },
		{ { .hw_root = "compatible;" }, -FDT_ERR_BADVALUE },
		{ { .hw_root = "compatible = <0x61626364>;" }, -FDT_ERR_BADVALUE },
		{ { .hw_root = "#size-cells = <9>;" }, -FDT_ERR_BADNCELLS },
		{ { .hw_root = "#address-cells = <3>;" }, -FDT_ERR_BADNCELLS },
		{ { .hw_cpu2 =
			    "a{a{a{a{a{a{a{a{a{a{a{a{a{a{a{a{a{};};};};};};};};};};};};};};};};};" },
		  -FDT_ERR_BADSTRUCTURE },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fixture *f = fixture_new(&cases[i].text);

		assert_int_equal(fixture_build(f), cases[i].error);
		fixture_free(f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(root_says_what_it_is),
		cmocka_unit_test(memory_has_a_node_per_area),
		cmocka_unit_test(cpus_are_the_hardware_renumbered),
		cmocka_unit_test(hypervisor_node_is_complete),
		cmocka_unit_test(handles_are_channels_and_shutdown),
		cmocka_unit_test(devices_have_the_virtual_pic),
		cmocka_unit_test(aliases_follow_the_partitions_own),
		cmocka_unit_test(chosen_has_the_root_file_system),
		cmocka_unit_test(cell_sizes_are_the_hardwares),
		cmocka_unit_test(is_silent_under_dtc),
		cmocka_unit_test(every_lack_of_room_is_noticed),
		cmocka_unit_test(hardware_without_what_is_needed_is_an_error),
	};

	return cmocka_run_group_tests_name("guest tree", tests, NULL, NULL);
}
