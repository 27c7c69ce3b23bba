/*
 * login: a secret that no input can know, and logins that send it, as the first words of a connection of their own.
 *
 * The secret is made of the input's hash: what the fuzzer learns of it is of no use to the next input. No letter of it
 * is a hexadecimal digit, so that no checksum looks like a part of it.
 */
#ifndef TEST_FUZZ_LOGIN_H
#define TEST_FUZZ_LOGIN_H

#include <assert.h>
#include <ctype.h>

#include "../engine/wire.h"
#include "proto/base64.h"

enum {
	LOGIN_SECRET_LEN = 18, /* base64 of it has no padding */
	LOGIN_PART_LEN = 9,
	LOGIN_PLACES = 6,
};

enum login_flag {
	LOGIN_POP3 = 1 << 0,
	LOGIN_HAS_NO_GREETING = 1 << 1,
	LOGIN_IS_REFUSED = 1 << 2,
	LOGIN_ECHO = 1 << 3,	    /* the refusal repeats the secret, and so does the answer to what comes next */
	LOGIN_ECHO_BASE64 = 1 << 4, /* in base64; both: in hexadecimal */
	LOGIN_IN_PIECES = 1 << 5,
	LOGIN_TWICE = 1 << 6,	      /* each segment is sent again */
	LOGIN_IS_UNANSWERED = 1 << 7, /* who comes next may answer */
};

struct login {
	char secret[LOGIN_SECRET_LEN + 1];
	struct buffer encoded;
	char hex[2 * LOGIN_SECRET_LEN + 1];
	char places[LOGIN_PLACES][LOGIN_PART_LEN + 1]; /* parts, in small letters, that must not be seen */
	bool is_said;
};

static void login_put_place(char out[LOGIN_PART_LEN + 1], const char *from)
{
	for (size_t i = 0; i < LOGIN_PART_LEN; i++)
		out[i] = (char)tolower((unsigned char)from[i]);
	out[LOGIN_PART_LEN] = '\0';
}

static void login_init(struct login *l, struct slice input)
{
	static const char letters[] = "ghjkmnpqrstuvwxyzGHJKMNPQRSTUVWXYZ";
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	*l = (struct login){.is_said = false};
	for (size_t i = 0; i < input.len; i++)
		hash = (hash ^ input.data[i]) * UINT64_C(0x100000001b3);
	for (size_t i = 0; i < LOGIN_SECRET_LEN; i++) {
		hash = (hash ^ hash >> 29) * UINT64_C(0xbf58476d1ce4e5b9) + i;
		l->secret[i] = letters[(hash >> 33) % (sizeof(letters) - 1)];
	}
	for (size_t i = 0; i < LOGIN_SECRET_LEN; i++)
		snprintf(l->hex + 2 * i, 3, "%02x", (unsigned int)(unsigned char)l->secret[i]);
	base64_encode(slice_from_text(l->secret), &l->encoded);
	login_put_place(l->places[0], l->secret);
	login_put_place(l->places[1], l->secret + LOGIN_SECRET_LEN - LOGIN_PART_LEN);
	login_put_place(l->places[2], (const char *)l->encoded.data);
	login_put_place(l->places[3], (const char *)l->encoded.data + l->encoded.len - LOGIN_PART_LEN);
	login_put_place(l->places[4], l->hex);
	login_put_place(l->places[5], l->hex + sizeof(l->hex) - 1 - LOGIN_PART_LEN);
}

/* Whether a part of the secret is in a text. */
static bool login_is_shown(const struct login *l, struct slice text)
{
	char window[LOGIN_PART_LEN];

	for (size_t at = 0; l->is_said && at + LOGIN_PART_LEN <= text.len; at++) {
		for (size_t i = 0; i < LOGIN_PART_LEN; i++)
			window[i] = (char)tolower(text.data[at + i]);
		for (size_t i = 0; i < LOGIN_PLACES; i++)
			if (memcmp(window, l->places[i], LOGIN_PART_LEN) == 0)
				return true;
	}
	return false;
}

/* ---- on the wire ---- */

static void login_send(struct wire *wire, enum side side, struct slice text, unsigned int flags)
{
	size_t piece_len = flags & LOGIN_IN_PIECES ? 7 : SIZE_MAX;

	for (; text.len > 0; text = slice_after(text, piece_len)) {
		struct slice piece = slice_sub(text, 0, piece_len);

		wire_send(wire, side, SEGMENT_ACK, piece);
		if (flags & LOGIN_TWICE) {
			wire->seq[side] -= (uint32_t)piece.len;
			wire_send(wire, side, SEGMENT_ACK, piece);
		}
	}
}

