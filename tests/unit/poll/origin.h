/* origin.h - a tiny origin in a process of its own, on 127.0.0.1, that answers by the path */
#ifndef TRIBUTARY_TESTS_POLL_ORIGIN_H
#define TRIBUTARY_TESTS_POLL_ORIGIN_H

#include <stddef.h>
#include <sys/types.h>

/* What is answered to GET `path`, byte by byte; the connection ends then unless `keeps`. */
struct origin_row {
	const char *path;
	const char *answer;
	size_t len; /* 0: strlen */
	int keeps;
};

struct origin {
	pid_t pid;
	int port;
};

/*
 * Besides its rows: /echo answers with the request's head as it came, /count with "C R": the
 * number of the connection and of the request on it, /silent never, /large with 100 000 bytes.
 */
void origin_start(struct origin *o, const struct origin_row *rows, size_t n);
void origin_stop(struct origin *o);

#endif
