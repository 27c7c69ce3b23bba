#include "ui/picker.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "ui/picker_view.h"
#include "ui/screen.h"

#define READ_NS (500 * CLOCK_NS_PER_MS)

enum {
	COLLECT_MS = 50,
	INPUTS_MAX = 1000, /* in a row: a terminal that sends without end leaves room for the rest */
};

struct picker {
	const struct picker_source *source;
	struct picker_view view;
	struct interface_row rows[PICKER_VIEW_ROWS];
	struct grid grid;
	int64_t read_ns; /* monotonic */
	bool is_dirty;
};

static void measure(struct picker *p)
{
	int columns;
	int lines;

	screen_size(&columns, &lines);
	picker_view_resize(&p->view, columns, lines);
}

static void read_rows(struct picker *p)
{
	size_t count = p->source->read(p->source->ctx, p->rows, PICKER_VIEW_ROWS);

	picker_view_update(&p->view, p->rows, count);
	p->read_ns = clock_monotonic_ns();
	p->is_dirty = true;
}

static void read_inputs(struct picker *p)
{
	struct input in;

	for (int i = 0; i < INPUTS_MAX && p->view.end == PICKER_VIEW_OPEN && screen_read(&in); i++) {
		p->is_dirty = true;
		if (in.key == INPUT_RESIZE)
			measure(p);
		else
			picker_view_input(&p->view, &in);
	}
}

static void draw(struct picker *p)
{
	picker_view_draw(&p->view, &p->grid);
	screen_draw(&p->grid, p->view.redraw);
	p->view.redraw = p->is_dirty = false;
}

/* False: the terminal is gone. */
static bool wait_for_work(void)
{
	struct pollfd fd = {.fd = screen_fd(), .events = POLLIN};
	int keys = screen_wait_ms();
	int wait = keys >= 0 && keys < COLLECT_MS ? keys : COLLECT_MS;

	return poll(&fd, 1, wait) <= 0 || !(fd.revents & (POLLHUP | POLLERR | POLLNVAL));
}

static void run(struct picker *p, const atomic_bool *stop)
{
	while (p->view.end == PICKER_VIEW_OPEN && !*stop) {
		p->source->collect(p->source->ctx);
		if (clock_monotonic_ns() - p->read_ns >= READ_NS)
			read_rows(p);
		if (p->is_dirty)
			draw(p);
		if (!wait_for_work())
			return;
		read_inputs(p);
	}
}

bool picker_run(const struct picker_source *source, const struct options *options, const atomic_bool *stop,
		char chosen[INTERFACE_ROW_NAME_SIZE])
{
	struct picker *p = mem_zalloc(sizeof(*p));
	bool is_chosen;

	p->source = source;
	picker_view_init(&p->view);
	p->view.ascii = options->ascii_lines || !screen_is_utf8();
	measure(p);
	read_rows(p);
	run(p, stop);
	is_chosen = p->view.end == PICKER_VIEW_CHOSEN;
	if (is_chosen)
		memcpy(chosen, p->view.rows[p->view.cursor].name, INTERFACE_ROW_NAME_SIZE);
	grid_fini(&p->grid);
	free(p);
	return is_chosen;
}
