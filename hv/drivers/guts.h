/* SPDX-License-Identifier: BSD-2-Clause */
/* The global utilities: reset of the whole machine. */
#ifndef HV_DRIVERS_GUTS_H
#define HV_DRIVERS_GUTS_H

#include <stdbool.h>
#include <stdint.h>

/* Use the reset control register (RSTCR) at true physical @tpa; 0: there is none.  Boot core, at
 * boot. */
void guts_init(uint64_t tpa);

/* Reset the machine.  Returns false, having done nothing, when the configuration gives no register
 * for that. */
bool guts_reset(void);

#endif
