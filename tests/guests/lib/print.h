/* SPDX-License-Identifier: BSD-2-Clause */
/* Formatted output and the few string functions that guests need. */
#ifndef TESTS_GUESTS_LIB_PRINT_H
#define TESTS_GUESTS_LIB_PRINT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* %s %c %d %u %x %llx %llu %%, with width (a number or *), - and 0, and precision for %s.  Goes to
 * the console. */
void print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Parse a number, decimal or 0x hexadecimal.  False when @text is not wholly one. */
bool parse_number(const char *text, uint64_t *value);

void *memcpy(void *to, const void *from, size_t len);
void *memset(void *to, int byte, size_t len);
int memcmp(const void *a, const void *b, size_t len);
size_t strlen(const char *text);
int strcmp(const char *a, const char *b);
char *strchr(const char *text, int c);

#endif
