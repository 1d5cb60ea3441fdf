/* SPDX-License-Identifier: BSD-2-Clause */
/* void coroutine_switch(uint32_t *save, uint32_t to): leave the running stack in *save, go on on stack `to`. */
	.text
	.global	coroutine_switch
coroutine_switch:
	stwu	1, -96(1)
	mflr	0
	stw	0, 100(1)
	mfcr	0
	stw	0, 8(1)
	stmw	13, 16(1)
	stw	1, 0(3)
	mr	1, 4
	lmw	13, 16(1)
	lwz	0, 8(1)
	mtcr	0
	lwz	0, 100(1)
	mtlr	0
	addi	1, 1, 96
	blr
