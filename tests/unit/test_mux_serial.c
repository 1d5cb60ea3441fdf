/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A serial line: what libserialport is asked for, and what is left behind.  The device is a pty;
 * libserialport, which refuses those, is replaced by what takes notes.
 */
#include <errno.h>
#include <fcntl.h>
#include <libserialport.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include "mux-server/serial.h"

struct sp_port {
	int baud, bits, stop_bits;
	enum sp_parity parity;
	enum sp_flowcontrol flow;
	enum sp_return answer; /* to the speed */
	int open;
};

static struct sp_port line;
static bool is_known; /* by libserialport */
static int master;
static char path[64];
static char why[512];

enum sp_return sp_get_port_by_name(const char *name, struct sp_port **port)
{
	*port = &line;
	assert_non_null(strstr(name, "/dev/pts/"));
	return is_known ? SP_OK : SP_ERR_ARG;
}

enum sp_return sp_open(struct sp_port *port, enum sp_mode mode)
{
	assert_int_equal(mode, SP_MODE_READ_WRITE);
	port->open++;
	return SP_OK;
}

enum sp_return sp_set_baudrate(struct sp_port *port, int baud)
{
	port->baud = baud;
	return port->answer;
}

enum sp_return sp_set_bits(struct sp_port *port, int bits)
{
	port->bits = bits;
	return SP_OK;
}

enum sp_return sp_set_parity(struct sp_port *port, enum sp_parity parity)
{
	port->parity = parity;
	return SP_OK;
}

enum sp_return sp_set_stopbits(struct sp_port *port, int stop_bits)
{
	port->stop_bits = stop_bits;
	return SP_OK;
}

enum sp_return sp_set_flowcontrol(struct sp_port *port, enum sp_flowcontrol flow)
{
	port->flow = flow;
	return SP_OK;
}

char *sp_last_error_message(void)
{
	return strdup("the driver says no");
}

void sp_free_error_message(char *message)
{
	free(message);
}

enum sp_return sp_close(struct sp_port *port)
{
	port->open--;
	return SP_OK;
}

void sp_free_port(struct sp_port *port)
{
	assert_int_equal(port->open, 0);
}

static int set_up(void **state)
{
	(void)state;
	line = (struct sp_port){ .answer = SP_OK };
	is_known = true;
	master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	return master < 0 || grantpt(master) < 0 || unlockpt(master) < 0 ||
			       ptsname_r(master, path, sizeof(path)) != 0
		       ? -1
		       : 0;
}

static int tear_down(void **state)
{
	(void)state;
	close(master);
	return line.open;
}

