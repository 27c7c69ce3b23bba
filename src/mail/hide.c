#include "mail/hide.h"

#include <assert.h>

#include "common/commands.h"
#include "mail/imap_words.h"
#include "mail/mask.h"
#include "mail/secrets.h"
#include "proto/base64.h"
#include "proto/encoded.h"
#include "proto/response_code.h"
#include "proto/sasl.h"
#include "proto/suspect.h"
#include "proto/verb.h"

enum {
	REST_MAX = 1 << 30, /* of a secret line that was cut off */
	WORD_MIN = 4,
	VALUE_MIN = 16,
	DECODED_MAX = 4096,
	PIECES_MAX = 64,       /* of one text: after so many all is hidden */
	WORK_MAX = 128 * 1024, /* see encoded.h: likewise */
};

/* ---- places ---- */

void hide_rest(struct session *s, const struct dialogue_event *event)
{
	if (s->secrets == NULL || s->secrets->side != event->side || s->secrets->end != event->end)
		return;
	s->secrets->open = true;
	s->secrets->end += REST_MAX;
}

void hide_no_more(struct session *s, const struct dialogue_event *event)
{
	struct session_secret *secret = s->secrets;

	if (secret == NULL || !secret->open || secret->side != event->side || event->begin <= secret->begin)
		return;
	secret->open = false;
	secret->end = event->begin;
}

static void add_place(struct session *s, enum side side, uint64_t begin, uint64_t end)
{
	struct session_secret *secret;

	if (begin >= end)
		return;
	secret = arena_alloc(&s->arena, sizeof(*secret));
	*secret = (struct session_secret){.next = s->secrets, .begin = begin, .end = end, .side = side};
	s->secrets = secret;
}

void hide_place(struct session *s, enum side side, uint64_t begin, uint64_t end)
{
	for (const struct session_secret *known = s->secrets; known != NULL; known = known->next)
		if (known->side == side && known->begin == begin && known->end == end)
			return;
	add_place(s, side, begin, end);
}

/* The event's bytes from `begin` on. Those that follow a line that was cut off belong to it, whatever they are. */
static void hide_from(struct session *s, const struct dialogue_event *event, uint64_t begin)
{
	if (begin >= event->end)
		return;
	add_place(s, event->side, begin, event->end);
	if (event->truncated)
		hide_rest(s, event);
}

/* ---- values ---- */

static void know(struct session *s, struct slice value)
{
	secrets_add(&s->known, value, false);
}

/* "user" NUL "password", "auth=Bearer TOKEN": the last part, and of that the last word. */
static void know_last_part(struct session *s, struct slice decoded)
{
	size_t end = decoded.len;
	size_t begin;

	while (end > 0 && decoded.data[end - 1] < ' ')
		end--;
	begin = end;
	while (begin > 0 && decoded.data[begin - 1] >= ' ')
		begin--;
	know(s, slice_sub(decoded, begin, end - begin));
	for (size_t at = end; at > begin; at--)
		if (decoded.data[at - 1] == ' ') {
			if (end - at >= WORD_MIN)
				know(s, slice_sub(decoded, at, end - at));
			break;
		}
}

/* "c=biws,r=...,p=PROOF": the long values. */
static void know_values(struct session *s, struct slice decoded)
{
	while (decoded.len > 0) {
		size_t len = slice_find(decoded, ',');
		struct slice part = slice_sub(decoded, 0, len);
		struct slice value = slice_after(part, slice_find(part, '=') + 1);

		if (value.len > 0 && value.data[0] == '"')
			value = slice_sub(value, 1, value.len - 2);
		if (value.len >= VALUE_MIN)
			know(s, value);
		decoded = slice_after(decoded, len + 1);
	}
}

/* As a server repeats it that has encoded what it took for plain text. */
static void know_encoded(struct session *s, struct slice word)
{
	struct buffer encoded = {0};

	base64_encode(slice_sub(word, 0, DECODED_MAX), &encoded);
	know(s, buffer_slice(&encoded));
	buffer_fini(&encoded);
}

/* Text, with what parts the messages of mechanisms: NUL and U+0001. */
static bool is_text(struct slice decoded)
{
	for (size_t i = 0; i < decoded.len; i++)
		if (decoded.data[i] > 0x7e || (decoded.data[i] < ' ' && decoded.data[i] > 1))
			return false;
	return true;
}

