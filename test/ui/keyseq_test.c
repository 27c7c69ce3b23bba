#include "ui/keyseq.h"

#include <stdio.h>

#include "../main.h"
#include "base/clock.h"
#include "fixture.h"

enum {
	INPUTS = 512,
	SLOW_MS = 10,  /* between the pieces of a sequence; less than an Esc */
	LATE_MS = 200, /* the pieces of one that the network tore apart */
};

/* A keyboard: bytes and time go in, inputs come out. */
struct keyboard {
	struct keyseq k;
	int64_t now_ns;
	struct input inputs[INPUTS];
	int count;
};

static void begin_keyboard(struct keyboard *b, bool is_utf8)
{
	memset(b, 0, sizeof(*b));
	b->now_ns = 1000 * CLOCK_NS_PER_S;
	keyseq_init(&b->k, is_utf8);
}

static void take_inputs(struct keyboard *b)
{
	while (keyseq_next(&b->k, b->now_ns, &b->inputs[b->count]))
		ck_assert_int_lt(++b->count, INPUTS);
}

static void wait_ms(struct keyboard *b, int64_t ms)
{
	b->now_ns += ms * CLOCK_NS_PER_MS;
	take_inputs(b);
}

static void type_bytes(struct keyboard *b, const void *bytes, size_t len)
{
	keyseq_feed(&b->k, slice_of(bytes, len), b->now_ns);
	take_inputs(b);
}

static void type(struct keyboard *b, const char *text)
{
	type_bytes(b, text, strlen(text));
}

/* `key`: what the sequence must be; INPUT_NONE: nothing at all. */
struct sequence {
	char bytes[64];
	int key;
};

