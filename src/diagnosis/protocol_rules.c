#include "diagnosis/protocol_rules.h"

#include "diagnosis/rules_imap.h"
#include "diagnosis/rules_reply.h"

static const struct protocol_rules smtp = {
	.other_protocol = RULE_S48,
	.slow_reply = RULE_S61,
	.clear_password = RULE_A09,
	.reply = rules_reply_smtp,
};

static const struct protocol_rules pop3 = {
	.other_protocol = RULE_P22,
	.slow_reply = RULE_P21,
	.clear_password = RULE_P19,
	.reply = rules_reply_pop3,
};

static const struct protocol_rules imap = {
	.other_protocol = RULE_I11,
	.slow_reply = RULE_I04,
	.clear_password = RULE_A09,
	.reply = rules_imap_reply,
};

static const struct protocol_rules *const rows[PROTOCOLS] = {
	[PROTOCOL_SMTP] = &smtp,
	[PROTOCOL_LMTP] = &smtp,
	[PROTOCOL_POP3] = &pop3,
	[PROTOCOL_IMAP] = &imap,
};

const struct protocol_rules *protocol_rules(enum protocol protocol)
{
	return rows[protocol] != NULL ? rows[protocol] : &smtp;
}
