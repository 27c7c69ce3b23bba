/*
 * ui: the terminal front end. Lives on the main thread; sees the rest of the program only through snapshots, queries
 * and requests.
 *
 * The terminal's encoding is that of the locale: the caller sets LC_CTYPE before it starts threads. Where that is not
 * UTF-8, lines and signs are ASCII.
 */
#ifndef UI_UI_H
#define UI_UI_H

#include <stdatomic.h>
#include <stddef.h>

#include "base/error.h"
#include "config/options.h"
#include "snapshot/request.h"
#include "snapshot/snapshot.h"
#include "sync/doorbell.h"
#include "sync/ring.h"
#include "sync/triple_buffer.h"

struct ui_link {
	struct triple_buffer *queries;	 /* of struct query; the UI writes */
	struct triple_buffer *snapshots; /* of struct snapshot; the UI reads */
	struct ring *requests;		 /* of struct request; the UI produces; takes records of that size */
	struct doorbell *worker;	 /* rung after a query or a request */
	struct doorbell *ui;		 /* rung when a snapshot is new */
};

/* Opens the terminal (the keyboard is /dev/tty when standard input is not a terminal) with all that is loaded for it,
 * and holds messages back. Before rights are given up and threads start. False: no usable terminal; err says what to
 * do. */
bool ui_open(const struct options *options, struct error *err);
/* Restores the terminal, and puts out the messages. */
void ui_close(void);

/* Runs until the user quits or `*stop` becomes true (set by a signal handler). The last request is REQUEST_QUIT. */
void ui_run(const struct ui_link *link, const struct options *options, const atomic_bool *stop);

#endif
