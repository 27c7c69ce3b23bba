/*
 * Random logins, as odd as they come: every mechanism, with its initial response or not, refused and gone on with,
 * cancelled, asked again, under a verb that nobody knows, after a hole, with the greeting or any line missing, replies
 * out of step, lines that the server repeats, pipelined, cut off. Nothing that the program shows holds a secret,
 * neither as it was sent nor decoded, in letters of either case, nor a beginning or an end of it. And the other way
 * round: what is no login is shown as it is. MAILTAP_SEEDS tells how many are tried.
 */
#include <ctype.h>

#include "../main.h"
#include "proto/base64.h"
#include "showing.h"

enum {
	SEEDS = 400,
	TURNS_MAX = 64,
	NEEDLES_MAX = 64,
	PART_LEN = 6, /* of a secret, that says too much */
};

/* What one side says; what the other answers is the next. */
struct turn {
	enum side side;
	struct buffer text;
};

static uint64_t state;
static struct turn turns[TURNS_MAX];
static size_t turn_count;
static struct buffer needles[NEEDLES_MAX]; /* in small letters */
static size_t needle_count;
static bool is_pop3;
static bool is_lossy; /* lines are missing, or replies out of step: what a line is, nobody can tell */
static char user[32];
static char trace[1 << 16];

/* ---- chance ---- */

