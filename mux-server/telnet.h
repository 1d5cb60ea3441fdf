/* SPDX-License-Identifier: BSD-2-Clause */
/* The telnet protocol, as far as a console needs it. */
#ifndef MUX_SERVER_TELNET_H
#define MUX_SERVER_TELNET_H

/* Whether a client is taken to speak telnet. */
enum telnet_mode {
	TELNET_OFF,  /* no: every byte is payload */
	TELNET_AUTO, /* if the first that it says is a negotiation */
	TELNET_ON,   /* yes: it is told so at once */
};

#endif
