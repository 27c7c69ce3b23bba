/* Any bytes as a mail: all of its parts, texts and files are read. */
#include <assert.h>

#include "base/text.h"
#include "mime/fields.h"
#include "mime/message.h"
#include "mime/render.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const charsets[] = {"gb18030", "big5", "iso-2022-jp", "koi8-r"};
	static bool is_ready;
	struct styled_text out = {0};
	struct message *m;

	if (!is_ready)
		fields_init(charsets, 4);
	is_ready = true;
	m = message_parse(slice_of(data, size));
	render_message(m, &out);
	assert(text_is_utf8(buffer_slice(&out.text)));
	for (size_t i = 0; i < message_attachment_count(m); i++)
		assert(text_is_utf8(slice_from_text(message_attachment(m, i)->name)));
	for (size_t i = 0; i < message_embedded_count(m); i++)
		assert(text_is_utf8(slice_from_text(message_embedded(m, i)->name)));
	styled_text_fini(&out);
	message_free(m);
	return 0;
}
