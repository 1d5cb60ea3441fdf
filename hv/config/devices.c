/* SPDX-License-Identifier: BSD-2-Clause */
/* Nodes with a device property: whose they are, and which driver the hypervisor's get. */
#include "hv/config/parse.h"
#include "protocol/names.h"

#include <inttypes.h>
#include <string.h>

enum {
	BAUD_DEFAULT = 115200,
	BAUD_CLOCKS = 16, /* of a ns16550: clocks for one bit */
	GUTS_RSTCR = 0xb0,
};

/*
 * The node of the hardware tree that a device property names, by path or alias, or negative.  An
 * alias has to be a full path: libfdt follows an alias of an alias, and one of itself without end.
 */
static int find_hw_node(const void *hw, const char *device)
{
	if (*device != '/')
		device = tree_string(hw, fdt_path_offset(hw, "/aliases"), device);
	return device && *device == '/' ? fdt_path_offset(hw, device) : -FDT_ERR_NOTFOUND;
}

static bool is_claimable(const struct parse *p, int node)
{
	return fdt_getprop(p->cfg, node, "claimable", NULL) != NULL;
}

/* True when nobody has the device, or both take turns with it. */
static bool check_unassigned(struct parse *p, const struct plan_device *device, const char *name)
{
	for (unsigned int i = 0; i < p->plan->num_devices; i++) {
		const struct plan_device *other = &p->plan->devices[i];

		if (other->hw_node != device->hw_node ||
		    (is_claimable(p, device->node) && is_claimable(p, other->node)))
			continue;
		report_error(
			p, device->node, PROP_CFG_DEVICE,
			"`%.60s` belongs to %s already, as %.40s\ngive each device one owner", name,
			other->partition == PLAN_NONE ? "the hypervisor"
						      : p->plan->partitions[other->partition].label,
			tree_name(p->cfg, other->node));
		return false;
	}
	return true;
}

/* Add a device to the plan.  False when there is no such device to be had, which has been reported.
 */
static bool add_device(struct parse *p, int node, uint16_t partition, struct plan_device *device)
{
	const char *name = tree_string(p->cfg, node, PROP_CFG_DEVICE);

	*device = (struct plan_device){ .node = node, .partition = partition };
	device->hw_node = name ? find_hw_node(p->hw, name) : -FDT_ERR_NOTFOUND;
	if (device->hw_node <= 0) {
		report_error(p, node, PROP_CFG_DEVICE,
			     "`%.60s` is no device of the hardware tree\n"
			     "use one of its /aliases or a full path",
			     name ? name : "");
		return false;
	}
	if (!check_unassigned(p, device, name))
		return false;
	if (p->plan->num_devices == PLAN_MAX_DEVICES) {
		report_full(p, node, "devices", PLAN_MAX_DEVICES);
		return false;
	}
	p->plan->devices[p->plan->num_devices++] = *device;
	return true;
}

static bool read_interrupt(struct parse *p, struct plan_uart *uart)
{
	int len;
	const fdt32_t *cell = fdt_getprop(p->hw, uart->hw_node, PROP_INTERRUPTS, &len);

	if (!cell || len < 8) {
		report_hardware(p, uart->hw_node, PROP_INTERRUPTS,
				"is missing or has less than two cells\n"
				"correct the hardware tree: source number, sense");
		return false;
	}
	uart->irq = fdt32_ld(cell);
	uart->irq_sense = fdt32_ld(cell + 1);
	return true;
}

static void add_uart(struct parse *p, const struct plan_device *device,
		     const struct plan_range *reg)
{
	struct plan *plan = p->plan;
	struct plan_uart uart = {
		.tpa = reg->tpa,
		.size = reg->size,
		.node = device->node,
		.hw_node = device->hw_node,
		.baud = BAUD_DEFAULT,
	};
	const uint64_t clock = tree_number(p->hw, device->hw_node, PROP_CLOCK_FREQUENCY);
	const uint64_t speed = tree_number(p->hw, device->hw_node, PROP_CURRENT_SPEED);

	if (clock == 0 || clock > UINT32_MAX) {
		report_hardware(p, device->hw_node, PROP_CLOCK_FREQUENCY,
				"is missing, 0 or beyond 32 bits\n"
				"pass the tree that the boot loader has completed");
		return;
	}
	uart.clock_hz = (uint32_t)clock;
	if (speed && speed <= UINT32_MAX)
		uart.baud = (uint32_t)speed;
	if (tree_u32(p, device->node, PROP_CFG_BAUD, &uart.baud) == TREE_BAD)
		return;
	if (uart.baud == 0 || uart.baud > uart.clock_hz / BAUD_CLOCKS) {
		report_error(p, device->node, PROP_CFG_BAUD,
			     "a clock of %" PRIu32 " Hz does not give %" PRIu32 " baud\n"
			     "use 1 to %" PRIu32,
			     uart.clock_hz, uart.baud, uart.clock_hz / BAUD_CLOCKS);
		return;
	}
	if (!read_interrupt(p, &uart))
		return;
	if (plan->num_uarts == PLAN_MAX_UARTS) {
		report_full(p, device->node, "UARTs", PLAN_MAX_UARTS);
		return;
	}
	plan->uarts[plan->num_uarts++] = uart;
}

