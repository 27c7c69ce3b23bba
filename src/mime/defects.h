/*
 * defects: what is broken in the parts of a mail: a multipart without its end, base64 or quoted-printable that is none
 * (RFC 2046 section 5.1.1, RFC 2045 sections 6.7 and 6.8). Internal to mime: message.c offers it.
 */
#ifndef MIME_DEFECTS_H
#define MIME_DEFECTS_H

#include "mime/message.h"

struct _GMimeObject; /* GMime's */

/* Adds those of an object and of all that is in it, MESSAGE_DEPTH_MAX deep at most. */
void defects_add(struct _GMimeObject *object, int depth, struct message_defects *defects);

#endif
