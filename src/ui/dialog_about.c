/* What there is to know about the capture as a whole: its sources, what was lost, skipped, given up, memory, names. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "guard/sandbox.h"
#include "ui/dialog.h"
#include "ui/format.h"
#include "ui/input.h"
#include "ui/state.h"
#include "ui/unread.h"

enum {
	LINES_MAX = 5 * (OPTIONS_SOURCES_MAX + SNAPSHOT_KEY_LOGS_MAX) + 2 * SNAPSHOT_COUNTS_MAX +
		    8 * STATE_WARNINGS_MAX + 64,
	LABEL_COLUMNS = 14,
	TEXT_COLUMNS = 56,
	FRAME_ROWS = 2,
};

struct about_line {
	const char *label;
	char text[TEXT_COLUMNS * 4 + 1];
	uint16_t style;
};

struct about {
	struct about_line lines[LINES_MAX];
	int count;
};

/* The next line's text, to be filled; a label of "" goes on with what the line before is about. */
static char *add(struct about *a, const char *label, uint16_t style)
{
	struct about_line *line = &a->lines[a->count < LINES_MAX ? a->count++ : LINES_MAX - 1];

	line->label = label;
	line->style = style;
	line->text[0] = '\0';
	return line->text;
}

#define TEXT_SIZE sizeof(((struct about_line *)0)->text)

static void add_text(struct about *a, const char *label, const char *text)
{
	snprintf(add(a, label, STYLE_PLAIN), TEXT_SIZE, "%s", text);
}

/* A text of one or several lines. */
static void add_wrapped(struct about *a, const char *label, const char *text)
{
	do {
		size_t len = format_line_len(text, TEXT_COLUMNS);

		snprintf(add(a, label, STYLE_PLAIN), TEXT_SIZE, "%.*s", (int)len, text);
		text += len;
		text += strspn(text, " ");
		label = "";
	} while (*text != '\0');
}

static void add_sources(const struct state *st, const struct snapshot *s, struct about *a)
{
	const struct options *o = st->options;
	bool is_live = o->file_count == 0;
	size_t count = is_live ? o->interface_count : o->file_count;
	const char *const *names = is_live ? o->interfaces : o->files;
	const char *label = is_live ? "Interface" : "File";

	if (count == 0)
		add_text(a, "Source", s->source);
	for (size_t i = 0; i < count; i++) {
		add_wrapped(a, label, !is_live && strcmp(names[i], "-") == 0 ? "standard input" : names[i]);
		label = "";
	}
}

static void add_link_types(const struct snapshot *s, struct about *a)
{
	add_wrapped(a, "Link type", s->about.links[0] != '\0' ? s->about.links : "not known yet");
}

static void add_filters(const struct state *st, const struct snapshot *s, struct about *a)
{
	const struct options *o = st->options;
	char text[sizeof(s->ports) + 64];

	if (o->capture_filter != NULL) {
		add_wrapped(a, "Filter", o->capture_filter);
	} else if (o->file_count > 0) {
		add_text(a, "Filter", "none: all of it is read");
	} else {
		snprintf(text, sizeof(text), "made from the ports: %s; with fragments and DNS answers", s->ports);
		add_wrapped(a, "Filter", text);
	}
	if (s->filter[0] != '\0')
		add_wrapped(a, "Shown", s->filter);
}

static void put_moment(char *out, int64_t time_ns)
{
	time_t seconds = (time_t)(time_ns / CLOCK_NS_PER_S);
	struct tm tm;
	char date[32];

	localtime_r(&seconds, &tm);
	strftime(date, sizeof(date), "%Y-%m-%d %H:%M:%S", &tm);
	snprintf(out, TEXT_SIZE, "%s.%06" PRId64, date, time_ns % CLOCK_NS_PER_S / CLOCK_NS_PER_US);
}

static void add_times(const struct snapshot *s, struct about *a)
{
	char elapsed[FORMAT_SIZE];
	char *text;
	size_t len;

	if (s->packets == 0) {
		add_text(a, "Packets", "none so far");
		return;
	}
	put_moment(add(a, "First packet", STYLE_PLAIN), s->about.first_ns);
	text = add(a, "Last packet", STYLE_PLAIN);
	put_moment(text, s->about.last_ns);
	format_elapsed(elapsed, s->about.last_ns > s->about.first_ns ? s->about.last_ns - s->about.first_ns : 0);
	len = strlen(text);
	snprintf(text + len, TEXT_SIZE - len, ", %s later", elapsed);
}

