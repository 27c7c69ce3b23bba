#include "ui/keyseq.h"

#include "base/clock.h"
#include "base/text.h"

enum {
	BEL = 0x07,
	CAN = 0x18,
	SUB = 0x1a,
	ESC = 0x1b,
	DEL = 0x7f,
	PASTE_BEGIN = 200,
	PASTE_END = 201,
	SHIFTED = 2, /* the modifier Shift alone, as the second parameter */
	PARAMETER_MAX = 99999,
	MOUSE_BIAS = 32, /* of the bytes of an X10 report, and of urxvt's button */
};

static const char paste_begin[] = "\033[200~";
static const char paste_end[] = "\033[201~";

void keyseq_init(struct keyseq *k, bool is_utf8)
{
	*k = (struct keyseq){.is_utf8 = is_utf8};
}

/* ---- what sequences mean ---- */

/* The letters of CSI and SS3; F1 to F4 only after SS3, where terminals agree. */
static int letter_key(uint8_t letter)
{
	switch (letter) {
	case 'A':
		return INPUT_UP;
	case 'B':
		return INPUT_DOWN;
	case 'C':
		return INPUT_RIGHT;
	case 'D':
		return INPUT_LEFT;
	case 'H':
		return INPUT_HOME;
	case 'F':
		return INPUT_END;
	default:
		return INPUT_NONE;
	}
}

/* F1 to F12 of vt100+ are P to [; the keypad in its application mode is what its keys say. */
static int ss3_key(uint8_t letter)
{
	static const char keypad[] = "*+,-./0123456789"; /* j to y */

	if (letter >= 'P' && letter <= '[')
		return INPUT_F1 + letter - 'P';
	if (letter >= 'j' && letter <= 'y')
		return keypad[letter - 'j'];
	if (letter == 'M')
		return INPUT_ENTER;
	return letter_key(letter);
}

/* CSI number ~ */
static int numbered_key(uint32_t number)
{
	static const int editing[] = {INPUT_NONE,    INPUT_HOME,      INPUT_NONE, INPUT_DELETE, INPUT_END,
				      INPUT_PAGE_UP, INPUT_PAGE_DOWN, INPUT_HOME, INPUT_END};

	if (number < sizeof(editing) / sizeof(editing[0]))
		return editing[number];
	if (number >= 11 && number <= 15)
		return INPUT_F1 + (int)number - 11;
	if (number >= 17 && number <= 21)
		return INPUT_F1 + 5 + (int)number - 17;
	if (number == 23 || number == 24)
		return INPUT_F1 + 10 + (int)number - 23;
	return INPUT_NONE;
}

static uint32_t parameter(const struct keyseq *k, int number)
{
	return number < k->parameter_count && number < KEYSEQ_PARAMETERS ? k->parameters[number] : 0;
}

static int csi_key(const struct keyseq *k, uint8_t final)
{
	if (k->is_foreign || k->is_modified || k->prefix != 0 || k->parameter_count > 2)
		return INPUT_NONE;
	if (final == 'Z' && parameter(k, 1) <= SHIFTED)
		return INPUT_BACKTAB;
	if (parameter(k, 1) > 1)
		return INPUT_NONE;
	if (final == '~')
		return numbered_key(parameter(k, 0));
	if (parameter(k, 0) > 1)
		return INPUT_NONE;
	return letter_key(final);
}

/* `button` as in an SGR report: the low two bits and 64 for the wheel; motion and modifiers make it no business of
 * ours. */
static bool mouse_input(const struct keyseq *k, uint32_t button, uint32_t column, uint32_t row, struct input *out)
{
	int key = button == 0	 ? INPUT_CLICK
		  : button == 64 ? INPUT_WHEEL_UP
		  : button == 65 ? INPUT_WHEEL_DOWN
				 : INPUT_NONE;

	if (key == INPUT_NONE || column == 0 || row == 0 || k->is_pasting || k->is_burst)
		return false;
	*out = (struct input){.key = key, .column = (int)column - 1, .row = (int)row - 1};
	return true;
}

