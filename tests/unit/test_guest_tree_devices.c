/* SPDX-License-Identifier: BSD-2-Clause */
/* What assigned devices become in the guest's tree. */
#include <libfdt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "protocol/names.h"
#include "tests/unit/guest_tree_fixture.h"

#define SOC(text) "/ { soc@fe0000000 { " text " }; };"
#define P1(text) "/ { p1 { " text " }; };"
#define REFUSED 0xffffffff
#define HAS_LIST(f, path, name, list) tree_has_bytes(f, path, name, list, sizeof(list))

static struct fixture *demo(const char *hw, const char *cfg)
{
	struct fixture *f = fixture_demo(hw, cfg);

	fixture_build_part(f, 0);
	return f;
}

static uint32_t handle_of(const struct fixture *f, uint32_t source)
{
	const struct plan_irq *irq = plan_find_irq(&f->plan, f->part, source);

	assert_non_null(irq);
	return irq->handle;
}

static void second_uart_is_ready_for_its_driver(void **state)
{
	struct fixture *f = demo("", P1("serial2 { device = \"serial1\"; };"));

	(void)state;
	tree_has_string(f, "/devices/serial2", "compatible", "ns16550");
	tree_has_string(f, "/devices/serial2", "device_type", "serial");
	tree_has_cells(f, "/devices/serial2", "reg", 4, 0xf, 0xe0004600, 0, 0x100);
	tree_has_cells(f, "/devices/serial2", "clock-frequency", 1, 400000000);
	tree_has_cells(f, "/devices/serial2", "interrupts", 2, handle_of(f, 0x2a), 2);
	tree_has_cells(f, "/devices/serial2", "interrupt-parent", 1, VMPIC_PHANDLE);
	tree_lacks_prop(f, "/devices/serial2", "status");
	tree_has_string(f, "/aliases", "serial1", "/devices/serial2");
	tree_lacks_prop(f, "/aliases", "serial0");
	tree_lacks_prop(f, "/aliases", "i2c");
	tree_has_bytes(f, "/devices", "ranges", "", 0);
	tree_has_cells(f, "/devices", "bus-frequency", 1, 0);
	tree_is_silent_under_dtc(f->tree);
	fixture_build_part(f, 1);
	tree_lacks_node(f, "/devices/serial2");
	tree_lacks_prop(f, "/aliases", "serial1");
	fixture_free(f);
}

static const char bus[] = SOC(
	"outside: lonely@50000 { phandle = <0x77>; };"
	"bus: bus@20000 { compatible = \"simple-bus\"; reg = <0x20000 0x10>; phandle = <0x70>;"
	"  #address-cells = <1>; #size-cells = <1>; ranges = <0 0x20000 0x1000  0x9000 0x30000 0x1000>;"
	"  interrupts = <7 1  8 2>;"
	"  near: dev@100 { compatible = \"fsl-i2c\"; reg = <0x100 0x10>; interrupts = <9 3>;"
	"    phandle = <0x71>; };"
	"  dev@200 { compatible = \"fsl-i2c\"; reg = <0x200 0x10>; clocks = <&outside>;"
	"    phy-handle = <&near>; next-level-cache = <&bus>; deep { far = <0x77>; }; };"
	"};");

static void a_bus_comes_with_all_below_it(void **state)
{
	struct fixture *f = demo(bus, P1("b { device = \"/soc@fe0000000/bus@20000\";"
					 "    dma-unprotected; };"));

	(void)state;
	tree_has_cells(f, "/devices/b", "reg", 4, 0xf, 0xe0020000, 0, 0x10);
	tree_has_cells(f, "/devices/b", "ranges", 8, 0, 0xf, 0xe0020000, 0x1000, 0x9000, 0xf,
		       0xe0030000, 0x1000);
	tree_has_cells(f, "/devices/b", "interrupts", 4, handle_of(f, 7), 1, handle_of(f, 8), 2);
	tree_has_cells(f, "/devices/b/dev@100", "reg", 2, 0x100, 0x10);
	tree_has_cells(f, "/devices/b/dev@100", "interrupts", 2, handle_of(f, 9), 3);
	tree_has_cells(f, "/devices/b/dev@100", "interrupt-parent", 1, VMPIC_PHANDLE);
	tree_has_cells(f, "/devices/b/dev@200/deep", "far", 1, 0x77);
	tree_is_silent_under_dtc(f->tree);
	fixture_free(f);
}

