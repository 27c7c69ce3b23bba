#include "tls/suite.h"

#include <stddef.h>

static const struct suite suites[] = {
#define AEAD(code_, name_, family_, cipher_, hash_, key_, iv_, tag_, weakness_)                                        \
	{.code = (code_),                                                                                              \
	 .name = #name_,                                                                                               \
	 .family = SUITE_##family_,                                                                                    \
	 .cipher = (cipher_),                                                                                          \
	 .hash = SUITE_HASH_##hash_,                                                                                   \
	 .key_len = (key_),                                                                                            \
	 .iv_len = (iv_),                                                                                              \
	 .tag_len = (tag_),                                                                                            \
	 .weakness = SUITE_WEAK_##weakness_},
#define AEAD_1_3(code_, name_, family_, cipher_, hash_, key_, tag_)                                                    \
	{.code = (code_),                                                                                              \
	 .name = #name_,                                                                                               \
	 .is_1_3 = true,                                                                                               \
	 .family = SUITE_##family_,                                                                                    \
	 .cipher = (cipher_),                                                                                          \
	 .hash = SUITE_HASH_##hash_,                                                                                   \
	 .key_len = (key_),                                                                                            \
	 .iv_len = 12,                                                                                                 \
	 .tag_len = (tag_)},
#define CBC(code_, name_, cipher_, hash_, mac_, key_, block_, weakness_)                                               \
	{.code = (code_),                                                                                              \
	 .name = #name_,                                                                                               \
	 .family = SUITE_CBC,                                                                                          \
	 .cipher = (cipher_),                                                                                          \
	 .hash = SUITE_HASH_##hash_,                                                                                   \
	 .mac = SUITE_HASH_##mac_,                                                                                     \
	 .key_len = (key_),                                                                                            \
	 .block_len = (block_),                                                                                        \
	 .weakness = SUITE_WEAK_##weakness_},
#define UNREAD(code_, name_, weakness_) {.code = (code_), .name = #name_, .weakness = SUITE_WEAK_##weakness_},
#include "tls/suite.def"
#undef AEAD
#undef AEAD_1_3
#undef CBC
#undef UNREAD
};

const struct suite *suite_find(uint16_t code)
{
	size_t begin = 0;
	size_t end = sizeof(suites) / sizeof(suites[0]);

	while (begin < end) {
		size_t middle = begin + (end - begin) / 2;

		if (suites[middle].code == code)
			return &suites[middle];
		if (suites[middle].code < code)
			begin = middle + 1;
		else
			end = middle;
	}
	return NULL;
}

const char *suite_name(uint16_t code)
{
	const struct suite *suite = suite_find(code);

	return suite != NULL ? suite->name : "";
}

const char *suite_weakness_name(enum suite_weakness weakness)
{
	static const char *const names[] = {
		[SUITE_WEAK_ANONYMOUS] = "anonymous key exchange",
		[SUITE_WEAK_NULL] = "no encryption",
		[SUITE_WEAK_RC4] = "RC4",
		[SUITE_WEAK_3DES] = "3DES",
		[SUITE_WEAK_STATIC_RSA] = "static RSA key exchange",
		[SUITE_WEAK_SHA1_CBC] = "CBC with SHA-1",
	};

	return names[weakness];
}

unsigned int suite_hash_len(enum suite_hash hash)
{
	static const unsigned int lens[SUITE_HASHES] = {
		[SUITE_HASH_SHA1] = 20, [SUITE_HASH_SHA256] = 32, [SUITE_HASH_SHA384] = 48};

	return lens[hash];
}

const char *suite_hash_name(enum suite_hash hash)
{
	static const char *const names[SUITE_HASHES] = {[SUITE_HASH_NONE] = "",
							[SUITE_HASH_SHA1] = "SHA1",
							[SUITE_HASH_SHA256] = "SHA256",
							[SUITE_HASH_SHA384] = "SHA384"};

	return names[hash];
}
