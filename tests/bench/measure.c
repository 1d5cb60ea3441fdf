/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/bench/measure.h"

#include <stdlib.h>
#include <string.h>

static FILE *raw_data;
static const char *raw_row;

struct summary {
	double median, least, most;
	int count;
};

void measure_set_raw(FILE *raw, const char *row)
{
	raw_data = raw;
	raw_row = row;
}

void measure_add(struct measure *measure, enum subject_kind kind, bool tuned, double value)
{
	struct series *series = &measure->series[kind][tuned];

	if (series->count < MEASURE_RUNS_MAX)
		series->values[series->count++] = value;
	fprintf(raw_data, "%s,\"%s\",%s,%s,%g\n", raw_row, measure->name, subject_name(kind),
		tuned ? "tuned" : "as it comes", value);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static struct summary summarize(const struct series *series)
{
	double sorted[MEASURE_RUNS_MAX];
	int n = series->count;

	if (n == 0)
		return (struct summary){ 0 };
	memcpy(sorted, series->values, sizeof(sorted));
	qsort(sorted, (size_t)n, sizeof(sorted[0]), compare);
	return (struct summary){
		.median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2,
		.least = sorted[0],
		.most = sorted[n - 1],
		.count = n,
	};
}

/* Three digits that mean something. */
static int print_number(char *to, size_t size, double value)
{
	return snprintf(to, size, "%.*f", value < 9.995 ? 2 : value < 99.95 ? 1 : 0, value);
}

static const char *describe(const struct summary *summary)
{
	static char texts[4][64];
	static unsigned next;
	char *text = texts[next++ % 4];
	char median[16], least[16], most[16];

	if (summary->count == 0)
		return "-";
	print_number(median, sizeof(median), summary->median);
	print_number(least, sizeof(least), summary->least);
	print_number(most, sizeof(most), summary->most);
	snprintf(text, sizeof(texts[0]), "%s [%s..%s]", median, least, most);
	return text;
}

static bool more_is_better(const struct measure *measure)
{
	return measure->goal == MEASURE_AT_LEAST || measure->goal == MEASURE_RATIO_AT_LEAST;
}

/* The better of a rival's two. */
static double best_of(const struct measure *measure, const struct summary variants[2])
{
	if (variants[0].count == 0 || variants[1].count == 0)
		return variants[variants[0].count == 0].median;
	if (more_is_better(measure) == (variants[0].median > variants[1].median))
		return variants[0].median;
	return variants[1].median;
}

static void describe_goal(const struct measure *measure, char text[32])
{
	bool ratio =
		measure->goal == MEASURE_RATIO_AT_LEAST || measure->goal == MEASURE_RATIO_AT_MOST;

	if (measure->goal == MEASURE_NO_GOAL)
		strcpy(text, "-");
	else
		snprintf(text, 32, "%s %g%s", more_is_better(measure) ? ">=" : "<=", measure->limit,
			 ratio ? " x" : "");
}

static bool is_reached(const struct measure *measure, double value)
{
	return more_is_better(measure) ? value >= measure->limit : value <= measure->limit;
}

static void print_line(const char *name, const char *goal, const char *ours, const char *rival,
		       const char *plain, const char *tuned, const char *ratio, const char *verdict)
{
	printf("%-46s %-8s %-20s %-9s %-20s %-20s %5s %s\n", name, goal, ours, rival, plain, tuned,
	       ratio, verdict);
}

void measure_print_heading(void)
{
	print_line("measure: median [least..most]", "must be", "mux_server", "rival", "as it comes",
		   "tuned", "ratio", "");
}

/* A goal without a rival is judged by the value alone; one with rivals by each of them. */
enum measure_verdict measure_print(const struct measure *measure)
{
	struct summary ours = summarize(&measure->series[SUBJECT_BERYL][0]);
	bool absolute = measure->goal == MEASURE_AT_LEAST || measure->goal == MEASURE_AT_MOST;
	enum measure_verdict verdict = MEASURE_INFORMS;
	int lines = 0;
	char goal[32];

	describe_goal(measure, goal);
	if (absolute && ours.count > 0)
		verdict = is_reached(measure, ours.median) ? MEASURE_PASSED : MEASURE_MISSED;
	for (int kind = 1; kind < SUBJECT_KINDS; kind++) {
		struct summary rival[2] = { summarize(&measure->series[kind][0]),
					    summarize(&measure->series[kind][1]) };
		bool judged = !absolute && (measure->against & 1u << kind);
		const char *word = "";
		double ratio;
		char text[16];

		if (rival[0].count + rival[1].count == 0)
			continue;
		ratio = ours.median / best_of(measure, rival);
		if (judged) {
			bool reached = is_reached(measure, ratio);

			word = reached ? "pass" : "MISS";
			if (!reached)
				verdict = MEASURE_MISSED;
			else if (verdict == MEASURE_INFORMS)
				verdict = MEASURE_PASSED;
		}
		snprintf(text, sizeof(text), "%.2f", ratio);
		print_line(lines ? "" : measure->name, lines ? "" : goal,
			   lines ? "" : describe(&ours), subject_name((enum subject_kind)kind),
			   describe(&rival[0]), describe(&rival[1]), text, word);
		lines++;
	}
	if (lines == 0)
		print_line(measure->name, goal, describe(&ours), "", "", "", "",
			   verdict == MEASURE_PASSED	 ? "pass"
			   : verdict == MEASURE_MISSED	 ? "MISS"
			   : measure->goal && ours.count ? "not compared"
							 : "");
	fflush(stdout);
	return verdict;
}
