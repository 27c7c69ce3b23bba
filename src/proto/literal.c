#include "proto/literal.h"

enum {
	OUTSIDE,
	OPENED, /* "{" */
	DIGITS,
	PLUS,
	CLOSED,
};

void literal_init(struct literal *l)
{
	*l = (struct literal){.state = OUTSIDE};
}

static void add_digit(struct literal *l, uint8_t digit)
{
	l->size = l->size > (UINT64_MAX - digit) / 10 ? UINT64_MAX : l->size * 10 + digit;
}

static void scan_byte(struct literal *l, uint8_t byte)
{
	bool is_digit = byte >= '0' && byte <= '9';

	if (byte == '{') {
		*l = (struct literal){.state = OPENED};
	} else if (is_digit && (l->state == OPENED || l->state == DIGITS)) {
		l->state = DIGITS;
		add_digit(l, byte - '0');
	} else if ((byte == '+' || byte == '-') && l->state == DIGITS) { /* "{12-}": as a draft of LITERAL- had it */
		l->state = PLUS;
		l->is_plus = true;
	} else if (byte == '}' && (l->state == DIGITS || l->state == PLUS)) {
		l->state = CLOSED;
	} else if (l->state != CLOSED || (byte != '\r' && byte != '\n')) {
		l->state = OUTSIDE;
	}
}

void literal_scan(struct literal *l, struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		scan_byte(l, text.data[i]);
}

bool literal_is_announced(const struct literal *l)
{
	return l->state == CLOSED;
}
