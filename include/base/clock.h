/*
 * clock: times are int64_t nanoseconds since 1970 (UTC), durations int64_t nanoseconds. Packets bring their own time;
 * the machine's clock is read only by the screen and by what waits.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CLOCK_NS_PER_S	INT64_C(1000000000)
#define CLOCK_NS_PER_MS INT64_C(1000000)
#define CLOCK_NS_PER_US INT64_C(1000)

enum {
	CLOCK_RFC3339_SIZE = 40, /* "2026-11-23T12:34:52.953081000Z" and its NUL */
};

int64_t clock_wall_ns(void);
int64_t clock_monotonic_ns(void);

/* RFC 3339 in UTC with `digits` decimals of a second (0 to 9; 0 leaves the point away). Returns the length. */
size_t clock_rfc3339(char out[CLOCK_RFC3339_SIZE], int64_t time_ns, int digits);
/* Likewise, of whole seconds since 1970: years 0 to 9999, of which nanoseconds hold 1678 to 2261. */
size_t clock_rfc3339_seconds(char out[CLOCK_RFC3339_SIZE], int64_t seconds);
/* What those print, read back, with any number of decimals up to 9; years 1970 to 2199. False: it is no such time. */
bool clock_read_rfc3339(const char *text, int64_t *time_ns);

#endif
