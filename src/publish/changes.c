/* changes.c - neighbouring texts through diff.c, long sameness left out */
#include "publish/changes.h"
#include "base/arena.h"
#include "feed/plain.h"
#include "publish/diff.h"
#include "publish/out.h"
#include "publish/page.h"

#define CONTEXT_BYTES ((size_t)90) /* of what stayed, on either side of a change */
#define ELLIPSIS      "\xE2\x80\xA6"

static struct slice text_of(struct arena *a, const struct item *i)
{
	if (i->content_html.len > 0)
		return plain_text(a, i->content_html);
	if (i->content_text.len > 0)
		return i->content_text;
	return i->summary_html.len > 0 ? plain_text(a, i->summary_html) : i->summary;
}

/* The longest tail of at most `len` bytes that begins with a character. */
static struct slice tail(struct slice s, size_t len)
{
	size_t from = s.len > len ? s.len - len : 0;

	while (from < s.len && ((unsigned char)s.at[from] & 0xC0) == 0x80)
		from++;
	return slice_skip(s, from);
}

/* What stayed: its ends beside the changes, the beginning and the end of the text left out. */
static void put_same(struct buf *b, struct slice text, bool is_first, bool is_last)
{
	if (text.len <= 2 * CONTEXT_BYTES && !is_first && !is_last) {
		out_html(b, text);
		return;
	}
	if (!is_first)
		out_html(b, slice_utf8_head(text, CONTEXT_BYTES));
	if (text.len > CONTEXT_BYTES)
		buf_puts(b, " " ELLIPSIS " ");
	if (!is_last)
		out_html(b, tail(text, CONTEXT_BYTES));
}

static void put_run(struct buf *b, const struct diff_run *run, bool is_first, bool is_last)
{
	static const char *const tags[] = {
		[DIFF_SAME] = NULL, [DIFF_GONE] = "del", [DIFF_NEW] = "ins"};

	if (run->kind == DIFF_SAME) {
		put_same(b, run->text, is_first, is_last);
		return;
	}
	buf_printf(b, "<%s>", tags[run->kind]);
	out_html(b, slice_trim(run->text));
	buf_printf(b, "</%s>", tags[run->kind]);
	if (slice_trim(run->text).len < run->text.len)
		buf_putc(b, ' ');
}

static bool put_difference(struct buf *b, const char *what, struct slice old, struct slice new,
	struct slice lang, struct arena *a)
{
	struct diff d;

	if (slice_equal(old, new))
		return false;
	diff_words(old, new, a, &d);
	buf_printf(b, "<dt>%s</dt>\n<dd", what);
	page_attr_language(b, lang);
	buf_puts(b, " dir=\"auto\">");
	for (size_t i = 0; i < d.n; i++)
		put_run(b, &d.runs[i], i == 0, i + 1 == d.n);
	buf_puts(b, "</dd>\n");
	return true;
}

static void put_change(struct buf *b, const struct item *old, const struct item *new,
	struct slice lang, instant at)
{
	struct arena a = {0};
	bool any;

	buf_puts(b, "<h3>");
	page_day_and_time(b, at);
	buf_puts(b, "</h3>\n<dl class=\"change\">\n");
	any = put_difference(b, "Title", old->title, new->title, lang, &a);
	any |= put_difference(b, "Text", text_of(&a, old), text_of(&a, new), lang, &a);
	any |= put_difference(b, "Address", old->url, new->url, SLICE_NONE, &a);
	if (!any)
		buf_puts(b, "<dt>Text</dt>\n<dd>Its words stayed; its markup, pictures or "
			    "attachments changed.</dd>\n");
	buf_puts(b, "</dl>\n");
	arena_clear(&a);
}

void changes_put(struct buf *b, const struct stored_item *i, struct slice lang,
	const struct stored_revision *revisions, size_t n)
{
	if (n == 0)
		return;
	buf_puts(b, "<section id=\"changes\">\n<h2>What changed</h2>\n");
	for (size_t k = 0; k < n; k++)
		put_change(b, &revisions[k].item, k == 0 ? &i->item : &revisions[k - 1].item, lang,
			revisions[k].at);
	buf_puts(b, "</section>\n");
}
