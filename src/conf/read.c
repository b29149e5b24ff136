/* read.c - libconfuse's door: a text to sections and values, as they come */
#include "conf/draft.h"

#include "base/limits.h"
#include "base/log.h"
#include "conf/text.h"
#include "conf/value.h"
#include "feed/rule.h"

#include <confuse.h>

#include <stdio.h>
#include <stdlib.h>

/*
 * libconfuse's callbacks have no argument of ours: whose text is being read.  Each value is
 * converted in the callback that brings it, for only then its line is known; each section is
 * taken out of libconfuse's hands at its end, for it compares a new title with all that it has.
 */
static struct reader {
	struct draft *draft;
	struct slice file;
	cfg_t *root;
	const cfg_t *section; /* whose values come; NULL: the next value begins one */
	void *base;           /* the struct of the section */
	struct given *given;
	struct given scratch; /* of topics and views, which have no defaults to be told from */
} reader;

static void *grown(void *at, size_t n, size_t size)
{
	at = reallocarray(at, n, size);
	if (at == NULL)
		die("out of memory (%zu sections of the configuration)", n);
	return at;
}

void conf_draft_wrong(struct draft *d, struct slice file, int line, const char *format, ...)
{
	struct buf *out = &d->errors->lines;
	va_list args;

	if (d->errors->n++ >= LIMIT_CONF_ERRORS)
		return;
	buf_put_slice(out, file);
	if (line > 0)
		buf_printf(out, ":%d", line);
	buf_puts(out, ": ");
	va_start(args, format);
	buf_vprintf(out, format, args);
	va_end(args);
	buf_putc(out, '\n');
}

void conf_draft_fall_back(struct draft *d, unsigned where, void *base)
{
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		const struct option *o = &options[i];
		struct error why;

		if ((o->where & where) == 0 || o->fallback == NULL || o->list)
			continue;
		if (value_read(&d->arena, o, slice_of(o->fallback), (char *)base + o->offset,
			    &why) < 0)
			die("the default of %s is none: %s", o->name, o->fallback);
	}
}

static struct conf_source *add_source(struct draft *d)
{
	struct conf *c = &d->conf;

	if (c->n_sources == d->cap) {
		d->cap = d->cap == 0 ? 64 : 2 * d->cap;
		c->sources = grown(c->sources, d->cap, sizeof *c->sources);
		d->given = grown(d->given, d->cap, sizeof *d->given);
	}
	c->sources[c->n_sources] = (struct conf_source){0};
	memset(&d->given[c->n_sources], 0, sizeof *d->given);
	reader.given = &d->given[c->n_sources];
	return &c->sources[c->n_sources++];
}

static struct conf_topic *add_topic(struct draft *d, int line)
{
	struct conf *c = &d->conf;
	size_t n = c->n_topics;

	if (n == d->topic_cap) {
		d->topic_cap = n == 0 ? 16 : 2 * n;
		c->topics = grown(c->topics, d->topic_cap, sizeof *c->topics);
		d->topic_files = grown(d->topic_files, d->topic_cap, sizeof *d->topic_files);
		d->topic_lines = grown(d->topic_lines, d->topic_cap, sizeof *d->topic_lines);
	}
	d->topic_files[n] = reader.file;
	d->topic_lines[n] = line;
	c->topics[c->n_topics++] = (struct conf_topic){0};
	return &c->topics[n];
}

static struct conf_view *add_view(struct draft *d, int line)
{
	struct conf *c = &d->conf;
	size_t n = c->n_views;

	if (n == d->view_cap) {
		d->view_cap = n == 0 ? 16 : 2 * n;
		c->views = grown(c->views, d->view_cap, sizeof *c->views);
		d->view_files = grown(d->view_files, d->view_cap, sizeof *d->view_files);
		d->view_lines = grown(d->view_lines, d->view_cap, sizeof *d->view_lines);
	}
	d->view_files[n] = reader.file;
	d->view_lines[n] = line;
	c->views[c->n_views++] = (struct conf_view){0};
	return &c->views[n];
}

