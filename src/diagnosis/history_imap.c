#include "diagnosis/history_imap.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "diagnosis/history.h"
#include "diagnosis/rules_imap.h"

enum {
	SESSIONS_MIN = 3, /* that fetched the same mail */
};

/* Of a mailbox by its user; `has_client`: as one client sees it. */
static struct trace *find(struct traces *k, const struct session *s, const struct rules_imap_box *box, bool has_client,
			  bool *is_new)
{
	const struct session_side *client = &s->side[SIDE_CLIENT];
	const struct session_side *server = &s->side[SIDE_SERVER];

	traces_begin_key(k, has_client ? TRACE_IMAP_CACHE : TRACE_IMAP_MAILBOX, s->observer);
	traces_add(k, server->address, sizeof(server->address));
	if (has_client)
		traces_add(k, client->address, sizeof(client->address));
	traces_add_text(k, s->user);
	if (slice_equals_nocase(box->name, "INBOX"))
		traces_add_text(k, box->name);
	else
		traces_add(k, box->name.data, box->name.len);
	return traces_find(k, is_new);
}

/* ---- UIDVALIDITY ---- */

static void say_changed(struct session *s, const struct rules_imap_box *box, const struct trace *t)
{
	struct finding *f = diagnosis_add(s, RULE_I07, true, NULL);

	if (f == NULL)
		return;
	f->index = box->index;
	f->phase = PHASE_SELECTING;
	diagnosis_add_packet(f, box->packets[0]);
	diagnosis_add_packet(f, box->packets[1]);
	diagnosis_add_packet(f, t->packet);
	diagnosis_say(s, f, "The UIDVALIDITY of %.*s was %" PRIu32 " in session %" PRIu64 ", and is %" PRIu32 " now",
		      (int)box->shown.len, (const char *)box->shown.data, t->uid_validity, t->session,
		      box->uid_validity);
}

static void note_box(struct traces *k, struct session *s, const struct rules_imap_box *box)
{
	bool is_new;
	struct trace *t;

	if (!box->is_renewed && box->uid_validity == 0)
		return;
	t = find(k, s, box, false, &is_new);
	if (!box->is_renewed && t->uid_validity != 0 && t->uid_validity != box->uid_validity)
		say_changed(s, box, t);
	t->uid_validity = box->is_renewed ? 0 : box->uid_validity;
	t->session = s->number;
	t->packet = box->packets[1];
}

/* In the order in which they were opened. */
static void note_boxes(struct traces *k, struct session *s, const struct rules_imap *i)
{
	const struct rules_imap_box **boxes = mem_alloc((i->box_count + 1) * sizeof(*boxes));
	size_t at = i->box_count;

	for (const struct rules_imap_box *box = i->boxes; box != NULL; box = box->next)
		boxes[--at] = box;
	assert(at == 0);
	for (size_t n = 0; n < i->box_count; n++)
		note_box(k, s, boxes[n]);
	free(boxes);
}

/* ---- mails that are fetched again ---- */

/* The messages of a mailbox that are known, and in how many sessions each was fetched. */
struct known {
	uint64_t *uids;
	uint8_t *sessions;
	size_t count;
	struct hash_table table; /* of pointers into `uids` */
};

static bool same_uid(const void *item, const void *key)
{
	return *(const uint64_t *)item == *(const uint64_t *)key;
}

static uint64_t *find_uid(struct known *n, uint64_t uid)
{
	return (uint64_t *)hash_lookup(&n->table, hash_bytes(&uid, sizeof(uid)), same_uid, &uid);
}

static void add_uid(struct known *n, uint64_t uid, uint8_t sessions)
{
	n->uids[n->count] = uid;
	n->sessions[n->count] = sessions;
	hash_insert(&n->table, hash_bytes(&uid, sizeof(uid)), &n->uids[n->count]);
	n->count++;
}

/* A mailbox may have been opened more than once. */
static bool is_of(const struct rules_imap_fetch *fetch, const struct rules_imap_box *box)
{
	return fetch->box == box || slice_equals(fetch->box->name, box->name);
}

