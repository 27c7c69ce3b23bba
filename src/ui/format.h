/*
 * format: numbers and times as people read them. Every function writes a NUL-terminated text of less than FORMAT_SIZE.
 */
#ifndef UI_FORMAT_H
#define UI_FORMAT_H

#include <stddef.h>
#include <stdint.h>

enum {
	FORMAT_SIZE = 32,
};

/* "12,408" */
void format_count(char out[FORMAT_SIZE], uint64_t count);
/* "950 B", "4.1 kB", "9.1 MB"; short: "950", "4.1k", "9.1M". Powers of 1000. */
void format_bytes(char out[FORMAT_SIZE], uint64_t bytes);
void format_bytes_short(char out[FORMAT_SIZE], uint64_t bytes);
/* The time of day here: "12:34:56". */
void format_time(char out[FORMAT_SIZE], int64_t time_ns);
/* "2026-11-23", of that place. */
void format_date(char out[FORMAT_SIZE], int64_t time_ns);
/* "00:03:12" */
void format_elapsed(char out[FORMAT_SIZE], int64_t duration_ns);
/* How many bytes of a text have room in a line of so many columns: up to a blank, or of a long word as much as fits. */
size_t format_line_len(const char *text, size_t columns);
/* "+0.031" */
void format_offset(char out[FORMAT_SIZE], int64_t duration_ns, int digits);
/* "35 us", "31 ms", "1.24 s", "3 min 12 s"; negative: "" */
void format_duration(char out[FORMAT_SIZE], int64_t duration_ns);
/* The same in at most eight columns: "3:12 min", "45 min", "16 h". */
void format_duration_short(char out[FORMAT_SIZE], int64_t duration_ns);

#endif
