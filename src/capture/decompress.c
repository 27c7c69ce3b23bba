#include "capture/decompress.h"

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
struct decompress_step {
	struct slice in;
	uint8_t *out;
	size_t size;
	size_t used_len;
	size_t out_len;
};

/* A compressed format: how its files begin, and what its library does. */
struct decompress_format {
	const char *name;
	bool (*begins)(struct slice magic);
	void (*open)(struct decompress *d);
	void (*close)(struct decompress *d);
	bool (*feed)(struct decompress *d, struct decompress_step *step, struct error *err);
};

struct decompress {
	const struct decompress_format *format;
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

static void gzip_open(struct decompress *d)
{
	int status = inflateInit2(&d->gzip, GZIP_WINDOW);

	assert(status == Z_OK);
}

static void gzip_close(struct decompress *d)
{
	inflateEnd(&d->gzip);
}

static bool gzip_feed(struct decompress *d, struct decompress_step *step, struct error *err)
{
	z_stream *z = &d->gzip;
	int status;

	if (d->at_end && step->in.len > 0) {
		d->trailing = step->in.data[0] != 0x1f;
		d->at_end = d->trailing;
		inflateReset(z);
	}
	if (d->trailing) {
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
	d->at_end = status == Z_STREAM_END;
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

static void zstd_open(struct decompress *d)
{
	d->zstd = ZSTD_createDStream();
	assert(d->zstd != NULL);
	ZSTD_DCtx_setParameter(d->zstd, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG_MAX);
}

static void zstd_close(struct decompress *d)
{
	ZSTD_freeDStream(d->zstd);
}

static bool zstd_feed(struct decompress *d, struct decompress_step *step, struct error *err)
{
	ZSTD_inBuffer input = {.src = step->in.data, .size = step->in.len};
	ZSTD_outBuffer output = {.dst = step->out, .size = step->size};
	size_t status = ZSTD_decompressStream(d->zstd, &output, &input);

	step->used_len = input.pos;
	step->out_len = output.pos;
	if (ZSTD_isError(status))
		return error_set(err, "%s", ZSTD_getErrorName(status));
	if (input.pos > 0 || output.pos > 0)
		d->at_end = status == 0;
	return true;
}

/* ---- lz4 ---- */

static bool lz4_begins(struct slice magic)
{
	return little_endian(magic) == LZ4_MAGIC;
}

static void lz4_open(struct decompress *d)
{
	LZ4F_errorCode_t status = LZ4F_createDecompressionContext(&d->lz4, LZ4F_VERSION);

	assert(!LZ4F_isError(status));
}

static void lz4_close(struct decompress *d)
{
	LZ4F_freeDecompressionContext(d->lz4);
}

static bool lz4_feed(struct decompress *d, struct decompress_step *step, struct error *err)
{
	size_t status;

	step->used_len = step->in.len;
	step->out_len = step->size;
	status = LZ4F_decompress(d->lz4, step->out, &step->out_len, step->in.data, &step->used_len, NULL);
	if (LZ4F_isError(status)) {
		step->used_len = step->out_len = 0;
		return error_set(err, "%s", LZ4F_getErrorName(status));
	}
	if (step->used_len > 0 || step->out_len > 0)
		d->at_end = status == 0;
	return true;
}

/* ---- */

static const struct decompress_format formats[] = {
	{"gzip", gzip_begins, gzip_open, gzip_close, gzip_feed},
	{"zstd", zstd_begins, zstd_open, zstd_close, zstd_feed},
	{"lz4", lz4_begins, lz4_open, lz4_close, lz4_feed},
};

struct decompress *decompress_new(struct slice magic)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (formats[i].begins(magic)) {
			struct decompress *d = mem_zalloc(sizeof(*d));

			d->format = &formats[i];
			d->format->open(d);
			return d;
		}
	return NULL;
}

void decompress_free(struct decompress *d)
{
	if (d == NULL)
		return;
	d->format->close(d);
	free(d);
}

const char *decompress_name(const struct decompress *d)
{
	return d->format->name;
}

bool decompress_feed(struct decompress *d, struct slice in, size_t *used_len, uint8_t *out, size_t size,
		     size_t *out_len, struct error *err)
{
	struct decompress_step step = {.in = in, .out = out, .size = size};
	struct error why = {{0}};
	bool good = d->format->feed(d, &step, &why);

	*used_len = step.used_len;
	*out_len = step.out_len;
	return good || error_set(err, "the %s data is damaged: %.300s", d->format->name, why.text);
}

bool decompress_at_end(const struct decompress *d)
{
	return d->at_end;
}
