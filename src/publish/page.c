/* page.c - the frame, times, languages and links of our pages */
#include "publish/page.h"
#include "base/limits.h"
#include "publish/out.h"
#include "publish/parts.h"
#include "publish/zone.h"

#define ELLIPSIS "\xE2\x80\xA6"

static const struct {
	const struct rendering *form;
	const char *name;
} forms[] = {{&render_atom, "Atom"}, {&render_json, "JSON Feed"}, {&render_rss, "RSS"}};

static bool has_form(const struct page *p, size_t i)
{
	return p->feeds != NULL && i < p->n_forms;
}

static void put_feed_address(struct buf *b, const struct page *p, size_t i)
{
	buf_printf(b, " href=\"%s%s", p->up, p->feeds);
	out_url_part(b, p->name);
	buf_printf(b, ".%s%s", forms[i].form->extension, p->query.len > 0 ? "?" : "");
	out_html_attr(b, p->query);
	buf_putc(b, '"');
}

static void put_alternates(struct buf *b, const struct page *p)
{
	for (size_t i = 0; i < COUNT(forms); i++) {
		struct slice type = slice_of(forms[i].form->media_type);

		if (!has_form(p, i))
			continue;
		type = slice_head(type, slice_find_byte(type, ';'));
		buf_printf(b, "<link rel=\"alternate\" type=\"%.*s\" title=\"%s\"", SLICE_ARG(type),
			forms[i].name);
		put_feed_address(b, p, i);
		buf_puts(b, ">\n");
	}
}

void page_feeds(struct buf *b, const struct page *p)
{
	for (size_t i = 0; i < COUNT(forms); i++) {
		if (!has_form(p, i))
			continue;
		buf_puts(b, "<li><a");
		put_feed_address(b, p, i);
		buf_printf(b, ">%s</a></li>\n", forms[i].name);
	}
}

static struct slice site_title(const struct outlet *o)
{
	return o->site.len > 0 ? o->site : o->title;
}

static void put_head(struct buf *b, const struct outlet *o, const struct page *p)
{
	buf_puts(b, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		    "<title>");
	out_html(b, o->title);
	if (!slice_equal(slice_head(o->title, o->site.len), o->site)) {
		buf_puts(b, " \xE2\x80\x93 ");
		out_html(b, o->site);
	}
	buf_printf(b, "</title>\n<link rel=\"stylesheet\" href=\"%sstyle.css\">\n", p->up);
	put_alternates(b, p);
	buf_puts(b, "</head>\n");
}

static const char *home(const struct page *p)
{
	return p->up[0] != '\0' ? p->up : "./";
}

void page_begin(struct buf *b, const struct outlet *o, const struct page *p)
{
	const char *tag = p->is_home ? "h1" : "p";

	put_head(b, o, p);
	buf_puts(b, "<body>\n<a class=\"skip\" href=\"#main\">Skip to the text</a>\n<header>\n");
	buf_printf(b, "<%s class=\"name\"><a href=\"%s\">", tag, home(p));
	out_html(b, site_title(o));
	buf_printf(b,
		"</a></%s>\n<nav aria-label=\"Site\"><a href=\"%s\">News</a> "
		"<a href=\"%ssources\">Sources</a></nav>\n",
		tag, home(p), p->up);
}

void page_open(struct buf *b, const struct outlet *o, const struct page *p)
{
	page_begin(b, o, p);
	buf_printf(b,
		"<form role=\"search\" action=\"%s\"><input type=\"search\" name=\"q\" "
		"aria-label=\"Words to search for\" maxlength=\"%d\" required>"
		"<button>Search</button></form>\n</header>\n",
		home(p), LIMIT_QUERY_BYTES);
}

void page_end(struct buf *b, const struct outlet *o, const struct page *p)
{
	buf_puts(b, "<footer>Times are those of ");
	out_html(b, o->zone.len > 0 ? o->zone : SLICE("UTC"));
	buf_printf(b,
		". <a href=\"%ssources\">Sources</a>, <a href=\"%ssources.opml\">as OPML</a>, "
		"<a href=\"%sstatus.json\">their state as JSON</a>.</footer>\n</body>\n</html>\n",
		p->up, p->up, p->up);
}

