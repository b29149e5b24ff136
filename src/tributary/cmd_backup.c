/* cmd_backup.c - backup: a copy of the store, daemon or not */
#include "tributary/reading.h"

#include "base/buf.h"

static int backup(struct reading *r)
{
	const char *path = r->request.rest[0];
	struct buf said;
	int result;

	if (store_read_backup(r->reader, path, r->request.force, &r->err) < 0)
		return answer(&r->request, false, slice_of(r->err.text));
	buf_init(&said, sizeof r->err.text);
	buf_printf(&said, "%s: written, read back and flushed", path);
	result = answer(&r->request, true, buf_slice(&said));
	buf_clear(&said);
	return result;
}

int cmd_backup(int argc, char **argv)
{
	struct reading r;
	int result = reading_begin(&r, TAKES_JSON | TAKES_FORCE, 1, 1, argc, argv);

	if (result == COMMAND_WELL)
		result = backup(&r);
	reading_end(&r);
	return result;
}
