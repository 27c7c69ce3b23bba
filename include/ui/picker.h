/*
 * picker: asks on the screen on which interface to capture, with what passes on each. Between ui_open and ui_close,
 * before the capture and the other threads.
 */
#ifndef UI_PICKER_H
#define UI_PICKER_H

#include <stdatomic.h>
#include <stdbool.h>

#include "common/interface_row.h"
#include "config/options.h"

/* Where the figures come from. */
struct picker_source {
	void *ctx;
	void (*collect)(void *ctx);					   /* often */
	size_t (*read)(void *ctx, struct interface_row *rows, size_t max); /* twice a second */
};

/* `chosen` becomes the name of an interface, or "any". False: the user left, or `*stop` became true. */
bool picker_run(const struct picker_source *source, const struct options *options, const atomic_bool *stop,
		char chosen[INTERFACE_ROW_NAME_SIZE]);

#endif
