#include "config.h"

#include "ipc/control.h"
#include "base/limits.h"
#include "base/log.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <ev.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/tributary-control-XXXXXX";
static struct sockaddr_un address = {.sun_family = AF_UNIX};

/* A server whose handler says what it was asked, at once, or later where the verb is "later". */
static struct {
	struct ev_loop *loop;
	struct control *control;
	uint64_t later;
	unsigned asked;
} here;

static void on_question(void *data, const struct control_question *q)
{
	char text[200];
	int len = snprintf(text, sizeof text, "%.*s of %zu%s%.*s", SLICE_ARG(q->verb), q->n_sources,
		q->n_sources > 0 ? ": " : "",
		SLICE_ARG(q->n_sources > 0 ? q->sources[q->n_sources - 1] : SLICE_NONE));

	(void)data;
	here.asked++;
	if (slice_is(q->verb, "later"))
		here.later = q->id;
	else
		control_answer(here.control, q->id, !slice_is(q->verb, "fail"),
			slice_from(text, (size_t)len));
}

static void open_server(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	cr_assert_not_null(mkdtemp(folder));
	snprintf(address.sun_path, sizeof address.sun_path, "%s/sock", folder);
	cr_assert_eq(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	cr_assert_eq(listen(fd, 100), 0);
	here.loop = ev_loop_new(0);
	here.control = control_open(here.loop, fd, on_question, NULL);
}

static void close_server(void)
{
	control_close(&here.control);
	ev_loop_destroy(here.loop);
	unlink(address.sun_path);
	rmdir(folder);
}

TestSuite(control, .init = open_server, .fini = close_server);

static int dial(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	cr_assert_eq(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
	return fd;
}

static void turn(int times)
{
	while (times-- > 0)
		ev_run(here.loop, EVRUN_NOWAIT);
}

static void say(int fd, struct slice text)
{
	while (text.len > 0) {
		ssize_t len = send(fd, text.at, text.len, MSG_NOSIGNAL);

		if (len < 0 && errno != EAGAIN)
			return;
		text = slice_skip(text, len < 0 ? 0 : (size_t)len);
		turn(1);
	}
	turn(8);
}

/* What has come, as a string; "" where nothing has, "EOF" after the end. */
static const char *heard(int fd)
{
	static char text[4096];
	ssize_t len = recv(fd, text, sizeof text - 1, 0);

	if (len == 0 || (len < 0 && errno == ECONNRESET))
		return "EOF";
	text[len < 0 ? 0 : len] = '\0';
	return text;
}

Test(control, questions_are_answered_in_order_on_one_connection)
{
	int fd = dial();

	say(fd, SLICE("{\"ask\": \"refresh\", \"sources\": [\"a\", \"b\"]}\n{\"ask\":\"ping\"}\n"));
	turn(8);
	cr_expect_str_eq(heard(fd), "{\"ok\":true,\"message\":\"refresh of 2: b\"}\n"
				    "{\"ok\":true,\"message\":\"ping of 0\"}\n");
	close(fd);
}

Test(control, a_question_may_come_in_pieces_and_be_answered_later)
{
	int fd = dial(), other = dial();

	say(fd, SLICE("{\"ask\":"));
	cr_expect_str_eq(heard(fd), "");
	say(fd, SLICE("\"later\"}\n{\"ask\":\"ping\"}\n"));
	say(other, SLICE("{\"ask\":\"fail\"}\n"));
	cr_expect_str_eq(heard(other), "{\"ok\":false,\"error\":\"fail of 0\"}\n");
	cr_expect_str_eq(heard(fd), "");
	control_answer(here.control, here.later, true, SLICE("\xff"));
	turn(8);
	cr_expect_str_eq(heard(fd), "{\"ok\":true,\"message\":\"(an answer that is no UTF-8)\"}\n"
				    "{\"ok\":true,\"message\":\"ping of 0\"}\n");
	close(fd);
	close(other);
}

Test(control, an_asker_who_is_gone_is_no_error)
{
	int fd = dial();

	say(fd, SLICE("{\"ask\":\"later\"}\n"));
	close(fd);
	control_answer(here.control, here.later, true, SLICE("done"));
	turn(8);
	control_answer(here.control, here.later, true, SLICE("done"));
	control_answer(here.control, 999, true, SLICE("done"));
}

Test(control, what_is_no_question_is_answered_with_an_error_and_closed)
{
	static const char *const rows[] = {"hello\n", "\n", "{}\n", "[]\n", "{\"ask\":1}\n",
		"{\"ask\":\"\"}\n", "{\"ask\":\"x\",\"sources\":1}\n",
		"{\"ask\":\"x\",\"sources\":[1]}\n", "{\"ask\":\"x\",\"sources\":[\"\"]}\n",
		"{\"ask\":\"x\",\"ask\":\"y\"}\n", "{\"ask\":\"x\",\"more\":1}\n",
		"{\"ask\":\"x\"} {}\n", "{\"ask\":\"\\u0000\"}\n", "{\"ask\":\"\xff\"}\n"};

	for (size_t i = 0; i < COUNT(rows); i++) {
		int fd = dial();

		say(fd, slice_of(rows[i]));
		cr_expect(slice_starts(slice_of(heard(fd)), "{\"ok\":false,"), "%s", rows[i]);
		cr_expect_str_eq(heard(fd), "EOF", "%s", rows[i]);
		close(fd);
	}
	cr_expect_eq(here.asked, 0);
}

Test(control, a_line_without_end_is_refused_at_the_limit)
{
	static char line[2 * LIMIT_CONTROL_BYTES];
	int fd = dial();

	memset(line, ' ', sizeof line);
	say(fd, slice_from(line, LIMIT_CONTROL_BYTES));
	turn(100);
	cr_expect_str_eq(heard(fd), "{\"ok\":false,\"error\":\"the line is too long\"}\n");
	cr_expect_str_eq(heard(fd), "EOF");
	close(fd);
}

Test(control, idle_peers_make_room_and_waiting_ones_keep_theirs)
{
	int idle = dial(), waiting[LIMIT_CONTROL_PEERS], late;

	turn(8);
	for (size_t i = 0; i < COUNT(waiting); i++) {
		waiting[i] = dial();
		say(waiting[i], SLICE("{\"ask\":\"later\"}\n"));
	}
	cr_expect_str_eq(heard(idle), "EOF");
	cr_expect_str_eq(heard(waiting[0]), "");
	late = dial();
	turn(8);
	cr_expect_str_eq(heard(late), "EOF");
	control_answer(here.control, here.later, true, SLICE("done"));
	turn(8);
	cr_expect_str_eq(
		heard(waiting[LIMIT_CONTROL_PEERS - 1]), "{\"ok\":true,\"message\":\"done\"}\n");
	close(late);
	late = dial();
	say(late, SLICE("{\"ask\":\"ping\"}\n"));
	cr_expect_str_eq(heard(late), "{\"ok\":true,\"message\":\"ping of 0\"}\n");
	close(late);
	close(idle);
	for (size_t i = 0; i < COUNT(waiting); i++)
		close(waiting[i]);
}

static struct buf said;

/* control_ask in a child, while we serve; what it returned. */
static int ask(const char *verb, const char *const *sources, size_t n, int timeout_s)
{
	int ends[2], status = 0;
	char text[512] = "";
	pid_t pid;

	cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0) {
		struct error err = {""};
		struct buf b;
		int result;

		buf_init(&b, LIMIT_CONTROL_BYTES);
		result = control_ask(address.sun_path, verb, sources, n, timeout_s, &b, &err);
		if (result < 0)
			buf_puts(&b, err.text);
		_exit(write(ends[1], b.at, b.len) < 0 ? 99 : result + 1);
	}
	close(ends[1]);
	while (waitpid(pid, &status, WNOHANG) == 0)
		ev_run(here.loop, EVRUN_NOWAIT);
	buf_init(&said, sizeof text);
	cr_expect(read(ends[0], text, sizeof text - 1) >= 0);
	buf_puts(&said, text);
	close(ends[0]);
	return WEXITSTATUS(status) - 1;
}

Test(control, the_command_asks_and_hears)
{
	static const char *const sources[] = {"un-news", "b"};

	cr_expect_eq(ask("refresh", sources, 2, 10), 0);
	cr_expect_str_eq(said.at, "refresh of 2: b");
	buf_clear(&said);
	cr_expect_eq(ask("fail", NULL, 0, 10), 1);
	cr_expect_str_eq(said.at, "fail of 0");
	buf_clear(&said);
	cr_expect_eq(ask("later", NULL, 0, 1), -1);
	cr_expect_str_eq(said.at, "the daemon does not answer: out of time");
	buf_clear(&said);
}

Test(control, a_daemon_that_is_not_there_is_said_so)
{
	struct error err = {""};
	struct buf text;

	buf_init(&text, 100);
	cr_expect_eq(control_ask("/nowhere/sock", "ping", NULL, 0, 1, &text, &err), -1);
	cr_expect(slice_starts(slice_of(err.text), "no daemon answers at /nowhere/sock: "), "%s",
		err.text);
	buf_clear(&text);
}
