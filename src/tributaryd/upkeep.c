/* upkeep.c - idle work, in slices */
#include "tributaryd/upkeep.h"

#include "store/write.h"
#include "tributaryd/topics.h"

int upkeep_slice(
	const struct upkeep *u, instant now, bool *visible_out, bool *more_out, struct error *err)
{
	bool found = false, tagged = false;
	bool more_to_drop = false, more_to_index = false, more_to_tag = false, more_to_copy = false;

	*visible_out = *more_out = false;
	if (store_write_keep(u->store, now, &more_to_drop, err) < 0 ||
		store_write_search(u->store, &found, &more_to_index, err) < 0 ||
		topics_slice(u->topics, &tagged, &more_to_tag, err) < 0 ||
		store_write_backup(u->store, u->keep_backups, now, &more_to_copy, err) < 0)
		return -1;
	*visible_out = found || tagged;
	*more_out = more_to_drop || more_to_index || more_to_tag || more_to_copy;
	return 0;
}
