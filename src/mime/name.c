#include "mime/name.h"

#include <glib.h>

#include "base/text.h"

enum {
	ENDING_MAX = 16, /* of a file name, without its dot */
};

static bool may_stand(uint32_t character)
{
	return character == '-' || (character != TEXT_REPLACEMENT && g_unichar_isalnum(character));
}

void name_reduce(struct slice subject, size_t max_len, struct buffer *out)
{
	size_t start = out->len;
	bool gap = false;
	size_t len;

	for (; subject.len > 0; subject = slice_after(subject, len)) {
		uint32_t character = text_decode(subject, &len);
		size_t needed = len + (gap && out->len > start ? 1 : 0);

		if (!may_stand(character)) {
			gap = true;
			continue;
		}
		if (out->len - start + needed > max_len)
			return;
		if (gap && out->len > start)
			buffer_append_byte(out, '_');
		gap = false;
		buffer_append(out, slice_sub(subject, 0, len));
	}
}

/* Letters with signs of their own above or below them (Indic scripts, decomposed text) keep these. */
static bool may_stand_in_file(uint32_t character)
{
	return may_stand(character) || character == '.' || character == '_' ||
	       (character != TEXT_REPLACEMENT && g_unichar_ismark(character));
}

static void reduce_all(struct slice name, struct buffer *out)
{
	size_t len;

	for (; name.len > 0; name = slice_after(name, len)) {
		uint32_t character = text_decode(name, &len);

		if (may_stand_in_file(character) && (out->len > 0 || character != '.'))
			buffer_append(out, slice_sub(name, 0, len));
		else if (out->len > 0 && out->data[out->len - 1] != '_')
			buffer_append_byte(out, '_');
	}
	while (out->len > 0 && (out->data[out->len - 1] == '_' || out->data[out->len - 1] == '.'))
		out->len--;
}

void name_of_file(struct slice name, size_t max_len, struct buffer *out)
{
	struct buffer reduced = {0};
	struct slice all;
	size_t ending = 0;

	reduce_all(name, &reduced);
	all = buffer_slice(&reduced);
	while (ending < ENDING_MAX && ending < all.len && all.data[all.len - 1 - ending] != '.')
		ending++;
	ending = ending < ENDING_MAX && ending + 1 < all.len ? ending + 1 : 0; /* with its dot */
	if (all.len > max_len && ending < max_len) {
		buffer_append(out, text_cut(all, max_len - ending));
		buffer_append(out, slice_after(all, all.len - ending));
	} else {
		buffer_append(out, text_cut(all, max_len));
	}
	buffer_fini(&reduced);
}