/* What is the same for all modifiers is made of it by all_sequences. */
static const struct sequence plain[] = {
	/* cursor keys: normal, application, Linux console, rxvt, PuTTY, screen */
	{"\033[A", INPUT_UP},
	{"\033[B", INPUT_DOWN},
	{"\033[C", INPUT_RIGHT},
	{"\033[D", INPUT_LEFT},
	{"\033OA", INPUT_UP},
	{"\033OB", INPUT_DOWN},
	{"\033OC", INPUT_RIGHT},
	{"\033OD", INPUT_LEFT},
	{"\033[H", INPUT_HOME},
	{"\033OH", INPUT_HOME},
	{"\033[1~", INPUT_HOME},
	{"\033[7~", INPUT_HOME},
	{"\033[F", INPUT_END},
	{"\033OF", INPUT_END},
	{"\033[4~", INPUT_END},
	{"\033[8~", INPUT_END},
	{"\033[5~", INPUT_PAGE_UP},
	{"\033[6~", INPUT_PAGE_DOWN},
	{"\033[3~", INPUT_DELETE},
	{"\033[2~", INPUT_NONE},
	{"\033[E", INPUT_NONE},
	{"\033OE", INPUT_NONE},
	{"\033[G", INPUT_NONE},
	{"\033[1;1A", INPUT_UP},
	{"\033[1;1H", INPUT_HOME},
	{"\033[3;1~", INPUT_DELETE},
	{"\033[Z", INPUT_BACKTAB},
	{"\033[1;2Z", INPUT_BACKTAB},
	{"\033\t", INPUT_BACKTAB},
	{"\t", INPUT_TAB},
	{"\r", INPUT_ENTER},
	{"\n", INPUT_ENTER},
	{"\033OM", INPUT_ENTER},
	{"\177", INPUT_BACKSPACE},
	{"\b", INPUT_BACKSPACE},
	{"\002", INPUT_CONTROL('b')},
	{"x", 'x'},
	{"\303\251", 0xe9},
	{"\344\270\255", 0x4e2d},
	{"\360\237\230\200", 0x1f600},
	/* function keys: xterm, vt100+, old xterm, rxvt, Linux console */
	{"\033OP", INPUT_F1},
	{"\033OQ", INPUT_F2},
	{"\033OR", INPUT_F3},
	{"\033OS", INPUT_F1 + 3},
	{"\033OT", INPUT_F1 + 4},
	{"\033OZ", INPUT_F1 + 10},
	{"\033O[", INPUT_F12},
	{"\033[11~", INPUT_F1},
	{"\033[12~", INPUT_F2},
	{"\033[13~", INPUT_F3},
	{"\033[14~", INPUT_F1 + 3},
	{"\033[15~", INPUT_F1 + 4},
	{"\033[17~", INPUT_F1 + 5},
	{"\033[18~", INPUT_F7},
	{"\033[19~", INPUT_F8},
	{"\033[20~", INPUT_F1 + 8},
	{"\033[21~", INPUT_F10},
	{"\033[23~", INPUT_F1 + 10},
	{"\033[24~", INPUT_F12},
	{"\033[[A", INPUT_F1},
	{"\033[[B", INPUT_F2},
	{"\033[[C", INPUT_F3},
	{"\033[[D", INPUT_F1 + 3},
	{"\033[[E", INPUT_F1 + 4},
	{"\033[[F", INPUT_NONE},
	/* F13 to F20 */
	{"\033[25~", INPUT_NONE},
	{"\033[26~", INPUT_NONE},
	{"\033[28~", INPUT_NONE},
	{"\033[29~", INPUT_NONE},
	{"\033[31~", INPUT_NONE},
	{"\033[32~", INPUT_NONE},
	{"\033[33~", INPUT_NONE},
	{"\033[34~", INPUT_NONE},
	{"\033[16~", INPUT_NONE},
	{"\033[0~", INPUT_NONE},
	{"\033[~", INPUT_NONE},
	{"\033[99999999999999999999~", INPUT_NONE},
	/* the keypad in its application mode */
	{"\033Op", '0'},
	{"\033Oy", '9'},
	{"\033On", '.'},
	{"\033OI", INPUT_NONE},
	{"\033O ", INPUT_NONE},
	/* rxvt: Shift is $ or a lower letter, Ctrl is ^ or after an O, both are @ */
	{"\033[a", INPUT_NONE},
	{"\033[c", INPUT_NONE},
	{"\033Oa", INPUT_NONE},
	{"\033Oc", INPUT_NONE},
	{"\033[2$", INPUT_NONE},
	{"\033[3$", INPUT_NONE},
	{"\033[7$", INPUT_NONE},
	{"\033[23$", INPUT_NONE},
	{"\033[5^", INPUT_NONE},
	{"\033[7^", INPUT_NONE},
	{"\033[8@", INPUT_NONE},
	{"\033[24@", INPUT_NONE},
	/* modifiers after SS3: old xterm, konsole */
	{"\033O5C", INPUT_NONE},
	{"\033O2P", INPUT_NONE},
	{"\033O1;5C", INPUT_NONE},
	{"\033O1;2P", INPUT_NONE},
	/* Sun, HP, SCO */
	{"\033[224z", INPUT_NONE},
	{"\033[214z", INPUT_NONE},
	{"\033[L", INPUT_NONE},
	{"\033[k", INPUT_NONE},
	/* modifyOtherKeys, and the like of kitty */
	{"\033[27;5;67~", INPUT_NONE},
	{"\033[67;5u", INPUT_NONE},
	{"\033[97u", INPUT_NONE},
	{"\033[1;5:3C", INPUT_NONE},
	{"\033[57399;1:1u", INPUT_NONE},
	/* what terminals report */
	{"\033[I", INPUT_NONE},
	{"\033[O", INPUT_NONE},
	{"\033[?62;1;2;6;7;8;9C", INPUT_NONE},
	{"\033[?62;1;2;6;7;8;9c", INPUT_NONE},
	{"\033[>41;354;0c", INPUT_NONE},
	{"\033[24;80R", INPUT_NONE},
	{"\033[?1;2$y", INPUT_NONE},
	{"\033[8;24;80t", INPUT_NONE},
	{"\033[0n", INPUT_NONE},
	{"\033[201~", INPUT_NONE},
	{"\033]10;rgb:ffff/ffff/CCCC\007", INPUT_NONE},
	{"\033]11;rgb:ffff/ffff/CCCC\033\\", INPUT_NONE},
	{"\033]lCy\033\\", INPUT_NONE},
	{"\033P1$r0qCqy\033\\", INPUT_NONE},
	{"\033P>|XTerm(354)\033\\", INPUT_NONE},
	{"\033_GCi=1;OK\033\\", INPUT_NONE},
	{"\033^Cy\033\\", INPUT_NONE},
	{"\033XCy\033\\", INPUT_NONE},
	/* a string, or a sequence, that another one breaks off, or CAN or SUB */
	{"\033]Cy\033[A", INPUT_UP},
	{"\033[1;5\033[B", INPUT_DOWN},
	{"\033[1;5\030", INPUT_NONE},
	{"\033OP", INPUT_F1},
	{"\033O\032", INPUT_NONE},
	/* the mouse: release, motion, modifiers, other buttons */
	{"\033[<0;10;5M", INPUT_CLICK},
	{"\033[<64;10;5M", INPUT_WHEEL_UP},
	{"\033[<65;223;300M", INPUT_WHEEL_DOWN},
	{"\033[M !!", INPUT_CLICK},
	{"\033[M`Cq", INPUT_WHEEL_UP},
	{"\033[32;10;5M", INPUT_CLICK},
	{"\033[96;10;5M", INPUT_WHEEL_UP},
	{"\033[<0;10;5m", INPUT_NONE},
	{"\033[<16;10;5M", INPUT_NONE},
	{"\033[<32;10;5M", INPUT_NONE},
	{"\033[<2;10;5M", INPUT_NONE},
	{"\033[<0;0;0M", INPUT_NONE},
	{"\033[M#Cq", INPUT_NONE},
	{"\033[MCCC", INPUT_NONE},
	/* Alt and a key, in one read */
	{"\033C", INPUT_NONE},
	{"\033y", INPUT_NONE},
	{"\033q", INPUT_NONE},
	{"\033\r", INPUT_NONE},
	{"\033\177", INPUT_NONE},
	{"\033\303\251", INPUT_NONE},
	{"\033\033[C", INPUT_NONE},
	{"\033\033OC", INPUT_NONE},
	{"\033\033[3~", INPUT_NONE},
	/* what is no character */
	{"\377", INPUT_NONE},
	{"\300\200", INPUT_NONE},
	{"\355\240\200", INPUT_NONE},
	/* C1 controls, where they are no part of a character */
	{"\2331;5C", INPUT_NONE},
	{"\233C", INPUT_RIGHT},
	{"\217P", INPUT_F1},
	{"\302\233C", INPUT_RIGHT},
	{"\302\233"
	 "1;5C",
	 INPUT_NONE},
	{"\235"
	 "0;Cy\007",
	 INPUT_NONE},
};

