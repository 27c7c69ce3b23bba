#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "mime/charset.h"
#include "mime/embedded.h"
#include "mime/part.h"

static void hash_bytes(struct slice bytes, struct message_attachment *a)
{
	struct message_hash *hash = message_hash_new();

	message_hash_add(hash, bytes);
	message_hash_finish(hash, a->sha256);
	a->size = bytes.len;
}

void files_add_attachment(struct message *m, size_t part)
{
	const struct part *p = &m->parts[part];
	struct message_attachment a = {.name = mem_strdup(p->name != NULL ? p->name : ""),
				       .mime_type = mem_strdup(p->type)};
	struct buffer bytes = {0};

	assert(part < m->part_count);
	part_decode(p, &bytes);
	hash_bytes(buffer_slice(&bytes), &a);
	buffer_fini(&bytes);
	m->attachments = mem_grow(m->attachments, &m->attachment_cap, m->attachment_count + 1, sizeof(*m->attachments));
	m->attachment_parts = mem_grow(m->attachment_parts, &m->attachment_part_cap, m->attachment_count + 1,
				       sizeof(*m->attachment_parts));
	m->attachments[m->attachment_count] = a;
	m->attachment_parts[m->attachment_count++] = part;
}

/* ---- embedded files ---- */

/* The files of a part, on their way into the list. */
struct listing {
	struct message *message;
	struct embedded_place place;
	enum message_source source;
};

static void list_file(void *ctx, struct slice name, struct slice bytes, size_t from, size_t len)
{
	struct listing *l = ctx;
	struct message *m = l->message;
	struct message_attachment a = {.mime_type = mem_strdup(""), .source = l->source};
	struct buffer text = {0};

	(void)from;
	(void)len;
	charset_guess(name, m->likely, &text);
	buffer_append_byte(&text, '\0');
	a.name = (char *)text.data;
	hash_bytes(bytes, &a);
	m->embedded = mem_grow(m->embedded, &m->embedded_cap, m->embedded_count + 1, sizeof(*m->embedded));
	m->embedded_places = mem_grow(m->embedded_places, &m->embedded_place_cap, m->embedded_count + 1,
				      sizeof(*m->embedded_places));
	m->embedded[m->embedded_count] = a;
	m->embedded_places[m->embedded_count++] = l->place;
	l->place.number++;
}

static size_t find_files(const struct message *m, size_t part, embedded_sink *sink, void *ctx)
{
	const struct part *p = &m->parts[part];
	bool is_tnef = part_is_tnef(p);
	struct buffer bytes = {0};
	size_t count;

	assert(part < m->part_count);
	if (!is_tnef && !part_is_text(m, p))
		return 0;
	part_decode(p, &bytes);
	count = is_tnef ? embedded_find_tnef(buffer_slice(&bytes), sink, ctx)
			: embedded_find_uuencode(buffer_slice(&bytes), sink, ctx);
	buffer_fini(&bytes);
	return count;
}

void files_add_embedded(struct message *m, size_t part)
{
	struct listing l = {.message = m,
			    .place.part = part,
			    .source = part_is_tnef(&m->parts[part]) ? MESSAGE_SOURCE_TNEF : MESSAGE_SOURCE_UUENCODE};

	find_files(m, part, list_file, &l);
}

/* The one file that is wanted. */
struct picking {
	size_t number;
	size_t seen;
	struct buffer *out;
};

static void pick_file(void *ctx, struct slice name, struct slice bytes, size_t from, size_t len)
{
	struct picking *p = ctx;

	(void)name;
	(void)from;
	(void)len;
	if (p->seen++ == p->number)
		buffer_append(p->out, bytes);
}

void files_free(struct message *m)
{
	for (size_t i = 0; i < m->attachment_count; i++) {
		free(m->attachments[i].name);
		free(m->attachments[i].mime_type);
	}
	for (size_t i = 0; i < m->embedded_count; i++) {
		free(m->embedded[i].name);
		free(m->embedded[i].mime_type);
	}
	free(m->attachments);
	free(m->attachment_parts);
	free(m->embedded);
	free(m->embedded_places);
}

size_t message_attachment_count(const struct message *m)
{
	return m->attachment_count;
}

const struct message_attachment *message_attachment(const struct message *m, size_t number)
{
	assert(number < m->attachment_count);
	return &m->attachments[number];
}

void message_attachment_bytes(const struct message *m, size_t number, struct buffer *out)
{
	assert(number < m->attachment_count);
	part_decode(&m->parts[m->attachment_parts[number]], out);
}

size_t message_embedded_count(const struct message *m)
{
	return m->embedded_count;
}

const struct message_attachment *message_embedded(const struct message *m, size_t number)
{
	assert(number < m->embedded_count);
	return &m->embedded[number];
}

void message_embedded_bytes(const struct message *m, size_t number, struct buffer *out)
{
	struct picking p = {.number = m->embedded_places[number].number, .out = out};

	assert(number < m->embedded_count);
	find_files(m, m->embedded_places[number].part, pick_file, &p);
}
