/*
 * The whole engine: connections and packets as the input says, and all that the program shows of them: the rows of the
 * screen and what is drawn, JSON, lines, the report, names of files. All of it is UTF-8 without control characters,
 * holds no secret, and the engine stays within its budget.
 *
 * The first byte has options, the others are steps: a byte that tells what, and most have a byte for a length and so
 * many bytes after it.
 */
#include <sanitizer/allocator_interface.h>

#include "../present/showing.h"
#include "base/text.h"
#include "diagnosis/reply_patterns.h"
#include "login.h"
#include "screen.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	MEMORY_LIMIT = 256 * 1024,
	SPOOL_LIMIT = 128 * 1024,
	SPOOL_MORE = 1 << 20,
	HEAP_MORE = 4 << 20, /* beside what is counted: what all engines have */
	PACKETS_MAX = 4000,
};

/* The options of an input, a bit each. */
enum {
	OPTION_PUT_OUT = 1 << 0, /* no screen: what is over goes */
	OPTION_NO_DIAGNOSES = 1 << 1,
	OPTION_BOUNDED = 1 << 2,
	OPTION_SPOOLED = 1 << 3, /* the packets, not mapped */
	OPTION_DETAILS = 1 << 4,
	OPTION_CUT = 1 << 5,
};

enum step {
	STEP_CLIENT,
	STEP_SERVER,
	STEP_CLIENT_LINE, /* CRLF is added */
	STEP_SERVER_LINE,
	STEP_GAP,
	STEP_OPEN,
	STEP_CLOSE,
	STEP_RESET,
	STEP_LOGIN,
	STEP_AGAIN, /* bytes in the place of the last ones */
	STEP_PACKET,
	STEP_DNS,
	STEP_WAIT,
	STEP_WIRE, /* how packets are from now on */
	STEP_KEYS,
	STEP_LINK, /* a packet of any link layer */
	STEPS
};

static struct login login;
static struct screen screen;
static struct buffer file;
static size_t heap_before;
static uint64_t memory_before;

/* ---- what must hold ---- */

static void check_clean(struct slice text)
{
	assert(text_is_utf8(text));
	for (size_t used; text.len > 0; text = slice_after(text, used)) {
		uint32_t character = text_decode(text, &used);

		assert(character == '\n' || !text_is_control(character));
	}
}

static void check_shown(void)
{
	check_clean(buffer_slice(&shown));
	assert(!login_is_shown(&login, buffer_slice(&shown)));
	buffer_clear(&shown);
}

static void check_budget(void)
{
	struct engine_use use = engine_use(w.engine);

	if (w.options.memory_limit == 0)
		return;
	assert(use.memory <= memory_before + MEMORY_LIMIT + MEMORY_LIMIT / 8);
	assert(use.spool <= SPOOL_LIMIT + SPOOL_MORE);
}

static void check_heap(void)
{
	size_t heap = __sanitizer_get_current_allocated_bytes();

	if (w.options.memory_limit > 0 && w.file == NULL)
		assert(heap <= heap_before + HEAP_MORE + MEMORY_LIMIT * 2 + SPOOL_LIMIT + SPOOL_MORE);
}

/* ---- what is put out as it comes ---- */

static void put_command(void *ctx, struct connection *v, const struct command *c)
{
	(void)ctx;
	records_command(records[0], &shown, v->session, c);
	lines_command(&shown, v->session, c, false);
	check_shown();
}

static void put_mail(void *ctx, struct connection *v, const struct mail *m, const struct record_fields *fields)
{
	(void)ctx;
	records_mail(records[0], &shown, v->session, m, fields);
	lines_mail(&shown, v->session, m, fields);
	check_shown();
}

static void put_session(void *ctx, struct connection *v, const char *const names[SIDES])
{
	(void)ctx;
	records_session(records[0], &shown, v->session, names);
	for (size_t i = 0; i < diagnosis_count(v->session); i++)
		records_diagnosis(records[0], &shown, v->session, diagnosis_finding(v->session, i));
	lines_report_head(&shown, v->session);
	lines_report_commands(&shown, v->session, false);
	lines_report_findings(&shown, v->session);
	check_shown();
}

