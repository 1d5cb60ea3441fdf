/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/partition/load.h"

#include <libfdt.h>
#include <string.h>

#include "hv/booke/tlb.h"
#include "hv/console/log.h"
#include "hv/partition/claim.h"
#include "hv/partition/guest_tree.h"
#include "hv/partition/image.h"
#include "hv/partition/memory.h"
#include "hv/partition/properties.h"

struct source {
	struct partition *partition;
	uint64_t tpa;
};

static size_t write_guest(void *ctx, uint64_t gpa, const void *buf, size_t len)
{
	const struct source *source = ctx;

	return memory_access(source->partition, gpa, buf ? MEMORY_WRITE : MEMORY_CLEAR,
			     (void *)(uintptr_t)buf, len);
}

static size_t read_source(void *ctx, uint64_t offset, void *buf, size_t len)
{
	const struct source *source = ctx;
	size_t done = 0;

	while (done < len) {
		size_t n;
		const void *src = tlb_window(0, source->tpa + offset + done, &n);

		if (n > len - done)
			n = len - done;
		memcpy((char *)buf + done, src, n);
		done += n;
	}
	return len;
}

static bool load_image(struct partition *partition, const struct plan_image *image,
		       struct image_result *result)
{
	static const char *const format[] = { "binary", "ELF", "uImage" };
	struct source source = { partition, image->src_tpa };
	struct image_io io = {
		.read = read_source,
		.write = write_guest,
		.ctx = &source,
		.src_size = image->size,
		.work = partition->work,
	};
	int error = image_load(&io, image->dst_gpa, result);

	if (error) {
		log_printf(LOG_IMAGE, LOG_ERROR, "%s: image at 0x%llx: %s", partition->plan->label,
			   image->src_tpa, image_strerror(error));
		return false;
	}
	log_printf(LOG_IMAGE, LOG_NOTICE, "%s: loaded %s image from 0x%llx to 0x%llx, %llu bytes",
		   partition->plan->label, format[result->format], image->src_tpa,
		   result->start_gpa, result->end_gpa - result->start_gpa);
	return true;
}

static bool write_tree(struct partition *partition)
{
	const struct plan_partition *pp = partition->plan;
	const struct guest_tree_facts facts = {
		.initrd_start = partition->initrd_start,
		.initrd_end = partition->initrd_end,
		.stopped_by = partition->stopped_by,
		.reason_stopped = partition->reason_stopped,
		.holds = claim_holds,
		.properties = properties_set_tree(partition->properties),
	};
	size_t room = pp->dtb_size < IMAGE_WORK_SIZE ? (size_t)pp->dtb_size : IMAGE_WORK_SIZE;
	int size = guest_tree_build(&plan, partition->index, hw_tree, cfg_tree, &facts,
				    partition->work, room);

	if (size < 0) {
		if (size == -FDT_ERR_NOSPACE)
			log_printf(
				LOG_PARTITION, LOG_ERROR,
				"%s: its tree needs more than 0x%x bytes: make dtb-window larger "
				"(up to 0x%x) or assign less",
				pp->label, (unsigned int)room, IMAGE_WORK_SIZE);
		else
			log_printf(LOG_PARTITION, LOG_ERROR, "%s: its tree cannot be made: %s",
				   pp->label, fdt_strerror(size));
		return false;
	}
	return memory_access(partition, pp->dtb_gpa, MEMORY_WRITE, partition->work, (size_t)size) ==
	       (size_t)size;
}

/* Every core waits: an address that is odd is none (ePAPR 1.1 section 5.5.2). */
static void write_spin_table(struct partition *partition)
{
	for (unsigned int v = 0; v < partition->plan->num_cpus; v++)
		partition->spin_table[v] =
			(struct spin_entry){ .addr_low = 1, .r3_low = v, .pir = v };
}

/* Load all images; the guest-image, if there is one, says where to begin. */
static bool load_images(struct partition *partition)
{
	const struct plan_partition *pp = partition->plan;

	if (pp->num_images)
		memory_clear_partition(partition, !partition->lives);
	for (unsigned int i = 0; i < pp->num_images; i++) {
		const struct plan_image *image = &plan.images[pp->first_image + i];
		struct image_result result;

		if (!load_image(partition, image, &result))
			return false;
		if (image->kind == PLAN_IMAGE_BOOT)
			partition->entry = result.entry_gpa;
		if (image->kind == PLAN_IMAGE_ROOTFS) {
			partition->initrd_start = result.start_gpa;
			partition->initrd_end = result.end_gpa;
		}
	}
	return true;
}

static bool prepare(struct partition *partition)
{
	const struct plan_partition *pp = partition->plan;

	if (partition->load && !load_images(partition))
		return false;
	if (partition->entry == PARTITION_ENTRY_AS_BEFORE) {
		log_printf(LOG_PARTITION, LOG_ERROR, "%s: no guest-image to start", pp->label);
		return false;
	}
	if (partition->entry - pp->init_map_paddr >= pp->init_map_size) {
		log_printf(LOG_PARTITION, LOG_ERROR,
			   "%s: entry 0x%llx is outside the initial map at 0x%llx, size 0x%llx: "
			   "move the image or set init-map-paddr",
			   pp->label, partition->entry, pp->init_map_paddr, pp->init_map_size);
		return false;
	}
	return write_tree(partition);
}

bool partition_load(struct partition *partition, struct vcpu_start *first)
{
	const struct plan_partition *pp = partition->plan;
	bool ready;

	/* Whoever asked for the start, and ended the life before, has said all by now. */
	lock_acquire(&partition->edge_lock);
	lock_release(&partition->edge_lock);
	properties_begin_start(partition->properties);
	ready = prepare(partition);
	properties_end_start(partition->properties, ready ? partition->work : NULL);
	if (!ready) {
		partition->entry = PARTITION_ENTRY_AS_BEFORE;
		return false;
	}
	write_spin_table(partition);
	*first = (struct vcpu_start){
		.entry = (uint32_t)(partition->entry - pp->init_map_paddr + pp->init_map_vaddr),
		/* ePAPR 1.1 section 5.4.1: an effective address; the plan keeps it inside the map.
		 */
		.r3 = (uint32_t)(pp->dtb_gpa - pp->init_map_paddr + pp->init_map_vaddr),
		.map_va = (uint32_t)pp->init_map_vaddr,
		.map_gpa = pp->init_map_paddr,
		.map_size = pp->init_map_size,
	};
	return true;
}
