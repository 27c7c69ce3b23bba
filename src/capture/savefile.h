/*
 * savefile: reads packets from the bytes of a capture file: pcap of either byte order, micro- or nanoseconds
 * (draft-ietf-opsawg-pcap), and the kindred forms with other magic numbers and longer headers (see savefile.c); pcapng
 * with any number of sections, interfaces and link types, and secrets of TLS (draft-ietf-opsawg-pcapng). Other blocks
 * are passed over.
 *
 * Nothing the file says is believed before it is checked: a length that cannot be is damage, what comes before stays
 * good. Used by one thread.
 */
#ifndef CAPTURE_SAVEFILE_H
#define CAPTURE_SAVEFILE_H

#include "base/name_table.h"
#include "capture/input.h"
#include "capture/source.h"

struct savefile;

/* The input becomes the savefile's. */
struct savefile *savefile_new(struct input *in);
void savefile_free(struct savefile *s);
/* Interfaces have their names put there, and packets their numbers; before the first read. */
void savefile_name_interfaces(struct savefile *s, struct name_table *names);

/*
 * The next record. With SOURCE_END `err` is empty, or says where the file was cut; with SOURCE_ERROR it says where and
 * how the file is damaged; with SOURCE_NOTICE, that a followed file was begun anew. The record's `source` and `number`
 * are left 0. Bytes are valid until the next call, those of a mapped file as long as the savefile.
 */
enum source_status savefile_read(struct savefile *s, struct source_packet *packet, struct error *err);

/* Packets that whoever wrote the capture lost, by pcapng's interface statistics read so far. */
uint64_t savefile_drops(const struct savefile *s);

/* The secrets of TLS that stood before the record read last, as a key log has them, until savefile_wipe_secrets; empty:
 * there are no new ones. */
struct slice savefile_secrets(const struct savefile *s);
void savefile_wipe_secrets(struct savefile *s);

const struct input *savefile_input(const struct savefile *s);

#endif
