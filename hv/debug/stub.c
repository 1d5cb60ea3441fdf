/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The commands of gdb's remote protocol.  A reply is text, "" for a command that does not exist
 * here; E01 for one that is wrong or comes while the vCPUs run; none when gdb is told later.
 */
#include <stdio.h>
#include <string.h>

#include "hv/booke/core.h"
#include "hv/debug/internal.h"

#define FAILED "E01"

enum { BYTES_MAX = PACKET_MAX / 2 };

void stub_notify(struct bc_end *end, unsigned int events)
{
	const struct stub *stub = end->owner;

	(void)events;
	core_post(stub->core, CORE_WORK_DEBUG);
}

/* The thread that gdb calls @n, or NULL: one more than the vCPU. */
static struct vcpu *thread(const struct stub *stub, uint32_t n)
{
	struct vcpu *vcpu = &stub->debug->partition->vcpus[n - 1];

	return n - 1 < 32 && stub->vcpus >> (n - 1) & 1 && atomic_load(&vcpu->state) == VCPU_RUNNING
		       ? vcpu
		       : NULL;
}

static struct vcpu *first_thread(const struct stub *stub)
{
	struct vcpu *first = NULL;

	for (uint32_t n = 1; !first && n <= PLAN_MAX_CPUS; n++)
		first = thread(stub, n);
	return first;
}

static void put(struct stub *stub, const char *format, uint32_t n)
{
	char text[64];

	snprintf(text, sizeof(text), format, n);
	packet_put(&stub->writer, text);
}

static void put_threads(struct stub *stub)
{
	char before = 'm';

	for (uint32_t n = 1; n <= PLAN_MAX_CPUS; n++) {
		if (!thread(stub, n))
			continue;
		put(stub, before == 'm' ? "m%x" : ",%x", n);
		before = ',';
	}
	if (before == 'm')
		packet_put(&stub->writer, "l");
}

/* ?: have the partition stop, unless it has. */
static const char *stop(struct stub *stub)
{
	struct vcpu *vcpu = first_thread(stub);

	stub->ended = false;
	if (!vcpu)
		return "W00";
	debug_hold(stub, vcpu, 0);
	stub->waiting = true;
	return NULL;
}

/* c and s, both with an address or without. */
static const char *resume(struct stub *stub, const char *at, bool step)
{
	struct vcpu *vcpu = step ? stub->stepped : stub->stopped;
	size_t size;

	if (*at)
		*(uint32_t *)vcpu_register(vcpu, VCPU_PC, &size) = packet_number(&at) & ~3u;
	if (!debug_resume(stub, step ? vcpu : NULL))
		return FAILED;
	stub->waiting = true;
	return NULL;
}

static const char *select_thread(struct stub *stub, const char *at)
{
	struct vcpu *vcpu = at[1] == '-' ? stub->stopped : NULL;
	const char *number = at + 1;

	if (!vcpu) {
		uint32_t n = packet_number(&number);

		vcpu = n ? thread(stub, n) : stub->stopped;
	}
	if (!vcpu)
		return FAILED;
	*(*at == 'c' ? &stub->stepped : &stub->looked_at) = vcpu;
	return "OK";
}

/* Read registers @first to @last, or write them from @at. */
static const char *registers(struct stub *stub, unsigned int first, unsigned int last,
			     const char *at)
{
	for (unsigned int n = first; n <= last; n++) {
		size_t size;
		void *value = n < VCPU_REGISTERS ? vcpu_register(stub->looked_at, n, &size) : NULL;

		if (!value)
			return FAILED;
		if (!at)
			packet_put_hex(&stub->writer, value, size);
		else if (!packet_bytes(&at, value, size))
			return FAILED;
	}
	return at ? "OK" : NULL;
}

static const char *memory(struct stub *stub, const char *at, bool write)
{
	uint8_t bytes[BYTES_MAX];
	uint32_t ea = packet_number(&at), len;

	if (*at++ != ',')
		return FAILED;
	len = packet_number(&at);
	if (len > sizeof(bytes))
		return FAILED;
	if (write && (*at++ != ':' || !packet_bytes(&at, bytes, len)))
		return FAILED;
	if (!breakpoint_copy(stub->looked_at, ea, bytes, len, write))
		return "E14";
	if (!write)
		packet_put_hex(&stub->writer, bytes, len);
	return write ? "OK" : NULL;
}

static const char *breakpoint(struct stub *stub, const char *at, bool insert)
{
	bool done = true;
	uint32_t ea;

	if (at[0] != '0' || at[1] != ',')
		return "";
	at += 2;
	ea = packet_number(&at);
	lock_acquire(&stub->debug->lock);
	if (insert)
		done = breakpoint_insert(stub, stub->stopped, ea);
	else
		breakpoint_remove(stub, &ea);
	lock_release(&stub->debug->lock);
	return done ? "OK" : "E14";
}

/* gdb's monitor command; what it shall print goes out in hexadecimal. */
static const char *monitor(struct stub *stub, const char *at)
{
	struct partition *partition = stub->debug->partition;
	char line[128] = "";

	for (size_t i = 0; i < 15 && packet_bytes(&at, &line[i], 1); i++)
		;
	if (!strcmp(line, "info"))
		snprintf(line, sizeof(line), "%s: %s, %u vCPUs\n", partition->plan->label,
			 partition_state_name(atomic_load(&partition->state)),
			 partition->plan->num_cpus);
	else if (!strcmp(line, "stop") && partition_stop(partition, "gdb"))
		return "OK";
	else if (!strcmp(line, "restart") && partition_restart(partition, "gdb"))
		return "OK";
	else
		snprintf(line, sizeof(line), "monitor info, stop or restart\n");
	packet_put_hex(&stub->writer, line, strlen(line));
	return NULL;
}

