#include "packet/layouts.h"

#include <assert.h>

#define ALL(fields) fields, sizeof(fields) / sizeof((fields)[0])

/* ---- names of numbers ---- */

const struct layout_name layout_ethertypes[] = {
	{0x0800, "IPv4"},
	{0x0806, "ARP"},
	{0x22eb, "ERSPAN III"},
	{0x6558, "bridged Ethernet"},
	{0x8100, "VLAN"},
	{0x86dd, "IPv6"},
	{0x880b, "PPP"},
	{0x8847, "MPLS"},
	{0x8848, "MPLS multicast"},
	{0x8863, "PPPoE discovery"},
	{0x8864, "PPPoE session"},
	{0x888e, "802.1X"},
	{0x88a8, "802.1ad"},
	{0x88be, "ERSPAN"},
	{0x88cc, "LLDP"},
	{0x88e5, "MACsec"},
	{0x88e7, "802.1ah"},
	{0x8909, "Cisco metadata"},
	{0x894f, "NSH"},
	{0x9100, "QinQ"},
	{0x9200, "QinQ"},
	{0, NULL},
};

const struct layout_name layout_ip_protocols[] = {
	{0, "hop-by-hop options"},
	{1, "ICMP"},
	{2, "IGMP"},
	{4, "IPv4"},
	{6, "TCP"},
	{17, "UDP"},
	{41, "IPv6"},
	{43, "routing header"},
	{44, "fragment header"},
	{47, "GRE"},
	{50, "ESP"},
	{51, "authentication header"},
	{58, "ICMPv6"},
	{59, "nothing"},
	{60, "destination options"},
	{89, "OSPF"},
	{97, "EtherIP"},
	{108, "IPComp"},
	{112, "VRRP"},
	{115, "L2TP"},
	{132, "SCTP"},
	{135, "mobility header"},
	{137, "MPLS"},
	{139, "HIP"},
	{140, "shim6"},
	{143, "Ethernet"},
	{0, NULL},
};

const struct layout_name layout_ppp_protocols[] = {
	{0x0021, "IPv4"}, {0x0031, "bridged"}, {0x0057, "IPv6"},   {0x00fd, "compressed"},
	{0x0281, "MPLS"}, {0x8021, "IPCP"},    {0x8057, "IPv6CP"}, {0xc021, "LCP"},
	{0xc023, "PAP"},  {0xc223, "CHAP"},    {0, NULL},
};

static const struct layout_name saps[] = {
	{0x06, "IP"}, {0x42, "spanning tree"}, {0xaa, "SNAP"}, {0xe0, "NetWare"}, {0xfe, "OSI"}, {0, NULL},
};

static const struct layout_name ouis[] = {
	{0x000000, "ethertype"}, {0x0000f8, "bridge tunnel"}, {0x00000c, "Cisco"}, {0x0080c2, "bridged"}, {0, NULL},
};

static const struct layout_name nlpids[] = {
	{0x80, "SNAP"}, {0x8e, "IPv6"}, {0xcc, "IPv4"}, {0xcf, "PPP"}, {0, NULL},
};

static const struct layout_name ecn[] = {
	{0, "not capable"}, {1, "ECT(1)"}, {2, "ECT(0)"}, {3, "congestion met"}, {0, NULL},
};

static const struct layout_name dscp[] = {
	{0, "default"}, {8, "CS1"},   {10, "AF11"}, {16, "CS2"}, {18, "AF21"}, {24, "CS3"}, {26, "AF31"},
	{32, "CS4"},	{34, "AF41"}, {40, "CS5"},  {46, "EF"},	 {48, "CS6"},  {56, "CS7"}, {0, NULL},
};

static const struct layout_name cooked_types[] = {
	{0, "to us"}, {1, "broadcast"}, {2, "multicast"}, {3, "to another host"}, {4, "from us"}, {0, NULL},
};

static const struct layout_name hardware_types[] = {
	{1, "Ethernet"}, {512, "PPP"}, {768, "IP tunnel"}, {772, "loopback"},
	{776, "6in4"},	 {778, "GRE"}, {801, "802.11"},	   {803, "802.11 with radiotap"},
	{65534, "none"}, {0, NULL},
};

static const struct layout_name families[] = {
	{2, "IPv4"},	      {10, "IPv6"},	    {24, "IPv6"},	  {26, "IPv6"},
	{28, "IPv6"},	      {30, "IPv6"},	    {0x02000000, "IPv4"}, {0x0a000000, "IPv6"},
	{0x18000000, "IPv6"}, {0x1c000000, "IPv6"}, {0x1e000000, "IPv6"}, {0, NULL},
};

