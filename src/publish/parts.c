/* parts.c - what all renderings say alike */
#include "publish/parts.h"
#include "publish/out.h"

#define TITLE_BYTES  120
#define TEASER_BYTES 320
#define ELLIPSIS     "\xE2\x80\xA6"

const struct stored_source *parts_source(const struct outlet *o, int64_t number)
{
	size_t from = 0, to = o->n_sources;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (o->sources[middle].number == number)
			return &o->sources[middle];
		if (o->sources[middle].number < number)
			from = middle + 1;
		else
			to = middle;
	}
	return NULL;
}

static struct slice first_given(struct slice a, struct slice b, struct slice c)
{
	if (a.len > 0)
		return a;
	return b.len > 0 ? b : c;
}

struct slice parts_source_title(const struct stored_source *s)
{
	return first_given(s->title, s->feed.title, s->name);
}

struct slice parts_language(const struct stored_item *i, const struct stored_source *s)
{
	if (s == NULL)
		return i->item.language;
	return first_given(i->item.language, s->feed.language, s->lang);
}

const struct person_list *parts_authors(const struct stored_item *i, const struct stored_source *s)
{
	return i->item.authors.n > 0 || s == NULL ? &i->item.authors : &s->feed.authors;
}

struct slice parts_person_name(const struct person *p)
{
	return first_given(p->name, p->email, p->url);
}

static bool is_token(struct slice s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.at[i];

		if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
			    (c != '\0' && strchr("!#$&-^_.+", c) != NULL)))
			return false;
	}
	return s.len > 0;
}

bool parts_is_mailbox(struct slice email)
{
	size_t at = slice_find_byte(email, '@');
	struct slice local = slice_head(email, at), domain = slice_skip(email, at + 1);

	return is_token(local) && is_token(domain) && slice_find_byte(domain, '.') < domain.len;
}

bool parts_is_media_type(struct slice type)
{
	size_t slash = slice_find_byte(type, '/');

	return is_token(slice_head(type, slash)) && is_token(slice_skip(type, slash + 1));
}

bool parts_is_language(struct slice lang)
{
	size_t run = 0, first = slice_find_byte(lang, '-');

	for (size_t i = 0; i < lang.len; i++) {
		char c = (char)(lang.at[i] | 0x20);
		bool digit = lang.at[i] >= '0' && lang.at[i] <= '9' && i > first;

		if (lang.at[i] == '-' ? run == 0 : !digit && (c < 'a' || c > 'z'))
			return false;
		run = lang.at[i] == '-' ? 0 : run + 1;
		if (run > 8)
			return false;
	}
	return run > 0;
}

void parts_attr_language(struct buf *out, const char *name, struct slice lang)
{
	if (parts_is_language(lang))
		out_attr(out, name, lang);
}

struct slice parts_topic_title(const struct outlet *o, struct slice name)
{
	for (size_t i = 0; i < o->n_topics; i++)
		if (slice_equal(o->topics[i].name, name))
			return o->topics[i].title;
	return name;
}

bool parts_is_story(const struct outlet *o, const struct stored_item *i)
{
	return o->one_per_story && i->story_atom_id.len > 0;
}

bool parts_is_gone(const struct outlet *o, const struct stored_item *i)
{
	return i->withdrawn != INSTANT_NONE && !o->shows_withdrawn && !parts_is_story(o, i);
}

