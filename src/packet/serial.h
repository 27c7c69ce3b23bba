/*
 * serial: link layers of serial lines, and what borrows their framing: PPP (RFC 1661, RFC 1662), Cisco's HDLC, frame
 * relay (RFC 2427). Private to the packet layer.
 */
#ifndef PACKET_SERIAL_H
#define PACKET_SERIAL_H

#include "packet/cursor.h"

enum dissect_result serial_read_ppp(struct cursor *c);
/* PPP in HDLC's framing, or Cisco's HDLC. */
enum dissect_result serial_read_hdlc(struct cursor *c);
enum dissect_result serial_read_chdlc(struct cursor *c);
enum dissect_result serial_read_frame_relay(struct cursor *c);

#endif
