/* SPDX-License-Identifier: BSD-2-Clause */
/* What a guest is told of doorbells, of partitions that it manages, and of errors. */
#include <libfdt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "protocol/names.h"
#include "tests/unit/guest_tree_fixture.h"

#define HANDLES "/hypervisor/handles"
#define HAS_LIST(f, path, name, list) tree_has_bytes(f, path, name, list, sizeof(list))

static const char cfg[] =
	"/ { bell: bell { compatible = \"doorbell\"; };"
	"  p1 { guest-cache-lock-disable; guest-debug-disable;"
	"    tx: tx { compatible = \"send-doorbell\"; global-doorbell = <&bell>;"
	"      node-update { mark = <1>; }; };"
	"    rx: rx { compatible = \"receive-doorbell\"; global-doorbell = <&bell>; };"
	"    other: other { compatible = \"managed-partition\"; partition = <&p2>;"
	"      node-update { shutdown { mark = <2>; }; }; };"
	"    em: errors { compatible = \"error-manager\"; vcpu = <1>; claimable = \"active\"; };"
	"    aliases { a = <&tx>; b = <&other>; c = <&em>; };"
	"    node-update-phandle { chosen { all = <&rx &other &em>; }; };"
	"  };"
	"  p2: p2 { e { compatible = \"error-manager\"; vcpu = <0>; claimable = \"standby\"; };"
	"    aliases { in-root = <&leaf>; };"
	"    node-update { a { leaf: b { }; }; }; }; };";

