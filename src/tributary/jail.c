/*
 * jail.c - see jail.h
 */
#include "tributary/jail.h"

#include "base/limits.h"
#include "base/log.h"
#include "parse/parse.h"
#include "proc/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PIPE_BYTES (256 << 10)

static void shut_in(void)
{
	struct itimerval cpu = {.it_value = {.tv_sec = LIMIT_PARSE_CPU_S}};
	struct error err = {""};
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	parse_warm_up();
	/* What goes wrong in here is the parent's to say, in one line. */
	if (null < 0 || dup2(null, STDERR_FILENO) < 0)
		_exit(EXIT_FAILURE);
	if (!sandbox_is_loose())
		setitimer(ITIMER_PROF, &cpu, NULL);
	if (sandbox_enter(SANDBOX_PARSER, NULL, NULL, &err) < 0)
		_exit(EXIT_FAILURE);
}

int jail_open(struct jail *j, jail_work *work, void *data, struct error *err)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_set(err, "%s", strerror(errno));
	fcntl(ends[1], F_SETPIPE_SZ, PIPE_BYTES); /* only faster */
	*j = (struct jail){fork(), ends[0], LIMIT_PARSE_WALL_S * 1000};
	if (j->child == 0) {
		close(ends[0]);
		shut_in();
		work(data, ends[1]);
		_exit(EXIT_SUCCESS);
	}
	close(ends[1]);
	if (j->child > 0)
		return 0;
	close(ends[0]);
	return error_set(err, "%s", strerror(errno));
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Is there something to read, within what is left of the child's time? */
static bool is_ready(struct jail *j)
{
	struct pollfd ready = {.fd = j->in, .events = POLLIN};
	int64_t begun = now_ms();
	int n;

	do {
		n = poll(&ready, 1, j->left_ms);
	} while (n < 0 && errno == EINTR);

	int64_t waited = now_ms() - begun;

	j->left_ms = waited < j->left_ms ? j->left_ms - (int)waited : 0;
	return n > 0;
}

bool jail_read(struct jail *j, void *at, size_t len)
{
	char *to = at;

	while (len > 0) {
		if (!is_ready(j))
			return false;

		ssize_t n = read(j->in, to, len);

		if (n == 0 || (n < 0 && errno != EINTR))
			return false;
		to += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
	return true;
}

void jail_close(struct jail *j)
{
	kill(j->child, SIGKILL);
	while (waitpid(j->child, NULL, 0) < 0 && errno == EINTR)
		continue;
	close(j->in);
}

bool jail_write(int out, const void *at, size_t len)
{
	const char *from = at;

	while (len > 0) {
		ssize_t n = write(out, from, len);

		if (n < 0 && errno != EINTR)
			return false;
		from += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
	return true;
}
