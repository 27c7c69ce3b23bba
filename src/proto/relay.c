#include "proto/relay.h"

enum {
	SOCKS4 = 4,
	SOCKS5 = 5,
	SOCKS_CONNECT = 1,
	SOCKS4_GRANTED = 90,
	SOCKS4_LEN = 8, /* of the request before the user, and of the reply */
	SOCKS5_NO_LOGIN = 0,
	SOCKS5_PASSWORD = 2, /* RFC 1929 */
	SOCKS5_IPV4 = 1,
	SOCKS5_NAME = 3,
	SOCKS5_IPV6 = 4,
	TEXT_MAX = 255, /* a user or a name in SOCKS */
};

/* What both sides said, how far it was read, and what came out. */
struct reading {
	struct slice said[SIDES];
	struct relay *relay;
	enum relay_status status; /* MORE when a take fails */
};

static struct slice rest_of(const struct reading *r, enum side side)
{
	return slice_after(r->said[side], r->relay->len[side]);
}

/* The next `len` bytes of a side; false, and RELAY_MORE, while they are not here. */
static bool take(struct reading *r, enum side side, size_t len, struct slice *out)
{
	*out = slice_sub(rest_of(r, side), 0, len);
	if (out->len < len) {
		r->status = RELAY_MORE;
		return false;
	}
	r->relay->len[side] += len;
	return true;
}

static bool take_byte(struct reading *r, enum side side, uint8_t *byte)
{
	struct slice one;

	if (!take(r, side, 1, &one))
		return false;
	*byte = one.data[0];
	return true;
}

/* What is said must be so. */
static bool expect(struct reading *r, enum side side, uint8_t byte)
{
	uint8_t said;

	if (!take_byte(r, side, &said))
		return false;
	if (said != byte)
		r->status = RELAY_NONE;
	return said == byte;
}

static bool refuse(struct reading *r)
{
	r->status = RELAY_NONE;
	return false;
}

static void add_secret(struct relay *relay, size_t begin, size_t end)
{
	if (begin >= end || relay->secret_count == RELAY_SECRETS_MAX)
		return;
	relay->secrets[relay->secret_count].begin = begin;
	relay->secrets[relay->secret_count++].end = end;
}

static void set_port(struct relay *relay, const uint8_t *at)
{
	relay->target.port = (uint16_t)(at[0] << 8 | at[1]);
	relay->target.has_port = true;
}

/* ---- SOCKS 4 and 4a ---- */

static bool take_text(struct reading *r, struct slice *text)
{
	struct slice rest = rest_of(r, SIDE_CLIENT);
	size_t len = slice_find(slice_sub(rest, 0, TEXT_MAX + 1), '\0');

	if (len > TEXT_MAX)
		return refuse(r);
	if (!take(r, SIDE_CLIENT, len + 1, text))
		return false;
	text->len = len;
	return true;
}

static bool read_socks4(struct reading *r)
{
	struct slice request;
	struct slice user;
	struct slice reply;
	const uint8_t *address;

	r->relay->name = "SOCKS 4";
	if (!take(r, SIDE_CLIENT, SOCKS4_LEN, &request))
		return false;
	if (request.data[1] != SOCKS_CONNECT)
		return refuse(r);
	if (!take_text(r, &user))
		return false;
	set_port(r->relay, request.data + 2);
	address = request.data + 4;
	if (address[0] == 0 && address[1] == 0 && address[2] == 0 && address[3] != 0) {
		if (!take_text(r, &r->relay->host))
			return false;
	} else {
		endpoint_set_address(&r->relay->target, address, false);
	}
	if (!take(r, SIDE_SERVER, SOCKS4_LEN, &reply))
		return false;
	return (reply.data[0] == 0 && reply.data[1] == SOCKS4_GRANTED) || refuse(r);
}

/* ---- SOCKS 5 ---- */

static bool take_counted(struct reading *r, struct slice *text)
{
	uint8_t len;

	return take_byte(r, SIDE_CLIENT, &len) && take(r, SIDE_CLIENT, len, text);
}

/* RFC 1929: version, user, password. What is here of it is the password's, even when it is cut. */
static bool read_password(struct reading *r)
{
	struct slice user;
	struct slice password;
	size_t begin;
	uint8_t len;

	if (!expect(r, SIDE_CLIENT, 1) || !take_counted(r, &user) || !take_byte(r, SIDE_CLIENT, &len))
		return false;
	begin = r->relay->len[SIDE_CLIENT];
	add_secret(r->relay, begin, begin + slice_sub(rest_of(r, SIDE_CLIENT), 0, len).len);
	return take(r, SIDE_CLIENT, len, &password) && expect(r, SIDE_SERVER, 1) && expect(r, SIDE_SERVER, 0);
}

static bool read_methods(struct reading *r)
{
	struct slice methods;
	uint8_t method;

	if (!expect(r, SIDE_CLIENT, SOCKS5) || !take_counted(r, &methods))
		return false;
	if (methods.len == 0)
		return refuse(r);
	if (!expect(r, SIDE_SERVER, SOCKS5) || !take_byte(r, SIDE_SERVER, &method))
		return false;
	if (method == SOCKS5_PASSWORD)
		return read_password(r);
	return method == SOCKS5_NO_LOGIN || refuse(r);
}

/* An address of a request or a reply, with its port. */
static bool read_address(struct reading *r, enum side side, struct slice *address, uint8_t *type)
{
	uint8_t len = 0;

	if (!take_byte(r, side, type))
		return false;
	if (*type == SOCKS5_IPV4)
		len = 4;
	else if (*type == SOCKS5_IPV6)
		len = 16;
	else if (*type != SOCKS5_NAME)
		return refuse(r);
	else if (!take_byte(r, side, &len))
		return false;
	return take(r, side, len + 2U, address);
}

