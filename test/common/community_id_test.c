/* The TCP vector of the Community ID specification (version 1, seed 0); the others come from a few lines of Python that
 * follow its pseudo code and give the first one too. */
#include "common/community_id.h"

#include <arpa/inet.h>

#include "../main.h"

static const struct {
	const char *client;
	const char *server;
	uint16_t client_port;
	uint16_t server_port;
	const char *id;
} vectors[] = {
	{"128.232.110.120", "66.35.250.204", 34855, 80, "1:LQU9qZlK+B5F3KDmev6m5PMibrg="},
	{"2001:db8::5", "2001:db8::1", 50123, 25, "1:2zdmjWmddkVkj4Q5UcESau97cJg="},
	{"10.0.0.1", "10.0.0.1", 40000, 25, "1:keuFz1oJyh4x8FRO1elv8AD6SJ8="},
	{"66.35.250.204", "128.232.110.120", 80, 34855, "1:LQU9qZlK+B5F3KDmev6m5PMibrg="},
};

static void fill(struct community_ends *e, enum side side, const char *address, uint16_t port)
{
	bool is_ipv6 = strchr(address, ':') != NULL;

	ck_assert_int_eq(inet_pton(is_ipv6 ? AF_INET6 : AF_INET, address, e->address[side]), 1);
	e->port[side] = port;
}

START_TEST(known_flows_have_known_ids)
{
	struct community_ends e = {.is_ipv6 = false};
	char id[COMMUNITY_ID_SIZE];

	e.is_ipv6 = strchr(vectors[_i].client, ':') != NULL;
	fill(&e, SIDE_CLIENT, vectors[_i].client, vectors[_i].client_port);
	fill(&e, SIDE_SERVER, vectors[_i].server, vectors[_i].server_port);
	community_id_make(id, &e);
	ck_assert_str_eq(id, vectors[_i].id);
}
END_TEST

/* Same address on both sides: the ports decide the order; both directions are the same flow in either family. */
START_TEST(both_directions_have_the_same_id)
{
	struct community_ends e = {.is_ipv6 = false};
	char there[COMMUNITY_ID_SIZE];
	char back[COMMUNITY_ID_SIZE];
	const char *address = _i ? "2001:db8::1" : "127.0.0.1";

	e.is_ipv6 = _i;
	fill(&e, SIDE_CLIENT, address, 40000);
	fill(&e, SIDE_SERVER, address, 25);
	community_id_make(there, &e);
	fill(&e, SIDE_CLIENT, address, 25);
	fill(&e, SIDE_SERVER, address, 40000);
	community_id_make(back, &e);
	ck_assert_str_eq(there, back);
	ck_assert_uint_eq(strlen(there), COMMUNITY_ID_SIZE - 2);
	e.port[SIDE_CLIENT] = 26;
	community_id_make(back, &e);
	ck_assert_str_ne(there, back);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, known_flows_have_known_ids, 0, sizeof(vectors) / sizeof(vectors[0]));
	tcase_add_loop_test(t, both_directions_have_the_same_id, 0, 2);
}