static const struct engine_output putting = {.command = put_command, .mail = put_mail, .session = put_session};

/* ---- what is shown ---- */

static void check_screen(struct slice keys)
{
	if (!w.options.keep)
		return;
	screen_keys(&screen, w.engine, keys, &shown);
	check_shown();
}

static void check_kept(void)
{
	uint64_t number = 0;
	struct connection *v;

	while (w.options.keep && (v = engine_next_connection(w.engine, number)) != NULL) {
		number = v->session->number;
		show_panes((uint32_t)number, false);
		show_session(v, false);
		check_shown();
	}
	if (!w.options.keep || w.number > PACKETS_MAX / 10)
		return;
	show_packets(false); /* the bytes of packets are no text */
	assert(!login_is_shown(&login, buffer_slice(&shown)));
	buffer_clear(&shown);
}

/* ---- steps ---- */

static void say(enum side side, struct slice text, bool ends_line)
{
	struct buffer line = {0};

	buffer_append(&line, text);
	if (ends_line)
		buffer_append_text(&line, "\r\n");
	wire_send(&w, side, SEGMENT_ACK, buffer_slice(&line));
	buffer_fini(&line);
}

static void say_again(enum side side, struct slice text)
{
	w.seq[side] -= (uint32_t)text.len;
	wire_send(&w, side, SEGMENT_ACK, text);
}

static void open_connection(unsigned int number)
{
	static const uint16_t ports[] = {25, 110, 24, 587, 143, 465, 2525, 80};

	w.client_port++;
	w.server_port = ports[number % 8];
	if (number < 8)
		wire_open(&w);
}

static void send_dns(struct slice message)
{
	struct buffer packet = {0};
	uint8_t headers[28] = {0x45, 0, 0, 0, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 2, 53, 10, 0, 0, 1, 0, 53, 0x80};

	wire_put16(headers + 2, (uint16_t)(28 + message.len));
	wire_put16(headers + 24, (uint16_t)(8 + message.len));
	buffer_append(&packet, slice_of(headers, sizeof(headers)));
	buffer_append(&packet, message);
	wire_feed(&w, buffer_slice(&packet));
	buffer_fini(&packet);
}

static void send_link(unsigned int number, struct slice packet)
{
	static const uint16_t links[] = {1, 0, 113, 276, 105, 127, 9, 108, 12, 192, 219, 104, 107, 50, 147, 239};
	struct packet_record r = {.kind = PACKET_DATA, .place = PACKET_PLACE_NONE, .time_digits = 9};

	r.link_type = links[number];
	r.wire_len = r.caplen = (uint32_t)packet.len;
	r.time_ns = w.now_ns;
	r.number = ++w.number;
	engine_feed(w.engine, &r, packet);
}

static void wait_for(unsigned int unit, unsigned int count)
{
	struct packet_record tick = {.kind = PACKET_TICK, .place = PACKET_PLACE_NONE};

	w.now_ns += (int64_t)count * (unit % 2 == 0 ? CLOCK_NS_PER_S : 60 * CLOCK_NS_PER_S);
	tick.time_ns = w.now_ns;
	engine_feed(w.engine, &tick, slice_of(NULL, 0));
}

static void set_wire(unsigned int what, uint8_t value)
{
	switch (what % 8) {
	case 0:
		w.fragment_len = value & 0xf8;
		break;
	case 1:
		w.last_first = value & 1;
		w.loses_last = value & 2;
		break;
	case 2:
		w.window = value;
		break;
	case 3:
		w.cut_len = value;
		break;
	case 4:
		w.has_checksums = value & 1;
		w.bad_sum = value;
		break;
	case 5:
		w.ttl = value;
		break;
	case 6:
		w.client_host = value;
		break;
	default:
		w.server_host = value;
		break;
	}
}

