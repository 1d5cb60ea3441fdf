/* SPDX-License-Identifier: BSD-2-Clause */
#include <libfdt.h>
#include <string.h>

#include "hv/boot/boot.h"
#include "hv/console/log.h"

/* A number as C writes it, decimal or 0x hexadecimal, that ends at a blank or the end.  False when
 * it is not. */
static bool parse_number(const char *s, const char *end, uint64_t *number)
{
	unsigned int base = 10;
	uint64_t n = 0;

	if (end - s > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
		base = 16;
		s += 2;
	}
	if (s == end)
		return false;
	for (; s < end; s++) {
		unsigned int digit = 16;

		if (*s >= '0' && *s <= '9')
			digit = (unsigned int)(*s - '0');
		else if ((*s | 0x20) >= 'a' && (*s | 0x20) <= 'f')
			digit = (unsigned int)((*s | 0x20) - 'a' + 10);
		if (digit >= base || n > UINT64_MAX / 32) /* no address is that large */
			return false;
		n = n * base + digit;
	}
	*number = n;
	return true;
}

void bootargs_parse(const void *fdt, struct bootargs *args)
{
	static const char config[] = "config-addr=";
	int len = 0;
	int chosen = fdt_path_offset(fdt, "/chosen");
	const char *s = chosen < 0 ? NULL : fdt_getprop(fdt, chosen, "bootargs", &len);
	const char *limit;

	*args = (struct bootargs){ 0 };
	if (!s)
		return;
	limit = s + strnlen(s, (size_t)len);
	while (s < limit) {
		const char *end = s;

		while (end < limit && *end != ' ')
			end++;
		if ((size_t)(end - s) >= sizeof(config) - 1 &&
		    !memcmp(s, config, sizeof(config) - 1)) {
			args->has_config =
				parse_number(s + sizeof(config) - 1, end, &args->config_tpa);
			if (!args->has_config)
				log_printf(LOG_BOOT, LOG_ERROR,
					   "bootargs: %.*s is not a number such as 0x78900000",
					   (int)(end - s), s);
		}
		s = end + 1;
	}
}
