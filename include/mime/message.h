/*
 * message: a mail parsed whole: its parts, its attachments. Costs 20 to 50 microseconds a mail, so it runs only where
 * somebody looks: --details and the mail view.
 *
 * Malformed MIME is never an error: what cannot be understood is shown as it is (see render.h). Limits:
 * MESSAGE_DEPTH_MAX nested parts, MESSAGE_PARTS_MAX parts, MESSAGE_TEXT_MAX bytes of a text. fields_init must have been
 * called. Any thread, one at a time.
 */
#ifndef MIME_MESSAGE_H
#define MIME_MESSAGE_H

#include "base/buffer.h"
#include "common/part_path.h"

enum {
	MESSAGE_DEPTH_MAX = 20,
	MESSAGE_PARTS_MAX = 1000,
	MESSAGE_TEXT_MAX = 2 * 1024 * 1024,
	MESSAGE_SHA256_SIZE = 65,
};

/* Where a file was found. */
enum message_source {
	MESSAGE_SOURCE_PART,
	MESSAGE_SOURCE_UUENCODE,
	MESSAGE_SOURCE_TNEF,
};

struct message_attachment {
	char *name;			  /* UTF-8; "" when it has none */
	char *mime_type;		  /* "application/pdf", lower case; "" of an embedded file */
	uint64_t size;			  /* decoded */
	char sha256[MESSAGE_SHA256_SIZE]; /* of the decoded bytes, hexadecimal */
	enum message_source source;
};

struct message;

/* `mail`: the exact, un-stuffed bytes; must stay valid while the message is used. Never NULL. */
struct message *message_parse(struct slice mail);
void message_free(struct message *m);

/* A leaf part with Content-Disposition: attachment or a file name, and a message/rfc822 part, listed once without its
 * own parts. Size and hash are of the bytes after base64 or quoted-printable decoding, otherwise as sent without the
 * line end before the boundary. */
size_t message_attachment_count(const struct message *m);
const struct message_attachment *message_attachment(const struct message *m, size_t number);

/* Appends the decoded bytes of an attachment. */
void message_attachment_bytes(const struct message *m, size_t number, struct buffer *out);

/* Files that are uuencoded in a text, or in a TNEF container. */
size_t message_embedded_count(const struct message *m);
const struct message_attachment *message_embedded(const struct message *m, size_t number);
void message_embedded_bytes(const struct message *m, size_t number, struct buffer *out);

/* A row of the list of its parts: a part, those of a mail within it too, or a file that is embedded in the part before.
 * Valid as long as the message. */
struct message_part {
	const char *type; /* lower case; "" of an embedded file */
	const char *name; /* UTF-8; "": none */
	int depth;
	enum message_source source;
	bool has_bytes;				     /* a multipart has none of its own */
	bool is_mail;				     /* message/rfc822 */
	const struct message_attachment *attachment; /* of this message; NULL: it is none */
	const struct message *message;		     /* that has it, and its number there */
	size_t number;
};

/* Returns their count; the caller frees `parts`. */
size_t message_list_parts(const struct message *m, struct message_part **parts);
/* Appends its bytes, decoded as those of an attachment. */
void message_part_bytes(const struct message_part *part, struct buffer *out);

/* A part that a path leads to, or the mail itself. All zero: none. */
struct message_found {
	struct buffer bytes;
	char *type;
	char *name;
};

/* `mail` as for message_parse. False: it has no such part, or one without bytes. */
bool message_find(struct slice mail, const struct part_path *path, struct message_found *found);
void message_found_fini(struct message_found *found);

/* What is broken in its parts. */
struct message_defects {
	bool has_open_part;	  /* a multipart without its end */
	bool has_broken_encoding; /* base64 or quoted-printable that is none */
};
void message_find_defects(const struct message *m, struct message_defects *defects);

/* SHA-256 of bytes that come in pieces. */
struct message_hash;
/* Loads the digest, as fields_load does with converters. */
void message_hash_load(void);
struct message_hash *message_hash_new(void);
void message_hash_add(void *hash, struct slice piece); /* a slice_sink */
/* Writes the hash in hexadecimal and frees it. */
void message_hash_finish(struct message_hash *hash, char out[MESSAGE_SHA256_SIZE]);

#endif