static bool read_request(struct reading *r)
{
	struct slice address;
	uint8_t type;

	if (!expect(r, SIDE_CLIENT, SOCKS5) || !expect(r, SIDE_CLIENT, SOCKS_CONNECT) || !expect(r, SIDE_CLIENT, 0) ||
	    !read_address(r, SIDE_CLIENT, &address, &type))
		return false;
	set_port(r->relay, address.data + address.len - 2);
	if (type == SOCKS5_NAME)
		r->relay->host = slice_sub(address, 0, address.len - 2);
	else
		endpoint_set_address(&r->relay->target, address.data, type == SOCKS5_IPV6);
	return expect(r, SIDE_SERVER, SOCKS5) && expect(r, SIDE_SERVER, 0) && expect(r, SIDE_SERVER, 0) &&
	       read_address(r, SIDE_SERVER, &address, &type);
}

static bool read_socks5(struct reading *r)
{
	r->relay->name = "SOCKS 5";
	return read_methods(r) && read_request(r);
}

/* ---- HTTP ---- */

/* A line without its end. */
static bool take_line(struct reading *r, enum side side, struct slice *line)
{
	struct slice rest = rest_of(r, side);
	size_t len = slice_find(rest, '\n');

	if (!take(r, side, len + 1, line))
		return false;
	line->len = len > 0 && line->data[len - 1] == '\r' ? len - 1 : len;
	return true;
}

static struct slice field_value(struct slice line, const char *name)
{
	return slice_begins_nocase(line, name) ? slice_trim(slice_after(line, strlen(name))) : slice_of(NULL, 0);
}

/* The fields up to the empty line; a login of the client is a secret. `*content_len` is what the server announces. */
static bool take_fields(struct reading *r, enum side side, uint64_t *content_len)
{
	struct slice line;

	*content_len = 0;
	while (take_line(r, side, &line)) {
		struct slice login = field_value(line, "Proxy-Authorization:");
		struct slice len = field_value(line, "Content-Length:");
		size_t used;

		if (line.len == 0)
			return true;
		if (side == SIDE_CLIENT && login.len > 0)
			add_secret(r->relay, (size_t)(login.data - r->said[side].data),
				   (size_t)(login.data - r->said[side].data) + login.len);
		if (len.len > 0)
			*content_len = slice_decimal(len, &used);
	}
	return false;
}

/* "mx.example.com:25", "[2001:db8::1]:25" */
static bool read_authority(struct relay *relay, struct slice text)
{
	size_t colon = text.len;
	struct slice host;

	while (colon > 0 && text.data[colon - 1] != ':')
		colon--;
	if (colon < 2 || !endpoint_read_port(&relay->target, slice_after(text, colon)))
		return false;
	host = slice_sub(text, 0, colon - 1);
	if (host.len > 2 && host.data[0] == '[' && host.data[host.len - 1] == ']')
		host = slice_sub(host, 1, host.len - 2);
	if (!endpoint_read_address(&relay->target, host))
		relay->host = host;
	return true;
}

/* "CONNECT host:port HTTP/1.1" */
static bool read_connect(struct reading *r)
{
	static const char method[] = "CONNECT ";
	struct slice line;
	size_t end;

	if (!take_line(r, SIDE_CLIENT, &line))
		return false;
	line = slice_begins_nocase(line, method) ? slice_after(line, sizeof(method) - 1) : slice_of(NULL, 0);
	end = slice_find(line, ' ');
	return (slice_begins_nocase(slice_after(line, end), " HTTP/1.") &&
		read_authority(r->relay, slice_sub(line, 0, end))) ||
	       refuse(r);
}

/* Asked once more with a login (407), a proxy may agree. */
static bool read_http(struct reading *r)
{
	uint64_t content_len;
	struct slice line;
	struct slice body;

	r->relay->name = "HTTP CONNECT";
	for (;;) {
		if (!read_connect(r) || !take_fields(r, SIDE_CLIENT, &content_len) || !take_line(r, SIDE_SERVER, &line))
			return false;
		if (!slice_begins_nocase(line, "HTTP/1.") || line.len < 12)
			return refuse(r);
		if (!take_fields(r, SIDE_SERVER, &content_len))
			return false;
		if (line.data[9] == '2')
			return true;
		if (memcmp(line.data + 9, "407", 3) != 0 || content_len > SIZE_MAX ||
		    !take(r, SIDE_SERVER, (size_t)content_len, &body))
			return r->status == RELAY_MORE ? false : refuse(r);
	}
}

static bool may_be_connect(struct slice client)
{
	static const char method[] = "CONNECT ";
	size_t len = client.len < sizeof(method) - 1 ? client.len : sizeof(method) - 1;

	return memcmp(client.data, method, len) == 0;
}

enum relay_status relay_read(struct slice client, struct slice server, struct relay *relay)
{
	struct reading r = {.said = {client, server}, .relay = relay, .status = RELAY_NONE};
	bool is_open = false;

	*relay = (struct relay){.name = NULL};
	if (client.len == 0)
		return RELAY_NONE;
	if (client.data[0] == SOCKS4)
		is_open = read_socks4(&r);
	else if (client.data[0] == SOCKS5)
		is_open = read_socks5(&r);
	else if (may_be_connect(client))
		is_open = read_http(&r);
	return is_open ? RELAY_OPEN : r.status;
}
