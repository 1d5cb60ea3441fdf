/* SPDX-License-Identifier: BSD-2-Clause */
/* make install and make uninstall, into a private directory. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/system/mux_server_harness.h"

/* Run a command of the shell, in which $D is the test's directory; it must succeed. */
static void run(const char *command)
{
	int status = system(command);

	if (status != 0)
		fail_msg("status %#x of: %s", (unsigned)status, command);
}

static int set_up(void **state)
{
	if (test_set_up(state) < 0)
		return -1;
	setenv("D", test_dir, 1);
	unsetenv("MAKEFLAGS"); /* of the make that runs this */
	unsetenv("MAKELEVEL");
	return 0;
}

static void everything_is_installed_and_removed(void **state)
{
	(void)state;
	run("make -s install DESTDIR=$D PREFIX=/opt/mux >$D/log");
	run("$D/opt/mux/bin/mux_server --version | grep -q '^mux_server (Beryl) '");
	run("$D/opt/mux/bin/muxctl --version | grep -q '^muxctl (Beryl) '");
	run("$D/opt/mux/bin/hvlint --version | grep -q '^hvlint (Beryl) '");
	run("for p in mux_server muxctl hvlint mux_server.yaml mux_protocol; do"
	    " mman -M $D/opt/mux/share/man -w $p >$D/log 2>&1 || exit 1; done");
	run("bash -c 'source $D/opt/mux/share/bash-completion/completions/muxctl &&"
	    " source $D/opt/mux/share/bash-completion/completions/mux_server &&"
	    " source $D/opt/mux/share/bash-completion/completions/hvlint &&"
	    " complete -p muxctl mux_server hvlint >/dev/null'");
	run("head -1 $D/opt/mux/share/zsh/site-functions/_muxctl | grep -q '^#compdef muxctl'");
	run("grep -q 'complete -c muxctl' $D/opt/mux/share/fish/vendor_completions.d/muxctl.fish");
	run("grep -q '^ExecStart=/opt/mux/bin/mux_server ' "
	    "$D/opt/mux/lib/systemd/system/mux_server@.service");
	run("$D/opt/mux/bin/mux_server --check --config $D/opt/mux/share/doc/mux_server/example.yaml "
	    ">$D/log 2>&1");
	run("make -s uninstall DESTDIR=$D PREFIX=/opt/mux >$D/log");
	run("test -z \"$(find $D/opt -type f)\"");
}

int main(void)
{
	const struct CMUnitTest mux_install[] = {
		cmocka_unit_test_setup_teardown(everything_is_installed_and_removed, set_up,
						test_tear_down),
	};

	setenv("MUX_SERVER", "build/bin/mux_server", 1); /* that one is installed */
	return RUN_SERVER_TESTS(mux_install);
}
