/* SPDX-License-Identifier: BSD-2-Clause */
/* Arithmetic on ranges.  Numbers come from trees, so that nothing here may overflow. */
#include "hv/config/parse.h"

bool is_power_of_two(uint64_t value)
{
	return value && !(value & (value - 1));
}

bool range_overlaps(const struct plan_range *a, const struct plan_range *b)
{
	if (!a->size || !b->size)
		return false;
	return a->tpa <= b->tpa ? b->tpa - a->tpa < a->size : a->tpa - b->tpa < b->size;
}

bool range_contains(const struct plan_range *outer, const struct plan_range *inner)
{
	return inner->tpa >= outer->tpa && inner->size <= outer->size &&
	       inner->tpa - outer->tpa <= outer->size - inner->size;
}

static const struct plan_range *ram_at(const struct plan *plan, uint64_t tpa)
{
	for (unsigned int i = 0; i < plan->num_memory; i++) {
		const struct plan_range *ram = &plan->memory[i];

		if (tpa >= ram->tpa && tpa - ram->tpa < ram->size)
			return ram;
	}
	return NULL;
}

/* Ranges of RAM may touch, so that @range may run through several. */
bool range_is_ram(const struct plan *plan, const struct plan_range *range)
{
	struct plan_range rest = *range;
	const struct plan_range *ram;

	while ((ram = ram_at(plan, rest.tpa))) {
		if (range_contains(ram, &rest))
			return true;
		const uint64_t here = ram->size - (rest.tpa - ram->tpa);
		rest.tpa += here;
		rest.size -= here;
	}
	return false;
}

bool range_is_guest_memory(const struct plan *plan, unsigned int part, uint64_t gpa, uint64_t size)
{
	uint64_t here;

	while (plan_gpa_to_tpa(plan, part, gpa, &here) != UINT64_MAX) {
		if (size <= here)
			return true;
		gpa += here;
		size -= here;
	}
	return false;
}

static bool is_tree(const struct plan_input *in, const struct plan_range *range)
{
	return range_overlaps(range, &in->hw_tree) || range_overlaps(range, &in->cfg_tree);
}

/* Loaders reserve the tree that they pass, too: it has been copied by then. */
bool range_memreserve(const struct parse *p, const struct plan_range *range,
		      struct plan_range *other)
{
	for (int i = 0; i < fdt_num_mem_rsv(p->hw); i++) {
		if (fdt_get_mem_rsv(p->hw, i, &other->tpa, &other->size) == 0 &&
		    range_overlaps(range, other) && !is_tree(p->in, other))
			return true;
	}
	return false;
}

const char *range_reserved(const struct parse *p, const struct plan_range *range, bool source,
			   struct plan_range *other)
{
	const struct plan_input *in = p->in;
	const struct plan_reserved fixed[] = {
		{ p->plan->hv_memory, "the hypervisor's memory" },
		{ in->hv_image, "the hypervisor's image" },
		{ in->hw_tree, "the hardware tree" },
		{ in->cfg_tree, "the configuration tree" },
	};

	for (int i = 0; i < (source ? 4 : 2); i++) {
		if (range_overlaps(range, &fixed[i].range)) {
			*other = fixed[i].range;
			return fixed[i].what;
		}
	}
	for (int i = 0; source && i < PLAN_MAX_RESERVED; i++) {
		if (range_overlaps(range, &in->reserved[i].range)) {
			*other = in->reserved[i].range;
			return in->reserved[i].what;
		}
	}
	return range_memreserve(p, range, other) ? "memory that the loader reserves (/memreserve/)"
						 : NULL;
}
