/* A line for each command and mail, for a person to read along. */
#include <string.h>

#include "app/output_row.h"
#include "output/lines.h"

static void put(struct batch_output *p, struct slice text, int64_t now_ns)
{
	(void)now_ns;
	buffer_append(&p->out, text);
	output_row_flush(p);
}

static void put_line(struct batch_output *p, const struct connection *v)
{
	output_row_put(p, v, buffer_slice(&p->line), v->now.time_ns);
	buffer_clear(&p->line);
}

static void line_command(void *ctx, struct connection *v, const struct command *c)
{
	struct batch_output *p = ctx;

	connection_sync(v);
	lines_command(&p->line, v->session, c, p->options.show_secrets);
	put_line(p, v);
}

static void line_mail(void *ctx, struct connection *v, const struct mail *m, const struct record_fields *fields)
{
	struct batch_output *p = ctx;

	connection_sync(v);
	lines_mail(&p->line, v->session, m, fields);
	put_line(p, v);
}

static void line_dropped(struct batch_output *p, const struct engine *e, const struct record_drops *drops)
{
	lines_dropped(&p->out, engine_counters(e)->last_ns, drops);
	p->told = *drops;
}

static void line_end(struct batch_output *p, const struct engine *e, const struct record_drops *drops)
{
	if (memcmp(drops, &p->told, sizeof(*drops)) != 0)
		line_dropped(p, e, drops);
}

const struct output_row output_row_lines = {.output = {.command = line_command, .mail = line_mail},
					    .dropped = line_dropped,
					    .finish = line_end,
					    .put = put};
