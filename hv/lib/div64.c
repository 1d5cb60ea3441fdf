/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/lib/div64.h"

#include <stddef.h>

uint64_t div64(uint64_t n, uint32_t divisor, uint32_t *remainder)
{
	uint64_t quotient = 0;
	uint64_t rest = 0; /* below 2 * divisor: may need 33 bits */

	for (unsigned int bit = 64; bit-- > 0;) {
		rest = rest << 1 | (n >> bit & 1);
		if (rest >= divisor) {
			rest -= divisor;
			quotient |= 1ull << bit;
		}
	}
	if (remainder)
		*remainder = (uint32_t)rest;
	return quotient;
}
