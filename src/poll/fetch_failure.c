/*
 * fetch_failure.c - what people call a failure of fetch.h; not in fetch.c, which tests replace
 */
#include "poll/fetch.h"

const char *fetch_failure_name(enum fetch_failure f)
{
	static const char *const names[] = {"answered", "unknown host", "cannot connect",
		"refused address", "TLS failed", "timed out", "too large", "cut short",
		"no HTTP that can be read", "cancelled", "held"};

	return (size_t)f < COUNT(names) ? names[f] : "failed";
}
