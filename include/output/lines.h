/*
 * lines: what `-N` and `--report` print for a person: a line for each finished command and mail, or a page for each
 * session.
 *
 * All that came from the network is made visible: no control character reaches a terminal. Times are local.
 */
#ifndef OUTPUT_LINES_H
#define OUTPUT_LINES_H

#include "output/records.h"

void lines_command(struct buffer *out, const struct session *s, const struct command *c, bool show_secrets);
void lines_mail(struct buffer *out, const struct session *s, const struct mail *m, const struct record_fields *f);

/* How many packets were lost until then. */
void lines_dropped(struct buffer *out, int64_t time_ns, const struct record_drops *drops);

/* Who the ends are by the words of a proxy or of XCLIENT; and whether there are such words. */
void lines_proxy(struct buffer *out, const struct session *s);
bool lines_has_proxy(const struct session *s);

/* Which tunnel, and between whom: a part of a sentence. */
void lines_tunnel(struct buffer *out, const struct session_tunnel *t);

/* What is said of a session that was given up: a part of a sentence. */
#define LINES_NOT_FOLLOWED "not followed to its end, to save memory"

/* Above all pages; nothing when no packet was lost. */
void lines_report_dropped(struct buffer *out, const struct record_drops *drops);

/* The page of a session, in pieces: the caller appends mails between. */
void lines_report_head(struct buffer *out, const struct session *s);
void lines_report_commands(struct buffer *out, const struct session *s, bool show_secrets);
void lines_report_mail(struct buffer *out, const struct mail *m, const struct record_fields *f);
/* What was found, the cause first; nothing when that is nothing. */
void lines_report_findings(struct buffer *out, const struct session *s);

#endif
