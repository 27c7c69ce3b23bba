#include "ui/clipboard.h"

#include <assert.h>
#include <string.h>

#define START "\033]52;c;"

enum {
	SCREEN_STRING_MAX = 256, /* of the shortest limit that screen ever had */
};

/* How their names begin: consoles, and what is no terminal with a screen of its own. */
static const char *const without[] = {"linux", "vt", "dumb", "ansi", "cons", "sun", "wyse", "cygwin", "hurd", "qansi"};

enum clipboard clipboard_of(const char *term, const char *tmux, const char *sty)
{
	if (tmux != NULL && tmux[0] != '\0')
		return CLIPBOARD_TMUX;
	if (sty != NULL && sty[0] != '\0')
		return CLIPBOARD_SCREEN;
	for (size_t i = 0; term != NULL && i < sizeof(without) / sizeof(without[0]); i++)
		if (strncmp(term, without[i], strlen(without[i])) == 0)
			return CLIPBOARD_NONE;
	return term != NULL && term[0] != '\0' ? CLIPBOARD_PLAIN : CLIPBOARD_NONE;
}

static void encode_base64(struct slice in, struct buffer *out)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < in.len; i += 3) {
		size_t left = in.len - i;
		uint32_t group = (uint32_t)in.data[i] << 16 | (left > 1 ? (uint32_t)in.data[i + 1] << 8 : 0) |
				 (left > 2 ? in.data[i + 2] : 0);

		buffer_append_byte(out, (uint8_t)digits[group >> 18]);
		buffer_append_byte(out, (uint8_t)digits[group >> 12 & 63]);
		buffer_append_byte(out, (uint8_t)(left > 1 ? digits[group >> 6 & 63] : '='));
		buffer_append_byte(out, (uint8_t)(left > 2 ? digits[group & 63] : '='));
	}
}

/* In strings for the terminal behind it. The sequence ends in BEL: its other end would end the string. */
static void put_through_screen(struct slice encoded, struct buffer *out)
{
	buffer_append_text(out, "\033P" START "\033\\");
	while (encoded.len > 0) {
		struct slice piece = slice_sub(encoded, 0, SCREEN_STRING_MAX);

		buffer_append_text(out, "\033P");
		buffer_append(out, piece);
		buffer_append_text(out, "\033\\");
		encoded = slice_after(encoded, piece.len);
	}
	buffer_append_text(out, "\033P\007\033\\");
}

static void put_through_tmux(struct slice encoded, struct buffer *out)
{
	buffer_append_text(out, "\033Ptmux;\033" START);
	buffer_append(out, encoded);
	buffer_append_text(out, "\033\033\\\033\\");
}

void clipboard_put(enum clipboard kind, struct slice text, struct buffer *out)
{
	struct buffer encoded = {0};

	assert(kind != CLIPBOARD_NONE);
	encode_base64(text, &encoded);
	if (kind == CLIPBOARD_SCREEN) {
		put_through_screen(buffer_slice(&encoded), out);
	} else {
		buffer_append_text(out, START);
		buffer_append(out, buffer_slice(&encoded));
		buffer_append_text(out, "\033\\");
	}
	if (kind == CLIPBOARD_TMUX)
		put_through_tmux(buffer_slice(&encoded), out);
	buffer_fini(&encoded);
}