static void references_stay_right_or_go(void **state)
{
	struct fixture *f = demo(bus, P1("b: b { device = \"/soc@fe0000000/bus@20000\";"
					 "       dma-unprotected; };"
					 "node-update-phandle { chosen { new = <&p1_console>; }; };"
					 "aliases { bus = <&b>; };"));
	const int i2c = fdt_path_offset(f->tree, "/devices/b/dev@100");

	(void)state;
	assert_int_equal(fdt_node_offset_by_phandle(f->tree, 0x71), i2c);
	tree_has_cells(f, "/devices/b/dev@200", "phy-handle", 1, 0x71);
	tree_has_cells(f, "/devices/b/dev@200", "next-level-cache", 1, 0x70);
	tree_lacks_prop(f, "/devices/b/dev@200", "clocks");
	assert_int_equal(fdt_node_offset_by_phandle(f->tree, 0x77), -FDT_ERR_NOTFOUND);
	tree_has_string(f, "/aliases", "bus", "/devices/b");
	tree_is_silent_under_dtc(f->tree);
	fixture_free(f);
}

static void new_phandles_are_not_the_hardwares(void **state)
{
	struct fixture *f = demo(SOC("x@50000 { phandle = <0x60000000>; };"),
				 P1("node-update-phandle { chosen { new = <&p1_console>; }; };"));

	(void)state;
	tree_has_cells(f, "/chosen", "new", 1, 0x60000001);
	fixture_free(f);
}

/* The hardware's own number for the virtual interrupt controller would be a second one. */
static void phandle_of_the_virtual_pic_is_its_own(void **state)
{
	struct fixture *f = demo(SOC("serial@4600 { phandle = <0x564d5043>; };"),
				 P1("serial2 { device = \"serial1\"; };"));

	(void)state;
	tree_lacks_prop(f, "/devices/serial2", "phandle");
	tree_is_silent_under_dtc(f->tree);
	fixture_free(f);
}

static void empty_ranges_are_those_of_the_bus_above(void **state)
{
	struct fixture *f = demo(
		SOC("outer@20000 { compatible = \"simple-bus\"; #address-cells = <1>;"
		    "  #size-cells = <1>; ranges;"
		    "  inner { compatible = \"simple-bus\"; #address-cells = <1>;"
		    "    #size-cells = <1>; ranges;"
		    "    i2c@20100 { compatible = \"fsl-i2c\"; reg = <0x20100 0x10>; }; }; };"),
		P1("in { device = \"/soc@fe0000000/outer@20000/inner\"; };"));

	(void)state;
	tree_has_cells(f, "/devices/in", "ranges", 4, 0, 0xf, 0xe0000000, 0x100000);
	tree_has_cells(f, "/devices/in/i2c@20100", "reg", 2, 0x20100, 0x10);
	tree_is_silent_under_dtc(f->tree);
	fixture_free(f);
}

static void interrupts_not_granted_are_marked(void **state)
{
	struct fixture *f = fixture_demo(
		"/ { soc@fe0000000 { i2c@90000 { compatible = \"fsl-i2c\"; reg = <0x90000 0x10>;"
		"      interrupts = <0x30 2  0x31 2>; };"
		"    uart@91000 { compatible = \"ns16550\"; reg = <0x91000 0x10>;"
		"      interrupts = <0x30 2>; }; }; };",
		"/ { p1 { u { device = \"/soc@fe0000000/uart@91000\"; }; };"
		"    p2 { i { device = \"/soc@fe0000000/i2c@90000\"; }; }; };");

	(void)state;
	fixture_build_part(f, 0);
	tree_has_cells(f, "/devices/u", "interrupts", 2, handle_of(f, 0x30), 2);
	fixture_build_part(f, 1);
	tree_has_cells(f, "/devices/i", "interrupts", 4, REFUSED, REFUSED, handle_of(f, 0x31), 2);
	fixture_free(f);
}