static void know_decoded(struct session *s, struct slice word)
{
	struct buffer decoded = {.limit = DECODED_MAX};
	bool is_encoded = suspect_decode(word, &decoded);

	if (is_encoded) {
		know_last_part(s, buffer_slice(&decoded));
		know_values(s, buffer_slice(&decoded));
	}
	if (!is_encoded || !is_text(buffer_slice(&decoded)))
		know_encoded(s, word);
	buffer_fini(&decoded);
}

static bool is_common(const struct session *s, struct slice word)
{
	return sasl_knows(word) || commands_lookup(s->protocol, word) != NULL;
}

/* "PASSsecret", "pass:secret" */
static void know_glued(struct session *s, struct slice word, bool is_cut)
{
	static const char *const verbs[] = {"PASSWORD", "PASS", "APOP", "AUTH", "LOGIN"};

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (slice_begins_nocase(word, verbs[i])) {
			struct slice rest = slice_after(word, strlen(verbs[i]));

			if (rest.len > 0 && (rest.data[0] == ':' || rest.data[0] == '='))
				rest = slice_after(rest, 1);
			if (rest.len >= WORD_MIN && !is_common(s, rest))
				secrets_add(&s->known, rest, is_cut);
		}
}

/* Without the quotes or brackets around it, which people copy from manuals, and servers leave out. */
static void know_bare(struct session *s, struct slice word, bool is_cut)
{
	struct slice bare = suspect_bare(word);

	if (bare.len == word.len || bare.len < WORD_MIN || is_common(s, bare))
		return;
	secrets_add(&s->known, bare, is_cut);
	know_decoded(s, bare);
}

/* A line as it was sent, and each of its words: servers repeat the first of them, or the rest. `is_cut`: the end of the
 * line is missing. */
static void know_line(struct session *s, struct slice line, bool is_cut)
{
	struct slice rest = slice_trim(line);

	if (!is_common(s, rest))
		secrets_add(&s->known, rest, is_cut);
	while (rest.len > 0) {
		struct slice word = verb_word(rest, &rest);

		if (word.len >= WORD_MIN && !is_common(s, word))
			secrets_add(&s->known, word, is_cut && rest.len == 0);
		know_glued(s, word, is_cut && rest.len == 0);
		know_decoded(s, word);
		know_bare(s, word, is_cut && rest.len == 0);
	}
}

/* LOGIN of IMAP: without quotes and backslashes. */
static void know_password(struct session *s, const struct command *c)
{
	struct imap_words words = imap_words_of(c);
	struct buffer password = {.limit = DECODED_MAX};
	struct imap_word word;

	words.is_flat = true;
	imap_words_next(&words, &word); /* the user's name */
	if (imap_words_next(&words, &word) && imap_words_append(&word, &password))
		know(s, buffer_slice(&password));
	buffer_fini(&password);
}

void hide_command(struct session *s, const struct command *c, const struct dialogue_event *event)
{
	struct slice arguments = command_arguments(c);
	size_t shown_len = mask_shown_len(c);
	uint64_t begin = event->begin;

	if (event->tag.len > 0)
		begin += event->tag.len + 1;
	if (c->kind != KIND_OTHER)
		begin += c->verb_len + 1 + shown_len;
	if (c->kind != KIND_LOGIN || shown_len < arguments.len)
		hide_from(s, event, begin);
	if (c->kind == KIND_PASS) {
		secrets_add(&s->known, arguments, event->truncated);
		secrets_add(&s->known, slice_trim(arguments), event->truncated);
		know_encoded(s, arguments);
		know_bare(s, arguments, event->truncated);
	} else {
		know_line(s, slice_after(arguments, shown_len), event->truncated);
	}
	if (c->kind == KIND_LOGIN)
		know_password(s, c);
}

/* The user of LOGIN may be seen. */
void hide_literal(struct session *s, const struct command *c, const struct dialogue_event *event)
{
	struct imap_words words = imap_words_of(c);
	struct imap_word word;
	bool is_user;

	words.is_flat = true;
	is_user = c->kind == KIND_LOGIN && imap_words_next(&words, &word) && word.kind == IMAP_WORD_LITERAL &&
		  word.is_last;
	if (is_user)
		return;
	hide_from(s, event, event->begin);
	if (event->text.len > 0)
		know_line(s, event->text, event->truncated);
	know(s, event->text);
}

void hide_more(struct session *s, const struct command *c, const struct dialogue_event *event)
{
	if (slice_trim(event->text).len == 0)
		return;
	hide_from(s, event, event->begin);
	know_line(s, event->text, event->truncated);
	if (c->kind == KIND_LOGIN)
		know_password(s, c);
}

