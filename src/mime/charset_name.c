#include "mime/charset_name.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Letters and digits of names, lower case, without "x" or "cs" at their beginning. */
static const struct {
	const char *name;
	enum charset_kind kind;
	const char *first;
	const char *second;
} table[] = {
	{"", CHARSET_UNDECLARED, "", ""},
	{"ascii", CHARSET_UNDECLARED, "", ""},
	{"usascii", CHARSET_UNDECLARED, "", ""},
	{"ansix341968", CHARSET_UNDECLARED, "", ""},
	{"iso646us", CHARSET_UNDECLARED, "", ""},
	{"646", CHARSET_UNDECLARED, "", ""},
	{"8bit", CHARSET_UNDECLARED, "", ""},
	{"7bit", CHARSET_UNDECLARED, "", ""},
	{"binary", CHARSET_UNDECLARED, "", ""},
	{"default", CHARSET_UNDECLARED, "", ""},
	{"defaultcharset", CHARSET_UNDECLARED, "", ""},
	{"none", CHARSET_UNDECLARED, "", ""},
	{"unknown", CHARSET_UNDECLARED, "", ""},
	{"unknown8bit", CHARSET_UNDECLARED, "", ""},
	{"userdefined", CHARSET_UNDECLARED, "", ""},
	{"utf8", CHARSET_UTF8, "", ""},
	{"utf8mb4", CHARSET_UTF8, "", ""},
	{"unicode11utf8", CHARSET_UTF8, "", ""},
	{"unicode20utf8", CHARSET_UTF8, "", ""},
	{"unicode11utf7", CHARSET_ICONV, "UTF-7", ""},
	{"unicode20utf7", CHARSET_ICONV, "UTF-7", ""},
	{"utf7", CHARSET_ICONV, "UTF-7", ""},
	/* Chinese */
	{"gb2312", CHARSET_ICONV, "GB18030", "GBK"},
	{"gb231280", CHARSET_ICONV, "GB18030", "GBK"},
	{"iso58gb231280", CHARSET_ICONV, "GB18030", "GBK"},
	{"gb18030", CHARSET_ICONV, "GB18030", "GBK"},
	{"gbk", CHARSET_ICONV, "GB18030", "GBK"},
	{"gb", CHARSET_ICONV, "GB18030", "GBK"},
	{"cngb", CHARSET_ICONV, "GB18030", "GBK"},
	{"euccn", CHARSET_ICONV, "GB18030", "GBK"},
	{"isoir58", CHARSET_ICONV, "GB18030", "GBK"},
	{"chinese", CHARSET_ICONV, "GB18030", "GBK"},
	{"cp936", CHARSET_ICONV, "GB18030", "GBK"},
	{"cp54936", CHARSET_ICONV, "GB18030", "GBK"},
	{"hzgb2312", CHARSET_HZ, "GB18030", "GBK"},
	{"hz", CHARSET_HZ, "GB18030", "GBK"},
	{"big5", CHARSET_ICONV, "BIG5-HKSCS", "BIG5"},
	{"big5hkscs", CHARSET_ICONV, "BIG5-HKSCS", "BIG5"},
	{"big5eten", CHARSET_ICONV, "BIG5-HKSCS", "BIG5"},
	{"cnbig5", CHARSET_ICONV, "BIG5-HKSCS", "BIG5"},
	{"xbig5", CHARSET_ICONV, "BIG5-HKSCS", "BIG5"},
	{"cp950", CHARSET_ICONV, "BIG5-HKSCS", "CP950"},
	{"cp951", CHARSET_ICONV, "BIG5-HKSCS", "BIG5"},
	{"euctw", CHARSET_ICONV, "EUC-TW", ""},
	/* Japanese */
	{"shiftjis", CHARSET_ICONV, "CP932", "SHIFT_JIS"},
	{"sjis", CHARSET_ICONV, "CP932", "SHIFT_JIS"},
	{"mskanji", CHARSET_ICONV, "CP932", "SHIFT_JIS"},
	{"mscp932", CHARSET_ICONV, "CP932", "SHIFT_JIS"},
	{"cp932", CHARSET_ICONV, "CP932", "SHIFT_JIS"},
	{"cp943", CHARSET_ICONV, "CP932", "SHIFT_JIS"},
	{"cp31j", CHARSET_ICONV, "CP932", "SHIFT_JIS"},
	{"windows31j", CHARSET_ICONV, "CP932", "SHIFT_JIS"},
	{"euc", CHARSET_ICONV, "EUC-JP-MS", "EUC-JP"},
	{"eucjp", CHARSET_ICONV, "EUC-JP-MS", "EUC-JP"},
	{"eucjpms", CHARSET_ICONV, "EUC-JP-MS", "EUC-JP"},
	{"eucjpwin", CHARSET_ICONV, "EUC-JP-MS", "EUC-JP"},
	{"ujis", CHARSET_ICONV, "EUC-JP-MS", "EUC-JP"},
	{"eucpkdfmtjapanese", CHARSET_ICONV, "EUC-JP-MS", "EUC-JP"},
	{"cp51932", CHARSET_ICONV, "EUC-JP-MS", "EUC-JP"},
	{"iso2022jp", CHARSET_ISO_2022_JP, "ISO-2022-JP-2", "CP932"},
	{"iso2022jp1", CHARSET_ISO_2022_JP, "ISO-2022-JP-2", "CP932"},
	{"iso2022jp2", CHARSET_ISO_2022_JP, "ISO-2022-JP-2", "CP932"},
	{"iso2022jpms", CHARSET_ISO_2022_JP, "ISO-2022-JP-2", "CP932"},
	{"jis", CHARSET_ISO_2022_JP, "ISO-2022-JP-2", "CP932"},
	{"cp50220", CHARSET_ISO_2022_JP, "ISO-2022-JP-2", "CP932"},
	{"cp50221", CHARSET_ISO_2022_JP, "ISO-2022-JP-2", "CP932"},
	{"cp50222", CHARSET_ISO_2022_JP, "ISO-2022-JP-2", "CP932"},
	/* Korean */
	{"euckr", CHARSET_ICONV, "UHC", "EUC-KR"},
	{"ksc5601", CHARSET_ICONV, "UHC", "EUC-KR"},
	{"ksc56011987", CHARSET_ICONV, "UHC", "EUC-KR"},
	{"ksc56011989", CHARSET_ICONV, "UHC", "EUC-KR"},
	{"ksx1001", CHARSET_ICONV, "UHC", "EUC-KR"},
	{"isoir149", CHARSET_ICONV, "UHC", "EUC-KR"},
	{"korean", CHARSET_ICONV, "UHC", "EUC-KR"},
	{"uhc", CHARSET_ICONV, "UHC", "EUC-KR"},
	{"cp949", CHARSET_ICONV, "UHC", "EUC-KR"},
	{"cp51949", CHARSET_ICONV, "UHC", "EUC-KR"},
	/* one byte a character */
	{"iso88591", CHARSET_ICONV, "CP1252", "ISO-8859-1"},
	{"latin1", CHARSET_ICONV, "CP1252", "ISO-8859-1"},
	{"l1", CHARSET_ICONV, "CP1252", "ISO-8859-1"},
	{"isolatin1", CHARSET_ICONV, "CP1252", "ISO-8859-1"},
	{"isoir100", CHARSET_ICONV, "CP1252", "ISO-8859-1"},
	{"cp819", CHARSET_ICONV, "CP1252", "ISO-8859-1"},
	{"ansi", CHARSET_ICONV, "CP1252", "ISO-8859-1"},
	{"iso88599", CHARSET_ICONV, "CP1254", "ISO-8859-9"},
	{"latin5", CHARSET_ICONV, "CP1254", "ISO-8859-9"},
	{"iso885911", CHARSET_ICONV, "CP874", "TIS-620"},
	{"tis620", CHARSET_ICONV, "CP874", "TIS-620"},
	{"cp874", CHARSET_ICONV, "CP874", "TIS-620"},
	{"iso88598i", CHARSET_ICONV, "ISO-8859-8", ""},
	{"iso88598e", CHARSET_ICONV, "ISO-8859-8", ""},
	{"logical", CHARSET_ICONV, "ISO-8859-8", ""},
	{"visual", CHARSET_ICONV, "ISO-8859-8", ""},
	{"iso88596i", CHARSET_ICONV, "ISO-8859-6", ""},
	{"iso88596e", CHARSET_ICONV, "ISO-8859-6", ""},
	{"koi8", CHARSET_ICONV, "KOI8-R", ""},
	{"koi", CHARSET_ICONV, "KOI8-R", ""},
	{"koi8r", CHARSET_ICONV, "KOI8-R", ""},
	{"koi8u", CHARSET_ICONV, "KOI8-U", ""},
	{"koi8ru", CHARSET_ICONV, "KOI8-U", ""},
	{"cyrillic", CHARSET_ICONV, "ISO-8859-5", ""},
	{"mac", CHARSET_ICONV, "MACINTOSH", ""},
	{"macroman", CHARSET_ICONV, "MACINTOSH", ""},
	{"macintosh", CHARSET_ICONV, "MACINTOSH", ""},
	{"maccyrillic", CHARSET_ICONV, "MAC-CYRILLIC", ""},
	{"macukrainian", CHARSET_ICONV, "MAC-UK", ""},
	{"macce", CHARSET_ICONV, "MAC-CENTRALEUROPE", ""},
	{"maccentraleurroman", CHARSET_ICONV, "MAC-CENTRALEUROPE", ""},
	{"maciceland", CHARSET_ICONV, "MAC-IS", ""},
	{"macicelandic", CHARSET_ICONV, "MAC-IS", ""},
};

