/* What TLS told of a session: ECS's members of `tls`, and mailtap's own. */
#include <stdio.h>

#include "base/clock.h"
#include "mail/session_tls.h"
#include "output/record.h"

enum {
	HASH_TEXT_SIZE = 65,
};

/* ECS: "1.3"; of SSL 3.0 "3.0". */
static void put_version(struct json *j, uint16_t version)
{
	const char *name = tls_event_version_name(version);
	const char *number = strchr(name, ' ');

	if (version == 0 || number == NULL || number[1] < '0' || number[1] > '9')
		return;
	json_text(j, "version", slice_from_text(number + 1));
	json_text(j, "version_protocol", slice_from_text(name[0] == 'S' ? "ssl" : "tls"));
}

static void put_name(struct json *j, const char *key, const char *name)
{
	json_open_object(j, key);
	json_text(j, "common_name", slice_from_text(name));
	json_close(j);
}

static void put_date(struct json *j, const char *key, int64_t seconds)
{
	char text[CLOCK_RFC3339_SIZE];

	json_text(j, key, slice_of(text, clock_rfc3339_seconds(text, seconds)));
}

static void put_certificate(struct json *j, const struct certificate *c)
{
	char hash[HASH_TEXT_SIZE];

	for (size_t i = 0; i < sizeof(c->sha256); i++)
		snprintf(hash + 2 * i, 3, "%02X", c->sha256[i]);
	json_open_object(j, "hash");
	json_text(j, "sha256", slice_from_text(hash));
	json_close(j);
	json_open_object(j, "x509");
	put_name(j, "subject", c->subject);
	put_name(j, "issuer", c->issuer);
	if (c->has_dates) {
		put_date(j, "not_before", c->not_before);
		put_date(j, "not_after", c->not_after);
	}
	json_open_array(j, "alternative_names");
	for (size_t i = 0; i < c->name_count; i++)
		json_item(j, slice_from_text(c->names[i]));
	json_close_counted(j, c->all_names);
	json_close(j);
}

void record_put_tls(struct json *j, const struct session *s)
{
	const struct session_tls *t = session_tls_of(s);

	json_open_object(j, "tls");
	json_true(j, "established", s->tls);
	put_version(j, t->version);
	json_text(j, "cipher", slice_from_text(suite_name(t->suite)));
	if (t->version != 0)
		json_bool(j, "resumed", t->is_resumed);
	json_text(j, "next_protocol", t->protocol);
	json_open_object(j, "client");
	json_text(j, "server_name", t->name);
	json_close(j);
	json_open_object(j, "server");
	if (t->certificate != NULL)
		put_certificate(j, t->certificate);
	json_close(j);
	json_close(j);
}

void record_put_own_tls(struct json *j, const struct session *s)
{
	const struct session_tls *t = session_tls_of(s);
	const char *reason = tls_event_unread_name(session_tls_unread(s));
	const char *alert = t->alert.side != SIDES ? tls_event_alert_name(t->alert.description) : NULL;

	if (!s->tls)
		return;
	json_open_object(j, "tls");
	json_bool(j, "decrypted", t->is_decrypted);
	if (reason != NULL)
		json_text(j, "reason", slice_from_text(reason));
	if (t->alert.side != SIDES) {
		json_open_object(j, "alert");
		json_text(j, "from", slice_from_text(t->alert.side == SIDE_CLIENT ? "client" : "server"));
		json_text(j, "name", slice_from_text(alert != NULL ? alert : "unknown"));
		json_close(j);
	}
	json_close(j);
}
