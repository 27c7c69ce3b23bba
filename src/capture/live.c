/* A source that captures on an interface, by libpcap. */
#include <arpa/inet.h>
#include <net/if.h>
#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/rowtext.h"
#include "capture/source_ops.h"
#include "filter/filter.h"
#include "guard/privileges.h"

enum {
	LIVE_TIMEOUT_MS = 50, /* the longest that the kernel keeps a block of packets that is not full */
	LIVE_EXPRESSION_SIZE = 32 * 1024,
	LIVE_HINT_SIZE = 4200,
	LIVE_NAMES = 64,   /* of interfaces that are remembered, a power of two */
	SLL2_INDEX_AT = 4, /* the interface's index, in the header of a packet */
	SLL2_HEADER_LEN = 20,
};

/* What the system calls an interface. */
struct live_name {
	uint32_t index;
	uint16_t number; /* 0: the place is free */
};

struct live_source {
	struct source base;
	pcap_t *pcap;
	uint16_t link_type;
	bool nanoseconds;
	bool is_stopped;
	char *user_filter; /* NULL: made from the ports */
	struct bpf_program program;
	struct source_counters counters;
	uint32_t last_received; /* libpcap's counters have 32 bits */
	uint32_t last_dropped;
	struct name_table *names; /* or NULL */
	uint16_t name;		  /* the number of its own */
	bool is_any;		  /* each packet tells the index of its interface */
	struct live_name known[LIVE_NAMES];
};

static struct live_source *live_of(struct source *s)
{
	return (struct live_source *)(void *)s;
}

static void live_free(struct source *s)
{
	struct live_source *l = live_of(s);

	pcap_freecode(&l->program);
	pcap_close(l->pcap);
	free(l->user_filter);
	free(l);
}

/* The number of its name; one that the system does not know any more has that of all interfaces together. The packet
 * socket answers, so this works where the process may open nothing. */
static uint16_t look_up_name(const struct live_source *l, uint32_t index)
{
	struct ifreq r = {.ifr_ifindex = (int)index};
	uint16_t number = 0;

	if (ioctl(pcap_fileno(l->pcap), SIOCGIFNAME, &r) == 0)
		number = name_table_add(l->names, slice_of(r.ifr_name, strnlen(r.ifr_name, sizeof(r.ifr_name))));
	return number != 0 ? number : l->name;
}

/* The system gives an index once, so what was found stays. */
static uint16_t name_of_packet(struct live_source *l, struct slice bytes)
{
	struct live_name *known;
	uint32_t index;

	if (!l->is_any || bytes.len < SLL2_HEADER_LEN)
		return l->name;
	memcpy(&index, bytes.data + SLL2_INDEX_AT, sizeof(index));
	index = ntohl(index);
	known = &l->known[index % LIVE_NAMES];
	if (known->number == 0 || known->index != index)
		*known = (struct live_name){.index = index, .number = look_up_name(l, index)};
	return known->number;
}

static void fill_packet(struct live_source *l, struct source_packet *packet, const struct pcap_pkthdr *header,
			const u_char *data)
{
	int64_t fraction = header->ts.tv_usec;

	*packet = (struct source_packet){.bytes = slice_of(data, header->caplen)};
	packet->record = (struct packet_record){
		.time_ns =
			header->ts.tv_sec * CLOCK_NS_PER_S + (l->nanoseconds ? fraction : fraction * CLOCK_NS_PER_US),
		.place = PACKET_PLACE_NONE,
		.caplen = header->caplen,
		.wire_len = header->len > header->caplen ? header->len : header->caplen,
		.kind = PACKET_DATA,
		.link_type = l->link_type,
		.interface = name_of_packet(l, packet->bytes),
		.time_digits = l->nanoseconds ? 9 : 6,
	};
}

static enum source_status live_read(struct source *s, struct source_packet *packet, struct error *err)
{
	struct live_source *l = live_of(s);
	struct pcap_pkthdr *header;
	const u_char *data;
	int status = pcap_next_ex(l->pcap, &header, &data);

	err->text[0] = '\0';
	if (status == 0)
		return SOURCE_IDLE;
	if (status != 1) {
		error_set(err, "capture on %.60s ended: %.300s", s->name, pcap_geterr(l->pcap));
		return SOURCE_ERROR;
	}
	if (header->caplen > PACKET_SNAPLEN)
		header->caplen = PACKET_SNAPLEN;
	fill_packet(l, packet, header, data);
	return SOURCE_PACKET;
}

