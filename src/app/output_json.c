/* JSON lines: a record for each command, mail, finding and session, and one for the capture. */
#include "app/output_row.h"
#include "app/record_thread.h"
#include "base/clock.h"
#include "diagnosis/diagnosis.h"
#include "guard/sandbox.h"
#include "output/records.h"
#include "packet/dissect.h"

static void put(struct batch_output *p, struct slice tape, int64_t now_ns)
{
	record_thread_put(p->thread, tape, now_ns);
}

static void put_tape(struct batch_output *p, int64_t now_ns)
{
	put(p, buffer_slice(&p->tape), now_ns);
	buffer_clear(&p->tape);
}

/* A record of a session. */
static void put_record(struct batch_output *p, const struct connection *v)
{
	output_row_put(p, v, buffer_slice(&p->tape), v->now.time_ns);
	buffer_clear(&p->tape);
}

static void json_command(void *ctx, struct connection *v, const struct command *c)
{
	struct batch_output *p = ctx;

	records_command(p->records, &p->tape, v->session, c);
	put_record(p, v);
}

static void json_mail(void *ctx, struct connection *v, const struct mail *m, const struct record_fields *fields)
{
	struct batch_output *p = ctx;

	records_mail(p->records, &p->tape, v->session, m, fields);
	put_record(p, v);
}

static void json_session(void *ctx, struct connection *v, const char *const names[SIDES])
{
	struct batch_output *p = ctx;

	for (size_t i = 0; p->options.diagnoses && i < diagnosis_count(v->session); i++) {
		records_diagnosis(p->records, &p->tape, v->session, diagnosis_finding(v->session, i));
		put_record(p, v);
	}
	if (!p->options.sessions)
		return;
	records_session(p->records, &p->tape, v->session, names);
	put_record(p, v);
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

enum {
	GUARDS_MAX = 16,
};

/* How many hold. */
static size_t list_guards(const char **guards)
{
	struct sandbox_row row;
	size_t count = 0;

	for (size_t i = 0; sandbox_row(i, &row) && count < GUARDS_MAX; i++)
		if (row.state == SANDBOX_HOLDS)
			guards[count++] = row.what;
	return count;
}

/* No two capture records have the same time, which is in their ids. `latest_ns`: of those by the same clock. */
static int64_t later(int64_t *latest_ns, int64_t time_ns, uint8_t time_digits)
{
	int64_t step_ns = 1; /* between times that are printed differently */

	for (; time_digits < 9; time_digits++)
		step_ns *= 10;
	time_ns -= time_ns % step_ns;
	*latest_ns = time_ns > *latest_ns ? time_ns : *latest_ns + step_ns;
	return *latest_ns;
}

/* By the clock of the packets; before the first by the machine's, as none has told what time it is. */
static void set_time(struct batch_output *p, const struct engine_counters *c, int64_t time_ns,
		     struct record_capture *capture)
{
	bool has_packets = c->packets > 0;

	capture->time_digits = has_packets ? c->time_digits : 6;
	capture->time_ns =
		later(&p->capture_ns[has_packets], has_packets ? time_ns : clock_wall_ns(), capture->time_digits);
}

static uint64_t lost_records(const struct batch_output *p)
{
	return record_thread_given_up(p->thread) + record_sink_lost(record_thread_sink(p->thread));
}

static void put_capture(struct batch_output *p, const struct engine *e, const struct record_drops *drops,
			int64_t time_ns)
{
	const struct engine_counters *c = engine_counters(e);
	struct record_count skipped[DISSECT_RESULTS];
	const char *guards[GUARDS_MAX];
	struct engine_given_up given_up;
	struct record_capture capture;
	size_t count = 0;

	for (enum dissect_result r = DISSECT_NOT_IP; r < DISSECT_RESULTS; r++)
		if (c->skipped[r] > 0)
			skipped[count++] = (struct record_count){.reason = dissect_name(r), .count = c->skipped[r]};
	engine_read_given_up(e, &given_up);
	capture = (struct record_capture){.packets = c->packets,
					  .bytes = c->bytes,
					  .sessions = c->sessions,
					  .mails = c->mails,
					  .drops = *drops,
					  .records = lost_records(p),
					  .skipped = skipped,
					  .skipped_count = count,
					  .evicted = (const struct record_count[]){{"flows", given_up.flows},
										   {"idle_flows", given_up.idle_flows},
										   {"holes", given_up.holes},
										   {"fragments", given_up.fragments},
										   {"key_waits", c->keys_given_up}},
					  .evicted_count = 5,
					  .sandbox = guards,
					  .sandbox_count = list_guards(guards)};
	set_time(p, c, time_ns, &capture);
	records_capture(p->records, &p->tape, &capture);
	put_tape(p, c->packets > 0 ? c->clock_ns : capture.time_ns);
}

static void put_dropped(struct batch_output *p, const struct engine *e, const struct record_drops *drops)
{
	if (p->options.capture)
		put_capture(p, e, drops, engine_counters(e)->clock_ns);
	else
		output_row_warn_dropped(drops);
}

static void put_minute(struct batch_output *p, const struct engine *e, const struct record_drops *drops)
{
	if (p->options.capture)
		put_capture(p, e, drops, engine_counters(e)->clock_ns);
}

static void put_statistic(struct batch_output *p)
{
	put_tape(p, p->capture_ns[1]);
}

static void put_end(struct batch_output *p, const struct engine *e, const struct record_drops *drops)
{
	if (p->options.statistics)
		output_row_put_statistics(p, e, put_statistic);
	if (p->options.capture)
		put_capture(p, e, drops, engine_counters(e)->last_ns);
	else if (drops->kernel + drops->ring > 0)
		output_row_warn_dropped(drops);
}

const struct output_row output_row_json = {
	.output = {.command = json_command, .mail = json_mail, .session = json_session},
	.choose = choose,
	.dropped = put_dropped,
	.minute = put_minute,
	.finish = put_end,
	.put = put,
};
