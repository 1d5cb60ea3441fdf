# SPDX-License-Identifier: BSD-2-Clause
mux-server-srcs := $(addprefix mux-server/, main.c options.c report.c sockets.c lookup.c \
	ring.c channel.c outlet.c inlet.c uplink.c board.c \
	client.c listener.c log.c stdio_stream.c \
	target.c target_path.c target_tcp.c target_exec.c serial.c)
mux-server-libs := $(shell pkg-config --libs libevent_core libserialport) -pthread

all: $(BUILD)/bin/mux_server

$(BUILD)/bin/mux_server: $(patsubst %.c,$(BUILD)/host/%.o,$(mux-server-srcs) $(protocol-srcs))
	@mkdir -p $(@D)
	$(HOSTCC) $^ $(mux-server-libs) -o $@

# The same program under ASan and UBSan, for the system tests
$(BUILD)/asan-gcc/bin/mux_server: $(patsubst %.c,$(BUILD)/asan-gcc/%.o,$(mux-server-srcs) $(protocol-srcs))
	@mkdir -p $(@D)
	$(HOSTCC) $(SANITIZE) $^ $(mux-server-libs) -o $@
