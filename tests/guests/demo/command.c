/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/guests/demo/demo.h"

#include "tests/guests/lib/print.h"

enum { MAX_ARGUMENTS = 32 };

static void command_help(int argc, char **argv);

static const struct command commands[] = {
	{ "help", "", "this list", 0, 0, command_help },
	{ "info", "", "what the tree says, and counters", 0, 0, command_info },
	{ "tree", "", "the whole tree as text", 0, 0, command_tree },
	{ "ticks", "", "the decrementer against the time base", 0, 0, command_ticks },
	{ "smp", "", "all vCPUs count at once", 0, 0, command_smp },
	{ "flood", "LINES", "numbered lines, as fast as they go", 1, 1, command_flood },
	{ "echo", "[TEXT...]", "print the words", 0, MAX_ARGUMENTS, command_echo },
	{ "peek", "ADDR", "read a word of guest physical memory", 1, 1, command_peek },
	{ "poke", "ADDR [VALUE]", "write a word, deadbeef when not given", 1, 2, command_poke },
	{ "jump", "ADDR", "call an address of guest physical memory", 1, 1, command_jump },
	{ "mce", "on|off", "take machine checks or not", 1, 1, command_mce },
	{ "hcall", "TOKEN [R3...]", "any hypercall", 1, 9, command_hcall },
	{ "copy", "FROM TO [SRC DST SIZE]...", "between partitions", 2, 26, command_copy },
	{ "same", "ADDR ADDR SIZE", "compare its own memory", 3, 3, command_same },
	{ "prop", "WHOSE PATH NAME [VALUE]", "read or set a property", 3, 4, command_prop },
	{ "listen", "HANDLE", "count an interrupt", 1, 1, command_listen },
	{ "heard", "HANDLE", "how often it came", 1, 1, command_heard },
	{ "errors", "HANDLE [peek]", "read an error queue", 1, 2, command_errors },
	{ "restarts", "WHOSE TIMES", "restart a partition over and over", 2, 2, command_restarts },
	{ "fuzz", "SEED CALLS", "random hypercalls", 2, 2, command_fuzz },
	{ "ring", "NAME", "ring a doorbell of the tree", 1, 1, command_ring },
	{ "rung", "", "how many doorbells were heard", 0, 0, command_rung },
	{ "priv", "", "try what no guest may do", 0, 0, command_priv },
	{ "user", "", "try what no user may do", 0, 0, command_user },
	{ "serial", "[GPA HANDLE...]", "be an echo on a UART of one's own", 0, 3, command_serial },
	{ "timers", "", "test timers and the order of interrupts", 0, 0, command_timers },
	{ "watchdog", "[BIT [MEALS]]", "start the watchdog, and feed it that often", 0, 2,
	  command_watchdog },
	{ "tlb", "", "test the MMU", 0, 0, command_tlb },
	{ "idle", "", "wait for the next tick", 0, 0, command_idle },
	{ "cost", "", "instructions of each exit, with -icount", 0, 0, command_cost },
	{ "storm", "calls|full|traps", "bother the hypervisor", 1, 1, command_storm },
	{ "halt", "", "stop for good", 0, 0, command_halt },
};

enum { NUM_COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static void command_help(int argc, char **argv)
{
	unsigned int i;

	(void)argc;
	(void)argv;
	for (i = 0; i < NUM_COMMANDS; i++)
		print("%-6s%-18s%s\n", commands[i].name, commands[i].arguments,
		      commands[i].summary);
}

static int split(char *line, char **argv)
{
	int argc = 0;

	while (true) {
		while (*line == ' ')
			*line++ = '\0';
		if (!*line || argc == MAX_ARGUMENTS)
			return argc;
		argv[argc++] = line;
		while (*line && *line != ' ')
			line++;
	}
}

void command_run(char *line)
{
	char *argv[MAX_ARGUMENTS];
	int argc = split(line, argv);
	unsigned int i;

	if (!argc)
		return;
	for (i = 0; i < NUM_COMMANDS; i++) {
		const struct command *command = &commands[i];

		if (strcmp(command->name, argv[0]))
			continue;
		if (argc - 1 < command->min_arguments || argc - 1 > command->max_arguments)
			print("usage: %s %s\n", command->name, command->arguments);
		else
			command->run(argc, argv);
		return;
	}
	print("%s: unknown command, try help\n", argv[0]);
}
