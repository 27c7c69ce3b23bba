/*
 * log: one line on standard error for a person, "mailtap: ..." ; while the screen is on, lines are kept and printed
 * when it is closed. Callable from every thread. A message may hold bytes from outside: it is made safe for a terminal.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

void log_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* While held, lines wait (64 at most, the rest are counted); letting go prints them. */
void log_hold(bool hold);

#endif