static const char *const months[] = {"January", "February", "March", "April", "May", "June", "July",
	"August", "September", "October", "November", "December"};

/* To the minute, in UTC. */
static void begin_time(struct buf *b, instant at)
{
	char text[INSTANT_TEXT_BYTES];

	at = at < INSTANT_MIN ? INSTANT_MIN : at;
	at = at > INSTANT_MAX ? INSTANT_MAX : at;
	(void)instant_put_rfc3339(text, at);
	buf_printf(b, "<time datetime=\"%.16sZ\">", text);
}

void page_day(struct buf *b, instant at)
{
	struct zone_time t = zone_time(at);

	buf_printf(b, "<time datetime=\"%04d-%02d-%02d\">%s, %d %s %d</time>", t.year, t.month,
		t.day, feed_day_name(t.weekday), t.day, months[t.month - 1], t.year);
}

void page_time(struct buf *b, instant at)
{
	struct zone_time t = zone_time(at);

	begin_time(b, at);
	buf_printf(b, "%02d:%02d</time>", t.hour, t.minute);
}

void page_day_and_time(struct buf *b, instant at)
{
	struct zone_time t = zone_time(at);

	if (at == INSTANT_NONE) {
		buf_puts(b, "never");
		return;
	}
	begin_time(b, at);
	buf_printf(b, "%d %s %d, %02d:%02d</time>", t.day, months[t.month - 1], t.year, t.hour,
		t.minute);
}

static bool is_right_to_left(struct slice lang)
{
	static const char *const languages[] = {"ar", "arc", "azb", "ckb", "dv", "fa", "he", "iw",
		"ks", "mzn", "nqo", "pnb", "ps", "sd", "syr", "ug", "ur", "yi"};
	static const char *const scripts[] = {
		"Adlm", "Arab", "Hebr", "Nkoo", "Rohg", "Syrc", "Thaa"};
	struct slice part, rest = lang;

	if (!slice_cut(&rest, '-', &part))
		return false;
	for (struct slice script; slice_cut(&rest, '-', &script);) {
		if (script.len != 4)
			continue;
		for (size_t i = 0; i < COUNT(scripts); i++)
			if (slice_is_fold(script, scripts[i]))
				return true;
		return false; /* ur-Latn is written from left to right */
	}
	for (size_t i = 0; i < COUNT(languages); i++)
		if (slice_is_fold(part, languages[i]))
			return true;
	return false;
}

/* Hebrew, Arabic, Syriac, Thaana, N'Ko and the like, and their presentation forms. */
static bool has_right_to_left(struct slice text)
{
	for (size_t at = 0; at < text.len;) {
		uint32_t c = slice_utf8_next(text, &at);

		if ((c >= 0x0590 && c <= 0x08FF) || (c >= 0xFB1D && c <= 0xFDFF) ||
			(c >= 0xFE70 && c <= 0xFEFF) || (c >= 0x10800 && c <= 0x10FFF) ||
			(c >= 0x1E800 && c <= 0x1EFFF))
			return true;
	}
	return false;
}

bool page_is_own(struct slice lang)
{
	return lang.len == 0 || slice_is_fold(slice_head(lang, slice_find_byte(lang, '-')), "en");
}

/* ISO 639-1, and of three letters what feeds are written in. */
static const char languages[] =
	" aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu "
	"cv "
	"cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr "
	"ht hu hy hz ia id ie ig ii ik in io is it iu iw ja ji jv ka kg ki kj kk kl km kn ko kr ks "
	"ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn "
	"no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm "
	"sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo "
	"wa wo xh yi yo za zh zu ast arc azb ceb ckb cmn fil gsw haw kab kmr mzn nan nds nqo pap "
	"pnb prs pus sco syr tet tpi yue ";

bool page_is_language(struct slice lang)
{
	struct slice tag = slice_head(lang, slice_find_byte(lang, '-'));
	char word[6] = " ";

	if (tag.len < 2 || tag.len > 3 || !parts_is_language(lang))
		return false;
	for (size_t i = 0; i < tag.len; i++)
		word[i + 1] = (char)(tag.at[i] | 0x20);
	word[tag.len + 1] = ' ';
	return strstr(languages, word) != NULL;
}

