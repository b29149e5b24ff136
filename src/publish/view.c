/* view.c - lists that meet */
#include "publish/view.h"
#include "base/arena.h"
#include "base/limits.h"
#include "publish/parts.h"

static bool holds(const struct slice *list, size_t n, struct slice what)
{
	for (size_t i = 0; i < n; i++)
		if (slice_equal(list[i], what))
			return true;
	return false;
}

static bool holds_any(const struct slice *list, size_t n, const struct slice_list *of)
{
	for (size_t i = 0; i < of->n; i++)
		if (holds(list, n, of->at[i]))
			return true;
	return false;
}

static const struct stored_source *find(
	const struct stored_source *sources, size_t n, struct slice name)
{
	for (size_t i = 0; i < n; i++)
		if (slice_equal(sources[i].name, name))
			return &sources[i];
	return NULL;
}

/* The sources that the view and the request both let in, by name; n 0: nothing is common. */
static void meet_sources(const struct view *v, const struct item_query *asked, struct arena *a,
	const struct stored_source *sources, size_t n_sources, struct item_query *q)
{
	struct slice *names = arena_array(a, n_sources, sizeof *names);
	size_t n = 0;

	for (size_t i = 0; i < n_sources; i++) {
		const struct stored_source *s = &sources[i];

		if ((v->n_sources == 0 || holds(v->sources, v->n_sources, s->name)) &&
			(asked->n_sources == 0 ||
				holds(asked->sources, asked->n_sources, s->name)) &&
			(v->n_tags == 0 || holds_any(v->tags, v->n_tags, &s->tags)) &&
			(asked->n_tags == 0 || holds_any(asked->tags, asked->n_tags, &s->tags)))
			names[n++] = s->name;
	}
	q->sources = names;
	q->n_sources = n;
	q->tags = NULL;
	q->n_tags = 0;
}

/* Is `narrow` of the language `wide` ("en-GB" of "en")? */
static bool is_language_of(struct slice narrow, struct slice wide)
{
	return narrow.len >= wide.len && slice_equal_fold(slice_head(narrow, wide.len), wide) &&
	       (narrow.len == wide.len || narrow.at[wide.len] == '-');
}

static void meet_langs(
	const struct view *v, const struct item_query *asked, struct arena *a, struct item_query *q)
{
	struct slice *langs = arena_array(a, v->n_langs + asked->n_langs, sizeof *langs);
	size_t n = 0;

	for (size_t i = 0; i < v->n_langs; i++)
		for (size_t k = 0; k < asked->n_langs; k++) {
			struct slice wide = asked->langs[k], narrow = v->langs[i];

			if (!is_language_of(narrow, wide)) {
				if (!is_language_of(wide, narrow))
					continue;
				narrow = wide;
			}
			if (!holds(langs, n, narrow))
				langs[n++] = narrow;
		}
	q->langs = langs;
	q->n_langs = n;
}

/* A list that only one of the two gives stands as it is. */
static void take_given(const struct view *v, struct item_query *q)
{
	if (q->n_sources == 0) {
		q->sources = v->sources;
		q->n_sources = v->n_sources;
	}
	if (q->n_tags == 0) {
		q->tags = v->tags;
		q->n_tags = v->n_tags;
	}
	if (q->n_langs == 0) {
		q->langs = v->langs;
		q->n_langs = v->n_langs;
	}
}

/* The store knows one list of topics: the view's, where it has one. */
static void take_topics(const struct view *v, struct item_query *q)
{
	if (v->n_topics > 0) {
		q->topics = v->topics;
		q->n_topics = v->n_topics;
	}
}

/* All words of both. */
static bool join_words(const struct view *v, struct arena *a, struct item_query *q)
{
	struct buf words;

	if (v->q.len == 0)
		return true;
	buf_init(&words, LIMIT_QUERY_BYTES);
	buf_put_slice(&words, v->q);
	if (q->q.len > 0)
		buf_putc(&words, ' ');
	buf_put_slice(&words, q->q);
	q->q = slice_copy(a, buf_slice(&words));
	buf_clear(&words);
	return !words.full;
}

enum view_verdict view_query(const struct view *v, const struct route *r,
	const struct stored_source *sources, size_t n_sources, struct arena *a,
	struct item_query *query_out)
{
	const struct item_query *asked = &r->query;
	struct item_query *q = query_out;

	*q = *asked;
	q->one_per_story = r->stories == STORIES_ONE;
	for (size_t i = 0; i < asked->n_sources; i++)
		if (find(sources, n_sources, asked->sources[i]) == NULL)
			return VIEW_UNKNOWN;
	if (v == NULL)
		return VIEW_OK;
	if (q->limit == 0 && v->limit > 0)
		q->limit = v->limit < LIMIT_PAGE_ENTRIES ? (size_t)v->limit : LIMIT_PAGE_ENTRIES;
	q->one_per_story |= r->stories == STORIES_AS_VIEW && v->one_per_story;
	take_given(v, q);
	take_topics(v, q);
	if (!join_words(v, a, q))
		return VIEW_TOO_LONG;
	if ((v->n_sources > 0 && asked->n_sources > 0) || (v->n_tags > 0 && asked->n_tags > 0)) {
		meet_sources(v, asked, a, sources, n_sources, q);
		if (q->n_sources == 0)
			return VIEW_EMPTY;
	}
	if (v->n_langs > 0 && asked->n_langs > 0) {
		meet_langs(v, asked, a, q);
		if (q->n_langs == 0)
			return VIEW_EMPTY;
	}
	return VIEW_OK;
}

bool view_has_topic(const struct slice *topics, size_t n, const struct stored_item *i)
{
	return n == 0 || holds_any(topics, n, &i->topics);
}

static void put_name(struct buf *out, struct slice name, bool *first)
{
	buf_puts(out, *first ? " \xE2\x80\x93 " : ", ");
	*first = false;
	buf_put_slice(out, name);
}

struct slice view_title(struct slice title, const struct route *r,
	const struct stored_source *sources, size_t n_sources, struct arena *a)
{
	const struct item_query *q = &r->query;
	bool first = true;
	struct buf out;

	buf_init(&out, LIMIT_URL_BYTES);
	buf_put_slice(&out, title);
	for (size_t i = 0; i < q->n_sources; i++) {
		const struct stored_source *s = find(sources, n_sources, q->sources[i]);

		put_name(&out, s != NULL ? parts_source_title(s) : q->sources[i], &first);
	}
	for (size_t i = 0; i < q->n_tags; i++)
		put_name(&out, q->tags[i], &first);
	for (size_t i = 0; i < q->n_langs; i++)
		put_name(&out, q->langs[i], &first);
	for (size_t i = 0; i < q->n_topics; i++)
		put_name(&out, q->topics[i], &first);
	if (q->q.len > 0)
		put_name(&out, q->q, &first);
	title = slice_copy(a, buf_slice(&out));
	buf_clear(&out);
	return title;
}
