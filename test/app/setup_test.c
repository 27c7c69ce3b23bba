/* What was asked for reaches those who do it. */
#include "app/setup.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "../main.h"

static struct options o;
static struct engine_options e;

static void setup(void)
{
	options_init(&o);
	e = (struct engine_options){0};
}

static void teardown(void)
{
	options_fini(&o);
}

START_TEST(the_defaults_reach_the_engine)
{
	struct limits limits;
	struct ports ports;

	limits_init(&limits);
	ports_init(&ports);
	setup_engine(&o, NULL, &e);
	ck_assert_mem_eq(&e.limits, &limits, sizeof(limits));
	ck_assert_mem_eq(&e.ports, &ports, sizeof(ports));
	ck_assert(e.diagnose && e.keep && !e.keep_commands && !e.details && !e.numeric && !e.save);
	ck_assert_str_eq(e.save_target, ".");
	ck_assert_uint_eq(e.memory_limit, UINT64_C(512) << 20);
	ck_assert_uint_eq(e.spool_limit, UINT64_C(2048) << 20);
	ck_assert_uint_eq(e.spool_memory, UINT64_C(512) << 20);
}
END_TEST

START_TEST(each_option_reaches_the_engine)
{
	o.limits.stall_ns = 7;
	o.ports.count[PROTOCOL_IMAP] = 0;
	o.details = o.numeric = o.save = true;
	o.save_format = OPTIONS_SAVE_MAILDIR;
	o.save_dir = "/mails";
	o.save_count = 3;
	o.save_bytes = 4;
	o.save_free_mib = 5;
	o.memory_mib = 16;
	o.spool_mib = 17;
	setup_engine(&o, NULL, &e);
	ck_assert_int_eq(e.limits.stall_ns, 7);
	ck_assert_uint_eq(e.ports.count[PROTOCOL_IMAP], 0);
	ck_assert(e.details && e.numeric && e.save);
	ck_assert_int_eq(e.save_format, SAVE_MAILDIR);
	ck_assert_str_eq(e.save_target, "/mails");
	ck_assert_uint_eq(e.save_count, 3);
	ck_assert_uint_eq(e.save_bytes, 4);
	ck_assert_uint_eq(e.save_free, 5 << 20);
	ck_assert_uint_eq(e.memory_limit, 16 << 20);
	ck_assert_uint_eq(e.spool_limit, 17 << 20);
}
END_TEST

/* A file is read to its end whatever that takes; of what has no end the oldest goes. */
START_TEST(a_file_has_no_budget_unless_it_grows)
{
	o.files[o.file_count++] = "x";
	setup_engine(&o, NULL, &e);
	ck_assert_uint_eq(e.memory_limit, 0);
	ck_assert_uint_eq(e.spool_limit, 0);
	o.follow = true;
	setup_engine(&o, NULL, &e);
	ck_assert_uint_eq(e.memory_limit, UINT64_C(512) << 20);
}
END_TEST

static const struct {
	enum options_mode mode;
	unsigned int datasets;
	const char *json_file;
	bool diagnose;
	bool keep;
	bool keep_commands;
	bool statistics;
} modes[] = {
	{OPTIONS_SCREEN, 0, NULL, true, true, false, true},
	{OPTIONS_LINES, 0, NULL, false, false, false, false},
	{OPTIONS_LINES, OPTIONS_DATASET_ALL, "f", true, false, false, false},
	{OPTIONS_JSON, OPTIONS_DATASET_ALL, NULL, true, false, false, false},
	{OPTIONS_JSON, OPTIONS_DATASET_MAIL, NULL, false, false, false, false},
	{OPTIONS_JSON, OPTIONS_DATASET_MAIL, "f", false, false, false, false},
	{OPTIONS_REPORT, 0, NULL, true, false, true, false},
	{OPTIONS_PACKETS, 0, NULL, false, false, false, false},
	{OPTIONS_PACKETS, OPTIONS_DATASET_ALL, "f", true, false, false, false},
	{OPTIONS_STATISTICS, 0, NULL, true, false, true, true},
	{OPTIONS_STATISTICS, OPTIONS_DATASET_MAIL, "f", true, false, true, true},
	{OPTIONS_JSON, OPTIONS_DATASET_STATISTICS, NULL, true, false, true, true},
};

START_TEST(nothing_is_kept_that_nobody_looks_at)
{
	o.mode = modes[_i].mode;
	o.datasets = modes[_i].datasets;
	o.json_file = modes[_i].json_file;
	setup_engine(&o, NULL, &e);
	ck_assert_int_eq(e.diagnose, modes[_i].diagnose);
	ck_assert_int_eq(e.keep, modes[_i].keep);
	ck_assert_int_eq(e.keep_commands, modes[_i].keep_commands);
	ck_assert_int_eq(e.statistics, modes[_i].statistics);
}
END_TEST