static int live_fd(const struct source *s)
{
	return pcap_get_selectable_fd(((const struct live_source *)(const void *)s)->pcap);
}

static int live_link_type(const struct source *s)
{
	return ((const struct live_source *)(const void *)s)->link_type;
}

static void live_counters(struct source *s, struct source_counters *counters)
{
	struct live_source *l = live_of(s);
	struct pcap_stat stat;

	if (pcap_stats(l->pcap, &stat) == 0) {
		l->counters.received += (uint32_t)(stat.ps_recv - l->last_received);
		l->counters.kernel_drops += (uint32_t)(stat.ps_drop - l->last_dropped);
		l->last_received = stat.ps_recv;
		l->last_dropped = stat.ps_drop;
	}
	*counters = l->counters;
}

static bool install(struct live_source *l, struct bpf_program *program, struct error *err)
{
	if (pcap_setfilter(l->pcap, program) != 0)
		return error_set(err, "%.60s refuses the capture filter: %.300s", l->base.name, pcap_geterr(l->pcap));
	return true;
}

/* Compiled for this very capture: where VLAN tags are, differs between a live interface and a file. */
static bool set_expression(struct live_source *l, const char *expression, struct error *err)
{
	struct bpf_program program;

	if (pcap_compile(l->pcap, &program, expression, 1, PCAP_NETMASK_UNKNOWN) != 0)
		return error_set(err, "capture filter: %.400s", pcap_geterr(l->pcap));
	if (!l->is_stopped && !install(l, &program, err)) {
		pcap_freecode(&program);
		return false;
	}
	pcap_freecode(&l->program);
	l->program = program;
	return true;
}

static bool live_set_ports(struct source *s, const uint16_t *ports, size_t port_count, struct error *err)
{
	struct live_source *l = live_of(s);
	char *expression;
	bool good;

	if (l->user_filter != NULL)
		return true;
	expression = mem_alloc(LIVE_EXPRESSION_SIZE);
	good = filter_from_ports(expression, LIVE_EXPRESSION_SIZE, ports, port_count, l->link_type);
	if (good)
		good = set_expression(l, expression, err);
	else
		error_set(err, "too many ports for a capture filter");
	free(expression);
	return good;
}

/* With a filter that passes nothing the kernel does no work for us, and nothing old waits when the capture goes on:
 * libpcap runs a new filter also over what the kernel had queued. */
static bool live_set_stopped(struct source *s, bool stopped, struct error *err)
{
	struct live_source *l = live_of(s);
	struct bpf_insn reject = BPF_STMT(BPF_RET | BPF_K, 0);
	struct bpf_program nothing = {.bf_len = 1, .bf_insns = &reject};

	l->is_stopped = stopped;
	return install(l, stopped ? &nothing : &l->program, err);
}

static const struct source_ops live_ops = {
	.free = live_free,
	.read = live_read,
	.fd = live_fd,
	.link_type = live_link_type,
	.counters = live_counters,
	.set_ports = live_set_ports,
	.set_stopped = live_set_stopped,
};

static void name_interfaces(const char *wanted, struct error *err)
{
	struct buffer names = {.limit = 300};
	char why[PCAP_ERRBUF_SIZE];
	pcap_if_t *all = NULL;

	if (pcap_findalldevs(&all, why) == 0)
		for (const pcap_if_t *at = all; at != NULL; at = at->next)
			/* Those that are no network interfaces have no part in a list for a person who mistyped one. */
			if (at->flags & PCAP_IF_UP)
				buffer_printf(&names, "%s%s", names.len > 0 ? ", " : "", at->name);
	pcap_freealldevs(all);
	error_set(err, "no interface \"%.60s\"; there are: %.*s", wanted, (int)names.len, (const char *)names.data);
	buffer_fini(&names);
}

