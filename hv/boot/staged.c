/* SPDX-License-Identifier: BSD-2-Clause */
/* The loader's copy of the hypervisor: no tree says where it is, but it may lie in what a guest
 * loads from. */
#include <libfdt.h>
#include <string.h>
#include <zlib.h>

#include "hv/booke/tlb.h"
#include "hv/boot/boot.h"
#include "hv/console/version.h"

struct uimage { /* U-Boot's legacy image header, big-endian */
	fdt32_t magic, header_crc, time, size, load, entry, data_crc;
	uint8_t os, arch, type, compression;
	char name[32];
};

#define UIMAGE_MAGIC 0x27051956
enum { SCAN_STEP = 4096 }; /* tftp addresses are at least that round */

static bool is_own(const struct uimage *header)
{
	struct uimage copy;

	if (fdt32_to_cpu(header->magic) != UIMAGE_MAGIC ||
	    strncmp(header->name, BERYL_IMAGE_NAME, sizeof(header->name)))
		return false;
	copy = *header;
	copy.header_crc = 0;
	return crc32(0, (const uint8_t *)&copy, sizeof(copy)) == fdt32_to_cpu(header->header_crc);
}

bool boot_find_staged(const struct plan *plan, struct plan_range *staged)
{
	for (unsigned int i = 0; i < plan->num_images; i++) {
		const struct plan_image *image = &plan->images[i];
		uint64_t end = image->src_tpa + image->size;

		/* A file system may well contain such an image; a kernel does not. */
		if (image->kind == PLAN_IMAGE_ROOTFS)
			continue;
		for (uint64_t tpa = image->src_tpa & ~(uint64_t)(SCAN_STEP - 1); tpa < end;
		     tpa += SCAN_STEP) {
			size_t len;
			const struct uimage *header = tlb_window(0, tpa, &len);

			if (tpa < image->src_tpa || !is_own(header))
				continue;
			staged->tpa = tpa;
			staged->size = sizeof(*header) + fdt32_to_cpu(header->size);
			return true;
		}
	}
	return false;
}
