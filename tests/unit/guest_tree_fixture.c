/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/guest_tree_fixture.h"

#include <libfdt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROOM = 128 * 1024, PART = 1 };

static const char hw_format[] =
	"/dts-v1/;\n"
	"/ {\n"
	"  #address-cells = <2>; #size-cells = <2>;\n"
	"  compatible = \"fsl,qemu-e500\", \"fsl,generic\";\n"
	"  cpus {\n"
	"    #address-cells = <1>; #size-cells = <0>;\n"
	"    power-isa-version = \"2.06\"; power-isa-e.hv; power-isa-64; power-isa-ecl;\n"
	"    %s\n"
	"    cpu0: PowerPC,e500mc@0 {\n"
	"      device_type = \"cpu\"; reg = <0>; status = \"okay\";\n"
	"      timebase-frequency = <400000000>; next-level-cache = <&l2_0>;\n"
	"      l2_0: l2-cache { cache-size = <0x20000>; };\n"
	"    };\n"
	"    PowerPC,e500mc@2 {\n"
	"      device_type = \"cpu\"; reg = <2>; status = \"disabled\";\n"
	"      enable-method = \"spin-table\"; cpu-release-addr = <0xf 0xef000040>;\n"
	"      timebase-frequency = <400000001>; clock-frequency = <800000000>;\n"
	"      %s\n"
	"    };\n"
	"  };\n"
	"  soc@fe0000000 {\n"
	"    compatible = \"fsl,immr\", \"simple-bus\"; device_type = \"soc\";\n"
	"    #address-cells = <1>; #size-cells = <1>; ranges = <0 0xf 0xe0000000 0x100000>;\n"
	"    bus-frequency = <333000000>;\n"
	"  };\n"
	"};\n"
	"/ {\n"
	"  %s\n"
	"};\n";

static const char cfg_format[] =
	"/dts-v1/;\n"
	"/ {\n"
	"  compatible = \"fsl,hv-config\";\n"
	"  p1 {\n"
	"    compatible = \"partition\"; label = \"p1\";\n"
	"    p1_console: console { compatible = \"byte-channel\"; phandle = <900>; };\n"
	"    %s\n"
	"  };\n"
	"  p2: p2 {\n"
	"    compatible = \"partition\"; label = \"p2\";\n"
	"    low: low { compatible = \"guest-phys-mem-area\"; };\n"
	"    high: high { compatible = \"guest-phys-mem-area\"; %s };\n"
	"    console: console { compatible = \"byte-channel\"; %s };\n"
	"    data: data@5 { compatible = \"byte-channel\"; };\n"
	"    aliases { stdout = <&console>; %s };\n"
	"    %s\n"
	"  };\n"
	"};\n";

/* Have dtc make a tree of the text. */
static void *compile(const char *text)
{
	char path[] = "/tmp/guest_tree.XXXXXX", command[128];
	uint8_t *tree = malloc(ROOM);
	int fd = mkstemp(path);
	size_t size;
	FILE *out;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	snprintf(command, sizeof(command), "dtc -q -i . -I dts -O dtb %s", path);
	out = popen(command, "r");
	assert_non_null(out);
	size = fread(tree, 1, ROOM, out);
	assert_int_equal(pclose(out), 0);
	unlink(path);
	assert_int_equal(fdt_check_full(tree, size), 0);
	return tree;
}

static void *compile_format(const char *format, ...)
{
	va_list args;
	char *text;
	void *tree;

	va_start(args, format);
	assert_true(vasprintf(&text, format, args) > 0);
	va_end(args);
	tree = compile(text);
	free(text);
	return tree;
}

static void plan_channel(struct fixture *f, unsigned int index, const char *name, uint32_t handle)
{
	struct plan_channel *channel = &f->plan.channels[index];
	char path[64];

	snprintf(path, sizeof(path), "/p2/%s", name);
	channel->owner = PLAN_OWNER_PARTITION;
	channel->partition = PART;
	channel->node = fdt_path_offset(f->cfg, path);
	channel->name = fdt_get_name(f->cfg, channel->node, NULL);
	channel->handle = handle;
	channel->rx_irq = handle + 1;
	channel->tx_irq = handle + 2;
}

static void plan_memory(struct fixture *f, unsigned int index, const char *path, uint64_t gpa,
			uint64_t size)
{
	f->plan.pmas[index].size = size;
	f->plan.gpmas[index].pma = (uint16_t)index;
	f->plan.gpmas[index].gpa = gpa;
	f->plan.gpmas[index].node = fdt_path_offset(f->cfg, path);
}

static void make_plan(struct fixture *f)
{
	struct plan_partition *p = &f->plan.partitions[PART];

	f->plan.num_partitions = 2;
	f->plan.cpus[0].hw_node = fdt_path_offset(f->hw, "/cpus/PowerPC,e500mc@0");
	f->plan.cpus[2].hw_node = fdt_path_offset(f->hw, "/cpus/PowerPC,e500mc@2");
	p->label = "p2";
	p->node = fdt_path_offset(f->cfg, "/p2");
	p->num_cpus = 2;
	p->cpus[0] = 2;
	p->cpus[1] = 0;
	p->first_gpma = 3;
	p->num_gpmas = 2;
	plan_memory(f, 3, "/p2/low", 0, 0x10000000);
	plan_memory(f, 4, "/p2/high", 0x100000000, 0x10000);
	p->first_channel = 2;
	p->num_channels = 2;
	plan_channel(f, 2, "console", 68);
	plan_channel(f, 3, "data@5", 71);
	p->shutdown_irq = 74;
	p->spin_table_gpa = 0x100010000;
}