static int setup(void **state)
{
	struct fixture *f =
		fixture_demo("/ { cpus { power-isa-e.ed; power-isa-ecl; power-isa-b;"
			     "  cpu@2 { power-isa-e.ed; power-isa-ecl; power-isa-b; }; }; };",
			     cfg);

	fixture_build_part(f, 0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	fixture_free(*state);
	return 0;
}

static void has_handle(const struct fixture *f, const char *path, uint32_t handle)
{
	tree_has_cells(f, path, "reg", 1, handle);
	tree_has_cells(f, path, "hv-handle", 1, handle);
}

static void receives(const struct fixture *f, const char *path, const char *compatible,
		     uint32_t irq)
{
	assert_int_equal(
		fdt_node_check_compatible(f->tree, fdt_path_offset(f->tree, path), compatible), 0);
	assert_int_equal(fdt_node_check_compatible(f->tree, fdt_path_offset(f->tree, path),
						   COMPAT_HV_RECEIVE_DOORBELL),
			 0);
	tree_has_cells(f, path, "interrupts", 2, irq, 0);
	tree_lacks_prop(f, path, "reg");
}

static void doorbells(void **state)
{
	const struct fixture *f = *state;
	const struct plan_bell *bell = &f->plan.bells[f->plan.partitions[0].first_bell];

	tree_has_string(f, HANDLES "/tx", "compatible", "epapr,hv-send-doorbell");
	has_handle(f, HANDLES "/tx", bell[0].handle);
	tree_has_cells(f, HANDLES "/tx", "mark", 1, 1);
	receives(f, HANDLES "/rx", COMPAT_HV_RECEIVE_DOORBELL, bell[1].handle);
	receives(f, HANDLES "/shutdown", "fsl,hv-shutdown-doorbell",
		 f->plan.partitions[0].shutdown_irq);
}

static void managed_partitions(void **state)
{
	const struct fixture *f = *state;
	const struct plan_managed *managed = &f->plan.managed[0];
	const char *path = HANDLES "/other";

	tree_has_string(f, path, "compatible", "fsl,hv-partition-handle");
	has_handle(f, path, 2);
	tree_has_string(f, path, "label", "p2");
	receives(f, HANDLES "/other/state-change", "fsl,hv-state-change-doorbell",
		 managed->state_change_irq);
	receives(f, HANDLES "/other/watchdog-expiration", "fsl,hv-watchdog-expiration-doorbell",
		 managed->watchdog_irq);
	receives(f, HANDLES "/other/reset-request", "fsl,hv-reset-request-doorbell",
		 managed->reset_request_irq);
	HAS_LIST(f, HANDLES "/other/shutdown", "compatible",
		 "fsl,hv-shutdown-doorbell\0epapr,hv-send-doorbell");
	has_handle(f, HANDLES "/other/shutdown", managed->shutdown_handle);
	tree_has_cells(f, HANDLES "/other/shutdown", "mark", 1, 2);
}

static bool nobody_holds(unsigned int part, uint32_t handle)
{
	(void)part;
	(void)handle;
	return false;
}

static void errors(void **state)
{
	struct fixture *f = *state;

	tree_has_string(f, HANDLES "/guest-error-queue", "compatible", "fsl,hv-guest-error-queue");
	has_handle(f, HANDLES "/guest-error-queue", f->plan.partitions[0].error_queue_handle);
	tree_has_string(f, HANDLES "/errors", "compatible", "fsl,hv-error-manager");
	has_handle(f, HANDLES "/errors", f->plan.partitions[0].error_manager_handle);
	tree_has_cells(f, HANDLES "/errors", "fsl,hv-error-manager-cpu", 1, 1);
	tree_has_string(f, HANDLES "/errors", "fsl,hv-claimable", "active");
	fixture_build_part(f, 1);
	tree_has_string(f, HANDLES "/e", "fsl,hv-claimable", "standby");
	f->facts.holds = nobody_holds;
	fixture_build_part(f, 0);
	tree_has_string(f, HANDLES "/errors", "fsl,hv-claimable", "standby");
}

static void aliases_and_phandles_lead_to_handles(void **state)
{
	struct fixture *f = *state;

	tree_has_string(f, "/aliases", "a", HANDLES "/tx");
	tree_has_string(f, "/aliases", "b", HANDLES "/other");
	tree_has_string(f, "/aliases", "c", HANDLES "/errors");
	tree_has_cells(f, "/chosen", "all", 3,
		       fdt_get_phandle(f->tree, fdt_path_offset(f->tree, HANDLES "/rx")),
		       fdt_get_phandle(f->tree, fdt_path_offset(f->tree, HANDLES "/other")),
		       fdt_get_phandle(f->tree, fdt_path_offset(f->tree, HANDLES "/errors")));
	tree_is_silent_under_dtc(f->tree);
	fixture_build_part(f, 1);
	tree_has_string(f, "/aliases", "in-root", "/a/b");
	tree_is_silent_under_dtc(f->tree);
}

static void disabled_features_are_hidden(void **state)
{
	struct fixture *f = *state;

	tree_has_bytes(f, "/hypervisor", "fsl,hv-guest-cache-lock-disable", "", 0);
	tree_has_bytes(f, "/hypervisor", "fsl,hv-guest-debug-disable", "", 0);
	tree_lacks_prop(f, "/cpus", "power-isa-e.ed");
	tree_lacks_prop(f, "/cpus", "power-isa-ecl");
	tree_has_bytes(f, "/cpus", "power-isa-b", "", 0);
	tree_lacks_prop(f, "/cpus/cpu@0", "power-isa-e.ed");
	tree_lacks_prop(f, "/cpus/cpu@0", "power-isa-ecl");
	tree_has_bytes(f, "/cpus/cpu@0", "power-isa-b", "", 0);
	fixture_build_part(f, 1);
	tree_lacks_prop(f, "/hypervisor", "fsl,hv-guest-debug-disable");
	tree_lacks_prop(f, "/hypervisor", "fsl,hv-guest-cache-lock-disable");
	tree_has_bytes(f, "/cpus", "power-isa-e.ed", "", 0);
	tree_has_bytes(f, "/cpus", "power-isa-ecl", "", 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(doorbells, setup, teardown),
		cmocka_unit_test_setup_teardown(managed_partitions, setup, teardown),
		cmocka_unit_test_setup_teardown(errors, setup, teardown),
		cmocka_unit_test_setup_teardown(aliases_and_phandles_lead_to_handles, setup,
						teardown),
		cmocka_unit_test_setup_teardown(disabled_features_are_hidden, setup, teardown),
	};

	return cmocka_run_group_tests_name("handles of guests", tests, NULL, NULL);
}
