// SPDX-License-Identifier: BSD-2-Clause
#include "host-tools/hvrun_table.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libfdt.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host-tools/say.h"
#include "protocol/names.h"

/* A property that is one cell; @missing when it is not. */
static uint32_t get_cell(const void *tree, int node, const char *name, uint32_t missing)
{
	int length;
	const void *value = fdt_getprop(tree, node, name, &length);

	return value && length == 4 ? fdt32_ld(value) : missing;
}

/* The partition that @node stands in, or a negative number. */
static int find_partition(const void *tree, int node)
{
	do
		node = fdt_parent_offset(tree, node);
	while (node >= 0 && fdt_node_check_compatible(tree, node, COMPAT_CFG_PARTITION) != 0);
	return node;
}

static char *describe_owner(const void *tree, int partition, const char *suffix)
{
	const char *label;

	if (partition < 0)
		return say_format("hypervisor");
	label = fdt_getprop(tree, partition, PROP_CFG_LABEL, NULL);
	return say_format("%s%s", label ? label : fdt_get_name(tree, partition, NULL), suffix);
}

/* Whether @partition says nothing before gdb lets it. */
static bool waits_for_gdb(const void *tree, int partition)
{
	int node;

	fdt_for_each_subnode (node, tree, partition)
		if (fdt_getprop(tree, node, PROP_CFG_WAIT_AT_START, NULL))
			return true;
	return false;
}

static void add_channel(struct table *table, const void *tree, int node, uint32_t number)
{
	bool is_stub = fdt_node_check_compatible(tree, node, COMPAT_CFG_DEBUG_STUB) == 0;
	struct channel *channel = &table->channels[number];
	int hv = fdt_node_offset_by_compatible(tree, -1, COMPAT_CFG_HV_CONFIG);
	uint32_t phandle = fdt_get_phandle(tree, node);
	int partition = find_partition(tree, node);

	if (channel->owner) /* the hypervisor's plan reports it */
		return;
	channel->owner = describe_owner(tree, partition, is_stub ? " (gdb)" : "");
	channel->shell =
		hv >= 0 && phandle != 0 && get_cell(tree, hv, PROP_CFG_STDOUT, 0) == phandle;
	channel->expected =
		channel->shell || (partition >= 0 && !is_stub && !waits_for_gdb(tree, partition) &&
				   !fdt_getprop(tree, partition, PROP_CFG_NO_AUTO_START, NULL));
	if (number >= table->num_channels)
		table->num_channels = number + 1;
}

static bool is_channel(const void *tree, int node)
{
	return fdt_node_check_compatible(tree, node, COMPAT_CFG_BYTE_CHANNEL) == 0 ||
	       fdt_node_check_compatible(tree, node, COMPAT_CFG_DEBUG_STUB) == 0;
}

static int find_channels(struct table *table, const void *tree)
{
	int mux = fdt_node_offset_by_compatible(tree, -1, COMPAT_CFG_BYTE_CHANNEL_MUX);
	uint32_t endpoint = mux >= 0 ? fdt_get_phandle(tree, mux) : 0;
	int node = -1;

	if (endpoint == 0) {
		say_error("the configuration tree has no %s that anything refers to",
			  COMPAT_CFG_BYTE_CHANNEL_MUX);
		return -1;
	}
	while ((node = fdt_next_node(tree, node, NULL)) >= 0) {
		uint32_t number = get_cell(tree, node, PROP_CFG_MUX_CHANNEL, HVRUN_MAX_PORTS);

		if (number < HVRUN_MAX_PORTS && is_channel(tree, node) &&
		    get_cell(tree, node, PROP_CFG_ENDPOINT, 0) == endpoint)
			add_channel(table, tree, node, number);
	}
	if (table->num_channels == 0) {
		say_error("no %s of the configuration tree is on the multiplexer's channels 0..%d",
			  COMPAT_CFG_BYTE_CHANNEL, HVRUN_MAX_PORTS - 1);
		return -1;
	}
	return 0;
}

