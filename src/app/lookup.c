#include "app/lookup.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "app/resolver.h"
#include "base/mem.h"

/* What the program has. */
static const struct lookup_ops *const table[] = {
	&resolver_lookup,
	NULL,
};

struct source {
	const struct lookup_ops *ops;
	void *source; /* NULL: closed */
	bool has_failed;
};

struct lookup {
	struct lookup_options options;
	struct source sources[LOOKUP_SOURCES_MAX];
	size_t count;
};

struct lookup *lookup_new(const struct lookup_ops *const *rows, const struct lookup_options *options)
{
	struct lookup *l = mem_zalloc(sizeof(*l));

	l->options = *options;
	for (rows = rows != NULL ? rows : table; *rows != NULL; rows++) {
		assert(l->count < LOOKUP_SOURCES_MAX);
		l->sources[l->count++].ops = *rows;
		if ((*rows)->prepare != NULL && !options->never_asks)
			(*rows)->prepare();
	}
	return l;
}

static void close_source(struct source *s)
{
	if (s->source != NULL)
		s->ops->close(s->source);
	s->source = NULL;
}

void lookup_forget(struct lookup *l)
{
	for (size_t i = 0; i < l->count; i++)
		close_source(&l->sources[i]);
}

void lookup_free(struct lookup *l)
{
	if (l == NULL)
		return;
	lookup_forget(l);
	for (size_t i = 0; i < l->count; i++)
		if (l->sources[i].ops->release != NULL && !l->options.never_asks)
			l->sources[i].ops->release();
	free(l);
}

static bool is_of_address(const struct source *s)
{
	return strcmp(s->ops->kind, ANNOTATIONS_HOST_NAME) == 0;
}

/* ---- answers ---- */

struct taking {
	struct engine *engine;
	const char *kind;
};

static void take(void *ctx, const struct annotation_subject *about, const char *text)
{
	const struct taking *t = ctx;

	engine_annotate(t->engine, about, t->kind, text);
}

static void open_or_close(struct lookup *l, struct source *s, const struct query *query, struct error *err)
{
	if (!s->ops->is_wanted(query)) {
		close_source(s);
		s->has_failed = false;
	} else if (s->source == NULL && !s->has_failed) {
		s->source = s->ops->open(&l->options, err);
		s->has_failed = s->source == NULL;
	}
}

bool lookup_serve(struct lookup *l, const struct query *query, struct engine *e, struct error *err)
{
	bool any = false;

	err->text[0] = '\0';
	for (size_t i = 0; i < l->count; i++) {
		struct source *s = &l->sources[i];
		struct taking t = {.engine = e, .kind = s->ops->kind};

		open_or_close(l, s, query, err);
		if (s->source != NULL && s->ops->collect(s->source, take, &t))
			any = true;
	}
	return any;
}

/* ---- questions ---- */

struct asking {
	const struct engine *engine;
	const struct source *source;
};

static void ask_about(void *ctx, const struct annotation_subject *about)
{
	const struct asking *a = ctx;
	const struct source *s = a->source;

	if (about->session == 0 && !is_of_address(s))
		return; /* nobody's end */
	if (engine_annotation(a->engine, about, s->ops->kind) == NULL)
		s->ops->ask(s->source, about);
}

void lookup_ask(struct lookup *l, struct viewer *v, struct engine *e)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->sources[i].source != NULL)
			viewer_each_end(v, e, ask_about, &(struct asking){.engine = e, .source = &l->sources[i]});
}

void lookup_fill(const struct lookup *l, struct snapshot *s)
{
	s->names_pending = 0;
	s->about.names_asked = s->about.names_missing = 0;
	for (size_t i = 0; i < l->count; i++) {
		const struct source *source = &l->sources[i];
		struct lookup_counters c;

		if (source->source == NULL)
			continue;
		s->names_pending += source->ops->pending(source->source);
		if (!is_of_address(source))
			continue;
		c = source->ops->counters(source->source);
		s->about.names_asked = c.asked;
		s->about.names_missing = c.unanswered;
	}
}