/* SGR: CSI < button ; column ; row M, or m on release. urxvt: without the "<", and the button biased. */
static bool csi_mouse(const struct keyseq *k, uint8_t final, struct input *out)
{
	bool is_sgr = k->prefix == '<';
	uint32_t bias = is_sgr ? 0 : MOUSE_BIAS;

	if (final != 'M' || (!is_sgr && k->prefix != 0) || k->is_foreign || k->parameter_count != 3 ||
	    parameter(k, 0) < bias)
		return false;
	return mouse_input(k, parameter(k, 0) - bias, parameter(k, 1), parameter(k, 2), out);
}

/* ---- sequences ---- */

static void end_sequence(struct keyseq *k)
{
	k->state = KEYSEQ_GROUND;
	k->is_modified = false;
}

static void begin(struct keyseq *k, enum keyseq_state state)
{
	k->state = state;
	k->parameter_count = 0;
	memset(k->parameters, 0, sizeof(k->parameters));
	k->prefix = 0;
	k->is_foreign = false;
	k->mouse_len = 0;
}

/* A key that is out, or nothing: what is pasted has no keys. */
static bool give(struct keyseq *k, int key, struct input *out)
{
	*out = (struct input){.key = key};
	end_sequence(k);
	return key != INPUT_NONE && !k->is_pasting && !k->is_burst;
}

static bool paste(struct keyseq *k, bool begins, struct input *out)
{
	bool is_new = begins && !k->is_pasting;

	end_sequence(k);
	k->is_pasting = begins;
	*out = (struct input){.key = INPUT_PASTE};
	return is_new;
}

static bool end_csi(struct keyseq *k, uint8_t final, struct input *out)
{
	bool is_mouse = final == 'M' || final == 'm';

	if (final == 'M' && k->parameter_count == 0 && k->prefix == 0 && !k->is_foreign) {
		begin(k, KEYSEQ_MOUSE);
		return false;
	}
	if (final == '[' && k->parameter_count == 0 && k->prefix == 0 && !k->is_foreign) {
		k->state = KEYSEQ_LINUX;
		return false;
	}
	if (final == '~' && k->parameter_count == 1 && !k->is_foreign && k->prefix == 0 &&
	    (parameter(k, 0) == PASTE_BEGIN || parameter(k, 0) == PASTE_END))
		return paste(k, parameter(k, 0) == PASTE_BEGIN, out);
	if (is_mouse) {
		end_sequence(k);
		return csi_mouse(k, final, out);
	}
	return give(k, csi_key(k, final), out);
}

static void add_digit(struct keyseq *k, uint8_t digit)
{
	uint32_t *value;

	if (k->parameter_count == 0)
		k->parameter_count = 1;
	if (k->parameter_count > KEYSEQ_PARAMETERS)
		return;
	value = &k->parameters[k->parameter_count - 1];
	*value = *value * 10 + digit;
	if (*value > PARAMETER_MAX)
		*value = PARAMETER_MAX;
}

static void add_separator(struct keyseq *k)
{
	k->parameter_count += k->parameter_count == 0 ? 2 : 1;
	if (k->parameter_count > KEYSEQ_PARAMETERS + 1)
		k->parameter_count = KEYSEQ_PARAMETERS + 1;
}

/* rxvt ends the keys that Shift changes with "$", which by ECMA-48 ends nothing. */
static bool is_rxvt_shift(const struct keyseq *k, uint8_t byte)
{
	return byte == '$' && k->parameter_count == 1 && k->prefix == 0 && !k->is_foreign && k->parameters[0] < 100;
}

