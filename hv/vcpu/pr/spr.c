/* SPDX-License-Identifier: BSD-2-Clause */
/* The special purpose registers of a guest in supervisor state (Topaz: the same set). */
#include "hv/booke/spr.h"
#include "hv/vcpu/pr/pr.h"

#define MMUCFG_LPIDSIZE 0x0f000000
/* Ways, smallest and largest page, IPROT and all sizes available, entries. */
#define GUEST_TLB0CFG (PR_TLB0_WAYS << 24 | 1 << 20 | 1 << 16 | PR_TLB0_ENTRIES)
#define GUEST_TLB1CFG (PR_TLB1_ENTRIES << 24 | 1 << 20 | TSIZE_4G << 16 | 0xc000 | PR_TLB1_ENTRIES)
#define L1CSR_ONCE 0x00000502 /* flash invalidate and lock clear: done when read again */

/* A debugger's stub owns the debug registers of its partition (Topaz). */
static uint32_t *debug_register(struct pr_vcpu *pr, uint32_t *reg)
{
	return pr->vcpu->debug ? NULL : reg;
}

/* Registers that only keep what was written: each is a word of struct pr_vcpu. */
static uint32_t *stored(struct pr_vcpu *pr, unsigned int spr)
{
	switch (spr) {
	case SPR_SRR0:
	case SPR_SRR1:
		return &pr->srr[spr - SPR_SRR0];
	case SPR_CSRR0:
	case SPR_CSRR1:
		return &pr->csrr[spr - SPR_CSRR0];
	case SPR_MCSRR0:
	case SPR_MCSRR1:
		return &pr->mcsrr[spr - SPR_MCSRR0];
	case SPR_DSRR0:
	case SPR_DSRR1:
		return &pr->dsrr[spr - SPR_DSRR0];
	case SPR_DEAR:
		return &pr->dear;
	case SPR_ESR:
		return &pr->esr;
	case SPR_IVPR:
		return &pr->ivpr;
	case SPR_SPRG0:
	case SPR_SPRG1:
	case SPR_SPRG2:
		return &pr->sprg[spr - SPR_SPRG0];
	case SPR_SPRG8:
	case SPR_SPRG9:
		return &pr->sprg[8 + spr - SPR_SPRG8];
	case SPR_MAS0:
		return &pr->mas0;
	case SPR_MAS1:
		return &pr->mas1;
	case SPR_MAS2:
		return &pr->mas2;
	case SPR_MAS3:
		return &pr->mas3;
	case SPR_MAS4:
		return &pr->mas4;
	case SPR_MAS6:
		return &pr->mas6;
	case SPR_MAS7:
		return &pr->mas7;
	case SPR_HID0:
		return &pr->hid0;
	case SPR_L2CSR0:
		return &pr->l2csr0;
	case SPR_L2CSR1:
		return &pr->l2csr1;
	case SPR_DBCR0:
		return debug_register(pr, &pr->dbcr0);
	case SPR_DBCR1:
		return debug_register(pr, &pr->dbcr1);
	case SPR_DBCR2:
		return debug_register(pr, &pr->dbcr2);
	case SPR_IAC1:
	case SPR_IAC2:
		return debug_register(pr, &pr->iac[spr - SPR_IAC1]);
	case SPR_DAC1:
	case SPR_DAC2:
		return debug_register(pr, &pr->dac[spr - SPR_DAC1]);
	default:
		break;
	}
	if (spr >= SPR_IVOR0 && spr <= SPR_IVOR15)
		return &pr->ivor[spr - SPR_IVOR0];
	if (spr >= SPR_IVOR32 && spr <= SPR_IVOR37)
		return &pr->ivor[32 + spr - SPR_IVOR32];
	return NULL;
}

