/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdint.h>
#include <string.h>

typedef uint32_t __attribute__((may_alias, aligned(1))) word;

void *memcpy(void *dst, const void *src, size_t len)
{
	uint8_t *d = dst;
	const uint8_t *s = src;

	/* e500 cores handle unaligned words; QEMU too. */
	for (; len >= 16; d += 16, s += 16, len -= 16) {
		uint32_t a = *(const word *)s, b = *(const word *)(s + 4);
		uint32_t c = *(const word *)(s + 8), e = *(const word *)(s + 12);

		*(word *)d = a;
		*(word *)(d + 4) = b;
		*(word *)(d + 8) = c;
		*(word *)(d + 12) = e;
	}
	for (; len; len--)
		*d++ = *s++;
	return dst;
}

void *memmove(void *dst, const void *src, size_t len)
{
	uint8_t *d = dst;
	const uint8_t *s = src;

	if (d <= s || d >= s + len)
		return memcpy(dst, src, len);
	while (len--)
		d[len] = s[len];
	return dst;
}

void *memset(void *dst, int c, size_t len)
{
	uint8_t *d = dst;
	uint32_t fill = (uint8_t)c * 0x01010101u;

	for (; len >= 16; d += 16, len -= 16) {
		*(word *)d = fill;
		*(word *)(d + 4) = fill;
		*(word *)(d + 8) = fill;
		*(word *)(d + 12) = fill;
	}
	while (len--)
		*d++ = (uint8_t)c;
	return dst;
}

int memcmp(const void *a, const void *b, size_t len)
{
	const uint8_t *p = a, *q = b;

	for (; len; len--, p++, q++)
		if (*p != *q)
			return *p - *q;
	return 0;
}

void *memchr(const void *s, int c, size_t len)
{
	const uint8_t *p = s;

	for (; len; len--, p++)
		if (*p == (uint8_t)c)
			return (void *)p;
	return NULL;
}

size_t strlen(const char *s)
{
	const char *p = s;

	while (*p)
		p++;
	return (size_t)(p - s);
}

size_t strnlen(const char *s, size_t max)
{
	const char *p = memchr(s, 0, max);

	return p ? (size_t)(p - s) : max;
}

int strcmp(const char *a, const char *b)
{
	for (; *a && *a == *b; a++, b++)
		;
	return (uint8_t)*a - (uint8_t)*b;
}

int strncmp(const char *a, const char *b, size_t max)
{
	for (; max && *a && *a == *b; a++, b++, max--)
		;
	return max ? (uint8_t)*a - (uint8_t)*b : 0;
}

char *strchr(const char *s, int c)
{
	for (;; s++) {
		if (*s == (char)c)
			return (char *)s;
		if (!*s)
			return NULL;
	}
}

char *strrchr(const char *s, int c)
{
	const char *found = NULL;

	for (;; s++) {
		if (*s == (char)c)
			found = s;
		if (!*s)
			return (char *)found;
	}
}
