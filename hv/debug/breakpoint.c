/* SPDX-License-Identifier: BSD-2-Clause */
/* Guest memory as gdb sees it, and the trap instructions in it. */
#include <string.h>

#include "hv/booke/cache.h"
#include "hv/booke/tlb.h"
#include "hv/debug/internal.h"

static const uint8_t trap_instruction[4] = { 0x7f, 0xe0, 0x00, 0x08 }; /* tw 31, 0, 0 */

static void write_memory(uint64_t tpa, const void *buf, size_t len)
{
	size_t room;
	void *at = tlb_window(0, tpa, &room);

	memcpy(at, buf, len);
	cache_sync_code(at, len);
}

void breakpoint_write(const struct breakpoint *breakpoint, bool trap)
{
	write_memory(breakpoint->tpa, trap ? trap_instruction : breakpoint->original, 4);
}

/* Where a copy to or from @tpa meets a breakpoint, it is the original that counts. */
static void patch(struct debug *debug, uint64_t tpa, uint8_t *buf, size_t len, bool write)
{
	for (unsigned int i = 0; i < 4 * BREAKPOINTS_MAX; i++) {
		struct breakpoint *breakpoint = &debug->breakpoints[i / 4];
		uint64_t offset = breakpoint->tpa + i % 4 - tpa;

		if (!breakpoint->owners || offset >= len)
			continue;
		if (write) {
			breakpoint->original[i % 4] = buf[offset];
			buf[offset] = trap_instruction[i % 4];
		} else {
			buf[offset] = breakpoint->original[i % 4];
		}
	}
}

bool breakpoint_copy(struct vcpu *vcpu, uint32_t ea, uint8_t *buf, size_t len, bool write)
{
	enum { PAGE = 4096 };

	while (len) {
		size_t n = PAGE - ea % PAGE, room;
		uint64_t tpa = vcpu_translate(vcpu, ea, VCPU_DATA);

		if (n > len)
			n = len;
		if (tpa == UINT64_MAX)
			return false;
		if (!write)
			memcpy(buf, tlb_window(0, tpa, &room), n);
		patch(vcpu->debug, tpa, buf, n, write);
		if (write)
			write_memory(tpa, buf, n);
		ea += (uint32_t)n;
		buf += n;
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

struct breakpoint *breakpoint_at(struct vcpu *vcpu)
{
	uint64_t tpa = vcpu_translate(vcpu, vcpu_pc(vcpu), VCPU_INSTRUCTIONS);

	return find(vcpu->debug, tpa);
}

bool breakpoint_insert(struct stub *stub, struct vcpu *vcpu, uint32_t ea)
{
	struct debug *debug = stub->debug;
	uint64_t tpa = vcpu_translate(vcpu, ea, VCPU_INSTRUCTIONS);
	struct breakpoint *breakpoint, *end = debug->breakpoints + BREAKPOINTS_MAX;
	size_t room;

	if (tpa == UINT64_MAX || ea % 4)
		return false;
	lock_acquire(&debug->lock);
	breakpoint = find(debug, tpa);
	if (!breakpoint) {
		for (breakpoint = debug->breakpoints; breakpoint < end && breakpoint->owners;)
			breakpoint++;
		if (breakpoint < end) {
			*breakpoint = (struct breakpoint){ .ea = ea, .tpa = tpa };
			memcpy(breakpoint->original, tlb_window(0, tpa, &room), 4);
			breakpoint_write(breakpoint, true);
		}
	}
	if (breakpoint < end)
		breakpoint->owners |= stub->bit;
	lock_release(&debug->lock);
	return breakpoint < end;
}

void breakpoint_remove(struct debug *debug, uint32_t owners, const uint32_t *ea)
{
	for (unsigned int i = 0; i < BREAKPOINTS_MAX; i++) {
		struct breakpoint *breakpoint = &debug->breakpoints[i];

		if (!(breakpoint->owners & owners) || (ea && breakpoint->ea != *ea))
			continue;
		breakpoint->owners &= ~owners;
		if (!breakpoint->owners)
			breakpoint_write(breakpoint, false);
	}
}
