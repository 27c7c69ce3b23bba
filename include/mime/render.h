/*
 * render: a mail as its reader would see it. Limit: MESSAGE_TEXT_MAX bytes of a text; where one of a message's limits
 * is reached the page says so.
 */
#ifndef MIME_RENDER_H
#define MIME_RENDER_H

#include "mime/message.h"
#include "mime/styled_text.h"

/* Appends the mail as a reader would see it: its header fields decoded, an empty line, its text (the plain alternative;
 * HTML as readable text where there is no other), the mails within it, then a line for each part and attachment. */
void render_message(const struct message *m, struct styled_text *page);

#endif
