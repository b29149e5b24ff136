/*
 * answer.c - see answer.h
 */
#include "feed/answer.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/log.h"
#include "feed/canon.h"
#include "feed/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

size_t answer_size(size_t max_bytes)
{
	size_t most = (LIMIT_ANSWER_MOST - LIMIT_ANSWER_BYTES) / LIMIT_ANSWER_FACTOR;

	if (max_bytes == 0)
		max_bytes = LIMIT_BODY_BYTES;
	return LIMIT_ANSWER_FACTOR * (max_bytes < most ? max_bytes : most) + LIMIT_ANSWER_BYTES;
}

int answer_make(size_t size, struct error *err)
{
	int fd = memfd_create("tributary-answer", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return error_set(err, "no memory for an answer: %s", strerror(errno));
	if (ftruncate(fd, (off_t)size) < 0 ||
		fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0) {
		error_set(err, "no memory for an answer: %s", strerror(errno));
		close(fd);
		return -1;
	}
	return fd;
}

int answer_open(struct answer *w, int fd, size_t size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (at == MAP_FAILED)
		return -1;
	*w = (struct answer){.at = at, .size = size};
	buf_init(&w->record, size);
	return 0;
}

/* Moves the record to the page, where it fits. */
static int take_record(struct answer *w)
{
	if (w->record.full || w->record.len > w->size - w->used)
		return -1;
	memcpy(w->at + w->used, w->record.at, w->record.len);
	w->used += w->record.len;
	buf_reset(&w->record);
	return 0;
}

int answer_put_item(void *answer, const struct item *i)
{
	struct answer *w = answer;

	wire_put_item(&w->record, i);
	return take_record(w);
}

int answer_put_feed(void *answer, const struct feed *f)
{
	struct answer *w = answer;

	wire_put_feed(&w->record, f);
	return take_record(w);
}

size_t answer_close(struct answer *w)
{
	size_t used = 0;

	wire_put_end(&w->record);
	if (take_record(w) == 0)
		used = w->used;
	buf_clear(&w->record);
	munmap(w->at, w->size);
	*w = (struct answer){0};
	return used;
}

/* The stated bytes as a copy of our own: the parser can still write to the page. */
static int copy_out(
	int fd, size_t bytes, struct arena *a, struct slice *copy_out, struct error *err)
{
	char *at = arena_alloc(a, bytes);
	size_t got = 0;

	while (got < bytes) {
		ssize_t n = pread(fd, at + got, bytes - got, (off_t)got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return error_set(err, "the answer is shorter than stated");
		got += (size_t)n;
	}
	*copy_out = slice_from(at, bytes);
	return 0;
}

static bool item_is_canonical(const struct item *i)
{
	return canon_check(i->content_html, NULL) && canon_check(i->summary_html, NULL);
}

struct item_list {
	struct item *at;
	size_t n, cap;
};

/* One record; 1 read, 0 the end, -1 against the rules. */
static int read_record(struct slice *rest, struct arena *a, struct item_list *items, struct feed *f,
	bool *has_feed)
{
	enum wire_record type = WIRE_END;
	struct slice payload = SLICE_NONE;
	enum wire_verdict v = wire_next(rest, &type, &payload);

	if (v == WIRE_DONE)
		return *has_feed ? 0 : -1;
	if (v != WIRE_OK || *has_feed)
		return -1;
	if (type == WIRE_FEED) {
		*has_feed = true;
		return wire_get_feed(payload, a, f) == WIRE_OK ? 1 : -1;
	}
	if (type != WIRE_ITEM || items->n >= LIMIT_ITEMS)
		return -1;

	struct item *i = ARENA_PUSH(a, items);

	return wire_get_item(payload, a, i) == WIRE_OK && item_is_canonical(i) ? 1 : -1;
}

int answer_load(
	int fd, size_t bytes, struct arena *a, struct answer_read *read_out, struct error *err)
{
	struct slice rest = SLICE_NONE;
	struct item_list items = {0};
	bool has_feed = false;
	int more = 1;

	*read_out = (struct answer_read){0};
	if (copy_out(fd, bytes, a, &rest, err) < 0)
		return -1;
	while (more > 0)
		more = read_record(&rest, a, &items, &read_out->feed, &has_feed);
	if (more < 0)
		return error_set(err, "the answer breaks the rules");
	read_out->items = items.at;
	read_out->n_items = items.n;
	return 0;
}
