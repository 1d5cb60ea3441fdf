/* SPDX-License-Identifier: BSD-2-Clause */
/* The target's string and formatting functions under other names, so that they stand beside the
 * host's. */
#define memcpy target_memcpy
#define memmove target_memmove
#define memset target_memset
#define memcmp target_memcmp
#define memchr target_memchr
#define strlen target_strlen
#define strnlen target_strnlen
#define strcmp target_strcmp
#define strncmp target_strncmp
#define strchr target_strchr
#define strrchr target_strrchr
#define snprintf target_snprintf
#define vsnprintf target_vsnprintf

#include "hv/lib/string.c"

#include "hv/lib/printf.c"
