/* Any bytes as a file of wordings: what is wrong with it is told in a line. A reply is then looked up. */
#include "diagnosis/reply_patterns.h"
#include "file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_file(struct reply_patterns *w, struct slice text)
{
	struct error err = {{0}};
	char path[FUZZ_PATH_SIZE];
	int fd = fuzz_file(text, path);

	assert(reply_patterns_add_file(w, path, &err) || err.text[0] != '\0');
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reply_patterns *w = reply_patterns_new();
	size_t count = reply_patterns_count(w);
	struct reply reply = {.text = data, .text_len = (uint32_t)size, .code_len = 3, .code = "550"};
	struct error err = {{0}};

	if (reply_patterns_add(w, slice_of(data, size), &err))
		assert(reply_patterns_count(w) >= count);
	else
		assert(err.text[0] != '\0' && strchr(err.text, '\n') == NULL);
	read_file(w, slice_of(data, size));
	reply_patterns_find(w, &reply);
	reply_patterns_free(w);
	return 0;
}
