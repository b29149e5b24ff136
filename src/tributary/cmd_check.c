/* cmd_check.c - is this configuration, is this store, in order? */
#include "tributary/reading.h"

#include "conf/conf.h"
#include "publish/out.h"

#include <stdio.h>
#include <unistd.h>

#define CHECK_BYTES (1U << 20)

/* One sentence on the store of `c`; false where something is wrong with it. */
static bool check_store(const struct conf *c, struct arena *a, struct buf *said)
{
	struct store_reader *reader;
	struct error err = {""};
	bool is_there;
	const char *path = reading_path(a, c, &is_there);

	if (!is_there) {
		buf_printf(said, "%s: none yet, the daemon makes it", path);
		return true;
	}
	if (access(path, R_OK) != 0) {
		buf_printf(said, "%s: this user may not read it, so it was not looked at", path);
		return true;
	}
	reader = store_read_open(slice_string(a, c->state), &err);
	if (reader == NULL) {
		buf_puts(said, err.text);
		return store_read_is_older(slice_string(a, c->state));
	}
	buf_printf(said, "%s: in order", path);
	store_read_close(&reader);
	return true;
}

/* {"ok": …, "errors": [a line each]} */
static void put_json(bool ok, struct slice lines)
{
	struct slice line;
	struct buf out;

	buf_init(&out, CHECK_BYTES);
	buf_printf(&out, "{\"ok\":%s,\"errors\":[", ok ? "true" : "false");
	while (slice_cut(&lines, '\n', &line)) {
		if (line.len == 0)
			continue;
		out_json_next(&out);
		out_json_string(&out, line);
	}
	buf_puts(&out, "]}\n");
	fwrite(out.at, 1, out.len, stdout);
	buf_clear(&out);
}

static size_t count_enabled(const struct conf *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n_sources; i++)
		n += c->sources[i].enabled;
	return n;
}

static void put_well(const struct request *r, const struct conf *c, struct slice store)
{
	size_t enabled = count_enabled(c);

	printf("%s: in order; sources: %zu", r->conf_path, c->n_sources);
	if (enabled < c->n_sources)
		printf(" (%zu not enabled)", c->n_sources - enabled);
	printf(", topics: %zu, views: %zu\n%.*s\n", c->n_topics, c->n_views, SLICE_ARG(store));
}

int cmd_check(int argc, char **argv)
{
	struct conf_errors errors;
	struct request r;
	struct buf store;
	struct arena a;
	struct conf *c;
	bool good;

	if (!request_read(&r, TAKES_JSON, 0, 0, argc, argv))
		return COMMAND_USAGE;
	arena_init(&a);
	conf_errors_init(&errors);
	buf_init(&store, CHECK_BYTES);
	c = conf_read(r.conf_path, &errors);
	good = c != NULL && check_store(c, &a, &store);
	if (r.json)
		put_json(good, c == NULL ? buf_slice(&errors.lines)
			       : good    ? SLICE_NONE
					 : buf_slice(&store));
	else if (good)
		put_well(&r, c, buf_slice(&store));
	else if (c == NULL)
		fprintf(stderr, "%.*s", SLICE_ARG(buf_slice(&errors.lines)));
	else
		wrong("%.*s", SLICE_ARG(buf_slice(&store)));
	conf_free(&c);
	buf_clear(&store);
	conf_errors_clear(&errors);
	arena_clear(&a);
	return good ? COMMAND_WELL : COMMAND_WRONG;
}
