/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The plan: what the configuration tree and the hardware tree together say that the machine shall
 * be.
 *
 * plan_parse() either fills a struct plan that is wholly valid, or reports findings.  Everything
 * after it trusts the plan and re-checks nothing.  Pure: no hardware, no allocation, no globals;
 * the hypervisor, hvlint and the tests run the same code.
 */
#ifndef HV_CONFIG_PLAN_H
#define HV_CONFIG_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PLAN_MAX_CPUS = 24,
	PLAN_MAX_PARTITIONS = 24,
	PLAN_MAX_MEMORY = 8,  /* RAM ranges of the hardware tree */
	PLAN_MAX_PMAS = 128,  /* phys-mem-area */
	PLAN_MAX_GPMAS = 192, /* guest-phys-mem-area, all partitions */
	PLAN_MAX_IMAGES =
		128, /* rows of guest-image, load-image-table and linux-rootfs, all partitions */
	PLAN_MAX_UARTS = 4, /* that the hypervisor owns */
	PLAN_MAX_MUXES = 4,
	PLAN_MAX_CHANNELS = 128, /* byte channels */
	PLAN_MAX_BELLS = 192,	 /* send-doorbell and receive-doorbell, all partitions */
	PLAN_MAX_DEVICES = 512,	 /* nodes with a device property, hv-config and all partitions */
	PLAN_MAX_REGIONS = 768,	 /* stretches of device registers, of all owners */
	PLAN_MAX_IRQS = 512,	 /* interrupts of devices, all partitions */
	PLAN_MAX_MANAGED = 48,	 /* managed-partition, all partitions */
	PLAN_MAX_STUBS = PLAN_MAX_CPUS, /* debug-stub, all partitions */
	PLAN_MAX_ERROR_CONFIGS = 32,
	PLAN_MAX_FAST_BELLS = 4, /* doorbells that an interrupt of the MPIC's carries */
	PLAN_MAX_RESERVED = 4,	 /* plan_input.reserved */
	PLAN_MAX_FINDINGS = 256, /* errors, and warnings, of one plan */
	PLAN_MAX_TREE = 4 << 20, /* bytes of a source tree (Topaz: 4 MiB) */
	PLAN_MUX_CHANNELS = 32,
	PLAN_HV_MEMORY_LEAST = 0x400000, /* bytes */
	PLAN_HV_IMAGE_SPACE = 0x100000,	 /* at the start of hv-memory: text and data */
	PLAN_MAX_LABEL = 63,		 /* characters of a partition's label */
	PLAN_MAX_VINTS = 64,		 /* software interrupts of one guest */
	PLAN_FIRST_GUEST_HANDLE =
		64,	       /* below: global handles; partition p has 1 + p, 0 is reserved */
	PLAN_NO_PERIOD = 0xff, /* of a watchdog: not started */
	PLAN_NO_VCPU = 0xff,
	PLAN_NOT_FAST = 0xff,
	PLAN_NONE = 0xffff, /* "no such index" wherever a uint16_t indexes a table of the plan */
};

/* A stretch of RAM (true physical). */
struct plan_range {
	uint64_t tpa;
	uint64_t size; /* bytes */
};

/* A physical core. */
struct plan_cpu {
	uint32_t hwid;	      /* reg of its node = PIR */
	uint64_t release_tpa; /* its spin-table entry; 0 for the boot core and cores that cannot be
				 started */
	int hw_node;	      /* offset in the hardware tree */
	bool is_thread;	      /* a further thread of the core of hw_node, which starts it */
	uint16_t partition;   /* index or PLAN_NONE */
	uint16_t vcpu;	      /* number inside that partition */
};

struct plan_pma {
	uint64_t tpa;
	uint64_t size;	/* bytes, a power of two, tpa aligned to it */
	bool zero;	/* zero-pma */
	uint32_t users; /* bit p: partition p has a guest-phys-mem-area in it; two bits: shared */
	int node;	/* offset in the configuration tree; so everywhere below */
};

struct plan_gpma {
	uint16_t pma;
	uint64_t gpa; /* aligned to the PMA's size */
	int node;
};

enum plan_image_kind {
	PLAN_IMAGE_TABLE,  /* load-image-table row: loaded, entry ignored */
	PLAN_IMAGE_BOOT,   /* guest-image: loaded, entry used */
	PLAN_IMAGE_ROOTFS, /* linux-rootfs: copied, /chosen initrd properties */
};

#define PLAN_DST_FROM_HEADERS                                                                      \
	UINT64_MAX /* destination given by the image's own headers (ELF, uImage) */

