/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exceptions.  Each vector may have a handler.  An exception that nobody handles is, while this
 * vCPU probes, recorded and the instruction skipped; otherwise reported on the console, and the
 * vCPU goes on where exception_recover_to() says.
 */
#ifndef TESTS_GUESTS_LIB_EXCEPTION_H
#define TESTS_GUESTS_LIB_EXCEPTION_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/guests/lib/frame.h"

/* Handles the exception and returns true, or false. */
typedef bool exception_handler(struct frame *frame);

/* Returns the former one, or NULL. */
exception_handler *exception_set_handler(unsigned int vector, exception_handler *handler);

/* What happened. */
struct exception {
	uint32_t vector, pc, msr, esr, dear, mcsr;
	uint64_t mcar;
};

/* From here on the exceptions of this vCPU are recorded, and the instructions that caused them
 * skipped. */
void probe_begin(void);

/* No longer.  Returns how many exceptions there were; the first one is stored in *exception. */
unsigned int probe_end(struct exception *exception);

/* One line: name, registers that say why, PC. */
void exception_print(const struct exception *exception);

/* The name of a vector. */
const char *exception_name(unsigned int vector);

/* A place to come back to; see call.S. */
struct context {
	uint32_t lr, sp, cr, gpr[19];
};

/* Returns 0; once more with 1 each time somebody comes back. */
int context_save(struct context *context) __attribute__((returns_twice));
void context_restore(const struct context *context) __attribute__((noreturn));

/* Where vCPU 0 goes on after an exception that nobody expected; with interrupts on. */
void exception_recover_to(const struct context *context);

/* Make the interrupted code go on in @context, in supervisor state. */
void exception_redirect(struct frame *frame, const struct context *context);

#endif
