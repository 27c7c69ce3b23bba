/*
 * input: the bytes of a capture file in order, wherever they come from: a mapped regular file, a pipe, a file that
 * grows, compressed data (see decompress.h).
 *
 * A reader asks for the bytes it needs next, looks at them, and takes them. A mapped file is never copied; a stream
 * passes through a buffer that grows to the largest piece asked for (INPUT_PIECE_MAX). Reading never blocks: a pipe
 * with nothing in it gives INPUT_WAIT. Used by one thread.
 *
 * A regular file may be followed as it grows: then it is a stream without an end. When its writer begins it anew
 * (truncates it, or puts another file in its place), so does the reader.
 */
#ifndef CAPTURE_INPUT_H
#define CAPTURE_INPUT_H

#include "base/error.h"
#include "base/slice.h"

enum {
	INPUT_PIECE_MAX = 16 * 1024 * 1024,
};

enum input_status {
	INPUT_READY, /* the bytes are there */
	INPUT_WAIT,  /* not yet: poll input_fd, or ask again in a while */
	INPUT_END,   /* the input ends before that; see input_is_cut */
	INPUT_ANEW,  /* a followed file was begun anew, as the error says: its start is next */
	INPUT_ERROR, /* the error says why */
};

struct input;

/* Opens a file or, for "-", standard input. `follow`: a regular file is read on as it grows. */
struct input *input_open(const char *path, bool follow, struct error *err);
/* Reads memory of the caller's as if it were a mapped file; compressed data is decompressed. */
struct input *input_new_memory(struct slice memory);
void input_free(struct input *in);

/* Asks for `len` (at most INPUT_PIECE_MAX) bytes at once. */
enum input_status input_need(struct input *in, size_t len, struct error *err);
/* The bytes asked for; valid until the next input_need. In a mapped file: as long as the input. */
const uint8_t *input_peek(const struct input *in);
/* Takes bytes; `len` may be more than what was asked for: those are passed over as they come. */
void input_take(struct input *in, uint64_t len);
/* After INPUT_END: whether the end came amid what was asked for or passed over, or amid compressed data. */
bool input_is_cut(const struct input *in);

/* Position of input_peek in the (uncompressed) capture. */
uint64_t input_offset(const struct input *in);
/* The compressed format the bytes come out of ("gzip"), or NULL. */
const char *input_packing(const struct input *in);
/* Whether reading never has to wait for somebody else: a regular file. */
bool input_is_regular(const struct input *in);
/* Whether that one is read on as it grows. */
bool input_is_followed(const struct input *in);
/* The file descriptor to wait on, or -1. */
int input_fd(const struct input *in);
/* The mapped file, or an empty slice. */
struct slice input_mapping(const struct input *in);
/* Bytes read of the file itself, and its size (0 when unknown). */
void input_progress(const struct input *in, uint64_t *done, uint64_t *total);

#endif
