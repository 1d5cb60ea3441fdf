/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names in the trees: what a configuration tree written for Topaz says, and what a guest reads in
 * its own tree (ePAPR 1.1 chapters 2, 3 and 7, and the fsl,* bindings).
 *
 * COMPAT_* are values of "compatible", PROP_* properties, NODE_* names of nodes; *_CFG_* are the
 * configuration tree's own.
 */
#ifndef PROTOCOL_NAMES_H
#define PROTOCOL_NAMES_H

/* Configuration tree: nodes are found by compatible, below their expected parent. */
#define COMPAT_CFG_ROOT "fsl,hv-config" /* root of the tree, by convention; not required */
#define COMPAT_CFG_HV_CONFIG "hv-config"
#define COMPAT_CFG_HV_MEMORY "hv-memory"
#define COMPAT_CFG_PHYS_MEM_AREA "phys-mem-area"
#define COMPAT_CFG_GUEST_PHYS_MEM_AREA "guest-phys-mem-area"
#define COMPAT_CFG_PARTITION "partition"
#define COMPAT_CFG_BYTE_CHANNEL "byte-channel"
#define COMPAT_CFG_BYTE_CHANNEL_MUX "byte-channel-mux"
#define COMPAT_CFG_DOORBELL "doorbell"
#define COMPAT_CFG_SEND_DOORBELL "send-doorbell"
#define COMPAT_CFG_RECEIVE_DOORBELL "receive-doorbell"
#define COMPAT_CFG_FAST_DOORBELL "fast-doorbell" /* beside "doorbell" */
#define COMPAT_CFG_MANAGED_PARTITION "managed-partition"
#define COMPAT_CFG_DEBUG_STUB "debug-stub"
#define COMPAT_CFG_ERROR_MANAGER "error-manager"
#define COMPAT_CFG_DMA_WINDOW "dma-window"
#define COMPAT_CFG_DMA_SUBWINDOW "dma-subwindow"

#define NODE_CFG_ALIASES "aliases"
#define NODE_CFG_NODE_UPDATE "node-update"
#define NODE_CFG_NODE_UPDATE_PHANDLE "node-update-phandle"
#define NODE_CFG_ERROR_CONFIG "error-config"

/* Configuration tree: hv-config and its children */
#define PROP_CFG_STDOUT "stdout"		       /* phandle */
#define PROP_CFG_LEGACY_INTERRUPTS "legacy-interrupts" /* empty */
#define PROP_CFG_SYSRESET "sysreset-on-partition-stop" /* empty */
#define PROP_CFG_PHYS_MEM "phys-mem"		       /* phandle of a phys-mem-area */
#define PROP_CFG_DEVICE "device"		       /* alias or path in the hardware tree */
#define PROP_CFG_BAUD "baud"			       /* u32 */
#define PROP_CFG_WATCHDOG_ENABLE "watchdog-enable"     /* u32, 0..63 */
#define PROP_CFG_PERSISTENT "hv-persistent-data"       /* offset in hv-memory, size; u64 */
#define PROP_CFG_DOMAIN "domain"		       /* of error-config: string */
#define PROP_CFG_ERROR "error"			       /* the same */
#define PROP_CFG_POLICY "policy" /* "notify", "disable", "halt", "system-reset" */
#define PROP_CFG_THRESHOLD "single-bit-ecc-threshold" /* u32 */

/* Configuration tree: byte channels */
#define PROP_CFG_ENDPOINT "endpoint" /* phandle: UART, byte-channel-mux or byte-channel */
#define PROP_CFG_GLOBAL_DOORBELL "global-doorbell"
#define PROP_CFG_MUX_CHANNEL "mux-channel" /* u32, 0..31 */

/* Configuration tree: memory.  Values are 8 bytes whatever the cell sizes. */
#define PROP_CFG_ADDR "addr"
#define PROP_CFG_SIZE "size"
#define PROP_CFG_ZERO_PMA "zero-pma"
#define PROP_CFG_GUEST_ADDR "guest-addr"
#define PROP_CFG_USE_NO_LAW "use-no-law"
#define PROP_CFG_CPC_WAYS "allocate-cpc-ways" /* cells: numbers of ways */
#define PROP_CFG_DMA_ONLY "dma-only"

