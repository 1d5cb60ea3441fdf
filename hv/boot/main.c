/* SPDX-License-Identifier: BSD-2-Clause */
/* Boot, in order: trees, hv-memory, plan, devices, consoles, partitions, cores. */
#include "hv/booke/core.h"
#include "hv/booke/spr.h"
#include "hv/booke/time.h"
#include "hv/booke/tlb.h"
#include "hv/boot/boot.h"
#include "hv/console/channels.h"
#include "hv/console/console.h"
#include "hv/console/log.h"
#include "hv/console/panic.h"
#include "hv/console/version.h"
#include "hv/debug/debug.h"
#include "hv/drivers/guts.h"
#include "hv/irq/devices.h"
#include "hv/irq/mpic.h"
#include "hv/partition/memory.h"
#include "hv/partition/partition.h"

uint64_t boot_time;

struct core boot_core;
/* The boot core's stack; entry.S uses it from the first call. */
char boot_stack[CORE_STACK_SIZE] __attribute__((aligned(16)));

extern const char data_end[], image_start[];

void boot_main(uint32_t fdt_tpa, uint32_t unused, uint32_t image_high, uint32_t image_low)
	__attribute__((noreturn));

static void log_finding(void *ctx, const struct plan_finding *f)
{
	(void)ctx;
	log_printf(LOG_CONFIG, f->severity == PLAN_ERROR ? LOG_ERROR : LOG_WARNING,
		   "%s: %s%s%s: %s: %s", f->severity == PLAN_ERROR ? "error" : "warning", f->node,
		   f->property ? " " : "", f->property ? f->property : "", f->problem, f->remedy);
}

static void make_plan(const struct boot_tree *hw, const struct boot_tree *cfg, uint64_t image_tpa)
{
	const struct plan_report report = { log_finding, NULL };
	struct plan_input input = {
		.hw_fdt = hw->fdt,
		.cfg_fdt = cfg->fdt,
		.boot_hwid = this_core->hwid,
		.hv_image = { image_tpa, HV_IMAGE_SPAN },
		.hw_tree = { hw->tpa, hw->size },
		.cfg_tree = { cfg->tpa, cfg->size },
	};
	unsigned int errors = plan_parse(&plan, &input, &report);

	/* Only a plan says where to look, so it is made again when something was there. */
	if (!errors && boot_find_staged(&plan, &input.reserved[0].range)) {
		input.reserved[0].what = "the hypervisor's own uImage";
		errors = plan_parse(&plan, &input, &report);
	}

	if (errors)
		panic("the configuration tree has %u error%s: see above", errors,
		      errors == 1 ? "" : "s");
	hw_tree = hw->fdt;
	cfg_tree = cfg->fdt;
}

static void start_interrupts(struct arena *arena)
{
	volatile void *regs = tlb_map_io(plan.mpic_tpa, plan.mpic_size);

	if (!regs || mpic_init(regs, arena, plan.num_irqs + plan.num_uarts, plan.timebase_hz))
		panic("no room for the interrupt controller");
	mpic_init_core();
}

static void start_console(void)
{
	struct bc_end *end = channels_console_end();

	if (end)
		console_init(end);
}

static void start_partitions(void)
{
	for (unsigned int i = 0; i < plan.num_partitions; i++)
		if (!plan.partitions[i].no_auto_start)
			partition_start(&partitions[i], PARTITION_ENTRY_AS_BEFORE, true);
}

void boot_main(uint32_t fdt_tpa, uint32_t unused, uint32_t image_high, uint32_t image_low)
{
	uint64_t image_tpa = (uint64_t)image_high << 32 | image_low;
	struct boot_tree hw, cfg;
	struct bootargs args;
	struct plan_range memory;
	struct arena arena;

	(void)unused;
	boot_time = time_now();
	core_init();
	this_core->hwid = mfspr(SPR_PIR);
	cores[this_core->hwid] = this_core;

	boot_tree_open(&hw, "hardware", fdt_tpa, 0);
	boot_find_panic_uart(hw.fdt);
	bootargs_parse(hw.fdt, &args);
	if (!args.has_config)
		panic("bootargs do not say where the configuration tree is: "
		      "setenv bootargs config-addr=0x78900000");
	boot_tree_open(&cfg, "configuration", args.config_tpa, 1);
	memory = boot_hv_memory(cfg.fdt);
	boot_move(&memory, image_tpa, &hw, &cfg);

	log_printf(LOG_BOOT, LOG_NOTICE, "%s", BERYL_VERSION_LINE);
	boot_arena(&arena, &memory);
	/* At the end of hv-memory, where the next run looks for it. */
	arena.size -= LOG_MEMORY;
	log_move(arena.base + arena.size);
	boot_tree_keep(&hw, "hardware", &arena);
	boot_tree_keep(&cfg, "configuration", &arena);
	make_plan(&hw, &cfg, image_tpa);

	memory_clear_areas();
	boot_cores_create(&plan, &arena);
	start_interrupts(&arena);
	guts_init(plan.reset_tpa);
	partition_create_all(&arena);
	channels_create_all(&arena);
	devices_create_interrupts(&arena);
	debug_create_all(&arena);
	start_console();
	boot_cores_release(&plan, image_tpa);
	log_printf(LOG_BOOT, LOG_NOTICE,
		   "%u partitions, %u byte channels, %zu KiB of hv-memory used",
		   plan.num_partitions, plan.num_channels, (arena.used + 1023) / 1024);
	start_partitions();
	boot_core_loop();
}