static void add_amounts(const struct snapshot *s, struct about *a)
{
	uint64_t drops = s->kernel_drops + s->ring_drops;
	char one[FORMAT_SIZE];
	char two[FORMAT_SIZE];
	char three[FORMAT_SIZE];

	format_count(one, s->packets);
	format_bytes(two, s->bytes);
	if (s->packets > 0)
		snprintf(add(a, "Packets", STYLE_PLAIN), TEXT_SIZE, "%s, %s", one, two);
	format_count(one, s->sessions);
	format_count(two, s->sessions_failed);
	format_count(three, s->mails);
	snprintf(add(a, "Sessions", STYLE_PLAIN), TEXT_SIZE, "%s, %s of them failed; %s mail%s", one, two, three,
		 s->mails == 1 ? "" : "s");
	format_count(one, s->kernel_drops);
	format_count(two, s->ring_drops);
	snprintf(add(a, "Lost", drops > 0 ? STYLE_ERROR : STYLE_PLAIN), TEXT_SIZE,
		 "%s by the kernel, %s by mailtap's own ring", one, two);
}

static void add_counts(struct about *a, const char *label, const struct snapshot_count *counts, uint32_t count)
{
	if (count == 0)
		add_text(a, label, "none");
	for (uint32_t i = 0; i < count && i < SNAPSHOT_COUNTS_MAX; i++) {
		char number[FORMAT_SIZE];

		format_count(number, counts[i].count);
		snprintf(add(a, i > 0 ? "" : label, STYLE_PLAIN), TEXT_SIZE, "%s  %s", number, counts[i].name);
	}
}

/* In the unit of the settings that limit it. */
static void add_room(struct about *a, const char *label, uint64_t used, uint64_t limit)
{
	char *text = add(a, label, STYLE_PLAIN);
	double used_mib = (double)used / (1 << 20);

	if (limit > 0)
		snprintf(text, TEXT_SIZE, "%.1f of %" PRIu64 " MiB", used_mib, limit >> 20);
	else
		snprintf(text, TEXT_SIZE, "%.1f MiB, without a limit", used_mib);
}

static void add_names(const struct state *st, const struct snapshot *s, struct about *a)
{
	char one[FORMAT_SIZE];
	char two[FORMAT_SIZE];
	char three[FORMAT_SIZE];

	format_count(one, s->about.names);
	snprintf(add(a, "Host names", STYLE_PLAIN), TEXT_SIZE, "%s known%s", one,
		 st->numeric ? ", but only addresses are shown" : "");
	format_count(one, s->about.names_asked);
	format_count(two, s->about.names_missing);
	format_count(three, s->names_pending);
	if (!st->query.resolve)
		add_text(a, "Resolver", "is not asked");
	else
		snprintf(add(a, "Resolver", STYLE_PLAIN), TEXT_SIZE,
			 "%s address%s asked for, %s without a name, %s to come", one,
			 s->about.names_asked == 1 ? "" : "es", two, three);
}

static void add_keys(const struct snapshot *s, struct about *a)
{
	const struct snapshot_about *about = &s->about;
	char number[FORMAT_SIZE];
	char text[TEXT_SIZE];

	for (uint32_t i = 0; i < about->key_log_count; i++) {
		const struct snapshot_key_log *log = &about->key_logs[i];

		format_count(number, log->lines);
		if (log->is_missing)
			snprintf(text, sizeof(text), "%s: it is not there", log->name);
		else
			snprintf(text, sizeof(text), "%s: %s secret%s", log->name, number, log->lines == 1 ? "" : "s");
		add_wrapped(a, i == 0 ? "Keys of TLS" : "", text);
		if (log->is_open_to_others)
			snprintf(add(a, "", STYLE_WARNING), TEXT_SIZE, "others can read it: chmod 600");
	}
	format_count(number, about->key_handshakes);
	if (about->key_log_count > 0 || about->key_handshakes > 0)
		snprintf(add(a, about->key_log_count > 0 ? "" : "Keys of TLS", STYLE_PLAIN), TEXT_SIZE,
			 "those of %s handshake%s are known", number, about->key_handshakes == 1 ? "" : "s");
}

