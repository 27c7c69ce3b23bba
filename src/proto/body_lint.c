#include "proto/body_lint.h"

#include <assert.h>
#include <string.h>

#include "proto/base64.h"
#include "proto/verb.h"

enum {
	WORD_MAX = 256, /* of an encoded word, which may have 75 (RFC 2047 section 2) */
};

void body_lint_init(struct body_lint *i)
{
	*i = (struct body_lint){.header = {.limit = BODY_LINT_HEADER_MAX}, .ends = {.before = {'\r', '\n'}}};
}

void body_lint_fini(struct body_lint *i)
{
	buffer_fini(&i->header);
}

/* ---- ends that are none ---- */

enum line_end {
	END_NONE,
	END_CRLF,
	END_LF,
	END_CR,
};

enum ends_state {
	ENDS_NOTHING,
	ENDS_DOT,    /* after a dot at the beginning of a line */
	ENDS_DOT_CR, /* and a CR */
	ENDS_LINE,   /* in the line after an end that only some servers see */
};

static enum line_end end_of(uint8_t before, uint8_t last)
{
	if (last == '\n')
		return before == '\r' ? END_CRLF : END_LF;
	return last == '\r' ? END_CR : END_NONE;
}

/* What opens a mail, or goes on with one. Others may well be the next words of a client that does not wait. */
static bool is_hidden_command(struct slice line)
{
	const struct command_row *row = verb_certain(PROTOCOL_SMTP, line);

	return row != NULL && (row->traits & COMMAND_SMUGGLED);
}

static void judge_line(struct body_lint *i)
{
	i->has_hidden_command |= is_hidden_command(slice_of(i->ends.line, i->ends.len));
	i->ends.state = ENDS_NOTHING;
}

static void take_line_byte(struct body_lint *i, uint8_t byte)
{
	struct body_lint_ends *e = &i->ends;

	if (byte == '\r' || byte == '\n') {
		if (e->len > 0)
			judge_line(i);
		return;
	}
	assert(e->len < sizeof(e->line));
	e->line[e->len++] = byte;
	if (e->len == sizeof(e->line))
		judge_line(i);
}

/* The line with the dot has ended. Where both its ends are CRLF it is the true end, and cannot be within a mail. */
static void take_dot_line(struct body_lint_ends *e, enum line_end last)
{
	e->state = e->first == END_CRLF && last == END_CRLF ? ENDS_NOTHING : ENDS_LINE;
	e->len = 0;
}

static void take_end_byte(struct body_lint *i, uint8_t byte)
{
	struct body_lint_ends *e = &i->ends;

	switch ((enum ends_state)e->state) {
	case ENDS_DOT:
		if (byte == '\n')
			take_dot_line(e, END_LF);
		else
			e->state = byte == '\r' ? ENDS_DOT_CR : ENDS_NOTHING;
		break;
	case ENDS_DOT_CR:
		take_dot_line(e, byte == '\n' ? END_CRLF : END_CR);
		if (byte != '\n' && e->state == ENDS_LINE)
			take_line_byte(i, byte);
		break;
	case ENDS_LINE:
		take_line_byte(i, byte);
		break;
	case ENDS_NOTHING:
		break;
	}
}

/* A dot at `at`, whatever stands before it. */
static void take_dot(struct body_lint *i, struct slice piece, size_t at)
{
	struct body_lint_ends *e = &i->ends;
	uint8_t last = at > 0 ? piece.data[at - 1] : e->before[1];
	uint8_t before = at > 1 ? piece.data[at - 2] : e->before[at];
	enum line_end end = end_of(before, last);

	if (end == END_NONE)
		return;
	e->first = (uint8_t)end;
	e->state = ENDS_DOT;
}

static void look_for_ends(struct body_lint *i, struct slice piece)
{
	struct body_lint_ends *e = &i->ends;
	size_t at = 0;

	while (at < piece.len) {
		if (e->state == ENDS_NOTHING)
			at += slice_find(slice_after(piece, at), '.');
		if (at == piece.len)
			break;
		if (e->state == ENDS_NOTHING || (e->state == ENDS_LINE && e->len == 0 && piece.data[at] == '.'))
			take_dot(i, piece, at);
		else
			take_end_byte(i, piece.data[at]);
		at++;
	}
	for (at = piece.len > 2 ? piece.len - 2 : 0; at < piece.len; at++) {
		e->before[0] = e->before[1];
		e->before[1] = piece.data[at];
	}
}

/* ---- lines ---- */

