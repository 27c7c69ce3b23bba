#include "mime/addresses.h"

#include <gmime/gmime.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/text.h"
#include "mime/fields.h"

/* What stands at a place of a list: neither commas nor colons count within quotes, comments and angle brackets. */
struct syntax {
	int comments;
	bool is_quoted;
	bool is_bracketed;
	bool is_group;
};

static bool is_plain(const struct syntax *x)
{
	return x->comments == 0 && !x->is_quoted && !x->is_bracketed;
}

/* Most bytes are not: they change nothing. */
static bool is_special(uint8_t byte)
{
	return byte == '"' || byte == '(' || byte == ')' || byte == '<' || byte == '>' || byte == ':' || byte == ';' ||
	       byte == ',' || byte == '\\';
}

static void pass(struct syntax *x, uint8_t byte)
{
	if (byte == '"' && x->comments == 0)
		x->is_quoted = !x->is_quoted;
	else if (x->is_quoted)
		return;
	else if (byte == '(')
		x->comments++;
	else if (byte == ')' && x->comments > 0)
		x->comments--;
	else if (x->comments == 0 && (byte == '<' || byte == '>'))
		x->is_bracketed = byte == '<';
	else if (is_plain(x) && (byte == ':' || byte == ';'))
		x->is_group = byte == ':';
}

/* The next member of a list, and what follows its comma, or a semicolon that ends no group. */
static struct slice take_member(struct slice *list)
{
	struct syntax x = {0};
	size_t len = 0;
	struct slice member;

	for (; len < list->len; len++) {
		uint8_t byte = list->data[len];

		if (!is_special(byte))
			continue;
		if (byte == '\\' && (x.is_quoted || x.comments > 0))
			len++;
		else if (is_plain(&x) && !x.is_group && (byte == ',' || byte == ';'))
			break;
		else
			pass(&x, byte);
	}
	member = slice_sub(*list, 0, len);
	*list = slice_after(*list, len + 1);
	return slice_trim(member);
}

/* "local@part@domain" in angle brackets, or as the last word of a member; NULL data: it is no such thing. */
static struct slice find_doubled(struct slice member, struct slice *before)
{
	size_t open = slice_find(member, '<');
	struct slice spec = slice_sub(slice_after(member, open + 1), 0, slice_find(slice_after(member, open + 1), '>'));
	struct slice rest;
	size_t blank;

	*before = slice_sub(member, 0, open);
	if (open == member.len) {
		blank = member.len;
		while (blank > 0 && member.data[blank - 1] != ' ' && member.data[blank - 1] != '\t')
			blank--;
		spec = slice_after(member, blank);
		*before = slice_sub(member, 0, blank);
	}
	spec = slice_trim(spec);
	if (spec.len == 0 || spec.data[0] == '@' || spec.data[0] == '"') /* a route, or a quoted local part */
		return slice_of(NULL, 0);
	rest = slice_after(spec, slice_find(spec, '@') + 1);
	return slice_find(rest, '@') < rest.len ? spec : slice_of(NULL, 0);
}

static void give_name(struct slice before, struct slice address, addresses_sink *sink, void *ctx)
{
	struct buffer name = {0};
	struct slice text;

	fields_decode_text(before, NULL, &name);
	text = slice_trim(buffer_slice(&name));
	if (text.len > 1 && text.data[0] == '"' && text.data[text.len - 1] == '"')
		text = slice_sub(text, 1, text.len - 2);
	sink(ctx, text, address);
	buffer_fini(&name);
}

/* ---- what GMime reads ---- */

static int count_mailboxes(InternetAddressList *list)
{
	int count = 0;

	for (int i = 0; list != NULL && i < internet_address_list_length(list); i++) {
		InternetAddress *address = internet_address_list_get_address(list, i);

		if (INTERNET_ADDRESS_IS_GROUP(address))
			count += count_mailboxes(internet_address_group_get_members(INTERNET_ADDRESS_GROUP(address)));
		else
			count++;
	}
	return count;
}

