/*
 * A report of each session, in their order, when the input ends. Of an input without an end those that are complete are
 * put out before that whenever what waits has reached a limit; who was open then follows when it is complete. Where few
 * sessions are put out, the others have no room among them.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "app/output_row.h"
#include "base/mem.h"
#include "output/lines.h"

static struct report_page *late_page(struct report *r, uint64_t session)
{
	size_t low = 0;
	size_t high = r->late_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (r->late[middle].session < session)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < r->late_count && r->late[low].session == session)
		return &r->late[low];
	r->late = mem_grow(r->late, &r->late_cap, r->late_count + 1, sizeof(*r->late));
	memmove(&r->late[low + 1], &r->late[low], (r->late_count - low) * sizeof(*r->late));
	r->late_count++;
	r->late[low] = (struct report_page){.session = session};
	return &r->late[low];
}

/* Sessions end in any order, and all that are open end at once. */
static struct report_page *page_of(struct batch_output *p, uint64_t session)
{
	struct report *r = &p->report;

	assert(session > 0);
	if (p->options.has_few || session <= r->put_until)
		return late_page(r, session);
	r->pages = mem_grow(r->pages, &r->page_cap, session - r->put_until, sizeof(*r->pages));
	for (; r->page_count < session - r->put_until; r->page_count++) {
		r->pages[r->page_count] = (struct report_page){.session = r->put_until + 1 + r->page_count};
		r->waiting += sizeof(*r->pages);
	}
	return &r->pages[session - r->put_until - 1];
}

static void put_page(struct batch_output *p, struct report_page *page)
{
	buffer_append(&p->out, buffer_slice(&page->text));
	buffer_fini(&page->text);
	output_row_flush(p);
}

/* Who is not complete waits, alone. */
static void put_pages(struct batch_output *p)
{
	struct report *r = &p->report;

	for (size_t i = 0; i < r->page_count; i++) {
		if (r->pages[i].is_complete) {
			put_page(p, &r->pages[i]);
		} else if (r->pages[i].text.len > 0) {
			r->late = mem_grow(r->late, &r->late_cap, r->late_count + 1, sizeof(*r->late));
			r->late[r->late_count++] = r->pages[i];
		}
	}
	r->put_until += r->page_count;
	r->page_count = 0;
	r->waiting = 0;
}

/* Those that are complete, where there are few. */
static void put_few(struct batch_output *p)
{
	struct report *r = &p->report;
	size_t kept = 0;

	for (size_t i = 0; i < r->late_count; i++)
		if (r->late[i].is_complete)
			put_page(p, &r->late[i]);
		else
			r->late[kept++] = r->late[i];
	r->late_count = kept;
	r->waiting = 0;
}

static void put_late_page(struct batch_output *p, struct report_page *page)
{
	struct report *r = &p->report;
	size_t after = (size_t)(&r->late[r->late_count] - (page + 1));

	put_page(p, page);
	memmove(page, page + 1, after * sizeof(*page));
	r->late_count--;
}

/* Mails come before their session's end: their text waits in the page. */
static void report_mail(void *ctx, struct connection *v, const struct mail *m, const struct record_fields *fields)
{
	struct batch_output *p = ctx;
	struct report_page *page = page_of(p, v->session->number);
	size_t before = page->text.len;

	lines_report_mail(&page->text, m, fields);
	p->report.waiting += page->text.len - before;
}

static void report_session(void *ctx, struct connection *v, const char *const names[SIDES])
{
	(void)names;
	struct batch_output *p = ctx;
	struct report *r = &p->report;
	struct report_page *page = page_of(p, v->session->number);
	struct buffer text = {0};

	lines_report_head(&text, v->session);
	lines_report_commands(&text, v->session, p->options.show_secrets);
	buffer_append(&text, buffer_slice(&page->text));
	lines_report_findings(&text, v->session);
	buffer_append_byte(&text, '\n');
	r->waiting += text.len - page->text.len;
	buffer_fini(&page->text);
	page->text = text;
	page->is_complete = true;
	if (page->session <= r->put_until)
		put_late_page(p, page);
	else if (p->options.waiting_limit > 0 && r->waiting > p->options.waiting_limit)
		(p->options.has_few ? put_few : put_pages)(p);
}

/* Mails may have been put there. */
static void drop_page(struct batch_output *p, uint64_t session)
{
	struct report *r = &p->report;

	for (size_t i = 0; i < r->late_count; i++) {
		if (r->late[i].session != session)
			continue;
		r->waiting -= r->late[i].text.len;
		buffer_fini(&r->late[i].text);
		memmove(&r->late[i], &r->late[i + 1], (r->late_count - i - 1) * sizeof(*r->late));
		r->late_count--;
		return;
	}
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
	put_pages(p);
	put_few(p);
}

static void free_pages(struct report_page *pages, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buffer_fini(&pages[i].text);
	free(pages);
}

void output_row_fini_report(struct report *r)
{
	free_pages(r->pages, r->page_count);
	free_pages(r->late, r->late_count);
}

const struct output_row output_row_report = {.output = {.mail = report_mail, .session = report_session},
					     .dropped = warn_dropped,
					     .finish = put_report,
					     .drop = drop_page};
