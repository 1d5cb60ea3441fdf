/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The device tree that a guest is given: ePAPR 1.1 with the hypervisor's own nodes, made anew at
 * each start.
 *
 *   /                       label, compatible with -hv appended, epapr-version
 *   /memory@GPA             one for each guest-phys-mem-area
 *   /cpus/cpu@N             the hardware's nodes, renumbered; released through the spin table
 *   /hypervisor             guest-id, guest-name, hcall-instructions, has-idle, fsl,hv-version
 *   /hypervisor/handles     byte channels, doorbells, managed partitions and error-manager under
 *                           the names of their configuration nodes; shutdown, guest-error-queue
 *   /devices                what is assigned, under the names of the configuration nodes
 *   /devices/vmpic          the virtual interrupt controller
 *   /aliases /chosen
 *
 * and over all that the partition's node-update and node-update-phandle nodes.  hv/config/README.md
 * says what becomes of an assigned device.
 */
#ifndef HV_PARTITION_GUEST_TREE_H
#define HV_PARTITION_GUEST_TREE_H

#include <stddef.h>

#include "hv/config/plan.h"

/* What is only known when the partition starts. */
struct guest_tree_facts {
	uint64_t initrd_start, initrd_end; /* guest physical; equal = no initrd */
	const char *stopped_by,
		*reason_stopped;      /* how the life before ended; NULL = this is the first */
	const char *sys_reset_status; /* "power-on-reset", "hard-reset" or NULL = unknown */
	/* Does @part hold what it knows by @handle, a claimable device or the place of error
	 * manager?  NULL: as the plan begins. */
	bool (*holds)(unsigned int part, uint32_t handle);
	/* A tree that is merged over all, as a node-update would be, or NULL. */
	const void *properties;
};

/*
 * Write the tree of partition @part into @buf.  Both source trees are those the plan was made from.
 * Returns its size in bytes (totalsize, packed), or a negative libfdt error: -FDT_ERR_NOSPACE when
 * @size is too small, -FDT_ERR_BADVALUE when a string list or cell list in either tree is none,
 * -FDT_ERR_BADPHANDLE when a node-update-phandle names a node that this guest's tree does not have.
 */
int guest_tree_build(const struct plan *plan, unsigned int part, const void *hw_fdt,
		     const void *cfg_fdt, const struct guest_tree_facts *facts, void *buf,
		     size_t size);

#endif
