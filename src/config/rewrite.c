#include "config/rewrite.h"

#include <stdio.h>
#include <string.h>

#include "config/settings.h"

enum {
	COMMENT_COLUMNS = 120,
};

static const char blanks[] = " \t\r\n";

/* What is read, and where the setting that is looked for was seen. */
struct scan {
	struct slice text;
	size_t at;
	const char *setting;
	bool has_value;
	struct slice value; /* of the last one, with its quotes */
	bool has_sample;
	size_t sample_end; /* behind the line that shows it in a comment */
};

/* ---- reading ---- */

static uint8_t byte_at(const struct scan *s, size_t at)
{
	return at < s->text.len ? s->text.data[at] : 0;
}

static bool is_blank(uint8_t byte)
{
	return byte != '\0' && strchr(blanks, byte) != NULL;
}

/* Whether nothing but blanks stands before it on its line. */
static bool is_first_on_line(const struct scan *s, size_t at)
{
	while (at > 0 && (s->text.data[at - 1] == ' ' || s->text.data[at - 1] == '\t'))
		at--;
	return at == 0 || s->text.data[at - 1] == '\n';
}

static size_t line_end(const struct scan *s, size_t at)
{
	return at + slice_find(slice_after(s->text, at), '\n');
}

/* "# theme = dark" */
static bool shows_setting(struct slice comment, const char *setting)
{
	size_t len = strlen(setting);

	while (comment.len > 0 && (comment.data[0] == '#' || comment.data[0] == ' ' || comment.data[0] == '\t'))
		comment = slice_after(comment, 1);
	if (comment.len <= len || memcmp(comment.data, setting, len) != 0)
		return false;
	comment = slice_after(comment, len);
	while (comment.len > 0 && (comment.data[0] == ' ' || comment.data[0] == '\t'))
		comment = slice_after(comment, 1);
	return comment.len > 0 && comment.data[0] == '=';
}

/* Passes a comment; false: there is none. Between settings it may show the one that is looked for. */
static bool skip_comment(struct scan *s, bool is_between)
{
	uint8_t first = byte_at(s, s->at);
	uint8_t second = byte_at(s, s->at + 1);
	size_t end;

	if (first == '/' && second == '*') {
		for (s->at += 2; s->at < s->text.len; s->at++)
			if (byte_at(s, s->at) == '*' && byte_at(s, s->at + 1) == '/')
				break;
		s->at += s->at < s->text.len ? 2 : 0;
		return true;
	}
	if (first != '#' && (first != '/' || second != '/'))
		return false;
	end = line_end(s, s->at);
	if (is_between && first == '#' && is_first_on_line(s, s->at) &&
	    shows_setting(slice_sub(s->text, s->at, end - s->at), s->setting)) {
		s->has_sample = true;
		s->sample_end = end < s->text.len ? end + 1 : end;
	}
	s->at = end;
	return true;
}

static void skip_blanks(struct scan *s, bool is_between)
{
	while (s->at < s->text.len && (is_blank(byte_at(s, s->at)) || skip_comment(s, is_between)))
		s->at += is_blank(byte_at(s, s->at)) ? 1 : 0;
}

/* A quoted string, or what stands up to a blank or a sign. */
static struct slice read_word(struct scan *s)
{
	size_t from = s->at;
	uint8_t quote = byte_at(s, from);

	if (quote != '"' && quote != '\'') {
		while (s->at < s->text.len && !is_blank(byte_at(s, s->at)) &&
		       strchr("={}(),+\"'", byte_at(s, s->at)) == NULL)
			s->at++;
		return slice_sub(s->text, from, s->at - from);
	}
	for (s->at++; s->at < s->text.len && byte_at(s, s->at) != quote; s->at++)
		s->at += byte_at(s, s->at) == '\\' ? 1 : 0;
	s->at = s->at < s->text.len ? s->at + 1 : s->text.len;
	return slice_sub(s->text, from, s->at - from);
}

static void skip_list(struct scan *s)
{
	while (s->at < s->text.len && byte_at(s, s->at) != '}') {
		if (read_word(s).len == 0)
			s->at++;
		skip_blanks(s, false);
	}
	s->at += s->at < s->text.len ? 1 : 0;
}

/* A name, a sign, a value. False: it is none. */
static bool read_setting(struct scan *s)
{
	struct slice name = read_word(s);
	struct slice value;

	skip_blanks(s, false);
	s->at += byte_at(s, s->at) == '+' ? 1 : 0;
	if (name.len == 0 || byte_at(s, s->at) != '=')
		return false;
	s->at++;
	skip_blanks(s, false);
	if (byte_at(s, s->at) == '{') {
		s->at++;
		skip_list(s);
		return true;
	}
	value = read_word(s);
	if (slice_equals(name, slice_from_text(s->setting))) {
		s->has_value = true;
		s->value = value;
	}
	return value.len > 0;
}

static bool look_for(struct scan *s, struct slice text, const char *setting)
{
	*s = (struct scan){.text = text, .setting = setting};
	for (skip_blanks(s, true); s->at < s->text.len; skip_blanks(s, true))
		if (!read_setting(s))
			return false;
	return true;
}

