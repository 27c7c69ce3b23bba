#include "proto/fetch.h"

#include <assert.h>

enum {
	BEFORE, /* the bracket that opens it */
	ITEM,	/* an item's name, or the end, comes next */
	NAME,
	SECTION, /* in "[...]" of a name */
	SECTION_QUOTED,
	ORIGIN, /* in "<...>" of one */
	VALUE,	/* comes next */
	WORD,
	LITERAL, /* its announcement, up to the end of the line */
	QUOTED,
	ESCAPED, /* after a backslash in one */
	LIST,	 /* brackets in brackets */
	LIST_QUOTED,
	LIST_ESCAPED,
	AFTER,
};

struct reading {
	struct fetch *fetch;
	fetch_sink *sink;
	void *ctx;
	size_t run; /* where bytes of a quoted mail begin that were not told yet */
};

void fetch_init(struct fetch *f, uint32_t number)
{
	f->state = BEFORE;
	f->item = FETCH_OTHER;
	f->is_long = f->has_origin = f->has_size = f->has_flags = f->has_arrived = false;
	f->name_len = f->word_len = f->arrived_len = 0;
	f->flags_len = 0;
	f->depth = f->uid = 0;
	f->number = number;
	f->size = f->origin = 0;
}

static void add(struct fetch *f, char *text, uint8_t *len, size_t max, uint8_t byte)
{
	if (*len < max)
		text[(*len)++] = (char)byte;
	else
		f->is_long = true;
}

static void begin_name(struct fetch *f)
{
	f->name_len = 0;
	f->is_long = f->has_origin = false;
	f->origin = 0;
	f->state = NAME;
}

/* The names under which a mail, or one of its halves, is told. */
static bool find_section(const struct fetch *f, struct slice name, enum mail_section *section)
{
	static const struct {
		const char *name;
		enum mail_section section;
	} rows[] = {
		{"BODY[]", MAIL_SECTION_WHOLE},	       {"RFC822", MAIL_SECTION_RFC822},
		{"BODY[HEADER]", MAIL_SECTION_HEADER}, {"RFC822.HEADER", MAIL_SECTION_HEADER},
		{"BODY[TEXT]", MAIL_SECTION_TEXT},     {"RFC822.TEXT", MAIL_SECTION_TEXT},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!slice_equals_nocase(name, rows[i].name))
			continue;
		*section = f->has_origin ? MAIL_SECTION_CHUNK : rows[i].section;
		return !f->has_origin || i == 0; /* a piece of a half cannot be put together */
	}
	return false;
}

static void end_name(struct fetch *f)
{
	struct slice name = slice_of(f->name, f->name_len);
	enum mail_section section = MAIL_SECTION_WHOLE;

	f->item = FETCH_OTHER;
	f->word_len = 0;
	if (f->is_long)
		return;
	if (slice_equals_nocase(name, "UID"))
		f->item = FETCH_UID;
	else if (slice_equals_nocase(name, "RFC822.SIZE"))
		f->item = FETCH_SIZE;
	else if (slice_equals_nocase(name, "FLAGS"))
		f->item = FETCH_FLAGS;
	else if (slice_equals_nocase(name, "INTERNALDATE"))
		f->item = FETCH_ARRIVED;
	else if (find_section(f, name, &section))
		f->item = FETCH_MAIL;
	if (f->item == FETCH_MAIL)
		f->section = section;
}

static void end_word(struct fetch *f)
{
	size_t digits;
	uint64_t value = slice_decimal(slice_of(f->word, f->word_len), &digits);

	if (digits == 0 || digits < f->word_len || f->is_long)
		return;
	if (f->item == FETCH_UID && value <= UINT32_MAX)
		f->uid = (uint32_t)value;
	if (f->item == FETCH_SIZE) {
		f->size = value;
		f->has_size = true;
	}
}

static bool is_mail(const struct fetch *f)
{
	return f->item == FETCH_MAIL;
}

static void tell(struct reading *r, enum fetch_quoted what, size_t begin, size_t end)
{
	if (what != FETCH_QUOTED_BYTES || begin < end)
		r->sink(r->ctx, what, begin, end);
}

static void begin_quoted(struct reading *r, size_t at)
{
	struct fetch *f = r->fetch;

	f->state = QUOTED;
	if (f->item == FETCH_ARRIVED) {
		f->has_arrived = true;
		f->arrived_len = 0;
	}
	r->run = at + 1;
	if (is_mail(f))
		tell(r, FETCH_QUOTED_BEGIN, at + 1, at + 1);
}

static void end_quoted(struct reading *r, size_t at)
{
	if (is_mail(r->fetch)) {
		tell(r, FETCH_QUOTED_BYTES, r->run, at);
		tell(r, FETCH_QUOTED_END, at, at);
	}
	r->fetch->state = ITEM;
}

/* A backslash is no part of what it stands before. */
static void escape(struct reading *r, size_t at)
{
	if (is_mail(r->fetch))
		tell(r, FETCH_QUOTED_BYTES, r->run, at);
	r->run = at + 1;
	r->fetch->state = ESCAPED;
}

static void read_quoted(struct reading *r, uint8_t byte, size_t at)
{
	struct fetch *f = r->fetch;

	if (f->state == QUOTED && byte == '"') {
		end_quoted(r, at);
	} else if (f->state == QUOTED && byte == '\\') {
		escape(r, at);
	} else {
		f->state = QUOTED;
		if (f->item == FETCH_ARRIVED && f->arrived_len < sizeof(f->arrived))
			f->arrived[f->arrived_len++] = (char)byte;
	}
}

