/* cmd_story.c - `tributary story`: the admin's word on which items tell one story */
#include "tributary/commands.h"

#include "base/arena.h"
#include "base/log.h"
#include "conf/conf.h"

#include <stdlib.h>
#include <string.h>

int cmd_story(int argc, char **argv)
{
	static const struct {
		const char *name, *verb;
		size_t takes;
	} rows[] = {{"part", "story-part", 1}, {"join", "story-join", 2}, {"lock", "story-lock", 1},
		{"unlock", "story-unlock", 1}, {"unlink", "story-unlink", 1}};
	struct request r;
	size_t i = 0;

	if (!request_read(&r, TAKES_JSON, 2, 3, argc, argv))
		return COMMAND_USAGE;
	while (i < COUNT(rows) && strcmp(r.rest[0], rows[i].name) != 0)
		i++;
	if (i == COUNT(rows) || r.n_rest != rows[i].takes + 1) {
		wrong("story: expected part ITEM, join ITEM STORY, lock, unlock or unlink STORY");
		return COMMAND_USAGE;
	}
	r.rest++;
	r.n_rest--;
	return ask(&r, rows[i].verb);
}
