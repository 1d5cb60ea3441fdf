/* SPDX-License-Identifier: BSD-2-Clause */
/* What gdb shall know of the registers: names, sizes and numbers (target.xml). */
#include <stdio.h>
#include <string.h>

#include "hv/debug/internal.h"

enum {
	FIRST_SPECIAL = 32, /* pc to xer; with the general registers they make up "core" */
	FIRST_FLOATING = 38,
	LAST_SPECIAL = 70, /* fpscr */
	PIECES = LAST_SPECIAL + 2,
};

static void describe(unsigned int piece, char *text, size_t size)
{
	static const char *const special[] = { "pc", "msr", "cr", "lr", "ctr", "xer", "fpscr" };
	const char *before = "";
	unsigned int n = piece;

	if (piece == 0)
		before = "<?xml version=\"1.0\"?><target version=\"1.0\"><architecture>"
			 "powerpc:common</architecture><feature name=\"org.gnu.gdb.power.core\">";
	else if (piece == FIRST_FLOATING)
		before = "</feature><feature name=\"org.gnu.gdb.power.fpu\">";
	if (piece > LAST_SPECIAL) {
		snprintf(text, size, "</feature></target>");
	} else if (piece < FIRST_SPECIAL || (piece >= FIRST_FLOATING && piece < LAST_SPECIAL)) {
		bool floating = piece >= FIRST_FLOATING;

		n -= floating ? FIRST_FLOATING : 0;
		snprintf(text, size, "%s<reg name=\"%c%u\" bitsize=\"%u\" regnum=\"%u\"%s/>",
			 before, floating ? 'f' : 'r', n, floating ? 64 : 32,
			 floating ? VCPU_FPR + n : VCPU_GPR + n,
			 floating ? " type=\"ieee_double\"" : "");
	} else {
		n = piece == LAST_SPECIAL ? VCPU_FPSCR : VCPU_PC + n - FIRST_SPECIAL;
		snprintf(text, size, "<reg name=\"%s\" bitsize=\"32\" regnum=\"%u\"/>",
			 special[n - VCPU_PC], n);
	}
}

void target_put(struct packet_writer *writer, uint32_t offset, uint32_t len)
{
	size_t room = PACKET_MAX - 1; /* and the letter before it */
	char text[256];

	if (len > room)
		len = (uint32_t)room;
	packet_put(writer, "m"); /* becomes l when this is the end */
	for (unsigned int piece = 0; piece < PIECES; piece++) {
		uint32_t n;

		describe(piece, text, sizeof(text));
		n = (uint32_t)strlen(text);
		if (offset >= n) {
			offset -= n;
			continue;
		}
		if (n - offset > len) {
			text[offset + len] = 0;
			packet_put(writer, text + offset);
			return;
		}
		packet_put(writer, text + offset);
		len -= n - offset;
		offset = 0;
	}
	writer->text[2] = 'l';
}
