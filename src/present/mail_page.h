/*
 * mail_page: the opened mail as lines for the screen: the fate of its envelope, header fields, text and parts; or its
 * source. Worker thread, the viewer's.
 */
#ifndef PRESENT_MAIL_PAGE_H
#define PRESENT_MAIL_PAGE_H

#include "engine/engine.h"
#include "mime/styled_text.h"
#include "snapshot/query.h"

/* A file that can be saved by itself. */
struct mail_page_file {
	char *name;
	uint64_t size;
};

struct mail_page {
	uint64_t session;
	uint32_t mail;
	enum query_mail_view view;
	uint32_t width;
	uint64_t size; /* when it was read: a mail that goes on is read again */
	enum mail_outcome outcome;
	uint64_t gone_len;
	struct styled_text styled;
	size_t *lines; /* where each begins */
	size_t line_count;
	size_t line_cap;
	struct mail_page_file *files; /* attachments, then what is embedded in parts */
	size_t file_count;
	size_t file_cap;
};

void mail_page_close(struct mail_page *o);

/* Reads the mail, unless it is what was read last. */
void mail_page_read(struct mail_page *o, struct engine *e, struct connection *v, struct mail *m,
		    enum query_mail_view view, uint32_t width);

/* Without its line end. */
struct slice mail_page_line(const struct mail_page *o, size_t number);
/* Whether it is the rest of the line before, which was too long. */
bool mail_page_continues(const struct mail_page *o, size_t number);

#endif
