/*
 * wifi: data frames of IEEE 802.11, and what capture drivers put before them. Private to the packet layer.
 *
 * Protected frames are DISSECT_ENCRYPTED. Of an aggregate (A-MSDU) the first subframe is read. Of a frame that was sent
 * in fragments the first is read as one that was cut short, the others are DISSECT_NOT_IP.
 */
#ifndef PACKET_WIFI_H
#define PACKET_WIFI_H

#include "packet/cursor.h"

/* `pads`: the driver has put bytes after the header, so that what follows lies at a multiple of four. */
enum dissect_result wifi_read(struct cursor *c, bool pads);

enum dissect_result wifi_read_radiotap(struct cursor *c);
enum dissect_result wifi_read_avs(struct cursor *c);
/* Prism's header, or AVS, which came to share its number. */
enum dissect_result wifi_read_prism(struct cursor *c);
/* PPI names the link type of what follows. */
enum dissect_result wifi_read_ppi(struct cursor *c);

#endif
