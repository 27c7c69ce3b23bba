/*
 * setup: what the options say, as the parts of the program want to have it.
 */
#ifndef APP_SETUP_H
#define APP_SETUP_H

#include "app/batch_output.h"
#include "capture/capture.h"
#include "config/options.h"
#include "engine/engine.h"

/* Splits the helper off that will make files, where there are any to be made. Before all that follows. */
bool setup_files(const struct options *o, struct error *err);

/* Opens everything that may need rights. Interfaces are opened with root's, what the user named with his. The caller
 * frees `c->sources`, the list. */
bool setup_capture(const struct options *o, struct capture_options *c, struct error *err);
/* Gives the rights up. The files of a rotation are made with what is left. */
bool setup_confine(const struct options *o, struct capture_options *c, struct error *err);
/* Closes what was opened, where no capture is made of it. */
void setup_close(struct capture_options *c);

void setup_engine(const struct options *o, struct engine_options *e);

/* Without a screen. */
struct batch_output *setup_batch_output(const struct options *o, struct error *err);

/* The title's name of what is captured: "eth0", "a.pcap and 2 more". */
void setup_title(const struct options *o, char *out, size_t size);

#endif
