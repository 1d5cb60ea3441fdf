/* SPDX-License-Identifier: BSD-2-Clause */
/* Of the 32-bit target. */
#ifndef HV_LIB_LIMITS_H
#define HV_LIB_LIMITS_H

#define CHAR_BIT 8
#define SCHAR_MAX 127
#define SCHAR_MIN (-SCHAR_MAX - 1)
#define UCHAR_MAX 255
#define SHRT_MAX 32767
#define SHRT_MIN (-SHRT_MAX - 1)
#define USHRT_MAX 65535
#define INT_MAX 2147483647
#define INT_MIN (-INT_MAX - 1)
#define UINT_MAX 4294967295u
#define LONG_MAX 2147483647l
#define LONG_MIN (-LONG_MAX - 1)
#define ULONG_MAX 4294967295ul

#endif
