/* SPDX-License-Identifier: BSD-2-Clause */
/* Between the files of the harness: who must be ended when a test is over. */
#ifndef TESTS_SYSTEM_HARNESS_INTERNAL_H
#define TESTS_SYSTEM_HARNESS_INTERNAL_H

#include "tests/system/harness.h"

void harness_add_stream(struct stream *stream);
void harness_remove_stream(struct stream *stream);

#endif
