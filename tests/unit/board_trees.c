/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/board_trees.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>

/* Phandles of the configuration. */
enum { UART = 1, MUX, CONSOLE, HV_AREA, WINDOW, AREAS = 0x100 };

static const uint32_t AREA_SIZE = 0x10000000;

static void put_cells(void *fdt, const char *name, unsigned int count, ...)
{
	uint32_t cells[16];
	va_list args;

	va_start(args, count);
	for (unsigned int i = 0; i < count; i++)
		cells[i] = cpu_to_fdt32(va_arg(args, uint32_t));
	va_end(args);
	assert_int_equal(fdt_property(fdt, name, cells, (int)(4 * count)), 0);
}

static void put_string(void *fdt, const char *name, const char *value)
{
	assert_int_equal(fdt_property(fdt, name, value, (int)strlen(value) + 1), 0);
}

static void put_node(void *fdt, const char *name, const char *compatible, uint32_t phandle)
{
	assert_int_equal(fdt_begin_node(fdt, name), 0);
	if (compatible)
		put_string(fdt, "compatible", compatible);
	if (phandle)
		put_cells(fdt, "phandle", 1, phandle);
}

static void put_end(void *fdt)
{
	assert_int_equal(fdt_end_node(fdt), 0);
}

static void set_cells(void *fdt, int node, const char *name, unsigned int count, ...)
{
	uint32_t cells[16];
	va_list args;

	va_start(args, count);
	for (unsigned int i = 0; i < count; i++)
		cells[i] = cpu_to_fdt32(va_arg(args, uint32_t));
	va_end(args);
	assert_int_equal(fdt_setprop(fdt, node, name, cells, (int)(4 * count)), 0);
}

static void set_string(void *fdt, int node, const char *name, const char *value)
{
	assert_int_equal(fdt_setprop(fdt, node, name, value, (int)strlen(value) + 1), 0);
}

/* What U-Boot says of each core: clocks, and for all but the first a place in the spin table. */
static void complete_cpus(void *hw)
{
	int node;

	fdt_for_each_subnode (node, hw, fdt_path_offset(hw, "/cpus")) {
		const fdt32_t *reg = fdt_getprop(hw, node, "reg", NULL);
		uint32_t hwid;

		if (!reg)
			continue;
		hwid = fdt32_ld(reg);
		set_cells(hw, node, "timebase-frequency", 1, 41666666);
		set_cells(hw, node, "clock-frequency", 1, 1666666666);
		set_string(hw, node, "status", hwid ? "disabled" : "okay");
		if (hwid == 0)
			continue;
		set_string(hw, node, "enable-method", "spin-table");
		set_cells(hw, node, "cpu-release-addr", 2, 0, 0x7ff00000 + 32 * hwid);
	}
}

static void complete_hardware(void *hw)
{
	int node = fdt_path_offset(hw, "/memory");

	assert_true(node > 0);
	set_cells(hw, node, "reg", 4, 0, 0, 2, 0);
	complete_cpus(hw);
	for (node = fdt_node_offset_by_compatible(hw, -1, "ns16550"); node >= 0;
	     node = fdt_node_offset_by_compatible(hw, node, "ns16550"))
		set_cells(hw, node, "clock-frequency", 1, 333333333);
}

struct plan_trees *board_trees_load(const char *board)
{
	struct plan_trees *trees = calloc(1, sizeof(*trees));
	char path[80];

	assert_non_null(trees);
	snprintf(path, sizeof(path), "build/unit/%s.dtb", board);
	plan_trees_read(path, trees->hw);
	complete_hardware(trees->hw);
	trees->in = (struct plan_input){
		.cfg_fdt = trees->cfg,
		.hw_fdt = trees->hw,
		.hv_image = { 0x0, 0x40000 },
		.hw_tree = { 0x78800000, 0x20000 },
		.cfg_tree = { 0x78900000, 0x20000 },
	};
	return trees;
}

static void put_area(void *cfg, uint32_t phandle, uint64_t addr, uint32_t size)
{
	char name[40];

	snprintf(name, sizeof(name), "area-%x", phandle);
	put_node(cfg, name, "phys-mem-area", phandle);
	put_cells(cfg, "addr", 2, (uint32_t)(addr >> 32), (uint32_t)addr);
	put_cells(cfg, "size", 2, 0, size);
	put_end(cfg);
}

static void put_device(void *cfg, const char *name, const char *device, uint32_t phandle)
{
	put_node(cfg, name, NULL, phandle);
	put_string(cfg, "device", device);
	put_end(cfg);
}

