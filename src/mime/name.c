#include "mime/name.h"

#include <glib.h>

#include "base/text.h"

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