static void know_login(struct session *s, const struct command *c)
{
	struct sasl_line lines[SESSION_AUTH_LINES_MAX];
	struct sasl_login login;
	struct slice rest;
	size_t count = 0;

	for (const struct session_line *l = c->extra->lines; l != NULL && count < SESSION_AUTH_LINES_MAX; l = l->next)
		lines[count++] = (struct sasl_line){.from = l->from, .text = l->text, .secret = l->secret};
	sasl_read_login(verb_word(command_arguments(c), &rest), lines, count, &login);
	know(s, buffer_slice(&login.secret));
	sasl_login_fini(&login);
}

void hide_auth_line(struct session *s, const struct command *c, const struct dialogue_event *event)
{
	if (!event->secret)
		return;
	/* an initial response stands in the command's own line: see hide_command */
	if (c == NULL || event->side == SIDE_SERVER || event->begin > c->begin)
		hide_from(s, event, event->begin);
	if (event->side == SIDE_SERVER)
		return;
	know_line(s, event->text, event->truncated);
	if (c != NULL && c->extra != NULL)
		know_login(s, c);
}

void hide_skipped(struct session *s, const struct dialogue_event *event)
{
	hide_from(s, event, event->begin);
	if (event->side == SIDE_CLIENT)
		know_line(s, event->text, event->truncated);
}

/* Of a line that holds a secret only the verb is kept: the beginning of a password is of no use. */
void hide_unfinished(struct session *s, const struct dialogue_event *event, struct buffer *out)
{
	struct slice rest;
	struct slice verb = verb_word(event->text, &rest);
	const struct command_row *row = commands_find_any(verb);

	if (!event->secret) {
		buffer_append(out, event->text);
		return;
	}
	hide_from(s, event, event->begin);
	if ((row != NULL && (row->secrecy == SECRECY_ARGUMENTS || row->secrecy == SECRECY_RESPONSE)) ||
	    (event->side == SIDE_SERVER && rest.len > 0)) {
		buffer_append(out, verb);
		buffer_append_byte(out, ' ');
	}
	buffer_append_text(out, MASK_TEXT);
}

/* ---- what the server repeats ---- */

/* What of a text that is hidden as a whole may be seen: the enhanced code, the response code, the word before the rest
 * of what is no reply. */
static size_t head_len(const struct dialogue_event *event)
{
	size_t code_len = event->enhanced.len;

	if (event->kind != DIALOGUE_REPLY)
		return slice_find(event->text, ' ') + 1;
	if (code_len == 0)
		code_len = response_code_read(event->code, event->text).len;
	else
		return code_len + 1;
	return code_len > 0 ? slice_find(event->text, ']') + 2 : 0;
}

static bool is_direct(const struct command *c)
{
	return c != NULL && (c->secret || c->kind == KIND_AUTH || c->kind == KIND_PASS || c->kind == KIND_APOP ||
			     c->kind == KIND_LOGIN);
}

/* What of a text may repeat what was not seen, or was no command: see suspect_find. A word in base64 is nothing that a
 * server says by itself where it refuses a login. */
static unsigned int unknown_parts(const struct dialogue_event *event, const struct command *c)
{
	static const char *const codes[] = {"500", "501", "502", "503", "504", "534", "535", "-ERR", "NO", "BAD"};
	struct slice code = event->kind == DIALOGUE_UNTAGGED ? event->verb : event->code;
	uint8_t first = code.len > 0 ? code.data[0] : 0;
	bool is_refusal = first == '4' || first == '5' || first == '-' || slice_equals_nocase(code, "NO") ||
			  slice_equals_nocase(code, "BAD");
	unsigned int parts = 0;

	if (event->kind == DIALOGUE_NOTE)
		return event->note == DIALOGUE_NOTE_BAD_REPLY ? SUSPECT_BASE64 | SUSPECT_QUOTED | SUSPECT_PASS : 0;
	if ((event->kind != DIALOGUE_REPLY && event->kind != DIALOGUE_UNTAGGED) || !is_refusal)
		return 0;
	if (event->unseen_login)
		parts |= SUSPECT_BASE64 | SUSPECT_PASS;
	if (event->unseen_login && c != NULL && c->kind == KIND_UNSOLICITED && event->verb.len == 0)
		parts |= SUSPECT_LOGIN; /* the command was not captured */
	if (event->doubtful)
		parts |= SUSPECT_PASS;
	for (size_t i = 0; (event->doubtful || is_direct(c)) && i < sizeof(codes) / sizeof(codes[0]); i++)
		if (slice_equals(code, slice_from_text(codes[i])))
			parts |= SUSPECT_BASE64 | SUSPECT_QUOTED;
	return parts;
}

