/* A report of each session, in their order, when the input ends. */
#include <stdlib.h>

#include "app/output_row.h"
#include "base/mem.h"
#include "output/lines.h"

static struct output_page *page_of(struct batch_output *p, uint32_t session)
{
	for (size_t i = p->page_count; i > 0; i--)
		if (p->pages[i - 1].session == session)
			return &p->pages[i - 1];
	p->pages = mem_grow(p->pages, &p->page_cap, p->page_count + 1, sizeof(*p->pages));
	p->pages[p->page_count] = (struct output_page){.session = session};
	return &p->pages[p->page_count++];
}

/* Mails come before their session's end: their text waits in the page. */
static void report_mail(void *ctx, struct connection *v, const struct mail *m, const struct record_fields *fields)
{
	struct batch_output *p = ctx;

	lines_report_mail(&page_of(p, v->session->number)->text, m, fields);
}

static void report_session(void *ctx, struct connection *v, const char *const names[SIDES])
{
	(void)names;
	struct batch_output *p = ctx;
	struct output_page *page = page_of(p, v->session->number);
	struct buffer text = {0};

	lines_report_head(&text, v->session);
	lines_report_commands(&text, v->session, p->options.show_secrets);
	buffer_append(&text, buffer_slice(&page->text));
	lines_report_findings(&text, v->session);
	buffer_append_byte(&text, '\n');
	buffer_fini(&page->text);
	page->text = text;
}

static int by_session(const void *a, const void *b)
{
	const struct output_page *left = a;
	const struct output_page *right = b;

	return (left->session > right->session) - (left->session < right->session);
}

static void put_report(struct batch_output *p, const struct engine *e, uint64_t kernel_drops, uint64_t ring_drops)
{
	(void)e;
	(void)kernel_drops;
	(void)ring_drops;
	if (p->page_count > 0)
		qsort(p->pages, p->page_count, sizeof(*p->pages), by_session);
	for (size_t i = 0; i < p->page_count; i++) {
		buffer_append(&p->out, buffer_slice(&p->pages[i].text));
		output_row_flush(p);
	}
}

const struct output_row output_row_report = {.output = {.mail = report_mail, .session = report_session},
					     .finish = put_report};