static bool take_csi(struct keyseq *k, uint8_t byte, struct input *out)
{
	if (is_rxvt_shift(k, byte))
		return give(k, INPUT_NONE, out);
	if (byte >= 0x40 && byte < DEL)
		return end_csi(k, byte, out);
	if (byte >= '0' && byte <= '9')
		add_digit(k, byte - '0');
	else if (byte == ';')
		add_separator(k);
	else if (byte >= '<' && byte <= '?' && k->parameter_count == 0 && k->prefix == 0)
		k->prefix = byte;
	else if (byte >= 0x20)
		k->is_foreign = true;
	return false;
}

/* Some terminals put the modifier between the O and the letter. */
static bool take_ss3(struct keyseq *k, uint8_t byte, struct input *out)
{
	if ((byte >= '0' && byte <= '9') || byte == ';') {
		k->is_foreign = k->is_foreign || byte != '1' || k->parameter_count > 0;
		k->parameter_count = 1;
		return false;
	}
	if (byte < 0x20)
		return false;
	return give(k, k->is_foreign || k->is_modified ? INPUT_NONE : ss3_key(byte), out);
}

static bool take_linux(struct keyseq *k, uint8_t byte, struct input *out)
{
	bool is_key = byte >= 'A' && byte <= 'E' && !k->is_modified;

	return give(k, is_key ? INPUT_F1 + byte - 'A' : INPUT_NONE, out);
}

static bool take_mouse(struct keyseq *k, uint8_t byte, struct input *out)
{
	k->mouse[k->mouse_len++] = byte;
	if (k->mouse_len < 3)
		return false;
	end_sequence(k);
	if (k->mouse[0] < MOUSE_BIAS || k->mouse[1] <= MOUSE_BIAS || k->mouse[2] <= MOUSE_BIAS)
		return false;
	return mouse_input(k, k->mouse[0] - (uint32_t)MOUSE_BIAS, k->mouse[1] - (uint32_t)MOUSE_BIAS,
			   k->mouse[2] - (uint32_t)MOUSE_BIAS, out);
}

static void take_string(struct keyseq *k, uint8_t byte)
{
	if (byte == BEL || (byte == 0x9c && !k->is_utf8))
		end_sequence(k);
}

/* Which sequence a character opens after ESC: the C1 control of the same name is 0x40 higher. */
static enum keyseq_state opened_by(uint32_t character)
{
	switch (character) {
	case '[':
		return KEYSEQ_CSI;
	case 'O':
		return KEYSEQ_SS3;
	case ']':
	case 'P':
	case 'X':
	case '^':
	case '_':
		return KEYSEQ_STRING;
	default:
		return KEYSEQ_GROUND;
	}
}

/* ---- characters ---- */

static bool give_character(struct keyseq *k, uint32_t character, struct input *out)
{
	bool is_alt = k->is_modified;

	k->is_modified = false;
	if (character >= 0x80 && character < 0xa0) {
		begin(k, opened_by(character - 0x40));
		return false;
	}
	if (is_alt && character == '\t') /* Shift-Tab of the Linux console */
		return give(k, INPUT_BACKTAB, out);
	if (character == 0 || is_alt)
		return false;
	*out = (struct input){.key = (int)character, .is_pasted = k->is_pasting || k->is_burst};
	if (out->is_pasted)
		return true;
	if (character == DEL || character == 8)
		out->key = INPUT_BACKSPACE;
	else if (character == '\n')
		out->key = INPUT_ENTER;
	return true;
}

static size_t utf8_len(uint8_t first)
{
	return first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
}

/* A byte that is part of no character may be a C1 control of a terminal that does not know UTF-8. */
static bool take_utf8(struct keyseq *k, uint8_t byte, struct input *out)
{
	size_t used;
	uint32_t character;

	if (k->character_len == 0 && utf8_len(byte) == 0)
		return byte >= 0xa0 ? false : give_character(k, byte, out);
	k->character[k->character_len++] = byte;
	if (k->character_len < utf8_len(k->character[0]))
		return false;
	character = text_decode(slice_of(k->character, k->character_len), &used);
	k->character_len = 0;
	if (character == TEXT_REPLACEMENT) {
		k->is_modified = false;
		return false;
	}
	return give_character(k, character, out);
}