/* What charset_name_read passes on as it is, or makes of a number, and mails use. */
static const char *const passed_on[] = {
	"ISO-8859-3",	   "ISO-8859-2",    "ISO-8859-4",  "ISO-8859-7",
	"ISO-8859-10",	   "ISO-8859-13",   "ISO-8859-14", "ISO-8859-15",
	"ISO-8859-16",	   "ISO-8859-9E",   "ISO-8859-11", "CP1250",
	"CP1251",	   "CP1253",	    "CP1255",	   "CP1256",
	"CP1257",	   "CP1258",	    "CP437",	   "CP737",
	"CP775",	   "CP850",	    "CP851",	   "CP852",
	"CP855",	   "CP856",	    "CP857",	   "CP858",
	"CP860",	   "CP861",	    "CP862",	   "CP863",
	"CP864",	   "CP865",	    "CP866",	   "CP869",
	"CP1125",	   "CP10007",	    "CP922",	   "CP037",
	"CP500",	   "CP1026",	    "CP1047",	   "CP1140",
	"CP943",	   "EUC-CN",	    "EUC-KR",	   "EUC-JISX0213",
	"SHIFT_JISX0213",  "ISO-2022-JP-3", "ISO-2022-KR", "ISO-2022-CN",
	"ISO-2022-CN-EXT", "JOHAB",	    "UTF-16",	   "UTF-16LE",
	"UTF-16BE",	   "UTF-32",	    "UTF-32LE",	   "UCS-2",
	"UNICODE",	   "UTF-7-IMAP",    "VISCII",	   "TCVN5712-1",
	"TSCII",	   "ARMSCII-8",	    "GEORGIAN-PS", "GEORGIAN-ACADEMY",
	"PT154",	   "RK1048",	    "KOI8-T",	   "KOI-8",
	"KOI8-RU",	   "MIK",	    "HP-ROMAN8",   "ISO_6937",
	"DEC-MCS",	   "T.61",	    "ISO646-DE",   "ECMA-CYRILLIC",
	"MAC-SAMI",	   "WINDOWS-SAMI2", "ASMO_449",	   "ISO-IR-197",
};

