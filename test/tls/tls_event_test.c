#include "tls/tls_event.h"

#include "../main.h"

START_TEST(numbers_have_names)
{
	ck_assert_str_eq(tls_event_alert_name(45), "certificate expired");
	ck_assert_str_eq(tls_event_alert_name(0), "close notify");
	ck_assert_ptr_null(tls_event_alert_name(200));
	ck_assert_str_eq(tls_event_version_name(0x0300), "SSL 3.0");
	ck_assert_str_eq(tls_event_version_name(0x0304), "TLS 1.3");
	ck_assert_str_eq(tls_event_version_name(0x0305), "an unknown version");
	ck_assert_str_eq(tls_event_version_name(0x7f1c), "an unknown version");
}
END_TEST

START_TEST(reasons_have_names)
{
	ck_assert_ptr_null(tls_event_unread_name(TLS_READ));
	ck_assert_str_eq(tls_event_unread_name(TLS_NO_KEY), "no-key");
	ck_assert_str_eq(tls_event_unread_name(TLS_NO_HANDSHAKE), "no-handshake");
	ck_assert_str_eq(tls_event_unread_name(TLS_SUITE), "suite");
	ck_assert_str_eq(tls_event_unread_name(TLS_COMPRESSED), "compressed");
	ck_assert_str_eq(tls_event_unread_name(TLS_GAP), "gap");
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, numbers_have_names);
	tcase_add_test(t, reasons_have_names);
}
