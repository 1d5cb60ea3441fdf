/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/guests/lib/irq.h"

#include "tests/guests/lib/exception.h"
#include "tests/guests/lib/hcall.h"
#include "tests/guests/lib/spr.h"
#include "tests/guests/lib/tree.h"

enum {
	MAX_SOURCES = 40,
	PRIORITY = 8,
};

static struct {
	uint32_t handle;
	void (*handler)(void);
	volatile uint32_t count;
} sources[MAX_SOURCES];
static unsigned int num_sources, spurious;
static bool has_proxy, has_idle;

uint32_t irq_acknowledge(void)
{
	uint32_t regs[8] = { 0 };

	if (has_proxy)
		return spr_read(SPR_EPR) & 0xffff;
	return hcall(HCALL_EPAPR(EPAPR_HCALL_INT_IACK), regs) == EV_SUCCESS ? regs[1] & 0xffff
									    : EPAPR_INT_NONE;
}

void irq_end(uint32_t handle)
{
	uint32_t regs[8] = { handle };

	if (handle != EPAPR_INT_NONE)
		hcall(HCALL_EPAPR(EPAPR_HCALL_INT_EOI), regs);
}

static bool on_external(struct frame *frame)
{
	uint32_t handle = irq_acknowledge();
	unsigned int i;

	(void)frame;
	for (i = 0; i < num_sources && sources[i].handle != handle; i++)
		;
	if (i < num_sources) {
		sources[i].count++;
		sources[i].handler();
	} else {
		spurious++;
	}
	irq_end(handle);
	return true;
}

bool irq_init(void)
{
	const char *pic = tree_compatible(NULL, "epapr,hv-pic");
	const char *hypervisor = tree_find("/hypervisor");
	size_t len;

	has_proxy = pic && tree_prop(pic, "has-external-proxy", &len);
	has_idle = hypervisor && tree_prop(hypervisor, "has-idle", &len);
	exception_set_handler(VECTOR_EXTERNAL, on_external);
	return pic != NULL;
}

bool irq_attach(const char *node, unsigned int index, void (*handler)(void))
{
	uint32_t handle, config;

	return tree_cell(node, "interrupts", 2 * index, &handle) &&
	       tree_cell(node, "interrupts", 2 * index + 1, &config) &&
	       irq_attach_handle(handle, config, handler);
}

bool irq_attach_handle(uint32_t handle, uint32_t config, void (*handler)(void))
{
	if (num_sources == MAX_SOURCES)
		return false;
	sources[num_sources].handle = handle;
	sources[num_sources].handler = handler;
	num_sources++;
	return hcall(HCALL_EPAPR(EPAPR_HCALL_INT_SET_CONFIG),
		     (uint32_t[8]){ handle, config, PRIORITY, 0 }) == EV_SUCCESS &&
	       hcall(HCALL_EPAPR(EPAPR_HCALL_INT_SET_MASK), (uint32_t[8]){ handle, 0 }) ==
		       EV_SUCCESS;
}

uint32_t irq_count(uint32_t handle)
{
	unsigned int i;

	for (i = 0; i < num_sources; i++)
		if (sources[i].handle == handle)
			return sources[i].count;
	return 0;
}

void irq_idle(const volatile uint32_t *flag)
{
	idle(flag, has_idle);
}

bool irq_idles_by_hcall(void)
{
	return has_idle;
}

bool irq_has_proxy(void)
{
	return has_proxy;
}

unsigned int irq_spurious(void)
{
	return spurious;
}
