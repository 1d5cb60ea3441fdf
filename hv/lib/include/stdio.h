/* SPDX-License-Identifier: BSD-2-Clause */
/* The part of <stdio.h> that exists on the target: formatting into memory. */
#ifndef HV_LIB_STDIO_H
#define HV_LIB_STDIO_H

#include <stdarg.h>
#include <stddef.h>

/* As in C11, for %d %i %u %x %X %s %c %p %% with l, ll and z, width, 0, - and precision. */
int snprintf(char *buf, size_t size, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
int vsnprintf(char *buf, size_t size, const char *fmt, va_list ap)
	__attribute__((format(printf, 3, 0)));

#endif
