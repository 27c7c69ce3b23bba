#include "ui/ui.h"

#include <poll.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "guard/files.h"
#include "ui/action.h"
#include "ui/copy.h"
#include "ui/frame.h"
#include "ui/hand_over.h"
#include "ui/save_settings.h"
#include "ui/screen.h"
#include "ui/state.h"

#define DRAW_NS	  (50 * CLOCK_NS_PER_MS)  /* between draws that no key asked for */
#define ANSWER_NS (500 * CLOCK_NS_PER_MS) /* after a key or a request, what comes is taken for the answer */
#define QUIT_NS	  CLOCK_NS_PER_S	  /* for a ring full of requests */
#define WAIT_NS	  CLOCK_NS_PER_S	  /* of a key, for the answer to those before it */
#define LOOK_NS	  (20 * CLOCK_NS_PER_MS)  /* between looks whether it has come */
#define ESCAPE_NS (250 * CLOCK_NS_PER_MS) /* who sees that a prompt waits needs as long to want it no more */

enum {
	INPUTS_MAX = 1000, /* a terminal that sends without end leaves room for the rest */
};

struct ui {
	const struct ui_link *link;
	const atomic_bool *stop;
	struct state state;
	struct grid grid;
	const struct snapshot *latest; /* the triple buffer's */
	struct snapshot *held;
	bool was_held;
	bool is_dirty;	/* there is something new to draw */
	bool is_urgent; /* at once: somebody waits for it */
	bool is_gone;	/* the terminal */
	bool quits_when_loaded;
	uint64_t requests_sent;
	struct input inputs[INPUTS_MAX]; /* that were read, and wait for their turn */
	size_t input_count;
	bool is_unasked;       /* what was typed may ask for more */
	bool is_changed;       /* what was typed, and has no answer, was more than moves */
	bool is_late;	       /* no answer came in time: keys are for what is shown, until one comes */
	int64_t waits_until;   /* monotonic, of the first of the inputs; 0: it does not yet */
	int64_t entered_ns;    /* monotonic: the filter that a prompt waits for */
	int64_t answers_until; /* monotonic */
	int64_t typed_until;   /* monotonic: until then what answers a query answers a key */
	int64_t drawn_ns;      /* monotonic */
	int64_t drawn_second;  /* of the wall clock */
	uint64_t drawn_serial; /* of the query that what is drawn answers */
	enum theme theme;      /* that the screen has */
};

static const struct snapshot *shown(const struct ui *ui)
{
	return ui->was_held ? ui->held : ui->latest;
}

/* What goes on while the screen is held still: the title's numbers, and answers to what the user does. */
static void copy_counters(struct snapshot *to, const struct snapshot *from)
{
	to->capture = from->capture;
	to->elapsed_ns = from->elapsed_ns;
	to->packets = from->packets;
	to->bytes = from->bytes;
	to->kernel_drops = from->kernel_drops;
	to->ring_drops = from->ring_drops;
	to->evicted_sessions = from->evicted_sessions;
	to->progress_permille = from->progress_permille;
	to->last_packet_ns = from->last_packet_ns;
	to->jobs_pending = from->jobs_pending;
	to->exporting = from->exporting;
	to->export_permille = from->export_permille;
	to->names_pending = from->names_pending;
	to->about = from->about;
	to->requests_answered = from->requests_answered;
	to->message_serial = from->message_serial;
	to->message_is_error = from->message_is_error;
	memcpy(to->message, from->message, sizeof(to->message));
}

/* A held screen takes a snapshot only as the answer to something that the user did. */
static void take_held(struct ui *ui)
{
	bool is_answer = ui->latest->query_serial != ui->held->query_serial || ui->latest->find_busy ||
			 ui->held->find_busy || ui->held->filter_busy || clock_monotonic_ns() < ui->answers_until;

	if (!ui->was_held || is_answer)
		snapshot_copy(ui->held, ui->latest);
	else
		copy_counters(ui->held, ui->latest);
}

static void measure(struct ui *ui)
{
	screen_size(&ui->state.columns, &ui->state.rows);
}

/* What was typed after a filter that is none was not meant for the prompt, which stays. */
static void drop_inputs(struct ui *ui)
{
	struct input in;

	ui->input_count = 0;
	for (int i = 0; i < INPUTS_MAX && screen_read(&in); i++)
		if (in.key == INPUT_RESIZE)
			measure(ui);
}

