/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/serial.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <libserialport.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* The names of the groups this process is in, as far as they fit. */
static void list_groups(char *text, size_t size)
{
	gid_t groups[64];
	int count = getgroups(64, groups);
	size_t at = 0;

	snprintf(text, size, "no other group");
	for (int i = 0; i < count && at < size; i++) {
		struct group *group = getgrgid(groups[i]);

		if (group)
			at += (size_t)snprintf(text + at, size - at, "%s%s", at ? ", " : "",
					       group->gr_name);
	}
}

/* An open() error in words that name the way out. */
static int explain(int error, const char *path, char *why, size_t why_size)
{
	char groups[256];
	struct stat st;
	struct group *owner;
	const char *advice = "";

	if (error == EACCES && stat(path, &st) == 0 && st.st_gid != 0 &&
	    (owner = getgrgid(st.st_gid)) != NULL) {
		list_groups(groups, sizeof(groups));
		snprintf(
			why, why_size,
			"open() failed for target (device \"%s\"): %s; its group is %s, you are in: %s "
			"(sudo adduser $USER %s, then log in again)",
			path, strerror(error), owner->gr_name, groups, owner->gr_name);
		return -error;
	}
	if (error == EACCES)
		advice = "; no group gives access to it, its owner must";
	else if (error == ENOENT)
		advice = "; plug it in, or start its machine";
	else if (error == EBUSY)
		advice = "; another program has it: see fuser -v";
	else if (error == ENOTTY)
		advice = "; it is neither a serial device nor a socket (a command needs -exec)";
	snprintf(why, why_size, "open() failed for target (device \"%s\"): %s%s", path,
		 strerror(error), advice);
	return -error;
}

static const struct {
	enum sp_parity value;
	char letter;
} parities[] = {
	[SERIAL_PARITY_NONE] = { SP_PARITY_NONE, 'N' },
	[SERIAL_PARITY_EVEN] = { SP_PARITY_EVEN, 'E' },
	[SERIAL_PARITY_ODD] = { SP_PARITY_ODD, 'O' },
	[SERIAL_PARITY_MARK] = { SP_PARITY_MARK, 'M' },
	[SERIAL_PARITY_SPACE] = { SP_PARITY_SPACE, 'S' },
};

/* Settings through libserialport, which knows any speed that the driver takes.  It refuses ptys:
 * -ENODEV. */
static int set_up_line(const char *path, int baud, const struct serial_line *line, char *why,
		       size_t why_size)
{
	char device[PATH_MAX];
	struct sp_port *port;
	enum sp_return status;
	int result = 0;

	if (!realpath(path, device) || sp_get_port_by_name(device, &port) != SP_OK)
		return -ENODEV;
	status = sp_open(port, SP_MODE_READ_WRITE);
	if (status == SP_OK && baud > 0)
		status = sp_set_baudrate(port, baud);
	if (status == SP_OK)
		status = sp_set_bits(port, 8);
	if (status == SP_OK)
		status = sp_set_parity(port, parities[line->parity].value);
	if (status == SP_OK)
		status = sp_set_stopbits(port, (int)line->stop_bits);
	if (status == SP_OK)
		status = sp_set_flowcontrol(port, line->flow == SERIAL_FLOW_RTS_CTS
							  ? SP_FLOWCONTROL_RTSCTS
							  : SP_FLOWCONTROL_NONE);
	if (status != SP_OK) {
		char *text = status == SP_ERR_FAIL ? sp_last_error_message() : NULL;

		result = -EIO;
		snprintf(why, why_size, "target (device \"%s\") does not take %d baud 8%c%u%s: %s",
			 path, baud, parities[line->parity].letter, line->stop_bits,
			 line->flow == SERIAL_FLOW_RTS_CTS ? " with RTS/CTS" : "",
			 text ? text : "not supported by its driver");
		sp_free_error_message(text);
	}
	sp_close(port);
	sp_free_port(port);
	return result;
}

static int set_up_pty(int fd, int baud, const struct serial_line *line)
{
	struct termios mode;

	if (tcgetattr(fd, &mode) < 0)
		return -errno;
	cfmakeraw(&mode);
	mode.c_cc[VMIN] = 1;
	mode.c_cc[VTIME] = 0;
	mode.c_cflag |= CLOCAL | CREAD;
	mode.c_cflag &= ~(tcflag_t)CSTOPB;
	mode.c_cflag = line->flow == SERIAL_FLOW_RTS_CTS ? mode.c_cflag | CRTSCTS
							 : mode.c_cflag & ~(tcflag_t)CRTSCTS;
	if (baud > 0)
		cfsetspeed(&mode,
			   (speed_t)baud); /* means nothing to a pty; unknown ones may be refused */
	return tcsetattr(fd, TCSANOW, &mode) < 0 ? -errno : 0;
}

int serial_open(struct serial *serial, const char *path, int baud, const struct serial_line *line,
		char *why, size_t why_size)
{
	int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	int status;

	if (fd < 0)
		return explain(errno, path, why, why_size);
	if (tcgetattr(fd, &serial->saved) < 0)
		status = explain(ENOTTY, path, why, why_size);
	else if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		status = explain(EBUSY, path, why, why_size);
	else
		status = set_up_line(path, baud, line, why, why_size);

	serial->is_pty = status == -ENODEV;
	if (serial->is_pty) {
		status = set_up_pty(fd, baud, line);
		if (status < 0)
			explain(-status, path, why, why_size);
	}
	if (status < 0) {
		close(fd);
		return status;
	}
	if (!serial->is_pty) /* a pty would stay locked after a crash, for as long as its other end
				is open */
		ioctl(fd, TIOCEXCL);
	serial->fd = fd;
	return 0;
}

void serial_close(struct serial *serial)
{
	tcflush(serial->fd, TCOFLUSH); /* or close() waits for a line that may never take it */
	tcsetattr(serial->fd, TCSANOW, &serial->saved);
	if (!serial->is_pty)
		ioctl(serial->fd, TIOCNXCL);
	close(serial->fd);
	serial->fd = -1;
}
