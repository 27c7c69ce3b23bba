#include <assert.h>

#include "proto/line.h"
#include "proto/parameter.h"
#include "proto/reply.h"
#include "proto/response_code.h"
#include "proto/verb.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_parameters(const struct verb_line *verb)
{
	struct slice rest = parameter_find(verb->name, verb->arguments);
	struct buffer text = {0};
	struct parameter p;

	while (parameter_next(verb->name, &rest, &p)) {
		parameter_append_keyword(&p, &text);
		parameter_append_value(&p, &text);
		assert(text.len <= verb->arguments.len);
		buffer_clear(&text);
	}
	buffer_fini(&text);
}

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
		verb_read(PROTOCOL_SMTP, line.text, &verb);
		read_parameters(&verb);
		verb_read(PROTOCOL_IMAP, line.text, &verb);
		assert(verb.tag.len + verb.name.len + verb.arguments.len <= line.text.len || verb.row != NULL);
		assert(response_code_read(slice_from_text("NO"), line.text).len <= line.text.len);
		assert(!reply_read_smtp(line.text, &reply) || reply.code.len == 3);
		if (reply_read_pop3(line.text, &reply))
			assert(reply.code.len > 0 && response_code_read(reply.code, reply.text).len <= reply.text.len);
		in = slice_after(in, (size_t)line.end - 7);
	}
	assert(line_rest(in, &whole) <= in.len);
	assert(line_cut(in, 7).end == 7 + in.len);
	return 0;
}
