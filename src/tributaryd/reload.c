/*
 * reload.c - the configuration: read, compared, sealed and handed on
 *
 * What is read applies whole or not at all; a bad file leaves the old one in force.
 */
#include "config.h"

#include "tributaryd/supervisor.h"
#include "base/limits.h"
#include "base/log.h"
#include "conf/conf.h"
#include "tributaryd/notify.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

int conf_seal(const struct supervisor *s, uint64_t *bytes_out, struct error *err)
{
	struct conf told = *s->conf;
	struct buf text;
	int fd;

	told.state = s->first->state;
	told.control = s->first->control;
	told.listen = s->first->listen;
	told.n_listen = s->first->n_listen;
	buf_init(&text, (size_t)2 * LIMIT_CONF_BYTES);
	conf_print(&told, &text);
	*bytes_out = text.len;
	fd = memfd_create("configuration", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (text.full || fd < 0 || ftruncate(fd, (off_t)text.len) < 0 ||
		pwrite(fd, text.at, text.len, 0) != (ssize_t)text.len ||
		fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) <
			0) {
		error_set(err, "no memory for the configuration");
		if (fd >= 0)
			close(fd);
		fd = -1;
	}
	buf_clear(&text);
	return fd;
}

static void log_conf_errors(const struct conf_errors *errors)
{
	struct slice rest = buf_slice(&errors->lines), line;

	while (slice_cut(&rest, '\n', &line))
		if (line.len > 0)
			log_event(LOG_ERROR, "conf.error", "%.*s", SLICE_ARG(line));
}

static bool same_listen(const struct conf *a, const struct conf *b)
{
	if (a->n_listen != b->n_listen)
		return false;
	for (size_t i = 0; i < a->n_listen; i++)
		if (a->listen[i].kind != b->listen[i].kind ||
			a->listen[i].port != b->listen[i].port ||
			!slice_equal(a->listen[i].path, b->listen[i].path) ||
			!slice_equal(a->listen[i].host, b->listen[i].host))
			return false;
	return true;
}

/* What was changed and waits for a restart, as a sentence; "" where nothing does. */
static const char *needs_restart(const struct conf *first, const struct conf *now)
{
	if (!slice_equal(first->state, now->state))
		return "the new `state' needs a restart";
	if (!slice_equal(first->control, now->control))
		return "the new `control' needs a restart";
	if (!same_listen(first, now))
		return "the new `listen' needs a restart";
	if (!slice_equal(first->contact, now->contact)) /* the poller's requests are made up once */
		return "the new `contact' needs a restart";
	if (!slice_equal(first->proxy, now->proxy))
		return "the new `proxy' needs a restart";
	return "";
}

static void tell_conf(struct supervisor *s, struct role *r)
{
	struct message m = {.kind = MESSAGE_CONFIG, .n_fds = 1};
	struct error err = {""};

	if (r->channel == NULL)
		return;
	m.fds[0] = conf_seal(s, &m.bytes, &err);
	if (m.fds[0] < 0) {
		log_event(LOG_ERROR, "conf.failed", "%s", err.text);
		return;
	}
	if (channel_send(r->channel, &m) < 0)
		child_kill(&r->child); /* it does not listen; its next life is told the new one */
	close(m.fds[0]);
}

static void put_in_force(struct supervisor *s, struct conf *c)
{
	if (s->conf != s->first)
		conf_free(&s->conf);
	s->conf = c;
	tell_conf(s, &s->poller);
	tell_conf(s, &s->publisher);
}

struct conf *conf_load(const char *path, struct buf *wrong)
{
	struct conf_errors errors;
	struct conf *c;

	conf_errors_init(&errors);
	c = conf_read(path, &errors);
	log_conf_errors(&errors);
	if (c == NULL && wrong != NULL)
		buf_put_slice(wrong, slice_utf8_head(buf_slice(&errors.lines), wrong->max));
	conf_errors_clear(&errors);
	return c;
}

static void answer(struct supervisor *s, uint64_t question, bool good, struct slice text)
{
	struct message m = {.kind = MESSAGE_RELOADED, .id = question, .number = good ? 0 : 1};

	m.parts[m.n_parts++] = text;
	if (question != 0 && s->poller.channel != NULL)
		channel_send(s->poller.channel, &m);
}

void conf_reload(struct supervisor *s, uint64_t question)
{
	struct conf *c;
	struct buf text;

	if (s->is_ready)
		notify_reloading();
	buf_init(&text, LIMIT_MESSAGE_BYTES / 2);
	c = conf_load(s->conf_path, &text);
	if (c != NULL) {
		const char *note = needs_restart(s->first, c);

		log_event(LOG_NOTICE, "conf.loaded", "sources=%zu%s%s", c->n_sources,
			note[0] == '\0' ? "" : " ", note);
		put_in_force(s, c);
		buf_puts(&text, note);
	} else {
		log_event(LOG_ERROR, "conf.refused", "the old configuration stays in force");
	}
	answer(s, question, c != NULL, buf_slice(&text));
	buf_clear(&text);
	if (s->is_ready) /* else READY=1 would tell of a publisher that does not serve yet */
		notify_ready(s->conf->n_sources);
}
