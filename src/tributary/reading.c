/* reading.c - what the commands that read the store begin and end with */
#include "tributary/reading.h"

#include "conf/conf.h"
#include "tributary/screen.h"

int reading_begin(
	struct reading *r, unsigned takes, size_t least, size_t most, int argc, char **argv)
{
	*r = (struct reading){0};
	arena_init(&r->arena);
	if (!request_read(&r->request, takes, least, most, argc, argv))
		return COMMAND_USAGE;
	r->conf = request_conf(&r->request);
	if (r->conf == NULL)
		return COMMAND_WRONG;
	screen_zone(r->conf->timezone);
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
