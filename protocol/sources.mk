# SPDX-License-Identifier: BSD-2-Clause
protocol-srcs := protocol/mux_decode.c protocol/mux_encode.c
