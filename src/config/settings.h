/*
 * settings: the configuration file, read by libconfuse into the options. Main thread only, at the start.
 */
#ifndef CONFIG_SETTINGS_H
#define CONFIG_SETTINGS_H

#include "base/slice.h"
#include "config/options.h"

enum {
	SETTINGS_FILE_MAX = 256 * 1024,
};

/* Reads the text of a configuration file; `name` is for messages. False: one line with name and line number. */
bool settings_parse(struct options *o, const char *name, struct slice text, struct error *err);

/* Reads o->config_file, which must exist, or the first that can be read of the user's and the system's. */
bool settings_read(struct options *o, struct error *err);

#endif
