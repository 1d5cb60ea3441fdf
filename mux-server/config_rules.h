/* SPDX-License-Identifier: BSD-2-Clause */
/* What settings from a file must fulfil beyond the types of their values. */
#ifndef MUX_SERVER_CONFIG_RULES_H
#define MUX_SERVER_CONFIG_RULES_H

#include "mux-server/config_document.h"

/*
 * Check that @settings, loaded from @document, fit together: names and channels used once, ports
 * too, one target for each board; and complete them: names from the hypervisor's tree, default
 * names, ports and log directories.  Errors say where in the document.
 */
void config_rules_apply(struct config_document *document, struct settings *settings,
			struct config_errors *errors);

#endif
