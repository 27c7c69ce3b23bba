/*
 * observer: who follows sessions: diagnosis, history, duplicates, counters, what is put out, what is saved.
 *
 * A row of functions, each of which may be NULL. They are called on the worker thread, in the order in which the
 * observers were added, and must not end the session.
 */
#ifndef MAIL_OBSERVER_H
#define MAIL_OBSERVER_H

#include "mail/session.h"

enum {
	OBSERVERS_MAX = 16,
};

struct observer {
	const char *name;
	void (*session_begin)(void *ctx, struct session *s);
	/* An event of the dialogue, before it is applied; what is secret in it is masked. */
	void (*event)(void *ctx, struct session *s, const struct dialogue_event *event, const struct stamp *first,
		      const struct stamp *last);
	/* The command has all its replies, or will get none. */
	void (*command)(void *ctx, struct session *s, struct command *c);
	/* The mail's data have ended: ranges and size are known, its reply may not be. */
	void (*mail_data)(void *ctx, struct session *s, struct mail *m);
	/* The mail's data can be read, before its outcome is told. */
	void (*mail_read)(void *ctx, struct session *s, struct mail *m);
	/* The mail's outcome is known and its data are here as far as they will be. */
	void (*mail)(void *ctx, struct session *s, struct mail *m);
	/* And it was saved, if it is to be: nothing of it changes any more. */
	void (*mail_settled)(void *ctx, struct session *s, struct mail *m);
	/* The connection is over, all its commands and mails were told, and what TCP knows is in the session. */
	void (*session_end)(void *ctx, struct session *s);
	/* And all its mails have settled. */
	void (*session_settled)(void *ctx, struct session *s);
	/* About once a second of the capture's time, as it goes on. */
	void (*tick)(void *ctx, int64_t time_ns);
};

struct observers {
	struct {
		const struct observer *row;
		void *ctx;
	} list[OBSERVERS_MAX];
	size_t count;
	uint16_t of_event; /* bits: who has `event`, and `command`, which are called for each */
	uint16_t of_command;
};

void observers_add(struct observers *o, const struct observer *row, void *ctx);

void observers_session_begin(const struct observers *o, struct session *s);
void observers_event(const struct observers *o, struct session *s, const struct dialogue_event *event,
		     const struct stamp *first, const struct stamp *last);
void observers_command(const struct observers *o, struct session *s, struct command *c);
void observers_mail_data(const struct observers *o, struct session *s, struct mail *m);
void observers_mail_read(const struct observers *o, struct session *s, struct mail *m);
void observers_mail(const struct observers *o, struct session *s, struct mail *m);
void observers_mail_settled(const struct observers *o, struct session *s, struct mail *m);
void observers_session_end(const struct observers *o, struct session *s);
void observers_session_settled(const struct observers *o, struct session *s);
void observers_tick(const struct observers *o, int64_t time_ns);

#endif