static void say_again(struct session *s, const struct rules_imap_fetch *fetch, uint8_t sessions, uint32_t others)
{
	struct finding *f = diagnosis_add(s, RULE_I09, true, NULL);
	char more[48] = "";

	if (f == NULL)
		return;
	f->mail = fetch->mail;
	f->phase = PHASE_RETRIEVING;
	diagnosis_add_packet(f, fetch->packets[0]);
	diagnosis_add_packet(f, fetch->packets[1]);
	if (others > 0)
		snprintf(more, sizeof(more), ", and %" PRIu32 " other mail%s likewise", others, text_plural(others));
	diagnosis_say(s, f, "The mail with UID %" PRIu32 " of %.*s was fetched whole in %u sessions of this client%s",
		      fetch->uid, (int)fetch->box->shown.len, (const char *)fetch->box->shown.data, sessions, more);
}

/* The latest HISTORY_UIDS_MAX are kept. */
static void keep(struct traces *k, struct trace *t, const struct known *n)
{
	size_t first = n->count > HISTORY_UIDS_MAX ? n->count - HISTORY_UIDS_MAX : 0;

	traces_renew_uids(k, t, n->count - first);
	for (size_t i = 0; i < t->uid_count; i++) {
		t->uids[i] = n->uids[first + i];
		t->is_retrieved[i] = n->sessions[first + i];
	}
}

/* The mails of `box` in this session are added to those that are known. */
static void count_box(struct session *s, const struct rules_imap *i, const struct rules_imap_box *box, struct known *n)
{
	uint8_t *counted = mem_zalloc(n->count + i->fetch_count + 1);
	const struct rules_imap_fetch *worst = NULL;
	uint8_t most = SESSIONS_MIN - 1;
	uint32_t again = 0;

	for (const struct rules_imap_fetch *fetch = i->fetches; fetch != NULL; fetch = fetch->next) {
		uint64_t *uid = is_of(fetch, box) ? find_uid(n, fetch->uid) : NULL;

		if (is_of(fetch, box) && uid == NULL) {
			counted[n->count] = 1;
			add_uid(n, fetch->uid, 1);
		}
		if (uid == NULL || counted[uid - n->uids])
			continue;
		counted[uid - n->uids] = 1;
		if (n->sessions[uid - n->uids] < UINT8_MAX)
			n->sessions[uid - n->uids]++;
		again += n->sessions[uid - n->uids] >= SESSIONS_MIN;
		if (n->sessions[uid - n->uids] > most) {
			most = n->sessions[uid - n->uids];
			worst = fetch;
		}
	}
	if (worst != NULL)
		say_again(s, worst, most, again - 1);
	free(counted);
}

static bool has_fetches(const struct rules_imap *i, const struct rules_imap_box *box)
{
	for (const struct rules_imap_fetch *fetch = i->fetches; fetch != NULL; fetch = fetch->next)
		if (is_of(fetch, box))
			return true;
	return false;
}

static void note_fetches(struct traces *k, struct session *s, const struct rules_imap *i,
			 const struct rules_imap_box *box)
{
	struct known n = {0};
	struct trace *t;
	bool is_new;

	if (box->uid_validity == 0 || !has_fetches(i, box))
		return;
	t = find(k, s, box, true, &is_new);
	n.uids = mem_alloc((t->uid_count + i->fetch_count) * sizeof(*n.uids));
	n.sessions = mem_alloc(t->uid_count + i->fetch_count);
	for (size_t u = 0; u < t->uid_count && t->uid_validity == box->uid_validity; u++)
		add_uid(&n, t->uids[u], t->is_retrieved[u]);
	t->uid_validity = box->uid_validity;
	if (t->session != s->number) /* who opens a mailbox twice fetches in one session */
		count_box(s, i, box, &n);
	t->session = s->number;
	keep(k, t, &n);
	hash_fini(&n.table);
	free(n.uids);
	free(n.sessions);
}

void history_imap_session(struct traces *k, struct session *s)
{
	const struct rules_imap *i = rules_has_state(s, FAMILY_IMAP) ? rules_imap_of(s) : NULL;

	if (i == NULL || s->user.len == 0 || !i->is_logged_in)
		return;
	note_boxes(k, s, i);
	for (const struct rules_imap_box *box = i->boxes; i->fetch_count > 0 && box != NULL; box = box->next)
		note_fetches(k, s, i, box);
}
