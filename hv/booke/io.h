/* SPDX-License-Identifier: BSD-2-Clause */
/* Device registers, big-endian or byte wide, each access complete before the next begins. */
#ifndef HV_BOOKE_IO_H
#define HV_BOOKE_IO_H

#include <stdint.h>

static inline uint8_t in8(const volatile void *reg)
{
	uint8_t v;
	__asm__ volatile("lbz %0, 0(%1)\n\ttwi 0, %0, 0\n\tisync" : "=r"(v) : "b"(reg) : "memory");
	return v;
}

static inline void out8(volatile void *reg, uint8_t v)
{
	__asm__ volatile("mbar 1\n\tstb %0, 0(%1)" : : "r"(v), "b"(reg) : "memory");
}

static inline uint16_t in16(const volatile void *reg)
{
	uint16_t v;
	__asm__ volatile("lhz %0, 0(%1)\n\ttwi 0, %0, 0\n\tisync" : "=r"(v) : "b"(reg) : "memory");
	return v;
}

static inline void out16(volatile void *reg, uint16_t v)
{
	__asm__ volatile("mbar 1\n\tsth %0, 0(%1)" : : "r"(v), "b"(reg) : "memory");
}

static inline uint32_t in32(const volatile void *reg)
{
	uint32_t v;
	__asm__ volatile("lwz %0, 0(%1)\n\ttwi 0, %0, 0\n\tisync" : "=r"(v) : "b"(reg) : "memory");
	return v;
}

static inline void out32(volatile void *reg, uint32_t v)
{
	__asm__ volatile("mbar 1\n\tstw %0, 0(%1)" : : "r"(v), "b"(reg) : "memory");
}

#endif