/* The letters and digits of a name; what follows an asterisk is a language (RFC 2231 section 5), a colon a year. */
static void squeeze(const char *name, char out[CHARSET_ICONV_SIZE])
{
	size_t len = 0;

	for (; *name != '\0' && *name != '*' && *name != ':' && len < CHARSET_ICONV_SIZE - 1; name++)
		if (isalnum((unsigned char)*name) || *name == '$')
			out[len++] = (char)tolower((unsigned char)*name);
	out[len] = '\0';
}

static bool find(const char *squeezed, struct charset_name *m)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (strcmp(table[i].name, squeezed) != 0)
			continue;
		m->kind = table[i].kind;
		m->is_known = true;
		snprintf(m->first, sizeof(m->first), "%s", table[i].first);
		snprintf(m->second, sizeof(m->second), "%s", table[i].second);
		return true;
	}
	return false;
}

static const char *skip(const char *text, const char *start)
{
	size_t len = strlen(start);

	return strncmp(text, start, len) == 0 ? text + len : text;
}

static bool is_number(const char *text, size_t least, size_t most)
{
	size_t len = strspn(text, "0123456789");

	return text[len] == '\0' && len >= least && len <= most;
}

/* "win-1251", "cp1251", "ibm-866": code pages. */
static bool find_code_page(const char *squeezed, struct charset_name *m)
{
	static const char *const starts[] = {"windows", "win", "cp",  "codepage", "msansi",
					     "ansi",	"ibm", "dos", "oem",	  "ms"};

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		const char *number = skip(squeezed, starts[i]);
		char name[CHARSET_ICONV_SIZE];

		number = skip(number, "cp");
		if (number == squeezed || !is_number(number, 3, 5))
			continue;
		snprintf(name, sizeof(name), "cp%s", number);
		if (!find(name, m))
			snprintf(m->first, sizeof(m->first), "CP%s", number);
		return true;
	}
	return false;
}

