/* Any bytes as the value of a header field: as a list of addresses, as one with parameters, as a date, and what becomes
 * of it in the name of a file. */
#include <assert.h>
#include <stdlib.h>

#include "base/text.h"
#include "mime/addresses.h"
#include "mime/fields.h"
#include "mime/name.h"
#include "mime/parameter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	NAME_MAX_LEN = 60,
};

static void check_address(void *ctx, struct slice name, struct slice address)
{
	(void)ctx;
	assert(text_is_utf8(name) && text_is_utf8(address));
}

static void check_parameter(struct slice value, const char *name, const char *likely)
{
	char *parameter = parameter_read(value, name, likely);

	assert(parameter == NULL || text_is_utf8(slice_from_text(parameter)));
	free(parameter);
}

static void check_name(struct buffer *name)
{
	struct slice text = buffer_slice(name);

	assert(name->len <= NAME_MAX_LEN && text_is_utf8(text));
	assert(slice_find(text, '/') == text.len && slice_find(text, '\0') == text.len);
	assert(name->len == 0 || name->data[0] != '.');
	buffer_clear(name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const charsets[] = {"gb18030", "koi8-r"};
	static bool is_ready;
	struct slice value = slice_of(data, size);
	const char *likely = size % 2 == 0 ? NULL : "big5";
	struct buffer name = {0};
	int64_t time_ns;

	if (!is_ready)
		fields_init(charsets, 2);
	is_ready = true;
	addresses_decode(value, likely, check_address, NULL);
	check_parameter(value, "filename", likely);
	check_parameter(value, "name", likely);
	fields_decode_date(value, &time_ns);
	fields_decode_internal_date(value, &time_ns);
	assert(fields_message_id(value).len <= size);
	text_append_utf8(&name, value);
	buffer_clear(&name);
	name_reduce(value, NAME_MAX_LEN, &name);
	check_name(&name);
	name_of_file(value, NAME_MAX_LEN, &name);
	check_name(&name);
	buffer_fini(&name);
	return 0;
}