/* splitmix64 */
static uint64_t next_random(void)
{
	uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static size_t below(size_t limit)
{
	return (size_t)(next_random() % limit);
}

static bool one_in(size_t times)
{
	return below(times) == 0;
}

static void make_word(char *out, size_t len)
{
	static const char letters[] = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

	for (size_t i = 0; i < len; i++)
		out[i] = letters[below(sizeof(letters) - 1)];
	out[len] = '\0';
}

/* ---- what must not be seen ---- */

static void add_needle(struct slice text)
{
	ck_assert_uint_lt(needle_count, NEEDLES_MAX);
	buffer_clear(&needles[needle_count]);
	for (size_t i = 0; i < text.len; i++)
		buffer_append_byte(&needles[needle_count], (uint8_t)tolower(text.data[i]));
	needle_count++;
}

static void forbid(struct slice secret)
{
	struct buffer encoded = {0};

	add_needle(slice_sub(secret, 0, PART_LEN));
	add_needle(slice_after(secret, secret.len - PART_LEN));
	base64_encode(secret, &encoded);
	while (encoded.data[encoded.len - 1] == '=')
		encoded.len--;
	add_needle(slice_sub(buffer_slice(&encoded), 0, 8));
	add_needle(slice_after(buffer_slice(&encoded), encoded.len - 8));
	buffer_fini(&encoded);
}

/* The end of what was sent in base64 holds the secret's own. */
static void forbid_tail(struct slice line)
{
	while (line.len > 0 && line.data[line.len - 1] == '=')
		line.len--;
	if (line.len > 8)
		add_needle(slice_after(line, line.len - 8));
}

/* ---- the dialogue ---- */

static void say(enum side side, struct slice line)
{
	ck_assert_uint_lt(turn_count, TURNS_MAX);
	turns[turn_count].side = side;
	buffer_clear(&turns[turn_count].text);
	buffer_append(&turns[turn_count].text, line);
	buffer_append_text(&turns[turn_count].text, "\r\n");
	turn_count++;
}

static void say_text(enum side side, const char *text)
{
	say(side, slice_from_text(text));
}

static void answer(const char *smtp, const char *pop3)
{
	say_text(SIDE_SERVER, is_pop3 ? pop3 : smtp);
}

/* A refusal of `line` that repeats it, or `decoded`, as servers do. */
static void refuse(struct slice line, struct slice decoded)
{
	static const char *const smtp[] = {"500 ", "500 5.5.1 ", "501 5.5.2 ", "502 ", "535 5.7.8 "};
	static const char *const words[] = {"unrecognised command", "unknown command:", "Syntax error in",
					    "authentication failed"};
	static const char *const quotes[][2] = {{"\"", "\""}, {"`", "'"}, {"'", "'"}, {"", ""}, {"<", ">"}, {"[", "]"}};
	const char *const *quote = quotes[below(is_lossy ? 3 : 6)];
	struct slice echo = one_in(2) && decoded.len > 0 ? decoded : line;
	struct buffer text = {0};
	size_t way = below(4);

	buffer_append_text(&text, is_pop3 ? one_in(3) ? "-ERR [AUTH] " : "-ERR " : smtp[below(5)]);
	buffer_append_text(&text, words[below(4)]);
	if (way > 0) {
		size_t len = way == 3 && echo.len > PART_LEN ? PART_LEN + below(echo.len - PART_LEN) : echo.len;
		bool upper = one_in(3);

		buffer_append_byte(&text, ' ');
		buffer_append_text(&text, quote[0]);
		for (size_t i = 0; i < len; i++)
			buffer_append_byte(&text, upper ? (uint8_t)toupper(echo.data[i]) : echo.data[i]);
		buffer_append_text(&text, way == 3 && one_in(2) ? "..." : quote[1]);
	}
	say(SIDE_SERVER, buffer_slice(&text));
	buffer_fini(&text);
}

/* The lines of a login, the command's first; each but the last is asked for the next. */
struct login {
	struct buffer lines[4];
	size_t count;
	struct buffer decoded; /* the secret */
	const char *challenges[4];
	bool is_plain; /* USER and PASS */
};

static void put_line(struct login *l, struct slice bytes, const char *challenge)
{
	l->challenges[l->count] = challenge;
	base64_encode(bytes, &l->lines[l->count++]);
}

static void set_secret(struct login *l, size_t len)
{
	char word[64];

	make_word(word, len);
	buffer_append_text(&l->decoded, word);
	forbid(buffer_slice(&l->decoded));
}

static void set_digest(struct login *l)
{
	for (int i = 0; i < 32; i++)
		buffer_append_byte(&l->decoded, (uint8_t) "0123456789abcdef"[below(16)]);
	forbid(buffer_slice(&l->decoded));
}

static const char *const mechanisms[] = {"LOGIN",	  "PLAIN", "CRAM-MD5", "XOAUTH2", "OAUTHBEARER", "DIGEST-MD5",
					 "SCRAM-SHA-256", "NTLM",  "GSSAPI",   "X-OWN",	  "PASS",	 "APOP"};

static void put_name(struct login *l)
{
	put_line(l, slice_from_text(user), "VXNlcm5hbWU6");
}

static void put_formatted(struct login *l, const char *before, const char *after, const char *challenge)
{
	struct buffer text = {0};

	for (const char *at = before; *at != '\0'; at++)
		if (*at == '%')
			buffer_append_text(&text, user);
		else
			buffer_append_byte(&text, *at == '~' ? '\0' : (uint8_t)*at);
	buffer_append(&text, buffer_slice(&l->decoded));
	buffer_append_text(&text, after);
	put_line(l, buffer_slice(&text), challenge);
	forbid_tail(buffer_slice(&l->lines[l->count - 1]));
	buffer_fini(&text);
}

static void put_ntlm(struct login *l, size_t mechanism)
{
	uint8_t message[64 + 24 + 8] = "NTLMSSP\0\3";

	for (size_t i = 12; i < sizeof(message); i++)
		message[i] = 0;
	message[20] = message[22] = 24;
	message[24] = 64;
	message[36] = message[38] = 8;
	message[40] = 88;
	for (size_t i = 64; i < 88; i++)
		message[i] = (uint8_t)(0x80 + below(0x40));
	memcpy(message + 88, mechanism == 7 ? "DOMAUSER" : "TAILTAIL", 8);
	put_line(l, slice_of("NTLMSSP\0\1...............", 24), "");
	put_line(l, slice_of(message, sizeof(message)), "TlRMTVNTUAACAAAAAAAAAAAAAAAAAA==");
	add_needle(slice_sub(buffer_slice(&l->lines[1]), 90, 20)); /* of the response */
}

static void make_login(struct login *l, size_t mechanism)
{
	*l = (struct login){.is_plain = mechanism >= 10};
	switch (mechanism) {
	case 0:
		put_name(l);
		set_secret(l, 8 + below(20));
		put_formatted(l, "", "", "UGFzc3dvcmQ6");
		break;
	case 1:
		set_secret(l, 8 + below(20));
		put_formatted(l, one_in(2) ? "~%~" : "%~%~", "", "");
		break;
	case 2:
		set_digest(l);
		put_formatted(l, "% ", "", "PDEyMy40NTZAbXg+");
		break;
	case 3:
		set_secret(l, 20 + below(30));
		put_formatted(l, "user=%\1auth=Bearer ", "\1\1", "");
		break;
	case 4:
		set_secret(l, 20 + below(30));
		put_formatted(l, "n,a=%,\1host=mx\1auth=Bearer ", "\1\1", "");
		break;
	case 5:
		set_digest(l);
		put_formatted(l, "username=\"%\",realm=\"e\",nc=00000001,response=", "",
			      "cmVhbG09ImUiLG5vbmNlPSJuIg==");
		break;
	case 6:
		put_formatted(l, "n,,n=%,r=nonce", "", "");
		needle_count--; /* no secret is in it */
		set_secret(l, 24 + below(20));
		put_formatted(l, "c=biws,r=nonce,p=", "", "cj1ub25jZXMscz1RUVEsaT00MDk2");
		break;
	case 7:
		put_ntlm(l, mechanism);
		break;
	case 8:
	case 9:
		set_secret(l, 16 + below(24));
		put_formatted(l, "~\1\2", "", "");
		break;
	default:
		set_secret(l, 8 + below(16));
		break;
	}
}

static void end_login(struct login *l)
{
	for (size_t i = 0; i < 4; i++)
		buffer_fini(&l->lines[i]);
	buffer_fini(&l->decoded);
}

static void challenge(const char *text)
{
	struct buffer line = {0};

	buffer_printf(&line, "%s%s", is_pop3 ? "+ " : "334 ", text);
	say(SIDE_SERVER, buffer_slice(&line));
	buffer_fini(&line);
}

/* USER and PASS, APOP, and what people make of them. */
static void say_plain(struct login *l, bool accepted)
{
	static const char *const forms[] = {"PASS ",  "pass ", "PASS  ",   "PASS",
					    "PASS: ", "PSAS ", "LOGIN % ", "USER % PASS "};
	struct buffer line = {0};
	const char *form = forms[one_in(2) ? 0 : below(8)];
	bool split = one_in(8); /* the verb alone, the password when asked for it */

	buffer_printf(&line, "USER %s", user);
	if (!one_in(5)) {
		say(SIDE_CLIENT, buffer_slice(&line));
		say_text(SIDE_SERVER, "+OK");
	}
	buffer_clear(&line);
	if (split) {
		say_text(SIDE_CLIENT, "PASS");
		say_text(SIDE_SERVER, "-ERR password?");
		form = "";
	}
	for (const char *at = form; *at != '\0'; at++)
		if (*at == '%')
			buffer_append_text(&line, user);
		else
			buffer_append_byte(&line, (uint8_t)*at);
	buffer_append(&line, buffer_slice(&l->decoded));
	if (one_in(6))
		buffer_append_text(&line, " ");
	say(SIDE_CLIENT, buffer_slice(&line));
	if (accepted)
		say_text(SIDE_SERVER, "+OK");
	else
		refuse(slice_trim_right(buffer_slice(&line)), buffer_slice(&l->decoded));
	buffer_fini(&line);
}

static void say_apop(struct login *l, bool accepted)
{
	struct buffer line = {0};

	buffer_printf(&line, "APOP %s ", user);
	buffer_append(&line, buffer_slice(&l->decoded));
	say(SIDE_CLIENT, buffer_slice(&line));
	if (accepted)
		say_text(SIDE_SERVER, "+OK");
	else
		refuse(buffer_slice(&line), buffer_slice(&l->decoded));
	buffer_fini(&line);
}

/* The command, and whether the server lets the client go on. */
static bool say_command(const struct login *l, const char *mechanism, bool initial, bool goes_on)
{
	static const char *const verbs[] = {
		"AUTH ", "auth ", "X-EXPS ", "AUTH=", "AUTH", "ATUH ", "AUTH\r\n", "AUTH  "};
	struct buffer line = {0};

	buffer_append_text(&line, verbs[one_in(2) ? 0 : below(8)]);
	buffer_append_text(&line, mechanism);
	if (initial) {
		buffer_append_byte(&line, ' ');
		buffer_append(&line, buffer_slice(&l->lines[0]));
	}
	say(SIDE_CLIENT, buffer_slice(&line));
	if (!goes_on)
		refuse(buffer_slice(&line), slice_of(NULL, 0));
	buffer_fini(&line);
	return goes_on;
}

/* One more line of the exchange, as the mechanism wants it, or as a client that has not understood sends it. */
static void say_line(const struct login *l, size_t number)
{
	if (number + 1 == l->count && l->decoded.len > 0 && one_in(8))
		say(SIDE_CLIENT, buffer_slice(&l->decoded));
	else
		say(SIDE_CLIENT, buffer_slice(&l->lines[number]));
}

/* The client's latest line, as it was sent. */
static struct slice last_said(void)
{
	size_t i = turn_count;

	while (turns[i - 1].side != SIDE_CLIENT)
		i--;
	return slice_sub(buffer_slice(&turns[i - 1].text), 0, turns[i - 1].text.len - 2);
}

static void say_exchange(const struct login *l, const char *mechanism, bool accepted)
{
	bool initial = one_in(2);
	bool goes_on = !one_in(4);
	size_t last = one_in(8) ? below(l->count + 1) : l->count; /* it may be given up */
	size_t first = initial ? 1 : 0;

	say_command(l, mechanism, initial, goes_on);
	if (goes_on && first == 0 && is_pop3 && one_in(6))
		say_text(SIDE_SERVER, "+OK");
	else if (goes_on && (first < l->count))
		challenge(first == 1 && one_in(4) ? "VXNlcm5hbWU6" : l->challenges[first]);
	for (size_t i = first; i < last; i++) {
		say_line(l, i);
		if (!goes_on)
			refuse(last_said(), i + 1 == l->count ? buffer_slice(&l->decoded) : slice_of(NULL, 0));
		else if (i + 1 < l->count)
			challenge(l->challenges[i + 1]);
	}
	if (goes_on && last == l->count && last > first && one_in(5)) { /* asked again */
		challenge("UGFzc3dvcmQ6");
		say_line(l, l->count - 1);
	}
	if (last < l->count)
		say_text(SIDE_CLIENT, "*");
	if (last < l->count)
		answer("501 what", "-ERR what");
	else if (goes_on && accepted)
		answer("235 ok", "+OK");
	else if (goes_on)
		refuse(last_said(), last == l->count && l->count > 0 ? buffer_slice(&l->decoded) : slice_of(NULL, 0));
}

static void say_ordinary(void)
{
	say_text(SIDE_CLIENT, is_pop3 ? "STAT" : "MAIL FROM:<ann@example.com>");
	answer("250 2.1.0 sender of mine", "+OK 0 0");
	say_text(SIDE_CLIENT, "NOOP");
	answer("250 fine", "+OK fine");
}

static void make_dialogue(void)
{
	size_t attempts = 1 + below(3);

	turn_count = needle_count = 0;
	is_pop3 = one_in(2);
	is_lossy = one_in(3);
	memcpy(user, "u-", 2);
	make_word(user + 2, 8);
	answer("220 mx", "+OK mx <1.2@mx>");
	say_text(SIDE_CLIENT, is_pop3 ? "CAPA" : "EHLO pc");
	say_text(SIDE_SERVER, is_pop3 ? "+OK\r\nTOP\r\n." : "250-mx\r\n250 AUTH LOGIN PLAIN CRAM-MD5");
	for (size_t i = 0; i < attempts; i++) {
		size_t mechanism = below(is_pop3 ? 14 : 10);
		struct login l;

		if (mechanism > 11)
			mechanism = 10;
		make_login(&l, mechanism);
		if (mechanism == 10)
			say_plain(&l, i + 1 == attempts && one_in(2));
		else if (mechanism == 11)
			say_apop(&l, i + 1 == attempts && one_in(2));
		else
			say_exchange(&l, mechanisms[mechanism], i + 1 == attempts && one_in(2));
		end_login(&l);
		if (one_in(3))
			say_ordinary();
	}
	say_text(SIDE_CLIENT, "QUIT");
	answer("221 bye", "+OK bye");
}

/* ---- what becomes of it on its way ---- */

static void drop_turn(size_t at)
{
	struct turn gone = turns[at];

	memmove(&turns[at], &turns[at + 1], (turn_count - at - 1) * sizeof(turns[0]));
	turns[--turn_count] = gone; /* its buffer is used again */
}

/* Replies are out of step: one is missing, or one too many. */
static void shift_replies(void)
{
	size_t at = below(turn_count);

	while (at < turn_count && turns[at].side == SIDE_CLIENT)
		at++;
	if (at >= turn_count)
		return;
	if (one_in(2)) {
		drop_turn(at);
	} else if (turn_count + 1 < TURNS_MAX) {
		struct turn more = turns[turn_count];

		memmove(&turns[at + 1], &turns[at], (turn_count - at) * sizeof(turns[0]));
		turns[at] = more;
		turns[at].side = SIDE_SERVER;
		buffer_clear(&turns[at].text);
		buffer_append_text(&turns[at].text, is_pop3 ? "+OK more\r\n" : "250 more\r\n");
		turn_count++;
	}
}

/* All that the client says comes before all that the server says, in a part of the dialogue. */
static void pipeline(void)
{
	size_t first = below(turn_count);
	size_t last = first + below(turn_count - first);

	for (size_t i = first; i <= last; i++)
		for (size_t k = i; k > first && turns[k].side == SIDE_CLIENT && turns[k - 1].side == SIDE_SERVER; k--) {
			struct turn swapped = turns[k];

			turns[k] = turns[k - 1];
			turns[k - 1] = swapped;
		}
}

static void note(const struct turn *t, const char *what)
{
	size_t len = strlen(trace);

	snprintf(trace + len, sizeof(trace) - len, "%c%s ", t->side == SIDE_CLIENT ? 'C' : 'S', what);
	for (size_t i = 0; i < t->text.len; i++) {
		len = strlen(trace);
		snprintf(trace + len, sizeof(trace) - len, isprint(t->text.data[i]) ? "%c" : "\\x%02x",
			 t->text.data[i]);
	}
	len = strlen(trace);
	snprintf(trace + len, sizeof(trace) - len, "\n");
}

/* What is put out as it comes, when nothing is kept. */
static void put_command(void *ctx, struct connection *v, const struct command *c)
{
	(void)ctx;
	records_command(records[0], &shown, v->session, c);
	lines_command(&shown, v->session, c, false);
}

static void put_mail(void *ctx, struct connection *v, const struct mail *m, const struct record_fields *fields)
{
	(void)ctx;
	records_mail(records[0], &shown, v->session, m, fields);
	lines_mail(&shown, v->session, m, fields);
}

static void put_session(void *ctx, struct connection *v, const char *const names[SIDES])
{
	(void)ctx;
	records_session(records[0], &shown, v->session, names);
	for (size_t i = 0; i < diagnosis_count(v->session); i++)
		records_diagnosis(records[0], &shown, v->session, diagnosis_finding(v->session, i));
	lines_report_head(&shown, v->session);
	lines_report_commands(&shown, v->session, false);
	lines_report_findings(&shown, v->session);
}

static const struct engine_output putting = {.command = put_command, .mail = put_mail, .session = put_session};

static void check_shown(int seed)
{
	if (w.options.keep)
		show_all(false);
	for (size_t i = 0; i < shown.len; i++)
		shown.data[i] = (uint8_t)tolower(shown.data[i]);
	for (size_t i = 0; i < needle_count && shown.len > 0; i++) {
		const uint8_t *at = memmem(shown.data, shown.len, needles[i].data, needles[i].len);
		size_t before = at != NULL ? (size_t)(at - shown.data) : 0;

		ck_assert_msg(at == NULL, "seed %d: %.*s is shown behind %.100s\n%s", seed, (int)needles[i].len,
			      (const char *)needles[i].data,
			      at != NULL ? (const char *)at - (before < 80 ? before : 80) : "", trace);
	}
}

/* A turn in segments; some of its bytes may be missing. */
static void send_turn(const struct turn *t)
{
	struct slice rest = buffer_slice(&t->text);
	size_t lost_from = is_lossy && one_in(8) ? below(rest.len) : rest.len;
	size_t lost_to = lost_from + (one_in(2) ? rest.len - lost_from : below(rest.len - lost_from + 1));

	note(t, lost_from == 0 && lost_to == rest.len ? " lost" : lost_from < lost_to ? " cut" : "");
	for (size_t at = 0; at < rest.len;) {
		size_t end = at < lost_from ? lost_from : at < lost_to ? lost_to : rest.len;
		size_t len = one_in(3) ? 1 + below(end - at) : end - at;

		if (at >= lost_from && at < lost_to)
			w.seq[t->side] += (uint32_t)len;
		else
			wire_send(&w, t->side, SEGMENT_ACK, slice_sub(rest, at, len));
		at += len;
	}
}

static void play(int seed)
{
	size_t first = is_lossy && one_in(4) ? below(turn_count) : 0; /* the capture begins in the middle */
	size_t last = one_in(6) ? below(turn_count) + 1 : turn_count;
	size_t look = below(turn_count);

	trace[0] = '\0';
	w.server_port = is_pop3 ? 110 : one_in(4) ? 24 : 25;
	w.client_port++;
	if (first == 0)
		wire_open(&w);
	for (size_t i = first; i < last; i++) {
		send_turn(&turns[i]);
		if (i == look)
			check_shown(seed);
	}
	if (one_in(2))
		wire_close(&w);
	engine_finish(w.engine);
	check_shown(seed);
}

static int seed_count(void)
{
	const char *wanted = getenv("MAILTAP_SEEDS");

	return wanted != NULL && atoi(wanted) > 0 ? atoi(wanted) : SEEDS;
}

START_TEST(no_login_shows_its_secret)
{
	for (int seed = 1; seed <= seed_count(); seed++) {
		state = (uint64_t)seed * 1000003;
		show_begin();
		make_dialogue();
		if (is_lossy && one_in(3))
			shift_replies();
		if (one_in(6))
			pipeline();
		play(seed);
		buffer_clear(&w.out);
		show_end();
	}
}
END_TEST

/* The same without a screen: what was put out is forgotten, and then repeated. */
START_TEST(no_login_puts_out_its_secret)
{
	size_t shown_count = 0;

	for (int seed = 1; seed <= seed_count(); seed++) {
		state = (uint64_t)seed * 1000003;
		show_begin();
		engine_free(w.engine);
		w.options.keep = false;
		w.options.output = &putting;
		wire_begin(&w);
		make_dialogue();
		if (is_lossy && one_in(3))
			shift_replies();
		if (one_in(6))
			pipeline();
		play(seed);
		shown_count += shown.len > 0; /* of some nothing was captured */
		show_end();
	}
	ck_assert_uint_gt(shown_count, (size_t)seed_count() * 9 / 10);
}
END_TEST

/* ---- the other way round ---- */

static bool is_shown(const char *text)
{
	return memmem(shown.data, shown.len, text, strlen(text)) != NULL;
}

/* Commands of all kinds, unknown ones too, and replies with quotes, numbers and names: nothing is masked. */
START_TEST(what_is_no_login_is_shown)
{
	static const char *const said[] = {
		"NOOP",	    "XADR 1", "HELP", "FOO bar", "RSET", "NOOP again", "X-UNKNOWN \"quoted\"",
		"VRFY ann", "XSTAT 7"};
	static const char *const replies[] = {
		"250 2.0.0 Ok: queued as 4ZbXyk2Gh3z1234", "500 5.5.1 \"FOO\" not implemented", "250 <ann@example.com>",
		"502 5.5.1 no such command here", "252 2.1.5 Send some mail, I'll try my best: id=1aBcD2-eFgH3-45"};

	for (int seed = 1; seed <= seed_count() / 4; seed++) {
		state = (uint64_t)seed * 1000003 + 2;
		is_lossy = is_pop3 = false;
		turn_count = needle_count = 0;
		show_begin();
		say_text(SIDE_SERVER, "220 mx ESMTP abcDEF123ghi");
		say_text(SIDE_CLIENT, "EHLO pc");
		say_text(SIDE_SERVER, "250-mx\r\n250 AUTH LOGIN PLAIN");
		for (int i = 0; i < 8; i++) {
			say_text(SIDE_CLIENT, said[below(9)]);
			say_text(SIDE_SERVER, replies[below(5)]);
		}
		play(seed);
		show_all(false);
		ck_assert_msg(!is_shown("****"), "seed %d\n%s", seed, trace);
		buffer_clear(&w.out);
		show_end();
	}
}
END_TEST

/* Of a login that is as it should be the user is shown, and all that follows once a command was accepted. */
START_TEST(a_user_is_shown_and_what_follows)
{
	for (int seed = 1; seed <= seed_count() / 4; seed++) {
		size_t mechanism;
		struct login l;

		state = (uint64_t)seed * 1000003 + 3;
		is_lossy = false;
		is_pop3 = one_in(2);
		turn_count = needle_count = 0;
		mechanism = below(is_pop3 ? 12 : 7);
		mechanism = mechanism < 7 ? mechanism : 10 + mechanism % 2;
		memcpy(user, "u-", 2);
		make_word(user + 2, 8);
		show_begin();
		answer("220 mx", "+OK mx <1.2@mx>");
		make_login(&l, mechanism);
		if (mechanism == 11) {
			say_apop(&l, true);
		} else if (mechanism == 10) {
			turns[turn_count].side = SIDE_CLIENT;
			buffer_clear(&turns[turn_count].text);
			buffer_printf(&turns[turn_count++].text, "USER %s\r\n", user);
			say_text(SIDE_SERVER, "+OK");
			turns[turn_count].side = SIDE_CLIENT;
			buffer_clear(&turns[turn_count].text);
			buffer_printf(&turns[turn_count++].text, "PASS %.*s\r\n", (int)l.decoded.len,
				      (const char *)l.decoded.data);
			say_text(SIDE_SERVER, "+OK");
		} else {
			bool initial = one_in(2);

			turns[turn_count].side = SIDE_CLIENT;
			buffer_clear(&turns[turn_count].text);
			buffer_printf(&turns[turn_count++].text, "AUTH %s%s%.*s\r\n", mechanisms[mechanism],
				      initial ? " " : "", initial ? (int)l.lines[0].len : 0,
				      (const char *)l.lines[0].data);
			for (size_t i = initial; i < l.count; i++) {
				challenge(l.challenges[i]);
				say(SIDE_CLIENT, buffer_slice(&l.lines[i]));
			}
			answer("235 ok", "+OK");
		}
		end_login(&l);
		say_text(SIDE_CLIENT, "NOOP");
		answer("250 fine", "+OK fine");
		say_text(SIDE_CLIENT, "XFOO visible");
		answer("500 \"XFOO visible\" is not known", "-ERR \"XFOO visible\" is not known");
		for (size_t i = 0; i < turn_count; i++) {
			if (i == 0)
				wire_open(&w);
			wire_send(&w, turns[i].side, SEGMENT_ACK, buffer_slice(&turns[i].text));
			if (i == 0)
				w.server_port = w.server_port;
		}
		wire_close(&w);
		engine_finish(w.engine);
		show_all(false);
		ck_assert_msg(is_shown(user), "seed %d, %s", seed, mechanisms[mechanism]);
		ck_assert_msg(is_shown("\"verb\":\"XFOO\",\"arguments\":\"visible\""), "seed %d, %s", seed,
			      mechanisms[mechanism]);
		ck_assert_msg(is_shown("\\\"XFOO visible\\\" is not known"), "seed %d", seed);
		buffer_clear(&w.out);
		show_end();
	}
}
END_TEST

static void forget_all(void)
{
	for (size_t i = 0; i < TURNS_MAX; i++)
		buffer_fini(&turns[i].text);
	for (size_t i = 0; i < NEEDLES_MAX; i++)
		buffer_fini(&needles[i]);
}

void list_tests(TCase *t)
{
	tcase_add_unchecked_fixture(t, NULL, forget_all);
	tcase_set_timeout(t, 7200); /* check-long */
	tcase_add_test(t, no_login_shows_its_secret);
	tcase_add_test(t, no_login_puts_out_its_secret);
	tcase_add_test(t, what_is_no_login_is_shown);
	tcase_add_test(t, a_user_is_shown_and_what_follows);
}
