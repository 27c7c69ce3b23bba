#include "present/rows.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/rowtext.h"
#include "common/address.h"
#include "common/commands.h"
#include "common/server_program.h"
#include "diagnosis/codes.h"
#include "diagnosis/outcome.h"
#include "engine/duplicates.h"
#include "mail/exposed.h"
#include "mail/mask.h"
#include "mail/session_tls.h"
#include "mail/told.h"
#include "output/lines.h"
#include "present/finding_list.h"
#include "present/rows_end.h"
#include "present/rows_imap.h"
#include "present/rows_tls.h"
#include "present/session_order.h"
#include "proto/parameter.h"
#include "proto/sasl.h"
#include "tls/tls_event.h"

#define TOLD_SIGN "~"

struct snapshot_window rows_window(struct query_rows rows, uint64_t total)
{
	struct snapshot_window w = {.first = rows.first, .total = total, .count = rows.count};

	if (w.count > QUERY_ROWS_MAX)
		w.count = QUERY_ROWS_MAX;
	if (w.first > total || total - w.first < w.count) {
		if (w.count > total)
			w.count = (uint32_t)total;
		w.first = total - w.count;
	}
	return w;
}

static void copy_address(char *out, size_t size, const struct session *s, enum side side)
{
	struct endpoint end = session_order_end(s, side);
	char text[ADDRESS_TEXT_SIZE];

	address_text(text, end.address, end.is_ipv6);
	rowtext_put(out, size, slice_from_text(text));
}

/* The client that a proxy told stands for the one that opened the connection, with a sign before it. */
static void copy_end_point(struct engine *e, bool numeric, char *out, size_t size, const struct session *s,
			   enum side side)
{
	struct endpoint end = session_order_end(s, side);
	const char *name = numeric ? NULL : engine_host_name(e, end.address, end.is_ipv6);
	char text[ADDRESS_PORT_TEXT_SIZE] = "";

	rowtext_put(out, size,
		    slice_from_text(side == SIDE_CLIENT && told_of(s)->ends[side].has_address ? TOLD_SIGN : ""));
	if (name != NULL) {
		rowtext_append(out, size > 6 ? size - 6 : 0, slice_from_text(name));
		if (end.has_port)
			snprintf(text, sizeof(text), ":%u", end.port);
	} else {
		told_text(text, &end);
	}
	rowtext_append(out, size, slice_from_text(text));
}

static void copy_host(const struct engine *e, bool numeric, char out[64], const struct session *s, enum side side)
{
	const char *name = numeric ? NULL : session_order_host(e, s, side);

	rowtext_put(out, 64, slice_from_text(name != NULL ? name : ""));
}

static void put_said(const struct engine *e, const struct session *s, struct snapshot_session_row *row)
{
	const char *program = server_program_name(session_banner(s));
	const char *observer = engine_observer(e, s);
	uint16_t version = session_tls_of(s)->version;

	rowtext_put(row->helo, sizeof(row->helo), session_helo(s));
	rowtext_printf(row->program, sizeof(row->program), "%s", program != NULL ? program : "");
	rowtext_printf(row->observer, sizeof(row->observer), "%s", observer != NULL ? observer : "");
	if (s->tls)
		rowtext_printf(row->tls_version, sizeof(row->tls_version), "%s",
			       version != 0 ? tls_event_version_name(version) : "yes");
	row->slowest_ns = session_slowest_ns(s);
	row->resent = session_order_resent(s);
}

void rows_session(struct engine *e, struct connection *v, const struct query *q, struct snapshot_session_row *row)
{
	struct session *s = v->session;
	struct exposed exposed = {0};

	connection_sync(v);
	exposed_add(&exposed, s, q->show_secrets);
	*row = (struct snapshot_session_row){.number = s->number,
					     .marked = s->marked,
					     .open = !s->over,
					     .tls = s->tls,
					     .by_content = s->found_by_content,
					     .protocol = s->protocol,
					     .start_ns = s->start_ns,
					     .duration_ns = s->end_ns > s->start_ns ? s->end_ns - s->start_ns : 0,
					     .client_port = s->side[SIDE_CLIENT].port,
					     .server_port = s->side[SIDE_SERVER].port,
					     .mails = s->mails_total,
					     .bytes = s->side[SIDE_CLIENT].bytes + s->side[SIDE_SERVER].bytes,
					     .packets = v->packet_count,
					     .packet_bytes = v->packet_bytes,
					     .logins = {exposed.passwords, exposed.digests}};
	copy_end_point(e, q->numeric, row->client, sizeof(row->client), s, SIDE_CLIENT);
	copy_end_point(e, q->numeric, row->server, sizeof(row->server), s, SIDE_SERVER);
	copy_host(e, q->numeric, row->client_name, s, SIDE_CLIENT);
	copy_host(e, q->numeric, row->server_name, s, SIDE_SERVER);
	copy_address(row->client_address, sizeof(row->client_address), s, SIDE_CLIENT);
	copy_address(row->server_address, sizeof(row->server_address), s, SIDE_SERVER);
	rowtext_put(row->user, sizeof(row->user), s->user);
	rows_imap_mailbox(s, row->mailbox, sizeof(row->mailbox));
	put_said(e, s, row);
	row->meaning = rows_result(row->result, sizeof(row->result), s);
}

/* ---- the stream ---- */

void rows_stream(const struct session_detail *f, struct engine *e, size_t line, bool show_secrets,
		 struct snapshot_stream_row *row)
{
	struct buffer text = {0};
	struct detail_text about;

	session_detail_line_text(f, e, line, show_secrets, &text, &about);
	*row = (struct snapshot_stream_row){.position = f->lines[line].position,
					    .side = about.side,
					    .continues = f->lines[line].continues,
					    .packet = about.packet,
					    .meaning = about.missing		   ? MEANING_WARNING
						       : about.encrypted	   ? MEANING_MUTED
						       : about.secret		   ? MEANING_SECRET
						       : about.side == SIDE_CLIENT ? MEANING_CLIENT
										   : MEANING_SERVER};
	row->timeline_row = session_detail_item_of_packet(f, about.packet);
	rowtext_put(row->text, sizeof(row->text), buffer_slice(&text));
	buffer_fini(&text);
}
