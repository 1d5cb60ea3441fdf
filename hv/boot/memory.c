/* SPDX-License-Identifier: BSD-2-Clause */
#include <libfdt.h>
#include <string.h>

#include "hv/booke/cache.h"
#include "hv/booke/spr.h"
#include "hv/booke/tlb.h"
#include "hv/boot/boot.h"
#include "hv/console/log.h"
#include "hv/console/panic.h"

extern const char image_start[], data_end[];

void entry_restart(uint32_t fdt, uint32_t unused, uint32_t tpa_high, uint32_t tpa_low)
	__attribute__((noreturn));

static uint64_t get_u64(const void *fdt, int node, const char *name)
{
	int len;
	const fdt64_t *value = fdt_getprop(fdt, node, name, &len);

	if (!value || len != 8)
		panic("hv-memory: the phys-mem-area it names has no %s of two cells", name);
	return fdt64_to_cpu(*value);
}

struct plan_range boot_hv_memory(const void *cfg_fdt)
{
	struct plan_range memory;
	int len;
	int node = fdt_node_offset_by_compatible(cfg_fdt, -1, "hv-memory");
	const fdt32_t *phandle = node < 0 ? NULL : fdt_getprop(cfg_fdt, node, "phys-mem", &len);
	int pma = phandle && len == 4 ? fdt_node_offset_by_phandle(cfg_fdt, fdt32_to_cpu(*phandle))
				      : -1;

	if (pma < 0)
		panic("no hv-memory node whose phys-mem names a phys-mem-area: add one to hv-config");
	memory.tpa = get_u64(cfg_fdt, pma, "addr");
	memory.size = get_u64(cfg_fdt, pma, "size");
	if (memory.size < 4 * HV_IMAGE_SPAN || memory.tpa & (HV_IMAGE_SPAN - 1))
		panic("hv-memory at 0x%llx, size 0x%llx: needs 4 MiB or more, aligned to 1 MiB",
		      memory.tpa, memory.size);
	return memory;
}

static bool overlap(uint64_t a, uint64_t a_size, uint64_t b, uint64_t b_size)
{
	return a < b + b_size && b < a + a_size;
}

void boot_move(const struct plan_range *memory, uint64_t image_tpa, const struct boot_tree *hw,
	       const struct boot_tree *cfg)
{
	size_t size = (size_t)(data_end - image_start);
	size_t len;
	void *copy;

	if (memory->tpa == image_tpa)
		return;
	if (overlap(memory->tpa, HV_IMAGE_SPAN, hw->tpa, hw->size) ||
	    overlap(memory->tpa, HV_IMAGE_SPAN, cfg->tpa, cfg->size))
		panic("the first MiB of hv-memory at 0x%llx holds a device tree: load the trees "
		      "elsewhere",
		      memory->tpa);
	/* 1 MiB alignment keeps the image within one window; the trees' windows are done with. */
	copy = tlb_window(1, memory->tpa, &len);
	memcpy(copy, image_start, size);
	cache_sync_code(copy, size);
	entry_restart((uint32_t)hw->tpa, 0, (uint32_t)(memory->tpa >> 32), (uint32_t)memory->tpa);
}

void boot_arena(struct arena *arena, const struct plan_range *memory)
{
	uint64_t size = memory->size - HV_IMAGE_SPAN;

	if (size > HV_IO_VA - HV_MEM_VA)
		size = HV_IO_VA - HV_MEM_VA;
	if (size > 64 << 20)
		size = 64 << 20;
	/* Equal alignment of virtual and physical lets few large pages do. */
	uint32_t va = HV_MEM_VA + HV_IMAGE_SPAN;

	if (tlb_map_global(va, memory->tpa + HV_IMAGE_SPAN, size, MAS2_M, MAS3_SR | MAS3_SW))
		panic("hv-memory at 0x%llx cannot be mapped with few pages: align it to its size",
		      memory->tpa);
	*arena = (struct arena){ .base = (char *)va, .size = (size_t)size };
}
