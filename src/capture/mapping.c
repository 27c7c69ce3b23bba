#include "capture/mapping.h"

#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

/* ThreadSanitizer takes a mapping for a write. */
#if defined(__SANITIZE_THREAD__)
#define TRACED 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TRACED 1
#endif
#endif
#ifdef TRACED
void AnnotateIgnoreWritesBegin(const char *file, int line);
void AnnotateIgnoreWritesEnd(const char *file, int line);
#define IGNORE_WRITES(what) AnnotateIgnoreWrites##what(__FILE__, __LINE__)
#else
#define IGNORE_WRITES(what) ((void)0)
#endif

enum {
	SAMPLE_SIZE = 1024,
	GROWTH_LOOKS = 200, /* a millisecond apart */
};

/* What the file said at its begin and its end when it was mapped: a capture that was written anew in its place differs
 * there, if only by the times of its packets. */
struct sample {
	uint8_t bytes[SAMPLE_SIZE];
	off_t offset;
	size_t len;
};

/* Read by the signal handler: `start` is set last and cleared first. */
static struct mapped {
	_Atomic uintptr_t start; /* 0: free */
	_Atomic size_t len;
	atomic_size_t intact; /* only ever falls */
	int fd;
	struct timespec changed; /* when it was mapped */
	struct sample samples[2];
} mappings[MAPPING_MAX];

static struct sigaction previous_action;
static size_t page_size;

static size_t number_of(uintptr_t address)
{
	for (size_t i = 0; i < MAPPING_MAX; i++) {
		uintptr_t start = atomic_load(&mappings[i].start);

		if (start != 0 && address >= start && address - start < atomic_load(&mappings[i].len))
			return i;
	}
	return MAPPING_MAX;
}

/* mmap is a plain system call on the systems we run on, so it may be called here. Another thread may read the page
 * meanwhile: whatever it reads, it asks afterwards whether that was there. */
static bool put_zeros(uintptr_t address)
{
	uintptr_t page = address & ~(page_size - 1);
	void *zeros;

	IGNORE_WRITES(Begin);
	zeros = mmap((void *)page, page_size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	IGNORE_WRITES(End);
	return zeros != MAP_FAILED;
}

static void lower(atomic_size_t *intact, size_t to)
{
	size_t now = atomic_load(intact);

	while (to < now && !atomic_compare_exchange_weak(intact, &now, to))
		;
}

static void on_bus_error(int signal, siginfo_t *info, void *context)
{
	uintptr_t address = (uintptr_t)info->si_addr;
	size_t number = number_of(address);

	(void)signal;
	(void)context;
	if (number < MAPPING_MAX && put_zeros(address)) {
		lower(&mappings[number].intact, (address & ~(page_size - 1)) - atomic_load(&mappings[number].start));
		return;
	}
	/* Not ours: returning meets the same fault again, now with the meaning it had before us. */
	sigaction(SIGBUS, &previous_action, NULL);
}

static void install_handler(void)
{
	struct sigaction action = {.sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO};

	if (page_size != 0)
		return;
	page_size = (size_t)sysconf(_SC_PAGESIZE);
	sigemptyset(&action.sa_mask);
	sigaction(SIGBUS, &action, &previous_action);
}

static void take_sample(struct sample *s, int fd, off_t offset)
{
	ssize_t got = pread(fd, s->bytes, SAMPLE_SIZE, offset);

	s->offset = offset;
	s->len = got > 0 ? (size_t)got : 0;
}

static bool is_as_sampled(const struct sample *s, int fd)
{
	uint8_t now[SAMPLE_SIZE];

	return pread(fd, now, s->len, s->offset) == (ssize_t)s->len && memcmp(now, s->bytes, s->len) == 0;
}

/* What a later look is compared with. */
static void remember(struct mapped *m, int fd, size_t len)
{
	struct stat status = {0};

	m->fd = fd;
	fstat(fd, &status);
	m->changed = status.st_mtim;
	take_sample(&m->samples[0], fd, 0);
	take_sample(&m->samples[1], fd, len > SAMPLE_SIZE ? (off_t)(len - SAMPLE_SIZE) : 0);
	if (m->samples[1].len > len)
		m->samples[1].len = len; /* a writer has added to it meanwhile */
	if (m->samples[0].len > len)
		m->samples[0].len = len;
}

struct slice mapping_open(int fd, size_t len)
{
	size_t number = 0;
	void *start;

	while (number < MAPPING_MAX && atomic_load(&mappings[number].start) != 0)
		number++;
	if (number == MAPPING_MAX || len == 0)
		return slice_of(NULL, 0);
	start = mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0);
	if (start == MAP_FAILED)
		return slice_of(NULL, 0);
	install_handler();
	madvise(start, len, MADV_SEQUENTIAL);
	atomic_store(&mappings[number].len, len);
	atomic_store(&mappings[number].intact, len);
	remember(&mappings[number], fd, len);
	atomic_store(&mappings[number].start, (uintptr_t)start);
	return slice_of(start, len);
}

void mapping_close(struct slice mapping)
{
	size_t number = number_of((uintptr_t)mapping.data);

	if (number < MAPPING_MAX)
		atomic_store(&mappings[number].start, 0);
	munmap((void *)(uintptr_t)mapping.data, mapping.len);
}

const atomic_size_t *mapping_intact(struct slice mapping)
{
	size_t number = number_of((uintptr_t)mapping.data);

	return number < MAPPING_MAX ? &mappings[number].intact : NULL;
}

/* Nobody wrote to it, or somebody wrote on after what was mapped, as a capture that still runs does. */
static bool is_as_mapped(const struct mapped *m, const struct stat *status, size_t len)
{
	if (status->st_mtim.tv_sec == m->changed.tv_sec && status->st_mtim.tv_nsec == m->changed.tv_nsec)
		return true;
	return (size_t)status->st_size > len && is_as_sampled(&m->samples[0], m->fd) &&
	       is_as_sampled(&m->samples[1], m->fd);
}

/* A write that adds to a file sets its time first, and its size when the bytes are there: between the two it looks like
 * one that has changed what was there. */
static bool read_status(const struct mapped *m, size_t len, struct stat *status)
{
	const struct timespec pause = {.tv_nsec = CLOCK_NS_PER_MS};
	bool good = fstat(m->fd, status) == 0;

	for (int i = 0; i < GROWTH_LOOKS && good && (size_t)status->st_size == len && !is_as_mapped(m, status, len);
	     i++) {
		nanosleep(&pause, NULL);
		good = fstat(m->fd, status) == 0;
	}
	return good;
}

void mapping_look(struct slice mapping)
{
	size_t number = number_of((uintptr_t)mapping.data);
	struct mapped *m = &mappings[number];
	struct stat status;

	if (number == MAPPING_MAX || atomic_load_explicit(&m->intact, memory_order_relaxed) == 0 ||
	    !read_status(m, mapping.len, &status))
		return;
	if (status.st_size < (off_t)mapping.len)
		lower(&m->intact, is_as_sampled(&m->samples[0], m->fd) ? (size_t)status.st_size : 0);
	else if (!is_as_mapped(m, &status, mapping.len))
		lower(&m->intact, 0);
}

bool mapping_is_damaged(struct slice mapping)
{
	size_t number = number_of((uintptr_t)mapping.data);

	return number < MAPPING_MAX &&
	       atomic_load_explicit(&mappings[number].intact, memory_order_relaxed) < mapping.len;
}
