#include "present/session_order.h"

#include "common/server_program.h"
#include "diagnosis/outcome.h"
#include "mail/session_imap.h"
#include "mail/session_tls.h"
#include "mail/told.h"

static int compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int compare_clients(const struct session *a, const struct session *b)
{
	struct endpoint a_end = told_end(a, SIDE_CLIENT);
	struct endpoint b_end = told_end(b, SIDE_CLIENT);
	int by_address = memcmp(a_end.address, b_end.address, sizeof(a_end.address));

	return by_address != 0 ? by_address : compare_numbers(a_end.port, b_end.port);
}

static int compare_servers(const struct session *a, const struct session *b)
{
	const struct session_side *a_side = &a->side[SIDE_SERVER];
	const struct session_side *b_side = &b->side[SIDE_SERVER];
	int by_address = memcmp(a_side->address, b_side->address, sizeof(a_side->address));

	return by_address != 0 ? by_address : compare_numbers(a_side->port, b_side->port);
}

static int compare_texts(struct slice a, struct slice b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int by_bytes = len > 0 ? memcmp(a.data, b.data, len) : 0;

	return by_bytes != 0 ? by_bytes : compare_numbers(a.len, b.len);
}

/* The worst sorts before all else. */
static int badness(const struct session *s)
{
	static const uint8_t ranks[] = {
		[OUTCOME_CONNECTION_REFUSED] = 2,
		[OUTCOME_NO_ANSWER] = 2,
		[OUTCOME_CUT_OFF] = 2,
		[OUTCOME_REFUSED] = 2,
		[OUTCOME_ACCEPTED_IN_PART] = 3,
		[OUTCOME_RESET] = 4,
		[OUTCOME_FINDING] = 5,
		[OUTCOME_NOT_MAIL] = 5,
		[OUTCOME_GIVEN_UP] = 6,
		[OUTCOME_OPEN] = 7,
		[OUTCOME_ENCRYPTED] = 8,
		[OUTCOME_NOTHING_SAID] = 9,
		[OUTCOME_NO_MAIL] = 10,
		[OUTCOME_ACCEPTED] = 11,
		[OUTCOME_RETRIEVED] = 11,
	};
	const struct finding *root = diagnosis_root(s);

	if (root != NULL && outcome_is_failure(s))
		return root->severity == SEVERITY_CRITICAL ? 0 : 1;
	return ranks[outcome_of(s).kind];
}

static int64_t duration(const struct session *s)
{
	return s->end_ns > s->start_ns ? s->end_ns - s->start_ns : 0;
}

uint64_t session_order_resent(const struct session *s)
{
	return session_flaws(&s->side[SIDE_CLIENT])->retransmitted +
	       session_flaws(&s->side[SIDE_SERVER])->retransmitted;
}

const struct record_fields *session_order_mail(struct engine *e, struct connection *v)
{
	return v->session->mail_count > 0 ? engine_fields(e, v, v->session->mails[0]) : NULL;
}

static int compare_names(const char *a, const char *b)
{
	return strcmp(a != NULL ? a : "", b != NULL ? b : "");
}

/* One without a mail comes first. */
static int compare_mails(struct engine *e, struct connection *a, struct connection *b, enum query_sort sort)
{
	static const struct record_fields none;
	const struct record_fields *left = session_order_mail(e, a);
	const struct record_fields *right = session_order_mail(e, b);

	left = left != NULL ? left : &none;
	right = right != NULL ? right : &none;
	if (sort == QUERY_SORT_SUBJECT)
		return compare_texts(buffer_slice(&left->subject), buffer_slice(&right->subject));
	if (sort == QUERY_SORT_FROM)
		return compare_texts(buffer_slice(&left->from), buffer_slice(&right->from));
	return compare_texts(buffer_slice(&left->to), buffer_slice(&right->to));
}

static int compare_said(const struct session *a, const struct session *b, enum query_sort sort)
{
	switch (sort) {
	case QUERY_SORT_USER:
		return compare_texts(a->user, b->user);
	case QUERY_SORT_HELO:
		return compare_texts(session_helo(a), session_helo(b));
	case QUERY_SORT_TLS:
		return a->tls != b->tls ? a->tls - b->tls
					: compare_numbers(session_tls_of(a)->version, session_tls_of(b)->version);
	case QUERY_SORT_PROGRAM:
		return compare_names(server_program_name(session_banner(a)), server_program_name(session_banner(b)));
	case QUERY_SORT_RESULT:
		return compare_numbers((uint64_t)badness(a), (uint64_t)badness(b));
	default:
		return 0;
	}
}

static int compare_counts(const struct session *a, const struct session *b, enum query_sort sort)
{
	switch (sort) {
	case QUERY_SORT_MAILS:
		return compare_numbers(a->mails_total, b->mails_total);
	case QUERY_SORT_SIZE:
		return compare_numbers(a->side[SIDE_CLIENT].bytes + a->side[SIDE_SERVER].bytes,
				       b->side[SIDE_CLIENT].bytes + b->side[SIDE_SERVER].bytes);
	case QUERY_SORT_START:
		return compare_numbers((uint64_t)a->start_ns, (uint64_t)b->start_ns);
	case QUERY_SORT_DURATION:
		return compare_numbers((uint64_t)duration(a), (uint64_t)duration(b));
	case QUERY_SORT_SLOWEST:
		return compare_numbers((uint64_t)session_slowest_ns(a), (uint64_t)session_slowest_ns(b));
	case QUERY_SORT_RESENT:
		return compare_numbers(session_order_resent(a), session_order_resent(b));
	default:
		return compare_said(a, b, sort);
	}
}

int session_order(struct engine *e, struct connection *a, struct connection *b, enum query_sort sort)
{
	switch (sort) {
	case QUERY_SORT_NUMBER:
		return compare_numbers(a->session->number, b->session->number);
	case QUERY_SORT_PROTOCOL:
		return compare_numbers(a->session->protocol, b->session->protocol);
	case QUERY_SORT_CLIENT:
		return compare_clients(a->session, b->session);
	case QUERY_SORT_SERVER:
		return compare_servers(a->session, b->session);
	case QUERY_SORT_FROM:
	case QUERY_SORT_TO:
	case QUERY_SORT_SUBJECT:
		return compare_mails(e, a, b, sort);
	case QUERY_SORT_OBSERVER:
		return compare_names(engine_observer(e, a->session), engine_observer(e, b->session));
	default:
		return compare_counts(a->session, b->session, sort);
	}
}