static bool explain_activation(const struct live_source *l, int status, struct error *err)
{
	char hint[LIVE_HINT_SIZE];

	switch (status) {
	case PCAP_ERROR_PERM_DENIED:
	case PCAP_ERROR_PROMISC_PERM_DENIED:
		privileges_hint(hint, sizeof(hint));
		return error_set(err, "no permission to capture on %.60s; allow it once with: %.400s", l->base.name,
				 hint);
	case PCAP_ERROR_NO_SUCH_DEVICE:
		name_interfaces(l->base.name, err);
		return false;
	case PCAP_ERROR_IFACE_NOT_UP:
		return error_set(err, "%.60s is down; bring it up with: sudo ip link set %.60s up", l->base.name,
				 l->base.name);
	default:
		return error_set(err, "cannot capture on %.60s: %.300s", l->base.name, pcap_geterr(l->pcap));
	}
}

static bool activate(struct live_source *l, const struct source_options *options, struct error *err)
{
	bool is_any = strcmp(l->base.name, "any") == 0;
	char why[PCAP_ERRBUF_SIZE];
	int status;

	pcap_set_snaplen(l->pcap, options->snaplen > 0 ? options->snaplen : PACKET_SNAPLEN);
	pcap_set_timeout(l->pcap, LIVE_TIMEOUT_MS);
	pcap_set_buffer_size(l->pcap, options->buffer_mib * 1024 * 1024);
	pcap_set_promisc(l->pcap, options->promiscuous && !is_any);
	pcap_set_tstamp_precision(l->pcap, PCAP_TSTAMP_PRECISION_NANO);
	status = pcap_activate(l->pcap);
	if (status < 0)
		return explain_activation(l, status, err);
	if (pcap_setnonblock(l->pcap, 1, why) != 0)
		return error_set(err, "cannot capture on %.60s: %.300s", l->base.name, why);
	/* It tells interface and direction; where it is not offered, what libpcap gives instead will do. */
	if (is_any)
		pcap_set_datalink(l->pcap, DLT_LINUX_SLL2);
	l->link_type = (uint16_t)filter_linktype_from_dlt(pcap_datalink(l->pcap));
	l->is_any = is_any && pcap_datalink(l->pcap) == DLT_LINUX_SLL2 && l->names != NULL;
	l->nanoseconds = pcap_get_tstamp_precision(l->pcap) == PCAP_TSTAMP_PRECISION_NANO;
	return true;
}

/* Nobody who takes this process over can then have what the filter withholds. Kernels that cannot are not told. */
static void lock_filter(const struct live_source *l)
{
	int yes = 1;

	setsockopt(pcap_fileno(l->pcap), SOL_SOCKET, SO_LOCK_FILTER, &yes, sizeof(yes));
}

struct source *source_open_live(const char *interface, const struct source_options *options, const uint16_t *ports,
				size_t port_count, struct error *err)
{
	char why[PCAP_ERRBUF_SIZE];
	pcap_t *pcap = pcap_create(interface, why);
	struct live_source *l;
	bool good;

	if (pcap == NULL) {
		error_set(err, "cannot capture on %.60s: %.300s", interface, why);
		return NULL;
	}
	l = mem_zalloc(sizeof(*l));
	l->base = (struct source){.ops = &live_ops, .name = mem_strdup(interface), .is_live = true};
	l->pcap = pcap;
	if (options->capture_filter != NULL)
		l->user_filter = mem_strdup(options->capture_filter);
	l->names = options->interfaces;
	if (l->names != NULL)
		l->name = name_table_add(l->names, slice_from_text(interface));
	good = activate(l, options, err);
	if (good)
		good = l->user_filter ? set_expression(l, l->user_filter, err)
				      : live_set_ports(&l->base, ports, port_count, err);
	if (!good) {
		source_free(&l->base);
		return NULL;
	}
	if (options->keeps_filter)
		lock_filter(l);
	return &l->base;
}

bool source_list_interfaces(FILE *out, struct error *err)
{
	char why[PCAP_ERRBUF_SIZE];
	char name[128];
	char about[256];
	pcap_if_t *all = NULL;

	if (pcap_findalldevs(&all, why) != 0)
		return error_set(err, "cannot list the interfaces: %.300s", why);
	for (const pcap_if_t *at = all; at != NULL; at = at->next) {
		rowtext_put(name, sizeof(name), slice_from_text(at->name));
		rowtext_put(about, sizeof(about), slice_from_text(at->description ? at->description : ""));
		fprintf(out, "%-16s %-4s %s\n", name, at->flags & PCAP_IF_UP ? "up" : "down", about);
	}
	pcap_freealldevs(all);
	return true;
}
