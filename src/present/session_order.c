#include "present/session_order.h"

#include "common/server_program.h"
#include "diagnosis/outcome.h"
#include "mail/session_imap.h"
#include "mail/session_tls.h"
#include "mail/told.h"
#include "present/rows_mail.h"

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

struct endpoint session_order_end(const struct session *s, enum side side)
{
	struct endpoint end = {.port = s->side[side].port, .has_port = true};

	if (side == SIDE_CLIENT)
		return told_end(s, side);
	endpoint_set_address(&end, s->side[side].address, s->is_ipv6);
	return end;
}

const char *session_order_host(const struct engine *e, const struct session *s, enum side side)
{
	struct endpoint end = session_order_end(s, side);

	return engine_host_name(e, end.address, end.is_ipv6);
}

static void end_key(const struct session *s, enum side side, struct sorter_key *key)
{
	struct endpoint end = session_order_end(s, side);

	sorter_key_end(key, end.address, end.is_ipv6, end.port);
}

/* One without a mail comes first. */
static void mail_key(struct engine *e, struct connection *v, enum query_sort sort, struct sorter_key *key)
{
	struct snapshot_mail_row row;

	if (v->session->mail_count == 0)
		return;
	rows_mail(e, v, v->session->mails[0], &row);
	sorter_key_name(key, sort == QUERY_SORT_SUBJECT ? row.subject : sort == QUERY_SORT_FROM ? row.from : row.to);
}

/* That without TLS comes first. */
static uint64_t tls_rank(const struct session *s)
{
	return s->tls ? UINT64_C(1) << 16 | session_tls_of(s)->version : 0;
}

static void text_key(const struct engine *e, const struct session *s, enum query_sort sort, struct sorter_key *key)
{
	switch (sort) {
	case QUERY_SORT_USER:
		sorter_key_text(key, s->user);
		break;
	case QUERY_SORT_HELO:
		sorter_key_text(key, session_helo(s));
		break;
	case QUERY_SORT_MAILBOX:
		if (session_imap(s) != NULL)
			sorter_key_text(key, buffer_slice(&session_imap(s)->mailbox));
		break;
	case QUERY_SORT_PROGRAM:
		sorter_key_name(key, server_program_name(session_banner(s)));
		break;
	case QUERY_SORT_OBSERVER:
		sorter_key_name(key, engine_observer(e, s));
		break;
	case QUERY_SORT_CLIENT_NAME:
		sorter_key_name(key, session_order_host(e, s, SIDE_CLIENT));
		break;
	case QUERY_SORT_SERVER_NAME:
		sorter_key_name(key, session_order_host(e, s, SIDE_SERVER));
		break;
	default:
		break;
	}
}

static uint64_t rank_of(const struct session *s, enum query_sort sort)
{
	switch (sort) {
	case QUERY_SORT_NUMBER:
		return s->number;
	case QUERY_SORT_START:
		return (uint64_t)s->start_ns;
	case QUERY_SORT_PROTOCOL:
		return s->protocol;
	case QUERY_SORT_MAILS:
		return s->mails_total;
	case QUERY_SORT_SIZE:
		return s->side[SIDE_CLIENT].bytes + s->side[SIDE_SERVER].bytes;
	case QUERY_SORT_DURATION:
		return (uint64_t)duration(s);
	case QUERY_SORT_RESULT:
		return (uint64_t)badness(s);
	case QUERY_SORT_TLS:
		return tls_rank(s);
	case QUERY_SORT_SLOWEST:
		return (uint64_t)session_slowest_ns(s);
	case QUERY_SORT_RESENT:
		return session_order_resent(s);
	default:
		return 0;
	}
}

void session_order_key(struct engine *e, struct connection *v, enum query_sort sort, struct sorter_key *key)
{
	key->rank = rank_of(v->session, sort);
	key->len = 0;
	if (sort == QUERY_SORT_CLIENT || sort == QUERY_SORT_SERVER)
		end_key(v->session, sort == QUERY_SORT_CLIENT ? SIDE_CLIENT : SIDE_SERVER, key);
	else if (sort == QUERY_SORT_FROM || sort == QUERY_SORT_TO || sort == QUERY_SORT_SUBJECT)
		mail_key(e, v, sort, key);
	else
		text_key(e, v->session, sort, key);
}