/* Steps with a text. */
static void take_text(enum step step, unsigned int argument, struct slice text)
{
	switch (step) {
	case STEP_CLIENT:
	case STEP_SERVER:
		say(step == STEP_CLIENT ? SIDE_CLIENT : SIDE_SERVER, text, false);
		break;
	case STEP_CLIENT_LINE:
	case STEP_SERVER_LINE:
		say(step == STEP_CLIENT_LINE ? SIDE_CLIENT : SIDE_SERVER, text, true);
		break;
	case STEP_AGAIN:
		say_again(argument & 1 ? SIDE_SERVER : SIDE_CLIENT, text);
		break;
	case STEP_PACKET:
		wire_feed(&w, text);
		break;
	case STEP_DNS:
		send_dns(text);
		break;
	case STEP_LINK:
		send_link(argument, text);
		break;
	default:
		check_screen(text);
		break;
	}
}

/* Steps with a byte; false: it is none. */
static bool take_byte(enum step step, unsigned int argument, uint8_t value)
{
	switch (step) {
	case STEP_GAP:
		w.seq[argument & 1 ? SIDE_SERVER : SIDE_CLIENT] += value;
		return true;
	case STEP_LOGIN:
		if (w.options.memory_limit > 0) /* a session that is given up takes what is known of it along */
			value &= (uint8_t) ~(LOGIN_ECHO | LOGIN_ECHO_BASE64);
		login_play(&login, &w, argument, value);
		return true;
	case STEP_WAIT:
		wait_for(argument, value);
		return true;
	case STEP_WIRE:
		set_wire(argument, value);
		return true;
	default:
		return false;
	}
}

/* Returns how much of `in` it was. */
static size_t take_step(struct slice in)
{
	enum step step = in.data[0] % STEPS;
	unsigned int argument = in.data[0] / STEPS;
	uint8_t value = in.len > 1 ? in.data[1] : 0;
	struct slice text = slice_sub(in, 2, value);

	if (step == STEP_OPEN) {
		open_connection(argument);
		return 1;
	}
	if (step == STEP_CLOSE) {
		wire_close(&w);
		return 1;
	}
	if (step == STEP_RESET) {
		wire_send(&w, argument & 1 ? SIDE_SERVER : SIDE_CLIENT, SEGMENT_RST | SEGMENT_ACK, slice_of(NULL, 0));
		return 1;
	}
	if (take_byte(step, argument, value))
		return 2;
	take_text(step, argument, text);
	return 2 + text.len;
}

/* ---- an input ---- */

static void begin(unsigned int options)
{
	static struct reply_patterns *patterns;

	if (patterns == NULL)
		patterns = reply_patterns_new();
	show_begin();
	engine_free(w.engine);
	screen_begin(&screen);
	heap_before = __sanitizer_get_current_allocated_bytes();
	w.options.patterns = patterns;
	w.options.keep = !(options & OPTION_PUT_OUT);
	w.options.diagnose = !(options & OPTION_NO_DIAGNOSES);
	w.options.details = options & OPTION_DETAILS;
	w.options.output = &putting;
	if (options & OPTION_BOUNDED) {
		w.options.memory_limit = MEMORY_LIMIT;
		w.options.spool_limit = SPOOL_LIMIT;
	}
	if (!(options & OPTION_SPOOLED))
		w.file = &file;
	w.cut_len = options & OPTION_CUT ? 3 : 0;
	if (w.options.keep)
		observers_add(&w.options.observers, &viewer_observer, screen.viewer);
	wire_begin(&w);
	memory_before = engine_use(w.engine).memory;
}

static void end(void)
{
	buffer_clear(&w.out);
	show_end();
	screen_end(&screen);
	buffer_fini(&file);
	file = (struct buffer){.limit = 0};
	buffer_fini(&login.encoded);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice in = slice_after(slice_of(data, size), 1);

	login_init(&login, slice_of(data, size));
	begin(size > 0 ? data[0] : 0);
	while (in.len > 0 && w.number < PACKETS_MAX) {
		in = slice_after(in, take_step(in));
		check_budget();
	}
	check_kept();
	engine_finish(w.engine);
	check_budget();
	check_heap();
	check_kept();
	check_screen(slice_from_text("\r"));
	end();
	return 0;
}
