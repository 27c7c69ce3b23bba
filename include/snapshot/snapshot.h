/*
 * snapshot: what the screen shows: counters and plain rows for what is visible. The worker fills one, the UI thread
 * draws it; no pointer leads back into decoded state. Texts are valid UTF-8, NUL-terminated, already safe for a
 * terminal and already masked where they are secret; they are cut at their size, never in the middle of a character.
 */
#ifndef SNAPSHOT_SNAPSHOT_H
#define SNAPSHOT_SNAPSHOT_H

#include "common/protocol.h"
#include "common/side.h"
#include "snapshot/query.h"

/* What a row or line means; the theme gives each a colour and a sign. */
enum snapshot_meaning {
	MEANING_PLAIN,
	MEANING_CLIENT,
	MEANING_SERVER,
	MEANING_GOOD,
	MEANING_NOTICE,
	MEANING_WARNING,
	MEANING_ERROR,
	MEANING_SECRET,
	MEANING_MUTED, /* encrypted, missing, not yet known */
	MEANINGS
};

/* Login attempts whose secret passed unencrypted: who gets the packets can read them. */
struct snapshot_logins {
	uint64_t passwords;
	uint64_t digests; /* of a password that did not pass itself */
};

struct snapshot_session_row {
	uint64_t number;
	bool marked;
	bool open;
	bool tls;
	bool by_content; /* not on a port of mail: what was said told the protocol */
	enum protocol protocol;
	int64_t start_ns;
	int64_t duration_ns;
	char client[64]; /* "host:port", for people */
	char server[64];
	char client_name[64]; /* of its host; "": not known, or not wanted */
	char server_name[64];
	char client_address[46]; /* as inet_ntop writes it, for filters */
	char server_address[46];
	uint16_t client_port;
	uint16_t server_port;
	char user[64];
	char mailbox[64]; /* IMAP: the one that is selected */
	char helo[64];
	char tls_version[12];
	char program[32];  /* of the server, by what it said */
	char observer[32]; /* who captured it, where there are several */
	char from[96];	   /* of its first mail, these three */
	char to[96];
	char subject[160];
	int64_t slowest_ns; /* the longest wait for a reply */
	uint64_t resent;    /* packets */
	uint32_t mails;
	uint64_t bytes; /* payload, both sides */
	uint32_t packets;
	uint64_t packet_bytes; /* as captured */
	struct snapshot_logins logins;
	enum snapshot_meaning meaning;
	char result[96]; /* short words, without the sign: "accepted", "550 5.1.1", "refused" */
};

struct snapshot_mail_row {
	uint64_t session;
	uint32_t mail; /* from 1 in the session */
	bool marked;
	bool saved;
	bool complete;
	bool differs; /* some of its bytes came in copies that differ */
	int64_t time_ns;
	uint64_t size;
	char from[96];
	char to[96];
	char subject[160];
	char message_id[160]; /* without its angle brackets; "": none */
	char mailbox[64];     /* IMAP */
	uint32_t uid;	      /* IMAP; 0: not said */
	enum snapshot_meaning meaning;
	char outcome[32];
};

/* Where the panes of a session go. */
struct snapshot_place {
	bool is_known;
	uint64_t timeline_row;
	uint64_t position;
	uint64_t packet; /* 0: none */
	uint32_t mail;	 /* of a line: that it tells of; 0: none */
};

/* A finding in the list of all. */
struct snapshot_finding_row {
	uint64_t session;
	uint32_t number; /* in the session, from 0 */
	bool is_root;
	bool marked; /* its session is */
	int64_t time_ns;
	struct snapshot_place place; /* known in the focused session; the packet proves it */
	enum snapshot_meaning meaning;
	char id[8];
	char severity[12];
	char name[64];
	char message[256];
};

enum {
	SNAPSHOT_HISTORY = 16,	 /* columns of a row's */
	SNAPSHOT_TIMES = 64,	 /* of all sessions' */
	SNAPSHOT_LATENCIES = 13, /* classes */
	SNAPSHOT_KEY_SIZE = 96
};

