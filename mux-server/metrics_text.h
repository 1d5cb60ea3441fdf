/* SPDX-License-Identifier: BSD-2-Clause */
/* Prometheus' text format, version 0.0.4. */
#ifndef MUX_SERVER_METRICS_TEXT_H
#define MUX_SERVER_METRICS_TEXT_H

#include <event2/buffer.h>
#include <stdint.h>

/* Begin a family; @type is "counter" or "gauge".  All its samples must follow at once. */
void metrics_text_family(struct evbuffer *out, const char *name, const char *type,
			 const char *help);

/*
 * One sample of the family @name with @labels: names and values in turn, ended by NULL.  Values may
 * be any text, and are escaped.
 */
void metrics_text_sample(struct evbuffer *out, const char *name, const char *const labels[],
			 uint64_t value);

#endif
