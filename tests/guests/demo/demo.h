/* SPDX-License-Identifier: BSD-2-Clause */
/* The demo guest: a prompt on a byte channel, with commands that show and test what a partition
 * has. */
#ifndef TESTS_GUESTS_DEMO_DEMO_H
#define TESTS_GUESTS_DEMO_DEMO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the tree says, read once. */
struct facts {
	const char *label; /* never NULL */
	const char *version;
	unsigned int num_vcpus;
	uint32_t guest_id;
	uint64_t memory; /* bytes in all memory nodes */
	uint32_t tree_gpa, initial_map;
	uint64_t initrd_start, initrd_end;
};

extern struct facts facts;

void facts_read(uint32_t tree_gpa, uint32_t initial_map);

/* True when the guest physical page of @gpa is in a memory node. */
bool facts_is_memory(uint64_t gpa);

/* Read a line from the console with echo and editing.  False when it was abandoned with ^C. */
bool line_read(char *line, size_t size);

/* Listen to every doorbell that the tree has for this partition.  After irq_init(). */
void bells_init(void);

/* Count what the hypervisor tells an error manager. */
void errors_init(void);

/* A command: argv[0] is its name. */
struct command {
	const char *name, *arguments, *summary;
	int min_arguments, max_arguments;
	void (*run)(int argc, char **argv);
};

/* Run the command in @line, which is changed. */
void command_run(char *line);

void command_info(int argc, char **argv);
void command_tree(int argc, char **argv);
void command_ticks(int argc, char **argv);
void command_smp(int argc, char **argv);
void command_flood(int argc, char **argv);
void command_echo(int argc, char **argv);
void command_peek(int argc, char **argv);
void command_poke(int argc, char **argv);
void command_mce(int argc, char **argv);
void command_hcall(int argc, char **argv);
void command_copy(int argc, char **argv);
void command_same(int argc, char **argv);
void command_prop(int argc, char **argv);
void command_listen(int argc, char **argv);
void command_heard(int argc, char **argv);
void command_errors(int argc, char **argv);
void command_restarts(int argc, char **argv);
void command_fuzz(int argc, char **argv);
void command_ring(int argc, char **argv);
void command_rung(int argc, char **argv);
void command_priv(int argc, char **argv);
void command_user(int argc, char **argv);
void command_serial(int argc, char **argv);
void command_timers(int argc, char **argv);
void command_watchdog(int argc, char **argv);
void command_jump(int argc, char **argv);
void command_tlb(int argc, char **argv);
void command_idle(int argc, char **argv);
void command_cost(int argc, char **argv);
void command_storm(int argc, char **argv);
void command_halt(int argc, char **argv);

#endif
