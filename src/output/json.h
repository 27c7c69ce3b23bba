/*
 * json: writes JSON (RFC 8259) as a stream into a buffer: one object a line, UTF-8 always valid. What would act on a
 * terminal in which a line is looked at is escaped.
 *
 * Members come in the order of the calls. A NULL key is for items of an array. What is empty is left out: an object or
 * array that got no members disappears with its key. Depth at most JSON_DEPTH_MAX.
 */
#ifndef OUTPUT_JSON_H
#define OUTPUT_JSON_H

#include "base/buffer.h"

enum {
	JSON_DEPTH_MAX = 16,
};

struct json {
	struct buffer *out;
	unsigned int depth;
	struct {
		size_t start; /* where its key begins, to take it back when it stays empty */
		bool has_members;
		bool is_array;
	} level[JSON_DEPTH_MAX];
};

/* Begins an object on a line of its own. */
void json_begin(struct json *j, struct buffer *out);
/* Ends it, with the line. */
void json_finish(struct json *j);

void json_open_object(struct json *j, const char *key);
void json_open_array(struct json *j, const char *key);
void json_close(struct json *j);

void json_text(struct json *j, const char *key, struct slice value); /* left out when empty */
void json_item(struct json *j, struct slice value);		     /* of an array; also an empty one */
void json_number(struct json *j, const char *key, int64_t value);    /* key NULL: of an array */
void json_count(struct json *j, const char *key, uint64_t value);    /* left out when 0 */
void json_true(struct json *j, const char *key, bool value);	     /* left out when false */
void json_bool(struct json *j, const char *key, bool value);

#endif
