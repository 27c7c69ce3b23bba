#include "capture/unpack.h"

#include <assert.h>
#include <limits.h>
#include <lz4frame.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#include "base/mem.h"

enum {
	GZIP_WINDOW = 15 + 16, /* the largest window, gzip header and trailer */
	ZSTD_WINDOW_LOG_MAX = 27,
};

#define LZ4_MAGIC UINT32_C(0x184d2204)

/* A piece of input and room for output; what was used of both. */
struct unpack_step {
	struct slice in;
	uint8_t *out;
	size_t size;
	size_t used_len;
	size_t out_len;
};

/* A compressed format: how its files begin, and what its library does. */
struct unpack_format {
	const char *name;
	bool (*begins)(struct slice magic);
	void (*open)(struct unpack *u);
	void (*close)(struct unpack *u);
	bool (*feed)(struct unpack *u, struct unpack_step *step, struct error *err);
};

struct unpack {
	const struct unpack_format *format;
	bool at_end;   /* between members, after the first */
	bool trailing; /* what follows is no member: padding that gzip ignores, too */
	union {
		z_stream gzip;
		ZSTD_DStream *zstd;
		LZ4F_dctx *lz4;
	};
};

static uint32_t little_endian(struct slice magic)
{
	if (magic.len < 4)
		return 0;
	return (uint32_t)magic.data[0] | (uint32_t)magic.data[1] << 8 | (uint32_t)magic.data[2] << 16 |
	       (uint32_t)magic.data[3] << 24;
}

static unsigned int clamp(size_t len)
{
	return len < UINT_MAX ? (unsigned int)len : UINT_MAX;
}

/* ---- gzip ---- */

static bool gzip_begins(struct slice magic)
{
	return magic.len >= 3 && magic.data[0] == 0x1f && magic.data[1] == 0x8b && magic.data[2] == 8;
}

static void gzip_open(struct unpack *u)
{
	int status = inflateInit2(&u->gzip, GZIP_WINDOW);

	assert(status == Z_OK);
}

static void gzip_close(struct unpack *u)
{
	inflateEnd(&u->gzip);
}

static bool gzip_feed(struct unpack *u, struct unpack_step *step, struct error *err)
{
	z_stream *z = &u->gzip;
	int status;

	if (u->at_end && step->in.len > 0) {
		u->trailing = step->in.data[0] != 0x1f;
		u->at_end = u->trailing;
		inflateReset(z);
	}
	if (u->trailing) {
		step->used_len = step->in.len;
		return true;
	}
	z->next_in = (Bytef *)(uintptr_t)step->in.data;
	z->avail_in = clamp(step->in.len);
	z->next_out = step->out;
	z->avail_out = clamp(step->size);
	status = inflate(z, Z_NO_FLUSH);
	step->used_len = clamp(step->in.len) - z->avail_in;
	step->out_len = clamp(step->size) - z->avail_out;
	u->at_end = status == Z_STREAM_END;
	if (status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR)
		return true;
	return error_set(err, "%s", z->msg ? z->msg : zError(status));
}

/* ---- zstd ---- */

/* A frame, or a skippable frame as parallel compressors put first. */
static bool zstd_begins(struct slice magic)
{
	uint32_t value = little_endian(magic);

	return value == ZSTD_MAGICNUMBER || (value & ZSTD_MAGIC_SKIPPABLE_MASK) == ZSTD_MAGIC_SKIPPABLE_START;
}

static void zstd_open(struct unpack *u)
{
	u->zstd = ZSTD_createDStream();
	assert(u->zstd != NULL);
	ZSTD_DCtx_setParameter(u->zstd, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG_MAX);
}

static void zstd_close(struct unpack *u)
{
	ZSTD_freeDStream(u->zstd);
}

static bool zstd_feed(struct unpack *u, struct unpack_step *step, struct error *err)
{
	ZSTD_inBuffer input = {.src = step->in.data, .size = step->in.len};
	ZSTD_outBuffer output = {.dst = step->out, .size = step->size};
	size_t status = ZSTD_decompressStream(u->zstd, &output, &input);

	step->used_len = input.pos;
	step->out_len = output.pos;
	if (ZSTD_isError(status))
		return error_set(err, "%s", ZSTD_getErrorName(status));
	if (input.pos > 0 || output.pos > 0)
		u->at_end = status == 0;
	return true;
}

/* ---- lz4 ---- */

static bool lz4_begins(struct slice magic)
{
	return little_endian(magic) == LZ4_MAGIC;
}

static void lz4_open(struct unpack *u)
{
	LZ4F_errorCode_t status = LZ4F_createDecompressionContext(&u->lz4, LZ4F_VERSION);

	assert(!LZ4F_isError(status));
}

static void lz4_close(struct unpack *u)
{
	LZ4F_freeDecompressionContext(u->lz4);
}

static bool lz4_feed(struct unpack *u, struct unpack_step *step, struct error *err)
{
	size_t status;

	step->used_len = step->in.len;
	step->out_len = step->size;
	status = LZ4F_decompress(u->lz4, step->out, &step->out_len, step->in.data, &step->used_len, NULL);
	if (LZ4F_isError(status)) {
		step->used_len = step->out_len = 0;
		return error_set(err, "%s", LZ4F_getErrorName(status));
	}
	if (step->used_len > 0 || step->out_len > 0)
		u->at_end = status == 0;
	return true;
}

/* ---- */

static const struct unpack_format formats[] = {
	{"gzip", gzip_begins, gzip_open, gzip_close, gzip_feed},
	{"zstd", zstd_begins, zstd_open, zstd_close, zstd_feed},
	{"lz4", lz4_begins, lz4_open, lz4_close, lz4_feed},
};

struct unpack *unpack_new(struct slice magic)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (formats[i].begins(magic)) {
			struct unpack *u = mem_zalloc(sizeof(*u));

			u->format = &formats[i];
			u->format->open(u);
			return u;
		}
	return NULL;
}

void unpack_free(struct unpack *u)
{
	if (u == NULL)
		return;
	u->format->close(u);
	free(u);
}

const char *unpack_name(const struct unpack *u)
{
	return u->format->name;
}

bool unpack_feed(struct unpack *u, struct slice in, size_t *used_len, uint8_t *out, size_t size, size_t *out_len,
		 struct error *err)
{
	struct unpack_step step = {.in = in, .out = out, .size = size};
	struct error why = {{0}};
	bool good = u->format->feed(u, &step, &why);

	*used_len = step.used_len;
	*out_len = step.out_len;
	return good || error_set(err, "the %s data is damaged: %.300s", u->format->name, why.text);
}

bool unpack_at_end(const struct unpack *u)
{
	return u->at_end;
}
