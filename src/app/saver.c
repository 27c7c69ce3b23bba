#include "app/saver.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "engine/connection.h"

enum {
	JOBS_MAX = 16, /* on their way at a time */
};

struct item {
	uint64_t session;
	uint32_t mail; /* 0: what is said of the session */
	uint32_t order;
};

struct saver {
	struct engine_save_order *orders; /* their targets are ours */
	size_t order_count;
	size_t order_cap;
	struct item *items;
	size_t item_count;
	size_t item_cap;
	size_t next; /* the first that is not on its way */
	uint32_t on_the_way;
	struct saver_progress progress;
};

struct saver *saver_new(void)
{
	return mem_zalloc(sizeof(struct saver));
}

static void forget(struct saver *s)
{
	for (size_t i = 0; i < s->order_count; i++)
		free((char *)(uintptr_t)s->orders[i].target);
	s->order_count = s->item_count = s->next = 0;
}

void saver_free(struct saver *s)
{
	if (s == NULL)
		return;
	assert(s->next == s->item_count);
	forget(s);
	free(s->orders);
	free(s->items);
	free(s);
}

bool saver_is_busy(const struct saver *s)
{
	return s->on_the_way > 0 || s->next < s->item_count;
}

uint32_t saver_waiting(const struct saver *s)
{
	return (uint32_t)(s->item_count - s->next);
}

const struct saver_progress *saver_progress(const struct saver *s)
{
	return &s->progress;
}

void saver_begin(struct saver *s, const struct engine_save_order *order)
{
	if (!saver_is_busy(s)) {
		forget(s);
		s->progress = (struct saver_progress){0};
	}
	s->orders = mem_grow(s->orders, &s->order_cap, s->order_count + 1, sizeof(*s->orders));
	s->progress.orders++;
	s->orders[s->order_count] = *order;
	s->orders[s->order_count++].target = mem_strdup(order->target);
}

bool saver_choose(struct saver *s, struct connection *v, const struct mail *m)
{
	assert(s->order_count > 0);
	if (m != NULL && !m->has_data)
		return false;
	s->items = mem_grow(s->items, &s->item_cap, s->item_count + 1, sizeof(*s->items));
	s->items[s->item_count++] = (struct item){.session = v->session->number,
						  .mail = m != NULL ? m->number : 0,
						  .order = (uint32_t)s->order_count - 1};
	s->progress.total++;
	engine_pin(v);
	return true;
}

/* The next one; NULL when it is gone all the same. */
static struct connection *take_next(struct saver *s, struct engine *e, const struct item **item)
{
	*item = &s->items[s->next++];
	return engine_connection(e, (*item)->session);
}

static bool send(struct saver *s, struct engine *e, struct connection *v, const struct item *item)
{
	const struct engine_save_order *order = &s->orders[item->order];
	struct mail *m = item->mail != 0 ? session_mail(v->session, item->mail) : NULL;

	if (item->mail == 0)
		return engine_save_session(e, v, order);
	return m != NULL && engine_save_as(e, v, m, order);
}

void saver_work(struct saver *s, struct engine *e)
{
	while (s->next < s->item_count && s->on_the_way < JOBS_MAX) {
		const struct item *item;
		struct connection *v = take_next(s, e, &item);
		bool is_sent = v != NULL && send(s, e, v, item);

		s->on_the_way += is_sent;
		s->progress.done += !is_sent;
		if (v == NULL)
			continue;
		engine_unpin(e, v); /* the job has a pin of its own */
	}
}

void saver_take(struct saver *s, const struct save_job *job)
{
	struct saver_progress *p = &s->progress;

	if (job->is_automatic || s->on_the_way == 0)
		return;
	s->on_the_way--;
	p->done++;
	p->files += job->file_count;
	p->bytes += job->byte_count;
	if (job->path[0] != '\0') {
		p->partial += job->partial;
		p->passwords += job->passwords;
		p->digests += job->digests;
	} else if (p->failed++ == 0) {
		p->error = job->error;
	}
}

void saver_cancel(struct saver *s, struct engine *e)
{
	while (s->next < s->item_count) {
		const struct item *item;
		struct connection *v = take_next(s, e, &item);

		s->progress.total--;
		if (v == NULL)
			continue;
		engine_unpin(e, v);
	}
}
