/* diff.c - words, their common ends, and Myers's greedy walk between */
#include "publish/diff.h"
#include "base/arena.h"

#include <assert.h>

struct words {
	struct slice *at; /* each without the white space behind it */
	size_t n, cap;
	struct slice text;
};

static bool is_space(uint32_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == 0xA0 || c == 0x3000;
}

/* Written without spaces: each character counts as a word. */
static bool is_dense(uint32_t c)
{
	return (c >= 0x0E00 && c <= 0x0EFF) || (c >= 0x2E80 && c <= 0xA4CF) ||
	       (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFF00 && c <= 0xFFEF) || c >= 0x20000;
}

/* Stops one word past DIFF_WORDS, which is enough to know. */
static void split(struct words *w, struct slice text, struct arena *a)
{
	size_t from = 0, at = 0;

	w->text = text;
	while (at < text.len && w->n <= DIFF_WORDS) {
		size_t before = at;
		uint32_t c = slice_utf8_next(text, &at);
		bool ends = is_space(c) || is_dense(c);

		if (ends && before > from)
			*ARENA_PUSH(a, w) = slice_from(text.at + from, before - from);
		if (is_dense(c))
			*ARENA_PUSH(a, w) = slice_from(text.at + before, at - before);
		if (ends)
			from = at;
	}
	if (from < at && w->n <= DIFF_WORDS)
		*ARENA_PUSH(a, w) = slice_from(text.at + from, at - from);
}

/* The words from `from` to `to`, with the white space between them and behind them. */
static struct slice stretch(const struct words *w, size_t from, size_t to)
{
	const char *begin = w->at[from].at;
	const char *end = to < w->n ? w->at[to].at : w->text.at + w->text.len;

	return slice_from(begin, (size_t)(end - begin));
}

struct walk {
	const struct words *old, *new;
	size_t head, old_end, new_end; /* what is between the common ends */
	int **rounds;                  /* by edits: how far each diagonal came */
	int edits;                     /* it took; -1: more than DIFF_EDITS */
	struct arena *a;
	struct diff *diff;
	size_t cap;
};

static void add(struct walk *w, enum diff_kind kind, size_t from, size_t to)
{
	const struct words *of = kind == DIFF_GONE ? w->old : w->new;
	struct diff *d = w->diff;

	if (from == to)
		return;
	d->gone += kind == DIFF_GONE ? to - from : 0;
	d->added += kind == DIFF_NEW ? to - from : 0;
	d->runs = arena_grow(w->a, d->runs, d->n, &w->cap, sizeof *d->runs);
	d->runs[d->n++] = (struct diff_run){kind, stretch(of, from, to)};
}

/* How far along the old text diagonal `k` comes with `d` edits, by way of round d - 1. */
static int step(const struct walk *w, int d, int k)
{
	int n = (int)(w->old_end - w->head), m = (int)(w->new_end - w->head);
	int x, y;

	if (d == 0) {
		x = 0;
	} else {
		const int *last = w->rounds[d - 1] + (d - 1); /* last[k] of -(d-1) to d-1 */

		if (k == -d || (k != d && last[k - 1] < last[k + 1]))
			x = last[k + 1];
		else
			x = last[k - 1] + 1;
	}
	for (y = x - k; x < n && y < m && y >= 0; x++, y++)
		if (!slice_equal(w->old->at[w->head + (size_t)x], w->new->at[w->head + (size_t)y]))
			break;
	return x;
}

static void find_way(struct walk *w)
{
	int n = (int)(w->old_end - w->head), m = (int)(w->new_end - w->head);

	w->rounds = arena_array(w->a, DIFF_EDITS + 1, sizeof *w->rounds);
	for (int d = 0; d <= DIFF_EDITS; d++) {
		w->rounds[d] = arena_array(w->a, (size_t)d * 2 + 1, sizeof **w->rounds);
		for (int k = -d; k <= d; k += 2) {
			int x = step(w, d, k);

			w->rounds[d][k + d] = x;
			if (x >= n && x - k >= m) {
				w->edits = d;
				return;
			}
		}
	}
	w->edits = -1;
}

/* One edit each: an old word gone (true) or a new one come, in the order of the texts. */
static void trace(const struct walk *w, bool *gone)
{
	int k = (int)(w->old_end - w->head) - (int)(w->new_end - w->head);

	for (int d = w->edits; d > 0; d--) {
		const int *last = w->rounds[d - 1] + (d - 1);

		gone[d - 1] = !(k == -d || (k != d && last[k - 1] < last[k + 1]));
		k += gone[d - 1] ? -1 : 1;
	}
}

/* Where the word behind edit `d` begins on diagonal `k`: how far the edits so far came. */
static void put_runs(struct walk *w, const bool *gone)
{
	const size_t head = w->head;
	size_t x = head, y = head; /* how far the old and the new text are told */
	size_t gone_from = head, new_from = head;
	int k = 0;

	for (int d = 0; d <= w->edits; d++) {
		size_t reach = w->head + (size_t)w->rounds[d][k + d];
		size_t same = reach - x;

		if (same > 0 && d > 0) {
			add(w, DIFF_GONE, gone_from, x);
			add(w, DIFF_NEW, new_from, y);
		}
		add(w, DIFF_SAME, y, y + same);
		x += same;
		y += same;
		if (same > 0 || d == 0) {
			gone_from = x;
			new_from = y;
		}
		if (d == w->edits)
			break;
		x += gone[d] ? 1 : 0;
		y += gone[d] ? 0 : 1;
		k += gone[d] ? 1 : -1;
	}
	add(w, DIFF_GONE, gone_from, x);
	add(w, DIFF_NEW, new_from, y);
}

static void walk_between(struct walk *w)
{
	bool *gone;

	find_way(w);
	if (w->edits < 0) {
		add(w, DIFF_GONE, w->head, w->old_end);
		add(w, DIFF_NEW, w->head, w->new_end);
		return;
	}
	gone = arena_array(w->a, (size_t)w->edits + 1, sizeof *gone);
	trace(w, gone);
	put_runs(w, gone);
}

void diff_words(struct slice old, struct slice new, struct arena *a, struct diff *diff_out)
{
	struct words one = {0}, other = {0};
	struct walk w = {.old = &one, .new = &other, .a = a, .diff = diff_out};

	*diff_out = (struct diff){0};
	split(&one, old, a);
	split(&other, new, a);
	if (one.n > DIFF_WORDS || other.n > DIFF_WORDS) {
		one.n = other.n = 0;
		*ARENA_PUSH(a, &one) = old;
		*ARENA_PUSH(a, &other) = new;
	}
	w.old_end = one.n;
	w.new_end = other.n;
	while (w.head < w.old_end && w.head < w.new_end &&
		slice_equal(one.at[w.head], other.at[w.head]))
		w.head++;
	while (w.old_end > w.head && w.new_end > w.head &&
		slice_equal(one.at[w.old_end - 1], other.at[w.new_end - 1])) {
		w.old_end--;
		w.new_end--;
	}
	add(&w, DIFF_SAME, 0, w.head);
	walk_between(&w);
	add(&w, DIFF_SAME, w.new_end, other.n);
}
