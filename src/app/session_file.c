#include "app/session_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

#define FLUSH_NS CLOCK_NS_PER_S

struct session_file {
	struct dump *dump;
	bool is_begun;
	bool has_failed;
	bool is_told;
	struct error failure;
	int64_t flush_ns; /* when it was last flushed */
};

struct session_file *session_file_new(struct dump *dump)
{
	struct session_file *f = mem_zalloc(sizeof(*f));

	f->dump = dump;
	return f;
}

static void note(struct session_file *f, bool good, const struct error *err)
{
	if (good || f->has_failed)
		return;
	f->has_failed = true;
	f->failure = *err;
}

void session_file_begin(struct session_file *f)
{
	struct error err;

	f->is_begun = true;
	note(f, dump_begin(f->dump, &err), &err);
}

const char *session_file_put(struct session_file *f, const struct packet_record *record, struct slice bytes)
{
	struct source_packet packet = {.record = *record, .bytes = bytes};
	struct error err;

	note(f, dump_write(f->dump, &packet, record->source, &err), &err);
	return dump_new_file(f->dump);
}

void session_file_put_keys(struct session_file *f, const uint8_t client_random[KEY_RANDOM_LEN],
			   const struct key_set *keys)
{
	char text[KEY_SET_TEXT_SIZE];
	size_t len = key_set_print(keys, client_random, text, sizeof(text));

	dump_put_secrets(f->dump, slice_of(text, len));
	explicit_bzero(text, len);
}

bool session_file_flush(struct session_file *f, bool is_idle, struct error *err)
{
	int64_t now_ns = clock_monotonic_ns();
	struct error why;

	if (is_idle || now_ns - f->flush_ns >= FLUSH_NS) {
		f->flush_ns = now_ns;
		note(f, dump_flush(f->dump, &why), &why);
	}
	if (!f->has_failed || f->is_told)
		return true;
	f->is_told = true;
	*err = f->failure;
	return false;
}

bool session_file_is_over(const struct session_file *f)
{
	return dump_is_over(f->dump);
}

bool session_file_close(struct session_file *f, struct error *err)
{
	bool good = true;

	if (f == NULL)
		return true;
	if (f->is_begun)
		good = dump_close(f->dump, err);
	else
		dump_free(f->dump);
	if (f->is_told)
		err->text[0] = '\0';
	free(f);
	return good;
}