/* What follows @name in @text, or NULL. */
static const char *behind(const char *text, const char *name)
{
	size_t len = strlen(name);

	return strncmp(text, name, len) ? NULL : text + len;
}

static const char *query(struct stub *stub, const char *text, bool held)
{
	const char *at;

	if (behind(text, "Supported"))
		return "PacketSize=400;qXfer:features:read+";
	if (behind(text, "Attached"))
		return "1";
	if (behind(text, "Offsets"))
		return "Text=0;Data=0;Bss=0";
	if (behind(text, "fThreadInfo")) {
		put_threads(stub);
		return NULL;
	}
	if (behind(text, "sThreadInfo"))
		return "l";
	if ((at = behind(text, "Xfer:features:read:target.xml:"))) {
		uint32_t offset = packet_number(&at);

		at += *at == ',';
		target_put(&stub->writer, offset, packet_number(&at));
		return NULL;
	}
	if ((at = behind(text, "Rcmd,")))
		return monitor(stub, at);
	if (!strcmp(text, "C") && held) {
		put(stub, "QC%x", stub->looked_at->num + 1);
		return NULL;
	}
	return "";
}

/* Deal with a command; NULL: the writer has the reply, or gdb waits. */
static const char *command(struct stub *stub, const char *text)
{
	bool held = stub->looked_at && !stub->waiting && !stub->ended && debug_is_held(stub);
	char c = *text++;
	uint32_t n;

	/* What needs the vCPUs at rest.  When their life is over gdb learns it where it goes on. */
	if (!held && c && strchr("csDHgGpPmMzZ", c)) {
		if (!stub->ended)
			return FAILED;
		return strchr("cs", c) ? "W00" : strchr("DHzZ", c) ? "OK" : FAILED;
	}
	switch (c) {
	case '?':
		return stop(stub);
	case 'q':
		return query(stub, text, held);
	case 'T':
		return thread(stub, packet_number(&text)) ? "OK" : FAILED;
	case 'k':
		partition_stop(stub->debug->partition, "gdb");
		return NULL;
	case 'c':
	case 's':
		return resume(stub, text, c == 's');
	case 'D':
		debug_detach(stub);
		stub->looked_at = NULL;
		return "OK";
	case 'H':
		return select_thread(stub, text);
	case 'g':
	case 'G':
		return registers(stub, 0, VCPU_REGISTERS - 1, c == 'g' ? NULL : text);
	case 'p':
	case 'P':
		n = packet_number(&text);
		return registers(stub, n, n, *text == '=' ? text + 1 : NULL);
	case 'm':
	case 'M':
		return memory(stub, text, c == 'M');
	case 'z':
	case 'Z':
		return breakpoint(stub, text, c == 'Z');
	default:
		return "";
	}
}

static void tell_stop(struct stub *stub)
{
	static const uint8_t looked_at[] = { VCPU_GPR + 1, VCPU_PC, VCPU_LR };

	stub->waiting = false;
	packet_begin(&stub->writer);
	if (stub->ended) {
		packet_put(&stub->writer, "W00");
	} else {
		stub->looked_at = stub->stepped = stub->stopped;
		put(stub, "T%02x", stub->signal);
		put(stub, "thread:%x;", stub->stopped->num + 1);
		/* What a step looks at: gdb need not ask for it. */
		for (unsigned int i = 0; i < sizeof(looked_at); i++) {
			put(stub, "%x:", looked_at[i]);
			registers(stub, looked_at[i], looked_at[i], NULL);
			packet_put(&stub->writer, ";");
		}
	}
	packet_end(&stub->writer);
	stub->writer.sent = 1; /* nothing to acknowledge */
}

static void obey(struct stub *stub)
{
	const char *reply;

	packet_begin(&stub->writer);
	reply = command(stub, stub->reader.text);
	if (reply)
		packet_put(&stub->writer, reply);
	if (reply || stub->writer.len > 2) {
		packet_end(&stub->writer);
	} else {
		stub->writer.len = 1; /* only the acknowledgement */
		stub->writer.sent = 0;
	}
}

static void receive(struct stub *stub, char c)
{
	struct packet_writer *writer = &stub->writer;

	switch (packet_read(&stub->reader, c)) {
	case PACKET_COMPLETE:
		obey(stub);
		break;
	case PACKET_DAMAGED:
		writer->text[0] = '-';
		writer->len = 1;
		writer->sent = 0;
		break;
	case PACKET_AGAIN:
		if (writer->len > 1)
			writer->sent = 1;
		break;
	case PACKET_INTERRUPT:
		if (stub->waiting && first_thread(stub))
			debug_hold(stub, first_thread(stub), SIGNAL_INTERRUPT);
		break;
	case PACKET_NOTHING:
		break;
	}
}

void stub_serve(struct stub *stub)
{
	struct packet_writer *writer = &stub->writer;
	char c;

	for (;;) {
		writer->sent += bc_end_send(stub->end, writer->text + writer->sent,
					    writer->len - writer->sent);
		if (writer->sent < writer->len)
			return;
		if (stub->waiting && (stub->ended || debug_is_held(stub)))
			tell_stop(stub);
		else if (bc_end_receive(stub->end, &c, 1))
			receive(stub, c);
		else
			return;
	}
}
