// SPDX-License-Identifier: BSD-2-Clause
/*
 * What leaving a guest costs, in instructions: the same figures on every machine, because QEMU
 * counts instructions instead of time.  They are compared with costs.txt, so that whoever makes a
 * path longer does so knowingly.
 */
#include "tests/system/harness.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	TOLERANCE_PERCENT = 5,
	NS_PER_INSTRUCTION = 16, /* -icount shift=4 */
};

static const char started[] = ": p1: starting";
static const char expected_path[] = "tests/system/costs.txt";

/* The figure that stands behind @name in costs.txt. */
static unsigned long expected_cost(const char *name)
{
	size_t size;
	char *text = harness_read_file(expected_path, &size), *line;
	char entry[32];
	unsigned long cost;

	while ((line = strsep(&text, "\n")))
		if (sscanf(line, "%31s %lu", entry, &cost) == 2 && strcmp(entry, name) == 0)
			return cost;
	fail_msg("%s says nothing about %s", expected_path, name);
	return 0;
}

/* @note: what else is worth knowing. */
static unsigned int compare(const char *name, unsigned long cost, const char *note)
{
	unsigned long expected = expected_cost(name);
	bool too_much = cost * 100 > expected * (100 + TOLERANCE_PERCENT);

	print_message("# %-14s %9lu, %9lu expected%s%s\n", name, cost, expected, note,
		      too_much ? ": TOO MUCH" : "");
	return too_much;
}

/* The log's clock, in microseconds, at the line with @text behind *@log, which moves behind it. */
static unsigned long logged_at(const char **log, const char *text)
{
	const char *line = strstr(*log, text);
	unsigned long seconds, micros;

	assert_non_null(line);
	*log = line + strlen(text);
	while (line[-1] != ' ')
		line--;
	assert_int_equal(sscanf(line, "%lu.%lu", &seconds, &micros), 2);
	return seconds * 1000000 + micros;
}

static void test_exits_cost_what_they_did(void **state)
{
	static const char *const options[] = {
		"--kernel-boot",	  "--cpus",	"2",	   "--config",
		"tests/system/costs.dts", "--qemu-arg", "-icount", "--qemu-arg",
		"shift=4,sleep=off",	  NULL
	};
	unsigned int figures = 0, regressions = 0;
	unsigned long boot, stopped, kib;
	struct machine machine;
	struct stream *hv, *p1;
	const char *log;
	size_t size;

	(void)state;
	machine_boot(&machine, options);
	p1 = machine_attach(&machine, 1);
	machine_command(p1, "p1> ", "cost", "cost: interrupt");

	for (const char *at = p1->text; (at = strstr(at, "cost: ")); at++) {
		char name[32];
		unsigned long mean, least, worst;

		if (sscanf(at, "cost: %31s mean %lu least %lu worst %lu", name, &mean, &least,
			   &worst) == 4) {
			regressions += compare(
				name, least, harness_format("; mean %lu, worst %lu", mean, worst));
			figures++;
		}
	}
	assert_true(figures >= 16);
	hv = machine_attach(&machine, 0);
	machine_command(hv, "HV> ", "restart p1", started);
	log = machine_expect_log(&machine, 0, hv->text,
				 (size_t)(strstr(hv->text, started) - hv->text), &size);
	assert_int_equal(sscanf(strstr(log, "channels, "), "channels, %lu KiB", &kib), 1);
	regressions += compare("memory", kib, " KiB of hypervisor memory");
	boot = logged_at(&log, started);
	regressions += compare("boot", boot * 1000 / NS_PER_INSTRUCTION, "");
	stopped = logged_at(&log, ": p1: stopped");
	regressions += compare(
		"restart", (logged_at(&log, started) - stopped) * 1000 / NS_PER_INSTRUCTION, "");
	machine_stop(&machine, SIGTERM, 0);
	assert_int_equal(regressions, 0);
}

static uint32_t be32(const char *at)
{
	const uint8_t *byte = (const uint8_t *)at;

	return (uint32_t)byte[0] << 24 | (uint32_t)byte[1] << 16 | (uint32_t)byte[2] << 8 | byte[3];
}

/* Text, constants and initialised data: what the segments of the ELF file fill. */
static void test_image_does_not_grow(void **state)
{
	enum { PHOFF = 28, PHNUM = 44, PH_SIZE = 32, FILESZ = 16 };
	size_t size, image = 0;
	const char *elf = harness_read_file("build/hv/hv.elf", &size);
	const char *header = elf + be32(elf + PHOFF);

	(void)state;
	for (unsigned int i = be32(elf + PHNUM) >> 16; i > 0; i--, header += PH_SIZE)
		image += be32(header + FILESZ);
	assert_true(image > 0);
	assert_int_equal(compare("image", image, " bytes"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_exits_cost_what_they_did, harness_setup,
						harness_teardown),
		cmocka_unit_test_setup_teardown(test_image_does_not_grow, harness_setup,
						harness_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
