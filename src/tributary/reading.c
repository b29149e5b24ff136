/* reading.c - what the commands that read the store begin and end with */
#include "tributary/reading.h"

#include "conf/conf.h"
#include "tributary/screen.h"

#include <errno.h>
#include <limits.h>
#include <unistd.h>

const char *reading_path(struct arena *a, const struct conf *c, bool *is_there_out)
{
	struct buf path;
	const char *text;

	buf_init(&path, PATH_MAX);
	buf_printf(&path, "%.*s/tributary.db", SLICE_ARG(c->state));
	text = slice_string(a, buf_slice(&path));
	buf_clear(&path);
	*is_there_out = access(text, F_OK) == 0 || errno != ENOENT;
	return text;
}

int reading_begin(
	struct reading *r, unsigned takes, size_t least, size_t most, int argc, char **argv)
{
	const char *path;
	bool is_there;

	*r = (struct reading){0};
	arena_init(&r->arena);
	if (!request_read(&r->request, takes, least, most, argc, argv))
		return COMMAND_USAGE;
	r->conf = request_conf(&r->request);
	if (r->conf == NULL)
		return COMMAND_WRONG;
	screen_zone(r->conf->timezone);
	path = reading_path(&r->arena, r->conf, &is_there);
	if (!is_there)
		return wrong("%s: there is no store yet, the daemon makes it", path);
	r->reader = store_read_open(slice_string(&r->arena, r->conf->state), &r->err);
	return r->reader == NULL ? reading_failed(r) : COMMAND_WELL;
}

void reading_end(struct reading *r)
{
	if (r->reader != NULL)
		store_read_close(&r->reader);
	conf_free(&r->conf);
	arena_clear(&r->arena);
}

int reading_failed(const struct reading *r)
{
	return wrong("%s", r->err.text);
}
