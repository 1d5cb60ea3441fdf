/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/partition/error_queue.h"

#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#include "hv/partition/claim.h"
#include "hv/partition/partition.h"

struct error_queue error_global;

/* True when @queue was empty. */
static bool put(struct error_queue *queue, const struct error_entry *entry)
{
	bool first;

	lock_acquire(&queue->lock);
	first = !queue->count;
	if (queue->count == ERROR_QUEUE_LENGTH) {
		queue->lost++;
	} else {
		struct error_entry *to =
			&queue->entries[(queue->first + queue->count++) % ERROR_QUEUE_LENGTH];

		*to = *entry;
		to->lost = queue->lost;
		queue->lost = 0;
	}
	lock_release(&queue->lock);
	return first;
}

static void tell(struct partition *manager)
{
	vcpu_report_error(&manager->vcpus[manager->plan->error_manager_vcpu]);
}

void error_report(struct vcpu *vcpu, enum error_kind kind, uint64_t gpa, uint32_t ea,
		  uint32_t syndrome)
{
	struct partition *manager = claim_error_manager();
	struct vcpu_report report;
	struct error_entry entry;

	vcpu_describe(vcpu, &report);
	entry = (struct error_entry){
		.gpa = gpa,
		.ea = ea,
		.pc = report.pc,
		.msr = report.msr,
		.syndrome = syndrome,
		.kind = kind,
		.partition = (uint8_t)vcpu->partition->index,
		.vcpu = (uint8_t)vcpu->num,
	};
	put(vcpu->partition->errors, &entry);
	if (manager && put(&error_global, &entry))
		tell(manager);
}

void error_queue_start(struct partition *partition)
{
	partition->errors->count = partition->errors->lost = 0;
	if (partition == claim_error_manager() && error_global.count)
		tell(partition);
}

bool error_queue_take(struct error_queue *queue, bool peek, struct error_entry *entry)
{
	bool any;

	lock_acquire(&queue->lock);
	any = queue->count;
	if (any) {
		*entry = queue->entries[queue->first];
		if (!peek) {
			queue->first = (queue->first + 1) % ERROR_QUEUE_LENGTH;
			queue->count--;
		}
	}
	lock_release(&queue->lock);
	return any;
}

void error_describe(const struct error_entry *entry, struct hcall_error *record)
{
	*record = (struct hcall_error){
		.domain = "guest",
		.gpa = entry->gpa,
		.ea = entry->ea,
		.pc = entry->pc,
		.msr = entry->msr,
		.syndrome = entry->syndrome,
		.lost = entry->lost,
		.partition = 1U + entry->partition,
	};
	snprintf(record->error, sizeof(record->error), "%s",
		 entry->kind == ERROR_FAULT ? "fault" : "access violation");
	fdt_get_path(cfg_tree, plan.partitions[entry->partition].node, record->hv_path,
		     sizeof(record->hv_path));
	snprintf(record->guest_path, sizeof(record->guest_path), "/cpus/cpu@%x", entry->vcpu);
}