static bool take_multibyte(struct keyseq *k, uint8_t byte, struct input *out)
{
	wchar_t character;
	char in = (char)byte;
	size_t result = mbrtowc(&character, &in, 1, &k->multibyte);

	if (result == (size_t)-2)
		return false;
	if (result != (size_t)-1)
		return give_character(k, (uint32_t)character, out);
	memset(&k->multibyte, 0, sizeof(k->multibyte));
	return byte < 0xa0 ? give_character(k, byte, out) : false;
}

static bool take_character(struct keyseq *k, uint8_t byte, struct input *out)
{
	if (k->character_len > 0 && (byte & 0xc0) != 0x80) { /* the character was cut */
		k->character_len = 0;
		k->is_modified = false;
	}
	if (byte < 0x80 && mbsinit(&k->multibyte))
		return give_character(k, byte, out);
	return k->is_utf8 ? take_utf8(k, byte, out) : take_multibyte(k, byte, out);
}

/* ---- bytes ---- */

static bool take_escaped(struct keyseq *k, uint8_t byte, struct input *out)
{
	enum keyseq_state opened = opened_by(byte);

	if (opened != KEYSEQ_GROUND) {
		begin(k, opened);
		return false;
	}
	k->state = KEYSEQ_GROUND;
	k->is_modified = true;
	return take_character(k, byte, out);
}

/* In whatever state, ESC begins anew. */
static void take_escape(struct keyseq *k)
{
	k->character_len = 0;
	memset(&k->multibyte, 0, sizeof(k->multibyte));
	if (k->state == KEYSEQ_STRING) {
		k->state = KEYSEQ_STRING_ESCAPE;
		return;
	}
	k->is_modified = k->state == KEYSEQ_ESCAPE;
	k->state = KEYSEQ_ESCAPE;
}

static bool take_ground(struct keyseq *k, uint8_t byte, struct input *out)
{
	bool is_late = k->late_until_ns > k->read_ns && (byte == '[' || byte == 'O') && k->character_len == 0;

	k->late_until_ns = 0;
	if (!is_late)
		return take_character(k, byte, out);
	k->state = KEYSEQ_LATE;
	k->introducer = byte;
	return false;
}

static bool take(struct keyseq *k, uint8_t byte, struct input *out)
{
	if (byte == ESC) {
		take_escape(k);
		return false;
	}
	if ((byte == CAN || byte == SUB) && k->state != KEYSEQ_GROUND) {
		end_sequence(k);
		return false;
	}
	switch (k->state) {
	case KEYSEQ_GROUND:
		return take_ground(k, byte, out);
	case KEYSEQ_ESCAPE:
		return take_escaped(k, byte, out);
	case KEYSEQ_LATE:
		begin(k, opened_by(k->introducer));
		return take(k, byte, out);
	case KEYSEQ_CSI:
		return take_csi(k, byte, out);
	case KEYSEQ_LINUX:
		return take_linux(k, byte, out);
	case KEYSEQ_SS3:
		return take_ss3(k, byte, out);
	case KEYSEQ_MOUSE:
		return take_mouse(k, byte, out);
	case KEYSEQ_STRING:
		take_string(k, byte);
		return false;
	case KEYSEQ_STRING_ESCAPE:
		if (byte == '\\') {
			end_sequence(k);
			return false;
		}
		return take_escaped(k, byte, out);
	}
	return false;
}

/* ---- time ---- */

static int64_t limit_ns(const struct keyseq *k)
{
	switch (k->state) {
	case KEYSEQ_ESCAPE:
		return (k->is_pasting ? KEYSEQ_SILENCE_MS : KEYSEQ_ESCAPE_MS) * CLOCK_NS_PER_MS;
	case KEYSEQ_LATE:
		return KEYSEQ_ESCAPE_MS * CLOCK_NS_PER_MS;
	case KEYSEQ_MOUSE:
	case KEYSEQ_STRING:
	case KEYSEQ_STRING_ESCAPE:
		return KEYSEQ_SILENCE_MS * CLOCK_NS_PER_MS;
	default:
		return 0;
	}
}