static void update(struct ui *ui)
{
	bool was_waiting = ui->state.dialog.is_waiting;

	state_update(&ui->state, shown(ui));
	copy_update(&ui->state, shown(ui));
	if (was_waiting && ui->state.dialog.kind != DIALOG_NONE && !ui->state.dialog.is_waiting)
		drop_inputs(ui);
	ui->is_dirty = true;
}

/* Whether there was another one. */
static bool take_snapshot(struct ui *ui)
{
	bool is_new;

	ui->latest = triple_buffer_acquire(ui->link->snapshots, &is_new);
	if (ui->state.copy.what == STATE_COPYING_ROWS && ui->was_held) {
		copy_update(&ui->state, ui->latest);
		copy_counters(ui->held, ui->latest);
		return is_new;
	}
	if (ui->state.hold && (is_new || !ui->was_held))
		take_held(ui);
	is_new = is_new || ui->was_held != ui->state.hold;
	ui->was_held = ui->state.hold;
	if (is_new)
		update(ui);
	if (shown(ui)->query_serial != ui->drawn_serial && clock_monotonic_ns() < ui->typed_until)
		ui->is_urgent = true;
	return is_new;
}

static bool send_request(const struct ui_link *link, const struct request *r)
{
	void *room = ring_reserve(link->requests, sizeof(*r));

	if (room == NULL)
		return false;
	memcpy(room, r, sizeof(*r));
	ring_commit(link->requests, sizeof(*r));
	ring_publish(link->requests);
	return true;
}

/* The folder that a request wants files in; false: none. */
static bool find_folder(const struct request *r, char out[sizeof(r->text)])
{
	bool is_file = r->kind == REQUEST_EXPORT || (r->kind == REQUEST_SAVE && r->format == REQUEST_FORMAT_MBOX);
	char *slash;

	if (r->kind != REQUEST_EXPORT && r->kind != REQUEST_SAVE && !(r->kind == REQUEST_AUTOSAVE && r->on))
		return false;
	memcpy(out, r->text, sizeof(r->text));
	slash = is_file ? strrchr(out, '/') : NULL;
	if (slash != NULL)
		slash[1] = '\0';
	else if (is_file)
		memcpy(out, ".", 2);
	return true;
}

/* The helper makes files only where the user said so, to it. */
static bool is_allowed(struct ui *ui, const struct request *r)
{
	char folder[sizeof(r->text)];

	if (r->kind == REQUEST_KEY_LOG)
		return hand_over_may_read(&ui->state, r->text, ui->stop);
	return !find_folder(r, folder) ||
	       hand_over_may_write(&ui->state, folder, r->kind == REQUEST_EXPORT ? 0 : FILES_MAKE, ui->stop);
}

static bool is_within(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	return strncmp(path, folder, len) == 0 && (path[len] == '\0' || path[len] == '/');
}

static void drop_refused(struct ui *ui)
{
	struct state *st = &ui->state;
	char refused[sizeof(st->requests[0].text)] = "";
	char folder[sizeof(refused)];
	size_t kept = 0;

	for (size_t i = 0; i < st->request_count; i++) {
		struct request r = st->requests[i];
		bool has_folder = find_folder(&r, folder);

		if (has_folder && refused[0] != '\0' && is_within(folder, refused))
			continue; /* nobody is asked twice */
		if (is_allowed(ui, &r))
			st->requests[kept++] = r;
		else if (has_folder)
			memcpy(refused, folder, sizeof(refused));
	}
	st->request_count = kept;
}

/* Sends what waits, as far as the ring takes it; the rest goes next time. */
static bool send_requests(struct ui *ui)
{
	struct state *st = &ui->state;
	size_t sent = 0;

	while (sent < st->request_count && send_request(ui->link, &st->requests[sent]))
		sent++;
	if (sent == 0)
		return false;
	st->request_count -= sent;
	ui->requests_sent += sent;
	memmove(st->requests, st->requests + sent, st->request_count * sizeof(*st->requests));
	ui->answers_until = clock_monotonic_ns() + ANSWER_NS;
	return true;
}

static void send_all(struct ui *ui)
{
	bool rings;

	drop_refused(ui);
	rings = send_requests(ui);

	ui->is_unasked = false;
	if (state_query(&ui->state)) {
		struct query *draft = triple_buffer_draft(ui->link->queries);

		*draft = ui->state.query;
		triple_buffer_publish(ui->link->queries);
		rings = true;
	}
	if (rings)
		doorbell_ring(ui->link->worker);
}

