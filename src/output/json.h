/*
 * json: writes JSON (RFC 8259) as a stream into a buffer: one object a line, UTF-8 always valid. What would act on a
 * terminal in which a line is looked at is escaped.
 *
 * Members come in the order of the calls. A NULL key is for items of an array. What is empty is left out: an object or
 * array that got no members disappears with its key. Depth at most JSON_DEPTH_MAX.
 *
 * Within limits a text ends after so many bytes, with a whole character, and an array after so many items, with a
 * member
 * `<key>_count` behind it. What was cut is kept by its path, for json_put_cuts.
 */
#ifndef OUTPUT_JSON_H
#define OUTPUT_JSON_H

#include "base/buffer.h"

enum {
	JSON_DEPTH_MAX = 16,
	JSON_CUTS_MAX = 16,
	JSON_PATH_SIZE = 64,
};

struct json_limits {
	size_t text;  /* bytes, in UTF-8 and before anything is escaped */
	size_t items; /* of an array */
};

struct json {
	struct buffer *out;
	struct buffer *tape;	    /* what is told is noted there only; NULL: it is written */
	const struct slice *pieces; /* what was made before, by number */
	struct json_limits limits;
	unsigned int depth;
	unsigned int left_out; /* the depth of an item that is beyond the limit; 0: none is open */
	struct {
		size_t start; /* where it begins, to take it back when it stays empty */
		const char *key;
		size_t items;
		bool has_members;
		bool had_members; /* the level above, before this one */
		bool is_array;
	} level[JSON_DEPTH_MAX];
	char cut[JSON_CUTS_MAX][JSON_PATH_SIZE];
	size_t cut_count;
};

/* Begins an object on a line of its own. `limits`: NULL: none. */
void json_begin(struct json *j, struct buffer *out, const struct json_limits *limits);
/* For json_piece and json_text_behind; they may be empty. */
void json_use_pieces(struct json *j, const struct slice *pieces);
/* Notes it all, within these limits at most, to be written later by json_play. */
void json_begin_tape(struct json *j, struct buffer *tape, const struct json_limits *limits);
/* Writes what was noted, with its line. */
void json_play(struct slice tape, struct buffer *out, const struct json_limits *limits, const struct slice *pieces);
/* Ends it, with the line. */
void json_finish(struct json *j);

void json_open_object(struct json *j, const char *key);
void json_open_array(struct json *j, const char *key);
void json_empty_array(struct json *j, const char *key); /* is not left out */
void json_close(struct json *j);
/* Closes an array of which not all items were given: there are `count`. */
void json_close_counted(struct json *j, size_t count);

/* Members that were made before, with commas between; may be empty. */
void json_members(struct json *j, struct slice members);
/* Likewise; a constant, of which a tape keeps the address. */
void json_constant(struct json *j, const char *members);
/* Likewise, of the pieces in use. */
void json_piece(struct json *j, unsigned int number);
/* A text that begins with a piece, which needs no escapes. */
void json_text_behind(struct json *j, const char *key, unsigned int number, struct slice rest);

/* An array of the paths of what was cut so far, and before them those in a piece; nothing when that is nothing. */
void json_put_cuts(struct json *j, const char *key, unsigned int piece);
/* Appends these paths, as items with commas between and behind what is there. */
void json_append_cuts(const struct json *j, struct buffer *out, const char *prefix);

void json_text(struct json *j, const char *key, struct slice value); /* left out when empty */
/* A text of at most `most` bytes, even where the limits allow more. */
void json_text_within(struct json *j, const char *key, struct slice value, size_t most);
void json_item(struct json *j, struct slice value);				  /* of an array; also an empty one */
void json_time(struct json *j, const char *key, int64_t time_ns, uint8_t digits); /* RFC 3339 */
void json_number(struct json *j, const char *key, int64_t value);		  /* key NULL: of an array */
void json_count(struct json *j, const char *key, uint64_t value);		  /* left out when 0 */
void json_true(struct json *j, const char *key, bool value);			  /* left out when false */
void json_bool(struct json *j, const char *key, bool value);

#endif
