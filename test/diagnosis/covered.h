/*
 * covered: which rules are tested where, for the test that none is forgotten. Those in neither list are tested by a
 * script in judge_test.c.
 */
#ifndef TEST_DIAGNOSIS_COVERED_H
#define TEST_DIAGNOSIS_COVERED_H

#include <stddef.h>

/* By packets, in test/engine/diagnosis_test.c: once firing, once nearly. */
static const char *const covered_on_the_wire[] = {
	"C01", "C03", "C05", "C06", "N01", "N02", "N03", "N04", "N05", "N08", "N09", "N10", "N11", "N12", "N13",
	"N14", "N15", "N16", "N17", "N18", "N19", "N20", "N21", "N22", "N23", "N24", "T05", "T06", "T07", "T08",
	"T10", "T11", "T12", "T14", "T15", "T16", "P16", "S48", "P22", "S39", "M02", "M03", "I03", NULL};

/* By packets of real TLS with its key, in test/engine/tls_test.c: once firing, once nearly. */
static const char *const covered_inside_tls[] = {"T05", "T09", "T11", "T16", NULL};

/* By several sessions, in test/engine/history_test.c: once holding, once nearly. */
static const char *const covered_across_sessions[] = {"S32", "S35", "S52", "S53", "S54", "P09",
						      "P10", "P13", "P17", "I07", "I09", NULL};

/* By scripts of IMAP, in test/diagnosis/imap_rules_test.c: once firing, once nearly. */
static const char *const covered_in_imap[] = {"I01", "I02", "I04", "I05", "I06", "I08", "I10", "I11", NULL};

#endif