/* Whether what is shown answers all that was typed, and whole: a list may still be sorted or filtered. */
static bool is_answered(const struct ui *ui)
{
	const struct snapshot *s = shown(ui);

	return !ui->is_unasked && ui->state.request_count == 0 && s->query_serial >= ui->state.query.serial &&
	       s->requests_answered >= ui->requests_sent && !s->filter_busy && !ui->state.dialog.is_waiting;
}

/* Whether a key waits for the answer to those before it: to a filter that was entered, or not long. After that it is
 * for what is shown. */
static bool waits(struct ui *ui, const struct input *in)
{
	int64_t now_ns = clock_monotonic_ns();

	if (is_answered(ui))
		ui->is_late = ui->is_changed = false;
	else if (ui->state.dialog.is_waiting)
		return true;
	if (is_answered(ui) || ui->is_late || !action_waits(&ui->state, shown(ui), in, ui->is_changed))
		return false;
	if (ui->waits_until == 0)
		ui->waits_until = now_ns + WAIT_NS;
	ui->is_late = now_ns >= ui->waits_until;
	return !ui->is_late;
}

static void take_input(struct ui *ui, const struct input *in)
{
	bool was_waiting = ui->state.dialog.is_waiting;

	ui->is_changed = ui->is_changed || !action_moves(&ui->state, in);
	action_input(&ui->state, shown(ui), in);
	copy_update(&ui->state, shown(ui));
	ui->is_unasked = ui->is_dirty = ui->is_urgent = true;
	ui->waits_until = 0;
	if (!was_waiting && ui->state.dialog.is_waiting)
		ui->entered_ns = clock_monotonic_ns();
}

static void remove_inputs(struct ui *ui, size_t count)
{
	ui->input_count -= count;
	memmove(ui->inputs, ui->inputs + count, ui->input_count * sizeof(*ui->inputs));
}

/* Esc does not wait for what it gives up, unless it was typed at once with that. */
static void let_escape_through(struct ui *ui)
{
	if (!ui->state.dialog.is_waiting || clock_monotonic_ns() - ui->entered_ns < ESCAPE_NS)
		return;
	for (size_t i = 0; i < ui->input_count; i++) {
		if (ui->inputs[i].key == INPUT_ESCAPE && !ui->inputs[i].is_pasted) {
			take_input(ui, &ui->inputs[i]);
			remove_inputs(ui, i + 1);
			return;
		}
	}
}

/* Also until a view is gathered: keys are for the screen as it was. */
static void take_inputs(struct ui *ui)
{
	size_t taken = 0;

	let_escape_through(ui);
	while (taken < ui->input_count && !ui->state.quit && ui->state.copy.what != STATE_COPYING_ROWS &&
	       !waits(ui, &ui->inputs[taken]))
		take_input(ui, &ui->inputs[taken++]);
	remove_inputs(ui, taken);
}

/* At once, for by their times keys are told apart. */
static void read_inputs(struct ui *ui)
{
	struct input in;

	for (int i = 0; i < INPUTS_MAX && ui->input_count < INPUTS_MAX && screen_read(&in); i++) {
		ui->typed_until = clock_monotonic_ns() + ANSWER_NS;
		if (in.key != INPUT_RESIZE) {
			ui->inputs[ui->input_count++] = in;
			continue;
		}
		measure(ui);
		ui->is_dirty = ui->is_urgent = true;
	}
}

static void draw(struct ui *ui)
{
	struct state *st = &ui->state;

	if (ui->theme != st->theme) {
		screen_theme(st->theme);
		ui->theme = st->theme;
		st->redraw = true;
	}
	frame_draw(st, shown(ui), &ui->grid);
	screen_draw(&ui->grid, st->redraw);
	st->redraw = false;
	ui->is_dirty = ui->is_urgent = false;
	ui->drawn_ns = clock_monotonic_ns();
	ui->drawn_second = st->now_ns / CLOCK_NS_PER_S;
	ui->drawn_serial = shown(ui)->query_serial;
}

/* While a view is gathered its rows pass through snapshots that are not shown. */
static void gather(struct ui *ui)
{
	if (ui->state.copy.what == STATE_COPYING_ROWS && !ui->was_held) {
		snapshot_copy(ui->held, ui->latest);
		ui->was_held = true;
	}
}

/* Held still, the screen shows another snapshot than the one that tells of it. */
static void hand_over(struct ui *ui)
{
	if (hand_over_copy(&ui->state, ui->stop) || hand_over_gift(&ui->state, ui->latest, ui->stop) ||
	    save_settings_write(&ui->state, ui->stop))
		ui->is_dirty = ui->is_urgent = true;
}

