/* SPDX-License-Identifier: BSD-2-Clause */
/* Guest memory as gdb sees it, and the trap instructions that stand in it while the vCPUs run. */
#include <string.h>

#include "hv/booke/cache.h"
#include "hv/booke/tlb.h"
#include "hv/debug/internal.h"

enum { PAGE = 4096, TRAP = 0x7fe00008 /* tw 31, 0, 0 */ };

bool breakpoint_copy(struct vcpu *vcpu, uint32_t ea, void *buf, size_t len, bool write)
{
	for (char *at = buf; len;) {
		size_t n = PAGE - ea % PAGE, room;
		uint64_t tpa = vcpu_translate(vcpu, ea, VCPU_DATA);
		void *memory;

		if (tpa == UINT64_MAX)
			return false;
		if (n > len)
			n = len;
		memory = tlb_window(0, tpa, &room);
		memcpy(write ? memory : at, write ? at : memory, n);
		if (write)
			cache_sync_code(memory, n);
		ea += (uint32_t)n;
		at += n;
		len -= n;
	}
	return true;
}

static struct breakpoint *find(struct debug *debug, uint64_t tpa)
{
	for (unsigned int i = 0; i < BREAKPOINTS_MAX; i++)
		if (debug->breakpoints[i].owners && debug->breakpoints[i].tpa == tpa)
			return &debug->breakpoints[i];
	return NULL;
}

uint32_t breakpoint_owners(struct vcpu *vcpu)
{
	const struct breakpoint *breakpoint =
		find(vcpu->debug, vcpu_translate(vcpu, vcpu_pc(vcpu), VCPU_INSTRUCTIONS));

	return breakpoint ? breakpoint->owners : 0;
}

bool breakpoint_insert(struct stub *stub, struct vcpu *vcpu, uint32_t ea)
{
	uint64_t tpa = vcpu_translate(vcpu, ea, VCPU_INSTRUCTIONS);
	struct breakpoint *breakpoint = find(stub->debug, tpa);

	for (unsigned int i = 0; !breakpoint && i < BREAKPOINTS_MAX; i++)
		if (!stub->debug->breakpoints[i].owners)
			breakpoint = &stub->debug->breakpoints[i];
	if (tpa == UINT64_MAX || ea % 4 || !breakpoint)
		return false;
	breakpoint->owners |= stub->bit;
	breakpoint->ea = ea;
	breakpoint->tpa = tpa;
	return true;
}

void breakpoint_remove(struct stub *stub, const uint32_t *ea)
{
	for (unsigned int i = 0; i < BREAKPOINTS_MAX; i++)
		if (!ea || stub->debug->breakpoints[i].ea == *ea)
			stub->debug->breakpoints[i].owners &= ~stub->bit;
}

void breakpoint_place_all(struct debug *debug, bool in)
{
	if (debug->placed == in)
		return;
	debug->placed = in;
	for (unsigned int i = 0; i < BREAKPOINTS_MAX; i++) {
		struct breakpoint *breakpoint = &debug->breakpoints[i];
		uint32_t *memory;
		size_t room;

		if (!breakpoint->owners)
			continue;
		memory = tlb_window(0, breakpoint->tpa, &room);
		if (in)
			breakpoint->original = *memory;
		*memory = in ? TRAP : breakpoint->original;
		cache_sync_code(memory, sizeof(*memory));
	}
}
