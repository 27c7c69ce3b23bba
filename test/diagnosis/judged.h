/*
 * judged: a session played from a script, as test/mail/play.h does, and judged by all rules.
 */
#ifndef TEST_DIAGNOSIS_JUDGED_H
#define TEST_DIAGNOSIS_JUDGED_H

#include "../mail/play.h"
#include "diagnosis/diagnosis.h"
#include "proto/body_lint.h"

static struct limits judged_limits; /* the defaults; a test may change them before the script */
static const struct key_help *judged_key_help;

static void judged_event(void *ctx, struct session *s, const struct dialogue_event *event, const struct stamp *first,
			 const struct stamp *last)
{
	(void)ctx;
	diagnosis_event(s, event, first, last);
}

static void judged_command(void *ctx, struct session *s, struct command *c)
{
	(void)ctx;
	diagnosis_command(s, c);
}

static void judged_content(void *ctx, struct session *s, struct mail *m)
{
	struct player *p = ctx;
	struct body_lint i;

	body_lint_init(&i);
	for (const struct mail_range *r = m->ranges; r != NULL; r = r->next)
		body_lint_feed(&i, slice_sub(buffer_slice(&p->stream[m->side]), r->begin, r->end - r->begin));
	body_lint_finish(&i);
	diagnosis_content(s, m, &i);
	body_lint_fini(&i);
}

static void judged_mail(void *ctx, struct session *s, struct mail *m)
{
	(void)ctx;
	diagnosis_mail(s, m);
}

static const struct observer judged_observer = {.name = "diagnosis",
						.event = judged_event,
						.command = judged_command,
						.mail_read = judged_content,
						.mail = judged_mail};

/* A connection that was captured whole and closed by both sides. */
static void judged_begin(struct player *p, enum protocol protocol)
{
	struct session *s;

	play_begin(p, protocol, false);
	p->observers.count = 0;
	observers_add(&p->observers, &judged_observer, p);
	observers_add(&p->observers, &play_observer, p);
	s = p->session;
	limits_init(&judged_limits);
	s->diagnosis = diagnosis_new(&judged_limits, NULL, judged_key_help);
	s->port_protocol = protocol;
	s->handshake = SESSION_HANDSHAKE_COMPLETE;
	s->state = SESSION_CLOSED;
	s->start_ns = PLAY_START_NS;
	s->has_fin[SIDE_CLIENT] = s->has_fin[SIDE_SERVER] = true;
	for (int side = 0; side < SIDES; side++)
		s->side[side].packets = s->side[side].bytes = 10;
}

static void judged_end(struct player *p)
{
	diagnosis_free(p->session->diagnosis);
	play_end(p);
}

#endif