static const struct layout_name wifi_types[] = {
	{0, "management"}, {1, "control"}, {2, "data"}, {3, "extension"}, {0, NULL},
};

static const struct layout_name wifi_subtypes[] = {
	{0, "data"}, {4, "no data"}, {8, "data with QoS"}, {12, "no data, QoS"}, {0, NULL},
};

static const struct layout_name pflog_actions[] = {
	{0, "pass"}, {1, "drop"}, {2, "scrub"}, {8, "nat"}, {0, NULL},
};

static const struct layout_name directions[] = {
	{1, "in"},
	{2, "out"},
	{0, NULL},
};

static const struct layout_name nsh_protocols[] = {
	{1, "IPv4"}, {2, "IPv6"}, {3, "Ethernet"}, {4, "NSH"}, {5, "MPLS"}, {0, NULL},
};

static const struct layout_name mpls_labels[] = {
	{0, "IPv4 explicit null"},
	{1, "router alert"},
	{2, "IPv6 explicit null"},
	{3, "implicit null"},
	{7, "entropy label indicator"},
	{13, "associated channel"},
	{0, NULL},
};

static const struct layout_name gtp_messages[] = {
	{1, "echo request"}, {2, "echo response"}, {26, "error indication"},
	{254, "end marker"}, {255, "packet"},	   {0, NULL},
};

static const struct layout_name tzsp_types[] = {
	{0, "received"},
	{1, "to be sent"},
	{0, NULL},
};

static const struct layout_name tzsp_protocols[] = {
	{1, "Ethernet"}, {2, "Token Ring"}, {4, "PPP"},	  {5, "FDDI"}, {7, "IP"},
	{18, "802.11"},	 {119, "Prism"},    {127, "AVS"}, {0, NULL},
};

static const struct layout_name link_types[] = {
	{0, "BSD loopback"}, {1, "Ethernet"}, {9, "PPP"},	 {12, "IP"},
	{101, "IP"},	     {105, "802.11"}, {127, "radiotap"}, {0, NULL},
};

/* ---- link layers ---- */

static const struct layout_field ethernet[] = {
	{0, 6, SHAPE_MAC, 0, "Destination", NULL},
	{6, 6, SHAPE_MAC, 0, "Source", NULL},
	{12, 2, SHAPE_HEX, 0, "Type", layout_ethertypes},
};

static const struct layout_field vlan[] = {
	{0, 1, SHAPE_NUMBER, 0xe0, "Priority", NULL},
	{0, 1, SHAPE_FLAG, 0x10, "May be dropped", NULL},
	{0, 2, SHAPE_NUMBER, 0x0fff, "Number", NULL},
	{2, 2, SHAPE_HEX, 0, "Type", layout_ethertypes},
};

static const struct layout_field llc[] = {
	{0, 1, SHAPE_HEX, 0, "Destination", saps},
	{1, 1, SHAPE_HEX, 0, "Source", saps},
	{2, 1, SHAPE_HEX, 0, "Control", NULL},
};

static const struct layout_field snap[] = {
	{0, 1, SHAPE_HEX, 0, "Destination", saps},	 {1, 1, SHAPE_HEX, 0, "Source", saps},
	{2, 1, SHAPE_HEX, 0, "Control", NULL},		 {3, 3, SHAPE_HEX, 0, "Organisation", ouis},
	{6, 2, SHAPE_HEX, 0, "Type", layout_ethertypes},
};

static const struct layout_field sll[] = {
	{0, 2, SHAPE_NUMBER, 0, "Packet type", cooked_types}, {2, 2, SHAPE_NUMBER, 0, "Hardware type", hardware_types},
	{4, 2, SHAPE_NUMBER, 0, "Address length", NULL},      {6, 6, SHAPE_MAC, 0, "Source", NULL},
	{14, 2, SHAPE_HEX, 0, "Type", layout_ethertypes},
};

static const struct layout_field sll2[] = {
	{0, 2, SHAPE_HEX, 0, "Type", layout_ethertypes},	  {4, 4, SHAPE_NUMBER, 0, "Interface", NULL},
	{8, 2, SHAPE_NUMBER, 0, "Hardware type", hardware_types}, {10, 1, SHAPE_NUMBER, 0, "Packet type", cooked_types},
	{11, 1, SHAPE_NUMBER, 0, "Address length", NULL},	  {12, 6, SHAPE_MAC, 0, "Source", NULL},
};

static const struct layout_field null[] = {
	{0, 4, SHAPE_HEX, 0, "Family", families},
};

static const struct layout_field pppoe[] = {
	{0, 1, SHAPE_NUMBER, 0xf0, "Version", NULL}, {0, 1, SHAPE_NUMBER, 0x0f, "Type", NULL},
	{1, 1, SHAPE_HEX, 0, "Code", NULL},	     {2, 2, SHAPE_HEX, 0, "Session", NULL},
	{4, 2, SHAPE_NUMBER, 0, "Length", NULL},
};

