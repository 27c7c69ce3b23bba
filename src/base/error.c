#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

#ifdef NDEBUG
#error "asserts are a part of the program: build it without NDEBUG"
#endif

bool error_set(struct error *err, const char *format, ...)
{
	va_list args;

	if (err == NULL)
		return false;
	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	return false;
}
