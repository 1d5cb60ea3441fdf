/* SPDX-License-Identifier: BSD-2-Clause */
/* Formats of the fixed-width types, as the 32-bit target defines those. */
#ifndef HV_LIB_INTTYPES_H
#define HV_LIB_INTTYPES_H

#include <stdint.h>

#define PRIu32 "u"
#define PRIx32 "x"
#define PRIu64 "llu"
#define PRIx64 "llx"

#endif
