# SPDX-License-Identifier: BSD-2-Clause
unit-tests += mux_telnet mux_outlet mux_slow_reader
mux_telnet-srcs := $(telnet-srcs)
mux_outlet-srcs := $(addprefix mux-server/, outlet.c channel.c ring.c notice.c) $(telnet-srcs)
mux_outlet-libs := -levent_core
mux_slow_reader-srcs := $(mux_outlet-srcs)
mux_slow_reader-libs := -levent_core
