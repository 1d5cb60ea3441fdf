# SPDX-License-Identifier: BSD-2-Clause
host-programs += mux_server
settings-srcs := $(addprefix mux-server/, settings.c settings_schema.c client_settings.c place.c control_path.c names.c nearest.c message_address.c)
config-srcs := $(addprefix mux-server/, config.c config_document.c config_check.c config_rules.c config_places.c) $(settings-srcs)
log-srcs := $(addprefix mux-server/, log.c log_file.c log_spool.c log_store.c log_writer.c log_lines.c log_set.c log_stamp.c log_worker.c text_log.c \
	rotate.c compress.c notice.c record_queue.c)
operations-srcs := $(addprefix mux-server/, operations.c events.c events_output.c messages.c message_output.c message_socket.c syslog.c journal.c http.c metrics.c metrics_text.c \
	server_metrics.c notify.c sandbox.c)
telnet-srcs := $(addprefix mux-server/, telnet.c telnet_encode.c)
control-srcs := $(addprefix mux-server/, control.c control_commands.c control_line.c \
	control_socket.c)
mux_server-srcs := $(addprefix mux-server/, main.c options.c completion.c options_settings.c shell_text.c server.c reload.c console.c report.c reserve.c sockets.c lookup.c \
	ring.c channel.c outlet.c inlet.c uplink.c board.c \
	client.c listener.c tcp_port.c socket_file.c pty.c entrance.c activation.c stdio_stream.c \
	target.c gather.c appear.c target_path.c target_tcp.c target_exec.c serial.c) $(config-srcs) $(control-srcs) $(log-srcs) $(operations-srcs) $(telnet-srcs) $(protocol-srcs)
mux_server-libs := $(shell pkg-config --libs libevent_core libserialport libcyaml yaml-0.1 libzstd jansson libseccomp) -lfdt -pthread

# The same program under ASan and UBSan, for the system tests
$(BUILD)/asan-gcc/bin/mux_server: $(mux_server-srcs:%.c=$(BUILD)/asan-gcc/%.o)
	@mkdir -p $(@D)
	$(call show,LINK)$(HOSTCC) $(SANITIZE) $^ $(mux_server-libs) -o $@
