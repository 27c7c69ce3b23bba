/*
 * mail_page: the opened mail as lines for the screen: the fate of its envelope, header fields, text and parts; or its
 * source. Worker thread, the viewer's.
 */
#ifndef PRESENT_MAIL_PAGE_H
#define PRESENT_MAIL_PAGE_H

#include "engine/engine.h"
#include "mime/styled_text.h"
#include "snapshot/query.h"

/* A part that has bytes of its own. */
struct mail_page_part {
	char *name;	 /* or its type */
	uint32_t number; /* in the list of all parts, from 1 */
	size_t line;
	bool is_mail;
	uint64_t size; /* of an attachment */
};

struct mail_page {
	uint64_t session;
	uint32_t mail;
	struct part_path part; /* the mail is within that one */
	enum query_mail_view view;
	uint32_t width;
	uint64_t size; /* when it was read: a mail that goes on is read again */
	enum mail_outcome outcome;
	uint64_t gone_len;
	struct styled_text styled;
	size_t *lines; /* where each begins */
	size_t line_count;
	size_t line_cap;
	struct mail_page_part *parts;
	size_t part_count;
	size_t part_cap;
};

void mail_page_close(struct mail_page *o);

/* Reads the mail that the query means, unless it is what was read last. */
void mail_page_read(struct mail_page *o, struct engine *e, struct connection *v, struct mail *m, const struct query *q);

/* Without its line end. */
struct slice mail_page_line(const struct mail_page *o, size_t number);
/* Whether it is the rest of the line before, which was too long. */
bool mail_page_continues(const struct mail_page *o, size_t number);

#endif
