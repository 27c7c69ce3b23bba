#include "capture/mapping.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

/* Read by the signal handler: `start` is set last and cleared first. */
static struct {
	_Atomic uintptr_t start; /* 0: free */
	_Atomic size_t len;
	atomic_bool damaged;
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

/* mmap is a plain system call on the systems we run on, so it may be called here. */
static bool put_zeros(uintptr_t address)
{
	uintptr_t page = address & ~(page_size - 1);
	void *zeros = mmap((void *)page, page_size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

	return zeros != MAP_FAILED;
}

static void on_bus_error(int signal, siginfo_t *info, void *context)
{
	uintptr_t address = (uintptr_t)info->si_addr;
	size_t number = number_of(address);

	(void)signal;
	(void)context;
	if (number < MAPPING_MAX && put_zeros(address)) {
		atomic_store(&mappings[number].damaged, true);
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
	atomic_store(&mappings[number].damaged, false);
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

bool mapping_is_damaged(struct slice mapping)
{
	size_t number = number_of((uintptr_t)mapping.data);

	return number < MAPPING_MAX && atomic_load_explicit(&mappings[number].damaged, memory_order_relaxed);
}
