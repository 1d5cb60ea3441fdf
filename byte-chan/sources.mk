# SPDX-License-Identifier: BSD-2-Clause
byte-chan-srcs := byte-chan/ring.c byte-chan/channel.c byte-chan/mux.c byte-chan/mux_pull.c byte-chan/mux_push.c
