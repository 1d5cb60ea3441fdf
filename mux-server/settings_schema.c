/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of settings: which keys a configuration file can have, of what type, and where they go.
 * libcyaml reads and frees by it, config_check.c explains errors by it.
 */
#include <cyaml/cyaml.h>

#include "mux-server/channel.h"
#include "mux-server/settings.h"
#include "mux-server/telnet.h"
#include "protocol/mux.h"

#define OPTIONAL (CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL)

enum { PATH_LEN_MAX = 4095 };

#define TEXT(key, structure, member)                                                               \
	CYAML_FIELD_STRING_PTR(key, OPTIONAL, structure, member, 1, PATH_LEN_MAX)
#define NAME(key, flags, structure, member)                                                        \
	CYAML_FIELD_STRING_PTR(key, flags, structure, member, 1, SETTINGS_NAME_MAX)
#define NUMBER(key, structure, member) CYAML_FIELD_UINT_PTR(key, OPTIONAL, structure, member)
#define WORD(key, structure, member, words)                                                        \
	CYAML_FIELD_ENUM_PTR(key, OPTIONAL, structure, member, words, CYAML_ARRAY_LEN(words))
#define COUNT(key, structure, member) CYAML_FIELD_UINT(key, CYAML_FLAG_OPTIONAL, structure, member)
#define FLAG(key, structure, member) CYAML_FIELD_BOOL(key, CYAML_FLAG_OPTIONAL, structure, member)

static const cyaml_strval_t slow_readers[] = {
	{ "skip", SLOW_READER_SKIP },
	{ "drop", SLOW_READER_DROP },
	{ "block", SLOW_READER_BLOCK },
};

static const cyaml_strval_t telnet_modes[] = {
	{ "off", TELNET_OFF },
	{ "auto", TELNET_AUTO },
	{ "on", TELNET_ON },
};

/* The fields of client_settings.h, of a structure that has them as its member clients. */
#define CLIENT_FIELDS(structure)                                                                   \
	WORD("slow-reader", structure, clients.slow_reader, slow_readers),                         \
		NUMBER("slow-reader-age", structure, clients.slow_reader_age),                     \
		NUMBER("replay", structure, clients.replay),                                       \
		NUMBER("scrollback", structure, clients.scrollback),                               \
		WORD("telnet", structure, clients.telnet, telnet_modes)

static const cyaml_schema_field_t console_fields[] = {
	CYAML_FIELD_UINT("channel", CYAML_FLAG_OPTIONAL, struct console_settings, channel),
	NAME("name", OPTIONAL, struct console_settings, name),
	NAME("partition", OPTIONAL, struct console_settings, partition),
	TEXT("listen", struct console_settings, listen),
	NUMBER("port", struct console_settings, port),
	NUMBER("read-only-port", struct console_settings, read_only_port),
	TEXT("socket", struct console_settings, socket),
	TEXT("pty", struct console_settings, pty),
	NAME("socket-group", OPTIONAL, struct console_settings, socket_group),
	CLIENT_FIELDS(struct console_settings),
	NUMBER("pace-char", struct console_settings, pace_char),
	NUMBER("pace-line", struct console_settings, pace_line),
	CYAML_FIELD_BOOL_PTR("log", OPTIONAL, struct console_settings, log),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t console_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct console_settings, console_fields),
};

static const cyaml_strval_t boot_loaders[] = {
	{ "auto", TARGET_BOOT_LOADER_AUTO },
	{ "first", TARGET_BOOT_LOADER_FIRST },
	{ "never", TARGET_BOOT_LOADER_NEVER },
};

static const cyaml_strval_t parities[] = {
	{ "none", SERIAL_PARITY_NONE },	  { "even", SERIAL_PARITY_EVEN },
	{ "odd", SERIAL_PARITY_ODD },	  { "mark", SERIAL_PARITY_MARK },
	{ "space", SERIAL_PARITY_SPACE },
};

static const cyaml_strval_t flows[] = {
	{ "none", SERIAL_FLOW_NONE },
	{ "rts-cts", SERIAL_FLOW_RTS_CTS },
	{ "xon-xoff", SERIAL_FLOW_XON_XOFF },
};

static const cyaml_schema_field_t board_fields[] = {
	NAME("name", CYAML_FLAG_POINTER, struct board_settings, name),
	TEXT("target", struct board_settings, target),
	TEXT("exec", struct board_settings, exec),
	NUMBER("baud", struct board_settings, baud),
	CYAML_FIELD_ENUM("parity", CYAML_FLAG_OPTIONAL, struct board_settings, parity, parities,
			 CYAML_ARRAY_LEN(parities)),
	NUMBER("stop-bits", struct board_settings, stop_bits),
	CYAML_FIELD_ENUM("flow", CYAML_FLAG_OPTIONAL, struct board_settings, flow, flows,
			 CYAML_ARRAY_LEN(flows)),
	NUMBER("pace-char", struct board_settings, pace_char),
	NUMBER("pace-line", struct board_settings, pace_line),
	CYAML_FIELD_ENUM("boot-loader", CYAML_FLAG_OPTIONAL, struct board_settings, boot_loader,
			 boot_loaders, CYAML_ARRAY_LEN(boot_loaders)),
	TEXT("log-dir", struct board_settings, log_dir),
	TEXT("names-from", struct board_settings, names_from),
	NUMBER("first-port", struct board_settings, first_port),
	FLAG("sockets", struct board_settings, sockets),
	FLAG("ptys", struct board_settings, ptys),
	NAME("socket-group", OPTIONAL, struct board_settings, socket_group),
	CLIENT_FIELDS(struct board_settings),
	CYAML_FIELD_SEQUENCE_COUNT("consoles", OPTIONAL, struct board_settings, consoles,
				   console_count, &console_schema, 0, MUX_HOST_CHANNELS),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t board_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct board_settings, board_fields),
};

static const cyaml_schema_field_t fields[] = {
	TEXT("listen", struct settings, listen),
	TEXT("log-dir", struct settings, log_dir),
	TEXT("control", struct settings, control),
	COUNT("log-size", struct settings, log_size),
	COUNT("log-age", struct settings, log_age),
	COUNT("log-keep", struct settings, log_keep),
	TEXT("events", struct settings, events),
	FLAG("event-lines", struct settings, event_lines),
	TEXT("syslog", struct settings, syslog),
	FLAG("journald", struct settings, journald),
	TEXT("journald-socket", struct settings, journald_socket),
	TEXT("metrics", struct settings, metrics),
	FLAG("no-sandbox", struct settings, no_sandbox),
	FLAG("verbose", struct settings, verbose),
	FLAG("debug", struct settings, debug),
	FLAG("once", struct settings, once),
	CLIENT_FIELDS(struct settings),
	CYAML_FIELD_SEQUENCE_COUNT("boards", CYAML_FLAG_POINTER, struct settings, boards,
				   board_count, &board_schema, 1, SETTINGS_BOARDS_MAX),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct settings, fields),
};

const struct cyaml_schema_value *settings_schema(void)
{
	return &schema;
}
