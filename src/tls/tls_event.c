#include "tls/tls_event.h"

const char *tls_event_alert_name(uint8_t description)
{
	static const struct {
		uint8_t description;
		const char *name;
	} rows[] = {
		{0, "close notify"},
		{10, "unexpected message"},
		{20, "bad record MAC"},
		{21, "decryption failed"},
		{22, "record overflow"},
		{30, "decompression failure"},
		{40, "handshake failure"},
		{41, "no certificate"},
		{42, "bad certificate"},
		{43, "unsupported certificate"},
		{44, "certificate revoked"},
		{45, "certificate expired"},
		{46, "certificate unknown"},
		{47, "illegal parameter"},
		{48, "unknown CA"},
		{49, "access denied"},
		{50, "decode error"},
		{51, "decrypt error"},
		{60, "export restriction"},
		{70, "protocol version"},
		{71, "insufficient security"},
		{80, "internal error"},
		{86, "inappropriate fallback"},
		{90, "user canceled"},
		{100, "no renegotiation"},
		{109, "missing extension"},
		{110, "unsupported extension"},
		{111, "certificate unobtainable"},
		{112, "unrecognized name"},
		{113, "bad certificate status response"},
		{114, "bad certificate hash value"},
		{115, "unknown PSK identity"},
		{116, "certificate required"},
		{120, "no application protocol"},
		{121, "ECH required"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].description == description)
			return rows[i].name;
	return NULL;
}

const char *tls_event_version_name(uint16_t version)
{
	static const char *const names[] = {"SSL 3.0", "TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3"};

	return version >= 0x0300 && version <= TLS_VERSION_1_3 ? names[version - 0x0300] : "an unknown version";
}

const char *tls_event_unread_name(enum tls_unread why)
{
	static const char *const names[] = {
		[TLS_NO_KEY] = "no-key", [TLS_NO_HANDSHAKE] = "no-handshake",
		[TLS_SUITE] = "suite",	 [TLS_COMPRESSED] = "compressed",
		[TLS_GAP] = "gap",
	};

	return names[why];
}
