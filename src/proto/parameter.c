#include "proto/parameter.h"

#include "proto/address.h"
#include "proto/verb.h"

static bool is_one_of(struct slice word, const char *const names[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (slice_equals_nocase(word, names[i]))
			return true;
	return false;
}

static bool has_attributes(struct slice verb)
{
	static const char *const verbs[] = {"XCLIENT", "XFORWARD"};

	return is_one_of(verb, verbs, sizeof(verbs) / sizeof(verbs[0]));
}

static bool has_path(struct slice verb)
{
	static const char *const verbs[] = {"RCPT", "MAIL", "SEND", "SOML", "SAML"};

	return is_one_of(verb, verbs, sizeof(verbs) / sizeof(verbs[0]));
}

struct slice parameter_find(struct slice verb, struct slice arguments)
{
	struct address_path path;

	if (arguments.len == 0)
		return arguments;
	if (has_attributes(verb))
		return arguments;
	if (has_path(verb) && address_read_path(arguments, &path))
		return path.parameters;
	return slice_of(NULL, 0);
}

bool parameter_next(struct slice verb, struct slice *rest, struct parameter *p)
{
	static const char *const xtexts[] = {"ENVID", "ORCPT", "AUTH"};
	struct slice word;
	size_t equals;

	*rest = slice_trim_left(*rest);
	if (rest->len == 0)
		return false;
	word = verb_word(*rest, rest);
	equals = slice_find(word, '=');
	*p = (struct parameter){.keyword = slice_sub(word, 0, equals),
				.value = slice_after(word, equals + 1),
				.has_value = equals < word.len};
	p->is_xtext = has_attributes(verb) || is_one_of(p->keyword, xtexts, sizeof(xtexts) / sizeof(xtexts[0]));
	return true;
}

void parameter_append_keyword(const struct parameter *p, struct buffer *out)
{
	for (size_t i = 0; i < p->keyword.len; i++)
		buffer_append_byte(out, slice_upper_byte(p->keyword.data[i]));
}

/* RFC 3461 section 4: digits and capital letters; small ones are met too. */
static int hex_value(uint8_t byte)
{
	byte = slice_upper_byte(byte);
	if (byte >= '0' && byte <= '9')
		return byte - '0';
	return byte >= 'A' && byte <= 'F' ? byte - 'A' + 10 : -1;
}

void parameter_append_value(const struct parameter *p, struct buffer *out)
{
	const uint8_t *data = p->value.data;

	for (size_t i = 0; i < p->value.len; i++) {
		bool escaped = p->is_xtext && data[i] == '+' && i + 2 < p->value.len && hex_value(data[i + 1]) >= 0 &&
			       hex_value(data[i + 2]) >= 0;
		uint8_t byte = data[i];

		if (escaped)
			byte = (uint8_t)(hex_value(data[i + 1]) * 16 + hex_value(data[i + 2]));
		buffer_append_byte(out, byte);
		i += escaped ? 2 : 0;
	}
}
