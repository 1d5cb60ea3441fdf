/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/sockets.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>

static void set(int fd, int level, int name, int value)
{
	setsockopt(fd, level, name, &value, sizeof(value));
}

void socket_tune_tcp(int fd, int idle_s)
{
	set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	set(fd, IPPROTO_TCP, TCP_KEEPIDLE, idle_s);
	set(fd, IPPROTO_TCP, TCP_KEEPINTVL, 10);
	set(fd, IPPROTO_TCP, TCP_KEEPCNT, 3);
}

void socket_keep_urgent_in_line(int fd)
{
	set(fd, SOL_SOCKET, SO_OOBINLINE, 1);
}

void socket_name_peer(int fd, char name[SOCKET_PEER_SIZE])
{
	struct sockaddr_storage peer;
	socklen_t len = sizeof(peer);
	char host[64], port[8];

	if (getpeername(fd, (struct sockaddr *)&peer, &len) == 0 &&
	    (peer.ss_family == AF_INET || peer.ss_family == AF_INET6) &&
	    getnameinfo((struct sockaddr *)&peer, len, host, sizeof(host), port, sizeof(port),
			NI_NUMERICHOST | NI_NUMERICSERV) == 0)
		snprintf(name, SOCKET_PEER_SIZE, peer.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s",
			 host, port);
	else
		snprintf(name, SOCKET_PEER_SIZE, "local");
}
