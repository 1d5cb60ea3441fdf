/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/console/shell.h"

#include <string.h>

#include "hv/console/console.h"
#include "hv/console/line.h"
#include "hv/console/panic.h"
#include "hv/console/shell_commands.h"
#include "hv/console/version.h"
#include "hv/drivers/guts.h"
#include "hv/partition/partition.h"

struct command {
	const char *name;
	const char *alias; /* Topaz's second name, or NULL */
	const char *args;  /* for the usage line */
	unsigned int min_args;
	const char *help;
	void (*run)(char **args);
};

static void run_help(char **args);

static void run_version(char **args)
{
	(void)args;
	console_printf("%s\n", BERYL_VERSION_LINE);
}

static void run_buildconfig(char **args)
{
	(void)args;
	console_printf("%s\nguests run in problem state (pr)\nlimits: %u cores, %u partitions, "
		       "%u areas, %u byte channels, %u multiplexers\n",
		       BERYL_VERSION_LINE, PLAN_MAX_CPUS, PLAN_MAX_PARTITIONS, PLAN_MAX_PMAS,
		       PLAN_MAX_CHANNELS, PLAN_MAX_MUXES);
}

static void run_reset(char **args)
{
	(void)args;
	if (!guts_reset())
		console_printf("Couldn't reset: hv-config gives no guts device.\n");
}

static void run_crash(char **args)
{
	(void)args;
	panic("asked for by the shell's crash");
}

static const struct command commands[] = {
	{ "help", "?", "[command]", 0, "list the commands, or tell about one", run_help },
	{ "version", NULL, "", 0, "what this is", run_version },
	{ "buildconfig", "bc", "", 0, "how it was built, and its limits", run_buildconfig },
	{ "info", NULL, "[--machine]", 0, "partitions, their states and cores", shell_info },
	{ "start", NULL, "[load] partition", 1,
	  "start a stopped partition, with its images anew if load", shell_start },
	{ "stop", NULL, "partition", 1, "stop a running or paused partition", shell_stop },
	{ "restart", NULL, "partition", 1, "stop a running partition and start it anew",
	  shell_restart },
	{ "pause", NULL, "partition", 1, "freeze a running partition", shell_pause },
	{ "resume", NULL, "partition", 1, "let a paused partition go on", shell_resume },
	{ "stats", NULL, "[print|clear] [partition] [--machine]", 0,
	  "exits by reason and hypercalls by name", shell_stats },
	{ "exits", NULL, "[on|off|partition]", 0, "what exits cost, while that is measured",
	  shell_exits },
	{ "last", NULL, "partition", 1, "why it stopped, its registers and last exits",
	  shell_last },
	{ "channels", NULL, "", 0, "byte channels and multiplexers: bytes, depth, drops",
	  shell_channels },
	{ "irqs", NULL, "[partition]", 0, "virtual interrupts: routing, masks, what waits",
	  shell_irqs },
	{ "mem", NULL, "", 0, "who has which memory", shell_mem },
	{ "guestmem", "gm", "partition address [length]", 2, "dump guest physical memory",
	  shell_guestmem },
	{ "gdt", NULL, "print partition", 2, "the tree that a guest started with", shell_gdt },
	{ "hdt", NULL, "", 0, "the hardware's device tree", shell_hdt },
	{ "cdt", NULL, "", 0, "the configuration tree", shell_cdt },
	{ "log", NULL, "[last]", 0, "the log of this run, or of the run before the reset",
	  shell_log },
	{ "loglevel", "ll", "[group [0-15]]", 0, "what is logged, by group", shell_loglevel },
	{ "reset", NULL, "", 0, "reset the machine", run_reset },
	{ "crash", NULL, "", 0, "stop the hypervisor with a report", run_crash },
};

enum { NUM_COMMANDS = sizeof(commands) / sizeof(commands[0]) };

