#include "app/resolver.h"

#define CARES_NO_DEPRECATED /* the calls that all versions have */
#include <ares.h>
#include <assert.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "guard/syscalls.h"
#include "sync/ring.h"

enum {
	RING_SIZE = 64 * 1024,
	SOCKETS_MAX = 64,
	TIMEOUT_MS = 2000,
	TRIES = 2,
};

/* An IPv4 address stands in the first four bytes, the others are 0. */
struct question {
	uint8_t address[16];
	uint8_t is_ipv6;
};

struct answer {
	struct question question;
	char name[RESOLVER_NAME_SIZE]; /* "": none */
};

struct resolver {
	struct ring *questions;
	struct ring *answers;
	struct doorbell own;
	struct doorbell *worker;
	atomic_bool quit;
	pthread_t thread;
	bool is_reserve; /* it is the one that was started in advance */
	/* worker thread */
	struct hash_table asked;
	struct lookup_counters counters;
	/* its own thread */
	ares_channel channel;
	struct pollfd sockets[SOCKETS_MAX];
	size_t socket_count;
	unsigned int in_flight;
};

/* A question on its way. */
struct flight {
	struct resolver *resolver;
	struct question question;
};

/* ---- its own thread ---- */

/* Which sockets c-ares wants to be told about. */
static void watch(void *ctx, ares_socket_t fd, int readable, int writable)
{
	struct resolver *r = ctx;
	size_t i = 0;

	while (i < r->socket_count && r->sockets[i].fd != fd)
		i++;
	if (!readable && !writable) {
		if (i < r->socket_count)
			r->sockets[i] = r->sockets[--r->socket_count];
		return;
	}
	if (i == SOCKETS_MAX)
		return; /* it will time out */
	r->sockets[i] = (struct pollfd){.fd = fd};
	r->sockets[i].events = (short)((readable ? POLLIN : 0) | (writable ? POLLOUT : 0));
	if (i == r->socket_count)
		r->socket_count++;
}

static struct answer *answer_room(struct resolver *r)
{
	static const struct timespec pause = {.tv_nsec = CLOCK_NS_PER_MS};
	struct answer *a;

	while ((a = ring_reserve(r->answers, sizeof(*a))) == NULL && !atomic_load(&r->quit)) {
		doorbell_ring(r->worker);
		nanosleep(&pause, NULL);
	}
	return a;
}

static void answered(void *ctx, int status, int timeouts, struct hostent *host)
{
	struct flight *f = ctx;
	struct resolver *r = f->resolver;
	struct answer *a = answer_room(r);

	(void)timeouts;
	r->in_flight--;
	if (a != NULL) {
		*a = (struct answer){.question = f->question};
		if (status == ARES_SUCCESS && host != NULL && host->h_name != NULL)
			snprintf(a->name, sizeof(a->name), "%s", host->h_name);
		ring_commit(r->answers, sizeof(*a));
		ring_publish(r->answers);
		doorbell_ring(r->worker);
	}
	free(f);
}

static void start_questions(struct resolver *r)
{
	const struct question *q;
	size_t len;

	while (r->in_flight < RESOLVER_FLIGHT_MAX && (q = ring_peek(r->questions, &len)) != NULL) {
		struct flight *f = mem_zalloc(sizeof(*f));

		f->resolver = r;
		f->question = *q;
		ring_pop(r->questions);
		r->in_flight++;
		ares_gethostbyaddr(r->channel, f->question.address, f->question.is_ipv6 ? 16 : 4,
				   f->question.is_ipv6 ? AF_INET6 : AF_INET, answered, f);
	}
}

