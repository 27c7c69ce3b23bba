/* The list of interfaces: how it is drawn at several sizes, what keys do, and what happens when interfaces come and go.
 */
#include "ui/picker_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../main.h"

static const struct interface_row three[] = {
	{.name = "lo", .addresses = "127.0.0.1 ::1", .packets = 4, .bytes = 400, .ports = {{25, 7}}, .port_count = 1},
	{.name = "eth0",
	 .addresses = "192.0.2.25 2001:db8::25",
	 .packets = 12345,
	 .bytes = 9100000,
	 .ports = {{25, 1200}, {993, 4}},
	 .port_count = 2},
	{.name = "eth1", .state = INTERFACE_ROW_DOWN},
};

static struct picker_view *v;
static struct grid grid;

static void setup(void)
{
	v = malloc(sizeof(*v));
	picker_view_init(v);
	picker_view_update(v, three, 3);
}

static void teardown(void)
{
	grid_fini(&grid);
	free(v);
}

/* A line of the screen, without trailing blanks; valid until the next call. */
static const char *line(int number)
{
	static char text[1000];
	struct buffer all = {0};
	char *at;

	picker_view_draw(v, &grid);
	grid_text(&grid, &all);
	buffer_append_byte(&all, '\0');
	at = (char *)all.data;
	while (number-- > 0)
		at = strchr(at, '\n') + 1;
	snprintf(text, sizeof(text), "%.*s", (int)strcspn(at, "\n"), at);
	buffer_fini(&all);
	return text;
}

static void press(int key)
{
	picker_view_input(v, &(struct input){.key = key});
}

static void click(int row)
{
	picker_view_input(v, &(struct input){.key = INPUT_CLICK, .column = 3, .row = row});
}

static const char *under_cursor(void)
{
	return v->rows[v->cursor].name;
}

START_TEST(each_interface_has_a_row_and_all_of_them_the_first)
{
	ck_assert_str_eq(line(0), "mailtap  choose where to capture                                          1 of 4");
	ck_assert_str_eq(line(1), "Interface       State      Packets/s Bytes/s Mail ports               Addresses");
	ck_assert_str_eq(line(2), "any             up            12,349  9.1 MB 25 (1.2k) 993 (4)        all of th…");
	ck_assert_str_eq(line(3), "lo              up                 4   400 B 25 (7)                   127.0.0.1…");
	ck_assert_str_eq(line(4), "eth0            up            12,345  9.1 MB 25 (1.2k) 993 (4)        192.0.2.2…");
	ck_assert_str_eq(line(5), "eth1            down               0     0 B");
	ck_assert_str_eq(line(6), "");
	ck_assert_str_eq(line(23), "Enter Start  q Quit  ? Help  Up Down Home End Move");
	ck_assert_uint_eq(grid_cell(&grid, 0, 2)->style & STYLE_CURSOR, STYLE_CURSOR);
	ck_assert_uint_eq(grid_cell(&grid, 0, 3)->style & STYLE_CURSOR, 0);
	ck_assert_uint_eq(v->rows[0].ports[0].packets, 1207);
}
END_TEST

START_TEST(a_small_terminal_has_the_columns_that_matter)
{
	v->ascii = true;
	picker_view_resize(v, 30, 6);
	ck_assert_str_eq(line(0), "mailtap  choose where to capt~");
	ck_assert_str_eq(line(2), "any      12,349 25 (1.2k) 993~");
	ck_assert_str_eq(line(3), "lo            4 25 (7)");
	ck_assert_str_eq(line(5), "Enter Start  q Quit  ? Help");
	press(INPUT_END);
	ck_assert_str_eq(line(2), "eth0     12,345 25 (1.2k) 993~");
	ck_assert_str_eq(line(3), "eth1          0");
	press('?');
	ck_assert_str_eq(line(2), "Figures are of the last half");
	picker_view_resize(v, 20, 5);
	ck_assert_str_eq(line(4), "Enter Start  q Quit");
	picker_view_resize(v, 19, 5);
	ck_assert_str_eq(line(0), "terminal too small");
	picker_view_resize(v, 1, 1);
	ck_assert_str_eq(line(0), "~");
	press('q');
	ck_assert_int_eq(v->end, PICKER_VIEW_LEFT);
}
END_TEST

static const struct {
	int key;
	const char *name;
	enum picker_view_end end;
} keys[] = {
	{INPUT_UP, "eth0", PICKER_VIEW_OPEN},
	{'k', "eth0", PICKER_VIEW_OPEN},
	{INPUT_WHEEL_UP, "eth0", PICKER_VIEW_OPEN},
	{INPUT_HOME, "any", PICKER_VIEW_OPEN},
	{'g', "any", PICKER_VIEW_OPEN},
	{INPUT_PAGE_UP, "any", PICKER_VIEW_OPEN},
	{INPUT_DOWN, "eth1", PICKER_VIEW_OPEN},
	{'j', "eth1", PICKER_VIEW_OPEN},
	{INPUT_PAGE_DOWN, "eth1", PICKER_VIEW_OPEN},
	{INPUT_ESCAPE, "eth1", PICKER_VIEW_LEFT},
	{'q', "eth1", PICKER_VIEW_LEFT},
	{'x', "eth1", PICKER_VIEW_OPEN},
	{INPUT_F1, "eth1", PICKER_VIEW_OPEN},
	{INPUT_ENTER, "eth1", PICKER_VIEW_OPEN}, /* it is down */
};

START_TEST(keys_move_and_leave)
{
	press(INPUT_END);
	press(keys[_i].key);
	ck_assert_str_eq(under_cursor(), keys[_i].name);
	ck_assert_int_eq(v->end, keys[_i].end);
}
END_TEST

