/*
 * keyseq: what a terminal sends, turned into keys. Bytes in as they are read, in pieces of any size; inputs out. It
 * knows no terminal type: whatever terminfo says, the sequences of xterm, rxvt, PuTTY, screen, tmux and the Linux
 * console mean the same keys, and one that is not known is swallowed whole, so that no part of it ever acts as a key.
 *
 * Sequences are those of ECMA-48: CSI (ESC [), SS3 (ESC O), strings (OSC, DCS, SOS, PM, APC, up to BEL or ST), each
 * also by its C1 control. A key with a modifier (Ctrl-Right, Alt-x) is no key of ours: swallowed. A lone ESC is the Esc
 * key when nothing follows it for KEYSEQ_ESCAPE_MS, or a key comes in a later read; a "[" or "O" that comes late is
 * still taken for a sequence when more follows at once.
 *
 * Text between CSI 200 ~ and CSI 201 ~ is pasted, and marked so. So is what looks like pasting on a terminal that does
 * not tell: KEYSEQ_BURST bytes or more in one read, outside such brackets, without an escape and not one key repeated,
 * and what follows a large read at once.
 *
 * Pure: no terminal, no clock, no allocation; one object, a few bytes of state, whatever comes.
 */
#ifndef UI_KEYSEQ_H
#define UI_KEYSEQ_H

#include <wchar.h>

#include "base/slice.h"
#include "ui/input.h"

enum {
	KEYSEQ_ESCAPE_MS = 25,	  /* how long a lone ESC may be the beginning of a sequence */
	KEYSEQ_ALT_MS = 1,	  /* Alt and a key send ESC and the key together; Esc and then a key take longer */
	KEYSEQ_LATE_MS = 500,	  /* how long after it a "[" or "O" may still belong to it */
	KEYSEQ_SILENCE_MS = 1000, /* a string that does not go on for so long is given up: it was Alt and a key */
	KEYSEQ_BURST = 64,	  /* bytes of one read that nobody types */
	KEYSEQ_BURST_LARGE = 512, /* a paste that may go on in the next read */
	KEYSEQ_BURST_MS = 50,	  /* if that comes within this time */
	KEYSEQ_PARAMETERS = 3,	  /* the others change nothing */
};

enum keyseq_state {
	KEYSEQ_GROUND,
	KEYSEQ_ESCAPE, /* ESC */
	KEYSEQ_LATE,   /* an ESC that was given out as a key, and "[" or "O" after it */
	KEYSEQ_CSI,    /* ESC [ and parameters */
	KEYSEQ_LINUX,  /* ESC [ [ */
	KEYSEQ_SS3,    /* ESC O */
	KEYSEQ_MOUSE,  /* ESC [ M and up to three bytes */
	KEYSEQ_STRING, /* up to BEL or ST */
	KEYSEQ_STRING_ESCAPE,
};

struct keyseq {
	struct slice unread; /* the caller's bytes */
	enum keyseq_state state;
	bool is_utf8;
	bool is_modified; /* by Alt: an ESC stood before the sequence, or stands before the character */
	bool is_pasting;  /* between the brackets */
	bool is_burst;
	bool is_burst_new; /* and not yet told */
	int64_t burst_until_ns;
	int64_t read_ns;       /* when the unread bytes came */
	int64_t changed_ns;    /* when the last byte came, while a sequence is open */
	int64_t late_until_ns; /* of the ESC that was given out */
	uint8_t introducer;    /* that came late */
	/* of the open sequence */
	uint32_t parameters[KEYSEQ_PARAMETERS];
	int parameter_count;
	uint8_t prefix;	 /* one of < = > ? */
	bool is_foreign; /* it has what no key of ours has */
	uint8_t mouse[3];
	int mouse_len;
	/* of the open character */
	uint8_t character[4];
	size_t character_len;
	mbstate_t multibyte; /* where the terminal's encoding is not UTF-8 */
};

/* `is_utf8`: the terminal's encoding; else it is that of the locale. */
void keyseq_init(struct keyseq *, bool is_utf8);

/* Takes what one read gave. The bytes must stay until keyseq_next has returned false. */
void keyseq_feed(struct keyseq *, struct slice read, int64_t now_ns);

/* The next input; false when more bytes or more time is needed. Times are of any clock that does not jump. */
bool keyseq_next(struct keyseq *, int64_t now_ns, struct input *out);

/* After how many milliseconds keyseq_next is to be asked although no byte came; -1: then never. */
int keyseq_wait_ms(const struct keyseq *, int64_t now_ns);

#endif
