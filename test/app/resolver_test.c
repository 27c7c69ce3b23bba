/* The resolver against a name server of this test's own: a thread that answers on the loopback interface. */
#include "app/resolver.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "../main.h"
#include "base/clock.h"

enum {
	MESSAGE_SIZE = 512,
	HEADER_LEN = 12,
};

static struct doorbell bell;
static void *r;
static char server_text[64];
static int server_fd;
static pthread_t server_thread;
static atomic_bool server_quit;
static atomic_bool server_mute;
static atomic_int question_count;
static char told[4096];

/* For x.2.0.192.in-addr.arpa with an odd x, and for ip6.arpa: "h<first label>.example.com"; else no such name. */
static size_t make_answer(uint8_t m[MESSAGE_SIZE], size_t len)
{
	static const uint8_t head[] = {0xc0, 0x0c, 0, 12, 0, 1, 0, 0, 0, 60, 0};
	char name[32];
	size_t name_len;

	snprintf(name, sizeof(name), "h%.*s", m[HEADER_LEN], (const char *)m + HEADER_LEN + 1);
	name_len = strlen(name);
	m[2] = 0x81;
	m[10] = m[11] = 0; /* no additional records */
	m[3] = 0x80;
	if (m[HEADER_LEN + m[HEADER_LEN]] % 2 == 0) {
		m[3] = 0x83;
		return len;
	}
	m[7] = 1;
	memcpy(m + len, head, sizeof(head));
	len += sizeof(head);
	m[len++] = (uint8_t)(name_len + 1 + 1 + 7 + 1 + 3 + 1);
	m[len++] = (uint8_t)name_len;
	memcpy(m + len, name, name_len);
	len += name_len;
	memcpy(m + len, "\7example\3com", 13);
	return len + 13;
}

/* The end of the question: what follows (EDNS) is left out of the answer. */
static size_t question_end(const uint8_t *m)
{
	size_t at = HEADER_LEN;

	while (m[at] != 0)
		at += 1U + m[at];
	return at + 5;
}

static void *serve(void *arg)
{
	uint8_t message[MESSAGE_SIZE];
	struct sockaddr_in from;
	socklen_t from_len;
	struct pollfd wait = {.fd = server_fd, .events = POLLIN};

	(void)arg;
	while (!atomic_load(&server_quit)) {
		if (poll(&wait, 1, 10) <= 0)
			continue;
		from_len = sizeof(from);
		if (recvfrom(server_fd, message, 300, 0, (struct sockaddr *)&from, &from_len) < HEADER_LEN)
			continue;
		atomic_fetch_add(&question_count, 1);
		if (!atomic_load(&server_mute))
			sendto(server_fd, message, make_answer(message, question_end(message)), 0,
			       (struct sockaddr *)&from, from_len);
	}
	return NULL;
}

