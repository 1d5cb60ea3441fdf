# SPDX-License-Identifier: BSD-2-Clause
unit-tests += mux_control_line muxctl_escape mux_ring mux_options mux_uplink mux_pace mux_serial mux_config mux_names
mux_ring-srcs := mux-server/ring.c
mux_options-srcs := mux-server/options.c mux-server/options_settings.c $(settings-srcs)
mux_options-libs := -lcyaml -lfdt
mux-uplink-srcs := tests/unit/mux_uplink_fixture.c mux-server/uplink.c $(protocol-srcs)
mux_uplink-srcs := $(mux-uplink-srcs)
mux_pace-srcs := $(mux-uplink-srcs)
mux_config-srcs := $(config-srcs)
mux_config-libs := -lcyaml -lyaml -lfdt
mux_names-srcs := $(settings-srcs)
mux_names-libs := -lcyaml -lfdt
mux_control_line-srcs := mux-server/control_line.c
muxctl_escape-srcs := host-tools/muxctl_escape.c
unit-tests += mux_gather
mux_gather-srcs := mux-server/gather.c
mux_gather-libs := -levent_core

unit-tests += mux_pages
mux_pages-srcs := $(settings-srcs)
mux_pages-libs := -lcyaml -lyaml -lfdt
mux_serial-srcs := mux-server/serial.c