/* With each modifier of xterm (and PuTTY, the newer Linux tools, tmux, VTE): not ours. */
static const char *const modified[] = {
	"\033[1;%dA",  "\033[1;%dB",  "\033[1;%dC",  "\033[1;%dD",  "\033[1;%dE",  "\033[1;%dF",  "\033[1;%dH",
	"\033[1;%dP",  "\033[1;%dQ",  "\033[1;%dR",  "\033[1;%dS",  "\033[2;%d~",  "\033[3;%d~",  "\033[5;%d~",
	"\033[6;%d~",  "\033[11;%d~", "\033[15;%d~", "\033[17;%d~", "\033[18;%d~", "\033[19;%d~", "\033[20;%d~",
	"\033[21;%d~", "\033[23;%d~", "\033[24;%d~", "\033O%dA",    "\033O%dC",	   "\033O%dP",	  "\033O%dS",
	"\033[%dA",    "\033[%dC",    "\033[%dH",    "\033[29;%d~",
};

enum {
	PLAIN = sizeof(plain) / sizeof(plain[0]),
	MODIFIED = sizeof(modified) / sizeof(modified[0]),
	MODIFIERS = 15, /* 2 to 16 */
	SEQUENCES = PLAIN + MODIFIED * MODIFIERS,
};

static struct sequence sequence_at(int number)
{
	struct sequence s = {.key = INPUT_NONE};

	if (number < PLAIN)
		return plain[number];
	number -= PLAIN;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(s.bytes, sizeof(s.bytes), modified[number / MODIFIERS], 2 + number % MODIFIERS);
#pragma GCC diagnostic pop
	return s;
}

