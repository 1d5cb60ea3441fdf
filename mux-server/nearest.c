/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/nearest.h"

#include <string.h>

enum { NAME_SIZE = 32 };

/* Levenshtein distance; @b is shorter than NAME_SIZE. */
static size_t distance(const char *a, const char *b)
{
	size_t row[NAME_SIZE];
	size_t columns = strlen(b);

	for (size_t j = 0; j <= columns; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1] != '\0'; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= columns; j++) {
			size_t best = diagonal + (a[i - 1] != b[j - 1]);

			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			diagonal = row[j];
			row[j] = best;
		}
	}
	return row[columns];
}

void nearest_start(struct nearest *nearest, const char *text)
{
	/* A third of the letters may be wrong, and one in a short name. */
	*nearest = (struct nearest){ .text = text, .far = 2 + strcspn(text, "=") / 3 };
}

void nearest_try(struct nearest *nearest, const char *name)
{
	size_t far;

	if (strlen(name) >= NAME_SIZE)
		return;
	far = distance(nearest->text, name);
	if (far < nearest->far) {
		nearest->far = far;
		nearest->name = name;
	}
}
