/*
 * dump: writes packets to a pcap file (-w): microseconds, or nanoseconds when the first packet has them; LINKTYPE of
 * the first packet; packets of another link type are counted and reported at the end. `-` is standard output. Every
 * packet is handed to the system within a second, so that `tail -f` sees it.
 */
#ifndef CAPTURE_DUMP_H
#define CAPTURE_DUMP_H

#include "capture/source.h"

struct dump;

struct dump *dump_open(const char *path, struct error *err);
bool dump_write(struct dump *d, const struct source_packet *packet, struct error *err);
bool dump_flush(struct dump *d, struct error *err);
bool dump_close(struct dump *d, struct error *err);

#endif
