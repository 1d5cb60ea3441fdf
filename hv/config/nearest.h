/* SPDX-License-Identifier: BSD-2-Clause */
/* The known name that is nearest to a misspelled one. */
#ifndef HV_CONFIG_NEAREST_H
#define HV_CONFIG_NEAREST_H

/* Remembers the name that is nearest to @wanted, if it is near enough to be meant. */
struct nearest {
	const char *wanted;
	const char *name;
	unsigned int distance;
};

struct nearest nearest_to(const char *wanted);
void nearest_try(struct nearest *near, const char *name);
/* @list: strings one after the other, ended by an empty one. */
void nearest_try_list(struct nearest *near, const char *list);

#endif