static void begin_list(struct fetch *f)
{
	f->state = LIST;
	f->depth = 1;
	if (f->item == FETCH_FLAGS) {
		f->has_flags = true;
		f->flags_len = 0;
	}
}

static void read_list(struct fetch *f, uint8_t byte)
{
	f->depth += byte == '(';
	f->depth -= byte == ')';
	if (f->depth == 0)
		f->state = ITEM;
	else if (byte == '"')
		f->state = LIST_QUOTED;
	else if (f->item == FETCH_FLAGS && f->flags_len < sizeof(f->flags))
		f->flags[f->flags_len++] = (char)byte;
}

static void read_name(struct fetch *f, uint8_t byte)
{
	if (byte == ' ' || byte == ')' || byte == '(') {
		end_name(f);
		f->state = byte == ')' ? AFTER : VALUE;
		if (byte == '(')
			begin_list(f);
	} else if (byte == '<') {
		f->has_origin = true;
		f->state = ORIGIN;
	} else {
		add(f, f->name, &f->name_len, sizeof(f->name), byte);
		if (byte == '[')
			f->state = SECTION;
	}
}

static void read_section(struct fetch *f, uint8_t byte)
{
	add(f, f->name, &f->name_len, sizeof(f->name), byte);
	if (f->state == SECTION_QUOTED)
		f->state = byte == '"' ? SECTION : SECTION_QUOTED;
	else if (byte == '"')
		f->state = SECTION_QUOTED;
	else if (byte == ']')
		f->state = NAME;
}

static void read_origin(struct fetch *f, uint8_t byte)
{
	if (byte >= '0' && byte <= '9' && f->origin < UINT64_MAX / 10)
		f->origin = f->origin * 10 + (byte - '0');
	else if (byte == '>')
		f->state = NAME;
	else
		f->is_long = true; /* no number */
}

static void read_word(struct fetch *f, uint8_t byte)
{
	if (byte != ' ' && byte != ')') {
		add(f, f->word, &f->word_len, sizeof(f->word), byte);
		return;
	}
	end_word(f);
	f->state = byte == ')' ? AFTER : ITEM;
}

static void begin_value(struct reading *r, uint8_t byte, size_t at)
{
	struct fetch *f = r->fetch;

	if (byte == '(') {
		begin_list(f);
	} else if (byte == '"') {
		begin_quoted(r, at);
	} else if (byte == '{' || byte == '~') {
		f->state = LITERAL;
	} else if (byte == ')') {
		f->state = AFTER;
	} else if (byte != ' ') {
		f->state = WORD;
		f->is_long = false;
		read_word(f, byte);
	}
}

static void read_byte(struct reading *r, uint8_t byte, size_t at)
{
	struct fetch *f = r->fetch;

	switch (f->state) {
	case BEFORE:
		if (byte == '(')
			f->state = ITEM;
		break;
	case ITEM:
		if (byte == ')') {
			f->state = AFTER;
		} else if (byte != ' ') {
			begin_name(f);
			read_name(f, byte);
		}
		break;
	case NAME:
		read_name(f, byte);
		break;
	case SECTION:
	case SECTION_QUOTED:
		read_section(f, byte);
		break;
	case ORIGIN:
		read_origin(f, byte);
		break;
	case VALUE:
		begin_value(r, byte, at);
		break;
	case WORD:
		read_word(f, byte);
		break;
	case QUOTED:
	case ESCAPED:
		read_quoted(r, byte, at);
		break;
	case LIST:
		read_list(f, byte);
		break;
	case LIST_QUOTED:
		f->state = byte == '"' ? LIST : byte == '\\' ? LIST_ESCAPED : LIST_QUOTED;
		break;
	case LIST_ESCAPED:
		f->state = LIST_QUOTED;
		break;
	default: /* LITERAL, AFTER */
		break;
	}
}

void fetch_read(struct fetch *f, struct slice text, fetch_sink *sink, void *ctx)
{
	struct reading r = {.fetch = f, .sink = sink, .ctx = ctx};

	for (size_t i = 0; i < text.len; i++)
		read_byte(&r, text.data[i], i);
	if (fetch_is_in_mail(f))
		tell(&r, FETCH_QUOTED_BYTES, r.run, text.len);
}

bool fetch_is_mail(const struct fetch *f)
{
	return f->state == LITERAL && is_mail(f);
}

void fetch_end_literal(struct fetch *f)
{
	if (f->state == LITERAL)
		f->state = ITEM;
}

bool fetch_is_in_mail(const struct fetch *f)
{
	return (f->state == QUOTED || f->state == ESCAPED) && is_mail(f);
}

/* Where there are more than were kept, the last one may not be whole. */
static struct slice kept_flags(const struct fetch *f)
{
	size_t len = f->flags_len;

	while (f->flags_len == sizeof(f->flags) && len > 0 && f->flags[len - 1] != ' ')
		len--;
	return slice_trim_right(slice_of(f->flags, len));
}

struct fetched fetch_result(const struct fetch *f)
{
	return (struct fetched){
		.number = f->number,
		.uid = f->uid,
		.has_size = f->has_size,
		.size = f->size,
		.flags = f->has_flags ? kept_flags(f) : slice_of(NULL, 0),
		.arrived = f->has_arrived ? slice_of(f->arrived, f->arrived_len) : slice_of(NULL, 0),
	};
}