static void give_mailbox(InternetAddressMailbox *mailbox, addresses_sink *sink, void *ctx)
{
	const char *name = internet_address_get_name(INTERNET_ADDRESS(mailbox));
	const char *text = internet_address_mailbox_get_addr(mailbox);
	struct buffer decoded = {0};

	if (text != NULL && strstr(text, "=?") != NULL) {
		fields_decode_text(slice_from_text(text), NULL, &decoded);
		sink(ctx, slice_from_text(name ? name : ""), buffer_slice(&decoded));
	} else if (text != NULL && *text != '\0') {
		sink(ctx, slice_from_text(name ? name : ""), slice_from_text(text));
	}
	buffer_fini(&decoded);
}

static void give_list(InternetAddressList *list, addresses_sink *sink, void *ctx)
{
	for (int i = 0; list != NULL && i < internet_address_list_length(list); i++) {
		InternetAddress *address = internet_address_list_get_address(list, i);

		if (INTERNET_ADDRESS_IS_GROUP(address))
			give_list(internet_address_group_get_members(INTERNET_ADDRESS_GROUP(address)), sink, ctx);
		else
			give_mailbox(INTERNET_ADDRESS_MAILBOX(address), sink, ctx);
	}
}

/* Members that look usual, and wait to be read together. */
struct usual {
	struct buffer text; /* a comma after each */
	int count;
};

/* The members as GMime reads them, if that gives so many addresses; -1: however many. */
static bool read_together(struct slice members, int count, addresses_sink *sink, void *ctx)
{
	struct buffer text = {0};
	InternetAddressList *list;
	bool fits;

	buffer_append(&text, members);
	buffer_append_byte(&text, '\0');
	list = internet_address_list_parse(NULL, (const char *)text.data);
	fits = count < 0 || count_mailboxes(list) == count;
	if (fits)
		give_list(list, sink, ctx);
	if (list != NULL)
		g_object_unref(list);
	buffer_fini(&text);
	return fits;
}

/* A member that no grammar knows: its address is what stands in angle brackets, else the last word with an at sign. */
static void read_odd(struct slice member, addresses_sink *sink, void *ctx)
{
	size_t open = slice_find(member, '<');
	struct slice address = slice_after(member, open + 1);
	struct slice before = slice_sub(member, 0, open);

	address = slice_trim(slice_sub(address, 0, slice_find(address, '>')));
	if (slice_find(address, '@') == address.len) {
		size_t at = member.len;
		size_t begin;
		size_t end;

		while (at > 0 && member.data[at - 1] != '@')
			at--;
		if (at == 0)
			return;
		for (begin = at - 1; begin > 0 && member.data[begin - 1] > ' '; begin--)
			;
		for (end = at; end < member.len && member.data[end] > ' '; end++)
			;
		address = slice_sub(member, begin, end - begin);
		before = slice_sub(member, 0, begin);
	}
	give_name(before, address, sink, ctx);
}

static void read_usual(struct usual *usual, addresses_sink *sink, void *ctx)
{
	struct slice rest = buffer_slice(&usual->text);

	if (rest.len > 0 && !read_together(rest, usual->count, sink, ctx))
		while (rest.len > 0) {
			struct slice member = take_member(&rest);

			if (!read_together(member, 1, sink, ctx))
				read_odd(member, sink, ctx);
		}
	buffer_clear(&usual->text);
	usual->count = 0;
}

static bool is_group(struct slice member)
{
	struct syntax x = {0};

	for (size_t i = 0; i < member.len && !x.is_group; i++)
		pass(&x, member.data[i]);
	return x.is_group;
}

