/*
 * codes: a plain sentence for every code that a reply can have (codes.def).
 */
#ifndef DIAGNOSIS_CODES_H
#define DIAGNOSIS_CODES_H

#include "mail/session.h"

/* What the most telling code of a reply means: its enhanced code, the response code of POP3 and IMAP, else the basic
 * code; NULL where that is not known. */
const char *codes_explain(const struct reply *r);

/* What the response code of a reply of POP3 or IMAP means; NULL: it has none, or that is not known. */
const char *codes_explain_response(const struct reply *r);

/* Row `number` of the table: the code as codes.def has it, its meaning; false past the end. */
bool codes_row(size_t number, const char **code, const char **meaning);

#endif