/* The sum of the sessions of one key. */
struct snapshot_statistic_row {
	char key[SNAPSHOT_KEY_SIZE]; /* for people; of a finding its name, too */
	char term[96];		     /* of the filter language, that asks for it; "": none does */
	bool is_others;		     /* of all keys that have no row */
	uint64_t sessions;
	uint64_t failed;
	uint64_t mails;
	uint64_t bytes;
	uint64_t replies;
	int64_t median_ns; /* -1: none was answered */
	int64_t p95_ns;
	int64_t slowest_ns;
	uint32_t history[SNAPSHOT_HISTORY];	/* sessions, by when they began: as wide as four of snapshot_times' */
	uint64_t latencies[SNAPSHOT_LATENCIES]; /* replies below 64 us, from there on below four times as much each */
};

/* What the statistics that are shown are made of. */
struct snapshot_statistics {
	bool is_known; /* for the latest query */
	enum statistics_of of;
	bool is_filtered; /* of the sessions that are still held and pass the filter */
	bool is_busy;
	int permille;
	struct snapshot_statistic_row total;
	int64_t begin_ns; /* of the first column */
	int64_t column_ns;
	uint32_t sessions[SNAPSHOT_TIMES];
	uint32_t failed[SNAPSHOT_TIMES];
};

enum snapshot_arrow {
	ARROW_NONE, /* a remark about both: TLS, gap, end */
	ARROW_TO_SERVER,
	ARROW_TO_CLIENT,
};

struct snapshot_timeline_row {
	uint64_t row;
	int64_t time_ns;    /* since the session's start */
	int64_t before_ns;  /* since the row before; -1: there is none */
	int64_t at_ns;	    /* by the clock of who captured it */
	int64_t latency_ns; /* of a reply; -1 otherwise */
	enum snapshot_meaning
		pace; /* of that, by the limits of the diagnoses: good, warning, error; muted: none has one */
	enum snapshot_arrow arrow;
	enum snapshot_meaning meaning;
	uint64_t packet;   /* 0: none */
	uint64_t position; /* in the conversation */
	uint32_t mail;	   /* the mail this row begins or ends; 0: none */
	uint32_t resent;   /* packets that brought bytes of it again */
	uint32_t disordered;
	uint32_t closed_windows; /* times that who gets it had no room */
	char phase[12];		 /* of the session, which begins here: "envelope"; "": none does */
	char text[240];
	char detail[240]; /* what the command is for, the decoded login, the whole reply: shown for the selected row */
};

enum {
	SNAPSHOT_COMPARED = 2, /* sessions side by side */
};

/* A row of two sessions side by side. */
struct snapshot_compare_row {
	bool is_fact; /* of the sessions as a whole: `what` it is, and of each side text, meaning and latency_ns */
	char what[20];
	enum snapshot_meaning difference; /* error: the outcomes differ; notice: less than that; plain: nothing */
	int slower;			  /* the side whose latency is clearly the longer one; -1: neither is */
	uint64_t before;		  /* the nearest rows that differ, facts aside; its own: there is none */
	uint64_t after;
	struct snapshot_compare_side {
		bool is_there;
		struct snapshot_timeline_row row;
	} sides[SNAPSHOT_COMPARED];
};

enum snapshot_compare_state {
	SNAPSHOT_COMPARE_CHOOSING,
	SNAPSHOT_COMPARE_READY,
	SNAPSHOT_COMPARE_ALONE, /* there are no two; `why` says that */
	SNAPSHOT_COMPARE_GONE,	/* one of them is not there any more */
};