static const char *or_nothing(const char *text)
{
	return text ? text : "";
}

struct fixture *fixture_new(const struct fixture_text *text)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->room = ROOM;
	f->part = PART;
	f->hw = compile_format(hw_format, or_nothing(text->hw_cpus), or_nothing(text->hw_cpu2),
			       or_nothing(text->hw_root));
	f->cfg = compile_format(cfg_format, or_nothing(text->other), or_nothing(text->high_memory),
				or_nothing(text->console), or_nothing(text->aliases),
				or_nothing(text->partition));
	make_plan(f);
	return f;
}

static void count_error(void *ctx, const struct plan_finding *finding)
{
	(void)ctx;
	if (finding->severity == PLAN_ERROR)
		print_error("%s %s: %s\n", finding->node, finding->property, finding->problem);
}

struct fixture *fixture_demo(const char *hw, const char *cfg)
{
	const struct plan_report report = { .finding = count_error };
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->room = ROOM;
	f->hw = compile_format("/include/ \"tests/fixtures/ppce500.dts\"\n%s", hw);
	f->cfg = compile_format("/include/ \"tests/guests/demo/demo.dts\"\n%s", cfg);
	const struct plan_input in = {
		.cfg_fdt = f->cfg,
		.hw_fdt = f->hw,
		.hv_image = { 0x0, 0x40000 },
		.hw_tree = { 0x2ffe0000, 0x8000 },
		.cfg_tree = { 0x78900000, 0x2000 },
	};
	assert_int_equal(plan_parse(&f->plan, &in, &report), 0);
	return f;
}

void fixture_build_part(struct fixture *f, unsigned int part)
{
	int size;

	f->part = part;
	size = fixture_build(f);
	assert_true(size > 0);
	assert_int_equal(fdt_check_full(f->tree, (size_t)size), 0);
}

void fixture_free(struct fixture *f)
{
	free(f->hw);
	free(f->cfg);
	free(f->tree);
	free(f);
}

int fixture_build(struct fixture *f)
{
	free(f->tree);
	f->tree = malloc(f->room);
	assert_non_null(f->tree);
	return guest_tree_build(&f->plan, f->part, f->hw, f->cfg, &f->facts, f->tree, f->room);
}

struct fixture *fixture_built(const struct fixture_text *text)
{
	struct fixture *f = fixture_new(text);
	int size = fixture_build(f);

	assert_true(size > 0);
	assert_int_equal(fdt_check_full(f->tree, (size_t)size), 0);
	return f;
}

void tree_has_node(const struct fixture *f, const char *path)
{
	if (fdt_path_offset(f->tree, path) < 0)
		fail_msg("no node %s", path);
}

void tree_lacks_node(const struct fixture *f, const char *path)
{
	assert_int_equal(fdt_path_offset(f->tree, path), -FDT_ERR_NOTFOUND);
}

void tree_has_bytes(const struct fixture *f, const char *path, const char *name, const void *value,
		    size_t len)
{
	int got;
	const void *data = fdt_getprop(f->tree, fdt_path_offset(f->tree, path), name, &got);

	if (!data)
		fail_msg("%s has no %s", path, name);
	if ((size_t)got != len || memcmp(data, value, len))
		fail_msg("%s/%s is not as it should be", path, name);
}

void tree_has_string(const struct fixture *f, const char *path, const char *name, const char *value)
{
	tree_has_bytes(f, path, name, value, strlen(value) + 1);
}

void tree_has_cells(const struct fixture *f, const char *path, const char *name, size_t count, ...)
{
	fdt32_t cells[24];
	va_list args;
	size_t i;

	va_start(args, count);
	for (i = 0; i < count; i++)
		cells[i] = cpu_to_fdt32(va_arg(args, uint32_t));
	va_end(args);
	tree_has_bytes(f, path, name, cells, 4 * count);
}

void tree_lacks_prop(const struct fixture *f, const char *path, const char *name)
{
	int node = fdt_path_offset(f->tree, path);

	assert_true(node >= 0);
	if (fdt_getprop(f->tree, node, name, NULL))
		fail_msg("%s has %s", path, name);
}

void tree_is_silent_under_dtc(const void *tree)
{
	char path[] = "/tmp/guest_tree.XXXXXX", command[256], warnings[2048];
	ssize_t size = (ssize_t)fdt_totalsize(tree);
	int fd = mkstemp(path);
	size_t len;
	FILE *out;

	assert_true(fd >= 0);
	assert_true(write(fd, tree, (size_t)size) == size);
	close(fd);
	snprintf(command, sizeof(command),
		 "dtc -W no-unit_address_vs_reg -W no-simple_bus_reg -I dtb -O dts -o /dev/null %s "
		 "2>&1",
		 path);
	out = popen(command, "r");
	assert_non_null(out);
	len = fread(warnings, 1, sizeof(warnings) - 1, out);
	warnings[len] = '\0';
	assert_int_equal(pclose(out), 0);
	unlink(path);
	assert_string_equal(warnings, "");
}