static void draw_if_due(struct ui *ui)
{
	ui->state.now_ns = clock_wall_ns();
	if (ui->state.now_ns / CLOCK_NS_PER_S != ui->drawn_second)
		ui->is_dirty = true;
	if (ui->is_urgent || (ui->is_dirty && clock_monotonic_ns() - ui->drawn_ns >= DRAW_NS))
		draw(ui);
}

static bool is_all_shown(const struct ui *ui)
{
	const struct snapshot *s = shown(ui);

	return (s->capture == SNAPSHOT_LOADED || s->capture == SNAPSHOT_ENDED) && !s->filter_busy &&
	       ui->state.request_count == 0 && s->query_serial == ui->state.query.serial;
}

/* What was loaded is on the screen before it is left. */
static void quit_if_loaded(struct ui *ui)
{
	if (!ui->quits_when_loaded || !is_all_shown(ui))
		return;
	if (ui->is_dirty)
		draw(ui);
	ui->state.quit = true;
}

/* Until the next draw: soon when something is new, else when the clock shows the next second; or until a key that only
 * time tells. */
static int wait_ms(const struct ui *ui)
{
	int64_t wait = CLOCK_NS_PER_S - ui->state.now_ns % CLOCK_NS_PER_S;
	int keys = screen_wait_ms();

	if (copy_is_due(&ui->state) || (ui->input_count > 0 && is_answered(ui)))
		return 0;
	if (ui->is_dirty)
		wait = ui->drawn_ns + DRAW_NS - clock_monotonic_ns();
	if (ui->state.request_count > 0 && wait > DRAW_NS)
		wait = DRAW_NS;
	if (ui->input_count > 0 && wait > LOOK_NS)
		wait = LOOK_NS;
	if (keys >= 0 && ui->input_count < INPUTS_MAX && wait > keys * CLOCK_NS_PER_MS)
		wait = keys * CLOCK_NS_PER_MS;
	return wait <= 0 ? 0 : (int)((wait + CLOCK_NS_PER_MS - 1) / CLOCK_NS_PER_MS);
}

static void wait_for_work(struct ui *ui)
{
	struct pollfd fds[2] = {
		{.fd = screen_fd(), .events = ui->input_count < INPUTS_MAX ? POLLIN : 0},
		{.fd = doorbell_fd(ui->link->ui), .events = POLLIN},
	};

	doorbell_prepare(ui->link->ui);
	/* one that came before we announced our sleep rang nobody; it may ask for another query */
	if (!take_snapshot(ui) && poll(fds, 2, wait_ms(ui)) > 0 && (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL)))
		ui->is_gone = true;
	doorbell_answer(ui->link->ui);
}

static void run(struct ui *ui)
{
	while (!ui->state.quit && !ui->is_gone && !*ui->stop) {
		ui->state.now_ns = clock_wall_ns();
		take_snapshot(ui);
		read_inputs(ui);
		take_inputs(ui);
		gather(ui);
		hand_over(ui);
		send_all(ui);
		draw_if_due(ui);
		quit_if_loaded(ui);
		if (!ui->state.quit)
			wait_for_work(ui);
	}
}

/* The last request must arrive, also when the ring is full. */
static void send_quit(struct ui *ui)
{
	static const struct timespec pause = {.tv_nsec = CLOCK_NS_PER_MS};
	int64_t until = clock_monotonic_ns() + QUIT_NS;

	state_request(&ui->state, REQUEST_QUIT);
	while (ui->state.request_count > 0 && clock_monotonic_ns() < until) {
		send_requests(ui);
		doorbell_ring(ui->link->worker);
		if (ui->state.request_count > 0)
			nanosleep(&pause, NULL);
	}
}

bool ui_open(const struct options *options, struct error *err)
{
	struct state st;
	enum theme theme;

	state_init(&st, options);
	theme = st.theme;
	state_fini(&st);
	if (!screen_open(theme, err))
		return false;
	log_hold(true);
	return true;
}

void ui_close(void)
{
	screen_close();
	log_hold(false);
}

void ui_run(const struct ui_link *link, const struct options *options, const atomic_bool *stop)
{
	struct ui ui = {.link = link, .stop = stop};

	state_init(&ui.state, options);
	ui.held = snapshot_new();
	ui.theme = ui.state.theme;
	ui.is_urgent = true;
	ui.quits_when_loaded = options->load_and_quit;
	ui.state.ascii = ui.state.ascii || !screen_is_utf8();
	measure(&ui);
	run(&ui);
	send_quit(&ui);
	snapshot_free(ui.held);
	grid_fini(&ui.grid);
	state_fini(&ui.state);
}
