/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "hv/partition/guest_tree_writer.h"
#include "protocol/hcall.h"
#include "protocol/names.h"

#define HANDLES_PATH "/" NODE_HYPERVISOR "/" NODE_HANDLES "/"

/* The version of Topaz whose interface this is: COMPAT_HYPERVISOR_FSL says the same. */
enum { INTERFACE_MAJOR = 1, INTERFACE_MINOR = 3 };

/* Every string of the hardware's list, with the suffix by which guests know that they are guests.
 */
static void write_root_compatible(struct guest_tree *t)
{
	static const char suffix[] = COMPAT_HV_SUFFIX;
	int len, i, strings = 0;
	const char *list = fdt_getprop(t->hw, 0, PROP_COMPATIBLE, &len);
	void *value;
	char *out;

	if (t->error)
		return;
	if (!list || len < 1 || list[len - 1]) {
		t->error = list ? -FDT_ERR_BADVALUE : len;
		return;
	}
	for (i = 0; i < len; i++)
		strings += !list[i];
	t->error = fdt_property_placeholder(t->fdt, PROP_COMPATIBLE,
					    len + strings * ((int)sizeof(suffix) - 1), &value);
	if (t->error)
		return;
	out = value;
	for (i = 0; i < len; i++) {
		if (list[i]) {
			*out++ = list[i];
		} else {
			memcpy(out, suffix, sizeof(suffix));
			out += sizeof(suffix);
		}
	}
}

/* Write @value as @cells cells at @at.  Returns how many were written, 0 when it does not fit. */
static unsigned int put_number(uint32_t *at, uint64_t value, unsigned int cells)
{
	if (cells == 2)
		*at++ = (uint32_t)(value >> 32);
	else if (cells != 1 || value >> 32)
		return 0;
	*at = (uint32_t)value;
	return cells;
}

void guest_tree_memory_name(char name[GUEST_TREE_MAX_NAME], uint64_t gpa)
{
	snprintf(name, GUEST_TREE_MAX_NAME, "memory@%llx", (unsigned long long)gpa);
}

static void write_memory(struct guest_tree *t, const struct plan_gpma *gpma,
			 unsigned int address_cells, unsigned int size_cells)
{
	char name[GUEST_TREE_MAX_NAME];
	uint32_t reg[4];
	unsigned int a = put_number(reg, gpma->gpa, address_cells);
	unsigned int s = put_number(reg + a, t->plan->pmas[gpma->pma].size, size_cells);

	if (!a || !s) {
		t->error = t->error ? t->error : -FDT_ERR_BADNCELLS;
		return;
	}
	guest_tree_memory_name(name, gpma->gpa);
	guest_tree_begin(t, name);
	guest_tree_string(t, PROP_DEVICE_TYPE, DEVICE_TYPE_MEMORY);
	guest_tree_cells(t, PROP_REG, reg, (int)(a + s));
	guest_tree_end(t);
}

static void write_channel(struct guest_tree *t, const struct plan_channel *channel)
{
	const uint32_t interrupts[4] = { channel->rx_irq, 0, channel->tx_irq, 0 };

	guest_tree_begin(t, channel->name);
	guest_tree_string(t, PROP_COMPATIBLE, COMPAT_HV_BYTE_CHANNEL);
	guest_tree_u32(t, PROP_REG, channel->handle);
	guest_tree_u32(t, PROP_HV_HANDLE, channel->handle);
	guest_tree_cells(t, PROP_INTERRUPTS, interrupts, 4);
	guest_tree_end(t);
}

static void write_bell(struct guest_tree *t, const struct plan_bell *bell)
{
	const uint32_t interrupts[2] = { bell->handle, 0 };

	guest_tree_begin(t, bell->name);
	if (bell->kind == PLAN_BELL_SEND) {
		guest_tree_string(t, PROP_COMPATIBLE, COMPAT_HV_SEND_DOORBELL);
		guest_tree_u32(t, PROP_REG, bell->handle);
		guest_tree_u32(t, PROP_HV_HANDLE, bell->handle);
	} else {
		guest_tree_string(t, PROP_COMPATIBLE, COMPAT_HV_RECEIVE_DOORBELL);
		guest_tree_cells(t, PROP_INTERRUPTS, interrupts, 2);
	}
	guest_tree_end(t);
}

static void write_handles(struct guest_tree *t)
{
	static const char doorbell[] = COMPAT_HV_SHUTDOWN_DOORBELL "\0" COMPAT_HV_RECEIVE_DOORBELL;
	const struct plan_partition *p = t->partition;
	const uint32_t interrupts[2] = { p->shutdown_irq, 0 };
	unsigned int i;

	guest_tree_begin(t, NODE_HANDLES);
	guest_tree_shape(t, 1, 0);
	guest_tree_u32(t, PROP_INTERRUPT_PARENT, VMPIC_PHANDLE);
	for (i = 0; i < p->num_channels; i++)
		write_channel(t, &t->plan->channels[p->first_channel + i]);
	for (i = 0; i < p->num_bells; i++)
		write_bell(t, &t->plan->bells[p->first_bell + i]);
	guest_tree_begin(t, NODE_SHUTDOWN);
	guest_tree_bytes(t, PROP_COMPATIBLE, doorbell, sizeof(doorbell));
	guest_tree_cells(t, PROP_INTERRUPTS, interrupts, 2);
	guest_tree_end(t);
	guest_tree_end(t);
}

