# SPDX-License-Identifier: BSD-2-Clause
unit-tests += codec
codec-srcs := tests/unit/mux_vectors.c $(protocol-srcs)

unit-tests += codec_random
codec_random-srcs := $(protocol-srcs)

unit-tests += mux_protocol_page
mux_protocol_page-srcs := tests/unit/mux_vectors.c $(protocol-srcs)
