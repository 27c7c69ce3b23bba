#include "common/key_help.h"

#include <assert.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rowtext.h"
#include "common/key_log_ways.h"

enum {
	PATH_SIZE = 400, /* longer ones are cut */
	LINE_SIZE = 1024,
	ADVICE_SIZE = 3 * LINE_SIZE,
	IPV4_LEN = 4,
	IPV6_LEN = 16,
	LOOPBACK = 127,
};

#define MANUAL "mailtap-keylog(7)"

struct address {
	uint8_t bytes[IPV6_LEN];
	bool is_ipv6;
};

struct words {
	char *lines[KEY_HELP_LINES];
	char *advice;
};

struct key_help {
	struct address addresses[KEY_HELP_ADDRESSES_MAX];
	size_t address_count;
	struct words *programs; /* by the rows of key_log_ways */
};

static const char *const client_line = "The client is on this machine: run it by \"mailtap keylog -- COMMAND\".";
static const char *const manual_line = "How to get their keys: man 7 mailtap-keylog";

static const char client_advice[] =
	"The client is on this machine: run it again by\n"
	"    mailtap keylog -- COMMAND\n"
	"which gives it a key log of its own. Or name a key log of the client or the server with --keylog: " MANUAL
	" says how programs write one.";

/* ---- the words ---- */

static char *fill(const char *text, const char *library, const char *keys)
{
	char line[LINE_SIZE];

	key_log_ways_fill(line, sizeof(line), text, library, keys);
	return mem_strdup(line);
}

static bool needs_library(const struct key_log_way *way)
{
	return strstr(way->first, "LIBRARY") != NULL || (way->second != NULL && strstr(way->second, "LIBRARY") != NULL);
}

static char *make_advice(const struct words *w, const struct key_log_way *way, const char *library, const char *keys)
{
	bool is_missing = needs_library(way) && strchr(library, '/') == NULL;
	char text[ADVICE_SIZE];

	snprintf(text, sizeof(text),
		 "%s is on this machine. When it runs with these lines, --keylog %s reads its new sessions:\n    "
		 "%s%s%s\n%sWhoever has that key log can read every session in it: " MANUAL
		 " says where the lines stand, how to make the log yours alone, and how to end it.",
		 way->name, keys, w->lines[1], w->lines[2] != NULL ? "\n    " : "",
		 w->lines[2] != NULL ? w->lines[2] : "",
		 is_missing ? "The library is not installed here: \"make install\" does that. " : "");
	return mem_strdup(text);
}

static void make_words(struct words *w, const struct key_log_way *way, const char *library, const char *keys)
{
	char text[LINE_SIZE];

	if (way->keys != NULL)
		keys = way->keys;
	snprintf(text, sizeof(text), "%s is on this machine. To read it (man 7 mailtap-keylog):", way->name);
	w->lines[0] = mem_strdup(text);
	w->lines[1] = fill(way->first, library, keys);
	w->lines[2] = way->second != NULL ? fill(way->second, library, keys) : NULL;
	w->advice = make_advice(w, way, library, keys);
}

struct key_help *key_help_new(const char *library, const char *keys)
{
	struct key_help *h = mem_zalloc(sizeof(*h));
	char safe_library[PATH_SIZE]; /* the words go to terminals */
	char safe_keys[PATH_SIZE];

	assert(KEY_HELP_PROGRAM + key_log_ways_count() <= KEY_HELP_MAX);
	rowtext_put(safe_library, sizeof(safe_library), slice_from_text(library));
	rowtext_put(safe_keys, sizeof(safe_keys), slice_from_text(keys));
	h->programs = mem_zalloc(key_log_ways_count() * sizeof(*h->programs));
	for (size_t i = 0; i < key_log_ways_count(); i++)
		make_words(&h->programs[i], key_log_ways_row(i), safe_library, safe_keys);
	return h;
}

void key_help_free(struct key_help *h)
{
	if (h == NULL)
		return;
	for (size_t i = 0; i < key_log_ways_count(); i++) {
		for (size_t line = 0; line < KEY_HELP_LINES; line++)
			free(h->programs[i].lines[line]);
		free(h->programs[i].advice);
	}
	free(h->programs);
	free(h);
}

/* ---- the addresses ---- */

static size_t length_of(bool is_ipv6)
{
	return is_ipv6 ? IPV6_LEN : IPV4_LEN;
}

void key_help_add_address(struct key_help *h, const uint8_t *address, bool is_ipv6)
{
	struct address *a = &h->addresses[h->address_count];

	if (h->address_count == KEY_HELP_ADDRESSES_MAX || key_help_is_here(h, address, is_ipv6))
		return;
	a->is_ipv6 = is_ipv6;
	memcpy(a->bytes, address, length_of(is_ipv6));
	h->address_count++;
}

static void add(struct key_help *h, const struct sockaddr *address)
{
	if (address->sa_family == AF_INET) {
		const struct sockaddr_in *in = (const void *)address;

		key_help_add_address(h, (const uint8_t *)&in->sin_addr, false);
	} else if (address->sa_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const void *)address;

		key_help_add_address(h, (const uint8_t *)&in6->sin6_addr, true);
	}
}

/* Where they cannot be read, less is known: that is no error. */
void key_help_read_addresses(struct key_help *h)
{
	struct ifaddrs *list;

	if (getifaddrs(&list) != 0)
		return;
	for (const struct ifaddrs *i = list; i != NULL; i = i->ifa_next)
		if (i->ifa_addr != NULL)
			add(h, i->ifa_addr);
	freeifaddrs(list);
}

static bool is_loopback(const uint8_t *address, bool is_ipv6)
{
	return is_ipv6 ? memcmp(address, &in6addr_loopback, IPV6_LEN) == 0 : address[0] == LOOPBACK;
}

bool key_help_is_here(const struct key_help *h, const uint8_t *address, bool is_ipv6)
{
	if (h == NULL)
		return false;
	if (is_loopback(address, is_ipv6))
		return true;
	for (size_t i = 0; i < h->address_count; i++)
		if (h->addresses[i].is_ipv6 == is_ipv6 &&
		    memcmp(h->addresses[i].bytes, address, length_of(is_ipv6)) == 0)
			return true;
	return false;
}

/* ---- what helps ---- */

unsigned int key_help_kind_of(const struct key_help *h, const struct key_help_ends *ends)
{
	if (ends->program < key_log_ways_count() && key_help_is_here(h, ends->server, ends->is_ipv6))
		return KEY_HELP_PROGRAM + (unsigned int)ends->program;
	return key_help_is_here(h, ends->client, ends->is_ipv6) ? KEY_HELP_CLIENT : KEY_HELP_MANUAL;
}

/* NULL: it is of no program. */
static const struct words *words_of(const struct key_help *h, unsigned int kind)
{
	return h != NULL && kind >= KEY_HELP_PROGRAM ? &h->programs[kind - KEY_HELP_PROGRAM] : NULL;
}

const char *key_help_advice(const struct key_help *h, unsigned int kind)
{
	const struct words *w = words_of(h, kind);

	if (w != NULL)
		return w->advice;
	return kind == KEY_HELP_CLIENT ? client_advice : NULL;
}

const char *key_help_line(const struct key_help *h, unsigned int kind, size_t number)
{
	const struct words *w = words_of(h, kind);

	if (w != NULL)
		return number < KEY_HELP_LINES ? w->lines[number] : NULL;
	if (number > 0)
		return NULL;
	return kind == KEY_HELP_CLIENT ? client_line : manual_line;
}