static struct slice section_name(const cfg_t *section, int line)
{
	struct slice name = slice_of(section->title);

	if (!value_is_name(name))
		conf_draft_wrong(reader.draft, reader.file, line,
			"%s %s: expected a name of 1 to 64 of a-z 0-9 . _ -", section->name,
			log_safe(name));
	return slice_copy(&reader.draft->arena, name);
}

/* The line that a section begins in: text_prepare has noted them in their order. */
static int section_line(struct draft *d)
{
	return d->next_section < d->sections.n ? d->sections.at[d->next_section++] : 0;
}

/* The struct of a section that begins. */
static void begin_section(const cfg_t *section)
{
	struct draft *d = reader.draft;
	struct slice kind = slice_of(section->name);
	int line = slice_is(kind, "root") ? 0 : section_line(d);

	reader.section = section;
	reader.given = &reader.scratch;
	memset(&reader.scratch, 0, sizeof reader.scratch);
	if (slice_is(kind, "root")) {
		reader.base = d;
		reader.given = &d->top;
	} else if (slice_is(kind, "defaults")) {
		reader.base = &d->shared;
		reader.given = &d->shared_given;
	} else if (slice_is(kind, "source")) {
		struct conf_source *s = add_source(d);

		s->name = section_name(section, line);
		s->file = reader.file;
		s->line = line;
		reader.base = s;
	} else if (slice_is(kind, "topic")) {
		struct conf_topic *t = add_topic(d, line);

		t->name = section_name(section, line);
		conf_draft_fall_back(d, WHERE_TOPIC, t);
		reader.base = t;
	} else {
		struct conf_view *v = add_view(d, line);

		v->name = section_name(section, line);
		conf_draft_fall_back(d, WHERE_VIEW, v);
		reader.base = v;
	}
}

static unsigned where_of(const cfg_t *section)
{
	unsigned where = option_section(slice_of(section->name), reader.draft->private);

	return where == 0 ? WHERE_TOP : where;
}

/*
 * A rule may go over many lines, the last of which libconfuse has just read: the mistake is told
 * with its own.  False where there is none in `text`.
 */
static bool tell_mistake(const struct option *o, struct slice text, int line)
{
	struct draft *d = reader.draft;
	struct rule_mistake mistake;
	struct rule rule;
	size_t from = 0;

	if (o->type != TYPE_RULE || rule_parse(&d->arena, text, &rule, &mistake))
		return false;
	for (size_t i = 0; i < text.len; i++) {
		line -= text.at[i] == '\n' && i >= mistake.at;
		from = text.at[i] == '\n' && i < mistake.at ? i + 1 : from;
	}
	conf_draft_wrong(d, reader.file, line, "%s: expected %s in column %zu of %s", o->name,
		mistake.expected, mistake.at - from + 1, from > 0 ? "this line" : "the rule");
	return true;
}

static void take_value(const cfg_t *section, const cfg_opt_t *opt, struct slice text, int line)
{
	const struct option *o = option_find(where_of(section), slice_of(opt->name));
	char *field = (char *)reader.base + o->offset;
	struct conf_list *list = (struct conf_list *)(void *)field;
	int *given = &reader.given->lines[o - options];
	struct error why;
	void *place = field;

	if (*given != 0 && !(o->list && opt->nvalues > 1))
		conf_draft_wrong(reader.draft, reader.file, line,
			"%s: expected once, it stands in line %d already", o->name, *given);
	if (*given == 0)
		*given = line;
	if (o->list)
		place = ARENA_PUSH(&reader.draft->arena, list);
	if (value_read(&reader.draft->arena, o, text, place, &why) == 0)
		return;
	if (tell_mistake(o, text, line))
		return;
	conf_draft_wrong(reader.draft, reader.file, line, "%s: expected %s, not %s", o->name,
		why.text[0] != '\0' ? why.text : o->expected, log_safe(text));
}

/* libconfuse has read a value. */
static int on_value(cfg_t *section, cfg_opt_t *opt, const char *value, void *result)
{
	if (reader.section != section)
		begin_section(section);
	take_value(section, opt, slice_of(value), section->line);
	*(const char **)result = value;
	return 0;
}

