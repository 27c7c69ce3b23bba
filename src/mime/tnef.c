#include <assert.h>
#include <glib.h>

#include "mime/embedded.h"

/* Numbers of MS-OXTNEF and MS-OXPROPS. */
enum {
	SIGNATURE = 0x223e9f78,
	ATT_ATTACH_RENDER_DATA = 0x9002, /* an attachment begins */
	ATT_ATTACH_TITLE = 0x8010,
	ATT_ATTACH_DATA = 0x800f,
	ATT_ATTACHMENT = 0x9005, /* its MAPI properties */
	PROPERTY_LONG_NAME = 0x3707,
	TYPE_SHORT = 0x02,
	TYPE_STRING8 = 0x1e,
	TYPE_UNICODE = 0x1f,
	TYPE_BINARY = 0x102,
	TYPE_OBJECT = 0x0d,
	TYPE_MULTIPLE = 0x1000,
	PROPERTIES_MAX = 10000,
};

/* Takes numbers off the front; once something is missing all that follows is empty and 0. */
struct reader {
	struct slice rest;
	bool failed;
};

static struct slice take(struct reader *r, size_t len)
{
	struct slice taken = slice_sub(r->rest, 0, len);

	assert(!r->failed || r->rest.len == 0);
	if (taken.len < len)
		r->failed = true;
	r->rest = r->failed ? slice_of(NULL, 0) : slice_after(r->rest, len);
	return taken;
}

static uint32_t take_number(struct reader *r, size_t len)
{
	struct slice bytes = take(r, len);
	uint32_t number = 0;

	for (size_t i = 0; i < bytes.len && !r->failed; i++)
		number |= (uint32_t)bytes.data[i] << 8 * i;
	return number;
}

static void skip_padding(struct reader *r, size_t len)
{
	if (len % 4 != 0)
		take(r, 4 - len % 4);
}

/* An attachment being read. */
struct attachment {
	bool is_open;
	struct slice title;
	struct buffer long_name; /* UTF-8, or as it stands there */
	struct slice data;
};

static struct slice until_nul(struct slice text)
{
	return slice_sub(slice_sub(text, 0, slice_find(text, '\0')), 0, EMBEDDED_NAME_MAX);
}

static void set_long_name(struct attachment *a, uint32_t type, struct slice value)
{
	gchar *converted = NULL;

	buffer_clear(&a->long_name);
	if (type == TYPE_UNICODE && value.len >= 2)
		converted = g_convert((const gchar *)value.data, (gssize)(value.len & ~(size_t)1), "UTF-8", "UTF-16LE",
				      NULL, NULL, NULL);
	value = converted != NULL ? slice_from_text(converted) : value;
	buffer_append(&a->long_name, until_nul(value));
	g_free(converted);
}

static size_t size_of_type(uint32_t type)
{
	switch (type) {
	case 0x05: /* double */
	case 0x06: /* currency */
	case 0x07: /* application time */
	case 0x14: /* 64 bits */
	case 0x40: /* time */
		return 8;
	case 0x48: /* class */
		return 16;
	default:
		return 4; /* also those of two bytes, which are padded */
	}
}

static bool is_counted(uint32_t type)
{
	return type == TYPE_STRING8 || type == TYPE_UNICODE || type == TYPE_BINARY || type == TYPE_OBJECT;
}

/* What tells a named property its name: of no interest, but in the way. */
static void skip_name(struct reader *r)
{
	take(r, 16);
	if (take_number(r, 4) == 0) {
		take(r, 4);
	} else {
		size_t len = take_number(r, 4);

		take(r, len);
		skip_padding(r, len);
	}
}

static void read_property(struct reader *r, struct attachment *a)
{
	uint32_t type = take_number(r, 2);
	uint32_t id = take_number(r, 2);
	uint32_t plain = type & ~(uint32_t)TYPE_MULTIPLE;
	uint32_t values = 1;

	if (id >= 0x8000)
		skip_name(r);
	if (is_counted(plain) || (type & TYPE_MULTIPLE) != 0)
		values = take_number(r, 4);
	for (uint32_t i = 0; i < values && !r->failed; i++) {
		size_t len = is_counted(plain) ? take_number(r, 4) : size_of_type(plain);
		struct slice value = take(r, len);

		skip_padding(r, len);
		if (id == PROPERTY_LONG_NAME && !r->failed && (plain == TYPE_STRING8 || plain == TYPE_UNICODE))
			set_long_name(a, plain, value);
	}
}

static void read_properties(struct slice bytes, struct attachment *a)
{
	struct reader r = {.rest = bytes};
	uint32_t count = take_number(&r, 4);

	for (uint32_t i = 0; i < count && i < PROPERTIES_MAX && !r.failed; i++)
		read_property(&r, a);
}

/* Gives away the attachment that was read, if there is one. */
static size_t finish(struct attachment *a, embedded_sink *sink, void *ctx)
{
	bool is_there = a->is_open && a->data.data != NULL;
	struct slice name = a->long_name.len > 0 ? buffer_slice(&a->long_name) : a->title;

	if (is_there)
		sink(ctx, name, a->data, 0, 0);
	buffer_fini(&a->long_name);
	*a = (struct attachment){0};
	return is_there ? 1 : 0;
}

size_t embedded_find_tnef(struct slice bytes, embedded_sink *sink, void *ctx)
{
	struct reader r = {.rest = bytes};
	struct attachment a = {0};
	size_t count = 0;

	if (take_number(&r, 4) != SIGNATURE)
		return 0;
	take(&r, 2); /* the container's key */
	while (r.rest.len > 0 && count < EMBEDDED_FILES_MAX) {
		struct slice value;
		uint32_t id;

		take(&r, 1); /* level */
		id = take_number(&r, 4) & 0xffff;
		value = take(&r, take_number(&r, 4));
		take(&r, 2); /* checksum */
		if (id == ATT_ATTACH_RENDER_DATA) {
			count += finish(&a, sink, ctx);
			a.is_open = true;
		} else if (id == ATT_ATTACH_TITLE) {
			a.title = until_nul(value);
		} else if (id == ATT_ATTACH_DATA) {
			a.data = value.data != NULL ? value : slice_of("", 0);
		} else if (id == ATT_ATTACHMENT) {
			read_properties(value, &a);
		}
	}
	return count + finish(&a, sink, ctx);
}