static void write_hypervisor(struct guest_tree *t)
{
	static const char compatible[] = COMPAT_HYPERVISOR_FSL "\0" COMPAT_HYPERVISOR_EPAPR;
	static const uint32_t version[4] = { INTERFACE_MAJOR, INTERFACE_MINOR, HCALL_API_VERSION,
					     HCALL_API_COMPAT };

	guest_tree_begin(t, NODE_HYPERVISOR);
	guest_tree_bytes(t, PROP_COMPATIBLE, compatible, sizeof(compatible));
	guest_tree_u32(t, PROP_GUEST_ID, 1 + t->part);
	guest_tree_string(t, PROP_GUEST_NAME, t->partition->label);
	guest_tree_cells(t, PROP_HV_VERSION, version, 4);
	guest_tree_u32(t, PROP_HCALL_INSTRUCTIONS, HCALL_INSTRUCTION);
	guest_tree_empty(t, PROP_HAS_IDLE);
	if (t->facts->stopped_by) {
		guest_tree_string(t, PROP_HV_STOPPED_BY, t->facts->stopped_by);
		guest_tree_string(t, PROP_HV_REASON_STOPPED, t->facts->reason_stopped);
	}
	if (t->facts->sys_reset_status)
		guest_tree_string(t, PROP_HV_SYS_RESET_STATUS, t->facts->sys_reset_status);
	write_handles(t);
	guest_tree_end(t);
}

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

static void write_devices(struct guest_tree *t)
{
	int soc = fdt_node_offset_by_prop_value(t->hw, -1, PROP_DEVICE_TYPE, DEVICE_TYPE_SOC,
						sizeof(DEVICE_TYPE_SOC));
	int len = 0;
	const void *frequency = soc < 0 ? NULL : fdt_getprop(t->hw, soc, PROP_BUS_FREQUENCY, &len);

	guest_tree_begin(t, NODE_DEVICES);
	guest_tree_string(t, PROP_COMPATIBLE, COMPAT_SIMPLE_BUS);
	guest_tree_string(t, PROP_DEVICE_TYPE, DEVICE_TYPE_SOC);
	guest_tree_shape(t, 2, 2);
	guest_tree_empty(t, PROP_RANGES);
	if (frequency)
		guest_tree_bytes(t, PROP_BUS_FREQUENCY, frequency, len);
	write_vmpic(t);
	guest_tree_end(t);
}

/* The channel of this partition whose configuration node has @phandle, or NULL. */
static const struct plan_channel *find_channel(const struct guest_tree *t, uint32_t phandle)
{
	int node = fdt_node_offset_by_phandle(t->cfg, phandle);
	unsigned int i;

	for (i = 0; node >= 0 && i < t->partition->num_channels; i++) {
		const struct plan_channel *channel =
			&t->plan->channels[t->partition->first_channel + i];

		if (channel->node == node)
			return channel;
	}
	return NULL;
}

/* A name for what a phandle in the partition's aliases node stands for in the guest. */
static void write_alias(struct guest_tree *t, const char *name, uint32_t phandle)
{
	const struct plan_channel *channel = find_channel(t, phandle);
	size_t prefix = sizeof(HANDLES_PATH) - 1, len;
	void *value;

	if (!channel || t->error)
		return;
	len = strlen(channel->name) + 1;
	t->error = fdt_property_placeholder(t->fdt, name, (int)(prefix + len), &value);
	if (t->error)
		return;
	memcpy(value, HANDLES_PATH, prefix);
	memcpy((char *)value + prefix, channel->name, len);
}

static void write_aliases(struct guest_tree *t)
{
	int aliases = fdt_subnode_offset(t->cfg, t->partition->node, NODE_CFG_ALIASES);
	int prop;

	guest_tree_begin(t, "aliases");
	if (aliases >= 0) {
		fdt_for_each_property_offset (prop, t->cfg, aliases) {
			const char *name;
			int len;
			const void *value = fdt_getprop_by_offset(t->cfg, prop, &name, &len);

			if (value && len == 4)
				write_alias(t, name, fdt32_ld(value));
		}
	}
	guest_tree_end(t);
}

static void write_chosen(struct guest_tree *t)
{
	guest_tree_begin(t, "chosen");
	if (t->facts->initrd_start != t->facts->initrd_end) {
		guest_tree_u64(t, PROP_INITRD_START, t->facts->initrd_start);
		guest_tree_u64(t, PROP_INITRD_END, t->facts->initrd_end);
	}
	guest_tree_end(t);
}

void guest_tree_write_root(struct guest_tree *t)
{
	const struct plan_partition *p = t->partition;
	int address_cells = fdt_address_cells(t->hw, 0);
	int size_cells = fdt_size_cells(t->hw, 0);
	unsigned int i;

	if (address_cells < 0 || size_cells < 0) {
		t->error = -FDT_ERR_BADNCELLS;
		return;
	}
	guest_tree_begin(t, "");
	guest_tree_string(t, PROP_LABEL, p->label);
	write_root_compatible(t);
	guest_tree_string(t, PROP_EPAPR_VERSION, EPAPR_VERSION);
	guest_tree_shape(t, (uint32_t)address_cells, (uint32_t)size_cells);
	write_aliases(t);
	write_chosen(t);
	guest_tree_write_cpus(t);
	for (i = 0; i < p->num_gpmas; i++)
		write_memory(t, &t->plan->gpmas[p->first_gpma + i], (unsigned int)address_cells,
			     (unsigned int)size_cells);
	write_hypervisor(t);
	write_devices(t);
	guest_tree_end(t);
}
