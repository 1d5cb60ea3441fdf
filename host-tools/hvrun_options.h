/* SPDX-License-Identifier: BSD-2-Clause */
/* hvrun's command line. */
#ifndef HOST_TOOLS_HVRUN_OPTIONS_H
#define HOST_TOOLS_HVRUN_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

enum {
	HVRUN_MAX_PORTS = 32,
	HVRUN_MAX_QEMU_ARGS = 32,
	HVRUN_FIRST_PORT = 18900,
};

struct hvrun_options {
	bool kernel_boot; /* without U-Boot */
	bool no_check;	  /* whatever hvlint says */
	unsigned int cpus;
	unsigned int memory_mib;
	uint16_t ports[HVRUN_MAX_PORTS]; /* 0: any free one.  With one port given: that and the ones
					    after it */
	unsigned int num_ports;
	const char *hypervisor; /* NULL: the one in build/ */
	const char *config;	/* source or blob; NULL: the demo's; so below */
	const char *guest;
	const char *rootfs;
	const char *log_dir; /* NULL: build/run/log */
	const char *serial;  /* a QEMU character device instead of a pty and mux_server, or NULL */
	const char *qemu_args[HVRUN_MAX_QEMU_ARGS];
	unsigned int num_qemu_args;
};

/*
 * Read the command line.  Returns -1 to go on, otherwise the exit status: after --help and
 * --version (0), and after an error, which has been reported (2).  Keeps pointers into @argv.
 */
int hvrun_options_parse(struct hvrun_options *options, int argc, char **argv);

#endif
