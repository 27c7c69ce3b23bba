#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"

enum {
	LOG_LINES = 64,
	LOG_LINE_SIZE = 1024,
};

/* The only state of the program that belongs to no thread: lines that wait for the screen to close. A slot is claimed
 * by counting `claimed` up, filled by storing the pointer, emptied by exchanging it for NULL. */
static atomic_bool held;
static atomic_uint claimed;
static _Atomic(char *) waiting[LOG_LINES];

/* One write a line, so that lines of several threads do not mix. */
static void put_line(struct slice line)
{
	while (line.len > 0) {
		ssize_t written = write(STDERR_FILENO, line.data, line.len);

		if (written <= 0)
			return;
		line = slice_after(line, (size_t)written);
	}
}

static void print_waiting(void)
{
	unsigned int count = atomic_exchange(&claimed, 0);

	for (size_t i = 0; i < LOG_LINES; i++) {
		char *line = atomic_exchange(&waiting[i], NULL);

		if (line != NULL)
			put_line(slice_from_text(line));
		free(line);
	}
	if (count > LOG_LINES) {
		char more[80];

		snprintf(more, sizeof(more), "mailtap: %u more message%s not kept\n", count - LOG_LINES,
			 count - LOG_LINES == 1 ? " was" : "s were");
		put_line(slice_from_text(more));
	}
}

/* Takes ownership of the line. */
static void keep(char *line)
{
	unsigned int slot = atomic_fetch_add(&claimed, 1);

	if (slot < LOG_LINES)
		line = atomic_exchange(&waiting[slot], line);
	free(line);
	/* The screen may have closed between the look at `held` and now. */
	if (!atomic_load(&held))
		print_waiting();
}

void log_warn(const char *format, ...)
{
	struct buffer line = {0};
	char text[LOG_LINE_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	buffer_append_text(&line, "mailtap: ");
	text_append_visible(&line, slice_from_text(text));
	buffer_append_byte(&line, '\n');
	if (atomic_load(&held)) {
		buffer_append_byte(&line, '\0');
		keep(mem_strdup((const char *)line.data));
	} else {
		put_line(buffer_slice(&line));
	}
	buffer_fini(&line);
}

void log_hold(bool hold)
{
	atomic_store(&held, hold);
	if (!hold)
		print_waiting();
}
