/*
 * encoded: runs of text that stand for other bytes: base64, with padding or without, and hexadecimal, as servers dump
 * what they do not understand: "5375", "53 75", "53:75", "0x53 0x75", "\x53\x75", "%53%75". Pure.
 */
#ifndef PROTO_ENCODED_H
#define PROTO_ENCODED_H

#include "base/buffer.h"

/* A run, and how far its bytes were decoded. Zeroed at first. */
struct encoded {
	size_t begin;
	size_t end;
	size_t next; /* where the next is looked for */
	size_t work; /* bytes that were looked at, some of them often: who calls may set a limit to it */
	bool tried_hex;
};

/*
 * Goes on to the next run at or after `e->next` that can be decoded, its bytes in `out`, which is cleared first. The
 * same run may come twice, once as hexadecimal and once as base64. False: there is no more.
 */
bool encoded_next(struct encoded *e, struct slice text, struct buffer *out);

#endif