/* Nothing came for so long: a lone ESC was the key; in a paste that lost its end it leads out of that. */
static bool run_out(struct keyseq *k, int64_t now_ns, struct input *out)
{
	int64_t limit = limit_ns(k);
	bool was_pasting = k->is_pasting;

	if (limit == 0 || now_ns - k->changed_ns < limit)
		return false;
	if (k->state == KEYSEQ_LATE)
		return give(k, k->introducer, out);
	if (k->state != KEYSEQ_ESCAPE) {
		end_sequence(k);
		return false;
	}
	k->late_until_ns = now_ns + KEYSEQ_LATE_MS * CLOCK_NS_PER_MS;
	k->is_pasting = false;
	return give(k, was_pasting ? INPUT_NONE : INPUT_ESCAPE, out);
}

/* Esc and then a key, not Alt and the key: those come together. */
static bool is_escape_key(const struct keyseq *k, uint8_t byte)
{
	return k->state == KEYSEQ_ESCAPE && !k->is_pasting && !k->is_burst && opened_by(byte) == KEYSEQ_GROUND &&
	       k->read_ns - k->changed_ns >= KEYSEQ_ALT_MS * CLOCK_NS_PER_MS;
}

bool keyseq_next(struct keyseq *k, int64_t now_ns, struct input *out)
{
	if (k->is_burst_new) {
		k->is_burst_new = false;
		*out = (struct input){.key = INPUT_PASTE};
		return true;
	}
	while (k->unread.len > 0) {
		uint8_t byte = k->unread.data[0];

		if (is_escape_key(k, byte))
			return give(k, INPUT_ESCAPE, out);
		k->unread = slice_after(k->unread, 1);
		k->changed_ns = k->read_ns;
		if (take(k, byte, out))
			return true;
	}
	return run_out(k, now_ns, out);
}

int keyseq_wait_ms(const struct keyseq *k, int64_t now_ns)
{
	int64_t limit = limit_ns(k);
	int64_t left = k->changed_ns + limit - now_ns;

	if (k->unread.len > 0)
		return 0;
	if (limit == 0)
		return -1;
	return left <= 0 ? 0 : (int)((left + CLOCK_NS_PER_MS - 1) / CLOCK_NS_PER_MS);
}

/* ---- pasting that nobody announced ---- */

/* Keys that repeat are one byte again and again, or sequences; between brackets it is told. */
static bool looks_pasted(const struct keyseq *k, struct slice read)
{
	size_t run = 0;
	bool differs = false;
	bool is_told = false;

	if (k->state != KEYSEQ_GROUND || k->is_pasting)
		return false;
	for (size_t i = 0; i < read.len && (run < KEYSEQ_BURST || !differs); i++) {
		struct slice rest = slice_after(read, i);

		if (slice_begins_nocase(rest, paste_begin))
			is_told = true;
		else if (slice_begins_nocase(rest, paste_end))
			is_told = false;
		run = is_told || read.data[i] == ESC ? 0 : run + 1;
		differs = run > 1 && (differs || read.data[i] != read.data[i - 1]);
	}
	return run >= KEYSEQ_BURST && differs;
}

void keyseq_feed(struct keyseq *k, struct slice read, int64_t now_ns)
{
	bool goes_on = k->is_burst && now_ns < k->burst_until_ns;

	k->is_burst = goes_on || looks_pasted(k, read);
	k->is_burst_new = k->is_burst && !goes_on;
	if (goes_on || (k->is_burst && read.len >= KEYSEQ_BURST_LARGE))
		k->burst_until_ns = now_ns + KEYSEQ_BURST_MS * CLOCK_NS_PER_MS;
	k->unread = read;
	k->read_ns = now_ns;
}
