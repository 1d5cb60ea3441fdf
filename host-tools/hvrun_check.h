/* SPDX-License-Identifier: BSD-2-Clause */
/* Before the machine boots: what hvlint says of what is staged. */
#ifndef HOST_TOOLS_HVRUN_CHECK_H
#define HOST_TOOLS_HVRUN_CHECK_H

#include "host-tools/hvrun_stage.h"

/*
 * Run hvlint on the staged trees and files; it prints its findings on standard output.  Returns 0,
 * or -1 when there are errors, or it could not be run, which has been reported.
 */
int check_stage(const struct stage *stage, const struct hvrun_options *options);

#endif