static void put_channel(void *cfg, const char *name, uint32_t phandle, uint32_t number)
{
	put_node(cfg, name, "byte-channel", phandle);
	put_cells(cfg, "endpoint", 1, MUX);
	put_cells(cfg, "mux-channel", 1, number);
	put_end(cfg);
}

/* What every package for a board gives to the hypervisor. */
static const char *const owned[] = {
	"fsl,mpic",
	"fsl,mpic-global-timer", /* registers inside the interrupt controller's */
	"fsl,qoriq-device-config-1.0",
	"fsl,qoriq-device-config-2.0",
	"fsl,corenet-law",
	"fsl,corenet-cf",
	"cache",
	"fsl,pamu",
	"fsl,qoriq-memory-controller",
	"fsl,qoriq-rcpm-1.0",
	"fsl,qoriq-rcpm-2.0",
};

static bool is_owned(const void *hw, int node)
{
	for (size_t i = 0; i < sizeof(owned) / sizeof(owned[0]); i++) {
		if (fdt_node_check_compatible(hw, node, owned[i]) == 0)
			return true;
	}
	return false;
}

static bool is_alias(const void *hw, const char *alias, int node)
{
	const char *path = fdt_get_alias(hw, alias);

	return path && fdt_path_offset(hw, path) == node;
}

/* serial0 carries the multiplexer; serial1 shares its page and its interrupt. */
static bool is_console(const void *hw, int node)
{
	return is_alias(hw, "serial0", node) || is_alias(hw, "serial1", node);
}

static void put_hv_config(const struct plan_trees *trees, void *cfg)
{
	char path[120], name[40];
	unsigned int count = 0;
	int depth = 0;

	put_node(cfg, "hv-config", "hv-config", 0);
	put_cells(cfg, "stdout", 1, CONSOLE);
	put_node(cfg, "memory", "hv-memory", 0);
	put_cells(cfg, "phys-mem", 1, HV_AREA);
	put_end(cfg);
	put_device(cfg, "serial0", "serial0", UART);
	if (fdt_get_alias(trees->hw, "serial1"))
		put_device(cfg, "serial1", "serial1", 0);
	/* What has no registers, such as a cache inside a core, is not a device. */
	for (int node = fdt_next_node(trees->hw, 0, &depth); node >= 0;
	     node = fdt_next_node(trees->hw, node, &depth)) {
		if (!is_owned(trees->hw, node) || !fdt_getprop(trees->hw, node, "reg", NULL))
			continue;
		assert_int_equal(fdt_get_path(trees->hw, node, path, sizeof(path)), 0);
		snprintf(name, sizeof(name), "owned-%u", count++);
		put_device(cfg, name, path, 0);
	}
	put_node(cfg, "mux", "byte-channel-mux", MUX);
	put_cells(cfg, "endpoint", 1, UART);
	put_end(cfg);
	put_channel(cfg, "console", CONSOLE, 0);
	put_end(cfg);
}

static void begin(struct plan_trees *trees, unsigned int partitions)
{
	void *cfg = trees->cfg;

	assert_int_equal(fdt_create(cfg, TREE_SPACE), 0);
	assert_int_equal(fdt_finish_reservemap(cfg), 0);
	put_node(cfg, "", "fsl,hv-config", 0);
	put_area(cfg, HV_AREA, 0, 0x1000000);
	for (unsigned int i = 0; i < partitions; i++)
		put_area(cfg, AREAS + i, 0x80000000 + (uint64_t)AREA_SIZE * i, AREA_SIZE);
	put_node(cfg, "window", "dma-window", WINDOW);
	put_cells(cfg, "guest-addr", 2, 0, 0);
	put_cells(cfg, "size", 2, 0, AREA_SIZE);
	put_cells(cfg, "subwindow-count", 1, 16);
	put_end(cfg);
	put_hv_config(trees, cfg);
}

/* A partition up to its devices. */
static void begin_partition(void *cfg, unsigned int index, uint32_t first_cpu, uint32_t cpus)
{
	char name[16];

	snprintf(name, sizeof(name), "part%u", index + 1);
	put_node(cfg, name, "partition", 0);
	put_string(cfg, "label", name);
	put_cells(cfg, "cpus", 2, first_cpu, cpus);
	put_cells(cfg, "guest-image", 6, 0, 0x70000000, 0, 0, 0, 0x700000);
	put_cells(cfg, "linux-rootfs", 6, 0, 0x71000000, 0, 0x2000000, 0, 0x4000000);
	put_cells(cfg, "dtb-window", 4, 0, 0x1000000, 0, 0x40000);
	put_node(cfg, "memory", "guest-phys-mem-area", 0);
	put_cells(cfg, "phys-mem", 1, AREAS + index);
	put_cells(cfg, "guest-addr", 2, 0, 0);
	put_end(cfg);
	put_channel(cfg, "console", 0, index + 1);
}