struct partition *shell_find_partition(const char *name)
{
	for (unsigned int i = 0; i < plan.num_partitions; i++) {
		char number[4] = { (char)('0' + (i + 1) / 10), (char)('0' + (i + 1) % 10) };

		if (!strcmp(number + (i < 9), name))
			return &partitions[i];
	}
	for (unsigned int i = 0; i < plan.num_partitions; i++)
		if (!strcmp(partitions[i].plan->label, name))
			return &partitions[i];
	console_printf("Partition '%.64s' does not exist.\n", name);
	return NULL;
}

bool shell_parse_number(const char *text, uint64_t *number)
{
	unsigned int base = text[0] == '0' && (text[1] | 0x20) == 'x' ? 16 : 10;
	const char *at = base == 16 ? text + 2 : text;

	*number = 0;
	do {
		char c = (char)(*at | 0x20);
		unsigned int digit = *at >= '0' && *at <= '9' ? (unsigned int)(*at - '0')
				     : c >= 'a' && c <= 'f'   ? (unsigned int)(c - 'a' + 10)
							      : base;

		if (digit >= base || *number >> 60) {
			console_printf("'%.64s' is not a number below 2^60.\n", text);
			return false;
		}
		*number = *number * base + digit;
	} while (*++at);
	return true;
}

bool shell_take_machine(char **args)
{
	for (; *args; args++) {
		if (strcmp(*args, "--machine"))
			continue;
		for (; *args; args++)
			args[0] = args[1];
		return true;
	}
	return false;
}

void shell_print_json(const char *s)
{
	console_printf("\"");
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c < 0x20 || c >= 0x7f)
			console_printf("\\u%04x", c);
		else
			console_printf(c == '"' || c == '\\' ? "\\%c" : "%c", c);
	}
	console_printf("\"");
}

static void print_usage(const struct command *command)
{
	console_printf("Usage: %s %s\n", command->name, command->args);
}

static const struct command *find_command(const char *name)
{
	for (unsigned int i = 0; i < NUM_COMMANDS; i++)
		if (!strcmp(name, commands[i].name) ||
		    (commands[i].alias && !strcmp(name, commands[i].alias)))
			return &commands[i];
	console_printf("Unknown command '%.64s'. Try 'help'.\n", name);
	return NULL;
}

static void run_help(char **args)
{
	const struct command *command = args[0] ? find_command(args[0]) : NULL;

	if (command) {
		print_usage(command);
		console_printf("%s\n", command->help);
	}
	for (unsigned int i = 0; !args[0] && i < NUM_COMMANDS; i++)
		console_printf("%-12s %s\n", commands[i].name, commands[i].help);
}

/* Split @line at blanks that are not inside double quotes, in place; unused entries are NULL. */
static unsigned int split(char *line, char **args)
{
	unsigned int n = 0;

	memset(args, 0, (SHELL_MAX_ARGS + 1) * sizeof(*args));
	while (n < SHELL_MAX_ARGS) {
		char end = ' ';

		while (*line == ' ')
			line++;
		if (!*line)
			break;
		if (*line == '"')
			end = *line++;
		args[n++] = line;
		while (*line && *line != end)
			line++;
		if (*line)
			*line++ = 0;
	}
	return n;
}

static void run(char *line)
{
	char *args[SHELL_MAX_ARGS + 1];
	unsigned int n = split(line, args);
	const struct command *command = n ? find_command(args[0]) : NULL;

	if (!command)
		return;
	if (n - 1 < command->min_args)
		print_usage(command);
	else
		command->run(args + 1);
}

/* Commands first, then labels. */
static const char *candidate(const char *text, size_t at, unsigned int index)
{
	(void)text;
	if (at == 0)
		return index < NUM_COMMANDS ? commands[index].name : NULL;
	return index < plan.num_partitions ? plan.partitions[index].label : NULL;
}

void shell_main(void)
{
	static char line[LINE_SIZE];

	for (;;) {
		line_read("HV> ", line, candidate);
		run(line);
	}
}
