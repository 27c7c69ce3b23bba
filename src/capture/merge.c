#include "capture/merge.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"

enum merge_state {
	MERGE_EMPTY, /* its next packet must be read */
	MERGE_HELD,  /* its next packet is in `packet` */
	MERGE_ENDED,
};

struct merge_head {
	struct source *source;
	enum merge_state state;
	int64_t idle_since; /* 0: not idle */
	struct source_packet packet;
};

struct merge {
	size_t count;
	size_t open;
	/* The source that gave the last packet may go on alone while its packets are not later than `bound`. */
	size_t current;
	int64_t bound;
	struct merge_head heads[];
};

struct merge *merge_new(struct source *const *sources, size_t count)
{
	struct merge *m = mem_zalloc(sizeof(*m) + count * sizeof(m->heads[0]));

	m->count = m->open = count;
	for (size_t i = 0; i < count; i++)
		m->heads[i].source = sources[i];
	m->bound = count == 1 ? INT64_MAX : INT64_MIN;
	return m;
}

void merge_free(struct merge *m)
{
	free(m);
}

bool merge_is_done(const struct merge *m)
{
	return m->open == 0;
}

bool merge_waits_for(const struct merge *m, size_t number)
{
	return m->heads[number].state == MERGE_EMPTY && m->heads[number].idle_since != 0;
}

static enum source_status read_head(struct merge *m, size_t number, struct error *err)
{
	struct merge_head *head = &m->heads[number];
	enum source_status status = source_read(head->source, &head->packet, err);

	if (status == SOURCE_IDLE) {
		if (head->idle_since == 0)
			head->idle_since = clock_monotonic_ns();
		return status;
	}
	head->idle_since = 0;
	if (status == SOURCE_NOTICE)
		return status;
	head->state = status == SOURCE_PACKET ? MERGE_HELD : MERGE_ENDED;
	if (head->state == MERGE_ENDED)
		m->open--;
	return status;
}

/* Whether it is to be passed on at once, whatever the other sources have. */
static bool is_message(enum source_status status)
{
	return status == SOURCE_END || status == SOURCE_ERROR || status == SOURCE_NOTICE;
}

static bool is_patient_with(const struct merge_head *head, int64_t now)
{
	return now - head->idle_since < MERGE_PATIENCE_NS;
}

/* Reads a packet of every source that has none. SOURCE_PACKET: as many as can be had are there. */
static enum source_status read_heads(struct merge *m, size_t *number, bool *is_one_idle, struct error *err)
{
	int64_t now = 0;
	bool must_wait = false;

	*is_one_idle = false;
	for (size_t i = 0; i < m->count; i++) {
		enum source_status status = SOURCE_PACKET;

		if (m->heads[i].state == MERGE_EMPTY)
			status = read_head(m, i, err);
		if (is_message(status)) {
			*number = i;
			return status;
		}
		if (status == SOURCE_IDLE) {
			now = now ? now : clock_monotonic_ns();
			*is_one_idle = true;
			must_wait = must_wait || is_patient_with(&m->heads[i], now);
		}
	}
	return must_wait ? SOURCE_IDLE : SOURCE_PACKET;
}

/* The oldest packet held, and until when its source may go on without another look at the rest. */
static bool choose(struct merge *m, bool is_one_idle)
{
	const struct merge_head *first = NULL;

	m->bound = INT64_MAX;
	for (size_t i = 0; i < m->count; i++) {
		const struct merge_head *head = &m->heads[i];

		if (head->state != MERGE_HELD)
			continue;
		if (first == NULL || head->packet.record.time_ns < first->packet.record.time_ns) {
			if (first != NULL)
				m->bound = first->packet.record.time_ns;
			first = head;
			m->current = i;
		} else if (head->packet.record.time_ns < m->bound) {
			m->bound = head->packet.record.time_ns;
		}
	}
	if (is_one_idle)
		m->bound = INT64_MIN;
	return first != NULL;
}

static enum source_status give(struct merge *m, const struct source_packet **packet, size_t *number)
{
	m->heads[m->current].state = MERGE_EMPTY;
	*packet = &m->heads[m->current].packet;
	*number = m->current;
	return SOURCE_PACKET;
}

enum source_status merge_read(struct merge *m, const struct source_packet **packet, size_t *number, struct error *err)
{
	struct merge_head *current = &m->heads[m->current];
	enum source_status status;
	bool is_one_idle;

	if (m->open == 0)
		return SOURCE_IDLE;
	if (m->bound != INT64_MIN && current->state == MERGE_EMPTY) {
		status = read_head(m, m->current, err);
		if (status == SOURCE_PACKET && current->packet.record.time_ns <= m->bound)
			return give(m, packet, number);
		if (is_message(status)) {
			*number = m->current;
			return status;
		}
	}
	status = read_heads(m, number, &is_one_idle, err);
	if (status != SOURCE_PACKET)
		return status;
	return choose(m, is_one_idle) ? give(m, packet, number) : SOURCE_IDLE;
}
