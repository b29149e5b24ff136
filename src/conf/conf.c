/* conf.c - the configuration: files to a struct conf, and to the text for the roles */
#include "conf/conf.h"

#include "base/limits.h"
#include "base/log.h"
#include "conf/address.h"
#include "conf/draft.h"
#include "conf/file.h"
#include "conf/value.h"

#include <stdlib.h>

#define ERROR_BYTES (256U << 10)

/* A configuration and the arena that its texts live in; sources, topics, views are malloc's. */
struct whole {
	struct conf conf;
	struct arena arena;
};

const char *const conf_default_path = SYSCONFDIR "/tributary/tributary.conf";

void conf_errors_init(struct conf_errors *e)
{
	buf_init(&e->lines, ERROR_BYTES);
	e->n = 0;
}

void conf_errors_clear(struct conf_errors *e)
{
	buf_clear(&e->lines);
	e->n = 0;
}

static void conf_draft_begin(struct draft *d, bool private, struct conf_errors *errors)
{
	*d = (struct draft){.private = private, .errors = errors};
	arena_init(&d->arena);
	conf_draft_fall_back(d, WHERE_TOP, d);
	conf_draft_fall_back(d, WHERE_SHARED, &d->shared);
}

/* The configuration, where nothing is wrong; the draft is gone either way. */
static struct conf *conf_draft_end(struct draft *d)
{
	struct whole *w = NULL;

	free(d->given);
	free(d->topic_files);
	free(d->topic_lines);
	free(d->view_files);
	free(d->view_lines);
	w = calloc(1, sizeof *w);
	if (w == NULL)
		die("out of memory (the configuration)");
	w->conf = d->conf;
	w->arena = d->arena;
	if (d->errors->n > 0) {
		struct conf *c = &w->conf;

		if (d->errors->n > LIMIT_CONF_ERRORS)
			buf_printf(&d->errors->lines, "and %zu more\n",
				d->errors->n - LIMIT_CONF_ERRORS);
		conf_free(&c);
		return NULL;
	}
	return &w->conf;
}

static void read_file(struct draft *d, const char *path, size_t *left)
{
	struct slice file = slice_copy(&d->arena, slice_of(path));
	struct error why;
	struct buf text;

	buf_init(&text, *left);
	if (file_read(path, &text, &why) < 0) {
		conf_draft_wrong(d, file, 0, "expected %s", why.text);
	} else {
		*left -= text.len;
		buf_puts(&text, "\n"); /* so that there is a NUL, and an end to a last comment */
		conf_draft_read(d, file, text.at, text.len);
	}
	buf_clear(&text);
}

struct conf *conf_read(const char *path, struct conf_errors *errors)
{
	size_t left = LIMIT_CONF_BYTES, n_paths;
	struct draft d;
	struct slice folder;
	const char **paths;
	struct error why;

	conf_draft_begin(&d, false, errors);
	read_file(&d, path, &left);
	if (file_list(&d.arena, path, &folder, &paths, &n_paths, &why) < 0)
		conf_draft_wrong(&d, folder, 0, "expected %s", why.text);
	for (size_t i = 0; i < n_paths; i++)
		read_file(&d, paths[i], &left);
	conf_draft_finish(&d);
	return conf_draft_end(&d);
}

struct conf *conf_parse(struct slice text, struct conf_errors *errors)
{
	struct draft d;
	struct buf copy;

	conf_draft_begin(&d, true, errors);
	buf_init(&copy, text.len + 1);
	buf_put_slice(&copy, text);
	buf_putc(&copy, '\n');
	conf_draft_read(&d, SLICE("configuration"), copy.at, copy.len);
	buf_clear(&copy);
	conf_draft_finish(&d);
	return conf_draft_end(&d);
}

static void print_list(struct buf *out, const struct conf_list *list)
{
	buf_puts(out, "{ ");
	for (size_t i = 0; i < list->n; i++) {
		buf_puts(out, i > 0 ? ", " : "");
		value_print_string(out, list->at[i]);
	}
	buf_puts(out, " }");
}

/* Those options of `where` that differ from `plain`, one line each. */
static void print_options(
	struct buf *out, const char *indent, unsigned where, const void *base, const void *plain)
{
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		const struct option *o = &options[i];
		const void *field = (const char *)base + o->offset;
		const struct conf_list *list = field;

		if ((o->where & where) == 0 || o->type == TYPE_SECRET)
			continue;
		if (o->list ? list->n == 0 : value_equal(o, field, (const char *)plain + o->offset))
			continue;
		buf_printf(out, "%s%s = ", indent, o->name);
		if (o->list)
			print_list(out, list);
		else
			value_print(out, o, field);
		buf_putc(out, '\n');
	}
}

static void print_section(struct buf *out, const char *kind, struct slice name)
{
	buf_printf(out, "%s ", kind);
	value_print_string(out, name);
	buf_puts(out, " {\n");
}

static void print_source(struct buf *out, const struct conf_source *s, const void *plain)
{
	unsigned where = WHERE_SHARED | WHERE_SOURCE | WHERE_PRIVATE;
	struct conf_source bare = *s;

	bare.url = SLICE_NONE; /* the two options that share it are told apart here */
	print_section(out, "source", s->name);
	buf_puts(out, s->is_page ? "\tpage = " : "\turl = ");
	value_print_string(out, s->url);
	buf_putc(out, '\n');
	print_options(out, "\t", where, &bare, plain);
	buf_puts(out, "}\n");
}

void conf_print(const struct conf *c, struct buf *out)
{
	struct conf_errors errors;
	struct draft plain, d = {.conf = *c};
	struct conf_view view = {0};
	struct conf_topic topic = {0};

	conf_errors_init(&errors);
	conf_draft_begin(&plain, true, &errors);
	conf_draft_fall_back(&plain, WHERE_TOPIC, &topic);
	conf_draft_fall_back(&plain, WHERE_VIEW, &view);
	for (size_t i = 0; i < c->n_listen; i++)
		*ARENA_PUSH(&plain.arena, &d.listen) = address_print(&plain.arena, &c->listen[i]);
	print_options(out, "", WHERE_TOP, &d, &plain);
	for (size_t i = 0; i < c->n_sources; i++)
		print_source(out, &c->sources[i], &plain.shared);
	for (size_t i = 0; i < c->n_topics; i++) {
		print_section(out, "topic", c->topics[i].name);
		print_options(out, "\t", WHERE_TOPIC, &c->topics[i], &topic);
		buf_puts(out, "}\n");
	}
	for (size_t i = 0; i < c->n_views; i++) {
		print_section(out, "view", c->views[i].name);
		print_options(out, "\t", WHERE_VIEW, &c->views[i], &view);
		buf_puts(out, "}\n");
	}
	arena_clear(&plain.arena);
	conf_errors_clear(&errors);
}

void conf_free(struct conf **c)
{
	struct whole *w = (struct whole *)(void *)*c;

	if (w == NULL)
		return;
	free(w->conf.sources);
	free(w->conf.topics);
	free(w->conf.views);
	arena_clear(&w->arena);
	free(w);
	*c = NULL;
}

struct slice conf_proxy(const struct conf *c, const struct conf_source *source)
{
	struct slice proxy = source != NULL && source->proxy.len > 0 ? source->proxy : c->proxy;

	return slice_is(proxy, "none") ? SLICE_NONE : proxy;
}
