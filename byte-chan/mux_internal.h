/* SPDX-License-Identifier: BSD-2-Clause */
/* Between the files of the multiplexer. */
#ifndef BYTE_CHAN_MUX_INTERNAL_H
#define BYTE_CHAN_MUX_INTERNAL_H

#include "byte-chan/mux.h"

/* Have pull send one more 18 01.  Any core; does nothing on a mux without channels. */
void bc_mux_owe_reset(struct bc_mux *mux);

#endif