static void add_unread(const struct snapshot *s, struct about *a)
{
	const struct snapshot_unread *unread = &s->about.unread;
	char text[TEXT_SIZE];

	if (unread->sessions == 0)
		return;
	unread_say(text, sizeof(text), unread);
	add_text(a, "Encrypted", text);
	for (size_t i = 0; i < SNAPSHOT_UNREAD_LINES; i++)
		if (unread->lines[i][0] != '\0')
			add_wrapped(a, "", unread->lines[i]);
}

/* Not where nothing was given up, as in a test. */
static void add_protection(struct about *a)
{
	struct sandbox_row row;

	for (size_t i = 0; sandbox_row(i, &row) && row.state != SANDBOX_NOT_ENTERED; i++)
		snprintf(add(a, i > 0 ? "" : "Protection", STYLE_PLAIN), TEXT_SIZE, "%s (%s): %s", row.what, row.how,
			 sandbox_state_name(row.state));
}

/* What was told for some seconds. */
static void add_warnings(const struct state *st, struct about *a)
{
	for (size_t i = 0; i < st->warning_count; i++)
		add_wrapped(a, i == 0 ? "Warnings" : "", st->warnings[i]);
}

/* What is captured and what of it is missing first, then how it is read, and what the program needs for it. */
static void fill(const struct state *st, const struct snapshot *s, struct about *a)
{
	a->count = 0;
	add_sources(st, s, a);
	add_amounts(s, a);
	add_counts(a, "Skipped", s->about.skipped, s->about.skipped_count);
	add_counts(a, "Given up", s->about.given_up, s->about.given_up_count);
	add_warnings(st, a);
	add_unread(s, a);
	add_keys(s, a);
	add_times(s, a);
	add_filters(st, s, a);
	add_link_types(s, a);
	add_room(a, "Memory", s->about.memory, s->about.memory_limit);
	add_room(a, "Spool", s->about.spool, s->about.spool_limit);
	add_names(st, s, a);
	add_protection(a);
	add_text(a, "Version", "mailtap " MAILTAP_VERSION);
}

void dialog_open_about(struct state *st)
{
	st->dialog = (struct dialog){.kind = DIALOG_ABOUT};
}

/* The highest row that may be the first: then the last one shows. */
static int last_scroll(const struct state *st, const struct snapshot *s)
{
	struct about a;
	int room = st->rows - FRAME_ROWS;

	fill(st, s, &a);
	return a.count > room ? a.count - room : 0;
}

void dialog_about_key(struct state *st, const struct snapshot *s, int key)
{
	struct dialog *d = &st->dialog;
	int last = last_scroll(st, s);
	int page = st->rows > FRAME_ROWS + 1 ? st->rows - FRAME_ROWS - 1 : 1;

	if (key == INPUT_UP || key == 'k')
		d->scroll--;
	else if (key == INPUT_DOWN || key == 'j')
		d->scroll++;
	else if (key == INPUT_PAGE_UP || key == INPUT_HOME || key == 'g')
		d->scroll -= key == INPUT_PAGE_UP ? page : d->scroll;
	else if (key == INPUT_PAGE_DOWN || key == INPUT_END || key == 'G')
		d->scroll += key == INPUT_PAGE_DOWN ? page : last;
	else if (key == INPUT_ESCAPE || key == INPUT_ENTER || key == 'q' || key == 'i')
		dialog_close(st);
	d->scroll = d->scroll < 0 ? 0 : d->scroll > last ? last : d->scroll;
}

void dialog_about_draw(const struct state *st, const struct snapshot *s, struct grid *g)
{
	struct about a;
	struct rect inner;
	int first;

	fill(st, s, &a);
	inner = form_frame(g, LABEL_COLUMNS + TEXT_COLUMNS, a.count, "About the capture",
			   a.count > g->rows - FRAME_ROWS ? "Up Down PgUp PgDn moves   Esc closes" : "Esc closes");
	first = st->dialog.scroll + inner.rows > a.count ? a.count - inner.rows : st->dialog.scroll;
	for (int i = 0; i < inner.rows && first + i < a.count; i++) {
		const struct about_line *line = &a.lines[first + i];

		grid_put(g, inner.column, inner.row + i, LABEL_COLUMNS, line->label, STYLE_HEADING);
		grid_put(g, inner.column + LABEL_COLUMNS, inner.row + i, inner.columns - LABEL_COLUMNS, line->text,
			 line->style);
	}
}
