#include "proto/reply.h"

static bool is_digit(uint8_t byte)
{
	return byte >= '0' && byte <= '9';
}

/* RFC 3463 section 2: class "." subject "." detail. */
static struct slice read_enhanced(struct slice text)
{
	size_t at = 2;

	if (text.len < 5 || (text.data[0] != '2' && text.data[0] != '4' && text.data[0] != '5') || text.data[1] != '.')
		return slice_of(NULL, 0);
	for (int part = 0; part < 2; part++) {
		size_t len;

		slice_decimal(slice_after(text, at), &len);
		if (len == 0 || len > 3)
			return slice_of(NULL, 0);
		at += len;
		if (part == 0 && (at >= text.len || text.data[at++] != '.'))
			return slice_of(NULL, 0);
	}
	if (at < text.len && text.data[at] != ' ' && text.data[at] != '\t')
		return slice_of(NULL, 0);
	return slice_sub(text, 0, at);
}

bool reply_read_smtp(struct slice line, struct reply *reply)
{
	uint8_t separator = line.len > 3 ? line.data[3] : ' ';

	if (line.len < 3 || line.data[0] < '2' || line.data[0] > '5' || !is_digit(line.data[1]) ||
	    !is_digit(line.data[2]) || is_digit(separator))
		return false;
	*reply = (struct reply){.code = slice_sub(line, 0, 3), .text = slice_after(line, 4)};
	reply->last = separator != '-';
	reply->loose = separator != '-' && separator != ' ';
	if (reply->loose && separator != '\t')
		reply->text = slice_after(line, 3);
	if (line.data[0] != '3')
		reply->enhanced = read_enhanced(reply->text);
	return true;
}

bool reply_read_pop3(struct slice line, struct reply *reply)
{
	static const char *const codes[] = {"+OK", "-ERR", "+"};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		size_t len = strlen(codes[i]);

		if (!slice_begins_nocase(line, codes[i]) ||
		    (line.len > len && line.data[len] != ' ' && line.data[len] != '\t'))
			continue;
		*reply = (struct reply){.code = slice_from_text(codes[i]), .last = true};
		reply->text = slice_after(line, len + 1);
		reply->loose = memcmp(line.data, codes[i], len) != 0;
		return true;
	}
	return false;
}
