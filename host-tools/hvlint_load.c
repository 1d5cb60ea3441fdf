/* SPDX-License-Identifier: BSD-2-Clause */
#include "host-tools/hvlint_load.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libfdt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host-tools/say.h"
#include "hv/console/version.h"

enum {
	UIMAGE_MAGIC = 0x27051956,
	UIMAGE_HEADER = 64,
	UIMAGE_NAME = 32,	  /* offset, and length */
	TREE_WINDOW = 16 << 20,	  /* the hypervisor maps as much, aligned, to read a tree */
	HV_IMAGE_SPACE = 1 << 20, /* what it fills of its memory before it has read the trees */
};

static enum lint_load_kind kind_of(const struct lint_load *load)
{
	const char *name = (const char *)load->data + UIMAGE_NAME;

	if (load->range.size >= sizeof(struct fdt_header) && fdt_check_header(load->data) == 0 &&
	    fdt_check_full(load->data, load->range.size) == 0)
		return fdt_path_offset(load->data, "/cpus") >= 0 ? LINT_LOAD_HW : LINT_LOAD_CONFIG;
	if (load->range.size >= UIMAGE_HEADER &&
	    fdt32_ld((const void *)load->data) == UIMAGE_MAGIC &&
	    strncmp(name, BERYL_IMAGE_NAME, UIMAGE_NAME) == 0)
		return LINT_LOAD_HYPERVISOR;
	return LINT_LOAD_IMAGE;
}

static int open_one(struct lint_load *load, const struct lint_load_option *option)
{
	const int fd = open(option->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	const char *wrong = NULL;
	void *data = MAP_FAILED;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0)
		wrong = strerror(errno);
	else if (!S_ISREG(st.st_mode) || st.st_size == 0)
		wrong = "is not a file with something in it";
	else
		data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (!wrong && data == MAP_FAILED)
		wrong = strerror(errno);
	if (fd >= 0)
		close(fd);
	if (wrong) {
		say_error("--load %s: %s", option->path, wrong);
		return -1;
	}
	*load = (struct lint_load){
		.path = option->path,
		.range = { option->addr, (uint64_t)st.st_size },
		.data = data,
	};
	load->kind = kind_of(load);
	return 0;
}

int lint_loads_open(struct lint_loads *loads, const struct lint_options *options)
{
	unsigned int of_kind[4] = { 0 };

	for (unsigned int i = 0; i < options->num_loads; i++) {
		struct lint_load *load = &loads->list[loads->count];

		if (open_one(load, &options->loads[i]) != 0)
			return -1;
		loads->count++;
		if (load->kind != LINT_LOAD_IMAGE && of_kind[load->kind]++) {
			say_error("--load %s: is the second %s", load->path,
				  load->kind == LINT_LOAD_HW	   ? "hardware tree"
				  : load->kind == LINT_LOAD_CONFIG ? "configuration tree"
								   : "hypervisor");
			return -1;
		}
	}
	return 0;
}

void lint_loads_close(struct lint_loads *loads)
{
	for (unsigned int i = 0; i < loads->count; i++)
		munmap((void *)loads->list[i].data, (size_t)loads->list[i].range.size);
	loads->count = 0;
}

void lint_loads_fill(const struct lint_loads *loads, struct plan_input *input)
{
	for (unsigned int i = 0; i < loads->count; i++) {
		const struct lint_load *load = &loads->list[i];

		if (load->kind == LINT_LOAD_HW)
			input->hw_tree = load->range;
		else if (load->kind == LINT_LOAD_CONFIG)
			input->cfg_tree = load->range;
		else if (load->kind == LINT_LOAD_HYPERVISOR)
			input->reserved[0] =
				(struct plan_reserved){ load->range,
							"the hypervisor's own uImage" };
	}
}

const struct lint_load *lint_loads_find(const struct lint_loads *loads, uint64_t tpa)
{
	for (unsigned int i = 0; i < loads->count; i++)
		if (loads->list[i].kind == LINT_LOAD_IMAGE && loads->list[i].range.tpa == tpa)
			return &loads->list[i];
	return NULL;
}

