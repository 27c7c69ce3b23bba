#include "guard/channel.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

bool channel_send(int channel, const void *data, size_t len)
{
	ssize_t written;

	do
		written = write(channel, data, len);
	while (written < 0 && errno == EINTR);
	return written == (ssize_t)len;
}

void channel_answer(int channel, const void *data, size_t len, int given)
{
	union {
		struct cmsghdr aligned;
		char bytes[CMSG_SPACE(sizeof(int))];
	} room = {.bytes = {0}};
	struct iovec piece = {(void *)(uintptr_t)data, len};
	struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
	struct cmsghdr *part;

	if (given >= 0) {
		message.msg_control = &room;
		message.msg_controllen = sizeof(room);
		part = CMSG_FIRSTHDR(&message);
		part->cmsg_level = SOL_SOCKET;
		part->cmsg_type = SCM_RIGHTS;
		part->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(part), &given, sizeof(given));
	}
	if (sendmsg(channel, &message, MSG_NOSIGNAL) < 0)
		return; /* it has gone: the next read says so */
}

static int descriptor_in(struct msghdr *message)
{
	const struct cmsghdr *part = CMSG_FIRSTHDR(message);
	int fd = -1;

	if (part != NULL && part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_RIGHTS)
		memcpy(&fd, CMSG_DATA(part), sizeof(fd));
	return fd;
}

bool channel_receive(int channel, void *data, size_t len, int *fd)
{
	union {
		struct cmsghdr aligned;
		char bytes[CMSG_SPACE(sizeof(int))];
	} room;
	struct iovec piece = {data, len};
	struct msghdr message = {
		.msg_iov = &piece, .msg_iovlen = 1, .msg_control = &room, .msg_controllen = sizeof(room)};
	ssize_t got;

	do
		got = recvmsg(channel, &message, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	*fd = got == (ssize_t)len ? descriptor_in(&message) : -1;
	return got == (ssize_t)len;
}
