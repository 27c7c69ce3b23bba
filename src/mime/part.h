/*
 * part: what a parsed mail is made of, for the files that share its work. Private to the mime layer.
 *
 * message.c parses a mail into its parts; files.c makes attachments and embedded files of them; render.c makes a page
 * for people.
 */
#ifndef MIME_PART_H
#define MIME_PART_H

#include <gmime/gmime.h>

#include "mime/declared.h"
#include "mime/message.h"

/* A part in the order of the mail. Its object belongs to the parsed mail. */
struct part {
	GMimeObject *object;
	char *type; /* lower case */
	char *name; /* UTF-8; NULL: it has none */
	int depth;
	bool is_attachment;
	size_t end;	       /* the number of the part after this one and all that is in it */
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
	GMimeMessage *parsed;		    /* NULL when nothing could be parsed */
	char likely[DECLARED_CHARSET_SIZE]; /* see fields.h; "": none */
	struct buffer amended;		    /* what was parsed, where that is not the mail as it is */
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
/* As its header field says, with what people add to the word. */
GMimeContentEncoding part_encoding(GMimePart *part);
bool part_is_type(const struct part *p, const char *type, const char *subtype);
/* A parameter of its Content-Type; NULL: there is none. */
const char *part_parameter(const struct part *p, const char *name);
bool part_is_tnef(const struct part *p);
/* A text that is shown, and searched for what is uuencoded in it. */
bool part_is_text(const struct message *m, const struct part *p);

/* boundary.c: blanks at the end of a boundary are no part of it (RFC 2046 section 5.1.1), but GMime takes them for one.
 * Moves the quote after one of `object`'s to before its blanks, in a copy of the mail, which is made when `amended` is
 * empty: no other byte moves. False: there is none. */
bool boundary_amend(GMimeObject *object, struct slice mail, struct buffer *amended);

/* declared.c: see declared.h. */
void declared_find(GMimeMessage *message, char out[DECLARED_CHARSET_SIZE]);

/* files.c: lists what can be saved. Not of what lies in a message within the mail. */
void files_add_attachment(struct message *m, size_t part);
void files_add_embedded(struct message *m, size_t part);
void files_free(struct message *m);

#endif