static bool has_8bit(struct slice bytes)
{
	uint64_t all = 0;
	uint64_t word;
	uint8_t rest = 0;
	size_t at = 0;

	for (; at + sizeof(word) <= bytes.len; at += sizeof(word)) {
		memcpy(&word, bytes.data + at, sizeof(word));
		all |= word;
	}
	for (; at < bytes.len; at++)
		rest |= bytes.data[at];
	return (all & UINT64_C(0x8080808080808080)) != 0 || (rest & 0x80) != 0;
}

static void end_line(struct body_lint *i)
{
	uint64_t len = i->line_len > 0 && i->ends_in_cr ? i->line_len - 1 : i->line_len;

	if (len > i->longest_line)
		i->longest_line = len;
	if (i->line_begin[0] == '.' && len > 0)
		i->dotted_lines++;
	if (i->line_begin[0] == '.' && i->line_begin[1] == '.' && len > 1)
		i->doubled_lines++;
	i->line_len = 0;
	i->ends_in_cr = false;
}

/* The line's bytes, so far as they are here, without the LF. */
static void add_to_line(struct body_lint *i, struct slice part)
{
	for (size_t at = 0; at < part.len && i->line_len + at < sizeof(i->line_begin); at++)
		i->line_begin[i->line_len + at] = part.data[at];
	if (part.len > 0)
		i->ends_in_cr = part.data[part.len - 1] == '\r';
	i->line_len += part.len;
}

/* The end of the header is an empty line; without one in BODY_LINT_HEADER_MAX bytes nothing is said of it. */
static void take_header_line(struct body_lint *i, struct slice line_and_end, bool is_whole)
{
	bool is_empty = is_whole && i->line_len - i->ends_in_cr == 0;

	if (i->header.len + line_and_end.len > BODY_LINT_HEADER_MAX) {
		i->in_body = true;
		return;
	}
	buffer_append(&i->header, line_and_end);
	i->has_header = is_empty;
	i->in_body = is_empty;
}

void body_lint_feed(struct body_lint *i, struct slice piece)
{
	look_for_ends(i, piece);
	if (i->in_body && !i->has_8bit_body)
		i->has_8bit_body = has_8bit(piece);
	while (piece.len > 0) {
		size_t len = slice_find(piece, '\n');
		bool is_whole = len < piece.len;

		add_to_line(i, slice_sub(piece, 0, len));
		if (!i->in_body) {
			take_header_line(i, slice_sub(piece, 0, len + is_whole), is_whole);
			if (i->in_body)
				i->has_8bit_body = has_8bit(slice_after(piece, len + is_whole));
		}
		if (is_whole)
			end_line(i);
		piece = slice_after(piece, len + is_whole);
	}
}

void body_lint_gap(struct body_lint *i)
{
	i->has_gap = true;
	i->ends = (struct body_lint_ends){.state = ENDS_NOTHING};
	i->in_body = true;
	i->line_len = 0;
	i->ends_in_cr = false;
}

/* ---- encoded words ---- */

/* "=?charset?B?text?=": its parts. */
struct encoded_word {
	struct slice charset;
	uint8_t encoding; /* 'B' or 'Q' */
	struct slice text;
	size_t len; /* of all of it */
};

static bool read_word(struct slice in, struct encoded_word *w)
{
	struct slice rest = slice_after(in, 2);
	size_t charset_len = slice_find(rest, '?');
	size_t text_len;

	if (in.len < 8 || memcmp(in.data, "=?", 2) != 0 || charset_len + 3 > rest.len ||
	    rest.data[charset_len + 2] != '?')
		return false;
	w->charset = slice_sub(rest, 0, charset_len);
	w->encoding = slice_upper_byte(rest.data[charset_len + 1]);
	rest = slice_after(rest, charset_len + 3);
	text_len = slice_find(rest, '?');
	w->text = slice_sub(rest, 0, text_len);
	w->len = 2 + charset_len + 3 + text_len + 2;
	return text_len + 1 < rest.len && rest.data[text_len + 1] == '=' && w->len <= WORD_MAX &&
	       (w->encoding == 'B' || w->encoding == 'Q');
}

static int hex_digit(uint8_t byte)
{
	byte = slice_upper_byte(byte);
	if (byte >= '0' && byte <= '9')
		return byte - '0';
	return byte >= 'A' && byte <= 'F' ? byte - 'A' + 10 : -1;
}

static void decode_q(struct slice text, struct buffer *out)
{
	for (size_t at = 0; at < text.len; at++) {
		int high = text.data[at] == '=' && at + 2 < text.len ? hex_digit(text.data[at + 1]) : -1;
		int low = high >= 0 ? hex_digit(text.data[at + 2]) : -1;

		buffer_append_byte(out, (uint8_t)(low >= 0 ? high << 4 | low : text.data[at]));
		at += low >= 0 ? 2 : 0;
	}
}