/* A piece to hide. */
struct piece {
	size_t begin;
	size_t end;
};

/* Takes the one that comes first; of those that overlap, both together. */
static void add_piece(struct piece *to, struct piece p)
{
	if (p.begin >= to->end || p.end <= to->begin) {
		*to = p.begin < to->begin ? p : *to;
		return;
	}
	to->begin = p.begin < to->begin ? p.begin : to->begin;
	to->end = p.end > to->end ? p.end : to->end;
}

/* A run that says a secret in base64 or hexadecimal, among other things or alone; all that is left when looking for one
 * takes too long. */
static bool find_encoded(const struct session *s, struct slice text, size_t from, bool direct, size_t *work,
			 struct piece *piece)
{
	struct buffer decoded = {.limit = DECODED_MAX};
	struct encoded e = {.begin = from, .next = from, .work = *work};
	struct piece within;
	bool found = false;

	while (s->known != NULL && !found && e.work < WORK_MAX && encoded_next(&e, text, &decoded))
		found = secrets_find(s->known, buffer_slice(&decoded), 0, direct, &within.begin, &within.end);
	*work = e.work;
	*piece = found ? (struct piece){e.begin, e.end} : (struct piece){e.begin, text.len};
	buffer_fini(&decoded);
	return found || (e.work >= WORK_MAX && e.begin < text.len);
}

static bool find_next(const struct session *s, struct slice text, size_t from, bool direct, unsigned int unknown,
		      size_t *work, struct piece *next)
{
	struct piece piece;

	*next = (struct piece){SIZE_MAX, SIZE_MAX};
	if (secrets_find(s->known, text, from, direct, &piece.begin, &piece.end))
		add_piece(next, piece);
	if (next->begin == from && next->end == text.len)
		return true; /* there is no more to hide */
	if (find_encoded(s, text, from, direct, work, &piece))
		add_piece(next, piece);
	if (suspect_find(text, from, unknown, &piece.begin, &piece.end))
		add_piece(next, piece);
	return next->begin < text.len;
}

static bool hide_pieces(struct session *s, const struct dialogue_event *event, const struct command *c,
			struct buffer *out)
{
	unsigned int unknown = unknown_parts(event, c);
	bool direct;
	size_t at = 0;
	size_t work = 0;
	struct piece next;

	if (s->known == NULL && unknown == 0)
		return false;
	direct = is_direct(c);
	for (int count = 0; find_next(s, event->text, at, direct, unknown, &work, &next); count++) {
		if (count == PIECES_MAX)
			next.end = event->text.len;
		assert(at <= next.begin && next.begin < next.end && next.end <= event->text.len);
		buffer_append(out, slice_sub(event->text, at, next.begin - at));
		/* what touches is one: the mask's width says nothing */
		if (at == 0 || next.begin > at)
			buffer_append_text(out, MASK_TEXT);
		add_place(s, SIDE_SERVER, event->text_begin + next.begin, event->text_begin + next.end);
		at = next.end;
	}
	if (at > 0)
		buffer_append(out, slice_after(event->text, at));
	return at > 0;
}

/* Of untagged answers those that end in text for people may repeat what was said; what "+" says is not kept. */
static bool may_repeat(const struct dialogue_event *event)
{
	static const char *const names[] = {"OK", "NO", "BAD", "BYE", "PREAUTH", "OTHER"};

	if (event->kind != DIALOGUE_UNTAGGED)
		return event->kind != DIALOGUE_CONTINUATION;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (slice_equals_nocase(event->verb, names[i]))
			return true;
	return event->secret;
}

bool hide_echo(struct session *s, const struct dialogue_event *event, struct buffer *out)
{
	const struct command *c = session_command(s, event->index);
	size_t shown_len;

	if (event->side != SIDE_SERVER || event->text.len == 0 || !may_repeat(event) ||
	    (event->kind == DIALOGUE_AUTH_LINE && event->secret))
		return false;
	if (!event->secret)
		return hide_pieces(s, event, c, out);
	shown_len = head_len(event);
	if (shown_len >= event->text.len)
		shown_len = event->kind == DIALOGUE_REPLY && event->enhanced.len > 0 ? event->text.len : 0;
	if (shown_len == event->text.len)
		return false;
	buffer_append(out, slice_sub(event->text, 0, shown_len));
	buffer_append_text(out, MASK_TEXT);
	add_place(s, SIDE_SERVER, event->text_begin + shown_len, event->text_begin + event->text.len);
	return true;
}
