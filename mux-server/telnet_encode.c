/* SPDX-License-Identifier: BSD-2-Clause */
/* What a telnet client is sent. */
#include "mux-server/telnet.h"

#include <string.h>

/* What stands between pieces of payload; told apart by address. */
static uint8_t iac = 0xff, nul = 0;

bool telnet_has_answers(const struct telnet *telnet)
{
	return telnet->answers_len > 0;
}

static void add(struct iovec *out, int *count, const void *data, size_t len)
{
	out[*count].iov_base = (void *)(uintptr_t)data;
	out[(*count)++].iov_len = len;
}

/* How far the payload needs nothing between; an IAC ends the run. */
static size_t run_of(const uint8_t *data, size_t len)
{
	size_t run = 1;

	while (run < len && data[run - 1] != iac && (data[run - 1] != '\r' || data[run] == '\n'))
		run++;
	return run;
}

int telnet_encode(const struct telnet *telnet, const struct iovec *in, int count, struct iovec *out,
		  int max)
{
	bool cr = telnet->wrote_cr;
	int used = 0;

	if (telnet->owes_iac)
		add(out, &used, &iac, 1);
	if (telnet->answers_len > 0) {
		if (cr) /* the pair must not be torn apart */
			add(out, &used, &nul, 1);
		cr = false;
		add(out, &used, telnet->answers, telnet->answers_len);
	}
	for (; count > 0; in++, count--) {
		const uint8_t *data = in->iov_base;
		size_t len = in->iov_len;

		while (len > 0 && used + 3 <= max) {
			size_t run = run_of(data, len);

			if (cr && data[0] != '\n')
				add(out, &used, &nul, 1);
			add(out, &used, data, run);
			if (data[run - 1] == iac)
				add(out, &used, &iac, 1);
			cr = data[run - 1] == '\r';
			data += run;
			len -= run;
		}
		if (len > 0)
			break;
	}
	return used;
}

size_t telnet_written(struct telnet *telnet, const struct iovec *out, int count, size_t written)
{
	size_t payload = 0;

	for (; count > 0 && written > 0; out++, count--) {
		const uint8_t *data = out->iov_base;
		size_t len = out->iov_len < written ? out->iov_len : written;

		written -= len;
		if (data == &iac) {
			telnet->owes_iac = false;
		} else if (data == &nul) {
			telnet->wrote_cr = false;
		} else if (data == telnet->answers) {
			telnet->answers_len -= len;
			memmove(telnet->answers, telnet->answers + len, telnet->answers_len);
		} else {
			payload += len;
			telnet->owes_iac = data[len - 1] == iac;
			telnet->wrote_cr = data[len - 1] == '\r';
		}
	}
	return payload;
}
