/*
 * Random dialogues on the wire: sessions of SMTP, POP3 and IMAP with random mails, pipelined or not, answered in any
 * order, with literals of both sides, cut into random segments
 * that are repeated, made to overlap and shuffled within a window, several connections at a time. What the engine tells
 * is what was said: the same commands, the same mails. With losses: what was captured whole is told, and no mail is
 * called complete that is not. MAILTAP_SEEDS tells how many are tried.
 */
#include "wire.h"

#include "../main.h"

enum {
	SEEDS = 2000,
	SESSIONS_MAX = 3,
	MAILS_MAX = 3,
	IMAP_BATCHES_MAX = 4,
	IMAP_BATCH_MAX = 4, /* commands */
	IMAP_MAILS_MAX = IMAP_BATCHES_MAX * IMAP_BATCH_MAX,
	PLAN_MAX = 4096,
};

/* Bytes that one side says in one go. */
struct spoken {
	enum side side;
	size_t begin;
	size_t len;
	size_t ack; /* of the other side */
};

struct plot {
	struct buffer text[SIDES];
	struct spoken spoken[256];
	size_t spoken_count;
	struct buffer expected; /* what the engine should tell */
	struct buffer mails;	/* the mails' bytes, one after the other */
	size_t mail_end[IMAP_MAILS_MAX];
	size_t mail_count;
	uint16_t server_port;
};

/* A segment on its way into the capture. */
struct planned {
	size_t plot;
	enum side side;
	size_t begin;
	size_t end;
	size_t ack;
	uint64_t key; /* place in the capture */
};

static uint64_t state;
static struct wire w;
static struct plot plots[SESSIONS_MAX];
static size_t plot_count;
static struct planned plan[PLAN_MAX];
static size_t plan_count;
static char commands[SESSIONS_MAX][4096];
static size_t complete_count;
static size_t preview_count;

