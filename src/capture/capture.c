#include "capture/capture.h"

#include <assert.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "capture/capture_thread.h"
#include "capture/dump.h"

struct capture *capture_new(const struct capture_options *options)
{
	struct capture *c = aligned_alloc(64, (sizeof(*c) + 63) & ~(size_t)63);

	assert(c != NULL && options->source_count > 0 && options->source_count <= CAPTURE_SOURCES_MAX);
	assert(ring_largest_record(options->ring) >= CAPTURE_RING_SIZE_MIN / 4);
	memset(c, 0, sizeof(*c));
	c->options = *options;
	memcpy(c->sources, options->sources, options->source_count * sizeof(c->sources[0]));
	c->options.sources = c->sources;
	c->open_count = options->source_count;
	c->is_live = source_is_live(c->sources[0]);
	for (size_t i = 0; i < options->source_count; i++) {
		c->is_followed = c->is_followed || source_is_followed(c->sources[i]);
		c->is_fed = c->is_fed || source_is_fed(c->sources[i]);
	}
	c->merge = merge_new(c->sources, options->source_count);
	c->pacer.speed = options->replay_speed;
	c->has_bell = doorbell_init(&c->bell, &c->bell_error);
	return c;
}

static void wake(struct capture *c)
{
	if (c->has_bell)
		doorbell_ring(&c->bell);
}

bool capture_free(struct capture *c, struct error *err)
{
	bool good = true;

	if (c == NULL)
		return true;
	atomic_store(&c->abandoned, true);
	capture_quit(c);
	if (c->has_thread)
		pthread_join(c->thread, NULL);
	if (c->options.dump != NULL && c->has_thread)
		good = dump_close(c->options.dump, err);
	else
		dump_free(c->options.dump);
	if (c->is_dump_failure_told)
		err->text[0] = '\0'; /* said when it happened */
	merge_free(c->merge);
	for (size_t i = 0; i < c->options.source_count; i++)
		source_free(c->sources[i]);
	free(atomic_load(&c->new_ports));
	if (c->has_bell)
		doorbell_fini(&c->bell);
	free(c);
	return good;
}

void capture_room(struct capture *c)
{
	/* A record is at most a quarter of the ring. Waking the thread for each record's room would cost more than it
	 * brings. */
	if (ring_used(c->options.ring) <= 2 * ring_largest_record(c->options.ring))
		wake(c);
}

void capture_quit(struct capture *c)
{
	atomic_store(&c->quit, true);
	wake(c);
}

void capture_set_stopped(struct capture *c, bool stopped)
{
	atomic_store(&c->want_stopped, stopped);
	wake(c);
}

void capture_restart(struct capture *c)
{
	atomic_fetch_add(&c->restarts_wanted, 1);
	wake(c);
}

void capture_set_ports(struct capture *c, const uint16_t *ports, size_t port_count)
{
	struct capture_ports *list = mem_alloc(sizeof(*list) + port_count * sizeof(ports[0]));

	list->count = port_count;
	if (port_count > 0)
		memcpy(list->port, ports, port_count * sizeof(ports[0]));
	free(atomic_exchange(&c->new_ports, list));
	wake(c);
}

void capture_read_status(const struct capture *c, struct capture_status *status)
{
	const struct capture_shown *s = &c->shown;

	status->live = c->is_live;
	status->followed = c->is_followed;
	status->fed = c->is_fed;
	status->ended = atomic_load(&s->ended);
	status->running = !status->ended && !atomic_load(&s->stopped);
	status->packets = atomic_load_explicit(&s->packets, memory_order_relaxed);
	status->bytes = atomic_load_explicit(&s->bytes, memory_order_relaxed);
	status->kernel_drops = atomic_load_explicit(&s->kernel_drops, memory_order_relaxed);
	status->ring_drops = atomic_load_explicit(&s->ring_drops, memory_order_relaxed);
	status->done_bytes = atomic_load_explicit(&s->done_bytes, memory_order_relaxed);
	status->total_bytes = atomic_load_explicit(&s->total_bytes, memory_order_relaxed);
}

size_t capture_source_count(const struct capture *c)
{
	return c->options.source_count;
}

const struct source *capture_source(const struct capture *c, size_t number)
{
	assert(number < c->options.source_count);
	return c->sources[number];
}

bool capture_start(struct capture *c, struct error *err)
{
	sigset_t all;
	sigset_t before;
	int status;

	assert(!c->has_thread);
	if (!c->has_bell) {
		*err = c->bell_error;
		return false;
	}
	/* Signals are for the main thread. */
	sigfillset(&all);
	sigdelset(&all, SIGBUS);
	sigdelset(&all, SIGSEGV);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	status = pthread_create(&c->thread, NULL, capture_thread_run, c);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	c->has_thread = status == 0;
	if (status != 0)
		return error_set(err, "cannot start a thread: %s", strerror(status));
	return true;
}
