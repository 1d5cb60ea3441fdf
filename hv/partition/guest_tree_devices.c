/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * /devices: the virtual interrupt controller, and the hardware that the partition has.  A device
 * stands directly below, under the name of its configuration node, with all that is below it in the
 * hardware's tree.  Addresses on this bus are true physical ones; its ranges are device-ranges.
 */
#include <libfdt.h>
#include <string.h>

#include "hv/config/place.h"
#include "hv/config/tree.h"
#include "hv/partition/guest_tree_writer.h"
#include "protocol/names.h"

static void write_vmpic(struct guest_tree *t)
{
	guest_tree_begin(t, NODE_VMPIC);
	guest_tree_string(t, PROP_COMPATIBLE, COMPAT_HV_PIC);
	guest_tree_empty(t, PROP_INTERRUPT_CONTROLLER);
	guest_tree_u32(t, PROP_INTERRUPT_CELLS, 2);
	guest_tree_u32(t, PROP_ADDRESS_CELLS, 0);
	guest_tree_empty(t, PROP_NO_PRIORITY);
	if (!t->plan->legacy_interrupts)
		guest_tree_empty(t, PROP_HAS_EXTERNAL_PROXY);
	guest_tree_u32(t, PROP_PHANDLE, VMPIC_PHANDLE);
	guest_tree_u32(t, PROP_LINUX_PHANDLE, VMPIC_PHANDLE);
	guest_tree_end(t);
}

/* Rows of reg as rows of the root.  False when one of them is no physical address. */
static bool write_reg(struct guest_tree *t, const struct place *at)
{
	struct plan_range range;
	enum place_row row;
	unsigned int count = 0, n;
	uint8_t *to;

	while ((row = place_reg(at, count, &range)) == PLACE_ROW_OK)
		count++;
	if (row == PLACE_ROW_OUTSIDE)
		return false;
	if (count == 0)
		return true;
	to = guest_tree_room(t, PROP_REG, count * (t->address_cells + t->size_cells));
	for (n = 0; to && n < count; n++) {
		place_reg(at, n, &range);
		guest_tree_put(t, &to, range.tpa, t->address_cells);
		guest_tree_put(t, &to, range.size, t->size_cells);
	}
	return true;
}

/* The bus whose rows say where addresses below @at lead: empty ranges stand for those above. */
static struct place bus_of(const struct place *at)
{
	struct place bus = *at;
	int len = 0;

	while (bus.depth > 0 && fdt_getprop(bus.fdt, place_node(&bus), PROP_RANGES, &len) && !len)
		bus.depth--;
	return bus;
}

/* ranges with true physical addresses in their middle; rows that lead nowhere are left out. */
static void write_ranges(struct guest_tree *t, const struct place *at)
{
	const struct place bus = bus_of(at);
	const fdt32_t *rows = fdt_getprop(t->hw, place_node(&bus), PROP_RANGES, NULL);
	const int child = fdt_address_cells(t->hw, place_node(&bus));
	const int size = fdt_size_cells(t->hw, place_node(&bus));
	struct plan_range range;
	enum place_row row;
	unsigned int count = 0, n;
	uint8_t *to;

	if (!fdt_getprop(t->hw, place_node(at), PROP_RANGES, NULL))
		return;
	if (bus.depth == 0) {
		guest_tree_empty(t, PROP_RANGES);
		return;
	}
	for (n = 0; (row = place_window(&bus, n, &range)) != PLACE_ROW_END; n++)
		count += row == PLACE_ROW_OK;
	if (count == 0 || child < 1 || size < 1)
		return;
	const unsigned int child_cells = (unsigned int)child, size_cells = (unsigned int)size;
	const int above = fdt_address_cells(t->hw, bus.nodes[bus.depth - 1]);
	to = guest_tree_room(t, PROP_RANGES, count * (child_cells + t->address_cells + size_cells));
	for (n = 0; to && (row = place_window(&bus, n, &range)) != PLACE_ROW_END; n++) {
		if (row == PLACE_ROW_OK) {
			memcpy(to, rows, 4 * child_cells);
			to += 4 * child_cells;
			guest_tree_put(t, &to, range.tpa, t->address_cells);
			guest_tree_put(t, &to, range.size, size_cells);
		}
		rows += child_cells + (unsigned int)above + size_cells;
	}
}

static void copy_one(struct guest_tree *t, int hw_node, const char *name)
{
	int len;
	const void *value = fdt_getprop(t->hw, hw_node, name, &len);

	if (value)
		guest_tree_bytes(t, name, value, len);
}

/* What it says of the bus above it and of the one below, which are others than the hardware's. */
static bool write_top(struct guest_tree *t, const struct place *at)
{
	const int above = fdt_address_cells(t->hw, at->nodes[at->depth - 1]);

	write_ranges(t, at);
	if (above >= 0 && (unsigned int)above == t->address_cells)
		copy_one(t, place_node(at), PROP_DMA_RANGES);
	return place_is_msi(at) || write_reg(t, at);
}

static void copy_bus(struct guest_tree *t, const struct place *at)
{
	copy_one(t, place_node(at), PROP_RANGES);
	copy_one(t, place_node(at), PROP_DMA_RANGES);
	if (!place_is_msi(at))
		copy_one(t, place_node(at), PROP_REG);
}

