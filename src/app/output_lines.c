/* A line for each command and mail, for a person to read along. */
#include <string.h>

#include "app/output_row.h"
#include "output/lines.h"

static void line_command(void *ctx, struct connection *v, const struct command *c)
{
	struct batch_output *p = ctx;

	connection_sync(v);
	lines_command(&p->out, v->session, c, p->options.show_secrets);
	output_row_flush(p);
}

static void line_mail(void *ctx, struct connection *v, const struct mail *m, const struct record_fields *fields)
{
	struct batch_output *p = ctx;

	connection_sync(v);
	lines_mail(&p->out, v->session, m, fields);
	output_row_flush(p);
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

const struct output_row output_row_lines = {
	.output = {.command = line_command, .mail = line_mail}, .dropped = line_dropped, .finish = line_end};
