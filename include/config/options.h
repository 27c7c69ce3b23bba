/*
 * options: what the user asked for, from the command line and the configuration file.
 *
 * One const table (options.def) makes the parser, --help, the sample configuration and the manual's option list. The
 * command line wins over the file. Read on the main thread, then constant, but for the settings that the screen may
 * change, which it copies.
 */
#ifndef CONFIG_OPTIONS_H
#define CONFIG_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "common/limits.h"
#include "common/ports.h"
#include "common/wanted.h"

enum {
	OPTIONS_SOURCES_MAX = 64,
	OPTIONS_CHARSETS_MAX = 8,
};

/* Where there is no file of the user's. */
#define OPTIONS_SYSTEM_FILE "/etc/mailtap.conf"

enum options_action {
	OPTIONS_RUN,
	OPTIONS_LIST_INTERFACES,
	OPTIONS_SANDBOX_CHECK,
	OPTIONS_HELP,
	OPTIONS_VERSION,
};

enum options_mode {
	OPTIONS_SCREEN,
	OPTIONS_LINES, /* -N */
	OPTIONS_JSON,
	OPTIONS_REPORT,
	OPTIONS_STATISTICS, /* --stats, as text */
	OPTIONS_PACKETS,    /* -w -: nothing but packets on standard output */
};

enum options_save_format {
	OPTIONS_SAVE_EML,
	OPTIONS_SAVE_MBOX,
	OPTIONS_SAVE_MAILDIR,
};

/* Datasets of --json, a bit each. */
enum options_dataset {
	OPTIONS_DATASET_SESSION = 1 << 0,
	OPTIONS_DATASET_COMMAND = 1 << 1,
	OPTIONS_DATASET_MAIL = 1 << 2,
	OPTIONS_DATASET_DIAGNOSIS = 1 << 3,
	OPTIONS_DATASET_CAPTURE = 1 << 4,
	OPTIONS_DATASET_ALL = (1 << 5) - 1,
	OPTIONS_DATASET_STATISTICS = 1 << 5, /* by --stats only */
};

/* Lists whose columns can be chosen. */
enum options_columns {
	OPTIONS_COLUMNS_SESSIONS,
	OPTIONS_COLUMNS_MAILS,
	OPTIONS_COLUMNS_FINDINGS,
	OPTIONS_COLUMNS_PACKETS,
	OPTIONS_COLUMNS_STATISTICS,
	OPTIONS_COLUMNS_LISTS
};

enum options_secrets {
	OPTIONS_SECRETS_ASK,   /* masked; the screen may show them after a question */
	OPTIONS_SECRETS_NEVER, /* configuration: never, whatever the command line says */
	OPTIONS_SECRETS_SHOW,  /* --show-secrets */
};

struct options {
	enum options_action action;
	enum options_mode mode;
	bool wants_records;			     /* --json */
	bool names_datasets;			     /* and says which */
	unsigned int datasets;			     /* enum options_dataset: of --json, --json-file */
	const char *interfaces[OPTIONS_SOURCES_MAX]; /* after options_parse one at least, unless files are read */
	size_t interface_count;
	const char *default_interface; /* configuration: without -i and -r */
	bool picks_interface;	       /* nobody has named one: the screen may ask on which to capture */
	const char *files[OPTIONS_SOURCES_MAX];
	size_t file_count;
	char *const *command; /* "keylog -- COMMAND...", ends in NULL; NULL: not asked for */
	char *capture_filter; /* the rest of the command line joined by blanks, or NULL */
	/* Of the sources from `observer_begins` on, by number, up to the next one's. */
	const char *observers[OPTIONS_SOURCES_MAX];
	size_t observer_begins[OPTIONS_SOURCES_MAX];
	size_t observer_count;
	bool follow; /* read files as they grow */
	bool load_and_quit;
	const char *write_file;
	const char *json_file;
	uint64_t rotate_bytes; /* --rotate: at which length of these files; 0: none */
	uint64_t rotate_s;     /* and after how many seconds; 0: never */
	uint64_t keep_count;   /* --keep: 0 all */
	const char *config_file;
	const char *saved_file; /* that settings are saved to: that one, or the user's own; NULL: there is none */
	struct ports ports;
	const char *save_dir; /* configuration, or -o; never NULL */
	bool save;	      /* every finished mail, without asking */
	enum options_save_format save_format;
	uint64_t save_count; /* saving by itself ends there; 0: never */
	uint64_t save_bytes;
	uint64_t save_free_mib; /* and where less is free */
	enum options_secrets secrets;
	const char *key_logs[OPTIONS_SOURCES_MAX];
	size_t key_log_count;
	int64_t key_wait_ns;
	struct wanted wanted; /* --session */
	const char *filter;   /* --filter: the display filter; NULL: none */
	bool details;
	bool numeric;
	bool resolve;	      /* names by the resolver, on the screen */
	const char *resolver; /* "address[:port]"; NULL: the system's */
	bool promiscuous;
	uint64_t packet_count; /* 0: no limit */
	uint64_t buffer_mib;
	double replay_speed;			    /* --replay: 0 as fast as possible, 1 as it happened */
	uint64_t memory_mib;			    /* budget of decoded state of a live capture */
	uint64_t spool_mib;			    /* budget of packet bytes of a live capture */
	const char *charsets[OPTIONS_CHARSETS_MAX]; /* fallbacks for undeclared 8-bit header text, in order */
	size_t charset_count;
	const char *user;     /* whom root becomes; NULL: one who has no rights */
	const char *wordings; /* a file; NULL: none but the built-in one */
	const char *theme;    /* "dark", "light", "mono" */
	bool ascii_lines;
	/* Those that are shown, by their names, with commas between; NULL: as they come. */
	const char *columns[OPTIONS_COLUMNS_LISTS];
	struct limits limits;
	struct arena texts; /* of what came from the configuration file; other texts are argv's */
};

