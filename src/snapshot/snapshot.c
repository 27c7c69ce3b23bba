#include "snapshot/snapshot.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

size_t snapshot_put_logins(char *out, size_t size, const struct snapshot_logins *logins)
{
	const char *with = logins->passwords == 1 ? "login with its password" : "logins with their passwords";
	size_t len = 0;

	out[0] = '\0';
	if (logins->passwords > 0)
		len = (size_t)snprintf(out, size, "%" PRIu64 " %s", logins->passwords, with);
	if (logins->digests == 0 || len >= size)
		return len;
	if (len > 0)
		len += (size_t)snprintf(out + len, size - len, " and %" PRIu64 " with a digest of it", logins->digests);
	else
		len = (size_t)snprintf(out, size, "%" PRIu64 " login%s with a digest of %s", logins->digests,
				       logins->digests == 1 ? "" : "s",
				       logins->digests == 1 ? "its password" : "their passwords");
	return len;
}

struct snapshot *snapshot_new(void)
{
	struct snapshot *s = mem_zalloc(sizeof(*s));

	s->session_rows = mem_zalloc(QUERY_ROWS_MAX * sizeof(*s->session_rows));
	s->finding_rows = mem_zalloc(QUERY_ROWS_MAX * sizeof(*s->finding_rows));
	s->diagnosis_line_rows = mem_zalloc(QUERY_ROWS_MAX * sizeof(*s->diagnosis_line_rows));
	s->mail_rows = mem_zalloc(QUERY_ROWS_MAX * sizeof(*s->mail_rows));
	s->timeline_rows = mem_zalloc(QUERY_ROWS_MAX * sizeof(*s->timeline_rows));
	s->stream_rows = mem_zalloc(QUERY_ROWS_MAX * sizeof(*s->stream_rows));
	s->packet_rows = mem_zalloc(QUERY_ROWS_MAX * sizeof(*s->packet_rows));
	s->mail_line_rows = mem_zalloc(QUERY_ROWS_MAX * sizeof(*s->mail_line_rows));
	return s;
}

void snapshot_free(struct snapshot *s)
{
	if (s == NULL)
		return;
	free(s->session_rows);
	free(s->mail_rows);
	free(s->finding_rows);
	free(s->diagnosis_line_rows);
	free(s->timeline_rows);
	free(s->stream_rows);
	free(s->packet_rows);
	free(s->mail_line_rows);
	free(s);
}

static void copy_rows(void *target, const void *source, uint32_t count, size_t row_size)
{
	assert(count <= QUERY_ROWS_MAX);
	memcpy(target, source, count * row_size);
}

void snapshot_copy(struct snapshot *target, const struct snapshot *source)
{
	struct snapshot_session_row *session_rows = target->session_rows;
	struct snapshot_mail_row *mail_rows = target->mail_rows;
	struct snapshot_finding_row *finding_rows = target->finding_rows;
	struct snapshot_line *diagnosis_line_rows = target->diagnosis_line_rows;
	struct snapshot_timeline_row *timeline_rows = target->timeline_rows;
	struct snapshot_stream_row *stream_rows = target->stream_rows;
	struct snapshot_packet_row *packet_rows = target->packet_rows;
	struct snapshot_line *mail_line_rows = target->mail_line_rows;

	*target = *source;
	target->session_rows = session_rows;
	target->mail_rows = mail_rows;
	target->finding_rows = finding_rows;
	target->diagnosis_line_rows = diagnosis_line_rows;
	target->timeline_rows = timeline_rows;
	target->stream_rows = stream_rows;
	target->packet_rows = packet_rows;
	target->mail_line_rows = mail_line_rows;
	/* which of the lists is filled the snapshot does not say */
	copy_rows(target->session_rows, source->session_rows, source->list.count, sizeof(*target->session_rows));
	copy_rows(target->mail_rows, source->mail_rows, source->list.count, sizeof(*target->mail_rows));
	copy_rows(target->finding_rows, source->finding_rows, source->list.count, sizeof(*target->finding_rows));
	copy_rows(target->diagnosis_line_rows, source->diagnosis_line_rows, source->diagnosis_lines.count,
		  sizeof(*target->diagnosis_line_rows));
	copy_rows(target->timeline_rows, source->timeline_rows, source->timeline.count, sizeof(*target->timeline_rows));
	copy_rows(target->stream_rows, source->stream_rows, source->stream.count, sizeof(*target->stream_rows));
	copy_rows(target->packet_rows, source->packet_rows, source->packet_window.count, sizeof(*target->packet_rows));
	copy_rows(target->mail_line_rows, source->mail_line_rows, source->mail_lines.count,
		  sizeof(*target->mail_line_rows));
}