static const struct layout_field ppp_bridged[] = {
	{0, 1, SHAPE_HEX, 0, "Flags", NULL},
	{1, 1, SHAPE_NUMBER, 0, "Link type", NULL},
};

static const struct layout_field chdlc[] = {
	{0, 1, SHAPE_HEX, 0, "Address", NULL},
	{1, 1, SHAPE_HEX, 0, "Control", NULL},
	{2, 2, SHAPE_HEX, 0, "Type", layout_ethertypes},
};

static const struct layout_field frame_relay[] = {
	{0, 1, SHAPE_NUMBER, 0xfc, "Connection, upper bits", NULL},
	{1, 1, SHAPE_NUMBER, 0xf0, "Connection, lower bits", NULL},
	{1, 1, SHAPE_FLAG, 0x08, "Congestion forwards", NULL},
	{1, 1, SHAPE_FLAG, 0x04, "Congestion backwards", NULL},
	{1, 1, SHAPE_FLAG, 0x02, "May be dropped", NULL},
	{2, 0, SHAPE_REST, 0, "Control or type", NULL},
};

static const struct layout_field nlpid[] = {
	{0, 1, SHAPE_HEX, 0, "Protocol", nlpids},
	{1, 3, SHAPE_HEX, 0, "Organisation", ouis},
	{4, 2, SHAPE_HEX, 0, "Type", layout_ethertypes},
};

static const struct layout_field token_ring[] = {
	{0, 1, SHAPE_HEX, 0, "Access control", NULL}, {1, 1, SHAPE_HEX, 0, "Frame control", NULL},
	{2, 6, SHAPE_MAC, 0, "Destination", NULL},    {8, 6, SHAPE_MAC, 0, "Source", NULL},
	{14, 0, SHAPE_REST, 0, "Route", NULL},
};

static const struct layout_field fddi[] = {
	{0, 1, SHAPE_HEX, 0, "Frame control", NULL},
	{1, 6, SHAPE_MAC, 0, "Destination", NULL},
	{7, 6, SHAPE_MAC, 0, "Source", NULL},
};

static const struct layout_field fibre_channel[] = {
	{0, 2, SHAPE_HEX, 0, "Destination's kind", NULL},
	{2, 6, SHAPE_MAC, 0, "Destination", NULL},
	{8, 2, SHAPE_HEX, 0, "Source's kind", NULL},
	{10, 6, SHAPE_MAC, 0, "Source", NULL},
};

static const struct layout_field ieee1394[] = {
	{0, 8, SHAPE_HEX, 0, "Destination", NULL},
	{8, 8, SHAPE_HEX, 0, "Source", NULL},
	{16, 2, SHAPE_HEX, 0, "Type", layout_ethertypes},
};

static const struct layout_field switch_tag[] = {
	{0, 6, SHAPE_MAC, 0, "Destination", NULL},
	{6, 6, SHAPE_MAC, 0, "Source", NULL},
	{12, 0, SHAPE_REST, 0, "Tag and type", NULL},
};

static const struct layout_field capture[] = {
	{0, 0, SHAPE_REST, 0, "Content", NULL},
};

/* ---- 802.11 and what comes before it ---- */

static const struct layout_field wifi[] = {
	{0, 1, SHAPE_NUMBER, 0x03, "Version", NULL},
	{0, 1, SHAPE_NUMBER, 0x0c, "Type", wifi_types},
	{0, 1, SHAPE_NUMBER, 0xf0, "Subtype", wifi_subtypes},
	{1, 1, SHAPE_FLAG, 0x01, "To the access point", NULL},
	{1, 1, SHAPE_FLAG, 0x02, "From the access point", NULL},
	{1, 1, SHAPE_FLAG, 0x04, "More fragments", NULL},
	{1, 1, SHAPE_FLAG, 0x08, "Sent again", NULL},
	{1, 1, SHAPE_FLAG, 0x10, "Power saving", NULL},
	{1, 1, SHAPE_FLAG, 0x20, "More data", NULL},
	{1, 1, SHAPE_FLAG, 0x40, "Protected", NULL},
	{1, 1, SHAPE_FLAG, 0x80, "Order", NULL},
	{2, 2, SHAPE_LITTLE, 0, "Duration", NULL},
	{4, 6, SHAPE_MAC, 0, "Receiver", NULL},
	{10, 6, SHAPE_MAC, 0, "Transmitter", NULL},
	{16, 6, SHAPE_MAC, 0, "Third address", NULL},
	{22, 2, SHAPE_LITTLE, 0x000f, "Fragment", NULL},
	{22, 2, SHAPE_LITTLE, 0xfff0, "Sequence number", NULL},
	{24, 0, SHAPE_REST, 0, "Fourth address, QoS", NULL},
};

