/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The shell's commands: a row in the table of shell.c and a function here, in the file of its
 * family.  @args: the words after the command, ended by NULL; at least as many as the row asks for.
 */
#ifndef HV_CONSOLE_SHELL_COMMANDS_H
#define HV_CONSOLE_SHELL_COMMANDS_H

#include <stdbool.h>
#include <stdint.h>

struct partition;

enum { SHELL_MAX_ARGS = 6 };

/* The partition with that number (Topaz: its handle) or label; NULL, after saying so, when there is
 * none. */
struct partition *shell_find_partition(const char *name);

/* The number that @text is, as in C.  False, after saying so, when it is none. */
bool shell_parse_number(const char *text, uint64_t *number);

/* Take the word --machine out of @args; true when it was there. */
bool shell_take_machine(char **args);

/* Print a string as JSON has it. */
void shell_print_json(const char *s);

/* shell_partition.c */
void shell_info(char **args);
void shell_start(char **args);
void shell_stop(char **args);
void shell_restart(char **args);
void shell_pause(char **args);
void shell_resume(char **args);

/* shell_stats.c */
void shell_stats(char **args);
void shell_exits(char **args);
void shell_last(char **args);

/* shell_machine.c */
void shell_channels(char **args);
void shell_irqs(char **args);
void shell_mem(char **args);
void shell_guestmem(char **args);

/* shell_log.c */
void shell_log(char **args);
void shell_loglevel(char **args);

/* shell_tree.c */
void shell_gdt(char **args);
void shell_hdt(char **args);
void shell_cdt(char **args);

#endif
