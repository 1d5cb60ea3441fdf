/* SPDX-License-Identifier: BSD-2-Clause */
/* Commands that ask the hypervisor for things, allowed or not. */
#include "tests/guests/demo/demo.h"

#include "tests/guests/lib/exception.h"
#include "tests/guests/lib/hcall.h"
#include "tests/guests/lib/print.h"
#include "tests/guests/lib/spr.h"
#include "tests/guests/lib/tlb.h"

enum {
	SPR_MSRP = 311,
	SPR_MAS8 = 341,
	SPR_IVOR38 = 432,
	SPR_UNKNOWN = 1014, /* privileged, and no core has it */
};

void command_hcall(int argc, char **argv)
{
	uint32_t regs[8] = { 0 };
	uint64_t token = 0, value;
	int i;

	for (i = 1; i < argc; i++) {
		if (!parse_number(argv[i], &value) || value > UINT32_MAX) {
			print("%s: not a number of 32 bits\n", argv[i]);
			return;
		}
		if (i == 1)
			token = value;
		else
			regs[i - 2] = (uint32_t)value;
	}
	hcall((uint32_t)token, regs);
	print("hcall %08x: r3=%08x r4=%08x r5=%08x r6=%08x r7=%08x r8=%08x\n", (uint32_t)token,
	      regs[0], regs[1], regs[2], regs[3], regs[4], regs[5]);
}

static void mtspr_lpidr(void)
{
	spr_write(SPR_LPIDR, 0);
}

static void mtspr_msrp(void)
{
	spr_write(SPR_MSRP, 0);
}

static void mtspr_mas8(void)
{
	spr_write(SPR_MAS8, 0);
}

static void mtspr_ivor38(void)
{
	spr_write(SPR_IVOR38, 0);
}

static void mfspr_unknown(void)
{
	spr_read(SPR_UNKNOWN);
}

static void mtspr_unknown(void)
{
	spr_write(SPR_UNKNOWN, 0);
}

static void rfgi(void)
{
	__asm__ volatile(".long 0x4c0000cc" : : : "memory");
}

static void ehpriv(void)
{
	__asm__ volatile(".long 0x7c00021c" : : : "memory");
}

static void illegal(void)
{
	__asm__ volatile(".long 0" : : : "memory");
}

static void trap(void)
{
	__asm__ volatile("trap" : : : "memory");
}

/* Any physical address may be entered into the TLB; what counts is that it leads nowhere. */
static void foreign_load(void)
{
	(void)*(volatile uint32_t *)tlb_map_page(0xfe0004500, false);
}

static void foreign_store(void)
{
	*(volatile uint32_t *)tlb_map_page(0xfe00e00b0, false) = 2;
}

void command_priv(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*attempt)(void);
	} attempts[] = {
		{ "mtspr LPIDR", mtspr_lpidr },
		{ "mtspr MSRP", mtspr_msrp },
		{ "mtspr MAS8", mtspr_mas8 },
		{ "mtspr IVOR38", mtspr_ivor38 },
		{ "mfspr 1014", mfspr_unknown },
		{ "mtspr 1014", mtspr_unknown },
		{ "rfgi", rfgi },
		{ "ehpriv", ehpriv },
		{ "illegal", illegal },
		{ "trap", trap },
		{ "load from the UART", foreign_load },
		{ "store to the reset register", foreign_store },
	};
	size_t i;

	(void)argc;
	(void)argv;
	for (i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++) {
		struct exception exception;

		print("%-28s", attempts[i].name);
		probe_begin();
		attempts[i].attempt();
		if (probe_end(&exception))
			exception_print(&exception);
		else
			print("no exception\n");
	}
}
