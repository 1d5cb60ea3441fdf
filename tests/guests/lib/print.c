/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/guests/lib/print.h"

#include "tests/guests/lib/console.h"

void *memcpy(void *to, const void *from, size_t len)
{
	uint8_t *out = to;
	const uint8_t *in = from;

	while (len--)
		*out++ = *in++;
	return to;
}

void *memset(void *to, int byte, size_t len)
{
	uint8_t *out = to;

	while (len--)
		*out++ = (uint8_t)byte;
	return to;
}

int memcmp(const void *a, const void *b, size_t len)
{
	const uint8_t *x = a, *y = b;

	for (; len; len--, x++, y++) {
		if (*x != *y)
			return *x - *y;
	}
	return 0;
}

size_t strlen(const char *text)
{
	const char *end = text;

	while (*end)
		end++;
	return (size_t)(end - text);
}

int strcmp(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return (uint8_t)*a - (uint8_t)*b;
}

char *strchr(const char *text, int c)
{
	for (;; text++) {
		if (*text == (char)c)
			return (char *)text;
		if (!*text)
			return NULL;
	}
}

bool parse_number(const char *text, uint64_t *value)
{
	unsigned int base = 10;
	uint64_t result = 0;

	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
		base = 16;
		text += 2;
	}
	if (!*text)
		return false;
	for (; *text; text++) {
		unsigned int digit;

		if (*text >= '0' && *text <= '9')
			digit = (unsigned int)(*text - '0');
		else if ((*text | 0x20) >= 'a' && (*text | 0x20) <= 'f')
			digit = (unsigned int)((*text | 0x20) - 'a') + 10;
		else
			return false;
		if (digit >= base || result > (UINT64_MAX - digit) / base)
			return false;
		result = result * base + digit;
	}
	*value = result;
	return true;
}

struct spec {
	bool left, zero;
	unsigned int width, precision;
};

static void put_padded(const struct spec *spec, const char *text, size_t len)
{
	size_t pad = spec->width > len ? spec->width - len : 0;

	if (!spec->left) {
		while (pad) {
			console_write(spec->zero ? "0" : " ", 1);
			pad--;
		}
	}
	console_write(text, len);
	for (; pad; pad--)
		console_write(" ", 1);
}

static void put_number(const struct spec *spec, uint64_t value, unsigned int base, bool negative)
{
	char text[24];
	char *at = text + sizeof(text);

	do {
		*--at = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	if (negative)
		*--at = '-';
	put_padded(spec, at, (size_t)(text + sizeof(text) - at));
}

static void put_string(const struct spec *spec, const char *text)
{
	size_t len = 0;

	while (len < spec->precision && text[len])
		len++;
	put_padded(spec, text, len);
}

static const char *parse_spec(const char *f, struct spec *spec, va_list *args)
{
	*spec = (struct spec){ .precision = ~0u };
	for (; *f == '-' || *f == '0'; f++) {
		spec->left |= *f == '-';
		spec->zero |= *f == '0';
	}
	if (*f == '*') {
		spec->width = va_arg(*args, unsigned int);
		f++;
	}
	for (; *f >= '0' && *f <= '9'; f++)
		spec->width = spec->width * 10 + (unsigned int)(*f - '0');
	if (*f == '.') {
		spec->precision = 0;
		for (f++; *f >= '0' && *f <= '9'; f++)
			spec->precision = spec->precision * 10 + (unsigned int)(*f - '0');
	}
	return f;
}

void print(const char *format, ...)
{
	va_list args;
	const char *f = format;

	va_start(args, format);
	while (*f) {
		const char *plain = f;
		struct spec spec;
		unsigned int longs = 0;
		int64_t value;
		char c;

		while (*f && *f != '%')
			f++;
		console_write(plain, (size_t)(f - plain));
		if (!*f)
			break;
		f = parse_spec(f + 1, &spec, &args);
		for (; *f == 'l'; f++)
			longs++;
		switch (*f++) {
		case 's':
			put_string(&spec, va_arg(args, const char *));
			break;
		case 'c':
			c = (char)va_arg(args, int);
			put_padded(&spec, &c, 1);
			break;
		case 'd':
			value = longs > 1 ? va_arg(args, int64_t) : va_arg(args, int32_t);
			put_number(&spec, value < 0 ? -(uint64_t)value : (uint64_t)value, 10,
				   value < 0);
			break;
		case 'u':
			put_number(&spec,
				   longs > 1 ? va_arg(args, uint64_t) : va_arg(args, uint32_t), 10,
				   false);
			break;
		case 'x':
			put_number(&spec,
				   longs > 1 ? va_arg(args, uint64_t) : va_arg(args, uint32_t), 16,
				   false);
			break;
		default:
			console_write("%", 1);
			break;
		}
	}
	va_end(args);
	console_flush();
}
