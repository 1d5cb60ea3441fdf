/* SPDX-License-Identifier: BSD-2-Clause */
/* Commands of a partition that manages others: their memory, their trees, their lives. */
#include "tests/guests/demo/demo.h"

#include "tests/guests/lib/exception.h"
#include "tests/guests/lib/hcall.h"
#include "tests/guests/lib/irq.h"
#include "tests/guests/lib/print.h"
#include "tests/guests/lib/spr.h"
#include "tests/guests/lib/timer.h"
#include "protocol/hcall_error.h"

#define MCSR_MCP 0x80000000 /* the hypervisor: there is an error to read */

enum { MAX_COPIES = 8, VALUE_ROOM = 256, WAIT_SECONDS = 10 };

struct copy {
	uint64_t from, to, size, reserved;
} __attribute__((aligned(32)));

static struct copy copies[MAX_COPIES];
static volatile uint32_t told; /* of errors; written by the handler only */
static char value[VALUE_ROOM + 1];
static struct hcall_error record;

static uint32_t low(const void *p)
{
	return (uint32_t)(uintptr_t)p;
}

/* The numbers of a command line; false, after saying so, when one is none. */
static bool parse(char **words, int count, uint64_t *numbers)
{
	for (int i = 0; i < count; i++) {
		if (!strcmp(words[i], "self")) {
			numbers[i] = HCALL_SELF;
		} else if (!parse_number(words[i], &numbers[i])) {
			print("%s: not a number\n", words[i]);
			return false;
		}
	}
	return true;
}

void command_copy(int argc, char **argv)
{
	uint64_t numbers[2 + 3 * MAX_COPIES];
	int entries = (argc - 3) / 3;
	uint32_t regs[8];

	if ((argc - 3) % 3 || entries > MAX_COPIES) {
		print("copy: a source, a destination and a size each, 8 times at most\n");
		return;
	}
	if (!parse(argv + 1, argc - 1, numbers))
		return;
	for (int i = 0; i < entries; i++)
		copies[i] = (struct copy){ numbers[2 + 3 * i], numbers[3 + 3 * i],
					   numbers[4 + 3 * i], 0 };
	regs[0] = (uint32_t)numbers[0];
	regs[1] = (uint32_t)numbers[1];
	regs[2] = low(copies);
	regs[3] = 0;
	regs[4] = (uint32_t)entries;
	print("copy: status %u\n", hcall(HCALL_FSL(FSL_HCALL_PARTITION_MEMCPY), regs));
}

void command_same(int argc, char **argv)
{
	uint64_t numbers[3];

	(void)argc;
	if (parse(argv + 1, 3, numbers))
		print("same: %s\n", memcmp((const void *)(uintptr_t)numbers[0],
					   (const void *)(uintptr_t)numbers[1], (size_t)numbers[2])
					    ? "NO"
					    : "yes");
}

void command_prop(int argc, char **argv)
{
	bool set = argc > 4;
	uint64_t handle;
	uint32_t regs[8], status;

	if (!parse(argv + 1, 1, &handle))
		return;
	memset(value, '#', VALUE_ROOM);
	regs[0] = (uint32_t)handle;
	regs[1] = regs[3] = regs[5] = 0;
	regs[2] = low(argv[2]);
	regs[4] = low(argv[3]);
	regs[6] = set ? low(argv[4]) : low(value);
	regs[7] = set ? (uint32_t)strlen(argv[4]) + 1 : VALUE_ROOM;
	status = hcall(set ? HCALL_FSL(FSL_HCALL_PARTITION_SET_DTPROP)
			   : HCALL_FSL(FSL_HCALL_PARTITION_GET_DTPROP),
		       regs);
	print("prop: status %u", status);
	if (!set && !status)
		print(", %u bytes, then %c: %s", regs[1], value[regs[1]], value);
	print("\n");
}

static void ignore(void)
{
}

void command_listen(int argc, char **argv)
{
	uint64_t handle;

	(void)argc;
	if (parse(argv + 1, 1, &handle))
		print("listen: %s\n",
		      irq_attach_handle((uint32_t)handle, 0, ignore) ? "yes" : "refused");
}

void command_heard(int argc, char **argv)
{
	uint64_t handle;

	(void)argc;
	if (parse(argv + 1, 1, &handle))
		print("heard: %u\n", irq_count((uint32_t)handle));
}

/* Something is in the error manager's queue; the interrupted code has no part in it. */
static bool on_machine_check(struct frame *frame)
{
	(void)frame;
	if (spr_read(SPR_MCSR) != MCSR_MCP)
		return false;
	spr_write(SPR_MCSR, MCSR_MCP);
	told++;
	return true;
}

void errors_init(void)
{
	exception_set_handler(VECTOR_MACHINE_CHECK, on_machine_check);
}

void command_errors(int argc, char **argv)
{
	uint32_t regs[8], status;
	uint64_t handle;

	if (!parse(argv + 1, 1, &handle))
		return;
	for (unsigned int n = 0;; n++) {
		regs[0] = (uint32_t)handle;
		regs[1] = sizeof(record);
		regs[2] = 0;
		regs[3] = low(&record);
		regs[4] = argc > 2;
		status = hcall(HCALL_FSL(FSL_HCALL_ERR_GET_INFO), regs);
		if (status) {
			print("errors: status %u after %u, told %u times\n", status, n, told);
			return;
		}
		print("%s: %s of partition %u, %s, %s: gpa %llx ea %08x pc %08x msr %08x "
		      "syndrome %08x, %u lost before\n",
		      record.domain, record.error, record.partition, record.hv_path,
		      record.guest_path, (unsigned long long)record.gpa, record.ea, record.pc,
		      record.msr, record.syndrome, record.lost);
		if (argc > 2)
			return;
	}
}

static uint32_t status_of(uint32_t handle)
{
	uint32_t regs[8] = { handle };

	return hcall(HCALL_FSL(FSL_HCALL_PARTITION_GET_STATUS), regs) ? UINT32_MAX : regs[1];
}

static bool wait_until_runs(uint32_t handle)
{
	uint64_t end = timer_now() + (uint64_t)timer_frequency() * WAIT_SECONDS;

	while (status_of(handle) != FSL_PARTITION_RUNNING)
		if (timer_now() > end)
			return false;
	return true;
}

void command_restarts(int argc, char **argv)
{
	uint64_t numbers[2];
	unsigned int n = 0;

	(void)argc;
	if (!parse(argv + 1, 2, numbers))
		return;
	for (; n < numbers[1]; n++) {
		uint32_t regs[8] = { (uint32_t)numbers[0] };

		if (!wait_until_runs((uint32_t)numbers[0]) ||
		    hcall(HCALL_FSL(FSL_HCALL_PARTITION_RESTART), regs))
			break;
	}
	print("restarts: %u, then %s\n", n,
	      wait_until_runs((uint32_t)numbers[0]) ? "running" : "NOT running");
}
