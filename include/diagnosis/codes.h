/*
 * codes: a plain sentence for every code that a reply can have (codes.def).
 */
#ifndef DIAGNOSIS_CODES_H
#define DIAGNOSIS_CODES_H

#include "mail/session.h"

/* What the most telling code of a reply means: its enhanced code, POP3's response code, else the basic code; NULL where
 * that is not known. */
const char *codes_explain(const struct reply *r);

/* Row `number` of the table: the code as codes.def has it, its meaning; false past the end. */
bool codes_row(size_t number, const char **code, const char **meaning);

#endif
