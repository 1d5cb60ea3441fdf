/* SPDX-License-Identifier: BSD-2-Clause */
/* ELF executables: 32-bit, big-endian, PowerPC (System V ABI, ELF header and program headers). */
#include <string.h>

#include "hv/config/plan.h"
#include "hv/partition/image_format.h"

enum {
	EHDR_SIZE = 52,
	PHDR_SIZE = 32,
	MAX_PHDRS = 64, /* executables have fewer than ten */

	ELFCLASS32 = 1,
	ELFDATA2MSB = 2,
	EV_CURRENT = 1,
	ET_EXEC = 2,
	EM_PPC = 20,
	PT_LOAD = 1,
};

/* A segment that occupies memory. */
struct segment {
	uint32_t offset, vaddr, paddr, filesz, memsz;
};

/* The scratch memory while an ELF is loaded. */
struct elf_work {
	uint8_t phdrs[MAX_PHDRS][PHDR_SIZE];
	struct segment segments[MAX_PHDRS];
	uint8_t buf[32 * 1024];
};
_Static_assert(sizeof(struct elf_work) <= IMAGE_WORK_SIZE, "scratch memory is too small");

static bool is_ours(const uint8_t *ehdr)
{
	return ehdr[4] == ELFCLASS32 && ehdr[5] == ELFDATA2MSB && ehdr[6] == EV_CURRENT &&
	       image_be16(ehdr + 16) == ET_EXEC && image_be16(ehdr + 18) == EM_PPC &&
	       image_be32(ehdr + 20) == EV_CURRENT && image_be16(ehdr + 42) == PHDR_SIZE;
}

/* Within the file, within 32 bits; the file's part is not larger than the memory's. */
static int check_segment(const struct segment *s, uint64_t src_size)
{
	if (s->filesz > s->memsz || s->memsz - 1 > UINT32_MAX - s->paddr ||
	    s->memsz - 1 > UINT32_MAX - s->vaddr)
		return IMAGE_BAD_HEADER;
	if (s->offset > src_size || s->filesz > src_size - s->offset)
		return IMAGE_TRUNCATED;
	return IMAGE_OK;
}

static bool overlap(const struct segment *a, const struct segment *b)
{
	return a->paddr <= b->paddr ? b->paddr - a->paddr < a->memsz
				    : a->paddr - b->paddr < b->memsz;
}

/* Fill work->segments with what has to be loaded.  Returns how many there are, or an error. */
static int collect_segments(struct elf_work *work, unsigned int phnum, uint64_t src_size)
{
	unsigned int i, j, count = 0;

	for (i = 0; i < phnum; i++) {
		const uint8_t *phdr = work->phdrs[i];
		struct segment *s = &work->segments[count];
		int error;

		*s = (struct segment){
			.offset = image_be32(phdr + 4),
			.vaddr = image_be32(phdr + 8),
			.paddr = image_be32(phdr + 12),
			.filesz = image_be32(phdr + 16),
			.memsz = image_be32(phdr + 20),
		};
		if (image_be32(phdr) != PT_LOAD || (!s->memsz && !s->filesz))
			continue;
		if (!s->memsz)
			return IMAGE_BAD_HEADER;
		error = check_segment(s, src_size);
		if (error)
			return error;
		for (j = 0; j < count; j++) {
			if (overlap(s, &work->segments[j]))
				return IMAGE_BAD_HEADER;
		}
		count++;
	}
	return count ? (int)count : IMAGE_BAD_HEADER;
}

/* The physical address of virtual address @entry.  False when no segment has it. */
static bool find_entry(const struct elf_work *work, int count, uint32_t entry, uint32_t *paddr)
{
	int i;

	for (i = 0; i < count; i++) {
		const struct segment *s = &work->segments[i];

		if (entry >= s->vaddr && entry - s->vaddr < s->memsz) {
			*paddr = s->paddr + (entry - s->vaddr);
			return true;
		}
	}
	return false;
}

static uint32_t lowest_paddr(const struct elf_work *work, int count)
{
	uint32_t lowest = UINT32_MAX;
	int i;

	for (i = 0; i < count; i++) {
		if (work->segments[i].paddr < lowest)
			lowest = work->segments[i].paddr;
	}
	return lowest;
}

static int load_segment(const struct image_job *job, struct elf_work *work, const struct segment *s,
			uint64_t gpa)
{
	int error = image_copy(job, s->offset, gpa, s->filesz, work->buf, sizeof(work->buf));

	return error ? error
		     : image_write(job, gpa + s->filesz, NULL, (uint64_t)s->memsz - s->filesz);
}

int image_load_elf(const struct image_job *job)
{
	struct elf_work *work = job->io->work;
	uint8_t ehdr[EHDR_SIZE];
	uint32_t lowest, entry, phnum;
	uint64_t base;
	int i, count, error;

	error = image_read(job, 0, ehdr, sizeof(ehdr));
	if (error)
		return error;
	phnum = image_be16(ehdr + 44);
	if (!is_ours(ehdr) || !phnum || phnum > MAX_PHDRS)
		return IMAGE_BAD_HEADER;
	error = image_read(job, image_be32(ehdr + 28), work->phdrs, (size_t)phnum * PHDR_SIZE);
	if (error)
		return error;
	count = collect_segments(work, phnum, job->io->src_size);
	if (count < 0)
		return count;
	if (!find_entry(work, count, image_be32(ehdr + 24), &entry))
		return count ? IMAGE_BAD_ENTRY : IMAGE_BAD_HEADER;

	lowest = lowest_paddr(work, count);
	base = job->dst_gpa == PLAN_DST_FROM_HEADERS ? lowest : job->dst_gpa;
	if (base > UINT64_MAX - UINT32_MAX)
		return IMAGE_NO_MEMORY_THERE;
	job->result->entry_gpa = base + (entry - lowest);
	for (i = 0; i < count; i++) {
		const struct segment *s = &work->segments[i];

		error = load_segment(job, work, s, base + (s->paddr - lowest));
		if (error)
			return error;
	}
	return IMAGE_OK;
}
