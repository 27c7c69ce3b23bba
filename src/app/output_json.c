/* JSON lines: a record for each command, mail, finding and session, and one for the capture. */
#include "app/output_row.h"
#include "app/record_thread.h"
#include "diagnosis/diagnosis.h"
#include "output/records.h"
#include "packet/dissect.h"

static void put_tape(struct batch_output *p)
{
	record_thread_put(p->thread, buffer_slice(&p->tape));
	buffer_clear(&p->tape);
}

static void json_command(void *ctx, struct connection *v, const struct command *c)
{
	struct batch_output *p = ctx;

	records_command(p->records, &p->tape, v->session, c);
	put_tape(p);
}

static void json_mail(void *ctx, struct connection *v, const struct mail *m, const struct record_fields *fields)
{
	struct batch_output *p = ctx;

	records_mail(p->records, &p->tape, v->session, m, fields);
	put_tape(p);
}

static void json_session(void *ctx, struct connection *v, const char *const names[SIDES])
{
	struct batch_output *p = ctx;

	for (size_t i = 0; p->options.diagnoses && i < diagnosis_count(v->session); i++) {
		records_diagnosis(p->records, &p->tape, v->session, diagnosis_finding(v->session, i));
		put_tape(p);
	}
	if (!p->options.sessions)
		return;
	records_session(p->records, &p->tape, v->session, names);
	put_tape(p);
}

static void choose(const struct batch_output_options *options, struct engine_output *output)
{
	if (!options->commands)
		output->command = NULL;
	if (!options->mails)
		output->mail = NULL;
	if (!options->sessions && !options->diagnoses)
		output->session = NULL;
}

static void put_capture(struct batch_output *p, const struct engine *e, const struct record_drops *drops)
{
	const struct engine_counters *c = engine_counters(e);
	struct record_count skipped[DISSECT_RESULTS];
	struct engine_given_up given_up;
	size_t count = 0;

	for (enum dissect_result r = DISSECT_NOT_IP; r < DISSECT_RESULTS; r++)
		if (c->skipped[r] > 0)
			skipped[count++] = (struct record_count){.reason = dissect_name(r), .count = c->skipped[r]};
	engine_read_given_up(e, &given_up);
	records_capture(
		p->records, &p->tape,
		&(struct record_capture){.time_ns = c->last_ns,
					 .time_digits = c->time_digits,
					 .packets = c->packets,
					 .bytes = c->bytes,
					 .sessions = c->sessions,
					 .mails = c->mails,
					 .drops = *drops,
					 .skipped = skipped,
					 .skipped_count = count,
					 .evicted = (const struct record_count[]){{"flows", given_up.flows},
										  {"idle_flows", given_up.idle_flows},
										  {"holes", given_up.holes},
										  {"fragments", given_up.fragments}},
					 .evicted_count = 4});
	put_tape(p);
}

static void put_dropped(struct batch_output *p, const struct engine *e, const struct record_drops *drops)
{
	if (p->options.capture)
		put_capture(p, e, drops);
	else
		output_row_warn_dropped(drops);
}

static void put_end(struct batch_output *p, const struct engine *e, const struct record_drops *drops)
{
	if (p->options.capture || drops->kernel + drops->ring > 0)
		put_dropped(p, e, drops);
}

const struct output_row output_row_json = {
	.output = {.command = json_command, .mail = json_mail, .session = json_session},
	.choose = choose,
	.dropped = put_dropped,
	.finish = put_end,
};