/* Configuration tree: partitions.  Image tables and the window have the hardware root's cells. */
#define PROP_CFG_LABEL "label"
#define PROP_CFG_CPUS "cpus"			     /* rows of first, count */
#define PROP_CFG_DTB_WINDOW "dtb-window"	     /* gpa, size */
#define PROP_CFG_GUEST_IMAGE "guest-image"	     /* source, destination, length */
#define PROP_CFG_LOAD_IMAGE_TABLE "load-image-table" /* rows of the same */
#define PROP_CFG_LINUX_ROOTFS "linux-rootfs"	     /* source, destination, length */
#define PROP_CFG_NO_AUTO_START "no-auto-start"
#define PROP_CFG_PRIVILEGED "privileged"
#define PROP_CFG_INIT_MAP_SIZE "init-map-size"
#define PROP_CFG_INIT_MAP_PADDR "init-map-paddr"
#define PROP_CFG_INIT_MAP_VADDR "init-map-vaddr"
#define PROP_CFG_CACHE_LOCK_DISABLE "guest-cache-lock-disable"
#define PROP_CFG_DEBUG_DISABLE "guest-debug-disable"
#define PROP_CFG_MPIC_DIRECT_EOI "mpic-direct-eoi"
#define PROP_CFG_NO_DMA_DISABLE "no-dma-disable" /* of a device as well */
#define PROP_CFG_DEFER_DMA_DISABLE "defer-dma-disable"
#define PROP_CFG_DEVICE_RANGES "device-ranges" /* rows of bus address, gpa, size; u64 */
#define PROP_CFG_DIRECT_TLB "direct-guest-tlb-management"
#define PROP_CFG_DIRECT_TLB_MISS "direct-guest-tlb-miss"
#define PROP_CFG_WATCHDOG_TIMEOUT "watchdog-timeout" /* "partition-reset", "manager-notify"... */
#define PROP_CFG_WATCHDOG_PERIOD "watchdog-autostart-period" /* u32, 0..63 */
#define PROP_CFG_MANAGED "partition"			     /* of managed-partition: phandle */
#define PROP_CFG_DEBUG_CPUS "debug-cpus"		     /* rows of first, count: vCPUs */
#define PROP_CFG_WAIT_AT_START "gdb-wait-at-start"
#define PROP_CFG_VCPU "vcpu" /* u32, of error-manager and of portals */

/* Configuration tree: devices of partitions */
#define PROP_CFG_CLAIMABLE "claimable" /* "active", "standby" */
#define PROP_CFG_MAP_RANGES "map-ranges"
#define PROP_CFG_DMA_UNPROTECTED "dma-unprotected" /* Beryl's own */
#define PROP_CFG_DMA_WINDOW "dma-window"	   /* phandle */
#define PROP_CFG_SUBWINDOW_COUNT "subwindow-count" /* u32, of a dma-window */
#define PROP_CFG_MSI_SUBWINDOW "pcie-msi-subwindow"
#define PROP_CFG_CCSR_SUBWINDOW "srio-ccsr-subwindow"
#define PROP_CFG_OPERATION_MAPPING "operation-mapping" /* u32 */
#define PROP_CFG_STASH_DEST "stash-dest"	       /* u32, level of cache: 1..3 */
#define PROP_CFG_SNOOP_CPU_ONLY "snoop-cpu-only"
#define PROP_CFG_LIODN_INDEX "liodn-index" /* u32 */
#define PROP_CFG_ATMU "atmu-guest-physical"
#define CLAIMABLE_ACTIVE "active"
#define CLAIMABLE_STANDBY "standby"

/* Configuration tree: directives inside node-update */
#define PROP_CFG_DELETE_SUBNODES "delete-subnodes"
#define PROP_CFG_DELETE_NODE "delete-node"
#define PROP_CFG_DELETE_PROP "delete-prop"
#define PROP_CFG_PREPEND_STRINGLIST "prepend-stringlist"

/* Both trees, and the hardware tree */
#define PROP_COMPATIBLE "compatible"
#define PROP_DEVICE_TYPE "device_type"
#define PROP_REG "reg"
#define PROP_RANGES "ranges"
#define PROP_DMA_RANGES "dma-ranges"
#define PROP_STATUS "status"
#define PROP_PHANDLE "phandle"
#define PROP_LINUX_PHANDLE "linux,phandle"
#define PROP_ADDRESS_CELLS "#address-cells"
#define PROP_SIZE_CELLS "#size-cells"
#define PROP_INTERRUPTS "interrupts"
#define PROP_INTERRUPT_PARENT "interrupt-parent"
#define PROP_INTERRUPT_CONTROLLER "interrupt-controller"
#define PROP_INTERRUPT_CELLS "#interrupt-cells"
#define PROP_INTERRUPT_MAP "interrupt-map"
#define PROP_ENABLE_METHOD "enable-method"
#define PROP_CPU_RELEASE_ADDR "cpu-release-addr"
#define PROP_CLOCK_FREQUENCY "clock-frequency"
#define PROP_CURRENT_SPEED "current-speed"
#define PROP_TIMEBASE_FREQUENCY "timebase-frequency"
#define PROP_BUS_FREQUENCY "bus-frequency"
#define PROP_BOOTARGS "bootargs"
#define PROP_INITRD_START "linux,initrd-start" /* u64 */
#define PROP_INITRD_END "linux,initrd-end"     /* u64 */

#define STATUS_OKAY "okay"
#define STATUS_DISABLED "disabled"
#define ENABLE_METHOD_SPIN_TABLE "spin-table"

#define DEVICE_TYPE_CPU "cpu"
#define DEVICE_TYPE_MEMORY "memory"
#define DEVICE_TYPE_SOC "soc"