/* A list that is given as { } brings no value: it is given all the same. */
static void note_empty_lists(const cfg_t *section)
{
	for (const cfg_opt_t *opt = section->opts; opt->name != NULL; opt++) {
		const struct option *o = option_find(where_of(section), slice_of(opt->name));

		if (o != NULL && o->list && (opt->flags & CFGF_MODIFIED) != 0 &&
			opt->nvalues == 0 && reader.given->lines[o - options] == 0)
			reader.given->lines[o - options] = section->line;
	}
}

/* libconfuse has read a section to its end. */
static int on_section(cfg_t *root, cfg_opt_t *opt)
{
	const cfg_t *section = cfg_opt_getnsec(opt, cfg_opt_size(opt) - 1);

	if (reader.section != section)
		begin_section(section);
	note_empty_lists(section);
	reader.section = NULL;
	if ((opt->flags & CFGF_MULTI) != 0)
		cfg_opt_rmnsec(opt, cfg_opt_size(opt) - 1);
	(void)root;
	return 0;
}

static void on_error(cfg_t *section, const char *format, va_list args)
{
	struct error e;

	vsnprintf(e.text, sizeof e.text, format, args);
	for (char *at = e.text; *at != '\0'; at++)
		*at = (char)((unsigned char)*at < 0x20 || *at == 0x7f ? '?' : *at);
	conf_draft_wrong(reader.draft, reader.file, section->line, "syntax: %s", e.text);
}

/* libconfuse's table of the options of `where`, ended by an empty row, after `at`. */
static cfg_opt_t *put_options(cfg_opt_t *at, unsigned where)
{
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		const struct option *o = &options[i];
		int flags = CFGF_NODEFAULT | (o->list ? CFGF_LIST : 0);

		if ((o->where & where) == 0 ||
			(i > 0 && option_find(where, slice_of(o->name)) != o))
			continue;
		*at++ = (cfg_opt_t)CFG_STR_CB(o->name, NULL, flags, on_value);
	}
	return at;
}

static cfg_t *new_root(bool private)
{
	static cfg_opt_t inner[4][OPTION_COUNT + 1], top[OPTION_COUNT + 5];
	static const struct {
		const char *name;
		int flags;
	} sections[] = {{"defaults", 0}, {"source", CFGF_MULTI | CFGF_TITLE},
		{"topic", CFGF_MULTI | CFGF_TITLE}, {"view", CFGF_MULTI | CFGF_TITLE}};
	cfg_opt_t *at = put_options(top, WHERE_TOP);
	cfg_t *root;

	for (size_t i = 0; i < COUNT(sections); i++) {
		unsigned where = option_section(slice_of(sections[i].name), private);
		cfg_opt_t *end = put_options(inner[i], where);

		*end = (cfg_opt_t)CFG_END();
		*at++ = (cfg_opt_t)CFG_SEC(sections[i].name, inner[i], sections[i].flags);
	}
	*at = (cfg_opt_t)CFG_END();
	root = cfg_init(top, CFGF_NONE);
	if (root == NULL)
		die("out of memory (libconfuse)");
	cfg_set_error_function(root, on_error);
	for (size_t i = 0; i < COUNT(sections); i++)
		cfg_set_validate_func(root, sections[i].name, on_section);
	return root;
}

bool conf_draft_read(struct draft *d, struct slice file, char *text, size_t len)
{
	size_t before = d->errors->n;
	bool good;

	d->sections.n = d->next_section = 0;
	if (!text_prepare(d, file, text, len))
		return false;
	reader = (struct reader){.draft = d, .file = file, .root = new_root(d->private)};
	good = cfg_parse_buf(reader.root, text) == CFG_SUCCESS;
	reader.given = &d->top;
	note_empty_lists(reader.root);
	if (!good && d->errors->n == before)
		conf_draft_wrong(d, file, 0, "syntax: expected a configuration");
	cfg_free(reader.root);
	reader = (struct reader){0};
	return good;
}