static void add_mpic(struct parse *p, const struct plan_device *device,
		     const struct plan_range *reg)
{
	(void)device;
	p->plan->mpic_tpa = reg->tpa;
	p->plan->mpic_size = reg->size;
}

static void add_guts(struct parse *p, const struct plan_device *device,
		     const struct plan_range *reg)
{
	(void)device;
	p->plan->reset_tpa = reg->tpa + GUTS_RSTCR;
}

typedef void driver(struct parse *p, const struct plan_device *device,
		    const struct plan_range *reg);

static driver *find_driver(const void *hw, int hw_node)
{
	static const struct {
		const char *compatible;
		driver *add;
	} drivers[] = {
		{ COMPAT_NS16550, add_uart },
		{ COMPAT_OPEN_PIC, add_mpic },
		{ COMPAT_MPIC, add_mpic },
		{ COMPAT_GUTS, add_guts },
		{ "fsl,qoriq-device-config-1.0", add_guts },
		{ "fsl,qoriq-device-config-2.0", add_guts },
	};

	for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++) {
		if (fdt_node_check_compatible(hw, hw_node, drivers[i].compatible) == 0)
			return drivers[i].add;
	}
	return NULL;
}

static void drive(struct parse *p, const struct plan_device *device)
{
	struct plan_range reg;
	driver *add = find_driver(p->hw, device->hw_node);

	if (!add)
		report_warning(p, device->node, PROP_CFG_DEVICE,
			       "no driver for `%.60s`\nit is only kept from the partitions",
			       tree_name(p->hw, device->hw_node));
	else if (tree_translate(p->hw, device->hw_node, &reg))
		add(p, device, &reg);
	else
		report_hardware(p, device->hw_node, PROP_REG,
				"cannot be translated to a physical address\n"
				"correct reg, or ranges of the nodes above");
}

/* The interrupt controller is needed whether or not hv-config names it. */
static void find_mpic(struct parse *p)
{
	struct plan_device device = { .node = p->hv_config, .partition = PLAN_NONE };

	for (unsigned int i = 0; i < p->plan->num_devices; i++) {
		if (find_driver(p->hw, p->plan->devices[i].hw_node) == add_mpic)
			return;
	}
	device.hw_node = fdt_node_offset_by_compatible(p->hw, -1, COMPAT_OPEN_PIC);
	if (device.hw_node < 0)
		device.hw_node = fdt_node_offset_by_compatible(p->hw, -1, COMPAT_MPIC);
	if (device.hw_node < 0)
		report_hardware(p, 0, NULL,
				"no interrupt controller: no node with compatible %s or %s\n"
				"pass this machine's own tree",
				COMPAT_OPEN_PIC, COMPAT_MPIC);
	else
		drive(p, &device);
}

void devices_parse(struct parse *p)
{
	struct plan_device device;
	int depth = 0;

	for (int node = node_next(p->cfg, p->hv_config, &depth, NODE_DEVICE); node >= 0;
	     node = node_next(p->cfg, node, &depth, NODE_DEVICE)) {
		if (add_device(p, node, PLAN_NONE, &device))
			drive(p, &device);
	}
	find_mpic(p);
	if (p->plan->sysreset_on_partition_stop && !p->plan->reset_tpa)
		report_warning(p, p->hv_config, PROP_CFG_SYSRESET,
			       "the hypervisor has no device to reset the machine with\n"
			       "add a node whose device is the global utilities (guts)");

	for (uint16_t i = 0; i < p->plan->num_partitions; i++) {
		const int top = p->plan->partitions[i].node;

		depth = 0;
		for (int node = node_next(p->cfg, top, &depth, NODE_DEVICE); node >= 0;
		     node = node_next(p->cfg, node, &depth, NODE_DEVICE)) {
			if (add_device(p, node, i, &device))
				report_warning(p, node, PROP_CFG_DEVICE,
					       "device assignment is not supported by this "
					       "version\n`%.60s` stays unassigned",
					       tree_string(p->cfg, node, PROP_CFG_DEVICE));
		}
	}
}
