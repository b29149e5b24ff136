/* page.c - the frame, times, languages and links of our pages */
#include "publish/page.h"
#include "publish/out.h"
#include "publish/parts.h"

static void put_alternate(struct buf *b, const struct rendering *form, const char *name,
	const char *up, struct slice query)
{
	size_t type = slice_find_byte(slice_of(form->media_type), ';');

	buf_printf(b, "<link rel=\"alternate\" type=\"%.*s\" title=\"%s\" href=\"%sfeed.%s%s",
		(int)type, form->media_type, name, up, form->extension, query.len > 0 ? "?" : "");
	out_html_attr(b, query);
	buf_puts(b, "\">\n");
}

void page_begin(struct buf *b, const struct outlet *o, const char *up, struct slice query,
	struct slice lang)
{
	buf_puts(b, "<!DOCTYPE html>\n<html");
	out_attr(b, "lang", lang);
	buf_puts(b, ">\n<head>\n<meta charset=\"utf-8\">\n"
		    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		    "<title>");
	out_html(b, o->title);
	buf_printf(b, "</title>\n<link rel=\"stylesheet\" href=\"%sstyle.css\">\n", up);
	put_alternate(b, &render_atom, "Atom", up, query);
	put_alternate(b, &render_json, "JSON Feed", up, query);
	put_alternate(b, &render_rss, "RSS", up, query);
	buf_puts(b, "</head>\n<body>\n");
}

void page_end(struct buf *b)
{
	buf_puts(b, "</body>\n</html>\n");
}

static instant within_years(instant at)
{
	at = at < INSTANT_MIN ? INSTANT_MIN : at;
	return at > INSTANT_MAX ? INSTANT_MAX : at;
}

static void put_day(struct buf *b, instant at)
{
	static const char *const months[] = {"January", "February", "March", "April", "May", "June",
		"July", "August", "September", "October", "November", "December"};
	int year, month, day;
	int64_t days = instant_civil(at, &year, &month, &day);
	unsigned weekday = (unsigned)(((days + 3) % 7 + 7) % 7); /* 1970 began on a Thursday */

	buf_printf(b, "%s, %d %s %d", feed_day_name(weekday), day, months[month - 1], year);
}

static void put_time(struct buf *b, instant at)
{
	int64_t second = (at % 86400 + 86400) % 86400;

	buf_printf(b, "%02d:%02d", (int)(second / 3600), (int)(second / 60 % 60));
}

static void begin_time(struct buf *b, instant at)
{
	buf_puts(b, "<time datetime=\"");
	out_instant(b, at);
	buf_puts(b, "\">");
}

void page_day(struct buf *b, instant at)
{
	int year, month, day;

	at = within_years(at);
	(void)instant_civil(at, &year, &month, &day);
	buf_printf(b, "<time datetime=\"%04d-%02d-%02d\">", year, month, day);
	put_day(b, at);
	buf_puts(b, "</time>");
}

void page_time(struct buf *b, instant at)
{
	at = within_years(at);
	begin_time(b, at);
	put_time(b, at);
	buf_puts(b, "</time>");
}

void page_day_and_time(struct buf *b, instant at)
{
	int year, month, day;

	at = within_years(at);
	(void)instant_civil(at, &year, &month, &day);
	begin_time(b, at);
	buf_printf(b, "%04d-%02d-%02d ", year, month, day);
	put_time(b, at);
	buf_puts(b, " UTC</time>");
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

void page_direction(struct buf *b, struct slice lang)
{
	out_attr(b, "lang", lang);
	if (lang.len == 0)
		buf_puts(b, " dir=\"auto\"");
	else
		buf_puts(b, is_right_to_left(lang) ? " dir=\"rtl\"" : " dir=\"ltr\"");
}

struct slice page_language(struct slice lang)
{
	static const struct {
		const char *tag, *name;
	} rows[] = {
		{"ar", "العربية"},
		{"bn", "বাংলা"},
		{"de", "Deutsch"},
		{"en", "English"},
		{"es", "Español"},
		{"fa", "فارسی"},
		{"fr", "Français"},
		{"he", "עברית"},
		{"hi", "हिन्दी"},
		{"id", "Bahasa Indonesia"},
		{"it", "Italiano"},
		{"ja", "日本語"},
		{"ko", "한국어"},
		{"nl", "Nederlands"},
		{"pl", "Polski"},
		{"pt", "Português"},
		{"ru", "Русский"},
		{"sv", "Svenska"},
		{"sw", "Kiswahili"},
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

void page_filter(struct buf *b, const char *up, const char *name, struct slice value)
{
	buf_printf(b, "href=\"%s?%s=", up, name);
	out_url_part(b, value);
	buf_putc(b, '"');
}

void page_link(struct buf *b, struct slice url, struct slice text)
{
	bool linked = out_is_address(url);

	if (linked) {
		buf_puts(b, "<a rel=\"noopener noreferrer\"");
		(void)out_attr_url(b, "href", url);
		buf_putc(b, '>');
	}
	out_html(b, text);
	if (linked)
		buf_puts(b, "</a>");
}
