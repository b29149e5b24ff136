/* keep.c - idle work: retention, tombstones, checkpoints */
#include "base/log.h"
#include "store/query.h"
#include "store/writer.h"

int store_write_keep(struct store_writer *w, instant now, bool *more_out, struct error *err)
{
	(void)w, (void)now, (void)err;
	*more_out = false;
	return 0;
}