/* The sequence is that key alone, and what is typed behind it is a key again. */
static void check_sequence(struct keyboard *b, const struct sequence *s, const char *how)
{
	int want = s->key != INPUT_NONE;

	wait_ms(b, 3 * KEYSEQ_SILENCE_MS);
	ck_assert_msg(b->count == want, "%s %s: %d inputs, the first %d", how, s->bytes + (s->bytes[0] == '\033'),
		      b->count, b->inputs[0].key);
	ck_assert_msg(!want || b->inputs[0].key == s->key, "%s %s: %d", how, s->bytes + 1, b->inputs[0].key);
	type(b, "z");
	ck_assert_msg(b->count == want + 1 && b->inputs[want].key == 'z', "%s %s: z was lost", how, s->bytes + 1);
}

static bool is_alt(const struct sequence *s)
{
	return s->bytes[0] == '\033' && s->bytes[1] != '\0' && strchr("[O]PX^_", s->bytes[1]) == NULL;
}

START_TEST(test_whole)
{
	struct sequence s = sequence_at(_i);
	struct keyboard b;

	begin_keyboard(&b, true);
	type(&b, s.bytes);
	check_sequence(&b, &s, "whole");
}
END_TEST

/* At every split, with time between, little or so much that the ESC has gone out as Esc. */
START_TEST(test_split)
{
	struct sequence s = sequence_at(_i);
	size_t len = strlen(s.bytes);
	struct keyboard b;

	for (size_t at = 1; at < len && !is_alt(&s); at++) {
		begin_keyboard(&b, true);
		type_bytes(&b, s.bytes, at);
		wait_ms(&b, SLOW_MS);
		type_bytes(&b, s.bytes + at, len - at);
		check_sequence(&b, &s, "split");
	}
}
END_TEST

START_TEST(test_byte_by_byte)
{
	struct sequence s = sequence_at(_i);
	struct keyboard b;

	begin_keyboard(&b, true);
	for (size_t i = 0; i < strlen(s.bytes) && !is_alt(&s); i++) {
		type_bytes(&b, s.bytes + i, 1);
		wait_ms(&b, SLOW_MS);
	}
	if (!is_alt(&s))
		check_sequence(&b, &s, "byte by byte");
}
END_TEST

/* The ESC has become Esc: the rest is still no row of keys. */
START_TEST(test_torn)
{
	struct sequence s = sequence_at(_i);
	struct keyboard b;
	int want = s.key == INPUT_NONE ? 1 : 2;

	if (s.bytes[0] != '\033' || (s.bytes[1] != '[' && s.bytes[1] != 'O'))
		return;
	begin_keyboard(&b, true);
	type(&b, "\033");
	wait_ms(&b, LATE_MS);
	type(&b, s.bytes + 1);
	wait_ms(&b, 3 * KEYSEQ_SILENCE_MS);
	ck_assert_int_eq(b.inputs[0].key, INPUT_ESCAPE);
	ck_assert_msg(b.count == want, "%s: %d inputs", s.bytes + 1, b.count);
	ck_assert(want == 1 || b.inputs[1].key == s.key);
}
END_TEST

START_TEST(test_escape)
{
	struct keyboard b;

	begin_keyboard(&b, true);
	type(&b, "\033");
	ck_assert_int_eq(keyseq_wait_ms(&b.k, b.now_ns), KEYSEQ_ESCAPE_MS);
	wait_ms(&b, KEYSEQ_ESCAPE_MS - 1);
	ck_assert_int_eq(b.count, 0);
	wait_ms(&b, 1);
	ck_assert_int_eq(b.count, 1);
	ck_assert_int_eq(b.inputs[0].key, INPUT_ESCAPE);
	ck_assert_int_eq(keyseq_wait_ms(&b.k, b.now_ns), -1);
	wait_ms(&b, 100);
	type(&b, "["); /* typed */
	ck_assert_int_eq(b.count, 1);
	wait_ms(&b, KEYSEQ_ESCAPE_MS);
	type(&b, "q");
	ck_assert_int_eq(b.count, 3);
	ck_assert_int_eq(b.inputs[1].key, '[');
	ck_assert_int_eq(b.inputs[2].key, 'q');
	type(&b, "\033"); /* Esc, and quickly a key and Esc again: not Alt */
	wait_ms(&b, SLOW_MS);
	type(&b, "m");
	type(&b, "\033");
	wait_ms(&b, SLOW_MS);
	type(&b, "\033");
	wait_ms(&b, 100);
	ck_assert_int_eq(b.count, 7);
	ck_assert_int_eq(b.inputs[3].key, INPUT_ESCAPE);
	ck_assert_int_eq(b.inputs[4].key, 'm');
	ck_assert_int_eq(b.inputs[5].key, INPUT_ESCAPE);
	ck_assert_int_eq(b.inputs[6].key, INPUT_ESCAPE);
}
END_TEST

