# SPDX-License-Identifier: BSD-2-Clause
# What mux_server writes beside its clients: logs, events, messages, metrics
unit-tests += mux_log_lines mux_rotate mux_log_files mux_record_queue
mux-log-srcs := $(addprefix mux-server/, log.c log_file.c log_spool.c log_store.c log_writer.c log_worker.c log_stamp.c log_lines.c text_log.c \
	rotate.c compress.c notice.c channel.c ring.c report.c)
mux_log_lines-srcs := $(addprefix mux-server/, log_lines.c log_stamp.c channel.c ring.c)
mux_rotate-srcs := tests/unit/mux_files.c $(addprefix mux-server/, rotate.c compress.c log_stamp.c)
mux_rotate-libs := -lzstd
mux_log_files-srcs := tests/unit/mux_files.c $(mux-log-srcs)
mux_log_files-libs := -levent_core -lzstd -pthread
mux_record_queue-srcs := mux-server/record_queue.c mux-server/metrics_text.c
mux_record_queue-libs := -levent_core
unit-tests += mux_message_format
mux_message_format-srcs := $(addprefix mux-server/, syslog.c journal.c message_address.c log_stamp.c channel.c ring.c)