/* Where there is one alone, nobody asks which. */
START_TEST(several_observers_have_names)
{
	for (const char *file = "abcd"; *file != '\0'; file++)
		o.files[o.file_count++] = file;
	o.observers[0] = "router";
	o.observer_count = 1;
	setup_engine(&o, NULL, &e);
	ck_assert_uint_eq(e.observer_of[3], 0);
	ck_assert_ptr_null(e.observer_names[0]);
	o.observers[1] = "server";
	o.observers[2] = "router";
	o.observer_begins[0] = 1;
	o.observer_begins[1] = 2;
	o.observer_begins[2] = 3;
	o.observer_count = 3;
	setup_engine(&o, NULL, &e);
	ck_assert_mem_eq(e.observer_of, ((uint8_t[]){0, 1, 2, 1}), 4);
	ck_assert_ptr_null(e.observer_names[0]);
	ck_assert_str_eq(e.observer_names[1], "router");
	ck_assert_str_eq(e.observer_names[2], "server");
}
END_TEST

/* The default name is this host's: who says it means the same observer. */
START_TEST(the_host_named_is_the_default_observer)
{
	char host[HOST_NAME_MAX + 1] = "";

	gethostname(host, sizeof(host) - 1);
	for (const char *file = "abc"; *file != '\0'; file++)
		o.files[o.file_count++] = file;
	o.observers[0] = host;
	o.observer_begins[0] = 1;
	o.observer_count = 1;
	setup_engine(&o, NULL, &e);
	ck_assert_mem_eq(e.observer_of, ((uint8_t[]){0, 0, 0}), 3);
	ck_assert_ptr_null(e.observer_names[0]);
	o.observers[1] = "router";
	o.observer_begins[1] = 2;
	o.observer_count = 2;
	setup_engine(&o, NULL, &e);
	ck_assert_mem_eq(e.observer_of, ((uint8_t[]){0, 0, 2}), 3);
	ck_assert_str_eq(e.observer_names[0], host);
	ck_assert_str_eq(e.observer_names[2], "router");
}
END_TEST

/* Without the option the engine asks nothing; with it, for that session. */
START_TEST(a_wanted_session_reaches_the_engine)
{
	struct error err;

	setup_engine(&o, NULL, &e);
	ck_assert_ptr_null(e.wanted);
	ck_assert(wanted_read(&o.wanted, "1:LQU9qZlK+B5F3KDmev6m5PMibrg=", &err));
	setup_engine(&o, NULL, &e);
	ck_assert_ptr_eq(e.wanted, &o.wanted);
}
END_TEST

/* Whoever waits for a reader of his keys goes on when they are opened: what cannot be captured is said before. */
START_TEST(packets_are_captured_before_keys_are_read)
{
	struct setup_opened opened = {.json_file = NULL};
	struct error err;

	o.files[o.file_count++] = "/nonexistent/capture.pcap";
	o.key_logs[o.key_log_count++] = "/"; /* which is none */
	ck_assert(!setup_capture(&o, &opened, &err));
	ck_assert_msg(strstr(err.text, "capture.pcap") != NULL, "%s", err.text);
	ck_assert_ptr_null(opened.keys);
	o.files[0] = "/dev/null";
	ck_assert(!setup_capture(&o, &opened, &err));
	ck_assert_msg(strstr(err.text, "the key log /") != NULL, "%s", err.text);
}
END_TEST

static const struct {
	const char *files[2];
	const char *interfaces[2];
	bool follow;
	const char *title;
} titles[] = {
	{{"/a/b.pcap"}, {NULL}, false, "b.pcap"},
	{{"-"}, {NULL}, false, "standard input"},
	{{"/a/b.pcap", "c"}, {NULL}, true, "b.pcap and 1 more, followed"},
	{{"/a/\033[2Jb\n.pcap", "c"}, {NULL}, false, "\342\220\233[2Jb\342\220\212.pcap and 1 more"},
	{{NULL}, {"eth0"}, false, "eth0"},
	{{NULL}, {"eth0", "eth1"}, false, "eth0 and 1 more"},
};

START_TEST(the_title_names_the_source)
{
	char title[128];

	for (size_t i = 0; i < 2; i++) {
		if (titles[_i].files[i] != NULL)
			o.files[o.file_count++] = titles[_i].files[i];
		if (titles[_i].interfaces[i] != NULL)
			o.interfaces[o.interface_count++] = titles[_i].interfaces[i];
	}
	o.follow = titles[_i].follow;
	setup_title(&o, title, sizeof(title));
	ck_assert_str_eq(title, titles[_i].title);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, the_defaults_reach_the_engine);
	tcase_add_test(t, each_option_reaches_the_engine);
	tcase_add_test(t, a_file_has_no_budget_unless_it_grows);
	tcase_add_test(t, a_wanted_session_reaches_the_engine);
	tcase_add_test(t, packets_are_captured_before_keys_are_read);
	tcase_add_loop_test(t, nothing_is_kept_that_nobody_looks_at, 0, sizeof(modes) / sizeof(modes[0]));
	tcase_add_test(t, several_observers_have_names);
	tcase_add_test(t, the_host_named_is_the_default_observer);
	tcase_add_loop_test(t, the_title_names_the_source, 0, sizeof(titles) / sizeof(titles[0]));
}
