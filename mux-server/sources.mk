# SPDX-License-Identifier: BSD-2-Clause
host-programs += mux_server
mux_server-srcs := $(addprefix mux-server/, main.c options.c settings.c server.c console.c report.c sockets.c lookup.c \
	ring.c channel.c outlet.c inlet.c uplink.c board.c \
	client.c listener.c log.c stdio_stream.c \
	target.c target_path.c target_tcp.c target_exec.c serial.c) $(protocol-srcs)
mux_server-libs := $(shell pkg-config --libs libevent_core libserialport) -pthread

# The same program under ASan and UBSan, for the system tests
$(BUILD)/asan-gcc/bin/mux_server: $(mux_server-srcs:%.c=$(BUILD)/asan-gcc/%.o)
	@mkdir -p $(@D)
	$(call show,LINK)$(HOSTCC) $(SANITIZE) $^ $(mux_server-libs) -o $@
