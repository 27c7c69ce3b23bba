/*
 * absent: stands in for what a single file of mailtap does not carry: OpenPGP and S/MIME of GMime, its streams of GIO,
 * captures of D-Bus in libpcap, ICU in libxml2. mailtap uses none of them, but the archives of these libraries refer to
 * each from code that it does use. What is asked for here is answered with "there is none".
 */
#include <gmime/gmime.h>
#include <pcap/pcap.h>
#include <unicode/ucnv.h>

/* ---- GMime: asked for when it is initialised; a context is made only to sign, verify, encrypt or decrypt ---- */

const char *gpgme_check_version_internal(const char *wanted, size_t offset);

const char *gpgme_check_version_internal(const char *wanted, size_t offset)
{
	(void)wanted;
	(void)offset;
	return NULL;
}

GType g_mime_gpg_context_get_type(void)
{
	return G_TYPE_INVALID;
}

GMimeCryptoContext *g_mime_gpg_context_new(void)
{
	return NULL;
}

GType g_mime_pkcs7_context_get_type(void)
{
	return G_TYPE_INVALID;
}

GMimeCryptoContext *g_mime_pkcs7_context_new(void)
{
	return NULL;
}

GType g_mime_stream_gio_get_type(void)
{
	return G_TYPE_INVALID;
}

/* ---- libpcap: asked for when interfaces are listed and opened; its list is its own type ---- */

int dbus_findalldevs(void *devices, char *error);
pcap_t *dbus_create(const char *device, char *error, int *is_ours);

int dbus_findalldevs(void *devices, char *error)
{
	(void)devices;
	(void)error;
	return 0;
}

pcap_t *dbus_create(const char *device, char *error, int *is_ours)
{
	(void)device;
	(void)error;
	*is_ours = 0;
	return NULL;
}

/* ---- ICU: asked for a page in a charset other than UTF-8, which mailtap gives to no parser ---- */

UConverter *ucnv_open(const char *name, UErrorCode *status)
{
	(void)name;
	*status = U_UNSUPPORTED_ERROR;
	return NULL;
}

void ucnv_close(UConverter *converter)
{
	(void)converter;
}

void ucnv_setToUCallBack(UConverter *converter, UConverterToUCallback action, const void *context,
			 UConverterToUCallback *old_action, const void **old_context, UErrorCode *status)
{
	(void)converter;
	(void)action;
	(void)context;
	(void)old_action;
	(void)old_context;
	*status = U_UNSUPPORTED_ERROR;
}

void ucnv_setFromUCallBack(UConverter *converter, UConverterFromUCallback action, const void *context,
			   UConverterFromUCallback *old_action, const void **old_context, UErrorCode *status)
{
	(void)converter;
	(void)action;
	(void)context;
	(void)old_action;
	(void)old_context;
	*status = U_UNSUPPORTED_ERROR;
}

void ucnv_convertEx(UConverter *to, UConverter *from, char **target, const char *target_end, const char **source,
		    const char *source_end, UChar *pivot, UChar **pivot_source, UChar **pivot_target,
		    const UChar *pivot_end, UBool resets, UBool flushes, UErrorCode *status)
{
	(void)to;
	(void)from;
	(void)target;
	(void)target_end;
	(void)source;
	(void)source_end;
	(void)pivot;
	(void)pivot_source;
	(void)pivot_target;
	(void)pivot_end;
	(void)resets;
	(void)flushes;
	*status = U_UNSUPPORTED_ERROR;
}

void UCNV_FROM_U_CALLBACK_STOP(const void *context, UConverterFromUnicodeArgs *arguments, const UChar *units,
			       int32_t length, UChar32 point, UConverterCallbackReason reason, UErrorCode *status)
{
	(void)context;
	(void)arguments;
	(void)units;
	(void)length;
	(void)point;
	(void)reason;
	*status = U_UNSUPPORTED_ERROR;
}

void UCNV_TO_U_CALLBACK_STOP(const void *context, UConverterToUnicodeArgs *arguments, const char *bytes, int32_t length,
			     UConverterCallbackReason reason, UErrorCode *status)
{
	(void)context;
	(void)arguments;
	(void)bytes;
	(void)length;
	(void)reason;
	*status = U_UNSUPPORTED_ERROR;
}
