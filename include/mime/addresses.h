/*
 * addresses: lists of addresses in header fields (RFC 5322 section 3.4), as people write them.
 *
 * GMime reads them; before it comes what mail readers take and the RFC does not know: semicolons between addresses,
 * addresses within encoded words, and addresses with two at signs, which are shown as they stand.
 */
#ifndef MIME_ADDRESSES_H
#define MIME_ADDRESSES_H

#include "base/slice.h"

/* One address of a list: `name` may be empty. Both UTF-8. */
typedef void addresses_sink(void *ctx, struct slice name, struct slice address);

/* The addresses of a field's raw value in their order, those of groups too. `likely`: see fields.h. */
void addresses_decode(struct slice value, const char *likely, addresses_sink *sink, void *ctx);

#endif