static const struct layout_field wifi_subframe[] = {
	{0, 6, SHAPE_MAC, 0, "Destination", NULL},
	{6, 6, SHAPE_MAC, 0, "Source", NULL},
	{12, 2, SHAPE_NUMBER, 0, "Length", NULL},
};

static const struct layout_field radiotap[] = {
	{0, 1, SHAPE_NUMBER, 0, "Version", NULL},
	{2, 2, SHAPE_LITTLE, 0, "Length", NULL},
	{4, 4, SHAPE_LITTLE_HEX, 0, "Fields present", NULL},
};

static const struct layout_field prism[] = {
	{0, 4, SHAPE_LITTLE_HEX, 0, "Message", NULL},	 {4, 4, SHAPE_LITTLE, 0, "Length", NULL},
	{8, 16, SHAPE_TEXT, 0, "Device", NULL},		 {32, 4, SHAPE_LITTLE, 0, "Host time", NULL},
	{44, 4, SHAPE_LITTLE, 0, "MAC time", NULL},	 {56, 4, SHAPE_LITTLE, 0, "Channel", NULL},
	{68, 4, SHAPE_LITTLE, 0, "RSSI", NULL},		 {80, 4, SHAPE_LITTLE, 0, "Quality", NULL},
	{92, 4, SHAPE_LITTLE, 0, "Signal", NULL},	 {104, 4, SHAPE_LITTLE, 0, "Noise", NULL},
	{116, 4, SHAPE_LITTLE, 0, "Rate", NULL},	 {128, 4, SHAPE_LITTLE, 0, "Sent", NULL},
	{140, 4, SHAPE_LITTLE, 0, "Frame length", NULL},
};

static const struct layout_field avs[] = {
	{0, 4, SHAPE_HEX, 0, "Version", NULL},	    {4, 4, SHAPE_NUMBER, 0, "Length", NULL},
	{8, 8, SHAPE_NUMBER, 0, "MAC time", NULL},  {16, 8, SHAPE_NUMBER, 0, "Host time", NULL},
	{24, 4, SHAPE_NUMBER, 0, "PHY type", NULL}, {28, 4, SHAPE_NUMBER, 0, "Channel", NULL},
	{32, 4, SHAPE_NUMBER, 0, "Rate", NULL},	    {36, 4, SHAPE_NUMBER, 0, "Antenna", NULL},
	{40, 4, SHAPE_NUMBER, 0, "Priority", NULL}, {44, 4, SHAPE_NUMBER, 0, "Signal's unit", NULL},
	{48, 4, SHAPE_NUMBER, 0, "Signal", NULL},   {52, 4, SHAPE_NUMBER, 0, "Noise", NULL},
	{56, 4, SHAPE_NUMBER, 0, "Preamble", NULL}, {60, 4, SHAPE_NUMBER, 0, "Encoding", NULL},
};

static const struct layout_field ppi[] = {
	{0, 1, SHAPE_NUMBER, 0, "Version", NULL}, {1, 1, SHAPE_HEX, 0, "Flags", NULL},
	{2, 2, SHAPE_LITTLE, 0, "Length", NULL},  {4, 4, SHAPE_LITTLE, 0, "Link type", link_types},
	{8, 0, SHAPE_REST, 0, "Fields", NULL},
};

/* ---- what systems put before a packet ---- */

static const struct layout_field enc[] = {
	{0, 4, SHAPE_HEX, 0, "Family", families},
	{4, 4, SHAPE_HEX, 0, "SPI", NULL},
	{8, 4, SHAPE_HEX, 0, "Flags", NULL},
};

static const struct layout_field pflog[] = {
	{0, 1, SHAPE_NUMBER, 0, "Length", NULL},
	{1, 1, SHAPE_NUMBER, 0, "Family", families},
	{2, 1, SHAPE_NUMBER, 0, "Action", pflog_actions},
	{3, 1, SHAPE_NUMBER, 0, "Reason", NULL},
	{4, 16, SHAPE_TEXT, 0, "Interface", NULL},
	{20, 16, SHAPE_TEXT, 0, "Ruleset", NULL},
	{36, 4, SHAPE_NUMBER, 0, "Rule", NULL},
	{40, 4, SHAPE_NUMBER, 0, "Rule in the set", NULL},
	{44, 4, SHAPE_NUMBER, 0, "User", NULL},
	{48, 4, SHAPE_NUMBER, 0, "Process", NULL},
	{52, 4, SHAPE_NUMBER, 0, "Rule's user", NULL},
	{56, 4, SHAPE_NUMBER, 0, "Rule's process", NULL},
	{60, 1, SHAPE_NUMBER, 0, "Direction", directions},
};