static void setup(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(address);
	struct error err;

	server_fd = socket(AF_INET, SOCK_DGRAM, 0);
	ck_assert_int_eq(bind(server_fd, (struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(getsockname(server_fd, (struct sockaddr *)&address, &len), 0);
	snprintf(server_text, sizeof(server_text), "127.0.0.1:%u", ntohs(address.sin_port));
	server_quit = server_mute = false;
	question_count = 0;
	told[0] = '\0';
	ck_assert_int_eq(pthread_create(&server_thread, NULL, serve, NULL), 0);
	ck_assert(doorbell_init(&bell, NULL));
	r = resolver_lookup.open(&(struct lookup_options){.worker = &bell, .resolver = server_text}, &err);
	ck_assert_msg(r != NULL, "%s", err.text);
}

static void teardown(void)
{
	resolver_lookup.close(r);
	atomic_store(&server_quit, true);
	pthread_join(server_thread, NULL);
	close(server_fd);
	doorbell_fini(&bell);
}

static void tell(void *ctx, const struct annotation_subject *about, const char *name)
{
	const struct endpoint *end = &about->ends[about->side];
	size_t len = strlen(told);

	ck_assert_ptr_eq(ctx, &bell);
	snprintf(told + len, sizeof(told) - len, "%u%s %s\n", end->address[end->is_ipv6 ? 15 : 3],
		 end->is_ipv6 ? " v6" : "", name);
}

static void ask_address(const uint8_t *address, bool is_ipv6)
{
	struct annotation_subject about = {.session = 1, .side = SIDE_SERVER};

	endpoint_set_address(&about.ends[SIDE_SERVER], address, is_ipv6);
	resolver_lookup.ask(r, &about);
}

static void ask(uint8_t last)
{
	ask_address((const uint8_t[]){192, 0, 2, last}, false);
}

static struct lookup_counters counters(void)
{
	return resolver_lookup.counters(r);
}

static void collect_all(void)
{
	int64_t until = clock_monotonic_ns() + 20 * CLOCK_NS_PER_S;

	while (resolver_lookup.pending(r) > 0) {
		doorbell_prepare(&bell);
		if (resolver_lookup.collect(r, tell, &bell))
			doorbell_answer(&bell);
		else
			doorbell_wait(&bell, 100);
		ck_assert_int_lt(clock_monotonic_ns(), until);
	}
}

START_TEST(addresses_get_their_names)
{
	static const uint8_t ipv6[16] = {0x20, 1, 0x0d, 0xb8, [15] = 7};

	ask(25);
	collect_all();
	ck_assert_str_eq(told, "25 h25.example.com\n");
	ask_address(ipv6, true);
	collect_all();
	ck_assert_str_eq(told, "25 h25.example.com\n7 v6 h7.example.com\n");
	ck_assert_uint_eq(counters().asked, 2);
	ck_assert_uint_eq(counters().answered, 2);
}
END_TEST

START_TEST(each_address_is_asked_for_once)
{
	for (int i = 0; i < 3; i++) {
		ask(1);
		ask(2);
		ask(3);
		collect_all();
	}
	ck_assert_int_eq(question_count, 3);
	ck_assert_uint_eq(counters().asked, 3);
	ck_assert_uint_eq(counters().answered, 2);
	ck_assert_uint_eq(counters().unanswered, 1);
}
END_TEST

START_TEST(many_are_asked_for_a_few_at_a_time)
{
	atomic_store(&server_mute, true);
	for (int i = 0; i < 200; i++)
		ask((uint8_t)i);
	ck_assert_uint_eq(resolver_lookup.pending(r), 200);
	for (int i = 0; i < 20; i++) {
		nanosleep(&(struct timespec){.tv_nsec = 10 * CLOCK_NS_PER_MS}, NULL);
		ck_assert_int_le(question_count, RESOLVER_FLIGHT_MAX);
	}
	atomic_store(&server_mute, false);
	collect_all();
	ck_assert_uint_eq(counters().answered, 100);
	ck_assert_uint_eq(counters().unanswered, 100);
}
END_TEST

/* A server that says nothing costs no more than the time of two tries. */
START_TEST(no_answer_is_no_name)
{
	int64_t begin = clock_monotonic_ns();

	atomic_store(&server_mute, true);
	ask(1);
	collect_all();
	ck_assert_str_eq(told, "");
	ck_assert_uint_eq(counters().unanswered, 1);
	ck_assert_int_ge(clock_monotonic_ns() - begin, CLOCK_NS_PER_S);
}
END_TEST

START_TEST(leaving_does_not_wait_for_answers)
{
	int64_t begin = clock_monotonic_ns();

	atomic_store(&server_mute, true);
	for (int i = 0; i < 100; i++)
		ask((uint8_t)i);
	resolver_lookup.close(r);
	r = NULL; /* none is closed, too */
	ck_assert_int_lt(clock_monotonic_ns() - begin, CLOCK_NS_PER_S);
}
END_TEST

/* The ring for questions is small: what has no room is asked for another time. */
START_TEST(more_than_there_is_room_for_come_later)
{
	atomic_store(&server_mute, true);
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 65536; i++)
			ask_address((const uint8_t[]){10, 0, (uint8_t)(i >> 8), (uint8_t)i}, false);
	ck_assert_uint_gt(counters().asked, 1000);
	ck_assert_uint_le(counters().asked, RESOLVER_ASKED_MAX);
}
END_TEST

START_TEST(what_is_no_server_is_told)
{
	struct error err;

	ck_assert_ptr_null(
		resolver_lookup.open(&(struct lookup_options){.worker = &bell, .resolver = "nonsense"}, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "nonsense"));
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, addresses_get_their_names);
	tcase_add_test(t, each_address_is_asked_for_once);
	tcase_add_test(t, many_are_asked_for_a_few_at_a_time);
	tcase_add_test(t, no_answer_is_no_name);
	tcase_add_test(t, leaving_does_not_wait_for_answers);
	tcase_add_test(t, more_than_there_is_room_for_come_later);
	tcase_add_test(t, what_is_no_server_is_told);
}
