#include "dialogue.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_dialogue(size > 0 && data[0] & 1 ? PROTOCOL_LMTP : PROTOCOL_SMTP, data, size);
	return 0;
}