/* Sequences without an end are swallowed, and a string that was only Alt and a key does not take the keyboard away. */
START_TEST(test_endless)
{
	static const char *const heads[] = {"\033[", "\033]", "\033P", "\033O"};
	struct keyboard b;

	for (size_t head = 0; head < 4; head++) {
		begin_keyboard(&b, true);
		type(&b, heads[head]);
		for (int i = 0; i < 20000; i++) {
			type(&b, i % 3 ? "1" : ";");
			wait_ms(&b, 1);
		}
		ck_assert_int_eq(b.count, 0);
		wait_ms(&b, KEYSEQ_SILENCE_MS);
		type(&b, "C\033\\xz");
		ck_assert_int_eq(b.inputs[b.count - 1].key, 'z');
	}
	begin_keyboard(&b, true);
	type(&b, "\033]"); /* Alt-] */
	wait_ms(&b, KEYSEQ_SILENCE_MS);
	type(&b, "j");
	ck_assert_int_eq(b.count, 1);
	ck_assert_int_eq(b.inputs[0].key, 'j');
}
END_TEST

static void check_pasted(const struct keyboard *b, const char *text)
{
	size_t len = strlen(text);

	ck_assert_int_eq(b->inputs[0].key, INPUT_PASTE);
	ck_assert_uint_eq((size_t)b->count, 1 + len);
	for (size_t i = 0; i < len; i++) {
		ck_assert_int_eq(b->inputs[1 + i].key, text[i]);
		ck_assert(b->inputs[1 + i].is_pasted);
	}
}

/* Whatever stands between the brackets is no key, and what stands behind them is. */
START_TEST(test_paste)
{
	static const char text[] = "\033[200~Cq\r\n\tynew\177\b \033[A\033OP\033q\033[200~\033[<0;3;3M\033]Cy\033[201~";
	static const char want[] = "Cq\r\n\tynew\177\b ";
	struct keyboard b;

	for (size_t at = 1; at < sizeof(text) - 1; at++) {
		begin_keyboard(&b, true);
		type_bytes(&b, text, at);
		wait_ms(&b, at == 1 ? SLOW_MS : LATE_MS);
		type(&b, text + at);
		check_pasted(&b, want);
		type(&b, "q");
		ck_assert_int_eq(b.inputs[b.count - 1].key, 'q');
		ck_assert(!b.inputs[b.count - 1].is_pasted);
	}
}
END_TEST

static void fill(char *out, size_t len)
{
	for (size_t i = 0; i < len; i++)
		out[i] = "quay C\r"[i % 7];
	out[len] = '\0';
}

/* All of it in one read, however long: the keys before and behind it are keys. */
START_TEST(test_keys_beside_a_paste)
{
	static const int lengths[] = {1, KEYSEQ_BURST - 1, KEYSEQ_BURST, KEYSEQ_BURST_LARGE / 2, INPUTS - 8};
	char text[INPUTS];
	char read[INPUTS + 32];
	struct keyboard b;

	fill(text, (size_t)lengths[_i]);
	begin_keyboard(&b, true);
	snprintf(read, sizeof(read), "j\033[200~%s\033[201~Cq", text);
	type(&b, read);
	ck_assert_int_eq(b.count, lengths[_i] + 4);
	ck_assert(b.inputs[0].key == 'j' && !b.inputs[0].is_pasted);
	ck_assert_int_eq(b.inputs[1].key, INPUT_PASTE);
	for (int i = 2; i < b.count - 2; i++)
		ck_assert(b.inputs[i].is_pasted);
	ck_assert(b.inputs[b.count - 2].key == 'C' && !b.inputs[b.count - 2].is_pasted);
	ck_assert(b.inputs[b.count - 1].key == 'q' && !b.inputs[b.count - 1].is_pasted);
	type(&b, "y");
	ck_assert(b.inputs[b.count - 1].key == 'y' && !b.inputs[b.count - 1].is_pasted);
}
END_TEST

