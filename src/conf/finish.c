/* finish.c - what only the whole configuration can tell */
#include "base/limits.h"
#include "base/log.h"
#include "conf/address.h"
#include "conf/draft.h"
#include "conf/value.h"

#include <stdlib.h>

#define LISTEN_MOST 16 /* sockets; the publisher is handed them as descriptors */

/* A section's name and where it stands, to be sorted. */
struct name {
	struct slice text, file;
	int line;
};

static int by_text(const void *one, const void *other)
{
	const struct name *a = one, *b = other;
	int order = slice_compare(a->text, b->text);

	/* Of two with one name the first read is the first: sources of one file by line. */
	return order != 0 ? order : (a->line > b->line) - (a->line < b->line);
}

static bool has_name(const struct name *names, size_t n, struct slice text)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = slice_compare(names[middle].text, text);

		if (order == 0)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

static void sort_names(struct draft *d, const char *kind, struct name *names, size_t n)
{
	if (n > 1)
		qsort(names, n, sizeof *names, by_text);
	for (size_t i = 1; i < n; i++)
		if (slice_equal(names[i - 1].text, names[i].text))
			conf_draft_wrong(d, names[i].file, names[i].line,
				"%s %s: expected a name of its own, %.*s:%d has it", kind,
				log_safe(names[i].text), SLICE_ARG(names[i - 1].file),
				names[i - 1].line);
}

static const char *spell(struct arena *a, int64_t seconds)
{
	static const struct {
		int64_t seconds;
		char unit;
	} units[] = {{86400, 'd'}, {3600, 'h'}, {60, 'm'}, {1, 's'}};
	struct buf out;
	const char *text;
	size_t i = 0;

	while (seconds % units[i].seconds != 0)
		i++;
	buf_init(&out, 64);
	buf_printf(&out, "%lld%c", (long long)(seconds / units[i].seconds), units[i].unit);
	text = slice_string(a, buf_slice(&out));
	buf_clear(&out);
	return text;
}

/* What `defaults` give, where the source itself says nothing. */
static void inherit(struct draft *d, struct conf_source *s, const struct given *g)
{
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		const struct option *o = &options[i];
		char *to = (char *)s + o->offset;
		const char *from = (const char *)&d->shared + o->offset;

		if (o->where != WHERE_SHARED || g->lines[i] != 0)
			continue;
		if (o->type == TYPE_SECRET && g->lines[OPTION_PRIVATE_password] != 0)
			continue;
		if (o->list)
			*(struct conf_list *)(void *)to =
				*(const struct conf_list *)(const void *)from;
		else
			value_copy(o, to, from);
	}
}

static int line_of(const struct conf_source *s, const struct given *g, enum option_index i)
{
	return g->lines[i] != 0 ? g->lines[i] : s->line;
}

static void check_address(struct draft *d, struct conf_source *s, const struct given *g)
{
	int url = g->lines[OPTION_SOURCE_url], page = g->lines[OPTION_SOURCE_page];
	const char *name = log_safe(s->name);

	s->is_page = page != 0 && url == 0;
	if (url == 0 && page == 0)
		conf_draft_wrong(d, s->file, s->line, "source %s: expected url or page", name);
	if (url != 0 && page != 0)
		conf_draft_wrong(d, s->file, page > url ? page : url,
			"source %s: expected url or page, not both", name);
	for (enum option_index i = OPTION_SOURCE_item; i <= OPTION_SOURCE_next; i++)
		if (g->lines[i] != 0 && page == 0)
			conf_draft_wrong(d, s->file, g->lines[i],
				"%s: expected beside page only, source %s has none",
				options[i].name, name);
	if (page != 0 && g->lines[OPTION_SOURCE_item] == 0)
		conf_draft_wrong(d, s->file, s->line, "source %s: expected item beside page", name);
	if (page != 0 && g->lines[OPTION_SOURCE_link] == 0)
		conf_draft_wrong(d, s->file, s->line, "source %s: expected link beside page", name);
}

static void check_rhythm(struct draft *d, const struct conf_source *s, const struct given *g)
{
	struct arena *a = &d->arena;
	const char *name = log_safe(s->name);
	int every = line_of(s, g, OPTION_SHARED_every),
	    least = line_of(s, g, OPTION_SHARED_at_least);
	bool quick = s->at_least_s < LIMIT_POLL_MIN_S ||
		     (s->every_s != CONF_AUTO && s->every_s < LIMIT_POLL_MIN_S);

	if (quick && !address_is_local(a, s->url, &s->allow)) {
		if (s->at_least_s < LIMIT_POLL_MIN_S)
			conf_draft_wrong(d, s->file, least,
				"at_least: expected 60s or more: source %s is not on a loopback "
				"address that allow names",
				name);
		if (s->every_s != CONF_AUTO && s->every_s < LIMIT_POLL_MIN_S)
			conf_draft_wrong(d, s->file, every,
				"every: expected 60s or more: source %s is not on a loopback "
				"address that allow names",
				name);
		return;
	}
	if (s->at_least_s > s->at_most_s)
		conf_draft_wrong(d, s->file, least,
			"at_least: expected at most %s, the at_most of source %s",
			spell(a, s->at_most_s), name);
	else if (s->every_s != CONF_AUTO && s->every_s < s->at_least_s)
		conf_draft_wrong(d, s->file, every,
			"every: expected at least %s, the at_least of source %s",
			spell(a, s->at_least_s), name);
	else if (s->every_s != CONF_AUTO && s->every_s > s->at_most_s)
		conf_draft_wrong(d, s->file, every,
			"every: expected at most %s, the at_most of source %s",
			spell(a, s->at_most_s), name);
}

