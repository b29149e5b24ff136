/*
 * sockets.c - what systemd gave, matched by address; what it did not, bound
 */
#include "config.h"

#include "tributaryd/sockets.h"
#include "base/arena.h"
#include "base/log.h"
#include "conf/conf.h"
#include "tributaryd/folder.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 1024

/* A daemon that was killed may answer for a moment, until its roles have noticed. */
#define STALE_TRIES   20
#define STALE_WAIT_US 100000

union address {
	struct sockaddr any;
	struct sockaddr_un local;
	struct sockaddr_in four;
	struct sockaddr_in6 six;
};

struct place {
	union address at;
	socklen_t len;
	const char *name; /* for messages */
};

static int place_unix(struct slice path, struct arena *a, struct place *out, struct error *err)
{
	*out = (struct place){.name = slice_string(a, path), .len = sizeof out->at.local};
	out->at.local.sun_family = AF_UNIX;
	if (path.len + sizeof ".new" > sizeof out->at.local.sun_path)
		return error_set(err, "%s: longer than a socket's path may be", out->name);
	memcpy(out->at.local.sun_path, path.at, path.len);
	return 0;
}

static int place_tcp(
	const struct conf_listen *l, struct arena *a, struct place *out, struct error *err)
{
	struct slice host = l->host;
	char name[128];

	if (slice_starts(host, "[") && slice_ends(host, "]"))
		host = slice_head(slice_skip(host, 1), host.len - 2);
	(void)snprintf(name, sizeof name, "%.*s:%d", SLICE_ARG(l->host), l->port);
	*out = (struct place){.name = slice_string(a, slice_of(name))};
	if (inet_pton(AF_INET, slice_string(a, host), &out->at.four.sin_addr) == 1) {
		out->at.four.sin_family = AF_INET;
		out->at.four.sin_port = htons((uint16_t)l->port);
		out->len = sizeof out->at.four;
		return 0;
	}
	if (inet_pton(AF_INET6, slice_string(a, host), &out->at.six.sin6_addr) == 1) {
		out->at.six.sin6_family = AF_INET6;
		out->at.six.sin6_port = htons((uint16_t)l->port);
		out->len = sizeof out->at.six;
		return 0;
	}
	return error_set(err, "%s: not a numeric address", name);
}

static bool same_place(const union address *a, const union address *b)
{
	if (a->any.sa_family != b->any.sa_family)
		return false;
	switch (a->any.sa_family) {
	case AF_UNIX:
		return strncmp(a->local.sun_path, b->local.sun_path, sizeof a->local.sun_path) == 0;
	case AF_INET:
		return a->four.sin_port == b->four.sin_port &&
		       a->four.sin_addr.s_addr == b->four.sin_addr.s_addr;
	case AF_INET6:
		return a->six.sin6_port == b->six.sin6_port &&
		       memcmp(&a->six.sin6_addr, &b->six.sin6_addr, sizeof a->six.sin6_addr) == 0;
	default:
		return false;
	}
}

static bool listens_at(int fd, const struct place *p)
{
	union address at = {.any = {0}};
	socklen_t len = sizeof at;

	return getsockname(fd, &at.any, &len) == 0 && same_place(&at, &p->at);
}