struct plan_image {
	enum plan_image_kind kind;
	uint64_t src_tpa;
	uint64_t dst_gpa; /* or PLAN_DST_FROM_HEADERS */
	uint64_t size;	  /* bytes of the source window */
};

/* A UART owned by the hypervisor. */
struct plan_uart {
	uint64_t tpa;
	uint64_t size;
	uint32_t clock_hz;
	uint32_t baud;
	uint32_t irq;	    /* first cell of its interrupts: MPIC source */
	uint32_t irq_sense; /* second cell: 0 rising, 1 low level, 2 high level (internal), 3
			       falling */
	int node;	    /* configuration tree: the node with the device property */
	int hw_node;	    /* hardware tree */
};

struct plan_mux {
	uint16_t uart; /* index */
	int node;
	/* channels[n] = index into plan.channels of the byte channel that has mux-channel n, or
	 * PLAN_NONE */
	uint16_t channels[PLAN_MUX_CHANNELS];
};

/* Of a device, or of the place of error manager: who begins with it. */
enum plan_claim {
	PLAN_CLAIM_EXCLUSIVE, /* no claimable property: nobody else ever has it */
	PLAN_CLAIM_ACTIVE,
	PLAN_CLAIM_STANDBY, /* gets it when the one that has it is stopped */
};

/*
 * A node with a device property.  With the node of the hardware tree goes all that stands below it.
 * Entries of one hw_node, in different partitions, are one device that they can claim.
 */
struct plan_device {
	int node;
	int hw_node;
	int hw_end; /* the first offset of the hardware tree that is no longer below hw_node */
	uint16_t partition; /* index, or PLAN_NONE for the hypervisor's own */
	uint16_t first_region, num_regions;
	uint8_t vcpu; /* of a portal: the vCPU that it serves (cpu-handle), or PLAN_NO_VCPU */
	enum plan_claim claim;
	bool no_dma_disable; /* its DMA goes on when the partition stops */
	uint16_t handle;     /* fsl,hv-device-handle; 0: none, not claimable */
};

/*
 * Registers of a device: a row of reg, or with map-ranges of ranges.  To the byte: of a page that
 * is not all one region the guest gets no more than that.  A row inside an earlier one of the same
 * owner is left out.
 */
struct plan_region {
	uint64_t tpa;
	uint64_t gpa; /* after device-ranges; the same as tpa for the hypervisor's own */
	uint64_t size;
};

/* An interrupt of a partition's devices.  What is in no entry is not the guest's to have. */
struct plan_irq {
	uint16_t device; /* index of the first that has it */
	uint16_t source; /* number at the MPIC */
	uint16_t handle; /* what the guest knows it by, and its vector */
	uint8_t sense;	 /* as plan_uart.irq_sense */
	bool hv;	 /* a UART of the hypervisor's has the same source */
};

enum plan_owner {
	PLAN_OWNER_HV,	      /* node stands in hv-config: its near end is the hypervisor's */
	PLAN_OWNER_PARTITION, /* node stands in a partition: its near end is that partition's */
	PLAN_OWNER_STUB, /* a debug-stub: its near end is the hypervisor's, for that partition */
};

enum plan_far {
	PLAN_FAR_NONE,	  /* no endpoint: data waits in the ring until somebody attaches */
	PLAN_FAR_MUX,	  /* far end is on a multiplexer */
	PLAN_FAR_CHANNEL, /* far end is the near end of another byte-channel node */
	PLAN_FAR_CONSOLE, /* a partition's channel to which the hypervisor console attaches (stdout)
			   */
};

/*
 * A byte-channel node.  Two nodes joined by PLAN_FAR_CHANNEL share one channel: each names the
 * other in @peer even when only one of the nodes has the endpoint property.
 */
struct plan_channel {
	enum plan_owner owner;
	uint16_t partition; /* index, unless PLAN_OWNER_HV */
	enum plan_far far;
	uint16_t mux;	     /* PLAN_FAR_MUX */
	uint8_t mux_channel; /* PLAN_FAR_MUX */
	uint16_t peer;	     /* PLAN_FAR_CHANNEL */
	const char *name;    /* node name in the configuration tree; points into that tree */
	int node;
	/* What the guest is told (owner partition only): see reference in hv/config/README.md */
	uint32_t handle;
	uint32_t rx_irq;
	uint32_t tx_irq;
};

enum plan_bell_kind {
	PLAN_BELL_SEND,
	PLAN_BELL_RECEIVE,
};

