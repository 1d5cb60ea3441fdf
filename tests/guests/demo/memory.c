/* SPDX-License-Identifier: BSD-2-Clause */
/* Commands that touch guest physical memory, whether it is there or not. */
#include "tests/guests/demo/demo.h"

#include "tests/guests/lib/exception.h"
#include "tests/guests/lib/print.h"
#include "tests/guests/lib/spr.h"
#include "tests/guests/lib/tlb.h"

static bool parse_address(const char *text, uint64_t *address)
{
	if (parse_number(text, address) && !(*address & 3) && *address < (uint64_t)1 << 36)
		return true;
	print("%s: an address is a multiple of 4 below 0x1000000000\n", text);
	return false;
}

void command_peek(int argc, char **argv)
{
	volatile uint32_t *word;
	struct exception exception;
	uint64_t address;
	uint32_t value;

	(void)argc;
	if (!parse_address(argv[1], &address))
		return;
	word = tlb_map_page(address, facts_is_memory(address));
	probe_begin();
	value = *word;
	if (probe_end(&exception))
		exception_print(&exception);
	else
		print("%09llx: %08x\n", (unsigned long long)address, value);
}

void command_poke(int argc, char **argv)
{
	volatile uint32_t *word;
	struct exception exception;
	uint64_t address, value = 0xdeadbeef;

	if (!parse_address(argv[1], &address))
		return;
	if (argc > 2 && (!parse_number(argv[2], &value) || value > UINT32_MAX)) {
		print("%s: a value is a number of 32 bits\n", argv[2]);
		return;
	}
	word = tlb_map_page(address, facts_is_memory(address));
	probe_begin();
	*word = (uint32_t)value;
	__asm__ volatile("msync" : : : "memory");
	if (probe_end(&exception))
		exception_print(&exception);
	else
		print("%09llx: wrote %08x\n", (unsigned long long)address, (uint32_t)value);
}

void command_jump(int argc, char **argv)
{
	void (*volatile function)(void);
	struct exception exception;
	uint64_t address;

	(void)argc;
	if (!parse_address(argv[1], &address))
		return;
	function = (void (*)(void))tlb_map_page(address, facts_is_memory(address));
	probe_begin();
	function();
	if (probe_end(&exception))
		exception_print(&exception);
	else
		print("%09llx: came back\n", (unsigned long long)address);
}

void command_mce(int argc, char **argv)
{
	bool on = !strcmp(argv[1], "on");

	(void)argc;
	if (!on && strcmp(argv[1], "off")) {
		print("usage: mce on|off\n");
		return;
	}
	msr_write(on ? msr_read() | MSR_ME : msr_read() & ~(uint32_t)MSR_ME);
	print("mce: machine checks %s\n", on ? "are taken" : "stop the partition");
}
