/* SPDX-License-Identifier: BSD-2-Clause */
/* libfdt's surroundings, on a machine that has the byte order of flat trees. */
#ifndef LIBFDT_ENV_H
#define LIBFDT_ENV_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef uint16_t fdt16_t;
typedef uint32_t fdt32_t;
typedef uint64_t fdt64_t;

#define fdt16_to_cpu(x) ((uint16_t)(x))
#define cpu_to_fdt16(x) ((fdt16_t)(x))
#define fdt32_to_cpu(x) ((uint32_t)(x))
#define cpu_to_fdt32(x) ((fdt32_t)(x))
#define fdt64_to_cpu(x) ((uint64_t)(x))
#define cpu_to_fdt64(x) ((fdt64_t)(x))

/* libfdt.h defines it, byte by byte: one instruction here. */
static inline uint32_t fdt32_ld(const fdt32_t *p) __attribute__((always_inline));

#endif
