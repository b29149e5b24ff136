/*
 * handed.c - see handed.h
 */
#include "tributaryd/handed.h"

#include "base/limits.h"
#include "base/log.h"
#include "conf/conf.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

/* Appends up to the end of `fd`. */
static int read_all(int fd, struct buf *text, struct error *err)
{
	for (;;) {
		char *at = buf_room(text, 64 << 10);
		ssize_t n;

		if (at == NULL)
			return error_set(err, "the configuration is too large");
		n = pread(fd, at, 64 << 10, (off_t)text->len);
		if (n < 0 && errno != EINTR)
			return error_set(err, "cannot read the configuration: %s", strerror(errno));
		if (n == 0)
			return 0;
		if (n > 0)
			buf_took(text, (size_t)n);
	}
}

struct conf *handed_conf(int fd, struct error *err)
{
	struct conf *c = NULL;
	struct conf_errors wrong;
	struct buf text;

	buf_init(&text, 2 * LIMIT_CONF_BYTES);
	conf_errors_init(&wrong);
	if (read_all(fd, &text, err) == 0) {
		c = conf_parse(buf_slice(&text), &wrong);
		if (c == NULL)
			error_set(err, "the configuration was not understood: %.*s",
				SLICE_ARG(buf_slice(&wrong.lines)));
	}
	conf_errors_clear(&wrong);
	buf_clear(&text);
	return c;
}
