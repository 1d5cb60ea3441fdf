/* SPDX-License-Identifier: BSD-2-Clause */
/* Devices of the hypervisor's own, and which driver each gets. */
#include "hv/config/parse.h"
#include "protocol/names.h"

#include <inttypes.h>

enum {
	BAUD_DEFAULT = 115200,
	BAUD_CLOCKS = 16, /* of a ns16550: clocks for one bit */
	GUTS_RSTCR = 0xb0,
};

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

void drivers_parse(struct parse *p, const struct plan_device *device, const struct place *at)
{
	struct plan_range reg;
	driver *add = find_driver(p->hw, device->hw_node);

	if (add == add_mpic)
		p->mpic = device->hw_node;
	if (!add)
		notes_count(p, device->node, NOTE_NO_DRIVER);
	else if (place_reg(at, 0, &reg) == PLACE_ROW_OK)
		add(p, device, &reg);
	else
		report_hardware(p, device->hw_node, PROP_REG,
				"cannot be translated to a physical address\n"
				"correct reg, or ranges of the nodes above");
}