static void interrupt_map_leads_to_the_virtual_pic(void **state)
{
	struct fixture *f =
		demo("/ { pci@e0008000 { compatible = \"a\"; reg = <0xf 0xe8008000 0 0x1000>;"
		     "  #address-cells = <3>; #size-cells = <2>; #interrupt-cells = <1>;"
		     "  device_type = \"pci\"; bus-range = <0 1>;"
		     "  ranges = <0x2000000 0 0xc0000000 0xc 0 0 0x20000000>;"
		     "  interrupt-map-mask = <0xf800 0 0 7>;"
		     "  interrupt-map = <0 0 0 1 &mpic 1 1  0 0 0 2 &inner 9  0 0 0 3 &mpic 3 1>;"
		     "  inner: pic@0 { interrupt-controller; #interrupt-cells = <1>;"
		     "    #address-cells = <0>; reg = <0 0 0 0 0>;"
		     "    interrupt-parent = <&mpic>; interrupts = <4 2>; };"
		     "  dev@1,0 { reg = <0x800 0 0 0 0>; interrupt-parent = <&inner>;"
		     "    interrupts = <5>; }; }; };",
		     P1("pci0 { device = \"/pci@e0008000\"; dma-unprotected; };"));
	const uint32_t inner =
		fdt_get_phandle(f->tree, fdt_path_offset(f->tree, "/devices/pci0/pic@0"));

	(void)state;
	assert_int_not_equal(inner, 0);
	tree_has_cells(f, "/devices/pci0", "interrupt-map", 20, 0, 0, 0, 1, VMPIC_PHANDLE,
		       handle_of(f, 1), 1, 0, 0, 0, 2, inner, 9, 0, 0, 0, 3, VMPIC_PHANDLE,
		       handle_of(f, 3), 1);
	tree_has_cells(f, "/devices/pci0", "ranges", 7, 0x2000000, 0, 0xc0000000, 0xc, 0, 0,
		       0x20000000);
	tree_has_cells(f, "/devices/pci0/pic@0", "interrupts", 2, handle_of(f, 4), 2);
	tree_has_cells(f, "/devices/pci0/dev@1,0", "interrupts", 1, 5);
	tree_has_cells(f, "/devices/pci0/dev@1,0", "interrupt-parent", 1, inner);
	fixture_free(f);
}

static void device_ranges_are_those_of_the_bus(void **state)
{
	struct fixture *f =
		demo("", P1("device-ranges = <0xf 0xe0000000  0 0xe0000000  0 0x100000>;"
			    "serial2 { device = \"serial1\"; };"));

	(void)state;
	tree_has_cells(f, "/devices", "ranges", 6, 0xf, 0xe0000000, 0, 0xe0000000, 0, 0x100000);
	tree_has_cells(f, "/devices/serial2", "reg", 4, 0xf, 0xe0004600, 0, 0x100);
	tree_is_silent_under_dtc(f->tree);
	fixture_free(f);
}

static bool others_turn(unsigned int part, uint32_t handle)
{
	(void)handle;
	return part == 1;
}

static void claimable_devices_say_whose_they_are(void **state)
{
	struct fixture *f = fixture_demo(
		"", "/ { p1 { s { device = \"serial1\"; claimable = \"active\"; }; };"
		    "    p2 { t { device = \"serial1\"; claimable = \"standby\"; }; }; };");

	(void)state;
	fixture_build_part(f, 0);
	tree_has_string(f, "/devices/s", "fsl,hv-claimable", "active");
	tree_has_string(f, "/devices/s", "status", "okay");
	const uint32_t handle = f->plan.devices[f->plan.partitions[0].first_device].handle;
	tree_has_cells(f, "/devices/s", "fsl,hv-device-handle", 1, handle);
	tree_has_cells(f, "/devices/s", "hv-handle", 1, handle);
	fixture_build_part(f, 1);
	tree_has_string(f, "/devices/t", "fsl,hv-claimable", "standby");
	tree_has_string(f, "/devices/t", "status", "disabled");
	f->facts.holds = others_turn;
	fixture_build_part(f, 1);
	tree_has_string(f, "/devices/t", "fsl,hv-claimable", "active");
	tree_has_string(f, "/devices/t", "status", "okay");
	fixture_build_part(f, 0);
	tree_has_string(f, "/devices/s", "status", "disabled");
	fixture_free(f);
}

static void what_has_no_address_fails(void **state)
{
	struct fixture *f = demo(SOC("mdio@70000 { #address-cells = <1>; #size-cells = <0>;"
				     "  phy@3 { reg = <3>; status = \"okay\"; }; };"
				     "serial@4600 { status = \"disabled\"; };"),
				 P1("phy { device = \"/soc@fe0000000/mdio@70000/phy@3\"; };"
				    "serial2 { device = \"serial1\"; };"));

	(void)state;
	tree_has_string(f, "/devices/phy", "status", "fail");
	tree_lacks_prop(f, "/devices/phy", "reg");
	tree_has_string(f, "/devices/serial2", "status", "disabled");
	fixture_free(f);
}

