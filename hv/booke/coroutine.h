/* SPDX-License-Identifier: BSD-2-Clause */
/* A second flow of control on one core, which gives way by itself and never moves to another. */
#ifndef HV_BOOKE_COROUTINE_H
#define HV_BOOKE_COROUTINE_H

#include <stddef.h>
#include <stdint.h>

struct coroutine {
	uint32_t inside;  /* its stack pointer while it rests */
	uint32_t outside; /* and that of who runs it, while it runs */
};

void coroutine_switch(uint32_t *save, uint32_t to);

/* Prepare @co to run @entry, which never returns, on the @size bytes at @stack (8-byte aligned). */
static inline void coroutine_init(struct coroutine *co, void (*entry)(void), void *stack,
				  size_t size)
{
	enum { FRAME = 96 }; /* as coroutine.S */
	uint32_t *frame = (uint32_t *)((char *)stack + size - FRAME - 16);

	frame[0] = 0;
	frame[(FRAME + 4) / 4] = (uint32_t)entry; /* the return address */
	frame[FRAME / 4] = 0;			  /* end of the back chain */
	co->inside = (uint32_t)frame;
}

/* Run @co until it gives way. */
static inline void coroutine_run(struct coroutine *co)
{
	coroutine_switch(&co->outside, co->inside);
}

/* Inside @co: give way. */
static inline void coroutine_yield(struct coroutine *co)
{
	coroutine_switch(&co->inside, co->outside);
}

#endif
