#include "config.h"

#include "ipc/channel.h"
#include "base/log.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <ev.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* One end on a loop, and what it was told. */
struct ear {
	struct channel *channel;
	unsigned messages, ends;
	enum channel_end how;
	uint64_t last_id;
	int last_fd;
	bool free_at_message;
};

static void on_message(void *data, struct message *m)
{
	struct ear *ear = data;

	ear->messages++;
	ear->last_id = m->id;
	ear->last_fd = m->n_fds > 0 ? m->fds[0] : -1;
	if (ear->free_at_message)
		channel_free(&ear->channel);
}

static void on_end(void *data, enum channel_end how)
{
	struct ear *ear = data;

	ear->ends++;
	ear->how = how;
	channel_free(&ear->channel);
}

static const struct channel_events events = {on_message, on_end};

static char box[LIMIT_MESSAGE_BYTES]; /* for channel_wait */

static int pair(int ends[2])
{
	struct error err;

	return channel_pair(ends, &err);
}

/* The supervisor's end towards a poller, on `loop`; the poller's end is returned. */
static int listen_to(struct ev_loop *loop, struct ear *ear)
{
	int ends[2];

	cr_assert_eq(pair(ends), 0);
	ear->channel = channel_new(loop, ends[0], ROLE_SUPERVISOR, ROLE_POLLER, &events, ear);
	return ends[1];
}

static void turn(struct ev_loop *loop)
{
	ev_run(loop, EVRUN_NOWAIT);
}

Test(channel, a_message_and_its_descriptors_arrive)
{
	struct ev_loop *loop = ev_loop_new(0);
	struct ear ear = {0};
	struct message m = {.kind = MESSAGE_CONFIG, .id = 7, .bytes = 5, .n_fds = 1}, got;
	char text[8];
	int peer = listen_to(loop, &ear);

	m.fds[0] = memfd_create("text", MFD_CLOEXEC);
	cr_assert_eq(pwrite(m.fds[0], "hello", 5, 0), 5);
	cr_assert_eq(channel_send(ear.channel, &m), 0);
	close(m.fds[0]);
	cr_assert_eq(channel_wait(peer, ROLE_POLLER, ROLE_SUPERVISOR, box, &got), 1);
	cr_expect(got.kind == MESSAGE_CONFIG && got.id == 7 && got.n_fds == 1);
	cr_expect_eq(fcntl(got.fds[0], F_GETFD), FD_CLOEXEC);
	cr_expect_eq(pread(got.fds[0], text, sizeof text, 0), 5);
	close(got.fds[0]);
	channel_free(&ear.channel);
	cr_expect_eq(channel_wait(peer, ROLE_POLLER, ROLE_SUPERVISOR, box, &got), 0);
	close(peer);
	ev_loop_destroy(loop);
}

Test(channel, what_was_said_before_the_end_is_heard_before_it)
{
	struct ev_loop *loop = ev_loop_new(0);
	struct ear ear = {0};
	int peer = listen_to(loop, &ear);

	for (uint64_t i = 1; i <= 3; i++)
		channel_say(peer, &(struct message){.kind = MESSAGE_PROGRESS, .id = i});
	close(peer);
	turn(loop);
	cr_expect_eq(ear.messages, 3);
	cr_expect_eq(ear.last_id, 3);
	cr_expect(ear.ends == 1 && ear.how == CHANNEL_CLOSED);
	cr_expect_null(ear.channel);
	ev_loop_destroy(loop);
}

Test(channel, a_peer_that_breaks_the_rules_is_heard_no_more)
{
	struct buf spam;
	static char huge[LIMIT_MESSAGE_BYTES + 1];
	struct slice rows[] = {SLICE("x"),
		SLICE("rubbish that is long enough to be a whole head!!"),
		slice_from(huge, sizeof huge), SLICE_NONE};

	/* What a publisher may say, a poller may not. */
	buf_init(&spam, LIMIT_MESSAGE_BYTES);
	message_put(&spam, &(struct message){.kind = MESSAGE_PARSED});
	rows[3] = buf_slice(&spam);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct ev_loop *loop = ev_loop_new(0);
		struct ear ear = {0};
		int peer = listen_to(loop, &ear);

		cr_expect_eq(send(peer, rows[i].at, rows[i].len, 0), (ssize_t)rows[i].len);
		channel_say(peer, &(struct message){.kind = MESSAGE_PROGRESS});
		turn(loop);
		cr_expect(ear.ends == 1 && ear.how == CHANNEL_BROKEN, "row %zu", i);
		cr_expect_eq(ear.messages, 0);
		close(peer);
		ev_loop_destroy(loop);
	}
	buf_clear(&spam);
}

