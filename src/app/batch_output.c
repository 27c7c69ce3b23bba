#include "app/batch_output.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "diagnosis/diagnosis.h"
#include "output/lines.h"
#include "output/records.h"
#include "packet/dissect.h"

enum {
	FLUSH_SIZE = 256 * 1024,
};

/* The report of a session, until the input ends. */
struct page {
	uint32_t session;
	struct buffer text;
};

struct batch_output {
	struct batch_output_options options;
	struct engine_output output;
	struct buffer out;
	struct page *pages;
	size_t page_count;
	size_t page_cap;
	int failed_errno;
};

static void write_out(struct batch_output *p)
{
	struct slice rest = buffer_slice(&p->out);

	while (rest.len > 0 && p->failed_errno == 0) {
		ssize_t written = write(p->options.fd, rest.data, rest.len);

		if (written >= 0)
			rest = slice_after(rest, (size_t)written);
		else if (errno != EINTR)
			p->failed_errno = errno;
	}
	buffer_clear(&p->out);
}

static void flush_when_full(struct batch_output *p)
{
	if (p->out.len >= FLUSH_SIZE)
		write_out(p);
}

/* ---- JSON lines ---- */

static void json_command(void *ctx, struct connection *v, const struct command *c)
{
	struct batch_output *p = ctx;

	records_command(&p->out, v->session, c, p->options.show_secrets);
	flush_when_full(p);
}

static void json_mail(void *ctx, struct connection *v, const struct mail *m, const struct record_fields *fields)
{
	struct batch_output *p = ctx;

	records_mail(&p->out, v->session, m, fields);
	flush_when_full(p);
}

static void json_session(void *ctx, struct connection *v, const char *const names[SIDES])
{
	struct batch_output *p = ctx;

	for (size_t i = 0; p->options.diagnoses && i < diagnosis_count(v->session); i++)
		records_diagnosis(&p->out, v->session, diagnosis_finding(v->session, i));
	if (p->options.sessions)
		records_session(&p->out, v->session, names);
	flush_when_full(p);
}

/* ---- lines for a person ---- */

static void line_command(void *ctx, struct connection *v, const struct command *c)
{
	struct batch_output *p = ctx;

	connection_sync(v);
	lines_command(&p->out, v->session, c, p->options.show_secrets);
	flush_when_full(p);
}

static void line_mail(void *ctx, struct connection *v, const struct mail *m, const struct record_fields *fields)
{
	struct batch_output *p = ctx;

	connection_sync(v);
	lines_mail(&p->out, v->session, m, fields);
	flush_when_full(p);
}

/* ---- the report ---- */

static struct page *page_of(struct batch_output *p, uint32_t session)
{
	for (size_t i = p->page_count; i > 0; i--)
		if (p->pages[i - 1].session == session)
			return &p->pages[i - 1];
	p->pages = mem_grow(p->pages, &p->page_cap, p->page_count + 1, sizeof(*p->pages));
	p->pages[p->page_count] = (struct page){.session = session};
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
	struct page *page = page_of(p, v->session->number);
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
	const struct page *left = a;
	const struct page *right = b;

	return (left->session > right->session) - (left->session < right->session);
}

static void put_report(struct batch_output *p)
{
	if (p->page_count > 0)
		qsort(p->pages, p->page_count, sizeof(*p->pages), by_session);
	for (size_t i = 0; i < p->page_count; i++) {
		buffer_append(&p->out, buffer_slice(&p->pages[i].text));
		flush_when_full(p);
	}
}

/* ---- the output ---- */

struct batch_output *batch_output_new(const struct batch_output_options *options)
{
	struct batch_output *p = mem_zalloc(sizeof(*p));

	p->options = *options;
	switch (options->mode) {
	case BATCH_OUTPUT_JSON:
		p->output.command = options->commands ? json_command : NULL;
		p->output.mail = options->mails ? json_mail : NULL;
		p->output.session = options->sessions || options->diagnoses ? json_session : NULL;
		break;
	case BATCH_OUTPUT_LINES:
		p->output.command = line_command;
		p->output.mail = line_mail;
		break;
	case BATCH_OUTPUT_REPORT:
		p->output.mail = report_mail;
		p->output.session = report_session;
		break;
	}
	return p;
}

void batch_output_free(struct batch_output *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < p->page_count; i++)
		buffer_fini(&p->pages[i].text);
	free(p->pages);
	buffer_fini(&p->out);
	free(p);
}

const struct engine_output *batch_output_output(const struct batch_output *p)
{
	return &p->output;
}

bool batch_output_flush(struct batch_output *p, struct error *err)
{
	write_out(p);
	if (p->failed_errno == 0)
		return true;
	return error_set(err, "cannot write to standard output: %s", strerror(p->failed_errno));
}

static void put_capture(struct batch_output *p, const struct engine *e, uint64_t kernel_drops, uint64_t ring_drops)
{
	const struct engine_counters *c = engine_counters(e);
	struct record_count skipped[DISSECT_RESULTS];
	struct engine_given_up given_up;
	size_t count = 0;

	for (enum dissect_result r = DISSECT_NOT_IP; r < DISSECT_RESULTS; r++)
		if (c->skipped[r] > 0)
			skipped[count++] = (struct record_count){.reason = dissect_name(r), .count = c->skipped[r]};
	engine_read_given_up(e, &given_up);
	records_capture(&p->out, &(struct record_capture){
					 .time_ns = c->last_ns,
					 .time_digits = c->time_digits,
					 .packets = c->packets,
					 .bytes = c->bytes,
					 .sessions = c->sessions,
					 .mails = c->mails,
					 .kernel_drops = kernel_drops,
					 .ring_drops = ring_drops,
					 .skipped = skipped,
					 .skipped_count = count,
					 .given_up = (const struct record_count[]){{"flows", given_up.flows},
										   {"idle_flows", given_up.idle_flows},
										   {"holes", given_up.holes},
										   {"fragments", given_up.fragments}},
					 .given_up_count = 4});
}

void batch_output_finish(struct batch_output *p, const struct engine *e, uint64_t kernel_drops, uint64_t ring_drops)
{
	if (p->options.mode == BATCH_OUTPUT_JSON && p->options.capture)
		put_capture(p, e, kernel_drops, ring_drops);
	if (p->options.mode == BATCH_OUTPUT_REPORT)
		put_report(p);
	write_out(p);
}