static int open_socket(const struct place *p, struct error *err)
{
	int family = p->at.any.sa_family, yes = 1;
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return error_set(err, "%s: %s", p->name, strerror(errno));
	if (family != AF_UNIX)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
	if (family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
	return fd;
}

static int bind_tcp(const struct place *p, struct error *err)
{
	int fd = open_socket(p, err);

	if (fd < 0)
		return -1;
	if (bind(fd, &p->at.any, p->len) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	error_set(err, "listen: %s: %s", p->name,
		errno == EADDRINUSE ? "taken by another program" : strerror(errno));
	close(fd);
	return -1;
}

/* Does anybody answer there? */
static bool answered(const struct place *p)
{
	int fd = open_socket(p, NULL);
	bool answers = fd >= 0 && (connect(fd, &p->at.any, p->len) == 0 || errno == EAGAIN);

	if (fd >= 0)
		close(fd);
	return answers;
}

/* The path is free, or holds a socket that nobody answers on. */
static int check_path(const struct place *p, struct error *err)
{
	struct stat s;

	if (lstat(p->name, &s) < 0)
		return errno == ENOENT ? 0 : error_set(err, "%s: %s", p->name, strerror(errno));
	if (!S_ISSOCK(s.st_mode))
		return error_set(
			err, "%s: there is something that is no socket: remove it", p->name);
	for (int i = 0; i < STALE_TRIES; i++) {
		if (!answered(p))
			return 0;
		usleep(STALE_WAIT_US);
	}
	return error_set(err, "%s: another program answers there", p->name);
}

/* Bound and listening under a name of its own, then renamed: nobody finds a deaf socket. */
static int bind_path(const struct place *p, mode_t mask, struct error *err)
{
	struct place fresh = *p;
	size_t len = strlen(p->at.local.sun_path);
	mode_t before;
	int fd = open_socket(p, err), failed;

	if (fd < 0)
		return -1;
	memcpy(fresh.at.local.sun_path + len, ".new", sizeof ".new");
	unlink(fresh.at.local.sun_path);
	before = umask(mask);
	failed = bind(fd, &fresh.at.any, fresh.len);
	umask(before);
	if (failed == 0 && listen(fd, BACKLOG) == 0 &&
		rename(fresh.at.local.sun_path, p->name) == 0)
		return fd;
	error_set(err, "%s: %s", p->name, strerror(errno));
	unlink(fresh.at.local.sun_path);
	close(fd);
	return -1;
}

static int bind_unix(
	struct sockets *s, const struct place *p, mode_t mask, struct arena *a, struct error *err)
{
	const char *slash = strrchr(p->name, '/');
	const char *folder =
		slash == NULL ? "."
		: slash == p->name
			? "/"
			: slice_string(a, slice_from(p->name, (size_t)(slash - p->name)));
	struct stat made;
	int fd;

	if (folder_prepare(folder, err) < 0 || check_path(p, err) < 0)
		return -1;
	fd = bind_path(p, mask, err);
	if (fd >= 0 && lstat(p->name, &made) == 0)
		s->bound[s->n_bound++] = (struct sockets_path){p->name, made.st_dev, made.st_ino};
	return fd;
}

/* The given descriptor that listens at `p`, taken out of the list; or -1. */
static int take_given(int *given, size_t n_given, const struct place *p)
{
	for (size_t i = 0; i < n_given; i++)
		if (given[i] >= 0 && listens_at(given[i], p)) {
			int fd = given[i];

			given[i] = -1;
			return fd;
		}
	return -1;
}

static int open_control(const struct conf *c, int *given, size_t n_given, struct arena *a,
	struct sockets *out, struct error *err)
{
	struct place p;

	if (place_unix(c->control, a, &p, err) < 0)
		return -1;
	out->control = take_given(given, n_given, &p);
	if (out->control < 0)
		out->control = bind_unix(out, &p, 0177, a, err);
	return out->control < 0 ? -1 : 0;
}

static int open_http(const struct conf_listen *l, int *given, size_t n_given, struct arena *a,
	struct sockets *out, struct error *err)
{
	bool is_tcp = l->kind == CONF_LISTEN_TCP;
	struct place p;
	int fd;

	if ((is_tcp ? place_tcp(l, a, &p, err) : place_unix(l->path, a, &p, err)) < 0)
		return -1;
	fd = take_given(given, n_given, &p);
	if (fd < 0)
		fd = is_tcp ? bind_tcp(&p, err) : bind_unix(out, &p, 0117, a, err);
	if (fd < 0)
		return -1;
	out->http[out->n_http++] = fd;
	return 0;
}

int sockets_open(const struct conf *c, const int *given, size_t n_given, struct arena *a,
	struct sockets *out, struct error *err)
{
	int *left = arena_array(a, n_given + 1, sizeof *left);

	*out = (struct sockets){.control = -1};
	if (c->n_listen + n_given > SOCKETS_HTTP)
		return error_set(err, "listen: more than %d sockets", SOCKETS_HTTP);
	for (size_t i = 0; i < n_given; i++) {
		left[i] = given[i];
		fcntl(given[i], F_SETFD, FD_CLOEXEC);
		fcntl(given[i], F_SETFL, fcntl(given[i], F_GETFL) | O_NONBLOCK);
	}
	if (open_control(c, left, n_given, a, out, err) < 0)
		return -1;
	for (size_t i = 0; i < c->n_listen; i++)
		if (open_http(&c->listen[i], left, n_given, a, out, err) < 0)
			return -1;
	for (size_t i = 0; i < n_given; i++)
		if (left[i] >= 0)
			out->http[out->n_http++] = left[i];
	return 0;
}

void sockets_close(struct sockets *s)
{
	for (size_t i = 0; i < s->n_bound; i++) {
		struct stat now;

		if (lstat(s->bound[i].path, &now) == 0 && now.st_dev == s->bound[i].device &&
			now.st_ino == s->bound[i].inode)
			unlink(s->bound[i].path);
	}
	for (size_t i = 0; i < s->n_http; i++)
		close(s->http[i]);
	if (s->control >= 0)
		close(s->control);
	*s = (struct sockets){.control = -1};
}
