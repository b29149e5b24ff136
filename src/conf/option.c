/* option.c - the table of options made of options.def */
#include "conf/option.h"

#include "base/limits.h"
#include "conf/draft.h"

#define HOLDER_TOP     struct draft
#define HOLDER_SHARED  struct conf_source
#define HOLDER_SOURCE  struct conf_source
#define HOLDER_PRIVATE struct conf_source
#define HOLDER_TOPIC   struct conf_topic
#define HOLDER_VIEW    struct conf_view

const struct option options[OPTION_COUNT] = {
#define OPTION(where, name, type, list, field, fallback, least, most, expected)                    \
	{#name, WHERE_##where, TYPE_##type, list, offsetof(HOLDER_##where, field), fallback,       \
		least, most, expected},
#include "conf/options.def"
#undef OPTION
};

static const struct {
	const char *kind;
	unsigned where;
} sections[] = {
	{"defaults", WHERE_SHARED},
	{"source", WHERE_SHARED | WHERE_SOURCE},
	{"topic", WHERE_TOPIC},
	{"view", WHERE_VIEW},
};

const struct option *option_find(unsigned where, struct slice name)
{
	for (size_t i = 0; i < OPTION_COUNT; i++)
		if ((options[i].where & where) != 0 && slice_is(name, options[i].name))
			return &options[i];
	return NULL;
}

unsigned option_section(struct slice kind, bool private)
{
	for (size_t i = 0; i < COUNT(sections); i++) {
		unsigned where = sections[i].where;

		if (!slice_is(kind, sections[i].kind))
			continue;
		return private && (where & WHERE_SOURCE) != 0 ? where | WHERE_PRIVATE : where;
	}
	return 0;
}

const char *option_place(unsigned where)
{
	switch ((enum option_where)where) {
	case WHERE_TOP:
		return "the top level";
	case WHERE_SHARED:
		return "defaults or a source";
	case WHERE_SOURCE:
		return "a source";
	case WHERE_TOPIC:
		return "a topic";
	case WHERE_VIEW:
		return "a view";
	case WHERE_PRIVATE:
	case WHERE_ANY:
		break;
	}
	return "no file";
}