/* A partition's send-doorbell or receive-doorbell node. */
struct plan_bell {
	enum plan_bell_kind kind;
	uint16_t partition;
	int doorbell;	  /* the doorbell node that both sides name */
	const char *name; /* node name in the configuration tree; points into that tree */
	int node;
	uint32_t handle; /* what the guest sends to, or the interrupt that it receives */
	uint16_t vint;	 /* PLAN_BELL_RECEIVE: its software interrupt */
	uint8_t fast; /* 0 to 3: the MPIC's interrupt that carries the doorbell, or PLAN_NOT_FAST */
};

/*
 * A managed-partition node: @manager is told what becomes of @managed, and may tell it to shut
 * down.  The software interrupts are @vint and the two above.
 */
struct plan_managed {
	uint16_t manager, managed; /* indexes */
	const char *name;	   /* node name in the configuration tree; points into that tree */
	int node;
	uint32_t handle; /* of the managed partition: 1 + managed */
	uint32_t state_change_irq, watchdog_irq, reset_request_irq;
	uint32_t shutdown_handle; /* send doorbell */
	uint16_t vint;
};

/* A debug-stub: gdb at the end of a byte channel, for some vCPUs of a partition. */
struct plan_stub {
	uint16_t partition;
	uint16_t channel;   /* index; its owner is PLAN_OWNER_STUB */
	uint32_t vcpus;	    /* bit k: vCPU k */
	bool wait_at_start; /* the vCPUs wait for gdb before their first instruction */
	int node;
};

enum plan_error_policy {
	PLAN_ERROR_NOTIFY,
	PLAN_ERROR_DISABLE,
	PLAN_ERROR_HALT,
	PLAN_ERROR_RESET, /* system-reset */
};

/* An error-config: what shall happen on a hardware error.  Strings point into the tree. */
struct plan_error_config {
	const char *domain; /* ccf, ccm, cpc, ddr, pamu, misc */
	const char *error;
	enum plan_error_policy policy;
	uint8_t threshold; /* single-bit errors until one counts */
	int node;
};

enum plan_watchdog {
	PLAN_WATCHDOG_RESET,  /* restart the partition */
	PLAN_WATCHDOG_NOTIFY, /* tell the managers */
	PLAN_WATCHDOG_STOP,
};

struct plan_partition {
	const char *label; /* label property, or the node's name when there is none; points into the
			      tree */
	int node;
	uint16_t num_cpus;
	uint8_t cpus[PLAN_MAX_CPUS]; /* vCPU k runs on plan.cpus[cpus[k]] */
	uint16_t first_gpma, num_gpmas;
	uint16_t num_dma_gpmas; /* dma-only, not mapped: they stand behind the others */
	uint16_t first_image,
		num_images; /* load-image-table rows, then guest-image, then linux-rootfs */
	uint16_t first_channel, num_channels;
	uint16_t first_bell, num_bells;
	uint16_t first_device, num_devices;
	uint16_t first_irq, num_irqs;
	uint16_t first_managed, num_managed;
	uint64_t dtb_gpa, dtb_size;
	uint64_t init_map_size, init_map_paddr, init_map_vaddr;
	uint64_t spin_table_gpa;     /* one 4 KiB page above the guest's memory: max(end of memory,
					0xfffff000) */
	uint32_t shutdown_irq;	     /* handle of the shutdown receive-doorbell */
	uint32_t error_queue_handle; /* guest-error-queue */
	uint32_t end_handle;	     /* all the guest's handles are below */
	/* error-manager: node name, or NULL; the vCPU that is told, and its handle. */
	const char *error_manager;
	int error_manager_node;
	uint32_t error_manager_handle;
	uint16_t error_manager_vcpu;
	enum plan_claim error_manager_claim;
	enum plan_watchdog watchdog; /* when the guest's watchdog runs out */
	uint8_t watchdog_period;     /* of the watchdog at entry, or PLAN_NO_PERIOD */
	bool no_auto_start;
	bool privileged;
	bool guest_cache_lock_disable;
	bool guest_debug_disable;
	bool mpic_direct_eoi;
	bool no_dma_disable;
	bool defer_dma_disable;
};

