#include "origin.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define HEAD_BYTES 16384

static void say(int fd, const char *at, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, at, len, MSG_NOSIGNAL);

		if (n <= 0)
			_exit(0);
		at += n;
		len -= (size_t)n;
	}
}

static void say_body(int fd, const char *body, size_t len)
{
	char head[128];
	int n = snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", len);

	say(fd, head, (size_t)n);
	say(fd, body, len);
}

/* One request's head into `head`, NUL at its end; its length, 0 at the end of the connection. */
static size_t hear(int fd, char *head)
{
	size_t len = 0;

	while (len < HEAD_BYTES - 1) {
		ssize_t n = recv(fd, head + len, HEAD_BYTES - 1 - len, 0);

		if (n <= 0)
			return 0;
		len += (size_t)n;
		head[len] = '\0';
		if (len >= 4 && strcmp(head + len - 4, "\r\n\r\n") == 0)
			return len;
	}
	return 0;
}

static int answer_row(int fd, const char *path, const struct origin_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(rows[i].path, path) != 0)
			continue;
		say(fd, rows[i].answer, rows[i].len > 0 ? rows[i].len : strlen(rows[i].answer));
		return rows[i].keeps;
	}
	say_body(fd, "no such path", 12);
	return 1;
}

static void serve(int fd, int connection, const struct origin_row *rows, size_t n)
{
	static char head[HEAD_BYTES], large[100000];
	char path[256], text[64];
	size_t len;

	for (int requests = 1; (len = hear(fd, head)) > 0; requests++) {
		if (sscanf(head, "GET %255s", path) != 1)
			return;
		if (strcmp(path, "/echo") == 0) {
			say_body(fd, head, len);
		} else if (strcmp(path, "/silent") == 0) {
			pause();
		} else if (strcmp(path, "/large") == 0) {
			say(fd, "HTTP/1.1 200 OK\r\n\r\n", 19);
			say(fd, large, sizeof large);
			return;
		} else if (strcmp(path, "/count") == 0) {
			snprintf(text, sizeof text, "%d %d", connection, requests);
			say_body(fd, text, strlen(text));
		} else if (!answer_row(fd, path, rows, n)) {
			return;
		}
	}
}

static void listen_for_ever(int listener, const struct origin_row *rows, size_t n)
{
	signal(SIGCHLD, SIG_IGN);
	for (int connection = 1;; connection++) {
		int fd = accept(listener, NULL, NULL);

		if (fd < 0)
			_exit(1);
		if (fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			close(listener);
			serve(fd, connection, rows, n);
			_exit(0);
		}
		close(fd);
	}
}

void origin_start(struct origin *o, const struct origin_row *rows, size_t n)
{
	struct sockaddr_in at = {
		.sin_family = AF_INET, .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
	socklen_t len = sizeof at;
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (listener < 0 || bind(listener, (struct sockaddr *)&at, sizeof at) < 0 ||
		listen(listener, 512) < 0 ||
		getsockname(listener, (struct sockaddr *)&at, &len) < 0)
		abort();
	o->port = ntohs(at.sin_port);
	o->pid = fork();
	if (o->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		listen_for_ever(listener, rows, n);
	}
	close(listener);
}

void origin_stop(struct origin *o)
{
	kill(o->pid, SIGKILL);
	waitpid(o->pid, NULL, 0);
}
