/* SPDX-License-Identifier: BSD-2-Clause */
/* ERR_GET_INFO: what went wrong, oldest first. */
#include "hv/hcall/hcall.h"
#include "hv/partition/claim.h"
#include "hv/partition/error_queue.h"
#include "hv/partition/memory.h"
#include "hv/partition/partition.h"

uint32_t hcall_err_get_info(struct vcpu *vcpu, uint32_t *regs)
{
	struct partition *partition = vcpu->partition;
	const struct handle *handle = partition_handle(partition, regs[R3], HANDLE_ERROR_QUEUE);
	uint64_t gpa = hcall_u64(&regs[R5]);
	struct hcall_error record;
	struct error_entry entry;

	if (!handle || regs[R4] < sizeof(record) || regs[R7] > 1)
		return EV_EINVAL;
	if (handle->errors == &error_global && partition != claim_error_manager())
		return EV_INVALID_STATE; /* the standby, until it claims the place */
	if (!memory_has(partition, gpa, sizeof(record)))
		return EV_EFAULT;
	if (!error_queue_take(handle->errors, regs[R7], &entry))
		return EV_ENOENT;
	error_describe(&entry, &record);
	memory_access(partition, gpa, MEMORY_WRITE, &record, sizeof(record));
	regs[R4] = sizeof(record);
	return EV_SUCCESS;
}