static bool port_is_free(uint16_t port)
{
	struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1, rc;

	if (fd < 0)
		return true;
	any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	rc = bind(fd, (struct sockaddr *)&any, sizeof(any));
	if (rc == 0)
		rc = listen(fd, 1);
	close(fd);
	return rc == 0 || errno != EADDRINUSE;
}

static int choose_ports(struct table *table, const struct hvrun_options *options)
{
	unsigned int given = options->num_ports;

	if (given != 1 && given != table->num_channels) {
		say_error("--ports has %u numbers; the configuration tree has %u channels", given,
			  table->num_channels);
		return -1;
	}
	for (unsigned int i = 0; i < table->num_channels; i++) {
		uint32_t port = options->ports[given == 1 ? 0 : i];

		if (given == 1 && port != 0)
			port += i;
		if (port > 65535)
			port = 0;
		if (port != 0 && !port_is_free((uint16_t)port)) {
			say_progress("ports", "%u is in use; channel %u gets another", port, i);
			port = 0;
		}
		table->channels[i].port = (uint16_t)port;
	}
	return 0;
}

/* The whole file, which ends with a 0 byte; NULL when it cannot be read. */
static void *read_file(const char *path, size_t size)
{
	FILE *file = fopen(path, "r");
	char *data = calloc(1, size + 1);

	if (!file || !data || fread(data, 1, size, file) != size) {
		free(data);
		data = NULL;
	}
	if (file)
		fclose(file);
	return data;
}

int table_open(struct table *table, const struct stage *stage, const struct hvrun_options *options)
{
	const struct stage_file *file = &stage->files[STAGE_CONFIG_TREE];
	void *tree = read_file(file->path, file->size);
	int rc = -1;

	*table = (struct table){ 0 };
	if (!tree || file->size < sizeof(struct fdt_header) || fdt_version(tree) < 16 ||
	    fdt_check_full(tree, file->size) != 0)
		say_error("%s (the configuration tree) is damaged", file->path);
	else if (find_channels(table, tree) == 0 && choose_ports(table, options) == 0)
		rc = 0;
	free(tree);
	for (unsigned int i = 0; i < table->num_channels; i++)
		table->channels[i].log = say_format("%s/channel-%02u.log", stage->log_dir, i);
	return rc;
}

void table_learn_ports(struct table *table, const char *log)
{
	FILE *file = fopen(log, "r");
	char line[512];
	unsigned int number, port;

	while (file && fgets(line, sizeof(line), file)) {
		const char *message = strstr(line, "IO Channel ");

		if (message &&
		    sscanf(message, "IO Channel %u listening on port %u", &number, &port) == 2 &&
		    number < table->num_channels)
			table->channels[number].port = (uint16_t)port;
	}
	if (file)
		fclose(file);
}

/* The path as seen from the current directory, when that is shorter. */
static const char *shorten(const char *path)
{
	static char here[4096];
	size_t n;

	if (!getcwd(here, sizeof(here)))
		return path;
	n = strlen(here);
	return strncmp(path, here, n) == 0 && path[n] == '/' ? path + n + 1 : path;
}

void table_print(const struct table *table)
{
	int owner = 9, log = 3;

	for (unsigned int i = 0; i < table->num_channels; i++) {
		const struct channel *channel = &table->channels[i];

		if (channel->owner && (int)strlen(channel->owner) > owner)
			owner = (int)strlen(channel->owner);
		if ((int)strlen(shorten(channel->log)) > log)
			log = (int)strlen(shorten(channel->log));
	}
	printf("\n %5s  %7s  %-*s  %-*s  %s\n", "port", "channel", owner, "partition", log, "log",
	       "to attach");
	for (unsigned int i = 0; i < table->num_channels; i++) {
		const struct channel *channel = &table->channels[i];

		if (channel->owner)
			printf(" %5u  %7u  %-*s  %-*s  socat -,raw,echo=0 tcp:0:%u\n",
			       channel->port, i, owner, channel->owner, log, shorten(channel->log),
			       channel->port);
	}
}

void table_close(struct table *table)
{
	for (unsigned int i = 0; i < table->num_channels; i++) {
		free(table->channels[i].owner);
		free(table->channels[i].log);
	}
	*table = (struct table){ 0 };
}
