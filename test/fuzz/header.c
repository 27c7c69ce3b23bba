#include <assert.h>

#include "proto/header.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice mail = slice_of(data, size);
	struct header_places places;

	for (int is_end = 0; is_end < 2; is_end++) {
		header_scan(mail, is_end, &places);
		assert(places.block_len <= size);
		for (int field = 0; field < HEADER_FIELDS; field++) {
			struct slice value = places.value[field];

			assert(!value.data || (value.data >= data && value.data + value.len <= data + size));
		}
	}
	return 0;
}
