#include <assert.h>

#include "proto/line.h"
#include "proto/reply.h"
#include "proto/verb.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice in = slice_of(data, size);
	struct verb_line verb;
	struct reply reply;
	struct line line;
	bool whole;

	verb_may_become(PROTOCOL_SMTP, in);
	while (line_split(in, 7, &line)) {
		assert(line.end > 7 && line.end - 7 <= in.len && line.text.len <= line.end - 7);
		verb_read(PROTOCOL_POP3, line.text, &verb);
		assert(!verb_is_certain(PROTOCOL_POP3, line.text) || verb.verb != VERB_UNKNOWN);
		verb_is_certain(PROTOCOL_SMTP, line.text);
		assert(!reply_read_smtp(line.text, &reply) || reply.code.len == 3);
		assert(!reply_read_pop3(line.text, &reply) || reply.code.len > 0);
		in = slice_after(in, (size_t)line.end - 7);
	}
	assert(line_rest(in, &whole) <= in.len);
	return 0;
}