static void check_user(struct draft *d, const struct conf_source *s, const struct given *g)
{
	if (s->user.len > 0 && s->password.len == 0 && g->lines[OPTION_SHARED_password_file] == 0)
		conf_draft_wrong(d, s->file, line_of(s, g, OPTION_SHARED_user),
			"user: expected password_file beside it in source %s", log_safe(s->name));
	if (s->password.len > 0 && s->user.len == 0)
		conf_draft_wrong(d, s->file, line_of(s, g, OPTION_SHARED_password_file),
			"password_file: expected user beside it in source %s", log_safe(s->name));
}

static void check_was(struct draft *d, const struct name *names, const struct given *given)
{
	struct conf *c = &d->conf;
	struct name *former = arena_array(&d->arena, c->n_sources, sizeof *former);
	size_t n = 0;

	for (size_t i = 0; i < c->n_sources; i++) {
		const struct conf_source *s = &c->sources[i];

		if (s->was.len == 0)
			continue;
		former[n++] = (struct name){s->was, s->file, given[i].lines[OPTION_SOURCE_was]};
		if (has_name(names, c->n_sources, s->was))
			conf_draft_wrong(d, s->file, given[i].lines[OPTION_SOURCE_was],
				"was: expected a name that no source has now, not %s",
				log_safe(s->was));
	}
	sort_names(d, "was", former, n);
}

static void check_sources(struct draft *d, const struct name *names)
{
	struct conf *c = &d->conf;

	for (size_t i = 0; i < c->n_sources; i++) {
		struct conf_source *s = &c->sources[i];

		inherit(d, s, &d->given[i]);
		check_address(d, s, &d->given[i]);
		if (s->url.len > 0)
			check_rhythm(d, s, &d->given[i]);
		check_user(d, s, &d->given[i]);
	}
	check_was(d, names, d->given);
}

static void check_topics(struct draft *d)
{
	for (size_t i = 0; i < d->conf.n_topics; i++) {
		const struct conf_topic *t = &d->conf.topics[i];

		if (t->match.len == 0 && t->categories.n == 0)
			conf_draft_wrong(d, d->topic_files[i], d->topic_lines[i],
				"topic %s: expected match or categories", log_safe(t->name));
	}
}

static void check_names(struct draft *d, size_t view, const char *option, const char *kind,
	const struct conf_list *list, const struct name *names, size_t n)
{
	for (size_t i = 0; i < list->n; i++)
		if (value_is_name(list->at[i]) && !has_name(names, n, list->at[i]))
			conf_draft_wrong(d, d->view_files[view], d->view_lines[view],
				"%s: expected names of %ss, there is no %s %s (view %s)", option,
				kind, kind, log_safe(list->at[i]),
				log_safe(d->conf.views[view].name));
}

static struct name *source_names(struct draft *d)
{
	struct conf *c = &d->conf;
	struct name *names = arena_array(&d->arena, c->n_sources, sizeof *names);

	for (size_t i = 0; i < c->n_sources; i++)
		names[i] =
			(struct name){c->sources[i].name, c->sources[i].file, c->sources[i].line};
	sort_names(d, "source", names, c->n_sources);
	return names;
}

static struct name *topic_names(struct draft *d)
{
	struct conf *c = &d->conf;
	struct name *names = arena_array(&d->arena, c->n_topics, sizeof *names);

	for (size_t i = 0; i < c->n_topics; i++)
		names[i] = (struct name){c->topics[i].name, d->topic_files[i], d->topic_lines[i]};
	sort_names(d, "topic", names, c->n_topics);
	return names;
}

static void check_views(struct draft *d, const struct name *sources, const struct name *topics)
{
	struct conf *c = &d->conf;
	struct name *names = arena_array(&d->arena, c->n_views, sizeof *names);

	for (size_t i = 0; i < c->n_views; i++) {
		const struct conf_view *v = &c->views[i];

		names[i] = (struct name){v->name, d->view_files[i], d->view_lines[i]};
		check_names(d, i, "sources", "source", &v->sources, sources, c->n_sources);
		check_names(d, i, "topics", "topic", &v->topics, topics, c->n_topics);
	}
	sort_names(d, "view", names, c->n_views);
}

/* conf.listen of what was written; its default where nothing was. */
static void make_listen(struct draft *d)
{
	struct conf *c = &d->conf;
	struct error why;

	if (d->listen.n == 0 && d->top.lines[OPTION_TOP_listen] != 0)
		conf_draft_wrong(d, SLICE("listen"), 0, "expected at least one socket");
	if (d->listen.n > LISTEN_MOST)
		conf_draft_wrong(d, SLICE("listen"), 0, "expected at most %d sockets", LISTEN_MOST);
	if (d->listen.n == 0)
		*ARENA_PUSH(&d->arena, &d->listen) = slice_of(options[OPTION_TOP_listen].fallback);
	c->listen = arena_array(&d->arena, d->listen.n, sizeof *c->listen);
	for (size_t i = 0; i < d->listen.n; i++)
		if (address_listen(d->listen.at[i], &c->listen[c->n_listen], &why) == 0)
			c->n_listen++;
	for (size_t i = 0; i < d->listen.n; i++)
		for (size_t j = 0; j < i; j++)
			if (slice_equal(d->listen.at[i], d->listen.at[j]))
				conf_draft_wrong(d, SLICE("listen"), 0, "expected once: %s",
					log_safe(d->listen.at[i]));
}

void conf_draft_finish(struct draft *d)
{
	const struct name *sources = source_names(d), *topics = topic_names(d);

	make_listen(d);
	check_sources(d, sources);
	check_topics(d);
	check_views(d, sources, topics);
}
