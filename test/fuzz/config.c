/* Any bytes as a configuration file, in memory and on the disk; and a text as the value of each option and setting. */
#include <stdlib.h>
#include <string.h>

#include "config/settings.h"
#include "config/table.h"
#include "file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	VALUE_SIZE = 256,
};

static void check_error(const struct error *err)
{
	assert(err->text[0] != '\0' && strchr(err->text, '\n') == NULL);
}

static void read_text(struct options *o, struct slice text)
{
	struct error err = {{0}};

	if (!settings_parse(o, "fuzz", text, &err))
		check_error(&err);
	assert(o->charset_count <= OPTIONS_CHARSETS_MAX && o->save_dir[0] != '\0');
}

static void read_file(struct options *o, struct slice text)
{
	struct error err = {{0}};
	char path[FUZZ_PATH_SIZE];
	int fd = fuzz_file(text, path);

	o->config_file = path;
	if (!settings_read(o, &err))
		check_error(&err);
	close(fd);
}

static bool may_lack_value(const struct options_row *row)
{
	bool is_option = row->name != NULL || row->letter != 0;

	return is_option && (row->argument == NULL || row->argument[0] == '[');
}

/* Where the user has none, nor the system. */
static void read_none(struct options *o)
{
	struct error err = {{0}};

	setenv("HOME", "/nowhere", 1);
	if (!settings_read(o, &err))
		check_error(&err);
}

static bool is_named(const struct options_row *row, struct slice name)
{
	return (row->name != NULL && slice_equals(name, slice_from_text(row->name))) ||
	       (row->setting != NULL && slice_equals(name, slice_from_text(row->setting)));
}

static const struct options_row *row_of(struct slice name)
{
	const struct options_row *row = NULL;

	for (size_t i = 0; i < TABLE_ROWS_MAX && (row = table_row(i)) != NULL; i++)
		if (is_named(row, name))
			break;
	return row;
}

/* "name=value", of an option or a setting. */
static void apply(struct options *o, struct slice in)
{
	size_t name_len = slice_find(in, '=');
	struct slice text = slice_trim(slice_after(in, name_len + 1));
	const struct options_row *row = row_of(slice_trim(slice_sub(in, 0, name_len)));
	struct error err = {{0}};
	char value[VALUE_SIZE];

	if (row == NULL)
		return;
	snprintf(value, sizeof(value), "%.*s", (int)text.len, (const char *)text.data);
	table_preset(o, row);
	if (row->type == OPTIONS_LIST)
		table_begin_list(o, row);
	if (!table_apply(o, row, may_lack_value(row) && value[0] == '\0' ? NULL : value, &err))
		assert(err.text[0] != '\0');
	if (row->setting != NULL)
		options_default(row, value, sizeof(value));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct options o;

	options_init(&o);
	read_text(&o, slice_of(data, size));
	options_fini(&o);
	options_init(&o);
	read_file(&o, slice_of(data, size));
	options_fini(&o);
	options_init(&o);
	read_none(&o);
	apply(&o, slice_of(data, size));
	options_fini(&o);
	return 0;
}