struct slice parts_decode(struct slice s, size_t *taken_out)
{
	static const struct {
		const char *reference, *text;
	} rows[] = {{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (slice_starts(s, rows[i].reference)) {
			*taken_out = strlen(rows[i].reference);
			return slice_of(rows[i].text);
		}
	*taken_out = 1;
	return slice_head(s, 1);
}

/* Tags that stand within a word or a sentence: they part no words. */
static bool is_inline(struct slice tag)
{
	static const char *const names[] = {"a", "abbr", "b", "bdi", "bdo", "cite", "code", "del",
		"dfn", "em", "i", "ins", "kbd", "mark", "q", "s", "samp", "small", "span", "strong",
		"sub", "sup", "time", "u", "var", "wbr", "ruby", "rt", "rp"};
	struct slice name = slice_starts(tag, "/") ? slice_skip(tag, 1) : tag;

	name = slice_head(name, slice_find_byte(name, ' '));
	for (size_t i = 0; i < COUNT(names); i++)
		if (slice_is(name, names[i]))
			return true;
	return false;
}

/* Text that grows to a ceiling, its white space collapsed. */
struct plain {
	struct buf *out;
	size_t from, max;
	bool space; /* a space is due before the next word */
	bool cut;
};

static void put_plain(struct plain *p, struct slice text)
{
	bool blank = text.len == 1 && strchr(" \t\n", text.at[0]) != NULL;
	size_t len = p->out->len - p->from;

	if (blank) {
		p->space = len > 0;
		return;
	}
	if (len + text.len + 1 > p->max) {
		p->cut = true;
		return;
	}
	if (p->space)
		buf_putc(p->out, ' ');
	p->space = false;
	buf_put_slice(p->out, text);
}

/* Its length without the last character, which may have been cut. */
static size_t whole_characters(struct slice text)
{
	size_t keep = text.len;

	while (keep > 0 && ((unsigned char)text.at[keep - 1] & 0xC0) == 0x80)
		keep--;
	return keep > 0 && (unsigned char)text.at[keep - 1] >= 0xC0 ? keep - 1 : keep;
}

/* Takes back what is no whole word, or no whole character where there is one long word. */
static void end_plain(struct plain *p)
{
	struct slice text = slice_from(p->out->at + p->from, p->out->len - p->from);
	size_t keep = text.len;

	if (!p->cut)
		return;
	while (keep > 0 && text.at[keep - 1] != ' ')
		keep--;
	if (keep < text.len / 2)
		keep = whole_characters(text);
	p->out->len = p->from + slice_trim(slice_head(text, keep)).len;
	buf_puts(p->out, ELLIPSIS);
}

size_t parts_tag(struct slice html)
{
	bool quoted = false;

	for (size_t i = 0; i < html.len; i++) {
		if (html.at[i] == '"')
			quoted = !quoted;
		if (html.at[i] == '>' && !quoted)
			return i + 1;
	}
	return html.len;
}

void parts_plain(struct buf *out, struct slice html, size_t max)
{
	struct plain p = {.out = out, .from = out->len, .max = max};

	for (size_t i = 0; i < html.len && !p.cut;) {
		struct slice rest = slice_skip(html, i);
		size_t taken;
		struct slice text;

		if (rest.at[0] != '<') {
			text = parts_decode(rest, &taken);
			put_plain(&p, text);
			i += taken;
			continue;
		}
		taken = parts_tag(rest);
		if (!is_inline(slice_skip(slice_head(rest, taken - 1), 1)))
			put_plain(&p, SLICE(" "));
		i += taken;
	}
	end_plain(&p);
}

/* The same of plain text. */
static void plain_text(struct buf *out, struct slice text, size_t max)
{
	struct plain p = {.out = out, .from = out->len, .max = max};

	for (size_t i = 0; i < text.len && !p.cut; i++)
		put_plain(&p, slice_from(text.at + i, 1));
	end_plain(&p);
}

/* The summary, else the text, as long as `max` allows. */
static void beginning(struct buf *out, const struct item *i, size_t max)
{
	size_t from = out->len;

	plain_text(out, i->summary, max);
	if (out->len == from)
		parts_plain(out, i->summary_html, max);
	if (out->len == from)
		parts_plain(out, i->content_html, max);
	if (out->len == from)
		plain_text(out, i->content_text, max);
}

void parts_title(struct buf *out, const struct item *i)
{
	size_t from = out->len;

	buf_put_slice(out, slice_trim(i->title));
	if (out->len == from)
		beginning(out, i, TITLE_BYTES);
	if (out->len == from)
		buf_put_slice(out, i->url.len > 0 ? i->url : SLICE("Untitled"));
}

void parts_teaser(struct buf *out, const struct item *i)
{
	beginning(out, i, TEASER_BYTES);
}

void parts_item_url(struct buf *out, const struct outlet *o, const struct stored_item *i)
{
	buf_put_slice(out, o->base_url);
	buf_puts(out, "/item/");
	buf_put_slice(out, i->public_id);
}