/* One whose end never comes: Esc leads out of it, and is no key then. */
START_TEST(test_paste_without_end)
{
	struct keyboard b;

	begin_keyboard(&b, true);
	type(&b, "\033[200~a");
	wait_ms(&b, 10 * KEYSEQ_SILENCE_MS);
	type(&b, "b");
	check_pasted(&b, "ab");
	type(&b, "\033");
	wait_ms(&b, KEYSEQ_SILENCE_MS);
	check_pasted(&b, "ab");
	type(&b, "[201~"); /* it was only late */
	check_pasted(&b, "ab");
	type(&b, "c");
	ck_assert_int_eq(b.count, 4);
	ck_assert(!b.inputs[3].is_pasted);
}
END_TEST

/* Terminals that do not tell. */
START_TEST(test_burst)
{
	char text[KEYSEQ_BURST_LARGE + 1];
	struct keyboard b;

	fill(text, KEYSEQ_BURST);
	begin_keyboard(&b, true);
	type(&b, text);
	check_pasted(&b, text);
	type(&b, "q");
	ck_assert(!b.inputs[b.count - 1].is_pasted);

	fill(text, KEYSEQ_BURST - 1); /* a fast typist behind a slow line */
	begin_keyboard(&b, true);
	type(&b, text);
	ck_assert_int_eq(b.count, KEYSEQ_BURST - 1);
	ck_assert_int_eq(b.inputs[0].key, 'q');
	ck_assert(!b.inputs[0].is_pasted);
}
END_TEST

START_TEST(test_burst_goes_on)
{
	char text[KEYSEQ_BURST_LARGE + 1];
	struct keyboard b;

	fill(text, KEYSEQ_BURST_LARGE);
	begin_keyboard(&b, true);
	keyseq_feed(&b.k, slice_of(text, KEYSEQ_BURST_LARGE), b.now_ns);
	for (struct input in; keyseq_next(&b.k, b.now_ns, &in);)
		ck_assert(in.key == INPUT_PASTE || in.is_pasted);
	wait_ms(&b, SLOW_MS);
	type(&b, "qy"); /* its rest */
	ck_assert_int_eq(b.count, 2);
	ck_assert(b.inputs[0].is_pasted && b.inputs[1].is_pasted);
	wait_ms(&b, KEYSEQ_BURST_MS);
	type(&b, "q");
	ck_assert(!b.inputs[2].is_pasted);
}
END_TEST

/* A key held down after a line that stood still. */
START_TEST(test_repeats)
{
	char text[301] = "";
	struct keyboard b;

	begin_keyboard(&b, true);
	memset(text, 'j', 300);
	type(&b, text);
	ck_assert_int_eq(b.count, 300);
	ck_assert(!b.inputs[299].is_pasted);
	for (int i = 0; i < 100; i++)
		memcpy(text + 3 * i, "\033[B", 3);
	type(&b, text);
	ck_assert_int_eq(b.count, 400);
	ck_assert_int_eq(b.inputs[399].key, INPUT_DOWN);
}
END_TEST

/* A place that the screen has, and what it shows of it. */
static const struct {
	const char *name;
	const char *keys; /* that lead there */
} places[] = {
	{"sessions", ""},   {"timeline", "\t"}, {"stream", "\t\t"}, {"packets", "\t\t\t"},  {"mails", "m"},
	{"findings", "!"},  {"mail", "m\r"},	{"source", "m\rv"}, {"packet", "\t\t\t\r"}, {"bytes", "\t\t\t\r\t"},
	{"diagnosis", "d"}, {"help", "?"},	{"about", "i"},	    {"settings", "O"},	    {"columns", "t"},
	{"save", "s"},	    {"export", "e"},	{"filter", "F"},    {"search", "/"},	    {"quit", "q"},
	{"anew", "C"},	    {"secrets", "S"},	{"choice", "s\n"},
};

enum {
	PLACES = sizeof(places) / sizeof(places[0]),
};

static void go(struct fixture *f, const char *keys)
{
	fixture_begin(f, 80, 24);
	for (; *keys != '\0'; keys++) {
		fixture_key(f, *keys == '\n' ? INPUT_DOWN : *keys);
		if (f->st.request_count == 0)
			fixture_settle(f);
	}
	f->st.message[0] = '\0';
}

static void play(struct fixture *f, struct keyboard *b)
{
	for (int i = 0; i < b->count; i++) {
		action_input(&f->st, f->s, &b->inputs[i]);
		state_query(&f->st);
	}
}

