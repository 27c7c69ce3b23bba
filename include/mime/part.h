/*
 * part: what a parsed mail is made of, for the files that share its work. Private to the mime layer.
 *
 * message.c parses a mail into its parts; files.c makes attachments and embedded files of them; reading.c makes a page
 * for people.
 */
#ifndef MIME_PART_H
#define MIME_PART_H

#include <gmime/gmime.h>

#include "mime/message.h"

/* A part in the order of the mail. Its object belongs to the parsed mail. */
struct part {
	GMimeObject *object;
	char *type; /* lower case */
	char *name; /* UTF-8; NULL: it has none */
	int depth;
	bool is_attachment;
	size_t end;	       /* the number of the part behind this one and all that is in it */
	struct slice raw;      /* of a message: its bytes as sent */
	struct buffer decoded; /* of an encoded message: its bytes */
	struct message *inner; /* and what is in it */
	GMimeMessage *message; /* of a message that is not encoded: its header */
};

/* A file within a part. */
struct embedded_place {
	size_t part;
	size_t number; /* among the files in that part */
};

struct message {
	struct slice mail;
	GMimeMessage *parsed; /* NULL when nothing could be parsed */
	struct part *parts;
	size_t part_count;
	size_t part_cap;
	bool is_cut; /* a limit was reached */
	struct message_attachment *attachments;
	size_t *attachment_parts;
	size_t attachment_count;
	size_t attachment_cap;
	size_t attachment_part_cap;
	struct message_attachment *embedded;
	struct embedded_place *embedded_places;
	size_t embedded_count;
	size_t embedded_cap;
	size_t embedded_place_cap;
};

/* message.c */
void part_decode(const struct part *p, struct buffer *out);
bool part_is_type(const struct part *p, const char *type, const char *subtype);
/* A parameter of its Content-Type; NULL: there is none. */
const char *part_parameter(const struct part *p, const char *name);
bool part_is_tnef(const struct part *p);
/* A text that is shown, and searched for what is uuencoded in it. */
bool part_is_text(const struct message *m, const struct part *p);

/* files.c: lists what can be saved. Not of what lies in a message within the mail. */
void files_add_attachment(struct message *m, size_t part);
void files_add_embedded(struct message *m, size_t part);
void files_free(struct message *m);

#endif
