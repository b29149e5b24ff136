/*
 * cluster.c - see cluster.h
 */
#include "story/cluster_state.h"
#include "story/word.h"

#include "base/digest.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#define JOIN        0.30 /* a score that is enough ... */
#define JOIN_SHORT  0.27 /* ... and for an item with few terms */
#define SHORT_TERMS 10
#define IDF_ITEMS   2000
#define IDF_POWER   1.3
#define HALVE_ITEMS 200000
#define SAME_LIKE   0.1 /* two texts at one address have at least so much in common */
#define SAME_WORDS  3   /* fewer say too little to be the same thing */
#define SAME_TRIES  8

static const char *const how_names[CLUSTER_HOW_COUNT] = {
	[CLUSTER_OLD] = "old",
	[CLUSTER_NEW] = "new",
	[CLUSTER_LINK] = "link",
	[CLUSTER_ENCLOSURE] = "enclosure",
	[CLUSTER_DIGEST] = "digest",
	[CLUSTER_TEXT] = "text",
	[CLUSTER_HAND] = "hand",
};

const char *cluster_how_name(enum cluster_how how)
{
	return how_names[how];
}

enum cluster_how cluster_how_of(struct slice name)
{
	for (size_t i = 0; i < COUNT(how_names); i++)
		if (slice_is(name, how_names[i]))
			return (enum cluster_how)i;
	return CLUSTER_OLD;
}

/* The weights of what feature_read found, by how rare it was until now. */
static size_t weigh(struct cluster *c, uint32_t lang, struct weight made[VECTOR_TERMS])
{
	const struct feature_set *set = &c->features;
	struct heavy heavy[FEATURE_MOST];
	double seen = c->seen[lang];

	for (size_t i = 0; i < set->n; i++) {
		double df = count_of(c->counts, set->at[i].term);
		double idf = log(1 + (seen + IDF_ITEMS) / (1 + df)) / log(3 + seen);

		heavy[i] = (struct heavy){
			set->at[i].term, log(1 + (double)set->at[i].tf) * pow(idf, IDF_POWER)};
	}
	return vector_make(heavy, set->n, made);
}

static void learn(struct cluster *c, uint32_t lang)
{
	for (size_t i = 0; i < c->features.n; i++)
		count_add(c->counts, c->features.at[i].term);
	c->seen[lang]++;
	c->seen_all++;
	if (c->seen_all < HALVE_ITEMS)
		return;
	count_halve(c->counts);
	c->seen_all = 0;
	for (size_t i = 0; i < LANG_COUNT; i++) {
		c->seen[i] /= 2;
		c->seen_all += c->seen[i];
	}
}

/* A text's words, folded: what is written otherwise is the same. */
static uint64_t digest_words(uint64_t key, struct slice text, size_t *words)
{
	struct word_reader r;
	struct word w;

	word_begin(&r, text);
	while (word_next(&r, &w)) {
		key = digest_fast(key, w.text);
		*words += !w.dropped;
	}
	return digest_fast(key, SLICE("|"));
}

static uint64_t some(uint64_t key)
{
	return (uint32_t)key == 0 ? key + 1 : key;
}

/* What makes it the same thing as another, under its language. */
static void make_keys(const struct cluster_item *it, uint32_t lang, uint64_t keys[CLUSTER_KEYS])
{
	size_t words = 0;
	uint64_t title = digest_words(lang, it->title, &words);
	uint64_t text = digest_words(title, it->summary, &words);

	text = digest_words(text, it->content, &words);
	keys[0] = it->link.len == 0 ? 0 : some(digest_fast(lang + 1, it->link));
	keys[1] = it->enclosure.len == 0 ? 0 : some(digest_fast(title, it->enclosure));
	keys[2] = words < SAME_WORDS ? 0 : some(text);
}

static const struct member *find_key(const struct cluster *c, uint64_t key, size_t which)
{
	uint32_t seqs[SAME_TRIES];
	size_t n = key == 0 ? 0 : posting_find(c->things, (uint32_t)key, seqs, SAME_TRIES);

	for (size_t i = 0; i < n; i++)
		if (state_at(c, seqs[i])->keys[which] == key)
			return state_at(c, seqs[i]);
	return NULL;
}

