/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts of assigned devices.  What leads to the hardware's interrupt controller leads to the
 * guest's virtual one instead, as handle and sense; what leads to a controller that the guest has
 * stays.
 */
#include <libfdt.h>
#include <string.h>

#include "hv/config/place.h"
#include "hv/partition/guest_tree_writer.h"
#include "protocol/names.h"

enum { VMPIC_CELLS = 2 };

static bool stays(const struct guest_tree *t, const struct place_interrupt *interrupt)
{
	return guest_tree_has(t, interrupt->controller);
}

static void put_vmpic(struct guest_tree *t, uint8_t **at, const struct place_interrupt *interrupt)
{
	const bool plain =
		interrupt->type == 0 &&
		(fdt_node_check_compatible(t->hw, interrupt->controller, COMPAT_MPIC) == 0 ||
		 fdt_node_check_compatible(t->hw, interrupt->controller, COMPAT_OPEN_PIC) == 0);
	const struct plan_irq *irq =
		plain ? plan_find_irq(t->plan, t->part, interrupt->source) : NULL;

	guest_tree_put(t, at, irq ? irq->handle : NO_INTERRUPT, 1);
	guest_tree_put(t, at, irq ? interrupt->sense & 3 : NO_INTERRUPT, 1);
}

/* Interrupts of the node itself: all @count of them go to one controller. */
static void write_own(struct guest_tree *t, const struct place *at, unsigned int count)
{
	struct place_interrupt interrupt;
	int len;
	const void *value = fdt_getprop(t->hw, place_node(at), PROP_INTERRUPTS, &len);
	uint8_t *to;
	unsigned int n;

	place_interrupt(at, 0, &interrupt);
	if (stays(t, &interrupt)) {
		guest_tree_bytes(t, PROP_INTERRUPTS, value, len);
		guest_tree_u32(t, PROP_INTERRUPT_PARENT,
			       fdt_get_phandle(t->hw, interrupt.controller));
		return;
	}
	to = guest_tree_room(t, PROP_INTERRUPTS, VMPIC_CELLS * count);
	for (n = 0; to && n < count && place_interrupt(at, n, &interrupt); n++)
		put_vmpic(t, &to, &interrupt);
	guest_tree_u32(t, PROP_INTERRUPT_PARENT, VMPIC_PHANDLE);
}

/* Rows of interrupt-map, from interrupt @n of the node on, with @cells in all. */
static void write_map(struct guest_tree *t, const struct place *at, unsigned int n,
		      unsigned int cells)
{
	struct place_interrupt interrupt;
	uint8_t *to = guest_tree_room(t, PROP_INTERRUPT_MAP, cells);

	for (; to && place_interrupt(at, n, &interrupt); n++) {
		const bool raw = stays(t, &interrupt);
		const size_t same = 4 * (raw ? interrupt.row_cells : interrupt.key_cells);

		memcpy(to, interrupt.row, same);
		to += same;
		if (!raw) {
			guest_tree_put(t, &to, VMPIC_PHANDLE, 1);
			put_vmpic(t, &to, &interrupt);
		}
	}
}

void guest_tree_write_interrupts(struct guest_tree *t, const struct place *at)
{
	struct place_interrupt interrupt;
	unsigned int own = 0, rows = 0, cells = 0;

	while (place_interrupt(at, own + rows, &interrupt)) {
		if (!interrupt.row) {
			own++;
			continue;
		}
		rows++;
		cells += stays(t, &interrupt) ? interrupt.row_cells
					      : interrupt.key_cells + 1 + VMPIC_CELLS;
	}
	if (own)
		write_own(t, at, own);
	if (rows)
		write_map(t, at, own, cells);
}
