/* A report of each session, in their order, when the input ends. */
#include <assert.h>

#include "app/output_row.h"
#include "base/mem.h"
#include "output/lines.h"

/* Sessions end in any order, and all that are open end at once. */
static struct buffer *page_of(struct batch_output *p, uint32_t session)
{
	assert(session > 0);
	p->pages = mem_grow(p->pages, &p->page_cap, session, sizeof(*p->pages));
	for (; p->page_count < session; p->page_count++)
		p->pages[p->page_count] = (struct buffer){0};
	return &p->pages[session - 1];
}

/* Mails come before their session's end: their text waits in the page. */
static void report_mail(void *ctx, struct connection *v, const struct mail *m, const struct record_fields *fields)
{
	struct batch_output *p = ctx;

	lines_report_mail(page_of(p, v->session->number), m, fields);
}

static void report_session(void *ctx, struct connection *v, const char *const names[SIDES])
{
	(void)names;
	struct batch_output *p = ctx;
	struct buffer *page = page_of(p, v->session->number);
	struct buffer text = {0};

	lines_report_head(&text, v->session);
	lines_report_commands(&text, v->session, p->options.show_secrets);
	buffer_append(&text, buffer_slice(page));
	lines_report_findings(&text, v->session);
	buffer_append_byte(&text, '\n');
	buffer_fini(page);
	*page = text;
}

/* The report comes later; whoever waits for it may want to begin anew. */
static void warn_dropped(struct batch_output *p, const struct engine *e, const struct record_drops *drops)
{
	(void)p;
	(void)e;
	output_row_warn_dropped(drops);
}

static void put_report(struct batch_output *p, const struct engine *e, const struct record_drops *drops)
{
	(void)e;
	lines_report_dropped(&p->out, drops);
	for (size_t i = 0; i < p->page_count; i++) {
		buffer_append(&p->out, buffer_slice(&p->pages[i]));
		output_row_flush(p);
	}
}

const struct output_row output_row_report = {
	.output = {.mail = report_mail, .session = report_session}, .dropped = warn_dropped, .finish = put_report};
