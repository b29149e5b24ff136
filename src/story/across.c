/*
 * across.c - see across.h
 */
#include "story/across_inside.h"
#include "story/best.h"

#include "base/digest.h"

#include <math.h>

#define FINDS        32   /* stories that a mark leads to */
#define LIKE         0.18 /* a cosine that is enough ... */
#define MARGIN       0.08 /* ... when it is so much above the second of that language ... */
#define SHARED       2    /* ... and so many marks are shared */
#define KEY_FINDS    5    /* a picture that more stories show is none of theirs */
#define IMAGE_LEAST  8    /* letters and digits of a picture's name, or it says nothing; ... */
#define IMAGE_DIGITS 3    /* ... and so many digits */

static const char *const how_names[ACROSS_HOW_COUNT] = {[ACROSS_NONE] = "",
	[ACROSS_TEXT] = "text",
	[ACROSS_HREFLANG] = "hreflang",
	[ACROSS_IMAGE] = "image"};

const char *across_how_name(enum across_how how)
{
	return how_names[how];
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "photo-17-1024x768" less its last part, if that is a size. */
static struct slice without_size(struct slice name)
{
	size_t at = name.len, signs = 0;

	while (at > 0 && (is_digit(name.at[at - 1]) || name.at[at - 1] == 'x'))
		signs += name.at[--at] == 'x';
	if (signs == 1 && at > 0 && (name.at[at - 1] == '-' || name.at[at - 1] == '_'))
		return slice_head(name, at - 1);
	return name;
}

/* The name of a picture's file, if it tells one picture from another; else empty. */
static struct slice image_name(struct slice address)
{
	struct slice path = slice_head(address, slice_find_byte(address, '?'));
	size_t from = path.len, dot, digits = 0;

	while (from > 0 && path.at[from - 1] != '/')
		from--;
	path = slice_skip(path, from);
	for (dot = path.len; dot > 0 && path.at[dot - 1] != '.';)
		dot--;
	path = without_size(slice_head(path, dot == 0 ? path.len : dot - 1));
	for (size_t i = 0; i < path.len; i++)
		digits += is_digit(path.at[i]);
	return path.len < IMAGE_LEAST || digits < IMAGE_DIGITS ? SLICE_NONE : path;
}

static void add_key(struct keys *k, char kind, struct slice text)
{
	if (text.len > 0 && k->n < ACROSS_KEYS)
		k->at[k->n++] = mark_of(kind, text);
}

static void read_keys(struct keys *k, const struct across_item *it)
{
	struct slice image = image_name(it->image);

	k->n = 0;
	add_key(k, 'i', image);
	k->image = k->n == 0 ? 0 : k->at[0];
	add_key(k, 'l', it->link);
	for (size_t i = 0; i < it->n_alternates && i < ACROSS_LINKS; i++)
		add_key(k, 'l', it->alternates[i]);
}

static void joined(struct told *with, enum across_how how, double score, struct across_choice *out)
{
	out->with = with->number;
	out->how = how;
	out->score = score;
}

static void link_by_keys(
	struct across *a, struct told *t, const struct keys *k, struct across_choice *out)
{
	uint32_t seqs[KEY_FINDS];

	for (size_t i = 0; i < k->n; i++) {
		size_t n = posting_find(a->keys, k->at[i], seqs, KEY_FINDS);
		bool image = k->at[i] == k->image;

		if (image && n == KEY_FINDS)
			continue;
		for (size_t j = 0; j < n; j++)
			if (told_join(a, t, told_at(a, seqs[j])))
				joined(told_at(a, seqs[j]), image ? ACROSS_IMAGE : ACROSS_HREFLANG,
					0, out);
	}
}

/* The marks of the item that say something, and how much. */
struct question {
	uint32_t marks[MARKS_MOST];
	double idf[MARKS_MOST];
	size_t n;
	double norm;
};

static void ask(struct across *a, const struct marks *m, struct question *q)
{
	double square = 0;

	q->n = 0;
	for (size_t i = 0; i < m->n; i++) {
		double idf = told_idf(a, m->at[i]);

		if (idf == 0)
			continue;
		q->marks[q->n] = m->at[i];
		q->idf[q->n++] = idf;
		square += idf * idf;
	}
	q->norm = sqrt(square);
}

/* The live stories of other languages that share the most. */
static void gather(
	struct across *a, const struct told *t, const struct question *q, struct best *best)
{
	uint32_t found[FINDS], touched[MARKS_MOST * FINDS];
	size_t n_touched = 0;

	for (size_t i = 0; i < q->n; i++) {
		size_t n = posting_find(a->marks, q->marks[i], found, FINDS);

		for (size_t j = 0; j < n; j++) {
			double *hits = &a->hits[found[j] & (a->ring_cap - 1)];

			if (told_at(a, found[j])->lang == t->lang)
				continue;
			if (*hits == 0)
				touched[n_touched++] = found[j];
			*hits += q->idf[i] * q->idf[i];
		}
	}
	for (size_t i = 0; i < n_touched; i++) {
		double *hits = &a->hits[touched[i] & (a->ring_cap - 1)];

		best_keep(best, (struct hit){touched[i], *hits});
		*hits = 0;
	}
}

static double cosine(
	const struct across *a, const struct question *q, const struct told *t, size_t *shared_out)
{
	double square = 0, dot = 0;

	*shared_out = 0;
	for (size_t i = 0; i < t->n_marks; i++) {
		double idf = told_idf(a, t->marks[i]);

		square += idf * idf;
		for (size_t j = 0; j < q->n && idf > 0; j++) {
			if (q->marks[j] != t->marks[i])
				continue;
			dot += idf * idf;
			++*shared_out;
		}
	}
	return dot == 0 ? 0 : dot / (q->norm * sqrt(square));
}

/* The best of a language, and how like the second was. */
struct rival {
	struct told *told;
	double like, second;
	size_t shared;
};

static struct rival *rival_of(struct rival *at, size_t *n, uint32_t lang)
{
	for (size_t i = 0; i < *n; i++)
		if (at[i].told->lang == lang)
			return &at[i];
	at[*n] = (struct rival){0};
	return &at[(*n)++];
}

static size_t compare(struct across *a, const struct told *t, const struct question *q,
	struct rival rivals[BEST_MOST])
{
	struct best best = {.n = 0};
	size_t n = 0;

	gather(a, t, q, &best);
	for (size_t i = 0; i < best.n; i++) {
		struct told *told = told_at(a, best.at[i].seq);
		size_t shared;
		double like = cosine(a, q, told, &shared);
		struct rival *r = rival_of(rivals, &n, told->lang);

		if (r->told == NULL || like > r->like)
			*r = (struct rival){told, like, r->told == NULL ? 0 : r->like, shared};
		else if (like > r->second)
			r->second = like;
	}
	return n;
}

static bool is_clear(const struct rival *r)
{
	return r->like >= LIKE && r->like - r->second >= MARGIN && r->shared >= SHARED;
}

/* The clearest first: a group takes one story of a language. */
static void link_by_text(
	struct across *a, struct told *t, const struct marks *m, struct across_choice *out)
{
	struct rival rivals[BEST_MOST];
	struct question q;
	size_t n;

	ask(a, m, &q);
	n = compare(a, t, &q, rivals);
	for (size_t left = n; left > 0; left--) {
		struct rival *best = &rivals[0];

		for (size_t i = 1; i < n; i++)
			if (rivals[i].like > best->like)
				best = &rivals[i];
		if (is_clear(best) && told_join(a, t, best->told))
			joined(best->told, ACROSS_TEXT, best->like, out);
		best->like = -1;
	}
}

void across_link(
	struct across *a, const struct across_item *it, instant now, struct across_choice *out)
{
	uint32_t lang = lang_of_text(it->lang, it->title);
	struct told *t;
	struct marks m;
	struct keys k;

	*out = (struct across_choice){.how = ACROSS_NONE};
	if (lang == LANG_OTHER || it->story <= 0)
		return;
	told_tick(a, now);
	t = told_find(a, it->story);
	if (t == NULL)
		t = told_new(a, it->story, lang);
	mark_read(&m, a->names, it->title, it->summary);
	read_keys(&k, it);
	link_by_keys(a, t, &k, out);
	link_by_text(a, t, &m, out);
	if (!t->live)
		told_enter(a, t, &m, &k);
	out->group = t->group;
}

void across_part(struct across *a, int64_t story)
{
	struct told *t = told_find(a, story);

	if (t == NULL)
		return;
	t->parted = true;
	told_leave(a, t);
	told_mark(a, t);
}