static void add_usual(struct usual *usual, struct slice member, addresses_sink *sink, void *ctx)
{
	if (member.len == 0)
		return;
	if (is_group(member)) {
		read_usual(usual, sink, ctx);
		read_together(member, -1, sink, ctx);
		return;
	}
	buffer_append(&usual->text, member);
	buffer_append_byte(&usual->text, ',');
	usual->count++;
}

/* ---- the list ---- */

/* Decodes a member whose address stands in an encoded word. */
static bool has_encoded_address(struct slice member, struct buffer *text)
{
	if (member.len == 0 || slice_find(member, '@') < member.len || memmem(member.data, member.len, "=?", 2) == NULL)
		return false;
	buffer_clear(text);
	fields_decode_text(member, NULL, text);
	return slice_find(buffer_slice(text), '@') < text->len;
}

/* `is_encoded`: the list stood in an encoded word; it holds none of its own. */
static void read_list(struct slice value, const char *likely, bool is_encoded, addresses_sink *sink, void *ctx)
{
	char *text = fields_prepare(value, likely);
	struct slice rest = slice_from_text(text);
	struct usual usual = {.count = 0};
	struct buffer decoded = {0};

	while (rest.len > 0) {
		struct slice member = take_member(&rest);
		struct slice before;
		struct slice doubled = find_doubled(member, &before);

		if (doubled.data != NULL) {
			read_usual(&usual, sink, ctx);
			give_name(before, doubled, sink, ctx);
		} else if (!is_encoded && has_encoded_address(member, &decoded)) {
			read_usual(&usual, sink, ctx);
			read_list(buffer_slice(&decoded), NULL, true, sink, ctx);
		} else {
			add_usual(&usual, member, sink, ctx);
		}
	}
	read_usual(&usual, sink, ctx);
	buffer_fini(&usual.text);
	buffer_fini(&decoded);
	free(text);
}

/* ---- what nearly all are ---- */

/* RFC 5322's atext, but for what may begin an encoded word. */
static bool is_atext(uint8_t byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
	       byte == '-' || byte == '_' || byte == '+' || byte == '/' || byte == '\'' || byte == '&';
}

/* How long the dot-atom is that it begins with. */
static size_t dot_atom_len(struct slice s)
{
	size_t len = 0;

	while (len < s.len && (is_atext(s.data[len]) || (s.data[len] == '.' && len > 0 && s.data[len - 1] != '.')))
		len++;
	return len > 0 && s.data[len - 1] == '.' ? 0 : len;
}

/* "local@domain", both dot-atoms. */
static bool is_addr_spec(struct slice s)
{
	size_t local = dot_atom_len(s);
	struct slice domain = slice_after(s, local + 1);

	return local > 0 && local < s.len && s.data[local] == '@' && domain.len > 0 &&
	       dot_atom_len(domain) == domain.len;
}

/* Atoms with one blank between. */
static bool is_plain_phrase(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_atext(s.data[i]) && (s.data[i] != ' ' || i == 0 || s.data[i - 1] == ' '))
			return false;
	return s.len == 0 || s.data[s.len - 1] != ' ';
}

/* One address, with a plain name or none: read here, since nearly all are so and GMime makes a dozen objects of one.
 * False: it is not as plain as that, and nothing was given. */
static bool read_plain(struct slice value, addresses_sink *sink, void *ctx)
{
	size_t open = slice_find(value, '<');
	struct slice name = slice_of(value.data, 0);
	struct slice address = value;

	if (open < value.len) {
		if (value.data[value.len - 1] != '>')
			return false;
		name = slice_trim(slice_sub(value, 0, open));
		address = slice_sub(value, open + 1, value.len - open - 2);
	}
	if (!is_addr_spec(address) || !is_plain_phrase(name))
		return false;
	sink(ctx, name, address);
	return true;
}

void addresses_decode(struct slice value, const char *likely, addresses_sink *sink, void *ctx)
{
	if (!read_plain(slice_trim(value), sink, ctx))
		read_list(value, likely, false, sink, ctx);
}
