#include "ui/capture_control.h"

#include "base/text.h"
#include "ui/format.h"

void capture_control_stop(struct state *st, const struct snapshot *s)
{
	bool is_loading = s->capture == SNAPSHOT_LOADING;

	if (s->capture == SNAPSHOT_LIVE || is_loading) {
		state_request(st, REQUEST_STOP)->on = true;
		state_say(st, false, "%s; c goes on", is_loading ? "Stopping to read" : "Stopping the capture");
	} else if (s->capture == SNAPSHOT_STOPPED) {
		state_request(st, REQUEST_STOP)->on = false;
		state_say(st, false, "Going on");
	} else {
		state_say(st, true, "No capture is running");
	}
}

/* Packets of no file, which are gone with the program. */
static bool would_lose(const struct state *st, const struct snapshot *s)
{
	return st->options->file_count == 0 && st->options->write_file == NULL && !st->has_exported && s->sessions > 0;
}

static void ask(struct state *st, const struct snapshot *s, enum action action, const char *text)
{
	bool is_lost = would_lose(st, s);

	dialog_open_confirm(st, action, "%s%s", text, is_lost ? " What was captured is in no file." : "");
	st->dialog.can_save = is_lost;
}

void capture_control_restart(struct state *st, const struct snapshot *s)
{
	char count[FORMAT_SIZE];

	format_count(count, s->sessions);
	dialog_open_word(st, ACTION_ANEW, "new", "Forget %s%s session%s and restart?%s", s->sessions == 1 ? "" : "all ",
			 count, text_plural(s->sessions), would_lose(st, s) ? " They are in no file." : "");
	st->dialog.can_save = would_lose(st, s);
}

void capture_control_quit(struct state *st, const struct snapshot *s)
{
	char count[FORMAT_SIZE];

	format_count(count, s->jobs_pending);
	if (s->jobs_pending > 0)
		dialog_open_confirm(st, ACTION_QUIT, "%s file%s still being written. Quit?", count,
				    s->jobs_pending == 1 ? " is" : "s are");
	else if (s->exporting)
		dialog_open_confirm(st, ACTION_QUIT, "An export is being written; quitting gives it up. Quit?");
	else if (s->capture == SNAPSHOT_LIVE)
		ask(st, s, ACTION_QUIT, "The capture is running. Quit?");
	else if (would_lose(st, s))
		ask(st, s, ACTION_QUIT, "Quit?");
	else
		st->quit = true;
}
