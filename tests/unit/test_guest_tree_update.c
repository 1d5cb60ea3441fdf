/* SPDX-License-Identifier: BSD-2-Clause */
#include <libfdt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "protocol/names.h"
#include "tests/unit/guest_tree_fixture.h"

#define CONSOLE "/hypervisor/handles/console"
#define HAS_LIST(f, path, name, list) tree_has_bytes(f, path, name, list, sizeof(list))

/* The tree with these nodes and properties in the partition. */
static struct fixture *built_with(const char *partition)
{
	const struct fixture_text text = { .partition = partition };

	return fixture_built(&text);
}

static void refused(const char *partition, int error)
{
	const struct fixture_text text = { .partition = partition };
	struct fixture *f = fixture_new(&text);

	assert_int_equal(fixture_build(f), error);
	fixture_free(f);
}

static uint32_t phandle_of(const struct fixture *f, const char *path)
{
	return fdt_get_phandle(f->tree, fdt_path_offset(f->tree, path));
}

static void sets_and_replaces_properties(void **state)
{
	struct fixture *f = built_with("node-update { model = \"m\"; label = \"other\";"
				       "  chosen { bootargs = \"root=/dev/ram\"; empty; }; };");

	(void)state;
	tree_has_string(f, "/", "model", "m");
	tree_has_string(f, "/", "label", "other");
	tree_has_string(f, "/chosen", "bootargs", "root=/dev/ram");
	tree_has_bytes(f, "/chosen", "empty", "", 0);
	tree_has_string(f, "/", "epapr-version", "ePAPR-1.0");
	fixture_free(f);
}

static void adds_nodes_at_any_depth(void **state)
{
	struct fixture *f = built_with("node-update { a { b { c = <1>; d { e = <2>; }; }; };"
				       "  cpus { cpu@0 { x = <3>; }; }; };");

	(void)state;
	tree_has_cells(f, "/a/b", "c", 1, 1);
	tree_has_cells(f, "/a/b/d", "e", 1, 2);
	tree_has_cells(f, "/cpus/cpu@0", "x", 1, 3);
	tree_has_string(f, "/cpus/cpu@0", "status", "okay");
	fixture_free(f);
}

static void may_come_in_several_parts(void **state)
{
	struct fixture *f = built_with("node-update { a = <1>; b = <1>; };"
				       "node-update@2 { b = <2>; }; node-updates { c = <3>; };");

	(void)state;
	tree_has_cells(f, "/", "a", 1, 1);
	tree_has_cells(f, "/", "b", 1, 2);
	tree_lacks_prop(f, "/", "c");
	fixture_free(f);
}

static void applies_to_channels_and_memory_before_the_root(void **state)
{
	const struct fixture_text text = {
		.console = "node-update { who = \"channel\"; mark = <1>; };",
		.high_memory = "node-update { delete-prop = \"device_type\";"
			       "  compatible = \"shared\"; };",
		.partition =
			"node-update { hypervisor { handles { console { who = \"root\"; }; }; }; };",
	};
	struct fixture *f = fixture_built(&text);

	(void)state;
	tree_has_string(f, CONSOLE, "who", "root");
	tree_has_cells(f, CONSOLE, "mark", 1, 1);
	tree_lacks_prop(f, "/memory@100000000", "device_type");
	tree_has_string(f, "/memory@100000000", "compatible", "shared");
	tree_has_string(f, "/memory@0", "device_type", "memory");
	fixture_free(f);
}

static void of_another_partition_does_not_apply(void **state)
{
	const struct fixture_text text = { .other = "node-update { p1only = <1>; };" };
	struct fixture *f = fixture_built(&text);

	(void)state;
	tree_lacks_prop(f, "/", "p1only");
	fixture_free(f);
}

static void deletes_subnodes_before_it_adds(void **state)
{
	struct fixture *f = built_with(
		"node-update { hypervisor { handles { delete-subnodes; new { }; }; }; };");

	(void)state;
	tree_has_node(f, "/hypervisor/handles/new");
	tree_lacks_node(f, CONSOLE);
	tree_lacks_node(f, "/hypervisor/handles/shutdown");
	tree_lacks_prop(f, "/hypervisor/handles", "delete-subnodes");
	tree_has_cells(f, "/hypervisor/handles", "#address-cells", 1, 1);
	fixture_free(f);
}

