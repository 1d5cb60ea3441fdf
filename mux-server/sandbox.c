/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/sandbox.h"

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

enum { CALLS_MAX = 1024 };

/* By what they are for.  Names that a machine does not have are passed over. */
static const char *const allowed[] = {
	/* the event loop */
	"epoll_create1",
	"epoll_ctl",
	"epoll_wait",
	"epoll_pwait",
	"epoll_pwait2",
	"poll",
	"ppoll",
	"eventfd2",
	"clock_gettime",
	"clock_nanosleep",
	"nanosleep",
	"gettimeofday",
	"time",
	"timerfd_create",
	"timerfd_settime",
	"restart_syscall",
	/* moving bytes */
	"read",
	"readv",
	"write",
	"writev",
	"pread64",
	"pwrite64",
	"close",
	"lseek",
	"pipe2",
	/* sockets: clients, targets, names, the journal, the service manager */
	"socket",
	"socketpair",
	"bind",
	"listen",
	"accept4",
	"connect",
	"shutdown",
	"getsockname",
	"getpeername",
	"getsockopt",
	"setsockopt",
	"sendto",
	"sendmsg",
	"sendmmsg",
	"recvfrom",
	"recvmsg",
	"recvmmsg",
	/* files: logs and their generations, sockets and links by path, targets */
	"open",
	"openat",
	"stat",
	"lstat",
	"fstat",
	"newfstatat",
	"statx",
	"fstatfs",
	"statfs",
	"access",
	"faccessat",
	"faccessat2",
	"readlink",
	"readlinkat",
	"mkdir",
	"mkdirat",
	"rename",
	"renameat",
	"renameat2",
	"unlink",
	"unlinkat",
	"rmdir",
	"symlink",
	"symlinkat",
	"getdents64",
	"fchmod",
	"fchmodat",
	"chmod",
	"fchown",
	"fchownat",
	"chown",
	"utimensat",
	"fsync",
	"fdatasync",
	"ftruncate",
	"fcntl",
	"dup",
	"dup2",
	"dup3",
	"umask",
	"getcwd",
	"flock",
	"fadvise64",
	"inotify_init1",
	"inotify_add_watch",
	"inotify_rm_watch",
	/* serial devices and pseudo terminals */
	"ioctl",
	/* memory */
	"brk",
	"mmap",
	"mremap",
	"munmap",
	"madvise",
	"mprotect",
	/* threads that look up names and compress logs, and their end */
	"futex",
	"set_robust_list",
	"rseq",
	"sched_yield",
	"sched_getaffinity",
	"setpriority",
	"get_robust_list",
	"exit",
	"exit_group",
	"gettid",
	"prctl",
	"membarrier",
	/* signals; ending what -exec started */
	"rt_sigaction",
	"rt_sigprocmask",
	"rt_sigreturn",
	"sigaltstack",
	"signalfd4",
	"kill",
	"tgkill",
	"wait4",
	"waitid",
	/* who we are, and the machine */
	"getpid",
	"getppid",
	"getuid",
	"geteuid",
	"getgid",
	"getegid",
	"getgroups",
	"getresuid",
	"getresgid",
	"uname",
	"sysinfo",
	"getrandom",
	"prlimit64",
	"getrlimit",
	"getrusage",
	"times",
};

static int add_rules(scmp_filter_ctx filter)
{
	int status = 0;

	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]) && status == 0; i++) {
		int number = seccomp_syscall_resolve_name(allowed[i]);

		if (number != __NR_SCMP_ERROR)
			status = seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0);
		if (status == -EDOM) /* not on this kind of machine */
			status = 0;
	}
	/* Threads, not processes; glibc falls back from clone3(), whose flags cannot be seen. */
	if (status == 0)
		status = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
					  SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
	if (status == 0)
		status = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
	/* fork() blocks all signals, so that SIGSYS would kill: an error must do. */
	if (status == 0)
		status = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
					  SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));
	return status;
}

/* Async-signal-safe. */
static void tell(const char *name, int number)
{
	char text[128] = "mux_server: the sandbox does not allow the system call ";
	char digits[12];
	size_t len = strlen(text), at = sizeof(digits);

	while (*name && len < sizeof(text) - 40)
		text[len++] = *name++;
	text[len++] = ' ';
	text[len++] = '(';
	do
		digits[--at] = (char)('0' + number % 10);
	while ((number /= 10) > 0);
	while (at < sizeof(digits))
		text[len++] = digits[at++];
	memcpy(text + len, "); see --no-sandbox.\n", 21);
	if (write(STDERR_FILENO, text, len + 21) < 0)
		return; /* nobody listens */
}

/* The call was not made: give its caller an error. */
static void fail_call(ucontext_t *context)
{
#if defined(__x86_64__)
	context->uc_mcontext.gregs[REG_RAX] = -EPERM;
#elif defined(__aarch64__)
	context->uc_mcontext.regs[0] = (unsigned long long)-EPERM;
#else
	(void)context;
	_exit(1);
#endif
}

/* The names are looked up before, as that allocates. */
static char names[CALLS_MAX][24];

static void on_violation(int signal_number, siginfo_t *info, void *context)
{
	static atomic_bool told[CALLS_MAX];
	int saved = errno, number = info->si_syscall;
	bool known = number >= 0 && number < CALLS_MAX;

	(void)signal_number;
	if (!known || !atomic_exchange(&told[number], true))
		tell(known ? names[number] : "unknown", number < 0 ? 0 : number);
	errno = saved;
	fail_call(context);
}

static void look_up_names(void)
{
	for (int i = 0; i < CALLS_MAX; i++) {
		char *name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, i);

		snprintf(names[i], sizeof(names[i]), "%s", name ? name : "unknown");
		free(name);
	}
}

int sandbox_enter(char *why, size_t why_size)
{
#if defined(__SANITIZE_ADDRESS__)
	/* The search for leaks at the end traces the process from outside, which no list can allow
	 * without allowing everything. */
	(void)look_up_names;
	(void)on_violation;
	(void)add_rules;
	(void)why;
	(void)why_size;
	return 0;
#else
	struct sigaction action = { .sa_sigaction = on_violation,
				    .sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK };
	scmp_filter_ctx filter;
	int status;

	look_up_names();
	sigaction(SIGSYS, &action, NULL);
	filter = seccomp_init(SCMP_ACT_TRAP);
	status = filter ? 0 : -ENOMEM;
	if (status == 0)
		status = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
	if (status == 0)
		status = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (status == 0)
		status = add_rules(filter);
	if (status == 0)
		status = seccomp_load(filter); /* also sets no-new-privileges */
	if (filter)
		seccomp_release(filter);
	if (status < 0)
		snprintf(why, why_size,
			 "the sandbox cannot be set up: %s; --no-sandbox goes without",
			 strerror(-status));
	return status;
#endif
}
