#include <assert.h>

#include "proto/address.h"
#include "proto/sasl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	LINES_MAX = 6,
};

static void read_words(struct slice word)
{
	struct address_path path;
	struct buffer out = {0};

	assert(sasl_is_mechanism(word) || !sasl_knows(word));
	sasl_begins_by_client(word);
	sasl_shown_lines(word);
	assert(!address_read_path(word, &path) || path.address.len + path.parameters.len < word.len);
	if (sasl_decode_line(word, &out))
		assert(out.len <= word.len);
	buffer_fini(&out);
}

/* The first line is the mechanism; of the others, "S " begins those of the server, and two characters those of the
 * client. All are read as other words too. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice rest = slice_of(data, size);
	struct slice mechanism = slice_sub(rest, 0, slice_find(rest, '\n'));
	struct sasl_line lines[LINES_MAX];
	struct sasl_login login;
	size_t count = 0;

	read_words(mechanism);
	while (count < LINES_MAX && (rest = slice_after(rest, slice_find(rest, '\n') + 1)).len > 0) {
		struct slice line = slice_sub(rest, 0, slice_find(rest, '\n'));

		lines[count].from = line.len > 0 && line.data[0] == 'S' ? SIDE_SERVER : SIDE_CLIENT;
		lines[count].secret = line.len > 1 && line.data[1] != ' ';
		lines[count].text = slice_after(line, 2);
		sasl_is_proof(lines[count].text);
		sasl_asks_password(lines[count].text);
		read_words(lines[count++].text);
	}
	sasl_read_login(mechanism, lines, count, &login);
	assert(login.has_user || login.user.len == 0);
	sasl_login_fini(&login);
	return 0;
}
