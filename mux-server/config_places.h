/* SPDX-License-Identifier: BSD-2-Clause */
/* Where consoles can be reached, as a file says it: each port and path is used once. */
#ifndef MUX_SERVER_CONFIG_PLACES_H
#define MUX_SERVER_CONFIG_PLACES_H

#include "mux-server/config_document.h"

/* Check the places of complete @settings, loaded from @document. */
void config_places_check(struct config_document *document, const struct settings *settings,
			 struct config_errors *errors);

#endif