/* Whether UTF-8 ends within a character. */
static bool is_cut_utf8(struct slice bytes)
{
	for (size_t back = 1; back <= 3 && back <= bytes.len; back++) {
		uint8_t byte = bytes.data[bytes.len - back];

		if ((byte & 0xc0) == 0xc0)
			return back < (byte >= 0xf0 ? 4U : byte >= 0xe0 ? 3U : 2U);
		if ((byte & 0x80) == 0)
			return false;
	}
	return false;
}

/* Likewise text whose characters have one or two bytes, the first of the two above 0x80. */
static bool is_cut_pair(struct slice bytes)
{
	size_t at = 0;

	while (at < bytes.len)
		at += bytes.data[at] > 0x80 ? 2 : 1;
	return at > bytes.len;
}

static bool is_cut_text(struct slice charset, struct slice bytes)
{
	static const char *const pairs[] = {"gb2312", "gbk",   "gb18030", "big5",
					    "euc-kr", "cp936", "cp950",	  "ks_c_5601-1987"};

	if (slice_equals_nocase(charset, "utf-8"))
		return is_cut_utf8(bytes);
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (slice_equals_nocase(charset, pairs[i]))
			return is_cut_pair(bytes);
	return false;
}

static bool is_cut_word(const struct encoded_word *w)
{
	struct buffer bytes = {0};
	bool is_decoded = true;
	bool is_cut;

	if (w->encoding == 'Q')
		decode_q(w->text, &bytes);
	else
		is_decoded = base64_decode(w->text, &bytes);
	is_cut = is_decoded && is_cut_text(w->charset, buffer_slice(&bytes));
	buffer_fini(&bytes);
	return is_cut;
}

static bool has_split_word(struct slice header)
{
	while (header.len > 0) {
		struct encoded_word word;

		header = slice_after(header, slice_find(header, '='));
		if (read_word(header, &word)) {
			if (is_cut_word(&word))
				return true;
			header = slice_after(header, word.len);
		} else {
			header = slice_after(header, 1);
		}
	}
	return false;
}

/* ---- fields ---- */

static bool is_fold(struct slice text)
{
	return text.len > 0 && (text.data[0] == ' ' || text.data[0] == '\t');
}

static struct slice without_line_end(struct slice s)
{
	while (s.len > 0 && (s.data[s.len - 1] == '\r' || s.data[s.len - 1] == '\n'))
		s.len--;
	return s;
}

static void keep_first(struct slice *kept, struct slice value)
{
	if (kept->data == NULL)
		*kept = value;
}

static void take_field(struct body_lint *i, struct slice field)
{
	size_t colon = slice_find(field, ':');
	struct slice name = slice_trim_right(slice_sub(field, 0, colon));
	struct slice value = slice_trim(without_line_end(slice_after(field, colon + 1)));

	if (colon == field.len)
		return;
	if (slice_equals_nocase(name, "From")) {
		i->from_count++;
		keep_first(&i->from, value);
	} else if (slice_equals_nocase(name, "Date")) {
		i->date_count++;
	} else if (slice_equals_nocase(name, "Message-ID")) {
		i->message_id_count++;
		keep_first(&i->message_id, value);
	} else if (slice_equals_nocase(name, "Received")) {
		i->received_count++;
	} else if (slice_equals_nocase(name, "To")) {
		keep_first(&i->to, value);
	} else if (slice_equals_nocase(name, "Cc")) {
		keep_first(&i->cc, value);
	}
}

/* The field at the front, with the lines that are folded into it. */
static struct slice next_field(struct slice *rest)
{
	struct slice all = *rest;
	size_t len = 0;

	do {
		len += slice_find(slice_after(all, len), '\n') + 1;
		*rest = slice_after(all, len);
	} while (is_fold(*rest));
	return slice_sub(all, 0, len);
}

void body_lint_finish(struct body_lint *i)
{
	struct slice rest = buffer_slice(&i->header);

	if (i->ends.state == ENDS_LINE && i->ends.len > 0)
		judge_line(i);
	if (i->line_len > 0)
		end_line(i);
	if (!i->in_body && !i->has_gap)
		i->has_header = true; /* a mail without a body */
	if (!i->has_header)
		return;
	i->has_8bit_header = has_8bit(rest);
	i->has_split_word = has_split_word(rest);
	while (rest.len > 0)
		take_field(i, next_field(&rest));
}
