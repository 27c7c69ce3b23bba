/* Whatever a terminal sends, in whatever pieces: the table is forgotten only where the word was typed, and the keyboard
 * is never lost. The first byte of each piece tells its length and the time before it. */
#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "ui/action.h"
#include "ui/keyseq.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct snapshot *snapshot;
static struct options options;
static struct state state;
static bool typed[3]; /* the letters of "new", since the table was last forgotten */

static void type(const struct input *in)
{
	static const int letters[] = {'n', 'e', 'w'};

	for (int i = 0; i < 3; i++)
		typed[i] |= (in->key | 0x20) == letters[i] && !in->is_pasted;
}

static void check_anew(const struct input *in, bool is_word)
{
	assert(is_word && in->key == INPUT_ENTER && !in->is_pasted && typed[0] && typed[1] && typed[2]);
	memset(typed, 0, sizeof(typed));
}

static void play(const struct input *in)
{
	bool is_word = strcasecmp(state.dialog.edit.text, "new") == 0;

	type(in);
	action_input(&state, snapshot, in);
	for (size_t i = 0; i < state.request_count; i++)
		if (state.requests[i].kind == REQUEST_ANEW)
			check_anew(in, is_word);
	state.request_count = 0;
	assert(!in->is_pasted || !state.quit);
	state.quit = false;
	state_query(&state);
}

static void feed(struct keyseq *k, struct slice piece, int64_t now)
{
	struct input in;

	keyseq_feed(k, piece, now);
	while (keyseq_next(k, now, &in)) {
		assert(in.key > 0 && in.key <= INPUT_PASTE && (!in.is_pasted || in.key < INPUT_NONE));
		play(&in);
	}
	assert(k->unread.len == 0);
}

/* What stands open at the end, also where what was typed is wrong somewhere. */
static void draw(size_t size)
{
	static struct grid g;

	snprintf(snapshot->filter_asked, sizeof(snapshot->filter_asked), "%s", state.dialog.sent);
	snprintf(snapshot->filter_error, sizeof(snapshot->filter_error), "%s", size % 3 == 0 ? "wrong" : "");
	snapshot->filter_error_at = (uint32_t)(size % EDIT_SIZE);
	snapshot->filter_error_len = (uint32_t)(size % 7);
	state_update(&state, snapshot);
	grid_reset(&g, 20 + (int)(size % 60), 24);
	dialog_draw(&state, snapshot, &g);
	snapshot->filter_error[0] = '\0';
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int64_t now = CLOCK_NS_PER_S;
	struct slice in = slice_of(data, size);
	struct keyseq k;
	struct input key;

	if (snapshot == NULL) {
		snapshot = snapshot_new();
		snapshot->capture = SNAPSHOT_LIVE;
		snapshot->sessions = 1;
		options_init(&options);
	}
	memset(typed, 0, sizeof(typed));
	state_init(&state, &options);
	state.columns = 80;
	state.rows = 24;
	keyseq_init(&k, size % 2 == 0);
	while (in.len > 0) {
		struct slice piece = slice_sub(in, 1, in.data[0] & 0x7f);

		now += in.data[0] & 0x80 ? 30 * CLOCK_NS_PER_MS : 0;
		in = slice_after(in, 1 + piece.len);
		feed(&k, piece, now);
	}
	now += 2 * CLOCK_NS_PER_S;
	feed(&k, slice_from_text("\033\\\033[201~"), now); /* ends whatever is open */
	keyseq_feed(&k, slice_from_text("z"), now + CLOCK_NS_PER_S);
	assert(keyseq_next(&k, now + CLOCK_NS_PER_S, &key) && key.key == 'z' && !key.is_pasted);
	draw(size);
	state_fini(&state);
	return 0;
}
