# SPDX-License-Identifier: BSD-2-Clause
unit-tests += byte_channel
byte_channel-srcs := $(byte-chan-srcs) $(protocol-srcs)

unit-tests += bc_mux
bc_mux-srcs := tests/unit/mux_bench.c $(byte-chan-srcs) $(protocol-srcs)

unit-tests += bc_mux_schedule
bc_mux_schedule-srcs := tests/unit/mux_bench.c $(byte-chan-srcs) $(protocol-srcs)

unit-tests += bc_threads
bc_threads-srcs := $(byte-chan-srcs) $(protocol-srcs)
bc_threads-libs := -pthread

unit-tests += bc_interleave
bc_interleave-srcs := $(protocol-srcs)