void page_attr_language(struct buf *b, struct slice lang)
{
	if (!page_is_own(lang) && page_is_language(lang))
		out_attr(b, "lang", lang);
}

void page_direction(struct buf *b, struct slice lang, struct slice text)
{
	page_attr_language(b, lang);
	if (has_right_to_left(text))
		buf_puts(b, is_right_to_left(lang) ? " dir=\"rtl\"" : " dir=\"auto\"");
}

struct slice page_language(struct slice lang)
{
	static const struct {
		const char *tag, *name;
	} rows[] = {
		{"ar", "العربية"},
		{"bn", "বাংলা"},
		{"bg", "Български"},
		{"cs", "Čeština"},
		{"da", "Dansk"},
		{"de", "Deutsch"},
		{"el", "Ελληνικά"},
		{"en", "English"},
		{"es", "Español"},
		{"fa", "فارسی"},
		{"fi", "Suomi"},
		{"fr", "Français"},
		{"he", "עברית"},
		{"hi", "हिन्दी"},
		{"hu", "Magyar"},
		{"id", "Bahasa Indonesia"},
		{"it", "Italiano"},
		{"ja", "日本語"},
		{"ko", "한국어"},
		{"nl", "Nederlands"},
		{"no", "Norsk"},
		{"pl", "Polski"},
		{"pt", "Português"},
		{"ps", "پښتو"},
		{"ro", "Română"},
		{"ru", "Русский"},
		{"so", "Soomaali"},
		{"sv", "Svenska"},
		{"sw", "Kiswahili"},
		{"th", "ไทย"},
		{"tr", "Türkçe"},
		{"uk", "Українська"},
		{"ur", "اردو"},
		{"vi", "Tiếng Việt"},
		{"zh", "中文"},
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		if (slice_is_fold(lang, rows[i].tag))
			return slice_of(rows[i].name);
	return lang;
}

static bool is_blank(uint32_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == 0x3000;
}

/* Where words are not parted by spaces the text is cut between two characters. */
void page_cut(struct buf *b, struct slice text, size_t most)
{
	size_t at = 0, n = 0, word = 0, words = 0;

	while (at < text.len && n < most) {
		size_t before = at;

		if (is_blank(slice_utf8_next(text, &at))) {
			word = before;
			words = n;
		}
		n++;
	}
	if (at == text.len) {
		out_html(b, text);
		return;
	}
	out_html(b, slice_trim(slice_head(text, words > most / 2 ? word : at)));
	buf_puts(b, ELLIPSIS);
}

void page_language_name(struct buf *b, struct slice lang)
{
	struct slice tag = slice_head(lang, slice_find_byte(lang, '-'));

	out_html(b, page_language(tag));
}

void page_count(struct buf *b, size_t n, const char *one, const char *many)
{
	buf_printf(b, "<bdi>%zu %s</bdi>", n, n == 1 ? one : many);
}

void page_link(struct buf *b, struct slice url, struct slice text)
{
	bool linked = out_is_address(url);

	if (linked) {
		buf_puts(b, "<a");
		(void)out_attr_url(b, "href", url);
		buf_putc(b, '>');
	}
	out_html(b, text);
	if (linked)
		buf_puts(b, "</a>");
}

void page_source(struct buf *b, const char *up, const struct stored_source *s)
{
	struct slice title = parts_source_title(s);

	buf_printf(b, "<a href=\"%s?source=", up);
	out_url_part(b, s->name);
	buf_putc(b, '"');
	if (has_right_to_left(title))
		buf_puts(b, " dir=\"auto\"");
	buf_putc(b, '>');
	out_html(b, title);
	buf_puts(b, "</a>");
}

const struct stored_source *page_find_source(const struct outlet *o, struct slice name)
{
	for (size_t i = 0; i < o->n_sources; i++)
		if (slice_equal(o->sources[i].name, name))
			return &o->sources[i];
	return NULL;
}
