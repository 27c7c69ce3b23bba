/*
 * response_code: why a POP3 or IMAP server answers as it does, in brackets before its text (RFC 2449 section 8, RFC
 * 3206, RFC 6856; RFC 9051 section 7.1). Pure.
 */
#ifndef PROTO_RESPONSE_CODE_H
#define PROTO_RESPONSE_CODE_H

#include "base/slice.h"

/* The response code at the beginning of a reply's text, without its brackets: "IN-USE", "SYS/TEMP"; empty when there is
 * none. After +OK only those that an RFC names count, for greetings begin with names in brackets too. After IMAP's
 * words it is the first word in the brackets. */
struct slice response_code_read(struct slice code, struct slice text);

#endif
