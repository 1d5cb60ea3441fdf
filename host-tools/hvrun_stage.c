// SPDX-License-Identifier: BSD-2-Clause
#include "host-tools/hvrun_stage.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host-tools/child.h"
#include "host-tools/hvrun_qemu.h"
#include "host-tools/say.h"

static const struct stage_file walk_through[STAGE_PARTS] = {
	[STAGE_GUEST] = { "guest.img", "guest kernel", 0x78020000, 0x6e0000, 0, NULL },
	[STAGE_ROOTFS] = { "rootfs.img", "root file system", 0x79300000, 0x4000000, 0, NULL },
	[STAGE_HYPERVISOR] = { "hv.uImage", "hypervisor", 0x78700000, 0x100000, 0, NULL },
	[STAGE_HW_TREE] = { "hw.dtb", "hardware tree", 0x78800000, 0x100000, 0, NULL },
	[STAGE_CONFIG_TREE] = { "config.dtb", "configuration tree", 0x78900000, 0xa00000, 0, NULL },
};

static char *find_build(void)
{
	char *path = realpath("/proc/self/exe", NULL);

	for (int up = 0; path && up < 2; up++) { /* build/bin/hvrun */
		char *slash = strrchr(path, '/');

		if (slash)
			*slash = '\0';
	}
	return path;
}