/* Which two sessions are compared, and why these. */
struct snapshot_compare {
	uint64_t serial; /* of the query's that it answers */
	enum snapshot_compare_state state;
	int permille; /* of the sessions looked at, while it is being chosen */
	char why[160];
	struct snapshot_session_row sides[SNAPSHOT_COMPARED]; /* numbers also of one that is gone; 0: none */
	bool is_listed[SNAPSHOT_COMPARED];		      /* it passes the filter */
	uint64_t first_row;				      /* the first that differs most */
	uint32_t differences;				      /* rows with other outcomes */
	uint32_t lesser;				      /* and with other differences */
};

struct snapshot_stream_row {
	uint64_t position; /* of its first byte in the conversation */
	enum side side;
	enum snapshot_meaning meaning;
	bool continues; /* the same line as the row before */
	uint64_t packet;
	uint64_t timeline_row;
	char text[512];
};

struct snapshot_packet_row {
	uint64_t number;
	uint64_t session; /* 0: of none */
	int64_t time_ns;  /* since the session's start, or the capture's */
	enum side side;
	uint32_t len; /* on the wire */
	enum snapshot_meaning meaning;
	uint64_t timeline_row;
	uint64_t position;
	char source[64];
	char destination[64];
	char source_address[46]; /* as inet_ntop writes it, for filters; "" where there is none */
	char destination_address[46];
	uint16_t source_port;
	uint16_t destination_port;
	char protocol[8];
	char info[192];	 /* flags, numbers, the line's beginning */
	char remark[40]; /* "handshake 1/3", "retransmission", "copy", "out of order", "gap before" */
};

enum {
	SNAPSHOT_PACKET_BYTES = 262144, /* of an opened packet: all that can be captured of one */
	SNAPSHOT_FIELDS_MAX = 256,
	SNAPSHOT_LINE_SIZE = 512,
	SNAPSHOT_COUNTS_MAX = 16,
	SNAPSHOT_KEY_LOGS_MAX = 64,
	SNAPSHOT_PARTS_MAX = 128, /* of an opened mail */
	SNAPSHOT_VALUES_MAX = 12,
};

/* One field of an opened packet. */
struct snapshot_field {
	uint8_t depth;
	uint32_t offset; /* of its bytes in the packet */
	uint32_t len;
	char name[40];
	char value[120];
};

struct snapshot_packet_detail {
	uint64_t number;     /* 0: none */
	uint32_t byte_count; /* in `bytes` */
	uint32_t total_len;  /* captured */
	uint32_t field_count;
	struct snapshot_field fields[SNAPSHOT_FIELDS_MAX];
	uint8_t bytes[SNAPSHOT_PACKET_BYTES];
};

struct snapshot_line {
	enum snapshot_meaning meaning;
	bool continues;		     /* the line before, which was too long for one */
	struct snapshot_place place; /* of a line of a diagnosis: where Enter goes */
	char text[SNAPSHOT_LINE_SIZE];
};

/* A part of the opened mail that has bytes of its own, or what is embedded in one. */
struct snapshot_part {
	uint32_t number; /* in the list of all parts, from 1 */
	uint64_t line;	 /* of its row in that list; meaningless in the source */
	bool is_mail;
	uint64_t size;	/* of an attachment */
	char name[160]; /* or its type */
};

/* How many of something, by a reason in words. */
struct snapshot_count {
	char name[40];
	uint64_t count;
};

struct snapshot_key_log {
	char name[200];
	bool is_missing;	/* not there yet, or not any more */
	bool is_open_to_others; /* who are not its owner can read it */
	uint64_t lines;		/* with a secret in them */
};

enum {
	SNAPSHOT_UNREAD_LINES = 3,
};

/* Sessions in TLS that cannot be read for want of a key, and what would help most of them: what to do, then lines to
 * set on this machine. */
struct snapshot_unread {
	uint64_t sessions;
	char lines[SNAPSHOT_UNREAD_LINES][SNAPSHOT_LINE_SIZE]; /* "": no more */
};

