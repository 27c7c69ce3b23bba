#include "present/compare.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/rowtext.h"
#include "diagnosis/outcome.h"
#include "mail/session_tls.h"
#include "present/rows.h"
#include "tls/suite.h"
#include "tls/tls_event.h"

enum {
	WALK_SESSIONS = 4096, /* looked at in one go: under 2 ms */
	SLOWER = 3,	      /* times as long makes a difference */
};

#define SLOW_NS	 (100 * CLOCK_NS_PER_MS) /* if it is so long at all */
#define AGAIN_NS (CLOCK_NS_PER_S / 5)	 /* between two alignments of sessions that go on */

void compare_fini(struct compare *c)
{
	session_walk_fini(&c->walk);
	for (int i = 0; i < 2; i++)
		session_detail_fini(&c->details[i]);
	free(c->pairs);
	*c = (struct compare){0};
}

/* ---- which two ---- */

/* Weights of what is alike; the sum is the greatest where most is. */
enum {
	LIKE_SERVER = 32,
	LIKE_PORT = 16,
	LIKE_CLIENT = 8,
	LIKE_USER = 4,
	LIKE_HELO = 2,
};

static bool is_same_end(const struct session *a, const struct session *b, enum side side)
{
	return a->is_ipv6 == b->is_ipv6 &&
	       memcmp(a->side[side].address, b->side[side].address, sizeof(a->side[side].address)) == 0;
}

static uint32_t likeness(const struct session *a, const struct session *b)
{
	uint32_t sum = 1;

	sum += is_same_end(a, b, SIDE_SERVER) ? LIKE_SERVER : 0;
	sum += a->side[SIDE_SERVER].port == b->side[SIDE_SERVER].port ? LIKE_PORT : 0;
	sum += is_same_end(a, b, SIDE_CLIENT) ? LIKE_CLIENT : 0;
	sum += slice_equals(a->user, b->user) ? LIKE_USER : 0; /* or neither has one */
	sum += slice_equals(session_helo(a), session_helo(b)) ? LIKE_HELO : 0;
	return sum;
}

static bool is_good(const struct session *s)
{
	return outcome_verdict(s) == OUTCOME_SUCCESS && (s->accepted_mails > 0 || s->mails_total > 0);
}

