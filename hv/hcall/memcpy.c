/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PARTITION_MEMCPY.  The guest's core copies a few pages at a time and looks up between, so that
 * the partition can be stopped, and interrupts of the hypervisor's are served: a long copy holds up
 * nobody but who asked for it.
 */
#include <string.h>

#include "hv/booke/cache.h"
#include "hv/booke/core.h"
#include "hv/booke/tlb.h"
#include "hv/hcall/hcall.h"
#include "hv/partition/memory.h"
#include "hv/partition/partition.h"

enum {
	PAGE = 4096,	   /* memory is contiguous within */
	PIECES = 16,	   /* of at most a page, between two looks */
	MAX_ENTRIES = 128, /* Topaz: a page of them */
};

/* As the guest has it in its list. */
struct entry {
	uint64_t from, to; /* guest physical */
	uint64_t size;	   /* bytes */
	uint64_t reserved;
};

/* The first entry of the list that is left, if it is right. */
static bool read_entry(const struct vcpu *vcpu, struct entry *entry)
{
	const struct vcpu_copy *copy = &vcpu->copy;

	return memory_access(vcpu->partition, copy->list, MEMORY_READ, entry, sizeof(*entry)) ==
		       sizeof(*entry) &&
	       memory_has(copy->from, entry->from, entry->size) &&
	       memory_has(copy->to, entry->to, entry->size);
}

static uint64_t to_tpa(const struct partition *partition, uint64_t gpa)
{
	uint64_t left;

	return plan_gpa_to_tpa(&plan, partition->index, gpa, &left);
}

/* Does what is copied first, from the start on, lie where it will be read later? */
static bool goes_backwards(const struct vcpu_copy *copy, const struct entry *entry)
{
	if (copy->from == copy->to)
		return entry->to > entry->from;
	return to_tpa(copy->to, entry->to) > to_tpa(copy->from, entry->from);
}

static void copy_piece(const struct vcpu_copy *copy, uint64_t from_gpa, uint64_t to_gpa, size_t n)
{
	uint64_t from_tpa = to_tpa(copy->from, from_gpa), target = to_tpa(copy->to, to_gpa);
	size_t room;
	char *from = tlb_window(0, from_tpa, &room), *to;

	/* What overlaps shares a page: then both are seen in one window, and memmove() can tell. */
	if ((from_tpa ^ target) < HV_WINDOW_SIZE)
		to = from + (int32_t)(target - from_tpa);
	else
		to = tlb_window(1, target, &room);
	memmove(to, from, n);
	cache_sync_code(to, n);
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Bytes from @gpa on, or before it, in its page. */
static size_t in_page(uint64_t gpa, bool before)
{
	return before ? (size_t)((gpa - 1) % PAGE) + 1 : (size_t)(PAGE - gpa % PAGE);
}

static void copy_some(struct vcpu_copy *copy, const struct entry *entry)
{
	bool back = goes_backwards(copy, entry);
	uint64_t left = entry->size - copy->done;
	uint64_t at = back ? left : copy->done; /* next: what is before, or what follows */
	size_t n = least(in_page(entry->from + at, back), in_page(entry->to + at, back));

	if (n > left)
		n = (size_t)left;
	if (back)
		at -= n;
	copy_piece(copy, entry->from + at, entry->to + at, n);
	copy->done += n;
}

void hcall_memcpy_continue(struct vcpu *vcpu)
{
	struct vcpu_copy *copy = &vcpu->copy;

	for (unsigned int i = 0; i < PIECES && copy->entries; i++) {
		struct entry entry;

		/* The guest may have changed its list meanwhile. */
		if (!read_entry(vcpu, &entry)) {
			vcpu->core->guest.gpr[3] = EV_EFAULT;
			copy->entries = 0;
		} else if (copy->done < entry.size) {
			copy_some(copy, &entry);
		} else {
			copy->list += sizeof(entry);
			copy->done = 0;
			copy->entries--;
		}
	}
	/* Look up: the core has an interrupt waiting, with whatever else waits. */
	core_kick(vcpu->core->hwid);
}

uint32_t hcall_partition_memcpy(struct vcpu *vcpu, uint32_t *regs)
{
	struct vcpu_copy *copy = &vcpu->copy;
	struct vcpu_copy call = {
		.from = partition_find(vcpu->partition, regs[R3]),
		.to = partition_find(vcpu->partition, regs[R4]),
		.list = (uint64_t)regs[R6] << 32 | regs[R5],
	};
	uint32_t entries = regs[R7];
	struct entry entry;

	if (!call.from || !call.to || call.list % sizeof(entry) || entries > MAX_ENTRIES)
		return EV_EINVAL;
	*copy = call;
	for (uint32_t i = 0; i < entries; i++, copy->list += sizeof(entry))
		if (!read_entry(vcpu, &entry))
			return EV_EFAULT;
	copy->list = call.list;
	copy->entries = entries;
	if (entries)
		vcpu_wake(vcpu);
	return EV_SUCCESS;
}
