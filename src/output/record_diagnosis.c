/* mailtap.diagnosis: one for each finding. */
#include <assert.h>
#include <string.h>

#include "diagnosis/diagnosis.h"
#include "output/record.h"

enum {
	MESSAGE_MAX = 1024, /* bytes */
};

struct told_finding {
	const struct session *session;
	const struct finding *finding;
	uint32_t count; /* of those before it that are its equals */
};

/* What it has no number of is empty. */
static void make_place(char out[RECORD_PLACE_SIZE], const struct told_finding *t)
{
	const struct finding *f = t->finding;
	struct slice id = slice_from_text(rule_row((enum rule)f->rule)->id);
	size_t len = id.len;

	assert(len < RECORD_PLACE_SIZE / 2); /* numbers have 10 digits at most */
	memcpy(out, id.data, len);
	out[len++] = '.';
	if (f->index != DIALOGUE_NO_COMMAND)
		len = record_append_number(out, len, f->index);
	out[len++] = '.';
	if (f->mail != 0)
		len = record_append_number(out, len, f->mail);
	out[len++] = '.';
	record_append_number(out, len, t->count);
}

static void put_finding(struct json *j, const struct finding *f)
{
	const char *phase = phase_name((enum phase)f->phase);

	json_text(j, "severity", slice_from_text(severity_name((enum severity)f->severity)));
	json_true(j, "root", f->is_root);
	json_text(j, "advice", slice_from_text(finding_advice(f)));
	json_open_array(j, "evidence");
	for (size_t i = 0; i < f->packet_count; i++)
		json_number(j, NULL, (int64_t)f->packets[i]);
	json_close(j);
	json_count(j, "mail", f->mail);
	if (f->index != DIALOGUE_NO_COMMAND)
		json_number(j, "index", f->index);
	if (phase != NULL)
		json_text(j, "phase", slice_from_text(phase));
}

static void fill(struct json *j, const struct records *r, const void *what)
{
	const struct told_finding *t = what;
	const struct finding *f = t->finding;
	const struct rule_row *row = rule_row((enum rule)f->rule);
	char place[RECORD_PLACE_SIZE];

	(void)r;
	make_place(place, t);
	record_begin(j, &(struct record_event){.members = f->severity >= SEVERITY_NOTICE
								  ? RECORD_EVENT("alert", "diagnosis")
								  : RECORD_EVENT("event", "diagnosis"),
					       .place = place,
					       .time_ns = f->time_ns,
					       .time_digits = t->session->time_digits});
	json_close(j);
	record_put_ends(j, t->session);
	json_open_object(j, "rule");
	json_text(j, "id", slice_from_text(row->id));
	json_text(j, "name", slice_from_text(finding_name(f)));
	json_close(j);
	json_text_within(j, "message", f->message, MESSAGE_MAX);
	record_open_own(j);
	put_finding(j, f);
	record_end(j);
}

/* Of its session: the same rule about the same command and mail. */
static uint32_t count_equals_before(const struct session *s, const struct finding *f)
{
	uint32_t count = 0;

	for (size_t i = 0; i < diagnosis_count(s) && diagnosis_finding(s, i) != f; i++) {
		const struct finding *other = diagnosis_finding(s, i);

		count += other->rule == f->rule && other->index == f->index && other->mail == f->mail;
	}
	return count;
}

void records_diagnosis(struct records *r, struct buffer *out, const struct session *s, const struct finding *f)
{
	record_put(r, out, s, fill,
		   &(struct told_finding){.session = s, .finding = f, .count = count_equals_before(s, f)});
}
