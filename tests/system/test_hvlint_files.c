/* SPDX-License-Identifier: BSD-2-Clause */
/* What only a PC can check: the guests' trees as they will be, and the files that are loaded. */
#include "tests/system/hvlint_harness.h"

#include <stdio.h>
#include <string.h>

#define HW "--hw", LINT_HW

static const char *write_text(const char *name, const char *text)
{
	return lint_write(name, text, strlen(text));
}

static void clean_tree_gives_nothing(void **state)
{
	const char *output, *blob = lint_path("clean.dtb");
	struct stream *dtc =
		stream_start(STREAM_PIPE, LINT("dtc", "-q", "-Odtb", "-o", blob, LINT_CONFIG));

	(void)state;
	assert_int_equal(stream_expect_end(dtc), 0);
	assert_int_equal(lint_run(&output, LINT(HW, LINT_CONFIG)), 0);
	assert_string_equal(output, "");
	assert_int_equal(lint_run(&output, LINT("--strict", HW, blob)), 0);
	assert_string_equal(output, "");
}

/* The window of a is 16 KiB, and a property alone is longer. */
static void tree_that_does_not_fit_its_window(void **state)
{
	enum { BYTES = 18000 };
	char *blob = harness_format("%0*d", 2 * BYTES, 0), *text;
	const char *path, *output;
	unsigned int need = 0;

	(void)state;
	text = lint_edit(lint_config(), "\t\tmemory {",
			 harness_format("\t\tnode-update { blob = [%s]; };\n\n\t\tmemory {", blob));
	path = write_text("large.dts", text);
	assert_int_equal(lint_run(&output, LINT(HW, path)), 1);
	path = harness_format("%s:%u: error: /a dtb-window: 0x4000 bytes are too few: the guest's "
			      "tree takes 0x",
			      path, lint_line(text, "dtb-window"));
	if (strncmp(output, path, strlen(path)) != 0)
		fail_msg("expected %s\n%s", path, output);
	assert_int_equal(sscanf(strstr(output, "use "), "use %x or more\n", &need), 1);
	assert_int_equal(need % 0x1000, 0);
	assert_in_range(need, BYTES, BYTES + 0x2000);
	assert_ptr_equal(strchr(output, '\n') + 1, output + strlen(output)); /* and nothing else */
	text = lint_edit(text, "0x0 0x00004000", harness_format("0x0 0x%x", need));
	lint_expect(0, "", LINT("--strict", HW, write_text("fits.dts", text)));
}

/* A line of an included file is named by that file. */
static void finding_in_an_included_file(void **state)
{
	const char *source = write_text("main.dts", lint_edit(lint_config(), "\tb {\n",
							      "/include/ \"b.dtsi\"\n\tb {\n")),
		   *output;
	const char *expected;

	(void)state;
	write_text("b.dtsi", "\n\tc {\n\t\tcompatible = \"partition\";\n\t\tlabel = \"c\";\n"
			     "\t\tcpus = <1 1>;\n\t};\n");
	assert_int_equal(lint_run(&output, LINT(HW, source)), 1);
	expected = harness_format("%s:5: error: /c cpus: core 1 belongs to `a` already",
				  lint_path("b.dtsi"));
	if (!strstr(output, expected))
		fail_msg("expected %s\n%s", expected, output);
}

static void device_whose_registers_are_in_ram(void **state)
{
	size_t size;
	char *text = harness_read_file("tests/fixtures/ppce500.dts", &size);
	const char *hw = write_text("hw.dts", lint_edit(text, "0x0 0x80000000>", "0x10 0x0>"));

	(void)state;
	lint_expect(1, "error: /b/serial device: register range 0xfe0004600 + 0x100 overlaps RAM",
		    LINT("--hw", hw, LINT_CONFIG));
}

/* Write a file, and say that it is loaded at @addr. */
static const char *load(uint32_t addr, const char *name, const void *data, size_t size)
{
	return harness_format("0x%x=%s", addr, lint_write(name, data, size));
}

