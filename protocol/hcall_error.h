/* SPDX-License-Identifier: BSD-2-Clause */
/* What the hypercall ERR_GET_INFO writes into a guest's memory, big-endian. */
#ifndef PROTOCOL_HCALL_ERROR_H
#define PROTOCOL_HCALL_ERROR_H

#include <stdint.h>

/* Strings end with a 0 byte, and what is left of their fields is 0. */
struct hcall_error {
	char domain[32];      /* "guest" */
	char error[128];      /* "access violation", or "fault": the partition was stopped for it */
	char hv_path[256];    /* the partition, in the configuration tree */
	char guest_path[256]; /* its vCPU, in the guest's own tree */
	uint64_t gpa;	      /* access violation: guest physical address */
	uint32_t ea;	      /* effective address; fault: DEAR */
	uint32_t pc, msr;
	uint32_t syndrome;  /* access violation: as MCSR; fault: ESR */
	uint32_t lost;	    /* errors before this one that the full queue did not take */
	uint32_t partition; /* guest-id */
};

#endif