struct plan {
	struct plan_range memory[PLAN_MAX_MEMORY];
	uint16_t num_memory;
	struct plan_range hv_memory;
	struct plan_cpu cpus[PLAN_MAX_CPUS]; /* cpus[0] is the boot core; then in order of the
						hardware tree */
	uint16_t num_cpus;
	uint32_t timebase_hz;
	uint64_t mpic_tpa, mpic_size;
	uint64_t reset_tpa; /* guts RSTCR register, or 0 */
	struct plan_pma pmas[PLAN_MAX_PMAS];
	uint16_t num_pmas;
	struct plan_gpma gpmas[PLAN_MAX_GPMAS];
	uint16_t num_gpmas;
	struct plan_image images[PLAN_MAX_IMAGES];
	uint16_t num_images;
	struct plan_uart uarts[PLAN_MAX_UARTS];
	uint16_t num_uarts;
	struct plan_mux muxes[PLAN_MAX_MUXES];
	uint16_t num_muxes;
	struct plan_channel channels[PLAN_MAX_CHANNELS]; /* those of a partition stand together,
							    hv-config's first */
	uint16_t num_channels;
	struct plan_bell bells[PLAN_MAX_BELLS]; /* those of a partition stand together */
	uint16_t num_bells;
	struct plan_managed managed[PLAN_MAX_MANAGED]; /* those of a manager stand together */
	uint16_t num_managed;
	struct plan_stub stubs[PLAN_MAX_STUBS];
	uint16_t num_stubs;
	struct plan_error_config error_configs[PLAN_MAX_ERROR_CONFIGS];
	uint16_t num_error_configs;
	struct plan_partition partitions[PLAN_MAX_PARTITIONS];
	uint16_t num_partitions;
	uint16_t stdout_channel;      /* index of the byte channel that carries log and shell, or
					 PLAN_NONE */
	struct plan_range persistent; /* hv-persistent-data: kept by a warm reboot; size 0: none */
	uint8_t watchdog_period;      /* of the hypervisor's own watchdog, or PLAN_NO_PERIOD */
	bool has_iommu;		      /* the machine can confine what devices read and write */
	bool legacy_interrupts;
	bool sysreset_on_partition_stop;
	uint16_t num_devices;
	uint16_t num_regions;
	uint16_t num_irqs;
	/* The large tables come last: what stands before them is within reach of one instruction.
	 */
	struct plan_device devices[PLAN_MAX_DEVICES]; /* hv-config's first */
	struct plan_irq irqs[PLAN_MAX_IRQS];	      /* those of a partition stand together */
	struct plan_region regions[PLAN_MAX_REGIONS]; /* those of a device stand together */
};

enum plan_severity {
	PLAN_ERROR,   /* the plan is not valid */
	PLAN_WARNING, /* valid, but likely not what was meant; or parsed and not enforced on this
			 machine */
};

/* One finding.  All strings are valid only during the report call. */
struct plan_finding {
	enum plan_severity severity;
	const char *node; /* full path in the configuration tree, or "hardware:" and a path in the
			     other one */
	const char *property; /* or NULL when the node as a whole is meant */
	const char *problem;  /* what is wrong, with the values */
	const char *remedy;   /* what would be right */
};

/* Where findings go. */
struct plan_report {
	void (*finding)(void *ctx, const struct plan_finding *finding);
	void *ctx;
};

/* A stretch of RAM that holds something which the trees do not mention. */
struct plan_reserved {
	struct plan_range range;
	const char *what; /* for findings: "the hypervisor's uImage" */
};

/* What the trees cannot know: where the loader put things.  Zero size = not given. */
struct plan_input {
	const void *hw_fdt;  /* a checked flat tree (version 16 or later, fdt_check_full() has
				passed), kept by the plan by reference */
	const void *cfg_fdt; /* same */
	uint32_t boot_hwid;  /* PIR of the core that boots */
	struct plan_range hv_image; /* where the loader put the hypervisor's image */
	struct plan_range hw_tree;  /* and the trees; nothing may be loaded from or over them */
	struct plan_range cfg_tree;
	/* What else the loader staged: no image may be loaded from there. */
	struct plan_reserved reserved[PLAN_MAX_RESERVED];
};

/*
 * Parse and check.  Returns the number of errors: 0 means that *@plan is valid.  Warnings are
 * reported but not counted.  *@plan keeps pointers into both trees; they must stay.
 */
unsigned int plan_parse(struct plan *plan, const struct plan_input *in,
			const struct plan_report *report);

/* The interrupt of partition @part with this MPIC source, or NULL when the guest does not get it.
 */
const struct plan_irq *plan_find_irq(const struct plan *plan, unsigned int part, uint32_t source);

/*
 * The configuration's node that becomes the @n-th one of the guest's /hypervisor/handles under its
 * own name; negative behind the last.
 */
int plan_handle_node(const struct plan *plan, const struct plan_partition *part, unsigned int n);

/*
 * Guest physical to true physical for partition @part.  Returns the true physical address and
 * stores in
 * *@contiguous how many bytes from there on are contiguous within one guest-phys-mem-area; or
 * UINT64_MAX when nothing is mapped there.  Memory only: registers of devices are in plan.regions.
 */
uint64_t plan_gpa_to_tpa(const struct plan *plan, unsigned int part, uint64_t gpa,
			 uint64_t *contiguous);

#endif
