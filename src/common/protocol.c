#include "common/protocol.h"

const char *protocol_name(enum protocol protocol)
{
	switch (protocol) {
	case PROTOCOL_SMTP:
		return "smtp";
	case PROTOCOL_LMTP:
		return "lmtp";
	case PROTOCOL_POP3:
		return "pop3";
	case PROTOCOL_IMAP:
		return "imap";
	case PROTOCOL_UNKNOWN:
	case PROTOCOLS:
		break;
	}
	return "unknown";
}