static void the_line_is_set_as_asked_for(void **state)
{
	static const struct {
		enum serial_parity asked;
		enum sp_parity set;
	} parities[] = {
		{ SERIAL_PARITY_NONE, SP_PARITY_NONE },	  { SERIAL_PARITY_EVEN, SP_PARITY_EVEN },
		{ SERIAL_PARITY_ODD, SP_PARITY_ODD },	  { SERIAL_PARITY_MARK, SP_PARITY_MARK },
		{ SERIAL_PARITY_SPACE, SP_PARITY_SPACE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(parities) / sizeof(parities[0]); i++) {
		struct serial_line asked = { .parity = parities[i].asked,
					     .stop_bits = 1 + (unsigned)i % 2,
					     .flow = i % 2 ? SERIAL_FLOW_RTS_CTS
							   : SERIAL_FLOW_NONE };
		struct serial serial;

		assert_int_equal(serial_open(&serial, path, 31250, &asked, why, sizeof(why)), 0);
		assert_false(serial.is_pty);
		assert_int_equal(line.baud, 31250); /* any number that the driver takes */
		assert_int_equal(line.bits, 8);
		assert_int_equal(line.parity, parities[i].set);
		assert_int_equal(line.stop_bits, 1 + i % 2);
		assert_int_equal(line.flow, i % 2 ? SP_FLOWCONTROL_RTSCTS : SP_FLOWCONTROL_NONE);
		serial_close(&serial);
	}
}

static void a_speed_of_0_is_left_alone(void **state)
{
	struct serial serial;

	(void)state;
	line.baud = -1;
	assert_int_equal(serial_open(&serial, path, 0, &(struct serial_line){ .stop_bits = 1 }, why,
				     sizeof(why)),
			 0);
	assert_int_equal(line.baud, -1);
	serial_close(&serial);
}

static void what_a_driver_refuses_is_told(void **state)
{
	struct serial_line asked = { .parity = SERIAL_PARITY_EVEN,
				     .stop_bits = 2,
				     .flow = SERIAL_FLOW_RTS_CTS };
	struct serial serial;

	(void)state;
	line.answer = SP_ERR_FAIL;
	assert_int_equal(serial_open(&serial, path, 12345678, &asked, why, sizeof(why)), -EIO);
	assert_non_null(
		strstr(why, "does not take 12345678 baud 8E2 with RTS/CTS: the driver says no"));
	line.answer = SP_ERR_SUPP;
	assert_int_equal(serial_open(&serial, path, 12345678, &asked, why, sizeof(why)), -EIO);
	assert_non_null(strstr(why, "not supported by its driver"));
}

/* Nobody else opens it, no program that is started inherits it, and it is given back as it was. */
static void the_device_is_ours_and_given_back(void **state)
{
	struct serial serial, second;
	struct termios before, after;
	int slave = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC), exclusive = 0;

	(void)state;
	assert_int_equal(tcgetattr(slave, &before), 0);
	before.c_lflag |= ECHO | ICANON;
	before.c_iflag |= IXON;
	assert_int_equal(tcsetattr(slave, TCSANOW, &before), 0);
	assert_int_equal(serial_open(&serial, path, 9600, &(struct serial_line){ .stop_bits = 1 },
				     why, sizeof(why)),
			 0);
	assert_int_equal(fcntl(serial.fd, F_GETFD), FD_CLOEXEC);
	assert_true(fcntl(serial.fd, F_GETFL) & O_NONBLOCK);
	assert_int_equal(ioctl(serial.fd, TIOCGEXCL, &exclusive), 0);
	assert_int_equal(exclusive, 1);
	assert_int_equal(flock(slave, LOCK_EX | LOCK_NB), -1); /* the lock of other programs */
	if (geteuid() != 0)				       /* whom TIOCEXCL does not keep out */
		assert_int_equal(open(path, O_RDWR | O_NOCTTY | O_CLOEXEC), -1);
	else
		assert_int_equal(serial_open(&second, path, 9600,
					     &(struct serial_line){ .stop_bits = 1 }, why,
					     sizeof(why)),
				 -EBUSY);
	after = before;
	cfmakeraw(&after);
	tcsetattr(slave, TCSANOW, &after);
	serial_close(&serial);
	assert_int_equal(tcgetattr(slave, &after), 0);
	assert_memory_equal(&after, &before, sizeof(after));
	assert_int_equal(ioctl(slave, TIOCGEXCL, &exclusive), 0);
	assert_int_equal(exclusive, 0);
	assert_int_equal(flock(slave, LOCK_EX | LOCK_NB), 0);
	close(slave);
}

/* What libserialport does not know is used as a pty: raw, and not locked against its other end. */
static void a_pty_is_raw(void **state)
{
	struct serial serial;
	struct termios raw;
	int exclusive = 1;

	(void)state;
	is_known = false;
	assert_int_equal(serial_open(&serial, path, 115200, &(struct serial_line){ .stop_bits = 1 },
				     why, sizeof(why)),
			 0);
	assert_true(serial.is_pty);
	assert_int_equal(tcgetattr(serial.fd, &raw), 0);
	assert_int_equal(raw.c_lflag & (ECHO | ICANON | ISIG), 0);
	assert_int_equal(raw.c_oflag & OPOST, 0);
	assert_int_equal(raw.c_iflag & (IXON | ICRNL), 0);
	assert_int_equal(ioctl(serial.fd, TIOCGEXCL, &exclusive), 0);
	assert_int_equal(exclusive, 0);
	serial_close(&serial);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(the_line_is_set_as_asked_for),
		TEST(a_speed_of_0_is_left_alone),
		TEST(what_a_driver_refuses_is_told),
		TEST(the_device_is_ours_and_given_back),
		TEST(a_pty_is_raw),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