/* The virtual controller's MSIs are no registers, but a hypercall. */
static void write_compatible(struct guest_tree *t, const struct place *at)
{
	if (!place_is_msi(at))
		copy_one(t, place_node(at), PROP_COMPATIBLE);
	else if (fdt_node_check_compatible(t->hw, place_node(at), COMPAT_MPIC_MSI_43) == 0)
		guest_tree_string(t, PROP_COMPATIBLE, COMPAT_VMPIC_MSI_43);
	else
		guest_tree_string(t, PROP_COMPATIBLE, COMPAT_VMPIC_MSI);
}

/* @device: what the plan has for the node, or NULL; @usable: its registers are to be had. */
static void write_status(struct guest_tree *t, int hw_node, const struct plan_device *device,
			 bool usable)
{
	bool active = true;

	if (device && device->handle) {
		guest_tree_u32(t, PROP_HV_DEVICE_HANDLE, device->handle);
		guest_tree_u32(t, PROP_HV_HANDLE, device->handle);
		active = guest_tree_claim(t, device->claim, device->handle);
	}
	if (!usable)
		guest_tree_string(t, PROP_STATUS, STATUS_FAIL);
	else if (device && device->handle)
		guest_tree_string(t, PROP_STATUS, active ? STATUS_OKAY : STATUS_DISABLED);
	else
		copy_one(t, hw_node, PROP_STATUS);
}

static void write_node(struct guest_tree *t, const struct place *at, const struct plan_device *top)
{
	static const char written[] =
		PROP_REG "\0" PROP_RANGES "\0" PROP_DMA_RANGES "\0" PROP_COMPATIBLE "\0" PROP_STATUS
			 "\0" PROP_INTERRUPTS "\0" PROP_INTERRUPT_PARENT "\0" PROP_INTERRUPT_MAP
			 "\0interrupts-extended\0";
	const int hw_node = place_node(at);
	bool usable = true;

	guest_tree_begin(t, top ? tree_name(t->cfg, top->node) : tree_name(t->hw, hw_node));
	write_compatible(t, at);
	if (top)
		usable = write_top(t, at);
	else
		copy_bus(t, at);
	guest_tree_write_interrupts(t, at);
	write_status(t, hw_node, guest_tree_find_device(t, hw_node), usable);
	guest_tree_copy(t, hw_node, written);
}

/* Does @device stand below another of the partition's, with which it is written? */
static bool is_inner(const struct guest_tree *t, const struct plan_device *device)
{
	const struct plan_device *outer = &t->plan->devices[t->partition->first_device];
	const struct plan_device *end = outer + t->partition->num_devices;

	while (outer < end &&
	       (outer->hw_node >= device->hw_node || device->hw_node >= outer->hw_end))
		outer++;
	return outer < end;
}

static void write_device(struct guest_tree *t, const struct plan_device *device)
{
	struct place at;
	int top, open;

	if (t->error || is_inner(t, device) ||
	    !place_find(&at, t->hw, tree_string(t->cfg, device->node, PROP_CFG_DEVICE)))
		return;
	top = at.depth;
	write_node(t, &at, device);
	for (open = top; place_next(&at, top); open = at.depth) {
		for (; open >= at.depth; open--)
			guest_tree_end(t);
		write_node(t, &at, NULL);
	}
	for (; open >= top; open--)
		guest_tree_end(t);
}

/* device-ranges, with as many cells as the tree has; without any, the bus is the guest's own. */
static void write_bus(struct guest_tree *t)
{
	const unsigned int cells[3] = { t->address_cells, t->address_cells, t->size_cells };
	int len = 0;
	const fdt32_t *numbers =
		fdt_getprop(t->cfg, t->partition->node, PROP_CFG_DEVICE_RANGES, &len);
	const int count = numbers ? len / 24 * 3 : 0;
	uint8_t *to = guest_tree_room(t, PROP_RANGES,
				      (unsigned int)count / 3 * (cells[0] + cells[1] + cells[2]));
	int i;

	for (i = 0; to && i < count; i++)
		guest_tree_put(t, &to, tree_cells(numbers + 2 * i, 2), cells[i % 3]);
}

void guest_tree_write_devices(struct guest_tree *t)
{
	int soc = fdt_node_offset_by_prop_value(t->hw, -1, PROP_DEVICE_TYPE, DEVICE_TYPE_SOC,
						sizeof(DEVICE_TYPE_SOC));
	unsigned int i;

	guest_tree_begin(t, NODE_DEVICES);
	guest_tree_string(t, PROP_COMPATIBLE, COMPAT_SIMPLE_BUS);
	guest_tree_string(t, PROP_DEVICE_TYPE, DEVICE_TYPE_SOC);
	guest_tree_shape(t, t->address_cells, t->size_cells);
	write_bus(t);
	if (soc >= 0)
		copy_one(t, soc, PROP_BUS_FREQUENCY);
	write_vmpic(t);
	for (i = 0; i < t->partition->num_devices; i++)
		write_device(t, &t->plan->devices[t->partition->first_device + i]);
	guest_tree_end(t);
}