static uint64_t distance(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

struct choice {
	struct compare *compare;
	const struct session *asked;
};

static void look_at(void *ctx, struct connection *v)
{
	struct choice *choice = ctx;
	struct compare *c = choice->compare;
	const struct session *s = v->session;
	uint32_t like;

	if (s->marked && c->marked_count++ < 2)
		c->marked[c->marked_count - 1] = s->number;
	if (s->number == c->asked || s->protocol != choice->asked->protocol || !is_good(s))
		return;
	like = likeness(choice->asked, s);
	if (like < c->best_likeness ||
	    (like == c->best_likeness && distance(s->number, c->asked) >= distance(c->best, c->asked)))
		return;
	c->best = s->number;
	c->best_likeness = like;
}

static enum snapshot_likeness name_likeness(uint32_t like)
{
	bool has_server = like & LIKE_SERVER && like & LIKE_PORT;

	if (has_server)
		return like & LIKE_CLIENT ? LIKENESS_SERVER_CLIENT : LIKENESS_SERVER;
	return like & LIKE_CLIENT ? LIKENESS_CLIENT : LIKENESS_PROTOCOL;
}

static bool is_failure(const struct engine *e, uint64_t number)
{
	const struct connection *v = engine_connection(e, number);

	return v != NULL && outcome_is_failure(v->session);
}

/* The one that failed is at the left. */
static void choose(struct compare *c, const struct engine *e)
{
	bool is_marked = c->marked_count > 0 && c->marked[0] == c->asked;

	c->is_chosen = true;
	c->likeness = LIKENESS_MARKED;
	c->sessions[0] = c->asked;
	if (c->marked_count == 2) {
		bool swaps = is_failure(e, c->marked[1]) && !is_failure(e, c->marked[0]);

		c->sessions[0] = c->marked[swaps ? 1 : 0];
		c->sessions[1] = c->marked[swaps ? 0 : 1];
	} else if (c->marked_count == 1 && !is_marked) {
		c->sessions[1] = c->marked[0];
	} else {
		c->sessions[1] = c->best;
		c->likeness = name_likeness(c->best_likeness);
	}
}

/* ---- steps ---- */

static uint64_t hash_text(const char *text, size_t len, uint64_t seed)
{
	for (size_t i = 0; i < len; i++) { /* within one process, of texts of ours */
		uint8_t letter = (uint8_t)(text[i] >= 'a' && text[i] <= 'z' ? text[i] - 'a' + 'A' : text[i]);

		seed = (seed ^ letter) * UINT64_C(0x100000001b3);
	}
	return seed;
}

static size_t word_len(const char *text)
{
	return strcspn(text, " :");
}

static const char *next_word(const char *text)
{
	text += strcspn(text, " ");
	return text + strspn(text, " ");
}

static bool is_word(const char *text, const char *word)
{
	return strncmp(text, word, strlen(word)) == 0;
}

/* Of an enhanced status ("5.7.1") that the text begins with; 0: with none, but with an address, a size or another word.
 */
static size_t status_len(const char *text)
{
	size_t len = strspn(text, "0123456789.");
	size_t dots = 0;

	for (size_t i = 0; i < len; i++)
		dots += text[i] == '.';
	return dots == 2 && len >= 5 && strchr("245", text[0]) != NULL && text[1] == '.' ? len : 0;
}

/* "250", "+OK", "NO": the reply as far as it decides; with the enhanced status, when there is one. */
static uint64_t code_of(const char *text)
{
	size_t len = strcspn(text, " -");
	size_t gap = strspn(text + len, " -");
	size_t status = status_len(text + len + gap);

	if (is_word(text, "-ERR"))
		len = 4;
	else if (status > 0)
		len += gap + status;
	return hash_text(text, len, 1);
}

/* What is told, not the number before it: "3 EXISTS". */
static uint64_t code_of_untagged(const char *text)
{
	if (strspn(text, "0123456789") > 0)
		text = next_word(text);
	return hash_text(text, word_len(text), 4);
}

/* Not of data, nor of what TCP did, whose size and time are of this session alone. */
static bool has_argument(const char *text)
{
	return !is_word(text, "(") && !is_word(text, "FIN ") && !is_word(text, "RST ");
}

/* `last`: what the client said last, whose answer a row of the server is. */
static void describe(const struct snapshot_timeline_row *row, bool is_tagged, uint64_t *last, struct compare_step *step)
{
	const char *text = row->text;
	bool is_untagged = is_word(text, "* ");

	*step = (struct compare_step){.latency_ns = row->latency_ns};
	if (is_tagged && row->arrow != ARROW_NONE)
		text = next_word(text);
	if (row->arrow == ARROW_TO_SERVER) {
		step->what = *last = hash_text(text, word_len(text), 2);
		step->text = has_argument(text) ? hash_text(text, strlen(text), 3) : 0;
	} else if (row->arrow == ARROW_TO_CLIENT) {
		step->what = *last + 1 + is_untagged;
		step->code = is_untagged ? code_of_untagged(text) : code_of(text);
	} else {
		step->what = hash_text(text, word_len(text), 5);
		step->is_remark = true;
	}
}

static size_t read_steps(const struct compare *c, struct engine *e, int side, bool show_secrets,
			 struct compare_step steps[COMPARE_STEPS_MAX])
{
	const struct session_detail *d = &c->details[side];
	const struct connection *v = engine_connection(e, c->sessions[side]);
	bool is_tagged = v != NULL && protocol_has(v->session->protocol, PROTOCOL_TAGGED);
	size_t count = d->item_count < COMPARE_STEPS_MAX ? d->item_count : COMPARE_STEPS_MAX;
	struct snapshot_timeline_row row;
	uint64_t last = 0;

	for (size_t i = 0; i < count; i++) {
		rows_timeline(d, e, i, show_secrets, &row);
		describe(&row, is_tagged, &last, &steps[i]);
	}
	return count;
}

/* ---- aligning ---- */

struct alignment {
	struct compare_step steps[2][COMPARE_STEPS_MAX];
	size_t counts[2];
	/* of the steps from (i, j) on: how much can be paired */
	uint16_t best[COMPARE_STEPS_MAX + 1][COMPARE_STEPS_MAX + 1];
};

/* Those with the same answer rather than others. */
static uint16_t worth(const struct compare_step *a, const struct compare_step *b)
{
	if (a->what != b->what)
		return 0;
	return (uint16_t)(2 + (a->code == b->code && a->text == b->text));
}

static void weigh(struct alignment *a)
{
	for (size_t i = a->counts[0] + 1; i-- > 0;) {
		for (size_t j = a->counts[1] + 1; j-- > 0;) {
			uint16_t *best = &a->best[i][j];
			uint16_t paired = 0;

			*best = 0;
			if (i == a->counts[0] || j == a->counts[1])
				continue;
			paired = worth(&a->steps[0][i], &a->steps[1][j]);
			*best = a->best[i + 1][j] > a->best[i][j + 1] ? a->best[i + 1][j] : a->best[i][j + 1];
			if (paired > 0 && paired + a->best[i + 1][j + 1] >= *best)
				*best = (uint16_t)(paired + a->best[i + 1][j + 1]);
		}
	}
}

static bool is_much_longer(int64_t a, int64_t b)
{
	return a >= 0 && b >= 0 && a > SLOW_NS && a / SLOWER > b;
}

static enum snapshot_difference differ(const struct compare_step *a, const struct compare_step *b)
{
	if (a == NULL || b == NULL)
		return (a != NULL ? a : b)->is_remark ? DIFFERENCE_SMALL : DIFFERENCE_GREAT;
	if (a->code != b->code)
		return DIFFERENCE_GREAT;
	if (a->text != b->text || is_much_longer(a->latency_ns, b->latency_ns) ||
	    is_much_longer(b->latency_ns, a->latency_ns))
		return DIFFERENCE_SMALL;
	return DIFFERENCE_NONE;
}

static void add_pair(struct compare *c, const struct alignment *a, size_t i, size_t j, bool has_left, bool has_right)
{
	c->pairs[c->pair_count++] = (struct compare_pair){
		.rows = {has_left ? (int32_t)i : -1, has_right ? (int32_t)j : -1},
		.difference = differ(has_left ? &a->steps[0][i] : NULL, has_right ? &a->steps[1][j] : NULL)};
}

static void pair(struct compare *c, const struct alignment *a)
{
	size_t i = 0;
	size_t j = 0;

	c->pair_count = 0;
	while (i < a->counts[0] || j < a->counts[1]) {
		bool has_left = i < a->counts[0];
		bool has_right = j < a->counts[1];
		uint16_t paired = has_left && has_right ? worth(&a->steps[0][i], &a->steps[1][j]) : 0;
		bool both = paired > 0 && a->best[i][j] == paired + a->best[i + 1][j + 1];
		bool left = !both && has_left && (!has_right || a->best[i][j] == a->best[i + 1][j]);

		add_pair(c, a, i, j, both || left, both || !left);
		i += both || left;
		j += both || !left;
	}
}

/* ---- facts ---- */

static void add_fact(struct compare *c, const char *name, const char *left, const char *right,
		     enum snapshot_difference difference)
{
	struct snapshot_compare_row *row = &c->facts[c->fact_count];

	if (c->fact_count == COMPARE_FACTS_MAX || strcmp(left, right) == 0)
		return;
	c->fact_count++;
	*row = (struct snapshot_compare_row){.difference = difference};
	snprintf(row->fact, sizeof(row->fact), "%s", name);
	rowtext_put(row->sides[0].text, sizeof(row->sides[0].text), slice_from_text(left));
	rowtext_put(row->sides[1].text, sizeof(row->sides[1].text), slice_from_text(right));
	row->sides[0].is_there = row->sides[1].is_there = true;
}

static void put_tls(const struct session *s, char out[160])
{
	const struct session_tls *t = session_tls_of(s);

	snprintf(out, 160, "%s%s%s",
		 !s->tls	   ? "none"
		 : t->version != 0 ? tls_event_version_name(t->version)
				   : "TLS",
		 t->suite != 0 ? ", " : "", t->suite != 0 ? suite_name(t->suite) : "");
}

/* Only where it is far from the other. */
static void add_time(struct compare *c, const char *name, int64_t left, int64_t right)
{
	char texts[2][160];
	int64_t times[] = {left, right};

	if (!is_much_longer(left, right) && !is_much_longer(right, left))
		return;
	for (int i = 0; i < 2; i++)
		snprintf(texts[i], sizeof(texts[i]), "%" PRId64 " ms", times[i] / CLOCK_NS_PER_MS);
	add_fact(c, name, texts[0], texts[1], DIFFERENCE_SMALL);
}

static bool has_line(struct slice lines, struct slice line)
{
	while (lines.len > 0) {
		size_t len = slice_find(lines, '\n');

		if (slice_equals(slice_sub(lines, 0, len), line))
			return true;
		lines = slice_after(lines, len < lines.len ? len + 1 : len);
	}
	return false;
}

/* Lines of `from` that the other has not, joined by blanks. */
static void put_missing(struct slice from, struct slice other, char out[160])
{
	out[0] = '\0';
	while (from.len > 0) {
		size_t len = slice_find(from, '\n');
		struct slice line = slice_sub(from, 0, len);

		if (line.len > 0 && !has_line(other, line)) {
			rowtext_append(out, 160, slice_from_text(out[0] != '\0' ? ", " : ""));
			rowtext_append(out, 160, line);
		}
		from = slice_after(from, len < from.len ? len + 1 : len);
	}
}

static void add_facts(struct compare *c, const struct session *a, const struct session *b)
{
	char left[160];
	char right[160];

	c->fact_count = 0;
	rowtext_put(left, sizeof(left), session_helo(a));
	rowtext_put(right, sizeof(right), session_helo(b));
	add_fact(c, "HELO", left, right, DIFFERENCE_SMALL);
	rowtext_put(left, sizeof(left), a->user);
	rowtext_put(right, sizeof(right), b->user);
	add_fact(c, "User", left, right, DIFFERENCE_SMALL);
	put_tls(a, left);
	put_tls(b, right);
	add_fact(c, "TLS", left, right, DIFFERENCE_GREAT);
	put_missing(session_extensions(a), session_extensions(b), left);
	put_missing(session_extensions(b), session_extensions(a), right);
	add_fact(c, "Offered here only", left, right, DIFFERENCE_SMALL);
	add_time(c, "Connecting", a->connect_ns, b->connect_ns);
	add_time(c, "Round trip", a->rtt_ns, b->rtt_ns);
	add_time(c, "Slowest reply", session_slowest_ns(a), session_slowest_ns(b));
	add_time(c, "Duration", a->end_ns - a->start_ns, b->end_ns - b->start_ns);
}

/* ---- work ---- */

/* The worst difference first. */
static size_t first_difference(const struct compare *c)
{
	for (enum snapshot_difference d = DIFFERENCE_GREAT; d > DIFFERENCE_NONE; d--)
		for (size_t i = 0; i < c->pair_count; i++)
			if (c->pairs[i].difference == d)
				return c->fact_count + i;
	return 0;
}

static void align(struct compare *c, struct engine *e, bool show_secrets)
{
	const struct connection *left = engine_connection(e, c->sessions[0]);
	const struct connection *right = engine_connection(e, c->sessions[1]);
	struct alignment *a = mem_alloc(sizeof(*a));

	for (int side = 0; side < 2; side++) {
		a->counts[side] = read_steps(c, e, side, show_secrets, a->steps[side]);
		c->versions[side] = c->details[side].version;
	}
	weigh(a);
	free(c->pairs);
	c->pairs = mem_alloc((a->counts[0] + a->counts[1] + 1) * sizeof(*c->pairs));
	pair(c, a);
	free(a);
	if (left != NULL && right != NULL)
		add_facts(c, left->session, right->session);
	c->is_cut = c->details[0].item_count > COMPARE_STEPS_MAX || c->details[1].item_count > COMPARE_STEPS_MAX;
	c->first = first_difference(c);
	c->is_aligned = true;
	c->aligned_ns = clock_monotonic_ns();
}

/* Whether there is more to do. */
static bool work_on_details(struct compare *c, struct engine *e)
{
	bool more = false;

	for (int side = 0; side < 2; side++) {
		session_detail_update(&c->details[side], e, c->sessions[side]);
		more = session_detail_work(&c->details[side], e) || more;
	}
	return more;
}

static bool is_to_align(const struct compare *c)
{
	bool has_changed =
		c->versions[0] != c->details[0].version || c->versions[1] != c->details[1].version || !c->is_aligned;

	return has_changed && (!c->is_aligned || clock_monotonic_ns() - c->aligned_ns > AGAIN_NS);
}

bool compare_work(struct compare *c, struct engine *e, uint64_t session, bool show_secrets)
{
	struct connection *asked = engine_connection(e, session);
	struct choice choice = {c, asked != NULL ? asked->session : NULL};

	if (session != c->asked || asked == NULL) {
		compare_fini(c);
		if (asked == NULL)
			return false;
		c->asked = session;
		session_walk_begin_all(&c->walk, e);
	}
	if (!c->is_chosen) {
		if (!session_walk_some(&c->walk, e, WALK_SESSIONS, look_at, &choice))
			choose(c, e);
		return true;
	}
	if (c->sessions[1] == 0 || work_on_details(c, e))
		return c->sessions[1] != 0;
	if (!is_to_align(c))
		return false;
	align(c, e, show_secrets);
	return true;
}

/* ---- for the screen ---- */

uint64_t compare_count(const struct compare *c)
{
	return c->is_aligned ? c->fact_count + c->pair_count : 0;
}

static void fill_side(const struct compare *c, struct engine *e, int side, int32_t row, bool show_secrets,
		      struct snapshot_compare_row *out)
{
	struct snapshot_timeline_row from;
	struct snapshot_compare_side *to = &out->sides[side];

	if (row < 0 || (size_t)row >= c->details[side].item_count)
		return;
	rows_timeline(&c->details[side], e, (size_t)row, show_secrets, &from);
	out->arrow = from.arrow;
	to->is_there = true;
	to->row = (uint64_t)row;
	to->position = from.position;
	to->packet = from.packet;
	to->time_ns = from.time_ns;
	to->meaning = from.meaning;
	rowtext_put(to->text, sizeof(to->text), slice_from_text(from.text));
}

void compare_fill(const struct compare *c, struct engine *e, bool show_secrets, const struct snapshot_window *w,
		  struct snapshot_compare_row *rows)
{
	for (uint32_t i = 0; i < w->count; i++) {
		uint64_t number = w->first + i;
		const struct compare_pair *p;

		if (number < c->fact_count) {
			rows[i] = c->facts[number];
			continue;
		}
		p = &c->pairs[number - c->fact_count];
		rows[i] = (struct snapshot_compare_row){.difference = p->difference};
		for (int side = 0; side < 2; side++)
			fill_side(c, e, side, p->rows[side], show_secrets, &rows[i]);
	}
}

void compare_fill_head(const struct compare *c, struct engine *e, struct snapshot_compare *head)
{
	static const struct query plain = {.numeric = true};

	head->likeness = c->likeness;
	head->is_cut = c->is_cut;
	head->facts = c->fact_count;
	head->first = c->first;
	for (int side = 0; side < 2; side++) {
		struct connection *v = engine_connection(e, c->sessions[side]);
		struct snapshot_session_row row;

		head->sessions[side] = c->sessions[side];
		if (v == NULL)
			continue;
		rows_session(e, v, &plain, &row);
		snprintf(head->ends[side], sizeof(head->ends[side]), "%s > %s", row.client, row.server);
		memcpy(head->results[side], row.result, sizeof(row.result));
		head->meanings[side] = row.meaning;
	}
}