/* Make a directory and those above it. */
static int make_path(const char *path)
{
	char *part = say_format("%s", path);
	int rc = 0;

	for (char *slash = strchr(part + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(part, 0777);
		*slash = '/';
	}
	if (mkdir(part, 0777) != 0 && errno != EEXIST)
		rc = -errno;
	free(part);
	return rc;
}

/* Nobody else's logs may be in a directory that we empty: returns 0, -EWOULDBLOCK or -errno. */
static int claim_log_dir(struct stage *stage, const char *path)
{
	int rc = make_path(path);

	if (rc != 0)
		return rc;
	stage->log_lock = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (stage->log_lock < 0)
		return -errno;
	if (flock(stage->log_lock, LOCK_EX | LOCK_NB) != 0) {
		rc = -errno;
		close(stage->log_lock);
		stage->log_lock = -1;
		return rc;
	}
	stage->log_dir = realpath(path, NULL);
	return stage->log_dir ? 0 : -errno;
}

/* The one asked for; or build/run/log, or when another run uses that, the next free log-N. */
static int open_log_dir(struct stage *stage, const struct hvrun_options *options)
{
	char *path = options->log_dir ? say_format("%s", options->log_dir)
				      : say_format("%s/run/log", stage->build);
	int rc = claim_log_dir(stage, path);

	for (int n = 2; rc == -EWOULDBLOCK && !options->log_dir && n < 100; n++) {
		free(path);
		path = say_format("%s/run/log-%d", stage->build, n);
		rc = claim_log_dir(stage, path);
	}
	if (rc == -EWOULDBLOCK)
		say_error("%s: another run writes its logs there; name another directory", path);
	else if (rc != 0)
		say_error("%s: no logs can be written there: %s", path, strerror(-rc));
	free(path);
	return rc;
}

/* Remove the logs of an earlier run, and nothing else. */
static void remove_old_logs(const struct stage *stage)
{
	static const char *const ours[] = { "channel-*.log", "qemu.log",	 "mux_server.log",
					    "u-boot.log",    "guest_errors.log", "tools.log" };
	DIR *dir = opendir(stage->log_dir);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
			if (fnmatch(ours[i], entry->d_name, 0) == 0)
				unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
}

/* Check that a staged file is there and fits. */
static int measure(struct stage_file *file, const char *source)
{
	struct stat st;

	if (stat(source, &st) != 0) {
		say_error("%s (the %s): %s", source, file->what, strerror(errno));
		return -1;
	}
	if (!S_ISREG(st.st_mode) || st.st_size == 0) {
		say_error("%s (the %s) is not a file with something in it", source, file->what);
		return -1;
	}
	if (st.st_size > (off_t)file->room) {
		say_error("%s (the %s) has %lld bytes; there is room for %u at 0x%08x", source,
			  file->what, (long long)st.st_size, file->room, file->addr);
		return -1;
	}
	file->size = (size_t)st.st_size;
	return 0;
}

static int stage_image(struct stage *stage, enum stage_part part, const char *given,
		       const char *usual)
{
	struct stage_file *file = &stage->files[part];
	char *source = given ? say_format("%s", given) : say_format("%s/%s", stage->build, usual);
	char *target = NULL;
	int rc = -1;

	if (!given && access(source, R_OK) != 0)
		say_error("%s (the %s) is missing: run make", source, file->what);
	else
		rc = measure(file, source);
	if (rc == 0) {
		target = realpath(source, NULL);
		if (!target || symlink(target, file->path) != 0) {
			say_error("%s: %s", source, strerror(errno));
			rc = -1;
		}
	}
	free(target);
	free(source);
	return rc;
}

static int run_dtc(struct stage *stage, const char *from, const char *source, const char *target)
{
	struct child_args args = { 0 };
	char *log = stage_log(stage, "tools.log");
	int rc;

	child_arg(&args, "dtc");
	child_arg(&args, "-q");
	child_arg(&args, "-I");
	child_arg(&args, "%s", from);
	child_arg(&args, "-O");
	child_arg(&args, "dtb");
	child_arg(&args, "-o");
	child_arg(&args, "%s", target);
	child_arg(&args, "%s", source);
	rc = child_run("dtc", &args, log);
	if (rc < 0) {
		say_error("dtc cannot be started: %s; host-tools/setup.sh installs it",
			  strerror(-rc));
	} else if (rc > 0) {
		say_error("%s is not a device tree:", source);
		say_tail(log, 10);
	}
	free(log);
	child_args_clear(&args);
	return rc == 0 ? 0 : -1;
}

/* A blob is told by its first word, so that the file may have any name. */
static int stage_config_tree(struct stage *stage, const struct hvrun_options *options)
{
	struct stage_file *file = &stage->files[STAGE_CONFIG_TREE];
	unsigned char magic[4] = { 0 };
	FILE *in;
	int rc = -1;

	stage->config = options->config
				? say_format("%s", options->config)
				: say_format("%s/../tests/guests/demo/demo.dts", stage->build);
	in = fopen(stage->config, "r");
	if (!in) {
		say_error("%s (the configuration tree): %s", stage->config, strerror(errno));
	} else {
		bool blob =
			fread(magic, 1, 4, in) == 4 && memcmp(magic, "\xd0\x0d\xfe\xed", 4) == 0;

		rc = run_dtc(stage, blob ? "dtb" : "dts", stage->config, file->path);
		fclose(in);
	}
	return rc == 0 ? measure(file, file->path) : rc;
}

/* QEMU's own tree, without the padding to 1 MiB with which it dumps it. */
static int stage_hw_tree(struct stage *stage, const struct hvrun_options *options)
{
	struct stage_file *file = &stage->files[STAGE_HW_TREE];
	char *padded = say_format("%s/padded.dtb", stage->dir);
	char *log = stage_log(stage, "qemu.log");
	int rc = qemu_dump_tree(options, padded, log);

	if (rc == 0)
		rc = run_dtc(stage, "dtb", padded, file->path);
	unlink(padded);
	unlink(log);
	free(log);
	free(padded);
	return rc == 0 ? measure(file, file->path) : rc;
}

/* QEMU loads it by its headers, so it is not staged with the rest. */
static int find_hv_elf(struct stage *stage, const struct hvrun_options *options)
{
	stage->hv_elf = options->hypervisor ? say_format("%s", options->hypervisor)
					    : say_format("%s/hv/hv.elf", stage->build);
	if (access(stage->hv_elf, R_OK) == 0)
		return 0;
	say_error("%s (the hypervisor): %s%s", stage->hv_elf, strerror(errno),
		  options->hypervisor ? "" : "; run make");
	return -1;
}

static int make_dir(struct stage *stage)
{
	const char *parent = getenv("TMPDIR");

	stage->dir = say_format("%s/beryl.XXXXXX", parent && *parent == '/' ? parent : "/tmp");
	if (!mkdtemp(stage->dir)) {
		say_error("%s: %s", stage->dir, strerror(errno));
		free(stage->dir);
		stage->dir = NULL;
		return -1;
	}
	for (int i = 0; i < STAGE_PARTS; i++) {
		stage->files[i] = walk_through[i];
		stage->files[i].path = say_format("%s/%s", stage->dir, walk_through[i].name);
	}
	return 0;
}

int stage_open(struct stage *stage, const struct hvrun_options *options)
{
	*stage = (struct stage){ .build = find_build(), .log_lock = -1 };
	if (!stage->build) {
		say_error("/proc/self/exe: %s", strerror(errno));
		return -1;
	}
	if (make_dir(stage) != 0 || open_log_dir(stage, options) != 0)
		return -1;
	remove_old_logs(stage);
	if (stage_image(stage, STAGE_GUEST, options->guest, "guests/demo.uImage") != 0 ||
	    stage_image(stage, STAGE_ROOTFS, options->rootfs, "guests/rootfs.uImage") != 0 ||
	    stage_config_tree(stage, options) != 0 || stage_hw_tree(stage, options) != 0)
		return -1;
	return options->kernel_boot
		       ? find_hv_elf(stage, options)
		       : stage_image(stage, STAGE_HYPERVISOR, options->hypervisor, "hv/hv.uImage");
}

void stage_close(struct stage *stage)
{
	for (int i = 0; i < STAGE_PARTS; i++) {
		if (stage->files[i].path)
			unlink(stage->files[i].path);
		free(stage->files[i].path);
	}
	if (stage->dir && rmdir(stage->dir) != 0)
		say_error("%s: %s", stage->dir, strerror(errno));
	if (stage->log_lock >= 0)
		close(stage->log_lock);
	free(stage->dir);
	free(stage->log_dir);
	free(stage->hv_elf);
	free(stage->config);
	free(stage->build);
	*stage = (struct stage){ .log_lock = -1 };
}

char *stage_log(const struct stage *stage, const char *name)
{
	return say_format("%s/%s", stage->log_dir, name);
}
