/* part_list: the parts of a mail in one list, in the order in which a reader sees them, and one of them by its path. */
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

static const struct message_attachment *find_attachment(const struct message *m, size_t part)
{
	for (size_t i = 0; i < m->attachment_count; i++)
		if (m->attachment_parts[i] == part)
			return &m->attachments[i];
	return NULL;
}

static void add_embedded(struct listing *l, const struct message *m, size_t part)
{
	for (size_t i = 0; i < m->embedded_count; i++)
		if (m->embedded_places[i].part == part)
			add(l, &(struct message_part){.type = "",
						      .name = m->embedded[i].name,
						      .depth = m->parts[part].depth + 1,
						      .source = m->embedded[i].source,
						      .has_bytes = true,
						      .attachment = &m->embedded[i],
						      .message = m,
						      .number = i});
}

static void add_all(struct listing *l, const struct message *m)
{
	for (size_t i = 0; i < m->part_count; i++) {
		const struct part *p = &m->parts[i];

		add(l, &(struct message_part){.type = p->type,
					      .name = p->name != NULL ? p->name : "",
					      .depth = p->depth,
					      .has_bytes = !GMIME_IS_MULTIPART(p->object),
					      .is_mail = part_is_type(p, "message", "rfc822"),
					      .attachment = find_attachment(m, i),
					      .message = m,
					      .number = i});
		add_embedded(l, m, i);
		if (p->inner != NULL)
			add_all(l, p->inner);
	}
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
