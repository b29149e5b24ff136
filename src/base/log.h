/*
 * log.h - what happened, in one line, and how we end
 *
 * Standard error; under the journal each line is led by its level, as sd-daemon(3) has it
 * ("<5>").  A line is `event key=value …`: the event's name is an interface, listed in
 * tributaryd(8).  Strangers' bytes pass log_safe first.
 */
#ifndef TRIBUTARY_BASE_LOG_H
#define TRIBUTARY_BASE_LOG_H

#include "base/slice.h" /* slice */

#include <stdarg.h>

enum log_level { LOG_ERROR = 3, LOG_WARNING = 4, LOG_NOTICE = 5, LOG_INFO = 6, LOG_DEBUG = 7 };

/* One sentence on why something did not work, written once where it is known. */
struct error {
	char text[512];
};

/* Always returns -1, so that a function can end by `return error_set(err, …)`.  `err` may be NULL.
 */
int error_set(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * Who speaks (a role's name, stands in each line), the least weighty level that is written, and
 * whether levels lead the lines.  Called once, first thing.
 */
void log_open(const char *who, enum log_level least, bool levels);

/* One line: who, event, and the rest as printf. */
void log_event(enum log_level level, const char *event, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Strangers' text fit for a line: control characters, quotes, backslashes and bytes that are no
 * UTF-8 escaped as \xNN, at most 200 bytes, in quotes where it holds a space or nothing.  Lives
 * until the eighth call from here.
 */
const char *log_safe(struct slice s);

/* Says why and exits 2.  For mains at start, and for memory: nothing else may end the process. */
void die(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

#endif