/* "%s": the secret, "%b": the same in base64, "%x": in hexadecimal. */
static void login_say(const struct login *l, struct wire *wire, enum side side, const char *format, unsigned int flags)
{
	struct buffer line = {0};

	for (const char *at = format; *at != '\0'; at++) {
		if (*at == '%' && at[1] == 's')
			buffer_append_text(&line, l->secret);
		else if (*at == '%' && at[1] == 'b')
			buffer_append(&line, buffer_slice(&l->encoded));
		else if (*at == '%')
			buffer_append_text(&line, l->hex);
		else
			buffer_append_byte(&line, (uint8_t)*at);
		at += *at == '%';
	}
	login_send(wire, side, buffer_slice(&line), flags);
	buffer_fini(&line);
}

/* What a client sends; each line but the last is answered by a challenge. */
static const struct {
	const char *lines[3];
	bool is_pop3; /* the command is its own */
} login_ways[] = {
	{{"AUTH PLAIN AHUA%b\r\n"}, false}, /* "\0u\0" and the secret */
	{{"AUTH PLAIN\r\n", "AHUA%b\r\n"}, false},
	{{"AUTH LOGIN\r\n", "dXNlcg==\r\n", "%b\r\n"}, false},
	{{"auth login dXNlcg==\r\n", "%b\r\n"}, false},
	{{"AUTH XOAUTH2 dXNlcj11AWF1dGg9QmVhcmVyICAg%b\r\n"}, false},
	{{"AUTH CRAM-MD5\r\n", "dXNlciAg%b\r\n"}, false},
	{{"AUTH X-OWN %b\r\n"}, false},
	{{"USER bob\r\n", "PASS %s\r\n"}, true},
	{{"APOP bob %s\r\n"}, true},
};

enum {
	LOGIN_WAYS = sizeof(login_ways) / sizeof(login_ways[0]),
};

static void login_refuse(const struct login *l, struct wire *wire, unsigned int flags)
{
	static const char *const smtp[] = {"535 5.7.8 no\r\n", "535 5.7.8 wrong: %s\r\n",
					   "501 5.5.2 cannot decode %b\r\n", "500 5.5.1 unknown: %x\r\n"};
	static const char *const pop3[] = {"-ERR no\r\n", "-ERR wrong: \"%s\"\r\n", "-ERR what is '%b'\r\n",
					   "-ERR unknown: %x\r\n"};
	size_t echo = (flags & (LOGIN_ECHO | LOGIN_ECHO_BASE64)) / LOGIN_ECHO;

	login_say(l, wire, SIDE_SERVER, flags & LOGIN_POP3 ? pop3[echo] : smtp[echo], flags);
	if (!(flags & LOGIN_ECHO))
		return;
	login_say(l, wire, SIDE_CLIENT, "NOOP\r\n", flags);
	login_say(l, wire, SIDE_SERVER, flags & LOGIN_POP3 ? "+OK but %s\r\n" : "250 but %s\r\n", flags);
}

static void login_answer(const struct login *l, struct wire *wire, unsigned int flags)
{
	if (flags & LOGIN_IS_UNANSWERED)
		return;
	if (flags & LOGIN_IS_REFUSED)
		login_refuse(l, wire, flags);
	else
		login_say(l, wire, SIDE_SERVER, flags & LOGIN_POP3 ? "+OK\r\n" : "235 2.7.0 ok\r\n", flags);
}

/* A secret that was not captured cannot be found where it is repeated. */
static void login_capture_all(struct wire *wire)
{
	wire->cut_len = 0;
	wire->loses_last = false;
	wire->bad_sum = 0;
}

/* A connection that begins with a login, and stays open. */
static void login_play(struct login *l, struct wire *wire, unsigned int way, unsigned int flags)
{
	const char *const *lines = login_ways[way % LOGIN_WAYS].lines;

	if (login_ways[way % LOGIN_WAYS].is_pop3)
		flags |= LOGIN_POP3;
	login_capture_all(wire);
	wire->client_port++;
	wire->server_port = flags & LOGIN_POP3 ? 110 : 25;
	wire_open(wire);
	if (!(flags & LOGIN_HAS_NO_GREETING))
		login_say(l, wire, SIDE_SERVER, flags & LOGIN_POP3 ? "+OK hi <1@x>\r\n" : "220 mx\r\n", flags);
	if (!(flags & (LOGIN_HAS_NO_GREETING | LOGIN_POP3))) {
		login_say(l, wire, SIDE_CLIENT, "EHLO me\r\n", flags);
		login_say(l, wire, SIDE_SERVER, "250-mx\r\n250 AUTH LOGIN PLAIN\r\n", flags);
	}
	l->is_said = true;
	for (size_t i = 0; i < 3 && lines[i] != NULL; i++) {
		login_say(l, wire, SIDE_CLIENT, lines[i], flags);
		if (i == 2 || lines[i + 1] == NULL)
			login_answer(l, wire, flags);
		else if (login_ways[way % LOGIN_WAYS].is_pop3)
			login_say(l, wire, SIDE_SERVER, "+OK\r\n", flags);
		else
			login_say(l, wire, SIDE_SERVER, flags & LOGIN_POP3 ? "+ \r\n" : "334 \r\n", flags);
	}
}

#endif
