#include "output/tls_words.h"

#include "base/clock.h"
#include "base/text.h"

static void put_name(struct buffer *out, const char *text)
{
	text_append_visible(out, slice_from_text(text));
}

void tls_words_unread(const struct session *s, struct buffer *out)
{
	const struct session_tls *t = session_tls_of(s);

	switch (session_tls_unread(s)) {
	case TLS_READ:
		break;
	case TLS_NO_KEY:
		buffer_append_text(out, "there is no key for it");
		break;
	case TLS_NO_HANDSHAKE:
		buffer_append_text(out, "its handshake was not captured");
		break;
	case TLS_SUITE:
		buffer_append_text(out, "its cipher suite is not supported");
		break;
	case TLS_COMPRESSED:
		buffer_append_text(out, "it is compressed");
		break;
	case TLS_GAP:
		buffer_printf(out, "the capture lost %llu byte%s inside the encryption",
			      (unsigned long long)t->lost_len, text_plural(t->lost_len));
		break;
	}
}

static void put_suite(const struct session_tls *t, struct buffer *out)
{
	if (t->suite != 0 && suite_name(t->suite)[0] != '\0')
		buffer_printf(out, ", %s", suite_name(t->suite));
	else if (t->suite != 0)
		buffer_printf(out, ", cipher suite 0x%04x", t->suite);
}

/* Whether it is read, whole or in part. */
static void put_verdict(const struct session *s, struct buffer *out)
{
	bool has_half = session_tls_hides(s, SIDE_CLIENT) != session_tls_hides(s, SIDE_SERVER);

	if (session_tls_unread(s) == TLS_READ) {
		buffer_append_text(out, session_tls_of(s)->is_decrypted ? " (read with its key)" : "");
		return;
	}
	if (has_half && session_tls_of(s)->is_decrypted)
		buffer_printf(out, " (the %s not read: ", session_tls_hides(s, SIDE_CLIENT) ? "client" : "server");
	else
		buffer_append_text(out, session_tls_of(s)->is_decrypted ? " (read in part: " : " (not read: ");
	tls_words_unread(s, out);
	buffer_append_byte(out, ')');
}

/* What matters most comes first: where there is little room the rest is cut off. */
void tls_words_session(const struct session *s, struct buffer *out)
{
	const struct session_tls *t = session_tls_of(s);

	buffer_append_text(out, t->version != 0 ? tls_event_version_name(t->version) : "TLS");
	put_verdict(s, out);
	if (t->name.len > 0) {
		buffer_append_text(out, ", for ");
		text_append_visible(out, t->name);
	}
	if (t->protocol.len > 0) {
		buffer_append_text(out, ", ALPN ");
		text_append_visible(out, t->protocol);
	}
	if (t->is_resumed)
		buffer_append_text(out, ", resumed");
	if (t->is_mutual)
		buffer_append_text(out, ", with a certificate of the client");
	put_suite(t, out);
}

static void put_day(struct buffer *out, int64_t seconds)
{
	char text[CLOCK_RFC3339_SIZE];

	clock_rfc3339_seconds(text, seconds);
	buffer_append(out, slice_of(text, sizeof("2026-11-23") - 1));
}

/* Facts: whom the client trusts nobody here knows. */
static const char *chain_words(const struct certificate *c)
{
	switch (c->chain) {
	case CERTIFICATE_CHAIN_WHOLE:
		break;
	case CERTIFICATE_CHAIN_SELF_SIGNED:
		return ", signed by itself";
	case CERTIFICATE_CHAIN_BROKEN:
		return ", in a chain that is broken";
	case CERTIFICATE_CHAIN_ALONE:
		return ", which is not there";
	}
	return "";
}

void tls_words_certificate(const struct session *s, struct buffer *out)
{
	const struct session_tls *t = session_tls_of(s);
	const struct certificate *c = t->certificate;

	if (c == NULL)
		return;
	buffer_append_text(out, "Certificate of ");
	put_name(out, c->subject);
	if (c->chain != CERTIFICATE_CHAIN_SELF_SIGNED) {
		buffer_append_text(out, ", issued by ");
		put_name(out, c->issuer);
	}
	buffer_append_text(out, chain_words(c));
	if (c->has_dates) {
		buffer_append_text(out, ", from ");
		put_day(out, c->not_before);
		buffer_append_text(out, " to ");
		put_day(out, c->not_after);
	}
	if (!t->fits)
		buffer_append_text(out, ", not for the name asked for");
	for (size_t i = 0; i < c->name_count; i++) {
		buffer_append_text(out, i == 0 ? "; names: " : " ");
		put_name(out, c->names[i]);
	}
	for (size_t i = 0; i < c->above_count; i++) {
		buffer_append_text(out, i == 0 ? "; above it: " : ", ");
		put_name(out, c->above[i][0] != '\0' ? c->above[i] : "(no name)");
	}
}

static const char *step_name(const struct session_tls_step *step)
{
	switch (step->kind) {
	case TLS_CLIENT_HELLO:
		return "ClientHello";
	case TLS_SERVER_HELLO:
		return step->has_retry ? "HelloRetryRequest" : "ServerHello";
	case TLS_EXTENSIONS:
		return "EncryptedExtensions";
	case TLS_CERTIFICATE:
		return "Certificate";
	case TLS_CERTIFICATE_REQUEST:
		return "CertificateRequest";
	case TLS_FINISHED:
		return "Finished";
	case TLS_TICKET:
		return "NewSessionTicket";
	case TLS_KEY_UPDATE:
		return "KeyUpdate";
	case TLS_ALERT:
		return "alert";
	case TLS_ALERT_HIDDEN:
		return "alert, encrypted";
	case TLS_CHANGE_CIPHER:
	case TLS_DATA:
	case TLS_TEXT:
	case TLS_MISSING:
	case TLS_UNREAD:
		break;
	}
	return "TLS";
}

void tls_words_step(const struct session *s, const struct session_tls_step *step, struct buffer *out)
{
	const struct session_tls *t = session_tls_of(s);
	const char *alert = tls_event_alert_name(step->description);

	buffer_printf(out, "TLS %s", step_name(step));
	if (step->is_again)
		buffer_append_text(out, " (again)");
	if (step->kind == TLS_ALERT)
		buffer_printf(out, ": %s", alert != NULL ? alert : "unknown");
	if (step->kind == TLS_CLIENT_HELLO && t->name.len > 0) {
		buffer_append_text(out, " for ");
		text_append_visible(out, t->name);
	}
	if (step->kind == TLS_SERVER_HELLO && !step->has_retry)
		buffer_printf(out, ": %s, %s", tls_event_version_name(t->version), suite_name(t->suite));
	if (step->kind == TLS_CERTIFICATE && step->side == SIDE_SERVER && t->certificate != NULL) {
		buffer_append_text(out, " of ");
		put_name(out, t->certificate->subject);
	}
}