bool pr_mfspr(struct pr_vcpu *pr, unsigned int spr, uint32_t *value)
{
	const uint32_t *reg = stored(pr, spr);

	if (reg) {
		*value = *reg;
		return true;
	}
	switch (spr) {
	case SPR_SPRG3:
		*value = mfspr(SPR_SPRG3);
		return true;
	case SPR_SPRG4:
		*value = mfspr(SPR_SPRG4);
		return true;
	case SPR_SPRG5:
		*value = mfspr(SPR_SPRG5);
		return true;
	case SPR_SPRG6:
		*value = mfspr(SPR_SPRG6);
		return true;
	case SPR_SPRG7:
		*value = mfspr(SPR_SPRG7);
		return true;
	case SPR_PID:
		*value = pr->pid;
		return true;
	case SPR_PIR:
		*value = pr->vcpu->num;
		return true;
	case SPR_PVR:
		*value = mfspr(SPR_PVR);
		return true;
	case SPR_SVR:
		*value = mfspr(SPR_SVR);
		return true;
	case SPR_MMUCFG:
		*value = mfspr(SPR_MMUCFG) & ~(uint32_t)MMUCFG_LPIDSIZE;
		return true;
	case SPR_TLB0CFG:
		*value = GUEST_TLB0CFG;
		return true;
	case SPR_TLB1CFG:
		*value = GUEST_TLB1CFG;
		return true;
	case SPR_L1CFG0:
		*value = mfspr(SPR_L1CFG0);
		return true;
	case SPR_L1CFG1:
		*value = mfspr(SPR_L1CFG1);
		return true;
	case SPR_L2CFG0: /* the guest has no L2 cache to manage */
	case SPR_BUCSR:
	case SPR_MMUCSR0:
		*value = 0;
		return true;
	case SPR_L1CSR0:
		*value = pr->l1csr0;
		return true;
	case SPR_L1CSR1:
		*value = pr->l1csr1;
		return true;
	case SPR_DEC:
		*value = pr_timer_read_dec(pr);
		return true;
	case SPR_TSR:
		*value = pr_timer_read_tsr(pr);
		return true;
	case SPR_TCR:
		*value = pr->timers.tcr;
		return true;
	case SPR_DBSR:
		*value = pr->dbsr;
		return !pr->vcpu->debug;
	case SPR_MCSR:
		*value = pr->mcsr;
		return true;
	case SPR_MCAR:
		*value = pr->mcar;
		return true;
	case SPR_MCARU:
		*value = pr->mcaru;
		return true;
	case SPR_EPR:
		*value = pr->epr;
		return true;
	case SPR_TBL:
		*value = mfspr(SPR_TBL_USER);
		return true;
	case SPR_TBU:
		*value = mfspr(SPR_TBU_USER);
		return true;
	default:
		return false;
	}
}

bool pr_mtspr(struct pr_vcpu *pr, unsigned int spr, uint32_t value)
{
	uint32_t *reg = stored(pr, spr);

	if (reg) {
		*reg = value;
		return true;
	}
	switch (spr) {
	/* What problem state can read without a trap is kept in the hardware. */
	case SPR_SPRG3:
		mtspr(SPR_SPRG3, value);
		return true;
	case SPR_SPRG4:
		mtspr(SPR_SPRG4, value);
		return true;
	case SPR_SPRG5:
		mtspr(SPR_SPRG5, value);
		return true;
	case SPR_SPRG6:
		mtspr(SPR_SPRG6, value);
		return true;
	case SPR_SPRG7:
		mtspr(SPR_SPRG7, value);
		return true;
	case SPR_PID:
		pr->pid = value & 0xff;
		pr_shadow_switch(pr);
		return true;
	case SPR_MMUCSR0:
		pr_tlb_flash(pr, value);
		return true;
	case SPR_L1CSR0:
		pr->l1csr0 = value & ~(uint32_t)L1CSR_ONCE;
		return true;
	case SPR_L1CSR1:
		pr->l1csr1 = value & ~(uint32_t)L1CSR_ONCE;
		return true;
	case SPR_BUCSR: /* branch prediction is the hypervisor's business; flushing it is always
			   allowed */
		return true;
	case SPR_DEC:
		pr_timer_write_dec(pr, value);
		return true;
	case SPR_DECAR:
		pr_timer_write_decar(pr, value);
		return true;
	case SPR_TCR:
		pr_timer_write_tcr(pr, value);
		return true;
	case SPR_TSR:
		pr_timer_write_tsr(pr, value);
		return true;
	case SPR_DBSR:
		pr->dbsr &= ~value;
		return !pr->vcpu->debug;
	case SPR_MCSR:
		pr->mcsr &= ~value;
		return true;
	default:
		return false;
	}
}
