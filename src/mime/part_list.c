/* part_list: the parts of a mail in one list, in the order in which a reader sees them, and one of them by its path. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mime/part.h"

struct listing {
	struct message_part *parts;
	size_t count;
	size_t cap;
};

static void add(struct listing *l, const struct message_part *part)
{
	l->parts = mem_grow(l->parts, &l->cap, l->count + 1, sizeof(*l->parts));
	l->parts[l->count++] = *part;
}

static void add_embedded(struct listing *l, const struct message *m, size_t number)
{
	const struct message_attachment *a = &m->embedded[number];

	add(l, &(struct message_part){.type = "",
				      .name = a->name,
				      .depth = m->parts[m->embedded_places[number].part].depth + 1,
				      .source = a->source,
				      .has_bytes = true,
				      .attachment = a,
				      .message = m,
				      .number = number});
}

/* Attachments and embedded files are in the order of their parts. */
static void add_all(struct listing *l, const struct message *m)
{
	size_t attachment = 0;
	size_t embedded = 0;

	for (size_t i = 0; i < m->part_count; i++) {
		const struct part *p = &m->parts[i];
		bool is_attachment = attachment < m->attachment_count && m->attachment_parts[attachment] == i;

		add(l, &(struct message_part){.type = p->type,
					      .name = p->name != NULL ? p->name : "",
					      .depth = p->depth,
					      .has_bytes = !GMIME_IS_MULTIPART(p->object),
					      .is_mail = part_is_type(p, "message", "rfc822"),
					      .attachment = is_attachment ? &m->attachments[attachment++] : NULL,
					      .message = m,
					      .number = i});
		while (embedded < m->embedded_count && m->embedded_places[embedded].part == i)
			add_embedded(l, m, embedded++);
		if (p->inner != NULL)
			add_all(l, p->inner);
	}
	assert(attachment == m->attachment_count && embedded == m->embedded_count);
}

size_t message_list_parts(const struct message *m, struct message_part **parts)
{
	struct listing l = {0};

	add_all(&l, m);
	*parts = l.parts;
	return l.count;
}

void message_part_bytes(const struct message_part *part, struct buffer *out)
{
	if (part->source == MESSAGE_SOURCE_PART)
		part_decode(&part->message->parts[part->number], out);
	else
		message_embedded_bytes(part->message, part->number, out);
}

/* One step of the path. */
static bool enter(struct slice mail, uint32_t number, struct message_found *found)
{
	struct message *m = message_parse(mail);
	struct message_part *parts;
	size_t count = message_list_parts(m, &parts);
	bool is_there = number >= 1 && number <= count && parts[number - 1].has_bytes;

	*found = (struct message_found){0};
	if (is_there) {
		found->type = mem_strdup(parts[number - 1].type);
		found->name = mem_strdup(parts[number - 1].name);
		message_part_bytes(&parts[number - 1], &found->bytes);
	}
	free(parts);
	message_free(m);
	return is_there;
}

bool message_find(struct slice mail, const struct part_path *path, struct message_found *found)
{
	*found = (struct message_found){.type = mem_strdup("message/rfc822"), .name = mem_strdup("")};
	buffer_append(&found->bytes, mail);
	for (uint32_t i = 0; i < path->count; i++) {
		struct message_found outer = *found;
		bool is_there = enter(buffer_slice(&outer.bytes), path->numbers[i], found);

		message_found_fini(&outer);
		if (!is_there)
			return false;
	}
	return true;
}

void message_found_fini(struct message_found *found)
{
	buffer_fini(&found->bytes);
	free(found->type);
	free(found->name);
	*found = (struct message_found){0};
}
