/*
 * source: where packets come from: a live interface (libpcap) or a capture file (a reader of ours).
 *
 * Opened on the main thread, before rights are given up; then owned by the capture thread, which calls only
 * source_read and the few functions marked below. One source for each -i or -r option.
 */
#ifndef CAPTURE_SOURCE_H
#define CAPTURE_SOURCE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "base/name_table.h"
#include "base/slice.h"
#include "packet/record.h"

struct source;

enum source_status {
	SOURCE_PACKET, /* a packet was given */
	SOURCE_IDLE,   /* nothing now; wait on source_fd or a while, then ask again. The packet is not touched. */
	SOURCE_NOTICE, /* the error is a line for the user; reading goes on */
	SOURCE_END,    /* no more will come */
	SOURCE_ERROR,  /* no more can be read: the error says why; what came before is good */
};

struct source_options {
	bool promiscuous;
	int buffer_mib;
	const char *capture_filter; /* tcpdump syntax, or NULL: made from the ports on a live source, none on a file */
	bool follow;		    /* a regular file is read on as it grows, without an end */
	struct name_table *interfaces; /* gets the names that packets have the numbers of; NULL: they have none */
	int snaplen;		       /* live: the bytes of a packet that are kept; 0: all */
	bool keeps_filter;	       /* source_set_ports and source_set_stopped are not used: the kernel is told so */
};

struct source_counters {
	uint64_t received; /* seen by the kernel's filter; 0 where unknown */
	uint64_t kernel_drops;
};

/* The bytes of a packet, valid until the next source_read; for a mapped file `record->place` is set and they stay valid
 * as long as the source. */
struct source_packet {
	struct packet_record record; /* `source` and `number` are the capture thread's to fill */
	struct slice bytes;
	bool filtered; /* withheld by the filter of a file: it is only counted */
};

struct source *source_open_live(const char *interface, const struct source_options *options, const uint16_t *ports,
				size_t port_count, struct error *err);
/* `path` "-" is standard input. A regular file is read up to its first packet here, so that what is no capture, or a
 * filter that does not fit, is said at once; a pipe, and what a followed file does not hold yet, is not waited for. */
struct source *source_open_file(const char *path, const struct source_options *options, struct error *err);
void source_free(struct source *s);

/* `err` is filled with SOURCE_ERROR, SOURCE_NOTICE, and with SOURCE_END when the file was cut in its last record (a
 * warning); its text is empty otherwise. */
enum source_status source_read(struct source *s, struct source_packet *packet, struct error *err);

const char *source_name(const struct source *s);
bool source_is_live(const struct source *s);
/* Whether it is a file that is followed as it grows. */
bool source_is_followed(const struct source *s);
/* Whether somebody may still be at it: a pipe, or a file that is followed. */
bool source_is_fed(const struct source *s);
/* LINKTYPE_ value of its packets, as far as the opening showed it; -1 when it did not. */
int source_link_type(const struct source *s);
/* To poll while idle; -1 when there is none. */
int source_fd(const struct source *s);
/* The whole mapped file, or an empty slice. */
struct slice source_mapping(const struct source *s);
/* How many of its bytes are still those that were mapped, a look whether that is so, and whether all of them are: see
 * mapping.h. Any thread. */
const atomic_size_t *source_intact(const struct source *s);
void source_look(const struct source *s);
bool source_is_changed(const struct source *s);
/* The secrets of TLS that a file has brought since they were last wiped, as a key log has them; empty: none. */
struct slice source_secrets(const struct source *s);
void source_wipe_secrets(struct source *s);
/* For the progress figure: bytes read and bytes in all (0 when unknown). */
void source_progress(const struct source *s, uint64_t *done, uint64_t *total);
/* Live: what libpcap counts. Files: what pcapng's interface statistics tell so far. */
void source_counters(struct source *s, struct source_counters *counters);
/* Live: replaces the filter while capturing (another list of ports). Files: no effect on what was read before. */
bool source_set_ports(struct source *s, const uint16_t *ports, size_t port_count, struct error *err);
/* Live: a stopped source lets the kernel discard packets. Files: reading pauses. */
bool source_set_stopped(struct source *s, bool stopped, struct error *err);

/* Writes a line for each interface (-D). */
bool source_list_interfaces(FILE *out, struct error *err);

#endif