/* A member that is the same thing.  An address alone is not enough: some give all items one. */
static const struct member *find_same(const struct cluster *c, const struct member *m,
	const struct vector *v, enum cluster_how *how_out, double *like_out)
{
	static const enum cluster_how hows[CLUSTER_KEYS] = {
		CLUSTER_LINK, CLUSTER_ENCLOSURE, CLUSTER_DIGEST};

	for (size_t i = 0; i < CLUSTER_KEYS; i++) {
		const struct member *same = find_key(c, m->keys[i], i);
		struct weight terms[VECTOR_TERMS];
		struct vector of;
		size_t shared;

		if (same == NULL || state_is_apart(c, m->item, same->tale->number))
			continue;
		of = state_vector(same, terms);
		*like_out = vector_cosine(v, &of, &shared);
		*how_out = hows[i];
		if (hows[i] != CLUSTER_LINK || *like_out >= SAME_LIKE)
			return same;
	}
	return NULL;
}

/* Which story, and why; NULL: a new one. */
static struct tale *decide(struct cluster *c, const struct member *m, uint32_t lang,
	const struct vector *v, struct cluster_choice *out)
{
	const struct member *same = find_same(c, m, v, &out->how, &out->similarity);
	struct nearness near;

	if (same != NULL) {
		out->near = same->item;
		return same->tale;
	}
	near = cluster_near(c, m->item, lang, m->at, v);
	out->how = CLUSTER_NEW;
	out->similarity = near.similarity;
	if (near.tale == NULL)
		return NULL;
	out->near = near.near->item;
	out->score = near.score;
	if (near.score < (v->n < SHORT_TERMS ? JOIN_SHORT : JOIN))
		return NULL;
	out->how = CLUSTER_TEXT;
	return near.tale;
}

void cluster_choose(
	struct cluster *c, const struct cluster_item *it, instant now, struct cluster_choice *out)
{
	uint32_t lang = lang_of_text(it->lang, it->title);
	struct member m = {.item = it->item, .at = now, .arrived = now};
	struct weight made[VECTOR_TERMS];
	struct vector v;

	*out = (struct cluster_choice){.item = it->item, .how = CLUSTER_OLD, .at = now};
	lang_put(lang, out->lang);
	if (it->date != INSTANT_NONE && it->date < now - CLUSTER_OLD_S)
		return;
	if (it->date != INSTANT_NONE && it->date < now)
		out->at = m.at = it->date;
	state_tick(c, now);
	feature_read(&c->features, lang, it->title, it->summary, it->content);
	v = vector_of(made, weigh(c, lang, made));
	make_keys(it, lang, m.keys);
	m.tale = decide(c, &m, lang, &v, out);
	out->is_new = m.tale == NULL;
	if (m.tale == NULL)
		m.tale = state_new_tale(c, c->next_story, lang);
	out->story = m.tale->number;
	state_enter(c, m.tale, m.at, &v);
	state_add(c, &m, &v);
	learn(c, lang);
	out->vec = state_pack(c, &m, &v);
}

/* Takes an item out of its story and into another; its row is `row`, and *out afterwards. */
static void move(struct cluster *c, const struct cluster_choice *row, struct tale *to,
	struct cluster_choice *out)
{
	struct member *live = state_find(c, row->item), stored;
	struct tale *from = state_tale(c, row->story);
	struct weight terms[VECTOR_TERMS];
	struct vector v;
	size_t n;

	if (!state_unpack(row->vec, row->at, &stored, terms, &n))
		n = 0;
	v = vector_of(terms, n);
	*out = *row;
	out->vec = SLICE_NONE;
	if (row->vec.len > 0 && row->vec.len <= sizeof c->row) {
		memmove(c->row, row->vec.at, row->vec.len);
		out->vec = slice_from((const char *)c->row, row->vec.len);
	}
	if (from != NULL)
		state_leave(c, from, &v);
	state_enter(c, to, row->at, &v);
	if (live != NULL)
		state_move(c, live, to);
	out->story = to->number;
	out->how = CLUSTER_HAND;
	out->score = out->similarity = 0;
	out->near = 0;
}

bool cluster_part(struct cluster *c, const struct cluster_choice *row, struct cluster_choice *out)
{
	struct tale *from = state_tale(c, row->story);

	if (from == NULL || from->n <= 1)
		return false;
	cluster_restore_apart(c, row->item, row->story);
	move(c, row, state_new_tale(c, c->next_story, from->lang), out);
	out->is_new = true;
	return true;
}

bool cluster_join(struct cluster *c, const struct cluster_choice *row, int64_t story,
	struct cluster_choice *out)
{
	struct tale *to = state_tale(c, story);

	if (to == NULL || row->story == story)
		return false;
	move(c, row, to, out);
	out->is_new = false;
	return true;
}

bool cluster_lock(struct cluster *c, int64_t story, bool locked)
{
	struct tale *t = state_tale(c, story);

	if (t == NULL)
		return false;
	t->locked = locked;
	state_mark(c, t);
	return true;
}

bool cluster_has(const struct cluster *c, int64_t story)
{
	return state_tale(c, story) != NULL;
}
