/* SPDX-License-Identifier: BSD-2-Clause */
/* Doorbells: ring those that the tree lets this partition ring, and count those that it hears. */
#include "tests/guests/demo/demo.h"

#include "tests/guests/lib/hcall.h"
#include "tests/guests/lib/irq.h"
#include "tests/guests/lib/print.h"
#include "tests/guests/lib/tree.h"

static volatile uint32_t heard; /* written by the interrupt handler only */

static void on_bell(void)
{
	heard++;
}

void bells_init(void)
{
	const char *handles = tree_find("/hypervisor/handles");
	const char *node;

	/* The shutdown doorbell is one too; only the manager partition would ring it. */
	for (node = handles ? tree_child(handles) : NULL; node; node = tree_sibling(node)) {
		const char *compatible = tree_string(node, "compatible");

		if (compatible && !strcmp(compatible, "epapr,hv-receive-doorbell") &&
		    !irq_attach(node, 0, on_bell))
			print("%s: no more than a few doorbells can be heard\n", node);
	}
}

void command_ring(int argc, char **argv)
{
	const char *handles = tree_find("/hypervisor/handles");
	const char *node = handles ? tree_child(handles) : NULL;
	uint32_t regs[8] = { 0 };

	(void)argc;
	while (node && strcmp(node, argv[1]))
		node = tree_sibling(node);
	if (!node || !tree_cell(node, "hv-handle", 0, &regs[0])) {
		print("%s: no such doorbell to ring\n", argv[1]);
		return;
	}
	print("ring: status %u\n", hcall(HCALL_EPAPR(EPAPR_HCALL_DOORBELL_SEND), regs));
}

void command_rung(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	print("rung: %u\n", heard);
}
