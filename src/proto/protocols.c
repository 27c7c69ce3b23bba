#include "proto/protocol_ops.h"

#include <assert.h>

#include "proto/imap.h"
#include "proto/pop3.h"
#include "proto/smtp.h"

static const struct protocol_ops *const rows[PROTOCOLS] = {
	[PROTOCOL_SMTP] = &smtp_ops,
	[PROTOCOL_LMTP] = &smtp_lmtp_ops,
	[PROTOCOL_POP3] = &pop3_ops,
	[PROTOCOL_IMAP] = &imap_ops,
};

const struct protocol_ops *protocol_ops(enum protocol protocol)
{
	assert(protocol < PROTOCOLS);
	return rows[protocol];
}