static const struct layout_field pktap[] = {
	{0, 4, SHAPE_LITTLE, 0, "Length", NULL},	  {4, 4, SHAPE_LITTLE, 0, "Record type", NULL},
	{8, 4, SHAPE_LITTLE, 0, "Link type", link_types}, {12, 24, SHAPE_TEXT, 0, "Interface", NULL},
	{36, 4, SHAPE_LITTLE_HEX, 0, "Flags", NULL},	  {40, 4, SHAPE_LITTLE, 0, "Family", families},
	{52, 4, SHAPE_LITTLE, 0, "Process", NULL},	  {56, 20, SHAPE_TEXT, 0, "Command", NULL},
};

static const struct layout_field ipnet[] = {
	{0, 1, SHAPE_NUMBER, 0, "Version", NULL},      {1, 1, SHAPE_NUMBER, 0, "Family", families},
	{2, 2, SHAPE_NUMBER, 0, "Hook", NULL},	       {4, 4, SHAPE_NUMBER, 0, "Packet length", NULL},
	{8, 4, SHAPE_NUMBER, 0, "Interface", NULL},    {12, 4, SHAPE_NUMBER, 0, "Group interface", NULL},
	{16, 4, SHAPE_NUMBER, 0, "Source zone", NULL}, {20, 4, SHAPE_NUMBER, 0, "Destination zone", NULL},
};

static const struct layout_field nflog[] = {
	{0, 1, SHAPE_NUMBER, 0, "Family", families},
	{1, 1, SHAPE_NUMBER, 0, "Version", NULL},
	{2, 2, SHAPE_NUMBER, 0, "Group", NULL},
};

/* ---- between link layer and IP ---- */

static const struct layout_field itag[] = {
	{0, 1, SHAPE_NUMBER, 0xe0, "Priority", NULL},
	{0, 1, SHAPE_FLAG, 0x10, "May be dropped", NULL},
	{0, 1, SHAPE_FLAG, 0x08, "Customer's addresses unused", NULL},
	{1, 3, SHAPE_NUMBER, 0, "Service", NULL},
};

static const struct layout_field macsec[] = {
	{0, 1, SHAPE_FLAG, 0x40, "End station", NULL},	  {0, 1, SHAPE_FLAG, 0x20, "Channel named", NULL},
	{0, 1, SHAPE_FLAG, 0x10, "Broadcast", NULL},	  {0, 1, SHAPE_FLAG, 0x08, "Encrypted", NULL},
	{0, 1, SHAPE_FLAG, 0x04, "Changed", NULL},	  {0, 1, SHAPE_NUMBER, 0x03, "Association", NULL},
	{1, 1, SHAPE_NUMBER, 0x3f, "Short length", NULL}, {2, 4, SHAPE_NUMBER, 0, "Packet number", NULL},
	{6, 0, SHAPE_REST, 0, "Channel and type", NULL},
};

static const struct layout_field mpls[] = {
	{0, 4, SHAPE_NUMBER, 0xfffff000, "Label", mpls_labels},
	{2, 1, SHAPE_NUMBER, 0x0e, "Traffic class", NULL},
	{2, 1, SHAPE_FLAG, 0x01, "Last of the stack", NULL},
	{3, 1, SHAPE_NUMBER, 0, "Time to live", NULL},
};

static const struct layout_field control_word[] = {
	{0, 1, SHAPE_HEX, 0x0f, "Flags", NULL},
	{1, 1, SHAPE_NUMBER, 0xc0, "Fragment", NULL},
	{1, 1, SHAPE_NUMBER, 0x3f, "Length", NULL},
	{2, 2, SHAPE_NUMBER, 0, "Sequence number", NULL},
};

static const struct layout_field nsh[] = {
	{0, 1, SHAPE_NUMBER, 0xc0, "Version", NULL},
	{0, 1, SHAPE_FLAG, 0x20, "Operation and maintenance", NULL},
	{0, 2, SHAPE_NUMBER, 0x0fc0, "Time to live", NULL},
	{1, 1, SHAPE_WORDS, 0x3f, "Length", NULL},
	{2, 1, SHAPE_NUMBER, 0x0f, "Metadata type", NULL},
	{3, 1, SHAPE_NUMBER, 0, "Protocol", nsh_protocols},
	{4, 3, SHAPE_NUMBER, 0, "Service path", NULL},
	{7, 1, SHAPE_NUMBER, 0, "Service index", NULL},
	{8, 0, SHAPE_REST, 0, "Metadata", NULL},
};