/* Every other device of a kind goes to the other partition, but for what shares its page. */
static unsigned int share_of(const void *hw, int node)
{
	static const char *const divided[] = { "fsl,bman-portal", "fsl,qman-portal", "fsl,fman",
					       "fsl,eloplus-dma" };
	const fdt32_t *index = fdt_getprop(hw, node, "cell-index", NULL);
	const fdt32_t *reg = fdt_getprop(hw, node, "reg", NULL);
	unsigned int sum = 0;

	for (size_t i = 0; i < sizeof(divided) / sizeof(divided[0]); i++) {
		if (fdt_node_check_compatible(hw, node, divided[i]) == 0)
			return (index ? fdt32_ld(index) : fdt32_ld(reg) >> 14) & 1;
	}
	for (const char *name = fdt_get_name(hw, node, NULL); *name && *name != '@'; name++)
		sum += (unsigned char)*name;
	return sum & 1;
}

/* Open a node of the configuration for a node of the hardware, as packages have it. */
static void begin_assigned(struct plan_trees *trees, int node, unsigned int number)
{
	char path[120], name[40];
	void *cfg = trees->cfg;

	assert_int_equal(fdt_get_path(trees->hw, node, path, sizeof(path)), 0);
	snprintf(name, sizeof(name), "device-%u", number);
	put_node(cfg, name, NULL, 0);
	put_string(cfg, "device", path);
	put_cells(cfg, "dma-window", 1, WINDOW);
	put_cells(cfg, "operation-mapping", 1, 0);
	put_cells(cfg, "stash-dest", 1, 1 + number % 3);
	if (strstr(path, "pcie") && fdt_getprop(trees->hw, node, "ranges", NULL))
		assert_int_equal(fdt_property(cfg, "map-ranges", NULL, 0), 0);
}

/* Is @node a bus whose devices are given away one by one? */
static bool is_divided_bus(const void *hw, int node)
{
	const char *name = fdt_get_name(hw, node, NULL);

	return fdt_node_check_compatible(hw, node, "simple-bus") == 0 &&
	       strncmp(name, "localbus", 8) != 0 && strncmp(name, "dcsr", 4) != 0;
}

static bool is_given(const struct plan_trees *trees, int node, unsigned int share)
{
	return fdt_getprop(trees->hw, node, "compatible", NULL) &&
	       fdt_getprop(trees->hw, node, "reg", NULL) && !is_owned(trees->hw, node) &&
	       !is_console(trees->hw, node) && share_of(trees->hw, node) == share;
}

/*
 * Each device of this share, and in its node one for each device below it: packages have these to
 * say how their DMA goes.
 */
static void put_devices(struct plan_trees *trees, unsigned int share)
{
	unsigned int number = 0;
	int depth = 0, device_depth = 0;
	bool given = false;

	for (int node = fdt_next_node(trees->hw, 0, &depth); node >= 0 && depth > 0;
	     node = fdt_next_node(trees->hw, node, &depth)) {
		const bool below = device_depth && depth > device_depth;

		if (!below) {
			if (given)
				put_end(trees->cfg);
			device_depth = is_divided_bus(trees->hw, node) ? 0 : depth;
			given = device_depth && is_given(trees, node, share);
			if (given)
				begin_assigned(trees, node, number++);
		} else if (given && fdt_getprop(trees->hw, node, "reg", NULL)) {
			begin_assigned(trees, node, number++);
			put_end(trees->cfg);
		}
	}
	if (given)
		put_end(trees->cfg);
}

static void finish(struct plan_trees *trees)
{
	put_end(trees->cfg);
	assert_int_equal(fdt_finish(trees->cfg), 0);
}

void board_trees_share_devices(struct plan_trees *trees)
{
	begin(trees, 2);
	for (unsigned int i = 0; i < 2; i++) {
		begin_partition(trees->cfg, i, i, 1);
		put_devices(trees, i);
		put_end(trees->cfg);
	}
	finish(trees);
}

void board_trees_many_partitions(struct plan_trees *trees, unsigned int count)
{
	begin(trees, count);
	for (unsigned int i = 0; i < count; i++) {
		begin_partition(trees->cfg, i, i, 1);
		put_end(trees->cfg);
	}
	finish(trees);
}
