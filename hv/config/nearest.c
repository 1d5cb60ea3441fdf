/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/config/nearest.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

/* Changes of one character that turn @a into @b, or something large when they are long. */
static unsigned int edit_distance(const char *a, const char *b)
{
	enum { LONGEST = 32 };
	uint8_t row[LONGEST + 1];
	const size_t len_a = strlen(a);
	const size_t len_b = strlen(b);

	if (len_a > LONGEST || len_b > LONGEST)
		return UINT_MAX;
	for (size_t j = 0; j <= len_b; j++)
		row[j] = (uint8_t)j;
	for (size_t i = 1; i <= len_a; i++) {
		uint8_t diagonal = row[0];

		row[0] = (uint8_t)i;
		for (size_t j = 1; j <= len_b; j++) {
			const unsigned int replace = diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U);
			const unsigned int shift = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1U;

			diagonal = row[j];
			row[j] = (uint8_t)(replace < shift ? replace : shift);
		}
	}
	return row[len_b];
}

struct nearest nearest_to(const char *wanted)
{
	const size_t len = strlen(wanted);

	return (struct nearest){ .wanted = wanted, .distance = len < 6 ? 2 : 4 };
}

void nearest_try(struct nearest *near, const char *name)
{
	const unsigned int distance = edit_distance(near->wanted, name);

	if (distance < near->distance) {
		near->distance = distance;
		near->name = name;
	}
}

void nearest_try_list(struct nearest *near, const char *list)
{
	for (; *list; list += strlen(list) + 1)
		nearest_try(near, list);
}
