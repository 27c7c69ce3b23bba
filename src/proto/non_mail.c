#include "proto/non_mail.h"

#include <assert.h>
#include <stdbool.h>

enum {
	LOOK_MAX = 64, /* bytes in which a control character shows that this is no text */
};

/* RFC 9112 section 3, RFC 9113 section 3.4: "GET / HTTP/1.1", "PRI * HTTP/2.0". */
static bool is_http_request(struct slice line)
{
	static const char *const methods[] = {"GET ",	  "HEAD ",    "POST ",	"PUT ",	  "DELETE ",
					      "CONNECT ", "OPTIONS ", "TRACE ", "PATCH ", "PRI "};
	static const char version[] = " HTTP/";

	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (slice_begins_nocase(line, methods[i]))
			return memmem(line.data, line.len, version, sizeof(version) - 1) != NULL;
	return false;
}

static bool is_tls(struct slice said)
{
	return said.data[0] >= 0x14 && said.data[0] <= 0x17 && (said.len < 2 || said.data[1] == 3);
}

static bool is_binary(struct slice said)
{
	said = slice_sub(said, 0, LOOK_MAX);
	for (size_t i = 0; i < said.len; i++)
		if (said.data[i] < 0x07 || (said.data[i] > 0x0d && said.data[i] < 0x20 && said.data[i] != 0x1b))
			return true;
	return false;
}

enum non_mail non_mail_recognise(struct slice said)
{
	struct slice line = slice_sub(said, 0, slice_find(said, '\n'));

	if (said.len == 0 || is_tls(said))
		return NON_MAIL_NONE;
	if (slice_begins_nocase(said, "SSH-"))
		return NON_MAIL_SSH;
	if (slice_begins_nocase(said, "HTTP/") || is_http_request(line))
		return NON_MAIL_HTTP;
	return is_binary(line) ? NON_MAIL_BINARY : NON_MAIL_NONE;
}

const char *non_mail_name(enum non_mail non_mail)
{
	static const char *const names[] = {
		[NON_MAIL_NONE] = NULL,
		[NON_MAIL_HTTP] = "http",
		[NON_MAIL_SSH] = "ssh",
		[NON_MAIL_BINARY] = "binary",
	};

	assert(non_mail <= NON_MAIL_BINARY);
	return names[non_mail];
}