static void deletes_nodes_by_name(void **state)
{
	struct fixture *f =
		built_with("node-update { delete-node = \"chosen\", \"memory\", \"none\";"
			   "  cpus { delete-node = \"cpu@1\"; }; };");

	(void)state;
	tree_lacks_node(f, "/chosen");
	tree_lacks_node(f, "/memory@0");
	tree_lacks_node(f, "/memory@100000000");
	tree_lacks_node(f, "/cpus/cpu@1");
	tree_has_node(f, "/cpus/cpu@0");
	tree_lacks_prop(f, "/", "delete-node");
	fixture_free(f);
}

static void deletes_properties_but_not_its_own(void **state)
{
	struct fixture *f =
		built_with("node-update { delete-prop = \"label\", \"epapr-version\", \"none\";"
			   "  label = \"again\"; };");

	(void)state;
	tree_has_string(f, "/", "label", "again");
	tree_lacks_prop(f, "/", "epapr-version");
	tree_lacks_prop(f, "/", "delete-prop");
	fixture_free(f);
}

static void prepends_to_string_lists(void **state)
{
	struct fixture *f =
		built_with("node-update { prepend-stringlist = \"compatible\", \"fsl,P4080DS-hv\","
			   "  \"new\", \"second\", \"new\", \"first\", \"set\", \"front\";"
			   "  set = \"plain\"; };");

	(void)state;
	HAS_LIST(f, "/", "compatible", "fsl,P4080DS-hv\0fsl,qemu-e500-hv\0fsl,generic-hv");
	HAS_LIST(f, "/", "new", "first\0second");
	HAS_LIST(f, "/", "set", "front\0plain");
	tree_lacks_prop(f, "/", "prepend-stringlist");
	fixture_free(f);
}

static void names_may_leave_out_the_unit_address(void **state)
{
	const struct fixture_text text = {
		.console = "node-update { x { y = <1>; }; x@1 { y = <2>; }; };",
		.partition = "node-update { cpus { cpu { x = <1>; }; };"
			     "  hypervisor { handles { data { z = <1>; }; }; }; };",
	};
	struct fixture *f = fixture_built(&text);

	(void)state;
	tree_has_cells(f, "/cpus/cpu@0", "x", 1, 1);
	tree_lacks_prop(f, "/cpus/cpu@1", "x");
	tree_has_cells(f, "/hypervisor/handles/data@5", "z", 1, 1);
	tree_has_cells(f, CONSOLE "/x@1", "y", 1, 2);
	fixture_free(f);
}

static void does_not_copy_phandles(void **state)
{
	struct fixture *f = built_with("node-update { a { phandle = <0x1234>; }; };");

	(void)state;
	tree_lacks_prop(f, "/a", "phandle");
	fixture_free(f);
}

static void malformed_lists_are_refused(void **state)
{
	(void)state;
	refused("node-update { delete-node = <0x61626364>; };", -FDT_ERR_BADVALUE);
	refused("node-update { delete-prop = <0x61626364>; };", -FDT_ERR_BADVALUE);
	refused("node-update { prepend-stringlist = <0x61626364>; };", -FDT_ERR_BADVALUE);
	refused("node-update { prepend-stringlist = \"a\"; };", -FDT_ERR_BADVALUE);
	refused("node-update { prepend-stringlist = \"a\", \"b\", \"c\"; };", -FDT_ERR_BADVALUE);
}

static void nesting_is_bounded(void **state)
{
	const char *deep = "a{a{a{a{a{a{a{a{a{a{a{a{a{a{a{a{};};};};};};};};};};};};};};};};";
	char text[256];

	(void)state;
	snprintf(text, sizeof(text), "node-update { %s };", deep);
	refused(text, -FDT_ERR_BADSTRUCTURE);
	snprintf(text, sizeof(text), "node-update-phandle { %s };", deep);
	refused(text, -FDT_ERR_BADSTRUCTURE);
	fixture_free(built_with("node-update { a{a{a{a{a{a{a{a{};};};};};};};}; };"));
}

