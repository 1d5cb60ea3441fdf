/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a guest's image: ELF, uImage or raw.  Nothing is written beside the guest's memory.
 */
#include <string.h>
#include <zlib.h>

#include "hv/config/plan.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/image_guest.h"

enum { HEADER_SIZE = 64, HEADER_CRC_AT = 4, DATA_CRC_AT = 24 };

/* Make the checksums of a uImage right, or hardly an input would get past them. */
static void repair(uint8_t *image, size_t size)
{
	if (size < HEADER_SIZE || memcmp(image, "\x27\x05\x19\x56", 4) != 0)
		return;
	put_be32(image + DATA_CRC_AT,
		 (uint32_t)crc32(0, image + HEADER_SIZE, (uInt)(size - HEADER_SIZE)));
	put_be32(image + 12, (uint32_t)(size - HEADER_SIZE));
	put_be32(image + HEADER_CRC_AT, 0);
	put_be32(image + HEADER_CRC_AT, (uint32_t)crc32(0, image, HEADER_SIZE));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct image_result result;
	int status;

	if (size < 1 || size > SOURCE_SIZE)
		return 0;
	guest_reset();
	memcpy(source, data + 1, size - 1);
	if (data[0] & 1)
		repair(source, size - 1);
	status = guest_load(size - 1, data[0] & 2 ? GUEST_BASE : PLAN_DST_FROM_HEADERS, &result);
	FUZZ_CHECK(image_strerror(status) != NULL);
	FUZZ_CHECK(memchr(result.name, '\0', sizeof(result.name)) != NULL);
	if (status == IMAGE_OK && guest_written > 0)
		FUZZ_CHECK(result.start_gpa >= GUEST_BASE && result.start_gpa < result.end_gpa &&
			   result.end_gpa <= GUEST_BASE + GUEST_SIZE);
	return 0;
}