/* splitmix64 */
static uint64_t next_random(void)
{
	uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static size_t random_below(size_t limit)
{
	return (size_t)(next_random() % limit);
}

/* ---- what is said ---- */

static void say(struct plot *p, enum side side, struct slice text)
{
	size_t ack = p->text[side_other(side)].len;

	ck_assert_uint_lt(p->spoken_count, sizeof(p->spoken) / sizeof(p->spoken[0]));
	p->spoken[p->spoken_count++] =
		(struct spoken){.side = side, .begin = p->text[side].len, .len = text.len, .ack = ack};
	buffer_append(&p->text[side], text);
}

static void say_text(struct plot *p, enum side side, const char *text)
{
	say(p, side, slice_from_text(text));
}

/* A mail with lines of dots in it; `stuffed` is what goes over the wire, with its end. */
static void make_mail(struct plot *p, struct buffer *stuffed)
{
	size_t lines = 1 + random_below(random_below(6) == 0 ? 60 : 8);
	size_t begin = p->mails.len;

	buffer_append_text(&p->mails, "Subject: x\r\n\r\n");
	for (size_t i = 0; i < lines; i++) {
		size_t len = random_below(40);

		for (size_t dots = random_below(4); dots > 2; dots--)
			buffer_append_byte(&p->mails, '.');
		while (len-- > 0)
			buffer_append_byte(&p->mails, (uint8_t)('a' + random_below(26)));
		buffer_append_text(&p->mails, "\r\n");
	}
	for (size_t i = begin; i < p->mails.len; i++) {
		if (p->mails.data[i] == '.' && p->mails.data[i - 1] == '\n')
			buffer_append_byte(stuffed, '.');
		buffer_append_byte(stuffed, p->mails.data[i]);
	}
	buffer_append_text(stuffed, ".\r\n");
	p->mail_end[p->mail_count++] = p->mails.len;
}

static void send_mail(struct plot *p)
{
	struct buffer stuffed = {0};
	bool is_refused = random_below(4) == 0;

	if (random_below(2) == 0) { /* pipelined */
		say_text(p, SIDE_CLIENT, "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n");
		say_text(p, SIDE_SERVER, "250 ok\r\n250 ok\r\n354 go\r\n");
	} else {
		say_text(p, SIDE_CLIENT, "MAIL FROM:<a@b>\r\n");
		say_text(p, SIDE_SERVER, "250-2.1.0 o\r\n250 2.1.0 k\r\n");
		say_text(p, SIDE_CLIENT, "RCPT TO:<c@d>\r\n");
		say_text(p, SIDE_SERVER, "250 ok\r\n");
		say_text(p, SIDE_CLIENT, "DATA\r\n");
		say_text(p, SIDE_SERVER, "354 go\r\n");
	}
	make_mail(p, &stuffed);
	say(p, SIDE_CLIENT, buffer_slice(&stuffed));
	say_text(p, SIDE_SERVER, is_refused ? "550 5.7.1 no\r\n" : "250 2.0.0 queued\r\n");
	buffer_append_text(&p->expected, "MAIL 250\nRCPT 250\nDATA 354\n(message) ");
	buffer_append_text(&p->expected, is_refused ? "550\n" : "250\n");
	buffer_fini(&stuffed);
}

static void make_smtp(struct plot *p)
{
	size_t mails = random_below(MAILS_MAX + 1);

	p->server_port = 25;
	say_text(p, SIDE_SERVER, "220 ns1 ESMTP\r\n");
	say_text(p, SIDE_CLIENT, "EHLO me\r\n");
	say_text(p, SIDE_SERVER, "250-ns1\r\n250-PIPELINING\r\n250 SIZE\r\n");
	buffer_append_text(&p->expected, "(greeting) 220\nEHLO 250\n");
	for (size_t i = 0; i < mails; i++)
		send_mail(p);
	say_text(p, SIDE_CLIENT, "QUIT\r\n");
	say_text(p, SIDE_SERVER, "221 bye\r\n");
	buffer_append_text(&p->expected, "QUIT 221\n");
}

static void make_pop3(struct plot *p)
{
	size_t mails = random_below(MAILS_MAX + 1);
	bool is_pipelined = random_below(2) == 0;
	struct buffer answers = {0};

	p->server_port = 110;
	say_text(p, SIDE_SERVER, "+OK hello\r\n");
	say_text(p, SIDE_CLIENT, "USER bob\r\nPASS secret\r\nLIST\r\n");
	say_text(p, SIDE_SERVER, "+OK\r\n+OK in\r\n+OK\r\n1 10\r\n2 20\r\n.\r\n");
	buffer_append_text(&p->expected, "(greeting) +OK\nUSER +OK\nPASS +OK\nLIST +OK\n");
	for (size_t i = 0; i < mails; i++) {
		say_text(p, SIDE_CLIENT, "RETR 1\r\n");
		buffer_append_text(&answers, "+OK mail\r\n");
		make_mail(p, &answers);
		buffer_append_text(&p->expected, "RETR +OK\n");
		if (!is_pipelined || i + 1 == mails) {
			say(p, SIDE_SERVER, buffer_slice(&answers));
			buffer_clear(&answers);
		}
	}
	say_text(p, SIDE_CLIENT, "QUIT\r\n");
	say_text(p, SIDE_SERVER, "+OK bye\r\n");
	buffer_append_text(&p->expected, "QUIT +OK\n");
	buffer_fini(&answers);
}

/* A command of a batch: what the server will say to it, and what is told. */
struct asked {
	struct buffer answer;
	struct buffer told;
};

/* Bytes that look like the dialogue around them, and its end. */
static struct slice make_literal_mail(struct plot *p)
{
	static const char *const lines[] = {"a3 OK done",     "* 4 EXISTS", ")",       "a1 FETCH 1 BODY[]",
					    "* 1 FETCH (UID", "{12}",	    "+ go on", "",
					    "DONE",	      "text"};
	size_t begin = p->mails.len;

	ck_assert_uint_lt(p->mail_count, IMAP_MAILS_MAX);
	buffer_printf(&p->mails, "Subject: %zu\r\n\r\n", random_below(1000));
	for (size_t count = random_below(12); count > 0; count--)
		buffer_printf(&p->mails, "%s\r\n", lines[random_below(sizeof(lines) / sizeof(lines[0]))]);
	if (random_below(3) == 0)
		buffer_append_text(&p->mails, "no line end");
	p->mail_end[p->mail_count++] = p->mails.len;
	return slice_of(p->mails.data + begin, p->mails.len - begin);
}

static void put_literal(struct buffer *out, struct slice bytes, bool is_plus)
{
	buffer_printf(out, "{%zu%s}\r\n", bytes.len, is_plus ? "+" : "");
	buffer_append(out, bytes);
}

static void ask_fetch(struct plot *p, unsigned int tag, struct buffer *said, struct asked *asked)
{
	struct slice mail = make_literal_mail(p);
	size_t header_len = slice_find(mail, '\n') + 3;
	bool is_halved = random_below(3) == 0;

	buffer_printf(said, "a%u UID FETCH %u (FLAGS %s)\r\n", tag, 100 + tag,
		      is_halved ? "RFC822.HEADER BODY.PEEK[TEXT]" : "BODY.PEEK[]");
	buffer_printf(&asked->answer, "* %u FETCH (%s", tag, random_below(2) == 0 ? "UID 7 " : "");
	buffer_append_text(&asked->answer, is_halved ? "RFC822.HEADER " : "BODY[] ");
	put_literal(&asked->answer, is_halved ? slice_sub(mail, 0, header_len) : mail, false);
	if (is_halved) {
		buffer_append_text(&asked->answer, " BODY[TEXT] ");
		put_literal(&asked->answer, slice_after(mail, header_len), false);
	}
	buffer_printf(&asked->answer, " FLAGS (\\Seen))\r\na%u OK fetched\r\n", tag);
	buffer_append_text(&asked->told, "UID FETCH OK\n");
}

static void ask_append(struct plot *p, unsigned int tag, struct buffer *said, struct asked *asked)
{
	bool is_refused = random_below(3) == 0;

	buffer_printf(said, "a%u APPEND ", tag);
	if (random_below(2) == 0)
		buffer_append_text(said, "Sent ");
	else
		put_literal(said, slice_from_text("Sent"), true);
	buffer_append_text(said, " (\\Seen) ");
	put_literal(said, make_literal_mail(p), true);
	buffer_append_text(said, "\r\n");
	buffer_printf(&asked->answer, "a%u %s\r\n", tag, is_refused ? "NO [OVERQUOTA] full" : "OK [APPENDUID 1 2] in");
	buffer_append_text(&asked->told, is_refused ? "APPEND NO\n" : "APPEND OK\n");
}

static void ask_search(unsigned int tag, struct buffer *said, struct asked *asked)
{
	buffer_printf(said, "a%u SEARCH SUBJECT ", tag);
	put_literal(said, slice_from_text("a1 NOOP\r\n"), true);
	buffer_append_text(said, " UNSEEN\r\n");
	buffer_printf(&asked->answer, "* SEARCH 1 2 3\r\na%u OK found\r\n", tag);
	buffer_append_text(&asked->told, "SEARCH OK\n");
}

static void ask_list(unsigned int tag, struct buffer *said, struct asked *asked)
{
	buffer_printf(said, "a%u LIST \"\" *\r\n", tag);
	buffer_append_text(&asked->answer, "* LIST () \"/\" {9}\r\na1 OK\r\n. \r\n* LIST () \"/\" INBOX\r\n");
	buffer_printf(&asked->answer, "a%u BAD never\r\n", tag);
	buffer_append_text(&asked->told, "LIST BAD\n");
}

/* Commands said at once, answered one after the other, the last perhaps first. */
static void make_batch(struct plot *p, unsigned int *tag)
{
	struct asked asked[IMAP_BATCH_MAX] = {{.answer = {0}}};
	size_t count = 1 + random_below(IMAP_BATCH_MAX);
	size_t first = random_below(count);
	struct buffer said = {0};

	for (size_t i = 0; i < count; i++) {
		size_t kind = random_below(4);

		++*tag;
		if (kind == 0)
			ask_fetch(p, *tag, &said, &asked[i]);
		else if (kind == 1)
			ask_append(p, *tag, &said, &asked[i]);
		else if (kind == 2)
			ask_search(*tag, &said, &asked[i]);
		else
			ask_list(*tag, &said, &asked[i]);
	}
	say(p, SIDE_CLIENT, buffer_slice(&said));
	for (size_t i = 0; i < count; i++) {
		struct asked *now = &asked[(first + i) % count];

		say(p, SIDE_SERVER, buffer_slice(&now->answer));
		buffer_append(&p->expected, buffer_slice(&now->told));
		buffer_fini(&now->answer);
		buffer_fini(&now->told);
	}
	buffer_fini(&said);
}

/* Literals that the server is asked for, one of them refused; and IDLE. */
static void talk_in_turn(struct plot *p)
{
	say_text(p, SIDE_CLIENT, "b1 LOGIN {3}\r\n");
	say_text(p, SIDE_SERVER, "+ go\r\n");
	say_text(p, SIDE_CLIENT, "bob {6}\r\n");
	say_text(p, SIDE_SERVER, "+ go\r\n");
	say_text(p, SIDE_CLIENT, "secret\r\n");
	say_text(p, SIDE_SERVER, "b1 OK in\r\n");
	say_text(p, SIDE_CLIENT, "b2 APPEND Sent {100}\r\n");
	say_text(p, SIDE_SERVER, "b2 NO [TRYCREATE] none\r\n");
	say_text(p, SIDE_CLIENT, "b3 IDLE\r\n");
	say_text(p, SIDE_SERVER, "+ idling\r\n");
	say_text(p, SIDE_SERVER, "* 3 EXISTS\r\n");
	say_text(p, SIDE_CLIENT, "DONE\r\n");
	say_text(p, SIDE_SERVER, "b3 OK\r\n");
	buffer_append_text(&p->expected, "LOGIN OK\nAPPEND NO\nIDLE OK\n");
}

static void make_imap(struct plot *p)
{
	unsigned int tag = 0;

	p->server_port = 143;
	say_text(p, SIDE_SERVER, "* OK hello\r\n");
	buffer_append_text(&p->expected, "(greeting) OK\n");
	talk_in_turn(p);
	for (size_t count = random_below(IMAP_BATCHES_MAX); count > 0; count--)
		make_batch(p, &tag);
	say_text(p, SIDE_CLIENT, "z LOGOUT\r\n");
	say_text(p, SIDE_SERVER, "* BYE\r\nz OK\r\n");
	buffer_append_text(&p->expected, "LOGOUT OK\n");
}

/* ---- how it comes into the capture ---- */

static void plan_segment(const struct planned *segment, size_t window)
{
	if (plan_count == PLAN_MAX)
		return;
	plan[plan_count] = *segment;
	plan[plan_count].key = (plan_count + random_below(window + 1)) << 16 | plan_count;
	plan_count++;
}

/* What is said in one go: in segments, some sent again, a little longer or shorter than before. */
static void plan_spoken(size_t number, const struct spoken *s, size_t window)
{
	size_t limit = s->begin + s->len;
	size_t begin = s->begin;

	while (begin < limit) {
		size_t end = begin + 1 + random_below(random_below(3) == 0 ? 8 : 300);
		struct planned segment = {.plot = number, .side = s->side, .begin = begin, .ack = s->ack};

		segment.end = end < limit ? end : limit;
		plan_segment(&segment, window);
		begin = segment.end;
		if (random_below(10) == 0) {
			segment.begin -= random_below(segment.begin - s->begin + 1);
			plan_segment(&segment, window);
		}
	}
}

static int by_key(const void *a, const void *b)
{
	const struct planned *left = a;
	const struct planned *right = b;

	return (left->key > right->key) - (left->key < right->key);
}

/* The connections go on in turn, as one would see them on a wire. */
static void make_plan(void)
{
	size_t window = random_below(3) == 0 ? 0 : random_below(30);
	size_t at[SESSIONS_MAX] = {0};
	size_t left = 0;

	plan_count = 0;
	for (size_t i = 0; i < plot_count; i++)
		left += plots[i].spoken_count;
	while (left > 0) {
		size_t i = random_below(plot_count);

		if (at[i] == plots[i].spoken_count)
			continue;
		plan_spoken(i, &plots[i].spoken[at[i]++], window);
		left--;
	}
	qsort(plan, plan_count, sizeof(plan[0]), by_key);
}

static const uint32_t first_seq[SIDES] = {0xffffff00, 5001};

static void turn_to(size_t number)
{
	w.client_port = (uint16_t)(40000 + number);
	w.server_port = plots[number].server_port;
}

static void send_planned(const struct planned *p)
{
	struct slice text = slice_sub(buffer_slice(&plots[p->plot].text[p->side]), p->begin, p->end - p->begin);

	turn_to(p->plot);
	w.seq[p->side] = first_seq[p->side] + (uint32_t)p->begin;
	w.seq[side_other(p->side)] = first_seq[side_other(p->side)] + (uint32_t)p->ack;
	wire_send(&w, p->side, SEGMENT_ACK, text);
	w.now_ns -= CLOCK_NS_PER_MS - CLOCK_NS_PER_US; /* a burst, not a minute */
}

static void open_and_close(bool is_opening)
{
	for (size_t i = 0; i < plot_count; i++) {
		turn_to(i);
		for (int side = 0; side < SIDES; side++)
			w.seq[side] = is_opening ? first_seq[side] - 1001 - 4000 * (uint32_t)side
						 : first_seq[side] + (uint32_t)plots[i].text[side].len;
		if (!is_opening) {
			wire_close(&w);
			continue;
		}
		w.seq[SIDE_CLIENT] = first_seq[SIDE_CLIENT] - 1 - 1000;
		w.seq[SIDE_SERVER] = first_seq[SIDE_SERVER] - 1 - 5000;
		wire_open(&w);
	}
}

/* ---- what is told ---- */

static void note_command(void *ctx, struct connection *v, const struct command *c)
{
	size_t number = v->session->side[SIDE_CLIENT].port - 40000U;
	char *out = commands[number];
	size_t len = strlen(out);

	(void)ctx;
	ck_assert_uint_lt(number, plot_count);
	snprintf(out + len, sizeof(commands[0]) - len, "%.*s", (int)c->verb_len, (const char *)c->verb);
	for (const struct reply *r = c->replies; r != NULL; r = r->next) {
		len = strlen(out);
		snprintf(out + len, sizeof(commands[0]) - len, " %.*s", r->code_len, r->code);
	}
	len = strlen(out);
	snprintf(out + len, sizeof(commands[0]) - len, "\n");
}

static void add_piece(void *ctx, struct slice piece)
{
	buffer_append(ctx, piece);
}

/* A complete mail is one of those that were sent, byte by byte; a header without its text begins one. */
static void note_mail(void *ctx, struct connection *v, const struct mail *m, const struct record_fields *f)
{
	const struct plot *p = &plots[v->session->side[SIDE_CLIENT].port - 40000U];
	struct buffer bytes = {0};
	bool is_known = false;

	(void)ctx;
	(void)f;
	if (!m->complete)
		return;
	content_read(v, m, engine_store(w.engine), UINT64_MAX, add_piece, &bytes);
	for (size_t i = 0; i < p->mail_count; i++) {
		size_t begin = i > 0 ? p->mail_end[i - 1] : 0;

		struct slice mail = slice_of(p->mails.data + begin, p->mail_end[i] - begin);

		if (m->direction == MAIL_PREVIEWED)
			mail = slice_sub(mail, 0, bytes.len);
		is_known = is_known || slice_equals(buffer_slice(&bytes), mail);
	}
	ck_assert_msg(is_known, "a mail that was not sent, seed state %llu: %.*s", (unsigned long long)state,
		      (int)bytes.len, (const char *)bytes.data);
	*(m->direction == MAIL_PREVIEWED ? &preview_count : &complete_count) += 1;
	buffer_fini(&bytes);
}

static const struct engine_output noting = {.command = note_command, .mail = note_mail};

static void setup(void)
{
	wire_init(&w, false);
	w.options.output = &noting;
}

static void teardown(void)
{
	fields_fini();
}

static void play(size_t losses_of_1000)
{
	w.number = 0;
	w.now_ns = WIRE_START_NS;
	wire_begin(&w);
	memset(commands, 0, sizeof(commands));
	complete_count = preview_count = 0;
	open_and_close(true);
	for (size_t i = 0; i < plan_count; i++)
		if (random_below(1000) >= losses_of_1000)
			send_planned(&plan[i]);
	open_and_close(false);
	engine_finish(w.engine);
	engine_free(w.engine);
}

static void make_plots(void)
{
	static void (*const makers[])(struct plot *) = {make_smtp, make_pop3, make_imap, make_imap};

	plot_count = 1 + random_below(SESSIONS_MAX);
	for (size_t i = 0; i < plot_count; i++) {
		plots[i] = (struct plot){0};
		makers[random_below(sizeof(makers) / sizeof(makers[0]))](&plots[i]);
	}
}

static size_t mails_sent(void)
{
	size_t count = 0;

	for (size_t i = 0; i < plot_count; i++)
		count += plots[i].mail_count;
	return count;
}

static void free_plots(void)
{
	for (size_t i = 0; i < plot_count; i++) {
		buffer_fini(&plots[i].text[SIDE_CLIENT]);
		buffer_fini(&plots[i].text[SIDE_SERVER]);
		buffer_fini(&plots[i].expected);
		buffer_fini(&plots[i].mails);
	}
}

static int seed_count(void)
{
	const char *wanted = getenv("MAILTAP_SEEDS");

	return wanted != NULL && atoi(wanted) > 0 ? atoi(wanted) : SEEDS;
}

START_TEST(what_was_said_is_what_is_told)
{
	for (int seed = 1; seed <= seed_count(); seed++) {
		state = (uint64_t)seed * 1000003;
		make_plots();
		make_plan();
		play(0);
		for (size_t i = 0; i < plot_count; i++) {
			buffer_append_byte(&plots[i].expected, '\0');
			ck_assert_msg(strcmp(commands[i], (const char *)plots[i].expected.data) == 0,
				      "seed %d, session %zu: told\n%s and not\n%s", seed, i, commands[i],
				      (const char *)plots[i].expected.data);
		}
		ck_assert_uint_eq(complete_count, mails_sent());
		ck_assert_uint_eq(preview_count, 0);
		free_plots();
	}
}
END_TEST

START_TEST(with_losses_no_mail_is_called_whole_that_is_not)
{
	for (int seed = 1; seed <= seed_count(); seed++) {
		state = (uint64_t)seed * 1000003 + 1;
		make_plots();
		make_plan();
		play(20);
		ck_assert_uint_le(complete_count, mails_sent());
		free_plots();
	}
}
END_TEST

void list_tests(TCase *t)
{
	tcase_set_timeout(t, 7200); /* check-long */
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, what_was_said_is_what_is_told);
	tcase_add_test(t, with_losses_no_mail_is_called_whole_that_is_not);
}