/* "iso8859-2", "8859_2". */
static bool find_iso_8859(const char *squeezed, struct charset_name *m)
{
	const char *number = skip(squeezed, "iso");
	const char *part = skip(number, "8859");

	if (part == number || !is_number(part, 1, 2))
		return false;
	snprintf(m->first, sizeof(m->first), "iso8859%s", part);
	if (!find(m->first, m))
		snprintf(m->first, sizeof(m->first), "ISO-8859-%s", part);
	return true;
}

static bool find_any(const char *squeezed, struct charset_name *m)
{
	return find(squeezed, m) || find_code_page(squeezed, m) || find_iso_8859(squeezed, m);
}

struct charset_name charset_name_read(const char *name)
{
	struct charset_name m = {.kind = CHARSET_ICONV};
	char squeezed[CHARSET_ICONV_SIZE];
	size_t len;

	if (name == NULL)
		return (struct charset_name){.kind = CHARSET_UNDECLARED};
	squeeze(name, squeezed);
	if (find_any(squeezed, &m) || find_any(skip(squeezed, "x"), &m) || find_any(skip(squeezed, "cs"), &m))
		return m;
	name += strspn(name, " \t\"'");
	len = strcspn(name, " \t\"'*;");
	snprintf(m.first, sizeof(m.first), "%.*s", (int)(len < sizeof(m.first) ? len : sizeof(m.first) - 1), name);
	return m;
}

const char *charset_name_of_iconv(size_t number)
{
	size_t rows = sizeof(table) / sizeof(table[0]);

	if (number < rows)
		return table[number].first;
	if (number < 2 * rows)
		return table[number - rows].second;
	number -= 2 * rows;
	return number < sizeof(passed_on) / sizeof(passed_on[0]) ? passed_on[number] : NULL;
}