/* Where the encoding is the locale's, here one without such characters. */
START_TEST(test_other_encoding)
{
	struct keyboard b;

	begin_keyboard(&b, false);
	type(&b, "\2331;5C\235Cy\234\303\251\351\033C");
	ck_assert_int_eq(b.count, 0);
	type(&b, "x\233A\217P");
	ck_assert_int_eq(b.count, 3);
	ck_assert_int_eq(b.inputs[0].key, 'x');
	ck_assert_int_eq(b.inputs[1].key, INPUT_UP);
	ck_assert_int_eq(b.inputs[2].key, INPUT_F1);
}
END_TEST

/* What is no key changes nothing anywhere; what is one asks for nothing and ends nothing. */
START_TEST(test_places)
{
	for (int i = 0; i < SEQUENCES; i++) {
		struct sequence s = sequence_at(i);
		struct buffer before = {0};
		struct buffer after = {0};
		struct keyboard b;
		struct fixture f;
		uint64_t serial;

		if (s.bytes[1] == '\0') /* a key of one byte is asked for */
			continue;
		go(&f, places[_i].keys);
		serial = f.st.query.serial;
		fixture_draw(&f, &before);
		begin_keyboard(&b, true);
		type(&b, s.bytes);
		wait_ms(&b, 3 * KEYSEQ_SILENCE_MS);
		play(&f, &b);
		fixture_draw(&f, &after);
		ck_assert(!f.st.quit);
		if (s.key == INPUT_NONE) {
			ck_assert_msg(strcmp((const char *)before.data, (const char *)after.data) == 0,
				      "%s in %s:\n%s\n%s", s.bytes + 1, places[_i].name, (const char *)before.data,
				      (const char *)after.data);
			ck_assert_uint_eq(f.st.query.serial, serial);
		}
		if (s.key != INPUT_ENTER && f.st.dialog.kind != DIALOG_FILTER) /* what is typed there is asked for */
			ck_assert_msg(f.st.request_count == 0, "%s in %s asks for something", s.bytes + 1,
				      places[_i].name);
		buffer_fini(&before);
		buffer_fini(&after);
		fixture_fini(&f);
	}
}
END_TEST

/* Pasted text goes where text is typed, its control characters made harmless; elsewhere nowhere, and that is said. */
START_TEST(test_paste_places)
{
	struct keyboard b;
	struct fixture f;

	go(&f, places[_i].keys);
	begin_keyboard(&b, true);
	type(&b, "\033[200~\r\nqyC new\r\n\t\001\033[Az\302\205\r\033[201~");
	play(&f, &b);
	for (size_t i = 0; i < f.st.request_count; i++) /* the list narrows as a filter is typed */
		ck_assert_int_eq(f.st.requests[i].kind, REQUEST_FILTER);
	ck_assert(f.st.request_count == 0 || f.st.dialog.kind == DIALOG_FILTER);
	ck_assert(!f.st.quit);
	if (dialog_takes_text(&f.st)) {
		ck_assert_msg(fixture_shows(&f, "qyC new z"), "%s took it not", places[_i].name);
		ck_assert(!fixture_shows(&f, "thrown away"));
		ck_assert_str_eq(f.st.message, "");
	} else {
		ck_assert_str_eq(f.st.message, "Pasted text goes only into a prompt or a field: it was thrown away");
	}
	fixture_fini(&f);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, test_whole, 0, SEQUENCES);
	tcase_add_loop_test(t, test_split, 0, SEQUENCES);
	tcase_add_loop_test(t, test_byte_by_byte, 0, SEQUENCES);
	tcase_add_loop_test(t, test_torn, 0, SEQUENCES);
	tcase_add_test(t, test_escape);
	tcase_add_test(t, test_endless);
	tcase_add_test(t, test_paste);
	tcase_add_loop_test(t, test_keys_beside_a_paste, 0, 5);
	tcase_add_test(t, test_paste_without_end);
	tcase_add_test(t, test_burst);
	tcase_add_test(t, test_burst_goes_on);
	tcase_add_test(t, test_repeats);
	tcase_add_test(t, test_other_encoding);
	tcase_add_loop_test(t, test_places, 0, PLACES);
	tcase_add_loop_test(t, test_paste_places, 0, PLACES);
}
