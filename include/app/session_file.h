/*
 * session_file: -w with --session, or with secrets of TLS: the packets of wanted sessions, or all, as the engine hands
 * them out, into a file of -w's kind (capture/dump.h), which may be spread over several. Only the engine knows whose a
 * packet is, and which secrets it needs, so the worker writes, and a packet that was lost on its way to it is not in
 * the file.
 *
 * A file that cannot be written is told once; the capture goes on without it.
 */
#ifndef APP_SESSION_FILE_H
#define APP_SESSION_FILE_H

#include "base/error.h"
#include "capture/dump.h"
#include "tls/key_set.h"

struct session_file;

/* `dump` is its own from now on. */
struct session_file *session_file_new(struct dump *dump);

/* Empties what was there. */
void session_file_begin(struct session_file *f);
/* Returns the name of the file of a rotation that begins with it; NULL: none does. */
const char *session_file_put(struct session_file *f, const struct packet_record *record, struct slice bytes);
/* Secrets of TLS that the packets behind them need: see dump_put_secrets. */
void session_file_put_keys(struct session_file *f, const uint8_t client_random[KEY_RANDOM_LEN],
			   const struct key_set *keys);
/* Gives the system what was put a second ago, or all of it. False: it failed, and nobody was told yet. */
bool session_file_flush(struct session_file *f, bool is_idle, struct error *err);

/* It has failed, and nothing else is made of the capture. */
bool session_file_is_over(const struct session_file *f);

/* Writes the rest, if it has begun. False: it is not whole; `err` is empty where that was told. NULL is allowed. */
bool session_file_close(struct session_file *f, struct error *err);

#endif
