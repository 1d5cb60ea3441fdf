# SPDX-License-Identifier: BSD-2-Clause
# Parts of the hypervisor that need no Power core.
unit-tests += vpic hv_lib partition_states
vpic-srcs := hv/irq/vpic.c
hv_lib-srcs := tests/unit/hv_lib_target.c hv/lib/arena.c hv/lib/div64.c
partition_states-srcs := hv/partition/lifecycle.c