static const struct layout_field cisco_metadata[] = {
	{0, 1, SHAPE_NUMBER, 0, "Version", NULL},
	{1, 1, SHAPE_NUMBER, 0, "Length", NULL},
	{2, 0, SHAPE_REST, 0, "Options and type", NULL},
};

/* ---- IP and what it carries ---- */

static const struct layout_field ipv4[] = {
	{0, 1, SHAPE_NUMBER, 0xf0, "Version", NULL},
	{0, 1, SHAPE_WORDS, 0x0f, "Header length", NULL},
	{1, 1, SHAPE_NUMBER, 0xfc, "Differentiated services", dscp},
	{1, 1, SHAPE_NUMBER, 0x03, "Explicit congestion", ecn},
	{2, 2, SHAPE_NUMBER, 0, "Total length", NULL},
	{4, 2, SHAPE_HEX, 0, "Identification", NULL},
	{6, 1, SHAPE_FLAG, 0x40, "Do not fragment", NULL},
	{6, 1, SHAPE_FLAG, 0x20, "More fragments", NULL},
	{6, 2, SHAPE_OFFSETS, 0x1fff, "Fragment offset", NULL},
	{8, 1, SHAPE_NUMBER, 0, "Time to live", NULL},
	{9, 1, SHAPE_NUMBER, 0, "Protocol", layout_ip_protocols},
	{10, 2, SHAPE_CHECKSUM, 0, "Header checksum", NULL},
	{12, 4, SHAPE_IPV4, 0, "Source", NULL},
	{16, 4, SHAPE_IPV4, 0, "Destination", NULL},
};

static const struct layout_field ipv6[] = {
	{0, 1, SHAPE_NUMBER, 0xf0, "Version", NULL},
	{0, 2, SHAPE_NUMBER, 0x0fc0, "Differentiated services", dscp},
	{1, 1, SHAPE_NUMBER, 0x30, "Explicit congestion", ecn},
	{0, 4, SHAPE_HEX, 0xfffff, "Flow label", NULL},
	{4, 2, SHAPE_NUMBER, 0, "Payload length", NULL},
	{6, 1, SHAPE_NUMBER, 0, "Next header", layout_ip_protocols},
	{7, 1, SHAPE_NUMBER, 0, "Hop limit", NULL},
	{8, 16, SHAPE_IPV6, 0, "Source", NULL},
	{24, 16, SHAPE_IPV6, 0, "Destination", NULL},
};

static const struct layout_field ipv6_extension[] = {
	{0, 1, SHAPE_NUMBER, 0, "Next header", layout_ip_protocols},
	{1, 1, SHAPE_NUMBER, 0, "Length", NULL},
	{2, 0, SHAPE_REST, 0, "Content", NULL},
};

static const struct layout_field ipv6_fragment[] = {
	{0, 1, SHAPE_NUMBER, 0, "Next header", layout_ip_protocols},
	{2, 2, SHAPE_OFFSETS, 0xfff8, "Fragment offset", NULL},
	{2, 2, SHAPE_FLAG, 0x0001, "More fragments", NULL},
	{4, 4, SHAPE_HEX, 0, "Identification", NULL},
};

static const struct layout_field esp[] = {
	{0, 4, SHAPE_HEX, 0, "SPI", NULL},
	{4, 4, SHAPE_NUMBER, 0, "Sequence number", NULL},
};

static const struct layout_field udp[] = {
	{0, 2, SHAPE_NUMBER, 0, "Source port", NULL},
	{2, 2, SHAPE_NUMBER, 0, "Destination port", NULL},
	{4, 2, SHAPE_NUMBER, 0, "Length", NULL},
	{6, 2, SHAPE_HEX, 0, "Checksum", NULL},
};

/* ---- tunnels ---- */

static const struct layout_field gre[] = {
	{0, 2, SHAPE_FLAG, 0x8000, "Checksum present", NULL},
	{0, 2, SHAPE_FLAG, 0x4000, "Routing present", NULL},
	{0, 2, SHAPE_FLAG, 0x2000, "Key present", NULL},
	{0, 2, SHAPE_FLAG, 0x1000, "Sequence number present", NULL},
	{0, 2, SHAPE_NUMBER, 0x0007, "Version", NULL},
	{2, 2, SHAPE_HEX, 0, "Protocol", layout_ethertypes},
};

