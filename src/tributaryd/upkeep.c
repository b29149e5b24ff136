/* upkeep.c - idle work, in slices */
#include "tributaryd/upkeep.h"

#include "store/write.h"
#include "tributaryd/topics.h"

int upkeep_slice(
	const struct upkeep *u, instant now, bool *visible_out, bool *more_out, struct error *err)
{
	bool more_to_drop = false, more_to_index = false, more_to_tag = false;

	*visible_out = *more_out = false;
	if (store_write_keep(u->store, now, &more_to_drop, err) < 0 ||
		store_write_search(u->store, &more_to_index, err) < 0 ||
		topics_slice(u->topics, visible_out, &more_to_tag, err) < 0)
		return -1;
	*more_out = more_to_drop || more_to_index || more_to_tag;
	return 0;
}
