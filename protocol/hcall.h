/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hypercall interface that a guest sees: tokens, status codes, limits (ePAPR 1.1 chapter 7, and
 * Freescale's vendor calls).  Plain macros, so that assembler can use them.
 *
 * A call is the instruction HCALL_INSTRUCTION with the token in r11 and arguments from r3; it
 * returns a status in r3 and results from r4.  r0, r3-r12, CR, CTR, LR and XER do not survive.
 */
#ifndef PROTOCOL_HCALL_H
#define PROTOCOL_HCALL_H

#define HCALL_INSTRUCTION 0x44000022 /* sc 1 */

/*
 * Token: vendor in the upper half, number in the lower.  Bit 31 is ignored, and vendor 0 means
 * ePAPR: guests older than the vendor field leave it empty.
 */
#define HCALL_TOKEN(vendor, number) (((vendor) << 16) | (number))
#define HCALL_VENDOR(token) (((token) >> 16) & 0x7fff)
#define HCALL_NUMBER(token) ((token)&0xffff)

#define HCALL_VENDOR_LOCAL 0
#define HCALL_VENDOR_EPAPR 1
#define HCALL_VENDOR_FREESCALE 2

/* Numbers of vendor ePAPR */
#define EPAPR_HCALL_BYTE_CHANNEL_SEND 1	   /* handle, count, 16 bytes in r5-r8 -> count taken */
#define EPAPR_HCALL_BYTE_CHANNEL_RECEIVE 2 /* handle, most wanted -> count, bytes in r5-r8 */
#define EPAPR_HCALL_BYTE_CHANNEL_POLL 3	   /* handle -> bytes waiting, space to send */
#define EPAPR_HCALL_INT_SET_CONFIG 4	   /* interrupt, config, priority, vCPU */
#define EPAPR_HCALL_INT_GET_CONFIG 5	   /* interrupt -> config, priority, vCPU */
#define EPAPR_HCALL_INT_SET_MASK 6	   /* interrupt, 1 = masked */
#define EPAPR_HCALL_INT_GET_MASK 7	   /* interrupt -> 1 = masked */
#define EPAPR_HCALL_INT_GET_ACTIVITY 8
#define EPAPR_HCALL_INT_IACK 9 /* 0 -> interrupt or EPAPR_INT_NONE */
#define EPAPR_HCALL_INT_EOI 10 /* interrupt */
#define EPAPR_HCALL_INT_SEND_IPI 11
#define EPAPR_HCALL_INT_SET_TASK_PRIORITY 12
#define EPAPR_HCALL_INT_GET_TASK_PRIORITY 13
#define EPAPR_HCALL_DOORBELL_SEND 14 /* handle */
#define EPAPR_HCALL_MSGSND 15
#define EPAPR_HCALL_IDLE 16

/* Numbers of vendor Freescale.  Partition handle HCALL_SELF is the caller's own. */
#define FSL_HCALL_ERR_GET_INFO 1	 /* queue, room, address, 1 = peek -> struct hcall_error */
#define FSL_HCALL_PARTITION_GET_DTPROP 2 /* partition, path, name, value, room -> length */
#define FSL_HCALL_PARTITION_SET_DTPROP 3 /* partition, path, name, value, length */
#define FSL_HCALL_PARTITION_RESTART 4
#define FSL_HCALL_PARTITION_GET_STATUS 5 /* partition -> FSL_PARTITION_* */
#define FSL_HCALL_PARTITION_START 6	 /* partition, entry, not 0 = load its images */
#define FSL_HCALL_PARTITION_STOP 7
#define FSL_HCALL_PARTITION_MEMCPY 8 /* from, to, list, entries */
#define FSL_HCALL_DMA_ENABLE 9
#define FSL_HCALL_DMA_DISABLE 10
#define FSL_HCALL_SEND_NMI 11
#define FSL_HCALL_VMPIC_GET_MSIR 12
#define FSL_HCALL_SYSTEM_RESET 13
#define FSL_HCALL_GET_CORE_STATE 14
#define FSL_HCALL_ENTER_NAP 15
#define FSL_HCALL_EXIT_NAP 16
#define FSL_HCALL_CLAIM_DEVICE 17
#define FSL_HCALL_PARTITION_STOP_DMA 18
#define FSL_HCALL_DMA_ATTR_SET 19
#define FSL_HCALL_DMA_ATTR_GET 20

/* Status in r3 */
#define EV_SUCCESS 0
#define EV_EPERM 1	      /* not permitted to this partition */
#define EV_ENOENT 2	      /* no such entry */
#define EV_EIO 3	      /* input or output failed */
#define EV_EAGAIN 4	      /* nothing done; try again */
#define EV_ENOMEM 5	      /* out of memory */
#define EV_EFAULT 6	      /* bad guest physical address */
#define EV_ENODEV 7	      /* no such device */
#define EV_EINVAL 8	      /* an argument is not valid */
#define EV_INTERNAL 9	      /* a fault of the hypervisor's own */
#define EV_CONFIG 10	      /* the configuration does not provide for it */
#define EV_INVALID_STATE 11   /* not in the present state */
#define EV_UNIMPLEMENTED 12   /* no such call */
#define EV_BUFFER_OVERFLOW 13 /* the caller's buffer is too small */

/* Result of FSL_HCALL_PARTITION_GET_STATUS */
#define FSL_PARTITION_STOPPED 0
#define FSL_PARTITION_RUNNING 1
#define FSL_PARTITION_STARTING 2
#define FSL_PARTITION_STOPPING 3
#define FSL_PARTITION_PAUSING 4
#define FSL_PARTITION_PAUSED 5
#define FSL_PARTITION_RESUMING 6

/* Result of FSL_HCALL_GET_CORE_STATE */
#define FSL_CORE_RUN 0
#define FSL_CORE_IDLE 1
#define FSL_CORE_NAP 2

/* Limits and special values */
#define HCALL_DTPROP_MAX_NAME 4096	/* bytes of a path, and of a property's name, with the 0 */
#define HCALL_DTPROP_MAX_VALUE 32768	/* bytes */
#define HCALL_BYTE_CHANNEL_MAX_BYTES 16 /* per SEND or RECEIVE */
#define HCALL_SELF 0xffffffff		/* partition handle: the caller's */
#define EPAPR_INT_NONE 0xffff		/* INT_IACK: nothing pending */
#define HCALL_API_VERSION 3		/* third cell of fsl,hv-version */
#define HCALL_API_COMPAT 2		/* fourth: the oldest version still served */

/* Bits of the config argument of INT_SET_CONFIG and INT_GET_CONFIG */
#define EPAPR_INT_ACTIVE_HIGH 0x1 /* or rising edge */
#define EPAPR_INT_LEVEL 0x2

#endif
