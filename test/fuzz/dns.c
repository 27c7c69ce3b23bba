/* Any bytes as a message of the domain name system: names end, addresses lie within the message. */
#include <assert.h>

#include "proto/dns.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_name(void *ctx, const uint8_t *address, bool is_ipv6, const char *name)
{
	unsigned int *sum = ctx;

	assert(strlen(name) < DNS_NAME_SIZE);
	for (size_t i = 0; i < (is_ipv6 ? 16U : 4U); i++)
		*sum += address[i];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice message = slice_of(data, size);
	struct dns_question question;
	unsigned int sum = 0;

	dns_read_answer(message, check_name, &sum);
	if (dns_read_question(message, &question))
		assert(strlen(question.name) < DNS_NAME_SIZE);
	return (int)(sum & 0);
}
