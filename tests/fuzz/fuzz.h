/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the fuzz targets share.  Each is one file, fuzz_NAME.c, with libFuzzer's entry point; `make
 * fuzz-NAME` builds it under ASan and UBSan and runs it from the seeds in corpus/NAME.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What must hold whatever the input is; unlike assert() it cannot be compiled out. */
#define FUZZ_CHECK(condition)                                                                      \
	do {                                                                                       \
		if (!(condition))                                                                  \
			abort();                                                                   \
	} while (0)

#endif
