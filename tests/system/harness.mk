# SPDX-License-Identifier: BSD-2-Clause
# For the system tests that stand on the harness: NAME-srcs := $(harness-srcs), NAME-libs := $(harness-libs)
harness-srcs := $(addprefix tests/system/,harness.c harness_stream.c harness_machine.c)
harness-libs := -lutil -lz
