/*
 * setup: what the options say, as the parts of the program want to have it.
 */
#ifndef APP_SETUP_H
#define APP_SETUP_H

#include "app/batch_output.h"
#include "app/worker.h"
#include "capture/capture.h"
#include "config/options.h"
#include "engine/engine.h"

/* Splits the helper off that will make files, where there are any to be made. Before all that follows. */
bool setup_files(const struct options *o, struct error *err);

/* What is open. */
struct setup_opened {
	struct capture_options capture;
	struct record_sink *json_file; /* or NULL */
	struct key_sources *keys;
	struct key_help *key_help;     /* of a live capture, and the caller's to free; else NULL */
	struct name_table *interfaces; /* read by all that follows, and the caller's to free */
};

/* Opens everything that may need rights. Interfaces are opened with root's, what the user named with his. The caller
 * frees `capture.sources`, the list. */
bool setup_capture(const struct options *o, struct setup_opened *opened, struct error *err);
/* Gives the rights up. The files of a rotation are made with what is left. */
bool setup_confine(const struct options *o, struct setup_opened *opened, struct error *err);
/* Closes what was opened, where no capture is made of it. */
void setup_close(struct setup_opened *opened);

/* Whether the secrets of TLS are written with the packets, where the file can hold them. */
bool setup_writes_secrets(const struct options *o);

/* The packets of wanted sessions, and all with secrets of TLS, are the worker's to write: takes that file out of what
 * was opened. NULL: there is none.
 */
struct session_file *setup_session_file(const struct options *o, struct setup_opened *opened);

/* `filter`: of --filter; NULL: there is none. */
void setup_engine(const struct options *o, const struct expression *filter, struct engine_options *e);

/* What is put out, side by side. `json_file` is theirs from now on. False: what there is of them is the caller's all
 * the same. */
bool setup_printers(const struct options *o, const struct setup_opened *opened,
		    struct batch_output *printers[WORKER_PRINTERS], struct error *err);

/* Whether keys that are still being written when the capture is read are waited for. */
bool setup_waits_for_keys(const struct options *o);

/* Whether a signal makes the program open a file again. */
bool setup_reopens(const struct options *o);

/* The title's name of what is captured: "eth0", "a.pcap and 2 more". */
void setup_title(const struct options *o, char *out, size_t size);

#endif