/* Until something comes, or the time of a question is up. */
static void wait_and_process(struct resolver *r)
{
	struct pollfd fds[SOCKETS_MAX + 1];
	size_t count = r->socket_count;
	struct timeval left;
	int wait_ms = -1;

	fds[0] = (struct pollfd){.fd = doorbell_fd(&r->own), .events = POLLIN};
	memcpy(fds + 1, r->sockets, count * sizeof(*fds));
	if (ares_timeout(r->channel, NULL, &left) != NULL)
		wait_ms = (int)(left.tv_sec * 1000 + left.tv_usec / 1000 + 1);
	poll(fds, count + 1, wait_ms);
	doorbell_answer(&r->own);
	for (size_t i = 1; i <= count; i++)
		if (fds[i].revents != 0)
			ares_process_fd(r->channel, fds[i].revents & POLLOUT ? ARES_SOCKET_BAD : fds[i].fd,
					fds[i].revents & POLLOUT ? fds[i].fd : ARES_SOCKET_BAD);
	ares_process_fd(r->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

static void serve(struct resolver *r)
{
	for (;;) {
		doorbell_prepare(&r->own);
		if (atomic_load(&r->quit))
			break;
		start_questions(r);
		wait_and_process(r);
	}
	doorbell_answer(&r->own);
	ares_destroy(r->channel);
}

static void *resolver_main(void *arg)
{
	syscalls_limit_thread(SYSCALLS_RESOLVER);
	serve(arg);
	return NULL;
}

/* A thread that serves one resolver after the other: in a confined process none can be started later. */
static struct {
	pthread_t thread;
	bool is_there;
	struct doorbell bell;
	_Atomic(struct resolver *) serves; /* NULL: nobody */
	atomic_bool quit;
} reserve;

static void *reserve_main(void *arg)
{
	(void)arg;
	syscalls_limit_thread(SYSCALLS_RESOLVER);
	for (;;) {
		struct resolver *r;

		doorbell_prepare(&reserve.bell);
		r = atomic_load(&reserve.serves);
		if (r == NULL && !atomic_load(&reserve.quit)) {
			doorbell_wait(&reserve.bell, -1);
			continue;
		}
		doorbell_answer(&reserve.bell);
		if (r == NULL)
			return NULL;
		serve(r);
		atomic_store(&reserve.serves, NULL);
	}
}

static void resolver_prepare(void)
{
	struct error err;

	if (reserve.is_there || !doorbell_init(&reserve.bell, &err))
		return;
	atomic_store(&reserve.quit, false);
	reserve.is_there = pthread_create(&reserve.thread, NULL, reserve_main, NULL) == 0;
	if (!reserve.is_there)
		doorbell_fini(&reserve.bell);
}

static void resolver_release(void)
{
	if (!reserve.is_there)
		return;
	atomic_store(&reserve.quit, true);
	doorbell_ring(&reserve.bell);
	pthread_join(reserve.thread, NULL);
	doorbell_fini(&reserve.bell);
	reserve.is_there = false;
}

/* Returns 0 or an error number. */
static int start_thread(struct resolver *r)
{
	if (!reserve.is_there || atomic_load(&reserve.serves) != NULL)
		return pthread_create(&r->thread, NULL, resolver_main, r);
	r->is_reserve = true;
	atomic_store(&reserve.serves, r);
	doorbell_ring(&reserve.bell);
	return 0;
}

static void end_thread(struct resolver *r)
{
	static const struct timespec pause = {.tv_nsec = CLOCK_NS_PER_MS};

	atomic_store(&r->quit, true);
	doorbell_ring(&r->own);
	if (!r->is_reserve)
		pthread_join(r->thread, NULL);
	while (r->is_reserve && atomic_load(&reserve.serves) == r)
		nanosleep(&pause, NULL);
}

/* ---- the worker's ---- */

static bool open_channel(struct resolver *r, const char *server, struct error *err)
{
	struct ares_options options = {.timeout = TIMEOUT_MS, .tries = TRIES, .sock_state_cb = watch};
	char dns_only[] = "b"; /* the hosts file has been read */
	int status;

	options.sock_state_cb_data = r;
	options.lookups = dns_only;
	status = ares_library_init(ARES_LIB_INIT_ALL);
	if (status == ARES_SUCCESS)
		status = ares_init_options(&r->channel, &options,
					   ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB |
						   ARES_OPT_LOOKUPS);
	if (status != ARES_SUCCESS) {
		ares_library_cleanup();
		return error_set(err, "cannot use the resolver: %s", ares_strerror(status));
	}
	if (server == NULL || (status = ares_set_servers_ports_csv(r->channel, server)) == ARES_SUCCESS)
		return true;
	ares_destroy(r->channel);
	ares_library_cleanup();
	return error_set(err, "cannot use the resolver %s: %s", server, ares_strerror(status));
}

static void *resolver_open(const struct lookup_options *options, struct error *err)
{
	struct resolver *r = mem_zalloc(sizeof(*r));
	int status;

	r->worker = options->worker;
	if (!doorbell_init(&r->own, err)) {
		free(r);
		return NULL;
	}
	if (!open_channel(r, options->resolver, err)) {
		doorbell_fini(&r->own);
		free(r);
		return NULL;
	}
	r->questions = ring_new(RING_SIZE);
	r->answers = ring_new(RING_SIZE);
	status = start_thread(r);
	if (status == 0)
		return r;
	error_set(err, "cannot start a thread: %s", strerror(status));
	ares_destroy(r->channel);
	ares_library_cleanup();
	ring_free(r->questions);
	ring_free(r->answers);
	doorbell_fini(&r->own);
	free(r);
	return NULL;
}

static void resolver_close(void *source)
{
	struct resolver *r = source;

	if (r == NULL)
		return;
	end_thread(r);
	ares_library_cleanup();
	ring_free(r->questions);
	ring_free(r->answers);
	doorbell_fini(&r->own);
	for (size_t i = 0; i < r->asked.capacity; i++)
		free(r->asked.slots[i].item);
	hash_fini(&r->asked);
	free(r);
}

static bool same_question(const void *item, const void *key)
{
	return memcmp(item, key, sizeof(struct question)) == 0;
}

static void resolver_ask(void *source, const struct annotation_subject *about)
{
	struct resolver *r = source;
	const struct endpoint *end = &about->ends[about->side];
	struct question q = {.is_ipv6 = end->is_ipv6};
	struct question *kept;
	uint64_t hash;
	void *room;

	memcpy(q.address, end->address, sizeof(q.address));
	hash = hash_bytes(&q, sizeof(q));
	if (r->asked.count >= RESOLVER_ASKED_MAX || hash_lookup(&r->asked, hash, same_question, &q) != NULL)
		return;
	room = ring_reserve(r->questions, sizeof(q));
	if (room == NULL)
		return; /* another time */
	memcpy(room, &q, sizeof(q));
	ring_commit(r->questions, sizeof(q));
	ring_publish(r->questions);
	doorbell_ring(&r->own);
	kept = mem_alloc(sizeof(*kept));
	*kept = q;
	hash_insert(&r->asked, hash, kept);
	r->counters.asked++;
}

static bool resolver_collect(void *source, lookup_sink *sink, void *ctx)
{
	struct resolver *r = source;
	const struct answer *a;
	bool any = false;
	size_t len;

	while ((a = ring_peek(r->answers, &len)) != NULL) {
		any = true;
		if (a->name[0] != '\0') {
			struct annotation_subject about = {0};

			r->counters.answered++;
			endpoint_set_address(&about.ends[about.side], a->question.address, a->question.is_ipv6);
			sink(ctx, &about, a->name);
		} else {
			r->counters.unanswered++;
		}
		ring_pop(r->answers);
	}
	return any;
}

static struct lookup_counters resolver_counters(const void *source)
{
	return ((const struct resolver *)source)->counters;
}

static uint32_t resolver_pending(const void *source)
{
	const struct lookup_counters *c = &((const struct resolver *)source)->counters;

	return c->asked - c->answered - c->unanswered;
}

static bool resolver_is_wanted(const struct query *query)
{
	return query->resolve && !query->numeric;
}

const struct lookup_ops resolver_lookup = {
	.kind = ANNOTATIONS_HOST_NAME,
	.prepare = resolver_prepare,
	.release = resolver_release,
	.is_wanted = resolver_is_wanted,
	.open = resolver_open,
	.close = resolver_close,
	.ask = resolver_ask,
	.collect = resolver_collect,
	.pending = resolver_pending,
	.counters = resolver_counters,
};
