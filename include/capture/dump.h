/*
 * dump: writes packets to a capture file (-w). Every packet is handed to the system within a second, so that `tail -f`
 * sees it.
 *
 * A pcap file has microseconds, or nanoseconds when the first packet has them, and the LINKTYPE of the first packet;
 * packets of another link type are counted and reported at the end. A pcapng file holds all of them, each with its
 * interface: name, link type and resolution; of several sources it is described by the source's name, too. It is made
 * when the name ends in .pcapng, or when the sources are known to differ in link type. `-` is standard output.
 *
 * With a rotation (see rotation.h) the capture is spread over files that are captures of their own. A file that cannot
 * be written to its end is cut at the last packet that is whole.
 */
#ifndef CAPTURE_DUMP_H
#define CAPTURE_DUMP_H

#include "capture/source.h"

struct dump;

struct dump_options {
	const char *path;
	struct source *const *sources; /* asked for names and link types at the opening */
	size_t source_count;
	const struct name_table *interfaces; /* the names that packets have the numbers of; NULL: they have none */
	uint64_t rotate_bytes; /* a packet that would make a file longer goes into the next; 0: no limit */
	int64_t rotate_ns;     /* nor does it hold packets further apart; 0: no limit */
	size_t keep;	       /* how many files stay when rotating; 0: all */
	bool is_all;	       /* nothing else is made of the capture: it ends with the file */
};

/* Without rotation the file is made here, and before rights are given up; with it, afterwards, and with its first
 * packet. One that is there keeps what it holds. */
struct dump *dump_open(const struct dump_options *options, struct error *err);
/* Empties what was there; not before all else has succeeded. Done with the first packet at the latest. */
bool dump_begin(struct dump *d, struct error *err);
/* `source`: the number of the packet's source. */
bool dump_write(struct dump *d, const struct source_packet *packet, size_t source, struct error *err);
/* Secrets of TLS that the packets behind them need, as a key log has them; a file that is not pcapng has none. Those of
 * the last SECRETS_KEPT bytes stand in each file of a rotation. */
void dump_put_secrets(struct dump *d, struct slice text);
/* Of a rotation: the file that was begun since this was last asked; NULL: none was. */
const char *dump_new_file(struct dump *d);
/* It has failed, and nothing else is made of the capture. */
bool dump_is_over(const struct dump *d);
bool dump_flush(struct dump *d, struct error *err);
bool dump_close(struct dump *d, struct error *err);
/* Instead of dump_close, when it did not begin. NULL is allowed. */
void dump_free(struct dump *d);

#endif