static void portals_name_their_vcpu(void **state)
{
	struct fixture *f = demo(SOC("i2c@3000 { cpu-handle = <&outside>; }; outside: x@1 { };"),
				 P1("portal { device = \"i2c\"; vcpu = <1>; };"
				    "serial2 { device = \"serial1\"; vcpu = <1>; };"));
	const int cpu = fdt_path_offset(f->tree, "/cpus/cpu@1");

	(void)state;
	tree_has_cells(f, "/devices/portal", "cpu-handle", 1, fdt_get_phandle(f->tree, cpu));
	tree_has_cells(f, "/devices/serial2", "cpu-handle", 1, fdt_get_phandle(f->tree, cpu));
	fixture_free(f);
}

static void devices_below_devices_stand_once(void **state)
{
	struct fixture *f =
		demo(bus, P1("b { device = \"/soc@fe0000000/bus@20000\"; dma-unprotected;"
			     "  x: inner { device = \"/soc@fe0000000/bus@20000/dev@100\";"
			     "    node-update { mark = <1>; }; }; };"
			     "aliases { inner = <&x>; };"));

	(void)state;
	tree_has_cells(f, "/devices/b/dev@100", "mark", 1, 1);
	tree_has_string(f, "/aliases", "inner", "/devices/b/dev@100");
	tree_lacks_node(f, "/devices/inner");
	tree_is_silent_under_dtc(f->tree);
	fixture_free(f);
}

static void updates_reach_devices(void **state)
{
	struct fixture *f =
		demo(bus, P1("b: b { device = \"/soc@fe0000000/bus@20000\"; dma-unprotected;"
			     "  node-update { delete-node = \"dev\"; delete-prop = \"interrupts\";"
			     "    prepend-stringlist = \"compatible\", \"first\";"
			     "    new: child { a; }; };"
			     "  node-update-phandle@1 { child { up = <&b>; }; }; };"
			     "serial2 { device = \"serial1\";"
			     "  node-update { a { b { c; }; }; };"
			     "  node-update@1 { a { delete-subnodes; }; }; };"
			     "node-update-phandle { chosen { x = <&new &b>; }; };"));
	const uint32_t b = fdt_get_phandle(f->tree, fdt_path_offset(f->tree, "/devices/b"));

	(void)state;
	tree_lacks_node(f, "/devices/b/dev@100");
	tree_lacks_node(f, "/devices/b/dev@200");
	tree_has_node(f, "/devices/serial2/a");
	tree_lacks_node(f, "/devices/serial2/a/b");
	tree_lacks_prop(f, "/devices/b", "interrupts");
	HAS_LIST(f, "/devices/b", "compatible", "first\0simple-bus");
	assert_int_equal(b, 0x70);
	tree_has_cells(f, "/devices/b/child", "up", 1, b);
	tree_has_cells(f, "/chosen", "x", 2,
		       fdt_get_phandle(f->tree, fdt_path_offset(f->tree, "/devices/b/child")), b);
	tree_is_silent_under_dtc(f->tree);
	fixture_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(second_uart_is_ready_for_its_driver),
		cmocka_unit_test(a_bus_comes_with_all_below_it),
		cmocka_unit_test(references_stay_right_or_go),
		cmocka_unit_test(new_phandles_are_not_the_hardwares),
		cmocka_unit_test(phandle_of_the_virtual_pic_is_its_own),
		cmocka_unit_test(empty_ranges_are_those_of_the_bus_above),
		cmocka_unit_test(interrupts_not_granted_are_marked),
		cmocka_unit_test(interrupt_map_leads_to_the_virtual_pic),
		cmocka_unit_test(device_ranges_are_those_of_the_bus),
		cmocka_unit_test(claimable_devices_say_whose_they_are),
		cmocka_unit_test(what_has_no_address_fails),
		cmocka_unit_test(portals_name_their_vcpu),
		cmocka_unit_test(devices_below_devices_stand_once),
		cmocka_unit_test(updates_reach_devices),
	};

	return cmocka_run_group_tests_name("devices of guests", tests, NULL, NULL);
}
