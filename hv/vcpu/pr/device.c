/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Loads and stores to registers of a device that share their page with something else, which a
 * mapping would give away: each traps and is done here if it stays inside the registers.
 */
#include "hv/booke/io.h"
#include "hv/booke/tlb.h"
#include "hv/partition/partition.h"
#include "hv/vcpu/pr/pr.h"

struct access {
	unsigned int len; /* 1, 2, 4; 0: not an instruction that is done here */
	unsigned int reg;
	bool store, update, algebraic, reversed;
	uint32_t ea;
};

enum { /* opcodes */
       OP_FIRST =
	       32, /* lwz, lwzu, lbz, lbzu, stw, stwu, stb, stbu, lhz, lhzu, lha, lhau, sth, sthu */
       OP_EXTENDED = 31,
       NUM_FORMS = 14,
       XO_FIRST = 23, /* the same fourteen indexed, 32 apart */
       XO_LWBRX = 534,
       XO_STWBRX = 662,
       XO_LHBRX = 790,
       XO_STHBRX = 918,
};

/* The @form-th of the fourteen. */
static void set_form(struct access *access, unsigned int form)
{
	static const uint8_t lengths[NUM_FORMS / 2] = { 4, 1, 4, 1, 2, 2, 2 };

	if (form >= NUM_FORMS)
		return;
	access->len = lengths[form / 2];
	access->store = (form & 4) != 0;
	access->update = form & 1;
	access->algebraic = form / 2 == 5;
}

static void set_extended(struct access *access, unsigned int xo)
{
	access->reversed = true;
	switch (xo) {
	case XO_LWBRX:
	case XO_STWBRX:
		access->len = 4;
		access->store = xo == XO_STWBRX;
		return;
	case XO_LHBRX:
	case XO_STHBRX:
		access->len = 2;
		access->store = xo == XO_STHBRX;
		return;
	default:
		access->reversed = false;
		if (xo >= XO_FIRST && (xo - XO_FIRST) % 32 == 0)
			set_form(access, (xo - XO_FIRST) / 32);
	}
}

static uint32_t sign_extend(uint32_t halfword)
{
	return ((halfword & 0xffff) ^ 0x8000) - 0x8000;
}

static struct access decode(const struct pr_vcpu *pr, uint32_t insn)
{
	const uint32_t *gpr = pr_frame(pr)->gpr;
	unsigned int op = insn >> 26, ra = insn >> 16 & 31;
	struct access access = { .reg = insn >> 21 & 31, .ea = ra ? gpr[ra] : 0 };

	if (op == OP_EXTENDED) {
		set_extended(&access, insn >> 1 & 0x3ff);
		access.ea += gpr[insn >> 11 & 31];
	} else if (op >= OP_FIRST) {
		set_form(&access, op - OP_FIRST);
		access.ea += sign_extend(insn);
	}
	return access;
}

static uint32_t reverse(const struct access *access, uint32_t value)
{
	if (!access->reversed)
		return value;
	value = __builtin_bswap32(value);
	return access->len == 4 ? value : value >> 16;
}

static void store(const struct access *access, volatile void *reg, uint32_t value)
{
	value = reverse(access, value);
	if (access->len == 1)
		out8(reg, (uint8_t)value);
	else if (access->len == 2)
		out16(reg, (uint16_t)value);
	else
		out32(reg, value);
}

static uint32_t load(const struct access *access, const volatile void *reg)
{
	uint32_t value = access->len == 1 ? in8(reg) : access->len == 2 ? in16(reg) : in32(reg);

	value = reverse(access, value);
	return access->algebraic ? sign_extend(value) : value;
}

void pr_device_access(struct pr_vcpu *pr, uint32_t ea, enum pr_access kind, uint64_t gpa)
{
	struct trap_frame *frame = pr_frame(pr);
	const struct plan_region *region = partition_find_device(pr->vcpu->partition, gpa);
	struct access access;
	volatile void *reg;
	uint32_t insn;

	/* Without the instruction, its translation has just gone: it will be a miss. */
	if (kind != PR_FETCH && !pr_fetch(pr, frame->pc, &insn))
		return;
	if (kind != PR_FETCH)
		access = decode(pr, insn);
	if (kind == PR_FETCH || !region || !access.len ||
	    region->size - (gpa - region->gpa) < access.len) {
		pr_machine_check(pr, pr_mcsr(kind), ea, gpa);
		return;
	}
	if (access.ea != ea || ea & (access.len - 1)) {
		pr_inject_storage(pr, TRAP_ALIGNMENT, kind == PR_STORE ? ESR_ST : 0, ea);
		return;
	}
	reg = tlb_window_io(region->tpa + (gpa - region->gpa));
	if (access.store)
		store(&access, reg, frame->gpr[access.reg]);
	else
		frame->gpr[access.reg] = load(&access, reg);
	if (access.update)
		frame->gpr[insn >> 16 & 31] = ea;
	frame->pc += 4;
}
