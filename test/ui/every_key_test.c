/* No key does nothing: in every view each key of the help changes the screen, asks for something, or says why not. */
#include "../main.h"
#include "fixture.h"
#include "ui/keys.h"

/* Keys that lead to each view from the list of sessions; "": it is there. */
static const struct {
	enum view_id view;
	const char *keys;
	int tabs;
} ways[] = {
	{VIEW_SESSIONS, "", 0}, {VIEW_MAILS, "m", 0},	{VIEW_FINDINGS, "!", 0},  {VIEW_TIMELINE, "", 1},
	{VIEW_STREAM, "", 2},	{VIEW_PACKETS, "", 3},	{VIEW_DIAGNOSIS, "d", 0}, {VIEW_STATISTICS, "%", 0},
	{VIEW_HELP, "?", 0},	{VIEW_PACKET, "\r", 3}, {VIEW_MAIL, "m\r", 0},
};

/* What may stand at its end already, and what is done with the terminal itself. */
static bool is_excused(enum action action)
{
	return action <= ACTION_RIGHT || action == ACTION_REDRAW || action == ACTION_OPEN;
}

static void go(struct fixture *f, size_t way)
{
	fixture_begin(f, 120, 40);
	for (int i = 0; i < ways[way].tabs; i++) {
		fixture_key(f, INPUT_TAB);
		fixture_settle(f);
	}
	fixture_keys(f, ways[way].keys);
	fixture_settle(f);
}

static bool is_waited_for(const struct fixture *f)
{
	return f->st.request_count > 0 || f->st.quit || f->st.redraw || f->st.copy.what != STATE_COPYING_NOTHING ||
	       f->st.gift.is_wanted || f->st.message[0] != '\0';
}

static bool does_something(size_t way, int key)
{
	struct fixture f;
	struct buffer before = {0};
	struct buffer after = {0};
	enum view_id view;
	bool is_seen;

	go(&f, way);
	view = state_view(&f.st);
	f.st.message[0] = '\0';
	fixture_draw(&f, &before);
	fixture_key(&f, key);
	is_seen = is_waited_for(&f);
	if (!is_seen)
		fixture_settle(&f);
	fixture_draw(&f, &after);
	is_seen = is_seen || is_waited_for(&f) || state_view(&f.st) != view ||
		  !slice_equals(buffer_slice(&before), buffer_slice(&after));
	buffer_fini(&before);
	buffer_fini(&after);
	fixture_fini(&f);
	return is_seen;
}

START_TEST(each_key_is_answered)
{
	size_t way = (size_t)_i;
	struct fixture f;

	go(&f, way);
	ck_assert_int_eq(state_view(&f.st), ways[way].view);
	fixture_fini(&f);
	for (int key = 1; key < INPUT_NONE + 100; key += key == 127 ? INPUT_NONE - 127 : 1) {
		enum action action = keys_action(ways[way].view, key);

		if (keys_help(key) != NULL && (action == ACTIONS || !is_excused(action)))
			ck_assert_msg(does_something(way, key), "view %d: the key %d does nothing", (int)ways[way].view,
				      key);
	}
}
END_TEST

void list_tests(TCase *t)
{
	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, each_key_is_answered, 0, (int)(sizeof(ways) / sizeof(ways[0])));
}
