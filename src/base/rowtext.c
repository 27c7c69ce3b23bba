#include "base/rowtext.h"

#include <stdarg.h>
#include <stdio.h>
#include <strings.h>

#include "base/text.h"

void rowtext_append(char *out, size_t size, struct slice s)
{
	size_t used = strlen(out);
	struct buffer visible = {0};
	struct slice cut;

	if (used + 1 >= size)
		return;
	/* a visible character takes at most eight bytes for one of the input: more of it cannot fit */
	text_append_visible(&visible, slice_sub(s, 0, size));
	cut = text_cut(buffer_slice(&visible), size - 1 - used);
	if (cut.len > 0)
		memcpy(out + used, cut.data, cut.len);
	out[used + cut.len] = '\0';
	buffer_fini(&visible);
}

void rowtext_put(char *out, size_t size, struct slice s)
{
	out[0] = '\0';
	rowtext_append(out, size, s);
}

void rowtext_printf(char *out, size_t size, const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);

	struct slice cut = text_cut(slice_from_text(text), size - 1);

	memcpy(out, cut.data, cut.len);
	out[cut.len] = '\0';
}
