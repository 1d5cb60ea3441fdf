/* SPDX-License-Identifier: BSD-2-Clause */
/* Time: the time base, and the decrementer as a periodic tick on every vCPU. */
#ifndef TESTS_GUESTS_LIB_TIMER_H
#define TESTS_GUESTS_LIB_TIMER_H

#include <stdint.h>

enum { TIMER_HZ = 100 };

/* Read the frequency from the tree and take the decrementer interrupt; once, before timer_start().
 */
void timer_init(void);

/* Start this vCPU's tick. */
void timer_start(void);

/* Stop it. */
void timer_stop(void);

/* The time base. */
uint64_t timer_now(void);

/* Its frequency in Hz. */
uint32_t timer_frequency(void);

/* Ticks that vCPU @vcpu has had. */
uint32_t timer_ticks(unsigned int vcpu);

#endif
