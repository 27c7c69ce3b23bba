/*
 * records: the JSON lines of mailtap-formats(5), one function for each dataset. Names follow ECS 8.
 *
 * Each appends one line to a buffer: at most 32 KiB, of which each stands alone: it says whose it is, and where it was
 * seen. Reads sessions, changes nothing. Secrets are masked unless `show_secrets`.
 */
#ifndef OUTPUT_RECORDS_H
#define OUTPUT_RECORDS_H

#include "base/buffer.h"
#include "base/name_table.h"
#include "mail/session.h"
#include "mime/message.h"

/* A mail of another session. */
struct record_link {
	uint64_t session;
	uint32_t mail;
};

/* What is known of a mail beyond the session: its header fields decoded, its parts. */
struct record_fields {
	struct buffer subject;
	struct buffer message_id;
	struct buffer x_mailer;
	/* addresses, each followed by a NUL */
	struct buffer from;
	struct buffer to;
	struct buffer cc;
	/* and the names beside them, each followed by a NUL; of To and Cc together */
	struct buffer from_names;
	struct buffer to_names;
	bool has_date;
	int64_t date_ns;
	bool has_hash;
	char sha256[MESSAGE_SHA256_SIZE];
	const struct message *message;	   /* with --details; may be NULL */
	const struct record_link *same_as; /* the same mail in other sessions */
	size_t same_as_count;
};

void records_fini_fields(struct record_fields *f);

/* How many of something, by the reason. */
struct record_count {
	const char *reason;
	uint64_t count;
};

/* Packets that were lost. */
struct record_drops {
	uint64_t kernel; /* before they reached mailtap */
	uint64_t ring;	 /* because it did not keep up */
};

struct record_capture {
	int64_t time_ns;
	uint8_t time_digits;
	uint64_t packets;
	uint64_t bytes;
	uint64_t sessions;
	uint64_t mails;
	struct record_drops drops;
	uint64_t records; /* of before, which did not get into the file that they were for */
	const struct record_count *skipped;
	size_t skipped_count;
	const struct record_count *evicted; /* because of a limit */
	size_t evicted_count;
	const char *const *sandbox; /* what keeps a decoder that was taken over from doing harm */
	size_t sandbox_count;
};

/* The sum of some sessions, see engine/statistics.h. */
struct record_statistic {
	int64_t time_ns;
	uint8_t time_digits;
	const char *of;	  /* what the key is: "server", ... */
	struct slice key; /* of the rest of the keys: RECORD_OTHERS */
	bool is_others;
	uint64_t sessions;
	uint64_t failed;
	uint64_t mails;
	uint64_t bytes;
	bool has_latency;
	uint64_t latency_p50_us;
	uint64_t latency_p95_us;
	uint64_t latency_max_us;
};

#define RECORD_OTHERS "others"

/* Where packets come from. */
struct record_source {
	const char *observer; /* the sensor's name */
	const char *file;     /* that holds the packets; NULL: none does */
};

/* Where the records of a run come from. */
struct record_origin {
	const char *version;		     /* of mailtap */
	const char *observer;		     /* of them all */
	const struct record_source *sources; /* by number, see session.source */
	size_t source_count;
	const struct name_table *interfaces; /* by number, see session.interface; NULL: none is known */
};

struct records;

struct records *records_new(const struct record_origin *origin, bool show_secrets);
/* What is appended to a buffer is not a line but what record_heads_play makes one of, in another thread, too. One
 * record at a time. */
struct records *records_new_tape(bool show_secrets);
void records_free(struct records *r);

/* `names`: of both hosts; NULL where they are not known. */
void records_session(struct records *r, struct buffer *out, const struct session *s, const char *const names[SIDES]);
void records_command(struct records *r, struct buffer *out, const struct session *s, const struct command *c);
void records_mail(struct records *r, struct buffer *out, const struct session *s, const struct mail *m,
		  const struct record_fields *f);
struct finding;
/* One of the session's. */
void records_diagnosis(struct records *r, struct buffer *out, const struct session *s, const struct finding *f);
void records_statistic(struct records *r, struct buffer *out, const struct record_statistic *s);
void records_capture(struct records *r, struct buffer *out, const struct record_capture *c);

#endif
