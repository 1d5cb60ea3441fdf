/* SPDX-License-Identifier: BSD-2-Clause */
/* Secondary vCPUs: released through the ePAPR spin table, then each runs what it is given. */
#ifndef TESTS_GUESTS_LIB_SMP_H
#define TESTS_GUESTS_LIB_SMP_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Release vCPU @vcpu (1..) if that has not been done, and wait up to a second for it.  False when
 * the tree has no such vCPU, or it does not come.
 */
bool smp_release(unsigned int vcpu);

/* Have a released @vcpu call @work once. */
void smp_run(unsigned int vcpu, void (*work)(unsigned int vcpu));

/* True until the work given last is done. */
bool smp_is_busy(unsigned int vcpu);

#endif
