/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The far end of the wire: opened, lost, and opened again for as long as the server runs.
 *
 *     waiting --open--> opening --target_opened--> up --loss--> waiting
 *        ^                 |
 *        +--target_failed--+
 *
 * A lost target is tried again at once; then, while it keeps failing, after 0.1 s, 0.2 s, ... up to
 * 5 s, each varied by a quarter so that many servers do not knock together.  Kinds of target
 * (serial device, socket, command) differ in struct target_kind only.
 */
#ifndef MUX_SERVER_TARGET_H
#define MUX_SERVER_TARGET_H

#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mux-server/channel.h"
#include "mux-server/gather.h"
#include "mux-server/serial.h"
#include "mux-server/uplink.h"

enum { TARGET_READ_SIZE = 65536 };

struct target;

struct target_kind {
	/* Allocate @target->link.  Called once.  Returns 0, -EINVAL (the name makes no sense) or
	 * -ENOMEM. */
	int (*prepare)(struct target *target);
	/* Begin to open; answer with target_opened() or target_failed(), at once or later. */
	void (*open)(struct target *target);
	/* Release what an open target, or one that is being opened, holds.  The target's events are
	 * gone. */
	void (*close)(struct target *target);
	/* Give back @target->link.  Called once, when the target is closed for good. */
	void (*destroy)(struct target *target);
	/* Begin or end a break on the line.  Returns 0 or -errno; NULL: there is no such line. */
	int (*set_break)(struct target *target, bool on);
	/* A loss after which starting again at once would only repeat it. */
	bool is_process;
};

/* Devices and unix sockets by path; network sockets; commands. */
extern const struct target_kind target_kind_path;
extern const struct target_kind target_kind_tcp;
extern const struct target_kind target_kind_exec;

/* Whether a boot loader may be at the other end, which would take what is framed for keystrokes. */
enum target_boot_loader {
	TARGET_BOOT_LOADER_AUTO,  /* found out; asked with `18 01` after opening */
	TARGET_BOOT_LOADER_FIRST, /* it is one until it speaks the protocol: it is sent nothing */
	TARGET_BOOT_LOADER_NEVER, /* all is framed, always, as Topaz's mux_server does */
};

struct target_settings {
	const char *name; /* path, host:port or command */
	bool exec;
	int baud;		 /* 0: as it is */
	struct serial_line line; /* of a serial device */
	bool debug;
	bool once; /* end the event loop when the target cannot be opened or is lost */
	enum target_boot_loader boot_loader;
};

struct target_handler {
	void (*up)(void *arg);			  /* opened: nothing was read or written yet */
	void (*down)(void *arg, const char *why); /* it was up, and is no more */
	void (*input)(void *arg, const uint8_t *data, size_t len);
};

struct target {
	struct event_base *base;
	const struct target_kind *kind;
	struct target_settings settings;
	struct uplink *uplink; /* what to write; the encoder starts anew with each opening */
	const struct target_handler *handler;
	void *arg;
	enum {
		TARGET_WAITING,
		TARGET_OPENING,
		TARGET_UP,
		TARGET_SUSPENDED, /* until target_resume() */
		TARGET_ENDED,	  /* for good, because of settings.once */
	} state;
	int rfd, wfd;	/* while up; may be the same */
	bool may_pause; /* while up: not reading it loses nothing */
	enum flow_level flow;
	bool heard;	 /* something was read since it came up */
	unsigned opened; /* times */
	int64_t up_since;
	unsigned attempts;    /* since it was last well */
	char trouble[512];    /* last reported; told once, not at each attempt */
	struct gather gather; /* while up */
	struct event *writable, *retry, *break_end;
	struct event *paced; /* the uplink waits before it has more to send */
	void *link;	     /* of the kind */
};

/*
 * Choose the kind of target by its name and start opening it from the event loop.  A name with a
 * slash is a path; otherwise one with a colon is host:port, split at the last colon.  Strings are
 * kept by reference. Returns 0, -EINVAL (not a host:port) or -ENOMEM.
 */
int target_start(struct target *target, struct event_base *base,
		 const struct target_settings *settings, struct uplink *uplink,
		 const struct target_handler *handler, void *arg);

/* Close for good: line settings restored, child processes ended. */
void target_stop(struct target *target);

/* The uplink has something to send. */
void target_kick(struct target *target);

/*
 * Stop or resume reading.  What a target that is not read has sent is not lost, and neither is the
 * target: that it has gone is seen when it is read to its end.
 */
void target_pause(struct target *target, enum flow_level level);

/*
 * Release the target, so that a flasher can use the device; clients stay and what they type waits.
 * It is not opened again before target_resume(), which does so at once.
 */
void target_suspend(struct target *target);
void target_resume(struct target *target);

/*
 * Send a break of a quarter of a second.  Returns 0, -ENOTCONN (not up), -EOPNOTSUPP (not a real
 * serial line) or another -errno.
 */
int target_send_break(struct target *target);

/* Why there was no break, for what target_send_break() returned. */
const char *target_explain_break(int status);

/*
 * For kinds: it has appeared, so if it is waited for it is tried again now; or rather in a moment,
 * for a socket appears before it listens, and a device before udev has set its permissions.
 */
void target_appeared(struct target *target);

/* For kinds: it is open; the descriptors are non-blocking and stay the kind's to close. */
void target_opened(struct target *target, int rfd, int wfd, bool may_pause);

/* For kinds: it cannot be opened now, and why, in one sentence.  The kind's close() is called. */
void target_failed(struct target *target, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
