/*
 * printer: writes what the engine decodes to standard output, without a screen: JSON lines, lines for a person, or a
 * report.
 */
#ifndef APP_PRINTER_H
#define APP_PRINTER_H

#include "engine/engine.h"

enum printer_mode {
	PRINTER_LINES,
	PRINTER_JSON,
	PRINTER_REPORT,
};

struct printer_options {
	enum printer_mode mode;
	bool sessions; /* which JSON datasets are wanted */
	bool commands;
	bool mails;
	bool diagnoses;
	bool capture;
	bool show_secrets;
	bool prompt; /* somebody reads along: flush at every pause */
	int fd;
};

struct printer;

struct printer *printer_new(const struct printer_options *options);
void printer_free(struct printer *p);

/* For engine_options; only the functions that the mode needs are set, so that nothing is decoded in vain. */
const struct engine_output *printer_output(const struct printer *p);

/* Writes what has gathered. False once writing failed (nobody reads any more, disk full): the capture may end. */
bool printer_flush(struct printer *p, struct error *err);

/* The end of the input: the capture record, the report. */
void printer_finish(struct printer *p, const struct engine *e, uint64_t kernel_drops, uint64_t ring_drops);

#endif
