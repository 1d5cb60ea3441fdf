# SPDX-License-Identifier: BSD-2-Clause
unit-tests += mux_telnet
mux_telnet-srcs := $(telnet-srcs)
