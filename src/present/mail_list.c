#include "present/mail_list.h"

#include "base/rowtext.h"
#include "mail/session_imap.h"
#include "present/rows_mail.h"
#include "present/shown_list.h"

static void add(struct item_list *l, const struct session *s)
{
	for (size_t i = 0; i < s->mail_count; i++)
		sorter_add(&l->next, (struct sorter_item){.session = s->number, .number = s->mails[i]->number});
}

/* NULL: it is gone. */
static struct mail *mail_of(const struct engine *e, const struct sorter_item *item, struct connection **v)
{
	*v = engine_connection(e, item->session);
	return *v != NULL ? session_mail((*v)->session, item->number) : NULL;
}

/* ---- their order ---- */

/* The worst first. */
static uint64_t badness(enum mail_outcome outcome)
{
	static const uint8_t ranks[] = {
		[MAIL_REJECTED] = 0, [MAIL_UNANSWERED] = 1, [MAIL_ABORTED] = 2,	 [MAIL_RESET] = 3,
		[MAIL_UNKNOWN] = 4,  [MAIL_UNDECIDED] = 5,  [MAIL_ACCEPTED] = 6, [MAIL_RETRIEVED_OUTCOME] = 7,
	};

	return ranks[outcome];
}

/* Within an outcome by its name: IMAP has several. */
static void outcome_key(const struct mail *m, const struct snapshot_mail_row *row, struct sorter_key *key)
{
	sorter_key_name(key, row->outcome);
	key->rank = badness(m->outcome) << 56 | key->rank >> 8;
}

static void mailbox_key(const struct snapshot_mail_row *row, struct sorter_key *key)
{
	sorter_key_name(key, row->mailbox);
	for (unsigned int shift = 32; row->uid != 0 && shift > 0; shift -= 8)
		key->text[key->len++] = (uint8_t)(row->uid >> (shift - 8));
}

/* As the column tells it. */
static uint64_t state_rank(const struct snapshot_mail_row *row)
{
	return row->saved ? 4 : row->differs ? 0 : row->complete ? 3 : row->size > 0 ? 1 : 2;
}

static void text_key(struct engine *e, struct connection *v, struct mail *m, enum query_sort sort,
		     struct sorter_key *key)
{
	struct snapshot_mail_row row;

	rows_mail(e, v, m, &row);
	switch (sort) {
	case QUERY_SORT_FROM:
		sorter_key_name(key, row.from);
		break;
	case QUERY_SORT_TO:
		sorter_key_name(key, row.to);
		break;
	case QUERY_SORT_SUBJECT:
		sorter_key_name(key, row.subject);
		break;
	case QUERY_SORT_MAILBOX:
		mailbox_key(&row, key);
		break;
	case QUERY_SORT_STATE:
		key->rank = state_rank(&row);
		break;
	case QUERY_SORT_RESULT:
		outcome_key(m, &row, key);
		break;
	default:
		break;
	}
}

static void take_key(void *ctx, const struct sorter_item *item, struct sorter_key *key)
{
	const struct item_list_scene *scene = ctx;
	struct connection *v;
	struct mail *m = mail_of(scene->engine, item, &v);

	if (m == NULL)
		return;
	if (scene->sort == QUERY_SORT_NUMBER) {
		key->rank = item->session;
		key->len = sizeof(uint32_t);
		for (size_t i = 0; i < key->len; i++)
			key->text[i] = (uint8_t)(item->number >> (24 - 8 * i));
	} else if (scene->sort == QUERY_SORT_START)
		key->rank = (uint64_t)m->first.time_ns;
	else if (scene->sort == QUERY_SORT_SIZE)
		key->rank = connection_mail_size(v, m);
	else
		text_key(scene->engine, v, m, scene->sort, key);
}

const struct item_list_kind mail_list_kind = {.add = add, .key = take_key};

/* ---- */

bool mail_list_row_contains(struct engine *e, struct connection *v, struct mail *m, const struct pattern *p)
{
	struct snapshot_mail_row row;

	rows_mail(e, v, m, &row);
	return pattern_finds_text(p, row.subject) || pattern_finds_text(p, row.from) || pattern_finds_text(p, row.to) ||
	       pattern_finds_text(p, row.mailbox) || pattern_finds_text(p, row.outcome);
}

/* ---- its row among the lists ---- */

static bool work(void *list, const struct shown_list_scene *s, size_t max)
{
	return item_list_work(list, &mail_list_kind, s->order, s->engine, max);
}

static uint64_t session(const struct shown_list_scene *s, uint64_t row)
{
	return shown_list_item(s, row)->session;
}

static bool fill(const struct shown_list_scene *s, uint64_t row, struct snapshot *out, uint32_t at)
{
	struct connection *v;
	struct mail *m = mail_of(s->engine, shown_list_item(s, row), &v);

	if (m != NULL)
		rows_mail(s->engine, v, m, &out->mail_rows[at]);
	return m != NULL;
}

static bool matches(const struct shown_list_scene *s, const struct pattern *p, uint64_t row, uint64_t *number,
		    uint32_t *item)
{
	struct connection *v;
	struct mail *m = mail_of(s->engine, shown_list_item(s, row), &v);

	*number = shown_list_item(s, row)->session;
	*item = shown_list_item(s, row)->number;
	return m != NULL && mail_list_row_contains(s->engine, v, m, p);
}

const struct shown_list_ops shown_list_mail = {
	.has_items = true,
	.work = work,
	.count = shown_list_item_count,
	.session = session,
	.fill = fill,
	.matches = matches,
};
