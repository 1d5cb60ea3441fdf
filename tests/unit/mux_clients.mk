# SPDX-License-Identifier: BSD-2-Clause
unit-tests += mux_telnet mux_outlet mux_slow_reader mux_client_settings
mux_telnet-srcs := $(telnet-srcs)
mux_outlet-srcs := $(addprefix mux-server/, outlet.c channel.c ring.c notice.c) $(telnet-srcs)
mux_outlet-libs := -levent_core
mux_slow_reader-srcs := $(mux_outlet-srcs)
mux_slow_reader-libs := -levent_core
mux_client_settings-srcs = $(mux_config-srcs)
mux_client_settings-libs = $(mux_config-libs)