static int open_fds(void)
{
	int n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

/* Sends `n` copies of standard input with `m`, as a peer without manners would. */
static void send_with_fds(int fd, const struct message *m, size_t n)
{
	union {
		struct cmsghdr head;
		char at[CMSG_SPACE(32 * sizeof(int))];
	} rights = {.at = {0}};
	struct buf bytes;
	struct iovec iov;
	struct msghdr header = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &rights};
	int *at = (int *)CMSG_DATA(&rights.head);

	buf_init(&bytes, LIMIT_MESSAGE_BYTES);
	message_put(&bytes, m);
	iov = (struct iovec){bytes.at, bytes.len};
	header.msg_controllen = CMSG_SPACE(n * sizeof(int));
	rights.head.cmsg_level = SOL_SOCKET;
	rights.head.cmsg_type = SCM_RIGHTS;
	rights.head.cmsg_len = CMSG_LEN(n * sizeof(int));
	for (size_t i = 0; i < n; i++)
		at[i] = 0;
	cr_assert(sendmsg(fd, &header, 0) > 0);
	buf_clear(&bytes);
}

Test(channel, descriptors_that_were_not_asked_for_are_closed)
{
	static const size_t rows[] = {1, LIMIT_MESSAGE_FDS, 32};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct ev_loop *loop = ev_loop_new(0);
		struct ear ear = {0};
		int peer = listen_to(loop, &ear), before;

		turn(loop);
		before = open_fds();
		send_with_fds(peer, &(struct message){.kind = MESSAGE_PROGRESS}, rows[i]);
		turn(loop);
		cr_expect(ear.ends == 1 && ear.how == CHANNEL_BROKEN, "%zu", rows[i]);
		cr_expect_eq(open_fds(), before - 1, "%zu: %d of %d", rows[i], open_fds(), before);
		close(peer);
		ev_loop_destroy(loop);
	}
}

Test(channel, a_handler_may_free_its_channel)
{
	struct ev_loop *loop = ev_loop_new(0);
	struct ear ear = {.free_at_message = true};
	int peer = listen_to(loop, &ear);

	channel_say(peer, &(struct message){.kind = MESSAGE_PROGRESS});
	channel_say(peer, &(struct message){.kind = MESSAGE_PROGRESS});
	turn(loop);
	turn(loop);
	cr_expect_eq(ear.messages, 1);
	cr_expect_eq(ear.ends, 0);
	cr_expect_eq(channel_say(peer, &(struct message){.kind = MESSAGE_PROGRESS}), -1);
	close(peer);
	ev_loop_destroy(loop);
}

Test(channel, what_the_socket_does_not_take_is_queued_in_order_to_a_limit)
{
	struct ev_loop *loop = ev_loop_new(0);
	struct ear ear = {0};
	struct message m = {.kind = MESSAGE_CONFIG, .n_fds = 1}, got;
	uint64_t sent = 0, came = 0;
	int peer = listen_to(loop, &ear), before = open_fds();

	while (channel_send(ear.channel, &m) == 0)
		m.id = ++sent;
	cr_expect(sent > LIMIT_BATCH && sent < 10000);
	while (came < sent) {
		cr_assert_eq(channel_wait(peer, ROLE_POLLER, ROLE_SUPERVISOR, box, &got), 1);
		cr_expect_eq(got.id, came);
		close(got.fds[0]);
		came++;
		turn(loop);
	}
	cr_expect_eq(open_fds(), before);
	cr_expect_eq(channel_send(ear.channel, &m), 0);
	channel_free(&ear.channel);
	close(peer);
	ev_loop_destroy(loop);
}

Test(channel, a_message_past_the_limit_is_not_sent)
{
	static char big[LIMIT_MESSAGE_BYTES];
	struct message m = {.kind = MESSAGE_REFUSED, .n_parts = 1};
	int ends[2];

	m.parts[0] = slice_from(big, sizeof big);
	cr_assert_eq(pair(ends), 0);
	cr_expect_eq(channel_say(ends[0], &m), -1);
	close(ends[0]);
	close(ends[1]);
}

Test(channel, a_parser_that_waits_is_told_of_rubbish)
{
	struct message got;
	int ends[2];

	cr_assert_eq(pair(ends), 0);
	cr_expect_eq(send(ends[0], "rubbish", 7, 0), 7);
	cr_expect_eq(channel_wait(ends[1], ROLE_PARSER, ROLE_POLLER, box, &got), -1);
	close(ends[0]);
	close(ends[1]);
}
