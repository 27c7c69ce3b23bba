#include "output/tables.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/text.h"

enum {
	KEY_COLUMNS = 40,
	VALUE_SIZE = 24,
};

/* ---- values ---- */

static void put_bytes(char out[VALUE_SIZE], uint64_t bytes)
{
	static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
	double value = (double)bytes;
	size_t unit = 0;

	for (; value >= 999.95 && unit + 1 < sizeof(units) / sizeof(units[0]); unit++)
		value /= 1000;
	snprintf(out, VALUE_SIZE, unit == 0 ? "%.0f %s" : "%.1f %s", value, units[unit]);
}

static void put_duration(char out[VALUE_SIZE], bool is_known, uint64_t us)
{
	if (!is_known)
		snprintf(out, VALUE_SIZE, "-");
	else if (us < 1000)
		snprintf(out, VALUE_SIZE, "%u us", (unsigned int)us);
	else if (us < 1000000)
		snprintf(out, VALUE_SIZE, "%.1f ms", (double)us / 1e3);
	else
		snprintf(out, VALUE_SIZE, "%.2f s", (double)us / 1e6);
}

/* ---- a row ---- */

/* A key of any script, cut and filled up to KEY_COLUMNS. */
static void put_key(struct buffer *out, struct slice key)
{
	struct buffer visible = {0};
	struct slice rest;
	int width = 0;

	text_append_visible(&visible, key);
	rest = buffer_slice(&visible);
	while (rest.len > 0) {
		size_t len;
		int one = text_width(text_decode(rest, &len));

		if (width + one > KEY_COLUMNS)
			break;
		buffer_append(out, slice_sub(rest, 0, len));
		rest = slice_after(rest, len);
		width += one;
	}
	buffer_printf(out, "%*s", KEY_COLUMNS - width, "");
	buffer_fini(&visible);
}

static void put_values(struct buffer *out, const struct record_statistic *s)
{
	char bytes[VALUE_SIZE];
	char p50[VALUE_SIZE];
	char p95[VALUE_SIZE];
	char max[VALUE_SIZE];

	put_bytes(bytes, s->bytes);
	put_duration(p50, s->has_latency, s->latency_p50_us);
	put_duration(p95, s->has_latency, s->latency_p95_us);
	put_duration(max, s->has_latency, s->latency_max_us);
	buffer_printf(out, " %9" PRIu64 " %8" PRIu64 " %9" PRIu64 " %9s %9s %9s %9s\n", s->sessions, s->failed,
		      s->mails, bytes, p50, p95, max);
}

static void put_heading(struct buffer *out, const char *heading)
{
	buffer_append_text(out, "  ");
	put_key(out, slice_from_text(heading));
	buffer_printf(out, " %9s %8s %9s %9s %9s %9s %9s\n", "Sessions", "Failed", "Mails", "Bytes", "Median", "95 %",
		      "Slowest");
}

static void put_row(struct buffer *out, const struct record_statistic *s)
{
	buffer_append_text(out, "  ");
	put_key(out, s->key);
	put_values(out, s);
}

/* ---- */

void tables_statistics(struct buffer *out, const char *title, const char *heading, const struct record_statistic *rows,
		       size_t count, uint64_t keys, const struct record_statistic *others)
{
	if (count == 0)
		return;
	buffer_printf(out, "\n%s: %" PRIu64 "\n", title, keys);
	put_heading(out, heading);
	for (size_t i = 0; i < count; i++)
		put_row(out, &rows[i]);
	if (others != NULL)
		put_row(out, others);
}

void tables_total(struct buffer *out, const struct record_statistic *total)
{
	put_heading(out, "");
	put_row(out, total);
}
