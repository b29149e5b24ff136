/*
 * jailed.c - see jailed.h
 *
 * Between child and parent: frames, each its length and so many bytes of wire records; a length of
 * 0, then what parse_document said.
 */
#include "tributary/jailed.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/log.h"
#include "feed/canon.h"
#include "feed/wire.h"
#include "tributary/jail.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define FRAME_BYTES (64U << 10) /* where a record has made it so long, it goes */
#define FRAME_MOST  (FRAME_BYTES + LIMIT_ARENA_BYTES)

/* --- the child */

struct task {
	struct slice body;
	struct hints hints;
	int out;
	struct buf frame;
};

struct said {
	int32_t verdict;
	struct verdict_text why;
};

static int flush(struct task *t, size_t least)
{
	uint32_t len = (uint32_t)t->frame.len;

	if (t->frame.full)
		return -1;
	if (len == 0 || len < least)
		return 0;
	if (!jail_write(t->out, &len, sizeof len) || !jail_write(t->out, t->frame.at, len))
		return -1;
	buf_reset(&t->frame);
	return 0;
}

static int send_item(void *data, const struct item *i)
{
	struct task *t = data;

	wire_put_item(&t->frame, i);
	return flush(t, FRAME_BYTES);
}

static int send_feed(void *data, const struct feed *f)
{
	struct task *t = data;

	wire_put_feed(&t->frame, f);
	return flush(t, 0);
}

void jailed_give_back(const char *at, size_t len)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t from = (uintptr_t)at & ~(page - 1);
	uintptr_t to = ((uintptr_t)at + len) & ~(page - 1);

	if (from < to)
		madvise((void *)from, to - from, MADV_DONTNEED);
}

static void be_parser(void *data, int out)
{
	static const uint32_t end = 0;
	struct task *t = data;
	struct said said = {.verdict = PARSE_BROKEN};
	const struct sink to = {t, send_item, send_feed};

	t->out = out;
	buf_init(&t->frame, FRAME_MOST);
	said.verdict = (int32_t)parse_document(t->body, &t->hints, &to, &said.why);
	if (jail_write(out, &end, sizeof end))
		jail_write(out, &said, sizeof said);
}

/* --- the parent */

struct proof {
	const struct sink *to;
	struct arena room;
	size_t n_items;
	bool has_feed, is_stopped;
};

static bool prove_item(struct proof *p, struct slice payload)
{
	struct item item;

	if (++p->n_items > LIMIT_ITEMS || wire_get_item(payload, &p->room, &item) != WIRE_OK ||
		!canon_check(item.content_html, NULL) || !canon_check(item.summary_html, NULL))
		return false;
	p->is_stopped = p->is_stopped || p->to->item(p->to->data, &item) != 0;
	return true;
}

static bool prove_feed(struct proof *p, struct slice payload)
{
	struct feed feed;

	if (wire_get_feed(payload, &p->room, &feed) != WIRE_OK)
		return false;
	p->has_feed = true;
	p->is_stopped = p->is_stopped || p->to->feed(p->to->data, &feed) != 0;
	return true;
}

/* The records of a frame; false where they are not what a parser that keeps the rules writes. */
static bool prove(struct proof *p, struct slice records)
{
	bool is_right = true;

	while (is_right && records.len > 0 && !p->is_stopped) {
		enum wire_record type = WIRE_END;
		struct slice payload = SLICE_NONE;

		is_right = !p->has_feed && wire_next(&records, &type, &payload) == WIRE_OK &&
			   (type == WIRE_ITEM ? prove_item(p, payload) : prove_feed(p, payload));
		arena_reset(&p->room);
	}
	return is_right;
}

enum gathered { GATHERED, GATHERED_NOTHING, GATHERED_WRONG };

/* All frames, and what the child says at its end. */
static enum gathered gather(struct jail *j, struct proof *p, struct said *said)
{
	enum gathered end = GATHERED_NOTHING;
	struct buf frame;
	uint32_t len = 0;
	char *at;

	buf_init(&frame, FRAME_MOST);
	while (jail_read(j, &len, sizeof len) && len > 0) {
		buf_reset(&frame);
		end = GATHERED_WRONG;
		at = buf_room(&frame, len);
		if (at == NULL)
			break;
		end = GATHERED_NOTHING;
		if (!jail_read(j, at, len))
			break;
		buf_took(&frame, len);
		if (!prove(p, buf_slice(&frame)))
			end = GATHERED_WRONG;
		if (end != GATHERED_NOTHING || p->is_stopped)
			break;
		len = 1; /* unless the next is read, it is not the end */
	}
	if (end == GATHERED_NOTHING && len == 0 && jail_read(j, said, sizeof *said))
		end = GATHERED;
	buf_clear(&frame);
	return end;
}

static enum parse_verdict explain(
	struct verdict_text *why_out, enum parse_verdict v, const char *text)
{
	snprintf(
		why_out->text, sizeof why_out->text, "%.*s", (int)(sizeof why_out->text - 1), text);
	return v;
}

static enum parse_verdict judge(
	enum gathered end, struct proof *p, struct said *said, struct verdict_text *why_out)
{
	if (p->is_stopped)
		return explain(why_out, PARSE_TOO_LARGE, "too large: there is no room for it");
	if (end == GATHERED_NOTHING)
		return explain(
			why_out, PARSE_TOO_LARGE, "too expensive: it took too much time or memory");
	if (end == GATHERED_WRONG || said->verdict < PARSE_OK || said->verdict > PARSE_BROKEN ||
		(said->verdict == PARSE_OK) != p->has_feed)
		return explain(why_out, PARSE_BROKEN, "broken: its reader broke the rules");
	said->why.text[sizeof said->why.text - 1] = '\0';
	return explain(why_out, (enum parse_verdict)said->verdict,
		slice_string(&p->room, slice_line(&p->room, slice_of(said->why.text))));
}

enum parse_verdict jailed_parse(struct slice body, const struct hints *h, const struct sink *to,
	struct verdict_text *why_out)
{
	struct task t = {.body = body, .hints = *h};
	struct proof p = {.to = to};
	struct said said = {.verdict = -1};
	struct error err = {""};
	struct jail j;

	if (jail_open(&j, be_parser, &t, &err) < 0)
		return explain(why_out, PARSE_TOO_LARGE, err.text);

	enum gathered end = gather(&j, &p, &said);

	enum parse_verdict v = judge(end, &p, &said, why_out);

	jail_close(&j);
	arena_clear(&p.room);
	return v;
}
