/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Preloaded into a program under test: one allocation fails, the one that FAIL_ALLOC counts to, and
 * a byte is written to the descriptor FAIL_ALLOC_FD.  Counting begins at once, or with
 * FAIL_ALLOC_ARMED in the environment at SIGUSR2.
 *
 * Under AddressSanitizer the allocator behind is the sanitizer's, so that what is then leaked is
 * found.
 */
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *(*real_malloc)(size_t size);
static void *(*real_calloc)(size_t count, size_t size);
static void *(*real_realloc)(void *old, size_t size);

/* A sanitizer's runtime, if there is one, has to be ready before its allocator is used. */
void __asan_init(void) __attribute__((weak));

static void (*real_free)(void *block);

/* Until then, and for dlsym() itself. */
static _Alignas(16) char early[65536];
static size_t early_used;

static atomic_bool armed;
static atomic_long left; /* allocations up to the one that fails */
static int tell_fd = -1;

static void on_arm(int number)
{
	(void)number;
	atomic_store(&armed, true);
}

__attribute__((constructor)) static void start(void)
{
	const char *count = getenv("FAIL_ALLOC"), *fd = getenv("FAIL_ALLOC_FD");

	if (__asan_init)
		__asan_init();
	real_free = (void (*)(void *))dlsym(RTLD_NEXT, "free");
	real_malloc = (void *(*)(size_t))dlsym(RTLD_NEXT, "malloc");
	real_realloc = (void *(*)(void *, size_t))dlsym(RTLD_NEXT, "realloc");
	real_calloc = (void *(*)(size_t, size_t))dlsym(RTLD_NEXT, "calloc");
	if (fd)
		tell_fd = atoi(fd);
	if (!count)
		return;
	atomic_store(&left, atol(count));
	if (getenv("FAIL_ALLOC_ARMED"))
		signal(SIGUSR2, on_arm);
	else
		atomic_store(&armed, true);
}

static bool fails(void)
{
	if (!atomic_load(&armed) || atomic_fetch_sub(&left, 1) != 1)
		return false;
	if (write(tell_fd, "x", 1) < 0)
		abort();
	errno = ENOMEM;
	return true;
}

static void *take_early(size_t size)
{
	void *block = early + early_used;

	early_used += (size + 15) & ~(size_t)15;
	return early_used <= sizeof(early) ? block : NULL;
}

void *malloc(size_t size)
{
	if (!real_malloc)
		return take_early(size);
	return fails() ? NULL : real_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	if (!real_calloc)
		return take_early(count * size);
	return fails() ? NULL : real_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
	if (!real_realloc)
		return take_early(size);
	return fails() ? NULL : real_realloc(old, size);
}

void free(void *block)
{
	if (real_free && ((char *)block < early || (char *)block >= early + sizeof(early)))
		real_free(block);
}
