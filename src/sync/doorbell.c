#include "sync/doorbell.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/eventfd.h>
#endif

#ifdef __linux__
static bool open_pair(struct doorbell *d)
{
	d->read_fd = d->write_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	return d->read_fd >= 0;
}
#else
static bool open_pair(struct doorbell *d)
{
	int fds[2];

	if (pipe(fds) != 0)
		return false;
	for (int i = 0; i < 2; i++) {
		fcntl(fds[i], F_SETFL, O_NONBLOCK);
		fcntl(fds[i], F_SETFD, FD_CLOEXEC);
	}
	d->read_fd = fds[0];
	d->write_fd = fds[1];
	return true;
}
#endif

bool doorbell_init(struct doorbell *d, struct error *err)
{
	atomic_init(&d->sleeping, 0);
	if (!open_pair(d))
		return error_set(err, "cannot make a wake-up descriptor: %s", strerror(errno));
	return true;
}

void doorbell_fini(struct doorbell *d)
{
	close(d->read_fd);
	if (d->write_fd != d->read_fd)
		close(d->write_fd);
	d->read_fd = d->write_fd = -1;
}

/*
 * Why no wake-up is lost: both sides change `sleeping` by an exchange. If the ringer's comes second, it sees 1 and
 * writes. If the sleeper's comes second, it reads what the ringer's wrote, and with that sees the work made before.
 */
void doorbell_ring(struct doorbell *d)
{
	uint64_t one = 1;
	int saved = errno;

	if (atomic_exchange(&d->sleeping, 0) == 0)
		return;
	/* A full pipe or counter already wakes the sleeper. */
	if (write(d->write_fd, &one, sizeof(one)) < 0)
		assert(errno == EAGAIN || errno == EINTR);
	errno = saved; /* a signal handler may call this */
}

void doorbell_prepare(struct doorbell *d)
{
	atomic_exchange(&d->sleeping, 1);
}

void doorbell_wait(struct doorbell *d, int timeout_ms)
{
	struct pollfd wait = {.fd = d->read_fd, .events = POLLIN};

	poll(&wait, 1, timeout_ms);
	doorbell_answer(d);
}

int doorbell_fd(const struct doorbell *d)
{
	return d->read_fd;
}

void doorbell_answer(struct doorbell *d)
{
	uint64_t count;

	atomic_store(&d->sleeping, 0);
	while (read(d->read_fd, &count, sizeof(count)) > 0 && d->read_fd != d->write_fd)
		;
}
