/*
 * worker: the thread that owns the engine: takes packets out of the ring, answers the screen's queries with snapshots,
 * carries out its requests.
 *
 * Without a screen it runs on the main thread.
 */
#ifndef APP_WORKER_H
#define APP_WORKER_H

#include <stdatomic.h>

#include "app/batch_output.h"
#include "capture/capture.h"
#include "engine/engine.h"
#include "sync/doorbell.h"
#include "sync/ring.h"
#include "sync/triple_buffer.h"

enum {
	WORKER_PRINTERS = 2,
};

struct key_sources;
struct session_file;

struct worker_options {
	struct engine_options engine;
	struct capture *capture;
	struct ring *packets;
	struct doorbell *doorbell; /* rung by the capture, the screen and the task queue */
	/* What is put out side by side; NULL: nothing more. */
	struct batch_output *printers[WORKER_PRINTERS];
	struct session_file *session_file; /* gets the packets of wanted sessions; NULL: nothing does */
	bool writes_all;		   /* those of the whole capture */
	bool writes_secrets;		   /* and with them the secrets of TLS that they need */
	struct key_sources *keys;	   /* of TLS; NULL: none */
	bool waits_for_keys;		   /* behind the capture, what is written into a pipe of keys is waited for */
	const atomic_bool *stop;	   /* set by a signal: the capture ends, what is there is finished */
	atomic_bool *reopen;		   /* likewise: files are opened again; NULL: never */
	bool finish_at_end;		   /* leave when the capture has ended (without a screen) */
	/* with a screen */
	struct triple_buffer *queries;
	struct triple_buffer *snapshots;
	struct ring *requests;
	struct doorbell *ui;
	const char *source; /* for the title line */
	bool never_secrets;
	const char *resolver; /* server to ask for names when the screen wants it; NULL: the system's */
};

struct worker;

struct worker *worker_new(const struct worker_options *options, struct error *err);
/* Runs until the capture has ended (without a screen) or the screen asks to quit. False: something could not be written
 * or read. */
bool worker_run(struct worker *w);
void worker_free(struct worker *w);

#endif