/* Fills `o` with the defaults. */
void options_init(struct options *o);
void options_fini(struct options *o);

/* Reads the command line and, unless the action ends the program, the configuration file: that of -f, else the user's,
 * else the system's. False: wrong usage, or a fault in the file; one line in `err`. `argv` must outlive `o` and gets
 * its options moved before the capture filter. */
bool options_parse(struct options *o, int argc, char **argv, struct error *err);

/* The name of who captures source `number` (of the interfaces, or files); NULL: this host. */
const char *options_observer(const struct options *o, size_t number);

/* --help on standard output, made from the table. */
void options_print_help(void);
void options_print_version(void);

/* ---- the table ---- */

enum options_type {
	OPTIONS_BOOL,	  /* bool; as an option without argument: the opposite of the default */
	OPTIONS_NUMBER,	  /* uint64_t: digits */
	OPTIONS_SIZE,	  /* uint64_t, bytes: digits, then perhaps one of kMGT */
	OPTIONS_TIME,	  /* int64_t, nanoseconds: seconds, to a thousandth */
	OPTIONS_PERCENT,  /* uint64_t, tenths: percent, to a tenth */
	OPTIONS_TEXT,	  /* const char *: NULL for an empty one */
	OPTIONS_PATH,	  /* const char *: not empty */
	OPTIONS_CHOICE,	  /* an enum: the place of one of `words` */
	OPTIONS_WORD,	  /* const char *: one of `words` */
	OPTIONS_LIST,	  /* an array of const char * and its count; `words` are the default */
	OPTIONS_PORTS,	  /* of the protocol `min` */
	OPTIONS_VALUE,	  /* an option without argument: the enum becomes `min` */
	OPTIONS_FUNCTION, /* what `apply` does */
	OPTIONS_TYPES
};

/* Headings of the sample configuration. */
enum options_section {
	OPTIONS_CAPTURED,
	OPTIONS_SAVED,
	OPTIONS_SHOWN,
	OPTIONS_KEPT,
	OPTIONS_SLOW,
	OPTIONS_SECTIONS
};

/* An option of the command line, a setting of the configuration file, or both. */
struct options_row {
	const char *name;     /* of the long option without dashes, or NULL: only a setting */
	char letter;	      /* or 0 */
	const char *argument; /* its name, "[NAME]" when it may be left away, or NULL */
	const char *setting;  /* its name, or NULL */
	enum options_type type;
	enum options_section section; /* of a setting */
	size_t offset;		      /* of the member of struct options */
	size_t count_offset;	      /* of a list: of its count */
	uint64_t min;
	uint64_t max;		  /* in the unit that the user writes; of a list: members */
	const char *preset;	  /* the default, as a user would write it; NULL: nothing */
	const char *const *words; /* ends in NULL */
	/* What the type does not check; and what a function does with the value. */
	bool (*check)(const struct options *o, const char *value, struct error *err);
	bool (*apply)(struct options *o, const struct options_row *row, const char *value, struct error *err);
	const char *help;
	const char *setting_help; /* where `help` does not fit the setting */
	const char *remark;	  /* in the sample, for it and those after it that have none */
	const char *label;	  /* in the screen's dialog, or NULL */
};

/* NULL past the end. */
const struct options_row *options_row(size_t number);
/* NULL when there is none. */
const struct options_row *options_setting(const char *setting);

/* The value of a setting that is a text; NULL for an empty one. */
const char *options_text(const struct options *o, const struct options_row *row);

/* The default of a setting as it would stand in the file. */
void options_default(const struct options_row *row, char *out, size_t size);

const char *options_section_title(enum options_section section);

#endif
