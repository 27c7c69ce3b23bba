/*
 * What else than the protocol of the port is spoken: another one of mail, or none.
 */
#include "diagnosis/protocol_rules.h"
#include "diagnosis/rules_hello.h"
#include "mail/session_imap.h"
#include "proto/non_mail.h"

struct rules_non_mail {
	enum non_mail client; /* what it said first */
};

static struct rules_non_mail *state_of(const struct session *s)
{
	return rules_state(s, FAMILY_NON_MAIL);
}

/* What the client said first, to a server that does speak a protocol of mail. */
static void note_client(struct session *s, struct command *c)
{
	struct buffer said = {0};
	bool is_first = s->first_index + (uint32_t)(c - s->commands) == 1;

	if (!is_first || c->kind != KIND_OTHER || s->handshake == SESSION_HANDSHAKE_MIDSTREAM)
		return;
	if (session_imap_tag(c).len > 0) {
		buffer_append(&said, session_imap_tag(c));
		buffer_append_byte(&said, ' ');
	}
	if (!rules_is_verb(c, VERB_UNPARSED)) {
		buffer_append(&said, command_verb(c));
		buffer_append_byte(&said, ' ');
	}
	buffer_append(&said, command_arguments(c));
	state_of(s)->client = non_mail_recognise(buffer_slice(&said));
	buffer_fini(&said);
}

/* A byte or two that are no text, as of telnet, do not make a foreigner of one who goes on with mail. */
static bool is_other_client(const struct session *s)
{
	enum non_mail non_mail = state_of(s)->client;

	return non_mail == NON_MAIL_HTTP || non_mail == NON_MAIL_SSH ||
	       (non_mail == NON_MAIL_BINARY && !rules_hello_of(s)->has_offers && s->user.len == 0 &&
		s->mails_total == 0);
}

static void judge_other(struct session *s)
{
	enum rule by_port = protocol_rules(s->port_protocol)->other_protocol;
	struct finding *f = NULL;

	if (s->speaks != NULL && s->handshake == SESSION_HANDSHAKE_MIDSTREAM)
		return; /* the middle of anything, of encrypted mail too, looks like nothing */
	if (s->speaks != NULL) {
		f = diagnosis_add(s, by_port, false, NULL);
		diagnosis_say(s, f, "Port %u is one of mail, but %s is spoken there", s->side[SIDE_SERVER].port,
			      s->speaks);
	} else if (is_other_client(s)) {
		f = diagnosis_add(s, protocol_rules(s->protocol)->other_protocol, false, NULL);
		diagnosis_say(s, f, "The server of port %u speaks a protocol of mail, but its client speaks %s",
			      s->side[SIDE_SERVER].port, non_mail_name(state_of(s)->client));
	} else if (s->port_protocol != PROTOCOL_UNKNOWN && s->protocol != PROTOCOL_UNKNOWN &&
		   !protocol_is_kin(s->port_protocol, s->protocol)) {
		f = diagnosis_add(s, by_port, false, NULL);
		diagnosis_say(s, f, "Port %u is one of %s, but %s is spoken there", s->side[SIDE_SERVER].port,
			      protocol_row(s->port_protocol)->label, protocol_row(s->protocol)->label);
	}
	diagnosis_add_packet(f, tcp_anomaly_packets(s->anomaly, SIDE_CLIENT, TCP_ANOMALY_SYN).number[0]);
}

const struct rule_family rules_non_mail_family = {
	.name = "non_mail",
	.state_size = sizeof(struct rules_non_mail),
	.command = note_client,
	.finish = judge_other,
};
