/*
 * sample: capture files for the tests of this folder: Ethernet frames of 60 bytes, an empty TCP segment each, from port
 * 40000 + n to port 25 (even n) or 80 (odd n).
 */
#ifndef TEST_CAPTURE_SAMPLE_H
#define TEST_CAPTURE_SAMPLE_H

#include <check.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	SAMPLE_FRAME_LEN = 60,
	SAMPLE_FILE_HEADER_LEN = 24,
	SAMPLE_RECORD_LEN = 16 + SAMPLE_FRAME_LEN,
	SAMPLE_PATH_SIZE = 64,
};

#define SAMPLE_START_S 1700000000

static inline void sample_frame(uint8_t frame[SAMPLE_FRAME_LEN], uint32_t n)
{
	uint16_t port = (uint16_t)(40000 + n % 20000);

	memset(frame, 0, SAMPLE_FRAME_LEN);
	frame[12] = 8;
	frame[14] = 0x45;
	frame[17] = 40;
	frame[22] = 64;
	frame[23] = 6;
	frame[26] = frame[30] = 10;
	frame[34] = (uint8_t)(port >> 8);
	frame[35] = (uint8_t)port;
	frame[37] = n % 2 == 0 ? 25 : 80;
	frame[46] = 0x50;
}

/* Writes a pcap file of `count` packets, the first at `start_ms` after SAMPLE_START_S, `step_ms` apart. */
static inline void sample_write(FILE *file, uint32_t count, uint32_t start_ms, uint32_t step_ms)
{
	uint32_t header[6] = {0xa1b2c3d4, 4U << 16 | 2, 0, 0, 65535, 1};

	ck_assert_uint_eq(fwrite(header, sizeof(header), 1, file), 1);
	for (uint32_t n = 0; n < count; n++) {
		uint32_t ms = start_ms + n * step_ms;
		uint32_t record[4] = {SAMPLE_START_S + ms / 1000, ms % 1000 * 1000, SAMPLE_FRAME_LEN, SAMPLE_FRAME_LEN};
		uint8_t frame[SAMPLE_FRAME_LEN];

		sample_frame(frame, n);
		fwrite(record, sizeof(record), 1, file);
		ck_assert_uint_eq(fwrite(frame, sizeof(frame), 1, file), 1);
	}
}

/* Makes such a file; the caller unlinks `path`. */
static inline void sample_file(char path[SAMPLE_PATH_SIZE], uint32_t count, uint32_t start_ms, uint32_t step_ms)
{
	FILE *file;

	strcpy(path, "/tmp/mailtap-test-XXXXXX");
	file = fdopen(mkstemp(path), "w");
	ck_assert_ptr_nonnull(file);
	sample_write(file, count, start_ms, step_ms);
	ck_assert_int_eq(fclose(file), 0);
}

#endif