/* Hardware tree: what the hypervisor drives */
#define COMPAT_NS16550 "ns16550"
#define COMPAT_OPEN_PIC "chrp,open-pic"
#define COMPAT_MPIC "fsl,mpic"
#define COMPAT_GUTS "fsl,mpc8544-guts"

/* Hardware tree: what the configuration divides and the hypervisor does not */
#define COMPAT_PAMU "fsl,pamu"
#define COMPAT_LAW "fsl,corenet-law"
#define COMPAT_CPC "cache"
#define COMPAT_MPIC_MSI "fsl,mpic-msi"
#define COMPAT_MPIC_MSI_43 "fsl,mpic-msi-v4.3"

/* Guest tree: root */
#define NODE_ALIASES "aliases"
#define PROP_LABEL "label"
#define PROP_EPAPR_VERSION "epapr-version"
#define EPAPR_VERSION "ePAPR-1.0"
#define COMPAT_HV_SUFFIX "-hv" /* appended to every string of the hardware root's compatible */

/* Guest tree: /hypervisor */
#define NODE_HYPERVISOR "hypervisor"
#define COMPAT_HYPERVISOR_FSL "fsl,embedded-hypervisor-v1.3"
#define COMPAT_HYPERVISOR_EPAPR "epapr,hypervisor-1"
#define PROP_GUEST_ID "guest-id"
#define PROP_GUEST_NAME "guest-name"
#define PROP_HCALL_INSTRUCTIONS "hcall-instructions"
#define PROP_HAS_IDLE "has-idle"
#define PROP_HV_VERSION "fsl,hv-version" /* release, 2 cells; API version; oldest served */
#define PROP_HV_CACHE_LOCK_DISABLE "fsl,hv-guest-cache-lock-disable" /* empty */
#define PROP_HV_DEBUG_DISABLE "fsl,hv-guest-debug-disable"	     /* empty */
#define PROP_HV_SYS_RESET_STATUS "fsl,hv-sys-reset-status"
#define PROP_HV_STOPPED_BY "fsl,hv-stopped-by"
#define PROP_HV_REASON_STOPPED "fsl,hv-reason-stopped"
#define HV_POWER_ON_RESET "power-on-reset"
#define HV_HARD_RESET "hard-reset"

/* Guest tree: /hypervisor/handles */
#define NODE_HANDLES "handles"
#define PROP_HV_HANDLE "hv-handle"
#define COMPAT_HV_BYTE_CHANNEL "epapr,hv-byte-channel" /* interrupts: receive, transmit */
#define COMPAT_HV_SEND_DOORBELL "epapr,hv-send-doorbell"
#define COMPAT_HV_RECEIVE_DOORBELL "epapr,hv-receive-doorbell"
#define COMPAT_HV_SHUTDOWN_DOORBELL "fsl,hv-shutdown-doorbell"
#define NODE_SHUTDOWN "shutdown"
#define NODE_ERROR_QUEUE "guest-error-queue"
#define COMPAT_HV_ERROR_QUEUE "fsl,hv-guest-error-queue"
#define COMPAT_HV_ERROR_MANAGER "fsl,hv-error-manager"
#define PROP_HV_ERROR_MANAGER_CPU "fsl,hv-error-manager-cpu" /* vCPU */
#define PROP_HV_CLAIMABLE "fsl,hv-claimable"		     /* CLAIMABLE_* */

/* Guest tree: of a managed partition, below its own node */
#define COMPAT_HV_PARTITION "fsl,hv-partition-handle"
#define NODE_STATE_CHANGE "state-change"
#define NODE_WATCHDOG_EXPIRATION "watchdog-expiration"
#define NODE_RESET_REQUEST "reset-request"
#define COMPAT_HV_STATE_CHANGE "fsl,hv-state-change-doorbell"
#define COMPAT_HV_WATCHDOG_EXPIRATION "fsl,hv-watchdog-expiration-doorbell"
#define COMPAT_HV_RESET_REQUEST "fsl,hv-reset-request-doorbell"

/* Guest tree: /devices and its interrupt controller */
#define NODE_DEVICES "devices"
#define COMPAT_SIMPLE_BUS "simple-bus"
#define NODE_VMPIC "vmpic"
#define COMPAT_HV_PIC "epapr,hv-pic"
#define PROP_HAS_EXTERNAL_PROXY "has-external-proxy"
#define PROP_NO_PRIORITY "no-priority"
#define COMPAT_VMPIC_MSI "fsl,vmpic-msi"
#define COMPAT_VMPIC_MSI_43 "fsl,vmpic-msi-v4.3"
#define PROP_HV_DEVICE_HANDLE "fsl,hv-device-handle" /* of a device that is claimable */
#define PROP_CPU_HANDLE "cpu-handle"		     /* phandle: of a portal, whose it is */
#define STATUS_FAIL "fail"
#define NO_INTERRUPT 0xffffffff	 /* both cells, for an interrupt that the guest does not get */
#define VMPIC_PHANDLE 0x564d5043 /* "VMPC" */

#endif
