/* cmd_ask.c - what only the running daemon can do: reload, refresh, release */
#include "tributary/commands.h"

#include "base/arena.h"
#include "base/log.h"
#include "conf/conf.h"
#include "ipc/control.h"

#include <stdlib.h>

#define ASK_TIMEOUT_S 60 /* a reload waits for the poller's commit, 100 000 sources for longer */
#define ASK_BYTES     (1U << 20)

int ask(const struct request *r, const char *verb)
{
	struct conf *c = request_conf(r);
	struct error err = {""};
	struct buf text;
	struct arena a;
	int said, result;

	if (c == NULL)
		return COMMAND_WRONG;
	arena_init(&a);
	buf_init(&text, ASK_BYTES);
	said = control_ask(slice_string(&a, c->control), verb, (const char *const *)r->rest,
		r->n_rest, ASK_TIMEOUT_S, &text, &err);
	if (said < 0)
		result = answer(r, false, slice_of(err.text));
	else
		result = answer(r, said == 0, buf_slice(&text));
	buf_clear(&text);
	arena_clear(&a);
	conf_free(&c);
	return result;
}

int cmd_reload(int argc, char **argv)
{
	struct request r;

	return request_read(&r, TAKES_JSON, 0, 0, argc, argv) ? ask(&r, "reload") : COMMAND_USAGE;
}

int cmd_refresh(int argc, char **argv)
{
	struct request r;

	if (!request_read(&r, TAKES_JSON, 0, CONTROL_SOURCES, argc, argv))
		return COMMAND_USAGE;
	return ask(&r, "refresh");
}

int cmd_release(int argc, char **argv)
{
	struct request r;

	return request_read(&r, TAKES_JSON, 1, 1, argc, argv) ? ask(&r, "release") : COMMAND_USAGE;
}