static const struct layout_field erspan[] = {
	{0, 1, SHAPE_NUMBER, 0xf0, "Version", NULL},	       {0, 2, SHAPE_NUMBER, 0x0fff, "VLAN", NULL},
	{2, 1, SHAPE_NUMBER, 0xe0, "Priority", NULL},	       {2, 1, SHAPE_NUMBER, 0x18, "Encapsulation", NULL},
	{2, 1, SHAPE_FLAG, 0x04, "Mirrored packet cut", NULL}, {2, 2, SHAPE_NUMBER, 0x03ff, "Session", NULL},
	{4, 0, SHAPE_REST, 0, "Index or time", NULL},
};

static const struct layout_field etherip[] = {
	{0, 1, SHAPE_NUMBER, 0xf0, "Version", NULL},
};

static const struct layout_field l2tp3[] = {
	{0, 0, SHAPE_REST, 0, "Session and cookie", NULL},
};

static const struct layout_field vxlan[] = {
	{0, 1, SHAPE_HEX, 0, "Flags", NULL},
	{1, 3, SHAPE_HEX, 0, "Group or protocol", NULL},
	{4, 3, SHAPE_NUMBER, 0, "Network", NULL},
};

static const struct layout_field geneve[] = {
	{0, 1, SHAPE_NUMBER, 0xc0, "Version", NULL},
	{0, 1, SHAPE_WORDS, 0x3f, "Options length", NULL},
	{1, 1, SHAPE_FLAG, 0x80, "Control", NULL},
	{1, 1, SHAPE_FLAG, 0x40, "Critical options", NULL},
	{2, 2, SHAPE_HEX, 0, "Protocol", layout_ethertypes},
	{4, 3, SHAPE_NUMBER, 0, "Network", NULL},
	{8, 0, SHAPE_REST, 0, "Options", NULL},
};

static const struct layout_field gtp[] = {
	{0, 1, SHAPE_NUMBER, 0xe0, "Version", NULL},
	{0, 1, SHAPE_FLAG, 0x04, "Extension headers", NULL},
	{0, 1, SHAPE_FLAG, 0x02, "Sequence number present", NULL},
	{0, 1, SHAPE_FLAG, 0x01, "N-PDU number present", NULL},
	{1, 1, SHAPE_NUMBER, 0, "Message", gtp_messages},
	{2, 2, SHAPE_NUMBER, 0, "Length", NULL},
	{4, 4, SHAPE_HEX, 0, "Tunnel", NULL},
	{8, 2, SHAPE_NUMBER, 0, "Sequence number", NULL},
	{10, 1, SHAPE_NUMBER, 0, "N-PDU number", NULL},
	{11, 1, SHAPE_HEX, 0, "Next extension header", NULL},
};

static const struct layout_field gtp_extension[] = {
	{0, 1, SHAPE_WORDS, 0, "Length", NULL},
	{1, 0, SHAPE_REST, 0, "Content and next type", NULL},
};

static const struct layout_field tzsp[] = {
	{0, 1, SHAPE_NUMBER, 0, "Version", NULL},
	{1, 1, SHAPE_NUMBER, 0, "Type", tzsp_types},
	{2, 2, SHAPE_NUMBER, 0, "Protocol", tzsp_protocols},
	{4, 0, SHAPE_REST, 0, "Tags", NULL},
};

/* ---- all of them ---- */