START_TEST(enter_chooses_what_is_up)
{
	press('k');
	press('j');
	press('j');
	press(INPUT_ENTER);
	ck_assert_int_eq(v->end, PICKER_VIEW_CHOSEN);
	ck_assert_str_eq(under_cursor(), "eth0");
	press('j'); /* typed too late */
	ck_assert_str_eq(under_cursor(), "eth0");
}
END_TEST

START_TEST(what_is_down_is_not_chosen_and_said)
{
	press(INPUT_END);
	press('?');
	press(INPUT_ENTER);
	ck_assert_int_eq(v->end, PICKER_VIEW_OPEN);
	ck_assert_str_eq(line(22), "eth1 is down; bring it up with: ip link set eth1 up");
	press('k');
	ck_assert_ptr_nonnull(strstr(line(22), "mailtap.conf(5)")); /* the help is there again */
	press('?');
	ck_assert_str_eq(line(22), "");
}
END_TEST

START_TEST(pasted_text_is_no_key)
{
	picker_view_input(v, &(struct input){.key = 'q', .is_pasted = true});
	picker_view_input(v, &(struct input){.key = INPUT_ENTER, .is_pasted = true});
	ck_assert_int_eq(v->end, PICKER_VIEW_OPEN);
}
END_TEST

START_TEST(a_click_moves_and_the_next_one_chooses)
{
	click(0);
	click(1);
	click(7);
	click(22);
	ck_assert_str_eq(under_cursor(), "any");
	click(4);
	ck_assert_str_eq(under_cursor(), "eth0");
	ck_assert_int_eq(v->end, PICKER_VIEW_OPEN);
	click(4);
	ck_assert_int_eq(v->end, PICKER_VIEW_CHOSEN);
}
END_TEST

START_TEST(the_cursor_stays_on_its_interface)
{
	struct interface_row more[] = {{.name = "tun0"}, three[0], three[1], {.name = "tun1"}};

	press('j');
	press('j');
	picker_view_update(v, more, 4);
	ck_assert_str_eq(under_cursor(), "eth0");
	picker_view_update(v, more, 2);
	ck_assert_str_eq(under_cursor(), "any"); /* Enter must not start on its neighbour */
	ck_assert_str_eq(line(22), "eth0 is gone");
	picker_view_update(v, more, 0);
	ck_assert_uint_eq(v->count, 1);
	press(INPUT_ENTER);
	ck_assert_str_eq(under_cursor(), "any");
	ck_assert_int_eq(v->end, PICKER_VIEW_CHOSEN);
}
END_TEST

static void fill_many(size_t count)
{
	struct interface_row *rows = calloc(count, sizeof(*rows));

	for (size_t i = 0; i < count; i++) {
		snprintf(rows[i].name, sizeof(rows[i].name), "veth%u", (unsigned int)i % 1000);
		for (uint16_t port = 0; port < INTERFACE_ROW_PORTS; port++)
			rows[i].ports[port] = (struct interface_row_port){(uint16_t)(100 * i + port), 1};
		rows[i].port_count = INTERFACE_ROW_PORTS;
	}
	picker_view_update(v, rows, count);
	free(rows);
}

START_TEST(many_interfaces_scroll)
{
	fill_many(50);
	ck_assert_uint_eq(v->rows[0].port_count, INTERFACE_ROW_PORTS); /* the first there are */
	picker_view_resize(v, 80, 10);
	press(INPUT_PAGE_DOWN);
	ck_assert_str_eq(under_cursor(), "veth5");
	press(INPUT_END);
	ck_assert_ptr_eq(strstr(line(7), "veth49 "), line(7));
	ck_assert_ptr_eq(strstr(line(2), "veth44 "), line(2));
	click(2);
	ck_assert_str_eq(under_cursor(), "veth44");
	picker_view_resize(v, 80, 60);
	ck_assert_ptr_eq(strstr(line(2), "any "), line(2));
	press(INPUT_END);
	fill_many(3); /* fewer than are above */
	ck_assert_ptr_eq(strstr(line(2), "any "), line(2));
	fill_many(300);
	ck_assert_uint_eq(v->count, PICKER_VIEW_ROWS);
}
END_TEST

/* A name may hold anything but blanks, slashes and colons. */
START_TEST(a_hostile_name_does_no_harm)
{
	struct interface_row odd[] = {{.name = "o\033[2J\xe2\x80\xae", .state = INTERFACE_ROW_DOWN}};

	picker_view_update(v, odd, 1);
	press('j');
	press(INPUT_ENTER);
	ck_assert_ptr_null(strchr(line(3), '\033'));
	ck_assert_ptr_null(strchr(line(22), '\033'));
	ck_assert_ptr_nonnull(strstr(line(22), "<U+202E> is down"));
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, each_interface_has_a_row_and_all_of_them_the_first);
	tcase_add_test(t, a_small_terminal_has_the_columns_that_matter);
	tcase_add_loop_test(t, keys_move_and_leave, 0, sizeof(keys) / sizeof(keys[0]));
	tcase_add_test(t, enter_chooses_what_is_up);
	tcase_add_test(t, what_is_down_is_not_chosen_and_said);
	tcase_add_test(t, pasted_text_is_no_key);
	tcase_add_test(t, a_click_moves_and_the_next_one_chooses);
	tcase_add_test(t, the_cursor_stays_on_its_interface);
	tcase_add_test(t, many_interfaces_scroll);
	tcase_add_test(t, a_hostile_name_does_no_harm);
}
