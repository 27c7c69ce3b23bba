/* Any bytes as a mail: all of its parts, texts and files are read, and one of them again by its path. */
#include <assert.h>
#include <stdlib.h>

#include "base/text.h"
#include "mime/declared.h"
#include "mime/fields.h"
#include "mime/message.h"
#include "mime/render.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_files(const struct message *m)
{
	struct buffer bytes = {0};

	for (size_t i = 0; i < message_attachment_count(m); i++) {
		assert(text_is_utf8(slice_from_text(message_attachment(m, i)->name)));
		message_attachment_bytes(m, i, &bytes);
		assert(bytes.len == message_attachment(m, i)->size);
		buffer_clear(&bytes);
	}
	for (size_t i = 0; i < message_embedded_count(m); i++) {
		assert(text_is_utf8(slice_from_text(message_embedded(m, i)->name)));
		message_embedded_bytes(m, i, &bytes);
		assert(bytes.len == message_embedded(m, i)->size);
		buffer_clear(&bytes);
	}
	buffer_fini(&bytes);
}

static void read_parts(const struct message *m, struct slice mail)
{
	struct message_part *parts;
	size_t count = message_list_parts(m, &parts);
	struct message_found found = {0};
	struct buffer bytes = {0};
	struct part_path last = {0};

	for (size_t i = 0; i < count; i++) {
		assert(text_is_utf8(slice_from_text(parts[i].name)));
		if (!parts[i].has_bytes)
			continue;
		buffer_clear(&bytes);
		message_part_bytes(&parts[i], &bytes);
		assert(parts[i].attachment == NULL || parts[i].attachment->size == bytes.len);
		last = (struct part_path){1, {(uint32_t)i + 1}};
	}
	if (last.count > 0)
		assert(message_find(mail, &last, &found) &&
		       slice_equals(buffer_slice(&found.bytes), buffer_slice(&bytes)));
	message_found_fini(&found);
	buffer_fini(&bytes);
	free(parts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const charsets[] = {"gb18030", "big5", "iso-2022-jp", "koi8-r"};
	static bool is_ready;
	struct styled_text out = {0};
	char charset[DECLARED_CHARSET_SIZE];
	struct message_defects defects;
	struct message *m;

	if (!is_ready)
		fields_init(charsets, 4);
	is_ready = true;
	m = message_parse(slice_of(data, size));
	render_message(m, &out);
	assert(text_is_utf8(buffer_slice(&out.text)));
	read_files(m);
	read_parts(m, slice_of(data, size));
	message_find_defects(m, &defects);
	declared_charset(slice_of(data, size), charset);
	assert(memchr(charset, '\0', sizeof(charset)) != NULL);
	styled_text_fini(&out);
	message_free(m);
	return 0;
}
