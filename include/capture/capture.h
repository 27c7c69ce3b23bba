/*
 * capture: the capture thread. It copies packets from its sources into a ring and does nothing else.
 *
 * Several files are merged by time. On live sources a full ring drops the packet and counts it; on files the thread
 * waits. `-w` is written here too, so that what is written is what was captured. Controlled from other threads by
 * the functions below only.
 *
 * Each source that ends gives PACKET_SOURCE_END, after PACKET_DAMAGE with a text if it did not end well. The last
 * record is always PACKET_CAPTURE_END; after capture_quit, or at the packet limit, sources that had not ended give
 * none.
 */
#ifndef CAPTURE_CAPTURE_H
#define CAPTURE_CAPTURE_H

#include "capture/source.h"
#include "sync/doorbell.h"
#include "sync/ring.h"

struct capture;
struct dump;

enum {
	CAPTURE_RING_SIZE_MIN = 2 * 1024 * 1024, /* a record may be a quarter of the ring */
};

struct capture_options {
	struct source **sources; /* owned by the capture from now on */
	size_t source_count;
	struct ring *ring;	   /* producer side; of at least CAPTURE_RING_SIZE_MIN bytes */
	struct doorbell *consumer; /* rung when the ring has something new */
	struct dump *dump;	   /* -w, or NULL; owned by the capture */
	uint64_t packet_limit;	   /* -c, or 0 */
	double replay_speed;	   /* 0: files are read as fast as they can be; 1: as if they were happening */
};

struct capture_status {
	bool live;
	bool followed;	  /* a file that grows */
	bool fed;	  /* that, or a pipe */
	bool running;	  /* false while stopped by the user, and after the end */
	bool ended;	  /* all sources have ended, the limit was reached, or capture_quit was called */
	uint64_t packets; /* put into the ring */
	uint64_t bytes;	  /* of these packets, as long as they were on the wire */
	uint64_t kernel_drops;
	uint64_t ring_drops;
	uint64_t done_bytes;  /* progress of files */
	uint64_t total_bytes; /* 0 when unknown */
};

struct capture *capture_new(const struct capture_options *options);
/* Ends the thread if it runs, without waiting for the consumer; closes sources and -w. The mappings of the sources are
 * gone afterwards. False: -w could not be written whole (err says why; it is
 * empty when that was logged as it happened). */
bool capture_free(struct capture *c, struct error *err);

bool capture_start(struct capture *c, struct error *err);
/* The consumer took something from the ring (ring_pop was called): wakes a capture thread that waits for room, once
 * half of the ring is free. Call it after each batch, and always when the ring is found empty. The consumer's thread.
 */
void capture_room(struct capture *c);
/* Asks the thread to end; it does so at once. Any thread, signal-safe. */
void capture_quit(struct capture *c);
/* Stop and go on (key c); restart (key C) also puts PACKET_CLEARED into the ring. Any thread. */
void capture_set_stopped(struct capture *c, bool stopped);
void capture_restart(struct capture *c);
/* Another list of ports for live sources. Any thread; the list is copied. */
void capture_set_ports(struct capture *c, const uint16_t *ports, size_t port_count);
/* Any thread. */
void capture_read_status(const struct capture *c, struct capture_status *status);
/* The mapping of each source, for the store; constant while the capture lives. */
size_t capture_source_count(const struct capture *c);
const struct source *capture_source(const struct capture *c, size_t number);

#endif
