/* SPDX-License-Identifier: BSD-2-Clause */
/* What the hypervisor links instead of a C library, compared with the host's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hv/lib/arena.h"
#include "hv/lib/div64.h"

void *target_memcpy(void *dst, const void *src, size_t len);
void *target_memmove(void *dst, const void *src, size_t len);
void *target_memset(void *dst, int c, size_t len);
int target_memcmp(const void *a, const void *b, size_t len);
void *target_memchr(const void *s, int c, size_t len);
size_t target_strlen(const char *s);
size_t target_strnlen(const char *s, size_t max);
int target_strcmp(const char *a, const char *b);
int target_strncmp(const char *a, const char *b, size_t max);
char *target_strchr(const char *s, int c);
char *target_strrchr(const char *s, int c);
int target_snprintf(char *buf, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static int sign(int n)
{
	return (n > 0) - (n < 0);
}

/* Both formatters, the same arguments, several sizes of buffer: same text, same length. */
#define assert_formats(...)                                                                        \
	do {                                                                                       \
		for (size_t size_ = 0; size_ < 40; size_ += 3) {                                   \
			char ours_[40] = "untouched", theirs_[40] = "untouched";                   \
			int n_ = target_snprintf(ours_, size_, __VA_ARGS__);                       \
			assert_int_equal(n_, snprintf(theirs_, size_, __VA_ARGS__));               \
			assert_string_equal(ours_, theirs_);                                       \
		}                                                                                  \
	} while (0)

static void test_printf(void **state)
{
	(void)state;
	assert_formats("plain %%");
	assert_formats("%d %i %u", -7, 0, 4294967295u);
	assert_formats("%d", INT32_MIN);
	assert_formats("[%5d|%-5d|%05d|%05d]", 42, 42, 42, -42);
	assert_formats("%x %X %08x", 0xdeadbeefu, 0xdeadbeefu, 0xbeefu);
	assert_formats("%llu %llx", 18446744073709551615ull, 0xfedcba9876543210ull);
	assert_formats("%lld %016llx", INT64_MIN + 0ll, 0x1ull);
	assert_formats("%zu %lu %lx", (size_t)4095, 12345678ul, 0xabcul);
	assert_formats("[%s|%8s|%-8s|%.2s|%.*s]", "abc", "abc", "abc", "abc", 1, "xyz");
	assert_formats("[%c%3c]", 'a', 'b');
	assert_formats("%*u", 6, 17u);
}

static void test_memory(void **state)
{
	uint8_t src[96], ours[96], theirs[96];

	(void)state;
	for (size_t i = 0; i < sizeof(src); i++)
		src[i] = (uint8_t)(i * 37 + 11);
	for (size_t len = 0; len <= 40; len++) {
		for (size_t offset = 0; offset < 5; offset++) {
			memset(ours, 0xee, sizeof(ours));
			memset(theirs, 0xee, sizeof(theirs));
			target_memcpy(ours + offset, src + 3, len);
			memcpy(theirs + offset, src + 3, len);
			assert_memory_equal(ours, theirs, sizeof(ours));

			target_memset(ours + offset, 0x1a5, len);
			memset(theirs + offset, 0xa5, len);
			assert_memory_equal(ours, theirs, sizeof(ours));

			/* Overlapping, up and down. */
			target_memcpy(ours, src, sizeof(ours));
			memcpy(theirs, src, sizeof(theirs));
			target_memmove(ours + 20 + offset, ours + 20, len);
			memmove(theirs + 20 + offset, theirs + 20, len);
			target_memmove(ours + 10, ours + 10 + offset, len);
			memmove(theirs + 10, theirs + 10 + offset, len);
			assert_memory_equal(ours, theirs, sizeof(ours));

			assert_int_equal(sign(target_memcmp(ours, src, len)),
					 sign(memcmp(ours, src, len)));
		}
		assert_ptr_equal(target_memchr(src, src[20], len), memchr(src, src[20], len));
	}
	assert_true(target_memcmp("\xff", "\x01", 1) > 0);
}

static void test_strings(void **state)
{
	static const char *const words[] = { "", "a", "ab", "abc", "abd", "b", "\xff" };

	(void)state;
	for (size_t i = 0; i < 7; i++) {
		assert_int_equal(target_strlen(words[i]), strlen(words[i]));
		assert_int_equal(target_strnlen(words[i], 2), strnlen(words[i], 2));
		assert_ptr_equal(target_strchr(words[i], 'b'), strchr(words[i], 'b'));
		assert_ptr_equal(target_strchr(words[i], 0), strchr(words[i], 0));
		assert_ptr_equal(target_strrchr(words[i], 'a'), strrchr(words[i], 'a'));
		for (size_t j = 0; j < 7; j++) {
			assert_int_equal(sign(target_strcmp(words[i], words[j])),
					 sign(strcmp(words[i], words[j])));
			assert_int_equal(sign(target_strncmp(words[i], words[j], 2)),
					 sign(strncmp(words[i], words[j], 2)));
		}
	}
}

static void test_div64(void **state)
{
	static const uint64_t numbers[] = {
		0, 1, 9, 10, 4294967295u, 4294967296u, 1000000007000000003u, UINT64_MAX
	};
	static const uint32_t divisors[] = { 1, 2, 10, 16, 400000000, 2147483649u, UINT32_MAX };

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		for (size_t j = 0; j < sizeof(divisors) / sizeof(divisors[0]); j++) {
			uint32_t rest = 1;

			assert_int_equal(div64(numbers[i], divisors[j], &rest),
					 numbers[i] / divisors[j]);
			assert_int_equal(rest, numbers[i] % divisors[j]);
			assert_int_equal(div64(numbers[i], divisors[j], NULL),
					 numbers[i] / divisors[j]);
		}
	}
}

static void test_arena(void **state)
{
	static char memory[256] __attribute__((aligned(64)));
	struct arena arena = { memory, sizeof(memory), 0 };
	char *p, *q;

	(void)state;
	memset(memory, 0x55, sizeof(memory));
	p = arena_alloc(&arena, 10, 1);
	q = arena_alloc(&arena, 100, 64);
	assert_ptr_equal(p, memory);
	assert_ptr_equal(q, memory + 64);
	for (unsigned int i = 0; i < 100; i++)
		assert_int_equal(q[i], 0);
	assert_null(arena_alloc(&arena, 100, 1));
	assert_null(arena_alloc(&arena, SIZE_MAX, 1));
	assert_null(arena_alloc(&arena, 1, 256));
	assert_non_null(arena_alloc(&arena, 92, 1));
	assert_null(arena_alloc(&arena, 1, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_printf),	cmocka_unit_test(test_memory),
		cmocka_unit_test(test_strings), cmocka_unit_test(test_div64),
		cmocka_unit_test(test_arena),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