static void file_longer_than_its_window(void **state)
{
	static const char data[0x100001] = "raw";
	const char *file = load(0x10000000, "guest.img", data, sizeof(data));

	(void)state;
	lint_expect(1, "error: /a guest-image: ", LINT(HW, LINT_CONFIG, "--load", file));
	lint_expect(1,
		    "guest.img has 0x100001 bytes, more than the window of 0x100000; "
		    "use length 0x101000 or more\n",
		    LINT(HW, LINT_CONFIG, "--load", file));
	file = load(0x10000000, "guest.img", data, sizeof(data) - 1);
	lint_expect(0, "", LINT("--strict", HW, LINT_CONFIG, "--load", file));
}

static void put_be32(uint8_t *at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> (24 - 8 * i));
}

/* An ELF executable of one segment of @size bytes at physical @paddr, where it is entered. */
static const char *load_elf(uint32_t paddr, uint32_t size)
{
	static const uint8_t ident[20] = { 0x7f, 'E', 'L', 'F', 1, 2, 1, [16] = 0, 2, 0, 20 };
	static uint8_t elf[0x1000];

	memset(elf, 0, sizeof(elf));
	memcpy(elf, ident, sizeof(ident));
	put_be32(elf + 20, 1);
	put_be32(elf + 24, paddr);
	put_be32(elf + 28, 52); /* program headers */
	elf[41] = 52;
	elf[43] = 32;
	elf[45] = 1;
	put_be32(elf + 52, 1); /* PT_LOAD */
	put_be32(elf + 52 + 4, 0x100);
	put_be32(elf + 52 + 8, paddr);
	put_be32(elf + 52 + 12, paddr);
	put_be32(elf + 52 + 16, 0x100);
	put_be32(elf + 52 + 20, size);
	return load(0x10000000, "guest.elf", elf, sizeof(elf));
}

/* Its headers say where it goes. */
static void elf_that_goes_to_the_wrong_place(void **state)
{
	char *text = lint_edit(lint_config(), "0x10000000  0x0 0x00000000",
			       "0x10000000  0xffffffff 0xffffffff");
	const char *path = write_text("elf.dts", text);

	(void)state;
	lint_expect(0, "", LINT("--strict", HW, path, "--load", load_elf(0x200000, 0x100)));
	lint_expect(1, "guest.elf: image does not fit the guest's memory; change its destination",
		    LINT(HW, path, "--load", load_elf(0x3fff000, 0x2000)));
	lint_expect(1, "error: /a dtb-window: 0x1000000 + 0x4000 overlaps ",
		    LINT(HW, path, "--load", load_elf(0xfff000, 0x2000)));
}

/* A kernel of 256 bytes, loaded at 0x10000000. */
static const char *load_uimage(const char *target, const char *entry)
{
	static const char data[0x100];
	const char *raw = lint_write("raw", data, sizeof(data)), *image = lint_path("image");
	struct stream *mkimage = stream_start(
		STREAM_PIPE, LINT("mkimage", "-A", "ppc", "-O", "linux", "-T", "kernel", "-C",
				  "none", "-a", target, "-e", entry, "-d", raw, image));

	assert_int_equal(stream_expect_end(mkimage), 0);
	return harness_format("0x10000000=%s", image);
}

/* A uImage says itself where it goes and where it is entered. */
static void uimage_that_cannot_be_entered(void **state)
{
	char *text = lint_edit(lint_config(), "0x10000000  0x0 0x00000000",
			       "0x10000000  0xffffffff 0xffffffff");
	const char *path;

	(void)state;
	lint_expect(1, "entry point is outside of what the image loads; rebuild the image",
		    LINT(HW, LINT_CONFIG, "--load", load_uimage("0", "0x3000")));
	text = lint_edit(text, "label = \"a\";",
			 "label = \"a\";\n\t\tinit-map-size = <0x0 0x2000000>;");
	path = write_text("map.dts", text);
	lint_expect(1,
		    "image is entered at 0x3000000, outside of the initial mapping, 0x0 + "
		    "0x2000000; set init-map-paddr or init-map-size",
		    LINT(HW, path, "--load", load_uimage("0x3000000", "0x3000000")));
}

