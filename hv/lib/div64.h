/* SPDX-License-Identifier: BSD-2-Clause */
/* Division of 64-bit numbers, which the target has no instruction for; only reports need it. */
#ifndef HV_LIB_DIV64_H
#define HV_LIB_DIV64_H

#include <stdint.h>

/* @n / @divisor, which is not 0; the remainder goes to *@remainder when that is not NULL. */
uint64_t div64(uint64_t n, uint32_t divisor, uint32_t *remainder);

#endif
