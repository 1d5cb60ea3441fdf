/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "hv/lib/div64.h"

struct out {
	char *buf;
	size_t size;
	size_t len; /* what C11 returns: may exceed size */
};

struct spec {
	bool left, zero, precise;
	size_t width, precision;
};

static void put(struct out *out, char c)
{
	if (out->len + 1 < out->size)
		out->buf[out->len] = c;
	out->len++;
}

static void put_padded(struct out *out, const struct spec *spec, const char *s, size_t len)
{
	size_t pad = spec->width > len ? spec->width - len : 0;

	if (!spec->left)
		for (; pad; pad--)
			put(out, spec->zero ? '0' : ' ');
	while (len--)
		put(out, *s++);
	for (; pad; pad--)
		put(out, ' ');
}

static void put_number(struct out *out, struct spec *spec, uint64_t n, unsigned int base,
		       bool negative, bool upper)
{
	char digits[24];
	char *p = digits + sizeof(digits);

	/* Most numbers fit a word, and dividing words is a single instruction. */
	while (n >> 32) {
		uint32_t digit;

		n = div64(n, base, &digit);
		*--p = "0123456789abcdef"[digit];
	}
	for (uint32_t w = (uint32_t)n; w || p == digits + sizeof(digits); w /= base)
		*--p = "0123456789abcdef"[w % base];
	if (upper)
		for (char *q = p; q < digits + sizeof(digits); q++)
			if (*q >= 'a')
				*q = (char)(*q - 'a' + 'A');
	if (negative && spec->zero && !spec->left) {
		put(out, '-');
		if (spec->width)
			spec->width--;
	} else if (negative) {
		*--p = '-';
	}
	put_padded(out, spec, p, (size_t)(digits + sizeof(digits) - p));
}

static size_t parse_count(const char **fmt, va_list *ap)
{
	size_t n = 0;

	if (**fmt == '*') {
		int arg = va_arg(*ap, int);

		(*fmt)++;
		return arg > 0 ? (size_t)arg : 0;
	}
	while (**fmt >= '0' && **fmt <= '9')
		n = n * 10 + (size_t)(*(*fmt)++ - '0');
	return n;
}

static uint64_t next_unsigned(va_list *ap, int longs)
{
	if (longs >= 2)
		return va_arg(*ap, unsigned long long);
	return longs ? va_arg(*ap, unsigned long) : va_arg(*ap, unsigned int);
}

static int64_t next_signed(va_list *ap, int longs)
{
	if (longs >= 2)
		return va_arg(*ap, long long);
	return longs ? va_arg(*ap, long) : va_arg(*ap, int);
}

static const char *convert(struct out *out, const char *fmt, va_list *ap)
{
	struct spec spec = { 0 };
	int longs = 0;

	for (;; fmt++) {
		if (*fmt == '-')
			spec.left = true;
		else if (*fmt == '0')
			spec.zero = true;
		else
			break;
	}
	spec.width = parse_count(&fmt, ap);
	if (*fmt == '.') {
		fmt++;
		spec.precise = true;
		spec.precision = parse_count(&fmt, ap);
	}
	for (; *fmt == 'l' || *fmt == 'z'; fmt++)
		longs++;

	switch (*fmt) {
	case 'd':
	case 'i': {
		int64_t n = next_signed(ap, longs);

		put_number(out, &spec, n < 0 ? -(uint64_t)n : (uint64_t)n, 10, n < 0, false);
		break;
	}
	case 'u':
		put_number(out, &spec, next_unsigned(ap, longs), 10, false, false);
		break;
	case 'x':
	case 'X':
		put_number(out, &spec, next_unsigned(ap, longs), 16, false, *fmt == 'X');
		break;
	case 'p':
		put_number(out, &spec, (uintptr_t)va_arg(*ap, void *), 16, false, false);
		break;
	case 'c': {
		char c = (char)va_arg(*ap, int);

		put_padded(out, &spec, &c, 1);
		break;
	}
	case 's': {
		const char *s = va_arg(*ap, const char *);

		if (!s)
			s = "(null)";
		put_padded(out, &spec, s, spec.precise ? strnlen(s, spec.precision) : strlen(s));
		break;
	}
	case '%':
		put(out, '%');
		break;
	default:
		return fmt;
	}
	return fmt + 1;
}

int vsnprintf(char *buf, size_t size, const char *fmt, va_list ap)
{
	struct out out = { buf, size, 0 };
	va_list args;

	va_copy(args, ap);
	while (*fmt) {
		if (*fmt == '%')
			fmt = convert(&out, fmt + 1, &args);
		else
			put(&out, *fmt++);
	}
	va_end(args);
	if (size)
		buf[out.len < size ? out.len : size - 1] = 0;
	return (int)out.len;
}

int snprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(buf, size, fmt, ap);
	va_end(ap);
	return n;
}
