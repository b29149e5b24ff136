/*
 * option.h - the table of options made of options.def
 *
 * Inside src/conf only.  An option is found by the section that it stands in and its name; what
 * its value may be is its type's business (value.h).
 */
#ifndef TRIBUTARY_CONF_OPTION_H
#define TRIBUTARY_CONF_OPTION_H

#include "base/slice.h" /* slice */

/* Where options stand, as bits: a source takes SHARED | SOURCE. */
enum option_where {
	WHERE_TOP = 1,
	WHERE_SHARED = 2,
	WHERE_SOURCE = 4,
	WHERE_TOPIC = 8,
	WHERE_VIEW = 16,
	WHERE_PRIVATE = 32, /* in a source of the text for the roles */
	WHERE_ANY = 63,
};

enum option_type {
	TYPE_TEXT,
	TYPE_PATH,
	TYPE_LISTEN,
	TYPE_SOCKET,
	TYPE_BASE,
	TYPE_HOST,
	TYPE_CONTACT,
	TYPE_PROXY,
	TYPE_ZONE,
	TYPE_COUNT,
	TYPE_LINE,
	TYPE_DURATION,
	TYPE_SIZE,
	TYPE_FLAG,
	TYPE_PREFIX,
	TYPE_SECRET,
	TYPE_HEADER,
	TYPE_URL,
	TYPE_TAG,
	TYPE_LANG,
	TYPE_NAME,
	TYPE_XPATH,
	TYPE_RULE,
	TYPE_QUERY,
	TYPE_CHOICE,
};

struct option {
	const char *name;
	unsigned where; /* one bit */
	enum option_type type;
	bool list;
	size_t offset; /* of the field in its section's struct */
	const char *fallback;
	int64_t least, most;
	const char *expected;
};

/* The places of the options in the table: OPTION_TOP_title … */
enum option_index {
#define OPTION(where, name, type, list, field, fallback, least, most, expected)                    \
	OPTION_##where##_##name,
#include "conf/options.def"
#undef OPTION
	OPTION_COUNT
};

extern const struct option options[OPTION_COUNT];

/* The option `name` of a section that takes `where` (bits), or NULL. */
const struct option *option_find(unsigned where, struct slice name);

/* "source", "defaults", … to what such a section takes (`private`: with PRIVATE); 0: none. */
unsigned option_section(struct slice kind, bool private);

/* For people: "a source", "the top level", … of a single bit. */
const char *option_place(unsigned where);

#endif