/* For the dialog about the capture. */
struct snapshot_about {
	int64_t first_ns; /* 0: no packet yet */
	int64_t last_ns;
	char links[160]; /* "Ethernet, Raw IP" */
	uint32_t skipped_count;
	struct snapshot_count skipped[SNAPSHOT_COUNTS_MAX]; /* packets that were not understood */
	uint32_t given_up_count;
	struct snapshot_count given_up[SNAPSHOT_COUNTS_MAX]; /* because of a limit */
	uint64_t memory;				     /* of sessions that are over, and of the packets' index */
	uint64_t memory_limit;				     /* 0: none */
	uint64_t spool;
	uint64_t spool_limit;
	uint64_t names; /* known: the hosts file, answers seen, the resolver's */
	uint64_t names_asked;
	uint64_t names_missing; /* no name, or no answer */
	uint32_t key_log_count;
	struct snapshot_key_log key_logs[SNAPSHOT_KEY_LOGS_MAX];
	uint64_t key_handshakes; /* whose secrets are known, also from capture files */
	struct snapshot_unread unread;
};

/* What sessions hold together, for the export and save dialogs. */
struct snapshot_tally {
	bool known;
	uint64_t sessions;
	uint64_t packets;
	uint64_t bytes; /* of the packets, as captured */
	uint64_t mails; /* with data, that saving would save */
	uint64_t mail_bytes;
	uint64_t partial_mails; /* of them not whole */
	struct snapshot_logins logins;
};

/* A window of rows: [first, first + count) of `total`. */
struct snapshot_window {
	uint64_t first;
	uint64_t total;
	uint32_t count;
};

enum snapshot_capture_state {
	SNAPSHOT_LOADING, /* reading files */
	SNAPSHOT_LOADED,
	SNAPSHOT_LIVE,
	SNAPSHOT_STOPPED,
	SNAPSHOT_ENDED, /* live capture that ended: -c, interface gone */
};

