#include "capture/unpack.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#include "base/mem.h"

enum {
	GZIP_WINDOW = 15 + 16, /* the largest window, gzip header and trailer */
	ZSTD_WINDOW_LOG_MAX = 27,
};

struct unpack {
	bool is_gzip;
	bool at_end;   /* between members, after the first */
	bool trailing; /* what follows is no member: padding that gzip ignores, too */
	z_stream gzip;
	ZSTD_DStream *zstd;
};

static bool is_gzip(struct slice magic)
{
	return magic.len >= 3 && magic.data[0] == 0x1f && magic.data[1] == 0x8b && magic.data[2] == 8;
}

/* A zstd frame, or a skippable frame as parallel compressors put first. */
static bool is_zstd(struct slice magic)
{
	uint32_t value;

	if (magic.len < 4)
		return false;
	value = (uint32_t)magic.data[0] | (uint32_t)magic.data[1] << 8 | (uint32_t)magic.data[2] << 16 |
		(uint32_t)magic.data[3] << 24;
	return value == ZSTD_MAGICNUMBER || (value & ZSTD_MAGIC_SKIPPABLE_MASK) == ZSTD_MAGIC_SKIPPABLE_START;
}

struct unpack *unpack_new(struct slice magic)
{
	struct unpack *u;

	if (!is_gzip(magic) && !is_zstd(magic))
		return NULL;
	u = mem_zalloc(sizeof(*u));
	u->is_gzip = is_gzip(magic);
	if (u->is_gzip) {
		int status = inflateInit2(&u->gzip, GZIP_WINDOW);

		assert(status == Z_OK);
	} else {
		u->zstd = ZSTD_createDStream();
		assert(u->zstd != NULL);
		ZSTD_DCtx_setParameter(u->zstd, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG_MAX);
	}
	return u;
}

void unpack_free(struct unpack *u)
{
	if (u == NULL)
		return;
	if (u->is_gzip)
		inflateEnd(&u->gzip);
	ZSTD_freeDStream(u->zstd);
	free(u);
}

static unsigned int clamp(size_t len)
{
	return len < UINT_MAX ? (unsigned int)len : UINT_MAX;
}

static bool feed_gzip(struct unpack *u, struct slice in, size_t *used_len, uint8_t *out, size_t size, size_t *out_len,
		      struct error *err)
{
	z_stream *z = &u->gzip;
	int status;

	if (u->at_end && in.len > 0) {
		u->trailing = in.data[0] != 0x1f;
		u->at_end = u->trailing;
		inflateReset(z);
	}
	if (u->trailing) {
		*used_len = in.len;
		return true;
	}
	z->next_in = (Bytef *)(uintptr_t)in.data;
	z->avail_in = clamp(in.len);
	z->next_out = out;
	z->avail_out = clamp(size);
	status = inflate(z, Z_NO_FLUSH);
	*used_len = clamp(in.len) - z->avail_in;
	*out_len = clamp(size) - z->avail_out;
	u->at_end = status == Z_STREAM_END;
	if (status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR)
		return true;
	return error_set(err, "the gzip data is damaged: %s", z->msg ? z->msg : zError(status));
}

static bool feed_zstd(struct unpack *u, struct slice in, size_t *used_len, uint8_t *out, size_t size, size_t *out_len,
		      struct error *err)
{
	ZSTD_inBuffer input = {.src = in.data, .size = in.len};
	ZSTD_outBuffer output = {.dst = out, .size = size};
	size_t status = ZSTD_decompressStream(u->zstd, &output, &input);

	*used_len = input.pos;
	*out_len = output.pos;
	if (ZSTD_isError(status))
		return error_set(err, "the zstd data is damaged: %s", ZSTD_getErrorName(status));
	if (input.pos > 0 || output.pos > 0)
		u->at_end = status == 0;
	return true;
}

bool unpack_feed(struct unpack *u, struct slice in, size_t *used_len, uint8_t *out, size_t size, size_t *out_len,
		 struct error *err)
{
	*used_len = *out_len = 0;
	return u->is_gzip ? feed_gzip(u, in, used_len, out, size, out_len, err)
			  : feed_zstd(u, in, used_len, out, size, out_len, err);
}

bool unpack_at_end(const struct unpack *u)
{
	return u->at_end;
}
