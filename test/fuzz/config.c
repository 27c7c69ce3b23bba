/* Any bytes as a configuration file. */
#include <assert.h>
#include <string.h>

#include "config/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct options o;
	struct error err = {{0}};

	options_init(&o);
	if (!settings_parse(&o, "fuzz", slice_of(data, size), &err))
		assert(err.text[0] != '\0' && strchr(err.text, '\n') == NULL);
	assert(o.charset_count <= OPTIONS_CHARSETS_MAX && o.save_dir[0] != '\0');
	options_fini(&o);
	return 0;
}
