/*
 * charset_name: what the name of a charset means, however people write it.
 *
 * One table for bodies, encoded words, names of attachments and raw header fields. Names are compared by their letters
 * and digits alone ("Shift_JIS", "shift-jis", "X-SJIS"). What a name means is what mail readers take it for: the wider
 * charset where senders use the narrow name for that (gb2312 is GB18030, iso-8859-1 is windows-1252). Pure.
 */
#ifndef MIME_CHARSET_NAME_H
#define MIME_CHARSET_NAME_H

#include <stdbool.h>
#include <stddef.h>

enum {
	CHARSET_ICONV_SIZE = 48,
};

enum charset_kind {
	CHARSET_UNDECLARED, /* none, a name that says nothing ("unknown-8bit"), or US-ASCII */
	CHARSET_UTF8,
	CHARSET_ICONV,
	CHARSET_ISO_2022_JP, /* with NEC's rows and half-width katakana, which iconv's lacks */
	CHARSET_HZ,	     /* RFC 1843; iconv has none */
};

struct charset_name {
	enum charset_kind kind;
	char first[CHARSET_ICONV_SIZE];	 /* iconv's name */
	char second[CHARSET_ICONV_SIZE]; /* what it is read as where iconv lacks the first, or where that does not take
					    ISO-2022-JP as it was written; "": nothing else */
	bool is_known;			 /* one of the table's, not a name that is only passed on */
};

/* `name` may be NULL. A name that nobody knows is passed on to iconv as it is. */
struct charset_name charset_name_read(const char *name);

/* The names by which iconv may be asked, one after the other, some more than once and some empty; NULL past the end. */
const char *charset_name_of_iconv(size_t number);

#endif
