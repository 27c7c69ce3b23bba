/* The first byte divides the input between client and server: which protocol speaks so? What was decided stays. */
#include <assert.h>

#include "proto/dialogue.h"
#include "proto/non_mail.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice in = slice_after(slice_of(data, size), 1);
	size_t client_len = size > 0 ? data[0] * in.len / 255 : 0;
	struct slice client = slice_sub(in, 0, client_len);
	struct slice server = slice_after(in, client_len);
	enum non_mail other = non_mail_recognise(in);
	bool decided = false;
	enum protocol protocol = dialogue_recognise(client, server, &decided);

	assert(protocol == PROTOCOL_UNKNOWN || decided);
	assert(other == NON_MAIL_NONE || non_mail_name(other) != NULL);
	for (enum protocol p = PROTOCOL_UNKNOWN + 1; p < PROTOCOLS; p++)
		dialogue_greets(p, server);
	dialogue_recognise(slice_of(NULL, 0), server, &decided);
	dialogue_recognise(client, slice_of(NULL, 0), &decided);
	return 0;
}