/* @text holds problem and remedy, with a newline between them. */
__attribute__((format(printf, 4, 5))) static void report(struct lint_findings *findings,
							 enum plan_severity severity,
							 const struct lint_load *load,
							 const char *text, ...)
{
	struct lint_finding finding = { .severity = severity, .file = load->path };
	char *problem;
	va_list args;

	va_start(args, text);
	problem = lint_findings_format(&finding.remedy, text, args);
	va_end(args);
	finding.problem = problem;
	lint_findings_add(findings, &finding);
	free(problem);
}

static bool overlaps(const struct plan_range *a, const struct plan_range *b)
{
	return a->tpa < b->tpa + b->size && b->tpa < a->tpa + a->size;
}

/* A boot loader puts nothing where there is no RAM; flash is written by other means. */
static bool is_ram(const struct plan *plan, const struct plan_range *range)
{
	for (unsigned int i = 0; i < plan->num_memory; i++) {
		const struct plan_range *ram = &plan->memory[i];

		if (range->tpa >= ram->tpa && range->tpa + range->size <= ram->tpa + ram->size)
			return true;
	}
	return false;
}

/* The later one is loaded over the earlier. */
static void check_others(const struct lint_loads *loads, unsigned int index,
			 struct lint_findings *findings)
{
	const struct lint_load *load = &loads->list[index];

	for (unsigned int i = 0; i < index; i++) {
		const struct lint_load *other = &loads->list[i];

		if (overlaps(&load->range, &other->range))
			report(findings, PLAN_ERROR, load,
			       "0x%" PRIx64 " + 0x%" PRIx64 " is loaded over %s, 0x%" PRIx64
			       " + 0x%" PRIx64 "\nload it somewhere else",
			       load->range.tpa, load->range.size, other->path, other->range.tpa,
			       other->range.size);
	}
}

static void check_tree(const struct lint_load *load, const struct plan *plan,
		       struct lint_findings *findings)
{
	const struct plan_range image = { plan->hv_memory.tpa, HV_IMAGE_SPACE };

	if (load->range.tpa % 8)
		report(findings, PLAN_ERROR, load,
		       "a tree at 0x%" PRIx64 " cannot be read\nload it at a multiple of 8",
		       load->range.tpa);
	if (load->range.tpa % TREE_WINDOW + fdt_totalsize(load->data) > TREE_WINDOW)
		report(findings, PLAN_ERROR, load,
		       "0x%" PRIx64 " + 0x%" PRIx64 " crosses a multiple of 16 MiB\n"
		       "load it at 0x%" PRIx64,
		       load->range.tpa, load->range.size,
		       load->range.tpa & ~(uint64_t)(TREE_WINDOW - 1));
	if (overlaps(&load->range, &image))
		report(findings, PLAN_ERROR, load,
		       "0x%" PRIx64 " + 0x%" PRIx64 " lies in the first MiB of hv-memory, where "
		       "the hypervisor moves to\nload it somewhere else",
		       load->range.tpa, load->range.size);
}

static bool is_read(const struct plan *plan, uint64_t tpa)
{
	for (unsigned int i = 0; i < plan->num_images; i++)
		if (plan->images[i].src_tpa == tpa)
			return true;
	return false;
}

void lint_loads_check(const struct lint_loads *loads, const struct plan *plan,
		      struct lint_findings *findings)
{
	for (unsigned int i = 0; i < loads->count; i++) {
		const struct lint_load *load = &loads->list[i];

		check_others(loads, i, findings);
		if (load->kind == LINT_LOAD_HW || load->kind == LINT_LOAD_CONFIG)
			check_tree(load, plan, findings);
		if (load->kind != LINT_LOAD_IMAGE)
			continue;
		if (!is_read(plan, load->range.tpa))
			report(findings, PLAN_WARNING, load,
			       "no partition loads from 0x%" PRIx64
			       "\nname it in guest-image, linux-rootfs or load-image-table",
			       load->range.tpa);
		else if (!is_ram(plan, &load->range))
			report(findings, PLAN_ERROR, load,
			       "0x%" PRIx64 " + 0x%" PRIx64 " is not all RAM\nload it lower",
			       load->range.tpa, load->range.size);
	}
}