struct snapshot {
	uint64_t query_serial;
	/* title */
	char source[128];
	enum snapshot_capture_state capture;
	int64_t elapsed_ns;
	uint64_t packets;
	uint64_t bytes;
	uint64_t kernel_drops;
	uint64_t ring_drops;
	uint64_t evicted_sessions;
	int progress_permille; /* -1: unknown */
	uint64_t sessions;     /* all */
	uint64_t sessions_failed;
	uint64_t mails;
	uint64_t findings[4];	 /* by severity: info, notice, warning, critical */
	uint64_t wanted_session; /* the first that --session means; 0: there is none yet, or all are meant */
	uint64_t marked_sessions;
	uint64_t marked_mails;
	int64_t last_packet_ns;	      /* 0: none yet */
	char ports[160];	      /* "smtp 25;587 pop3 110", for the empty screen */
	char filter[QUERY_TEXT_SIZE]; /* display filter in force, "" for none */
	char filter_error[QUERY_TEXT_SIZE];
	char filter_asked[QUERY_TEXT_SIZE]; /* the text that the error is about */
	uint32_t filter_error_at;	    /* where in the text that was asked for, in bytes */
	uint32_t filter_error_len;	    /* 0: something is missing there */
	bool has_mailboxes;		    /* of what is listed: there is IMAP */
	bool has_users;			    /* and who logs in */
	bool filter_busy;		    /* being compiled, or rows are being filtered or sorted */
	int filter_permille;
	uint64_t shown_sessions; /* that pass the filter, as far as it has come */
	/* a message for the user, the newest; drawn when its serial has changed */
	uint64_t message_serial;
	bool message_is_error;
	char message[256];
	uint64_t requests_answered; /* of all that were sent: not one whose filter is still being compiled */
	uint64_t given_serial;	    /* rises with each REQUEST_GIVE that is done */
	bool given_is_failed;	    /* the message says why */
	bool given_is_partial;	    /* the mail is not whole */
	uint32_t jobs_pending;	    /* mails still to be written */
	uint32_t saves_total;	    /* of those that were asked for; 0: none is on its way */
	uint32_t saves_done;
	struct snapshot_about about;
	uint32_t names_pending; /* answers of lookups on their way */
	bool exporting;
	int export_permille;
	struct snapshot_tally marked_tally; /* for the query that asks for them */
	struct snapshot_tally selected_tally;
	struct snapshot_tally shown_tally;
	/* settings in force, for the settings dialog */
	char port_list[PROTOCOLS][200];
	bool save;
	char save_dir[256];
	/* rows, of each kind room for QUERY_ROWS_MAX */
#define LIST(id, name)			struct snapshot_##name##_row *name##_rows;
#define ROWS(structure, member, window) struct structure *member;
#include "snapshot/rows.def"
#undef LIST
#undef ROWS
	/* the list that the query names */
	struct snapshot_window list;
	/* the focused session; 0: none, it is gone */
	uint64_t session;
	uint64_t item_row;    /* of the query's item in the list; UINT64_MAX: it is not there, or it has none */
	uint64_t session_row; /* its row in the list; UINT64_MAX when filtered away */
	bool session_awaits;  /* it may still come into the list, which is being made anew */
	struct snapshot_session_row session_head;
	struct snapshot_place culprit; /* where it went wrong */
	char session_line[256];	       /* what became of it, in a sentence, for the line under the panes */
	enum snapshot_meaning session_line_meaning;
	char side_line[SIDES][200]; /* what TCP tells of each side: packets, retransmissions, missing bytes */
	struct snapshot_window diagnosis_lines; /* when asked for: all of them */
	char ticket[2048];			/* the finding asked for, as text to be copied; "" when there is none */
	struct snapshot_window statistics;	/* when asked for */
	struct snapshot_statistics statistics_head;
	struct snapshot_window compare; /* when asked for */
	struct snapshot_compare compare_head;
	struct snapshot_window timeline;
	uint64_t said_row; /* the row of the timeline that is the query's anchor, and its whole text, to be copied */
	char said[4096];
	struct snapshot_window
		stream;		    /* first and total are positions (bytes), count is rows; rows around the anchor */
	uint32_t stream_anchor_row; /* which of the rows is the anchor's */
	struct snapshot_window packet_window; /* first is a row number */
	uint32_t packet_anchor_row;
	uint64_t packets_gone; /* of the capture: forgotten to save memory */
	struct snapshot_packet_detail packet;
	uint32_t mail; /* opened mail; 0: none */
	struct snapshot_mail_row mail_head;
	struct snapshot_window mail_lines;
	struct part_path mail_part; /* the opened mail is within that one */
	uint32_t mail_part_count;
	uint32_t mail_parts_more; /* behind those */
	struct snapshot_part mail_parts[SNAPSHOT_PARTS_MAX];
	/* values that were seen and begin so, those of the most sessions first, or those seen last */
	uint32_t values_of;
	char value_prefix[QUERY_VALUE_SIZE];
	uint32_t value_count;
	char values[SNAPSHOT_VALUES_MAX][QUERY_VALUE_SIZE];
	/* the search */
	uint64_t find_serial; /* answered search */
	bool find_busy;	      /* the first was not found yet, or they are counted */
	int find_permille;
	bool find_found;
	uint64_t find_matches; /* so far */
	uint64_t find_before;  /* of them, those in rows above the one that was found */
	uint64_t find_anchor;  /* where: anchor of that pane (row number, position, packet number) */
	uint64_t find_session; /* QUERY_FIND_LIST: session and mail found */
	uint32_t find_mail;
};

/* "2 logins with their passwords and 1 with a digest of it"; "": there are none. Returns the length. */
size_t snapshot_put_logins(char *out, size_t size, const struct snapshot_logins *logins);

/* All zero, with room for QUERY_ROWS_MAX rows of each kind; the pointers to them never change. */
struct snapshot *snapshot_new(void);
void snapshot_free(struct snapshot *s);

/* Copies `source` into `target`, rows included: for tests and for a screen that is held still. */
void snapshot_copy(struct snapshot *target, const struct snapshot *source);

#endif
