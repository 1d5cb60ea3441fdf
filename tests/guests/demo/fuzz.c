/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command fuzz: hypercalls with random arguments, the same for the same seed.  Whatever they
 * answer, no register may come back with what looks like an address of the hypervisor's, and no
 * property may come with a byte behind its end.
 */
#include "tests/guests/demo/demo.h"

#include "tests/guests/lib/hcall.h"
#include "tests/guests/lib/print.h"

enum {
	SCRATCH = 0x800000, /* guest physical, and effective; the guest has nothing there */
	SCRATCH_SIZE = 0x400000,
	STRINGS = 64, /* that are in it, PAGE_SIZE apart */
	PAGE = 4096,
	LISTS = SCRATCH + SCRATCH_SIZE / 2,
	PATTERN = 0xa5,
	HANDLES = 90,
	HV_BEGIN = 0x80000000u, /* where the hypervisor's own addresses are */
	HV_SPAN = 0x32000000,
};

static uint32_t state;

static uint32_t random(void)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

static const char *const words[] = {
	"/",	    "/chosen",	  "/hypervisor", "/cpus/cpu@0", "/a/b/c/d", "bootargs",
	"label",    "compatible", "reg",	 "a//b",	"",	    "/memory@0",
	"guest-id", "/x/",	  "\1bad",	 "delete-node",
};

enum { NUM_WORDS = sizeof(words) / sizeof(words[0]) };

/* Strings, and lists of copies that stay within the scratch memory or are wrong. */
static void fill_scratch(void)
{
	uint64_t *list = (uint64_t *)(uintptr_t)LISTS;

	memset((void *)(uintptr_t)SCRATCH, PATTERN, SCRATCH_SIZE);
	for (uint32_t i = 0; i < STRINGS; i++) {
		const char *word = words[random() % NUM_WORDS];

		memcpy((char *)(uintptr_t)SCRATCH + i * PAGE, word, strlen(word) + 1);
	}
	for (unsigned int i = 0; i < 128; i++, list += 4) {
		list[0] = SCRATCH + SCRATCH_SIZE * 3 / 4 + random() % 0x10000;
		list[1] = SCRATCH + SCRATCH_SIZE * 3 / 4 + random() % 0x10000;
		list[2] = random() % 0x4000;
		if (random() % 16 == 0)
			list[random() % 3] = (uint64_t)random() << 32 | random();
	}
}

static uint32_t random_address(void)
{
	switch (random() % 8) {
	case 0:
		return random() | 0x40000000; /* where no memory is */
	case 1:
		return LISTS + random() % 128 * 32;
	default:
		return SCRATCH + random() % STRINGS * PAGE + (random() % 8 ? 0 : random() % PAGE);
	}
}

static uint32_t random_argument(void)
{
	switch (random() % 8) {
	case 0:
		return random();
	case 1:
		return random() % 4;
	case 2:
		return HCALL_SELF;
	case 3:
	case 4:
		return random() % HANDLES;
	case 5:
		return random() % 256;
	default:
		return random_address();
	}
}

/* What would end this life, sleep, or take the console from whoever reads the result. */
static bool is_left_out(uint32_t token, const uint32_t *regs)
{
	uint32_t number = HCALL_NUMBER(token);

	switch (HCALL_VENDOR(token)) {
	case HCALL_VENDOR_LOCAL:
	case HCALL_VENDOR_EPAPR:
		return number == EPAPR_HCALL_IDLE || regs[0] - 64 < 3;
	case HCALL_VENDOR_FREESCALE:
		return ((number == FSL_HCALL_PARTITION_STOP ||
			 number == FSL_HCALL_PARTITION_RESTART) &&
			(regs[0] == HCALL_SELF || regs[0] == facts.guest_id)) ||
		       (number == FSL_HCALL_SEND_NMI && regs[0] & 1);
	default:
		return false;
	}
}

static uint32_t prepare(uint32_t regs[8])
{
	uint32_t token = HCALL_TOKEN(random() % 8 ? 1 + random() % 2 : random() % 4,
				     random() % 64 ? random() % 24 : random());

	for (unsigned int i = 0; i < 8; i++)
		regs[i] = random_argument();
	/* Biased to what gets far. */
	if (token == HCALL_FSL(FSL_HCALL_PARTITION_MEMCPY)) {
		regs[2] = LISTS + random() % 136 * 32;
		regs[3] = random() % 8 == 0;
		regs[4] %= 132;
	} else if (HCALL_VENDOR(token) == HCALL_VENDOR_FREESCALE && HCALL_NUMBER(token) < 4) {
		for (unsigned int i = 1; i < 7; i += 2) {
			regs[i] = random() % 16 == 0;
			regs[i + 1] = random_address();
		}
		if (token == HCALL_FSL(FSL_HCALL_ERR_GET_INFO))
			regs[1] = random();
		regs[7] = random() % 8 ? random() % 64 : random();
	}
	return token;
}

static bool leaks(uint32_t token, const uint32_t *in, const uint32_t *out)
{
	for (unsigned int i = 1; i < 8; i++)
		if (out[i] != in[i] && out[i] - HV_BEGIN < HV_SPAN &&
		    token != HCALL_EPAPR(EPAPR_HCALL_BYTE_CHANNEL_RECEIVE))
			return true;
	return false;
}

/* A property into a page of its own, which has nothing behind it. */
static bool spills(void)
{
	uint8_t *page = (uint8_t *)(uintptr_t)(SCRATCH + STRINGS * PAGE);
	uint32_t regs[8] = { HCALL_SELF,
			     0,
			     SCRATCH + random() % STRINGS * PAGE,
			     0,
			     SCRATCH + random() % STRINGS * PAGE,
			     0,
			     (uint32_t)(uintptr_t)page,
			     random() % 300 };
	uint32_t room = regs[7], status, len;

	memset(page, PATTERN, 512);
	status = hcall(HCALL_FSL(FSL_HCALL_PARTITION_GET_DTPROP), regs);
	len = status ? 0 : regs[1];
	if (len > room)
		return true;
	for (; len < 512; len++)
		if (page[len] != PATTERN)
			return true;
	return false;
}

void command_fuzz(int argc, char **argv)
{
	uint32_t answers[16] = { 0 }, before[8], regs[8], bad = 0;
	uint64_t seed, count, n;

	(void)argc;
	if (!parse_number(argv[1], &seed) || !parse_number(argv[2], &count)) {
		print("fuzz: not a number\n");
		return;
	}
	state = (uint32_t)seed | 1;
	for (n = 0; n < count; n++) {
		uint32_t token;

		if (n % 4096 == 0)
			fill_scratch();
		token = prepare(regs);
		if (is_left_out(token, regs))
			continue;
		memcpy(before, regs, sizeof(regs));
		answers[hcall(token, regs) & 15]++;
		if (leaks(token, before, regs)) {
			print("fuzz: %08x leaks %08x %08x %08x\n", token, regs[1], regs[2],
			      regs[3]);
			bad++;
		}
		if (n % 64 == 0 && spills())
			bad++;
	}
	print("fuzz: %llu calls, %u bad; answers", (unsigned long long)n, bad);
	for (unsigned int i = 0; i < 16; i++)
		print(" %u", answers[i]);
	print("\n");
}