static const struct layout layouts[LAYER_KINDS] = {
	[LAYER_ETHERNET] = {"Ethernet", "type", 2, ALL(ethernet)},
	[LAYER_VLAN] = {"VLAN", "number", 2, ALL(vlan)},
	[LAYER_LLC] = {"LLC", NULL, 0, ALL(llc)},
	[LAYER_SNAP] = {"LLC and SNAP", "type", 4, ALL(snap)},
	[LAYER_SLL] = {"Linux cooked capture 1", "type", 4, ALL(sll)},
	[LAYER_SLL2] = {"Linux cooked capture 2", "type", 0, ALL(sll2)},
	[LAYER_NULL] = {"BSD loopback", "family", 0, ALL(null)},
	[LAYER_PPPOE] = {"PPP over Ethernet", "session", 3, ALL(pppoe)},
	[LAYER_PPP] = {"PPP", NULL, 0, NULL, 0},
	[LAYER_PPP_BRIDGED] = {"PPP bridging", NULL, 0, ALL(ppp_bridged)},
	[LAYER_CHDLC] = {"Cisco HDLC", "type", 2, ALL(chdlc)},
	[LAYER_FRAME_RELAY] = {"Frame Relay", NULL, 0, ALL(frame_relay)},
	[LAYER_NLPID] = {"NLPID", "protocol", 0, ALL(nlpid)},
	[LAYER_TOKEN_RING] = {"Token Ring", NULL, 0, ALL(token_ring)},
	[LAYER_FDDI] = {"FDDI", NULL, 0, ALL(fddi)},
	[LAYER_FIBRE_CHANNEL] = {"Fibre Channel", NULL, 0, ALL(fibre_channel)},
	[LAYER_IEEE1394] = {"IEEE 1394", "type", 2, ALL(ieee1394)},
	[LAYER_IPOIB] = {"IP over InfiniBand", NULL, 0, ALL(capture)},
	[LAYER_WIFI] = {"IEEE 802.11", "type", 1, ALL(wifi)},
	[LAYER_WIFI_SUBFRAME] = {"IEEE 802.11 subframe", "length", 2, ALL(wifi_subframe)},
	[LAYER_RADIOTAP] = {"Radiotap", "length", 1, ALL(radiotap)},
	[LAYER_PRISM] = {"Prism", "device", 2, ALL(prism)},
	[LAYER_AVS] = {"AVS", "length", 1, ALL(avs)},
	[LAYER_PPI] = {"PPI", "link type", 3, ALL(ppi)},
	[LAYER_ENC] = {"OpenBSD IPsec", "SPI", 1, ALL(enc)},
	[LAYER_PFLOG] = {"Packet filter", "action", 2, ALL(pflog)},
	[LAYER_PKTAP] = {"PKTAP", "interface", 3, ALL(pktap)},
	[LAYER_IPNET] = {"Solaris IPNET", "interface", 4, ALL(ipnet)},
	[LAYER_NFLOG] = {"Netfilter log", "group", 2, ALL(nflog)},
	[LAYER_SWITCH_TAG] = {"Ethernet with a switch's tag", NULL, 0, ALL(switch_tag)},
	[LAYER_CAPTURE] = {"Capture device", NULL, 0, ALL(capture)},
	[LAYER_ITAG] = {"802.1ah", "service", 3, ALL(itag)},
	[LAYER_MACSEC] = {"MACsec", "packet number", 7, ALL(macsec)},
	[LAYER_MPLS] = {"MPLS", "label", 0, ALL(mpls)},
	[LAYER_CONTROL_WORD] = {"Pseudowire control word", "number", 3, ALL(control_word)},
	[LAYER_NSH] = {"Network service header", "path", 6, ALL(nsh)},
	[LAYER_CISCO_METADATA] = {"Cisco metadata", NULL, 0, ALL(cisco_metadata)},
	[LAYER_IPV4] = {"Internet Protocol 4", "protocol", 10, ALL(ipv4)},
	[LAYER_IPV6] = {"Internet Protocol 6", "next header", 5, ALL(ipv6)},
	[LAYER_IPV6_EXTENSION] = {"IP extension header", "next header", 0, ALL(ipv6_extension)},
	[LAYER_IPV6_FRAGMENT] = {"IPv6 fragment header", "next header", 0, ALL(ipv6_fragment)},
	[LAYER_ESP] = {"Encapsulating Security Payload", "SPI", 0, ALL(esp)},
	[LAYER_GRE] = {"Generic Routing Encapsulation", "protocol", 5, ALL(gre)},
	[LAYER_ERSPAN] = {"ERSPAN", "session", 5, ALL(erspan)},
	[LAYER_ETHERIP] = {"EtherIP", "version", 0, ALL(etherip)},
	[LAYER_L2TP] = {"L2TP", NULL, 0, NULL, 0},
	[LAYER_L2TP3] = {"L2TP 3", NULL, 0, ALL(l2tp3)},
	[LAYER_VXLAN] = {"VXLAN", "network", 2, ALL(vxlan)},
	[LAYER_GENEVE] = {"Geneve", "network", 5, ALL(geneve)},
	[LAYER_GTP] = {"GTP-U", "tunnel", 6, ALL(gtp)},
	[LAYER_GTP_EXTENSION] = {"GTP-U extension header", NULL, 0, ALL(gtp_extension)},
	[LAYER_TEREDO] = {"Teredo", NULL, 0, ALL(capture)},
	[LAYER_TZSP] = {"TZSP", "protocol", 2, ALL(tzsp)},
	[LAYER_TCP] = {"Transmission Control Protocol", NULL, 0, NULL, 0},
	[LAYER_UDP] = {"User Datagram Protocol", NULL, 0, ALL(udp)},
	[LAYER_PAYLOAD] = {"Payload", NULL, 0, NULL, 0},
	[LAYER_FRAGMENT_PAYLOAD] = {"Payload", NULL, 0, NULL, 0},
};

const struct layout *layout_of(enum dissect_layer_kind kind)
{
	assert(kind < LAYER_KINDS);
	return &layouts[kind];
}

const char *layout_name_of(const struct layout_name *names, uint64_t value)
{
	for (; names != NULL && names->name != NULL; names++)
		if (names->value == value)
			return names->name;
	return NULL;
}
