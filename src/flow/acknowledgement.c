#include "flow/acknowledgement.h"

uint64_t acknowledgement_take(struct stream *peer, const struct tcp_segment *s)
{
	int64_t offset;

	if (!(s->flags & SEGMENT_ACK) || ((s->flags & SEGMENT_RST) && s->seq != 0))
		return 0;
	if (!peer->has_base)
		stream_set_base(peer, s->ack);
	if (s->flags & SEGMENT_RST)
		return 0; /* with a sequence number of 0: it refuses a SYN that may come late */
	offset = stream_offset(peer, s->ack);
	if (offset > (int64_t)(peer->next + STREAM_AHEAD_MAX))
		return 0;
	if (offset > (int64_t)peer->acked)
		peer->acked = (uint64_t)offset;
	if (offset <= (int64_t)peer->next)
		return 0;
	if (peer->has_fin && (uint64_t)offset > peer->fin_offset)
		return peer->fin_offset;
	if ((uint64_t)offset == peer->next + 1 && peer->is_fin_assumed)
		return 0;
	return (uint64_t)offset;
}

/* A window that is closed keeps the other side waiting: how often, and how long at most. Whether it changed. */
static bool note_window(struct stream *s, const struct tcp_segment *segment, int64_t time_ns)
{
	bool was_closed = s->has_ack && s->last_window == 0;
	struct stream_flaws *w;

	if (!was_closed && segment->window != 0)
		return false;
	w = stream_make_flaws(s);
	if (was_closed && time_ns - w->zero_window_since_ns > w->seen.zero_window_ns)
		w->seen.zero_window_ns = time_ns - w->zero_window_since_ns;
	if (!was_closed) {
		w->seen.zero_windows++;
		w->zero_window_since_ns = time_ns;
	}
	return was_closed != (segment->window == 0);
}

bool acknowledgement_note(struct stream *stream, const struct stream *peer, const struct tcp_segment *s,
			  int64_t time_ns)
{
	bool is_toggled;

	if (!(s->flags & SEGMENT_ACK) || (s->flags & (SEGMENT_SYN | SEGMENT_RST)))
		return false;
	if (stream->has_ack && s->payload_len == 0 && !(s->flags & SEGMENT_FIN) && s->ack == stream->last_ack &&
	    s->window == stream->last_window && s->window != 0 && peer->has_base &&
	    stream_offset(peer, s->ack) < (int64_t)peer->highest)
		stream_make_flaws(stream)->seen.duplicate_acks++;
	is_toggled = note_window(stream, s, time_ns);
	stream->has_ack = true;
	stream->last_ack = s->ack;
	stream->last_window = s->window;
	return is_toggled;
}