/* ---- writing ---- */

static bool is_quoted(const struct options_row *row)
{
	return row->type == OPTIONS_SIZE || row->type == OPTIONS_TEXT || row->type == OPTIONS_PATH ||
	       row->type == OPTIONS_PORTS;
}

/* "$" and a brace would be a variable of the environment. */
static void put_value(const struct rewrite_change *c, bool has_quotes, struct buffer *out)
{
	if (!is_quoted(c->row) && !has_quotes) {
		buffer_append_text(out, c->value);
		return;
	}
	buffer_append_byte(out, '"');
	for (const char *text = c->value; *text != '\0'; text++) {
		if (strchr("\"\\$", *text) != NULL)
			buffer_append_byte(out, '\\');
		buffer_append_byte(out, (uint8_t)*text);
	}
	buffer_append_byte(out, '"');
}

/* As the first line ends. */
static const char *newline_of(struct slice text)
{
	size_t at = slice_find(text, '\n');

	return at > 0 && at < text.len && text.data[at - 1] == '\r' ? "\r\n" : "\n";
}

static void put_line(const struct rewrite_change *c, const char *newline, struct buffer *out)
{
	buffer_printf(out, "%s = ", c->row->setting);
	put_value(c, false, out);
	buffer_append_text(out, newline);
}

static void put_comment(const struct options_row *row, const char *newline, struct buffer *out)
{
	const char *text = row->remark != NULL	       ? row->remark
			   : row->setting_help != NULL ? row->setting_help
						       : row->help;
	size_t column = 1;

	buffer_append_byte(out, '#');
	while (*text != '\0') {
		size_t len = strcspn(text, " ");

		if (column + 1 + len > COMMENT_COLUMNS) {
			buffer_printf(out, "%s#", newline);
			column = 1;
		}
		buffer_printf(out, " %.*s", (int)len, text);
		column += 1 + len;
		text += len;
		text += strspn(text, " ");
	}
	buffer_append_text(out, newline);
}

static void end_line(const char *newline, struct buffer *out)
{
	if (out->len > 0 && out->data[out->len - 1] != '\n')
		buffer_append_text(out, newline);
}

static void add(const struct scan *s, const struct rewrite_change *c, struct buffer *out)
{
	const char *newline = newline_of(s->text);

	if (s->has_sample) {
		buffer_append(out, slice_sub(s->text, 0, s->sample_end));
		end_line(newline, out);
		put_line(c, newline, out);
		buffer_append(out, slice_after(s->text, s->sample_end));
		return;
	}
	buffer_append(out, s->text);
	end_line(newline, out);
	if (out->len > 0)
		buffer_append_text(out, newline);
	put_comment(c->row, newline, out);
	put_line(c, newline, out);
}

static void replace(const struct scan *s, const struct rewrite_change *c, struct buffer *out)
{
	size_t from = (size_t)(s->value.data - s->text.data);
	bool has_quotes = s->value.data[0] == '"' || s->value.data[0] == '\'';

	buffer_append(out, slice_sub(s->text, 0, from));
	put_value(c, has_quotes, out);
	buffer_append(out, slice_after(s->text, from + s->value.len));
}

static bool is_read(const char *name, struct slice text, struct error *err)
{
	struct options o;
	bool good;

	options_init(&o);
	good = settings_parse(&o, name, text, err);
	options_fini(&o);
	return good;
}

/* Whether it can be found again where it was put. */
static bool is_written(const char *name, struct slice text, const struct rewrite_change *c, struct error *err)
{
	struct buffer value = {0};
	struct scan s;
	bool good;

	if (!is_read(name, text, err))
		return false;
	good = look_for(&s, text, c->row->setting) && s.has_value;
	if (good)
		put_value(c, s.value.data[0] == '"', &value);
	good = good && slice_equals(s.value, buffer_slice(&value));
	buffer_fini(&value);
	return good || error_set(err, "%.180s: %s cannot be put there; is the end a comment?", name, c->row->setting);
}

static bool change_one(const char *name, struct slice text, const struct rewrite_change *c, struct buffer *out,
		       struct error *err)
{
	struct scan s;

	if (!look_for(&s, text, c->row->setting))
		return error_set(err, "%.180s: what stands there is not understood", name);
	if (s.has_value)
		replace(&s, c, out);
	else
		add(&s, c, out);
	if (out->len > SETTINGS_FILE_MAX)
		return error_set(err, "%.180s would be too long for a configuration", name);
	return is_written(name, buffer_slice(out), c, err);
}

bool rewrite_settings(const char *name, struct slice text, const struct rewrite_change *changes, size_t count,
		      struct buffer *out, struct error *err)
{
	struct buffer now = {0};
	struct buffer next = {0};
	bool good = is_read(name, text, err);

	buffer_append(&now, text);
	for (size_t i = 0; good && i < count; i++) {
		struct buffer before = now;

		buffer_clear(&next);
		good = change_one(name, buffer_slice(&now), &changes[i], &next, err);
		now = next;
		next = before;
	}
	if (good)
		buffer_append(out, buffer_slice(&now));
	buffer_fini(&now);
	buffer_fini(&next);
	return good;
}
