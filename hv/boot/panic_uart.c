/* SPDX-License-Identifier: BSD-2-Clause */
#include <libfdt.h>

#include "hv/booke/tlb.h"
#include "hv/boot/boot.h"
#include "hv/config/tree.h"
#include "hv/drivers/ns16550.h"

/* Where the machine's own console is, by any of the names in use. */
static int find(const void *fdt)
{
	static const char *const properties[] = { "stdout-path", "linux,stdout-path" };
	int chosen = fdt_path_offset(fdt, "/chosen");

	for (unsigned int i = 0; chosen >= 0 && i < 2; i++) {
		const char *path = tree_string(fdt, chosen, properties[i]);
		int node;

		/* libfdt would follow an alias of itself for ever. */
		if (path && *path != '/')
			path = tree_string(fdt, fdt_path_offset(fdt, "/aliases"), path);
		node = path && *path == '/' ? fdt_path_offset(fdt, path) : -1;

		if (node >= 0 && !fdt_node_check_compatible(fdt, node, "ns16550"))
			return node;
	}
	return fdt_node_offset_by_compatible(fdt, -1, "ns16550");
}

void boot_find_panic_uart(const void *hw_fdt)
{
	int node = find(hw_fdt);
	struct plan_range regs;

	if (node >= 0 && tree_translate(hw_fdt, node, &regs))
		ns16550_set_panic(tlb_map_io(regs.tpa, regs.size));
}