/* 32 MiB of zeros fit the window of 1 MiB, and reach beyond the tree and the root file system. */
static void compressed_image_that_is_larger_than_it_seems(void **state)
{
	const char *image = lint_path("image");
	struct stream *make = stream_start(
		STREAM_PIPE,
		LINT("sh", "-c",
		     harness_format("head -c 33600000 /dev/zero | gzip -9 >%s.gz && mkimage -A ppc "
				    "-O linux -T kernel -C gzip -a 0 -e 0 -d %s.gz %s",
				    image, image, image)));
	const char *load_rootfs = load(0x10200000, "rootfs", "raw", 3);

	(void)state;
	assert_int_equal(stream_expect_end(make), 0);
	image = harness_format("0x10000000=%s", image);
	lint_expect(1, "error: /a dtb-window: 0x1000000 + 0x4000 overlaps ",
		    LINT(HW, LINT_CONFIG, "--load", image));
	lint_expect(1, "rootfs goes to 0x2000000 + 0x100000, over ",
		    LINT(HW, LINT_CONFIG, "--load", image, "--load", load_rootfs));
}

static void uimage_that_is_damaged(void **state)
{
	size_t size;
	char *image = harness_read_file("build/guests/demo.uImage", &size);

	(void)state;
	lint_expect(0, "",
		    LINT("--strict", HW, LINT_CONFIG, "--load",
			 load(0x10000000, "demo.uImage", image, size)));
	lint_expect(
		1, "demo.uImage is cut off: its headers name more bytes; copy it again",
		LINT(HW, LINT_CONFIG, "--load", load(0x10000000, "demo.uImage", image, size - 1)));
	image[size / 2] ^= 1;
	lint_expect(1, "demo.uImage: data CRC does not match; copy the image again",
		    LINT(HW, LINT_CONFIG, "--load", load(0x10000000, "demo.uImage", image, size)));
}

/* Files over each other, and where the hypervisor cannot read them. */
static void files_in_the_wrong_place(void **state)
{
	static const char data[0x2000] = "raw";
	size_t size;
	char *uimage = harness_read_file("build/hv/hv.uImage", &size);
	const char *a = load(0x10000000, "a.img", data, sizeof(data));

	(void)state;
	lint_expect(1, "b.img: error: 0x10001000 + 0x2000 is loaded over ",
		    LINT(HW, LINT_CONFIG, "--load", a, "--load",
			 load(0x10001000, "b.img", data, sizeof(data))));
	lint_expect(0, "c.img: warning: no partition loads from 0x20000000; name it in guest-image",
		    LINT(HW, LINT_CONFIG, "--load", a, "--load",
			 load(0x20000000, "c.img", data, sizeof(data))));
	lint_expect(
		1,
		"source 0x10000000 + 0x100000 runs into the hypervisor's own uImage at 0x10080000; end the window",
		LINT(HW, LINT_CONFIG, "--load", load(0x10080000, "hv.uImage", uimage, size)));
	lint_expect(
		1,
		"source 0x10000000 + 0x100000 runs into the hardware tree at 0x10080000; end the window",
		LINT(HW, LINT_CONFIG, "--load", "0x10080000=" LINT_HW));
	lint_expect(1, "crosses a multiple of 16 MiB; load it at 0x20000000",
		    LINT(HW, LINT_CONFIG, "--load", "0x20fffff8=" LINT_HW));
	lint_expect(1, "a tree at 0x20000004 cannot be read; load it at a multiple of 8",
		    LINT(HW, LINT_CONFIG, "--load", "0x20000004=" LINT_HW));
	lint_expect(1, "lies in the first MiB of hv-memory",
		    LINT(HW, LINT_CONFIG, "--load", "0x80000=" LINT_HW));
	lint_expect(2, "is the second hardware tree",
		    LINT(HW, LINT_CONFIG, "--load", "0x20000000=" LINT_HW, "--load",
			 "0x30000000=" LINT_HW));
	lint_expect(2, "No such file", LINT(HW, LINT_CONFIG, "--load", "0x20000000=/nowhere"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, harness_setup, harness_teardown)

int main(void)
{
	const struct CMUnitTest hvlint_files[] = {
		TEST(clean_tree_gives_nothing),
		TEST(tree_that_does_not_fit_its_window),
		TEST(finding_in_an_included_file),
		TEST(device_whose_registers_are_in_ram),
		TEST(file_longer_than_its_window),
		TEST(elf_that_goes_to_the_wrong_place),
		TEST(uimage_that_cannot_be_entered),
		TEST(compressed_image_that_is_larger_than_it_seems),
		TEST(uimage_that_is_damaged),
		TEST(files_in_the_wrong_place),
	};

	return cmocka_run_group_tests(hvlint_files, NULL, NULL);
}
