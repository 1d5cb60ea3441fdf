/* SPDX-License-Identifier: BSD-2-Clause */
/* libfdt asks for strtoul() only in overlays, zlib for malloc() only without an allocator; neither
 * is linked. */
#ifndef HV_LIB_STDLIB_H
#define HV_LIB_STDLIB_H

#include <stddef.h>

void *malloc(size_t size);
void *calloc(size_t n, size_t size);
void free(void *p);
unsigned long strtoul(const char *s, char **end, int base);

#endif
