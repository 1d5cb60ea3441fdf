/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/record_queue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { GATHER = 64 };

struct record {
	STAILQ_ENTRY(record) link;
	size_t len;
	char data[];
};

void record_queue_init(struct record_queue *queue, size_t limit)
{
	*queue = (struct record_queue){ .limit = limit };
	STAILQ_INIT(&queue->records);
}

bool record_queue_push(struct record_queue *queue, const void *data, size_t len)
{
	struct record *record = NULL;

	if (len <= queue->limit && queue->bytes <= queue->limit - len)
		record = malloc(sizeof(*record) + len);
	if (!record) {
		queue->dropped++;
		return false;
	}
	record->len = len;
	memcpy(record->data, data, len);
	STAILQ_INSERT_TAIL(&queue->records, record, link);
	queue->bytes += len;
	return true;
}

static void pop(struct record_queue *queue)
{
	struct record *first = STAILQ_FIRST(&queue->records);

	queue->bytes -= first->len;
	queue->sent = 0;
	STAILQ_REMOVE_HEAD(&queue->records, link);
	free(first);
}

static void take(struct record_queue *queue, size_t len)
{
	while (len > 0) {
		size_t left = STAILQ_FIRST(&queue->records)->len - queue->sent;

		if (len < left) {
			queue->sent += len;
			return;
		}
		len -= left;
		pop(queue);
	}
}

int record_queue_write(struct record_queue *queue, int fd)
{
	while (!STAILQ_EMPTY(&queue->records)) {
		struct iovec iov[GATHER];
		struct record *record;
		size_t skip = queue->sent;
		int count = 0;

		STAILQ_FOREACH (record, &queue->records, link) {
			if (count == GATHER)
				break;
			iov[count].iov_base = record->data + skip;
			iov[count++].iov_len = record->len - skip;
			skip = 0;
		}

		ssize_t written = writev(fd, iov, count);

		if (written > 0)
			take(queue, (size_t)written);
		else if (errno != EINTR)
			return -errno;
	}
	return 0;
}

int record_queue_send(struct record_queue *queue, int fd)
{
	while (!STAILQ_EMPTY(&queue->records)) {
		struct mmsghdr messages[GATHER];
		struct iovec iov[GATHER];
		struct record *record;
		unsigned count = 0;
		int sent;

		memset(messages, 0, sizeof(messages));
		STAILQ_FOREACH (record, &queue->records, link) {
			if (count == GATHER)
				break;
			iov[count] =
				(struct iovec){ .iov_base = record->data, .iov_len = record->len };
			messages[count].msg_hdr.msg_iov = &iov[count];
			messages[count++].msg_hdr.msg_iovlen = 1;
		}
		sent = sendmmsg(fd, messages, count, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (sent < 0 && errno == EMSGSIZE) {
			queue->dropped++;
			sent = 1;
		}
		if (sent < 0 && errno != EINTR)
			return -errno;
		for (; sent > 0; sent--)
			pop(queue);
	}
	return 0;
}

void record_queue_restart(struct record_queue *queue)
{
	queue->sent = 0;
}

uint64_t record_queue_clear(struct record_queue *queue)
{
	uint64_t count = 0;

	while (!STAILQ_EMPTY(&queue->records)) {
		pop(queue);
		count++;
	}
	return count;
}