static void phandles_become_those_of_the_guest(void **state)
{
	struct fixture *f = built_with("node-update-phandle { chosen { out = <&console>;"
				       "  all = <&data &high &console>; none;"
				       " deep { down = <&p2>; }; }; };");

	(void)state;
	assert_int_not_equal(phandle_of(f, CONSOLE), 0);
	tree_has_cells(f, "/chosen", "out", 1, phandle_of(f, CONSOLE));
	tree_has_cells(f, "/chosen", "all", 3, phandle_of(f, "/hypervisor/handles/data@5"),
		       phandle_of(f, "/memory@100000000"), phandle_of(f, CONSOLE));
	tree_has_cells(f, "/chosen/deep", "down", 1, phandle_of(f, "/"));
	tree_has_bytes(f, "/chosen", "none", "", 0);
	fixture_free(f);
}

static void phandles_are_new_and_distinct(void **state)
{
	struct fixture *f = built_with("node-update-phandle { list = <&console &data &high>; };");
	const char *paths[] = { CONSOLE, "/hypervisor/handles/data@5", "/memory@100000000",
				"/devices/vmpic", "/cpus/cpu@1/l2-cache" };
	size_t i, j;

	(void)state;
	for (i = 0; i < 5; i++) {
		assert_int_not_equal(phandle_of(f, paths[i]), 0);
		for (j = 0; j < i; j++)
			assert_int_not_equal(phandle_of(f, paths[i]), phandle_of(f, paths[j]));
	}
	assert_int_equal(phandle_of(f, "/devices/vmpic"), VMPIC_PHANDLE);
	fixture_free(f);
}

static void phandles_reach_what_an_update_added(void **state)
{
	const struct fixture_text text = {
		.console = "node-update { c: c { }; };"
			   "node-update-phandle { to = <&leaf>; };",
		.partition = "node-update { a { leaf: b { }; }; };"
			     "node-update-phandle { a { up = <&c>; self = <&leaf>; }; };",
	};
	struct fixture *f = fixture_built(&text);

	(void)state;
	tree_has_cells(f, CONSOLE, "to", 1, phandle_of(f, "/a/b"));
	tree_has_cells(f, "/a", "up", 1, phandle_of(f, CONSOLE "/c"));
	tree_has_cells(f, "/a", "self", 1, phandle_of(f, "/a/b"));
	assert_int_not_equal(phandle_of(f, "/a/b"), phandle_of(f, CONSOLE "/c"));
	fixture_free(f);
}

static void phandles_of_what_is_not_there_are_refused(void **state)
{
	(void)state;
	refused("node-update-phandle { a = <&p1_console>; };", -FDT_ERR_BADPHANDLE);
	refused("node-update-phandle { a = <0x4711>; };", -FDT_ERR_BADPHANDLE);
	refused("node-update-phandle { a = <0>; };", -FDT_ERR_BADPHANDLE);
	refused("x: other { y: y { }; }; node-update-phandle { a = <&x>; };", -FDT_ERR_BADPHANDLE);
	refused("x: other { y: y { }; }; node-update-phandle { a = <&y>; };", -FDT_ERR_BADPHANDLE);
	refused("u: node-update { }; node-update-phandle { a = <&u>; };", -FDT_ERR_BADPHANDLE);
	refused("node-update { delete-node = \"hypervisor\"; };"
		"node-update-phandle { a = <&console>; };",
		-FDT_ERR_BADPHANDLE);
	refused("node-update-phandle { a = [00 00 01]; };", -FDT_ERR_BADVALUE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sets_and_replaces_properties),
		cmocka_unit_test(adds_nodes_at_any_depth),
		cmocka_unit_test(may_come_in_several_parts),
		cmocka_unit_test(applies_to_channels_and_memory_before_the_root),
		cmocka_unit_test(of_another_partition_does_not_apply),
		cmocka_unit_test(deletes_subnodes_before_it_adds),
		cmocka_unit_test(deletes_nodes_by_name),
		cmocka_unit_test(deletes_properties_but_not_its_own),
		cmocka_unit_test(prepends_to_string_lists),
		cmocka_unit_test(names_may_leave_out_the_unit_address),
		cmocka_unit_test(does_not_copy_phandles),
		cmocka_unit_test(malformed_lists_are_refused),
		cmocka_unit_test(nesting_is_bounded),
		cmocka_unit_test(phandles_become_those_of_the_guest),
		cmocka_unit_test(phandles_are_new_and_distinct),
		cmocka_unit_test(phandles_reach_what_an_update_added),
		cmocka_unit_test(phandles_of_what_is_not_there_are_refused),
	};

	return cmocka_run_group_tests_name("node-update", tests, NULL, NULL);
}
