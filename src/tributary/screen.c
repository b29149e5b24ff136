/* screen.c - plain text for people: columns, colours, times */
#include "tributary/screen.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static bool has_colour(void)
{
	const char *terminal = getenv("TERM"), *no = getenv("NO_COLOR");

	return isatty(STDOUT_FILENO) && (no == NULL || *no == '\0') && terminal != NULL &&
	       strcmp(terminal, "dumb") != 0;
}

void screen_zone(struct slice name)
{
	char text[128];

	snprintf(text, sizeof text, "%.*s", SLICE_ARG(name));
	setenv("TZ", text, 1);
	tzset();
}

static size_t characters(struct slice s)
{
	size_t n = 0;

	for (size_t at = 0; at < s.len; n++)
		slice_utf8_next(s, &at);
	return n;
}

void screen_put(enum screen_colour colour, struct slice text, size_t width)
{
	static const char *const codes[] = {[SCREEN_PLAIN] = "",
		[SCREEN_BOLD] = "1",
		[SCREEN_GOOD] = "32",
		[SCREEN_BAD] = "31",
		[SCREEN_DIM] = "2"};
	bool coloured = colour != SCREEN_PLAIN && has_colour();

	if (coloured)
		printf("\033[%sm", codes[colour]);
	printf("%.*s", SLICE_ARG(text));
	if (coloured)
		printf("\033[0m");
	for (size_t n = characters(text); n < width; n++)
		putchar(' ');
}

static struct slice formatted(struct arena *a, const char *text)
{
	return slice_copy(a, slice_of(text));
}

struct slice screen_time(struct arena *a, instant at)
{
	time_t seconds = (time_t)at;
	struct tm civil;
	char text[64];

	if (at == INSTANT_NONE || localtime_r(&seconds, &civil) == NULL)
		return SLICE("-");
	if (strftime(text, sizeof text, "%Y-%m-%d %H:%M", &civil) == 0)
		return SLICE("-");
	return formatted(a, text);
}

struct slice screen_ago(struct arena *a, instant at, instant now)
{
	static const struct {
		int64_t seconds;
		const char *name;
	} units[] = {{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}};
	int64_t apart;
	char text[64];
	size_t i = 0;

	if (at == INSTANT_NONE)
		return SLICE("never");
	apart = at > now ? at - now : now - at;
	if (apart == 0)
		return SLICE("now");
	while (apart < units[i].seconds)
		i++;
	/* 90 minutes say more than an hour: the smaller unit up to twice the larger. */
	if (i + 1 < COUNT(units) && apart < 2 * units[i].seconds)
		i++;
	snprintf(text, sizeof text, "%s%" PRId64 " %s%s", at > now ? "in " : "",
		apart / units[i].seconds, units[i].name, at > now ? "" : " ago");
	return formatted(a, text);
}

struct slice screen_number(struct arena *a, int64_t number)
{
	char text[32];

	snprintf(text, sizeof text, "%" PRId64, number);
	return formatted(a, text);
}

/* The elements that begin a line of their own. */
static bool is_block(struct slice name)
{
	static const char *const blocks[] = {"p", "div", "br", "li", "ul", "ol", "dl", "dt", "dd",
		"h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "table", "tr", "hr",
		"figure", "figcaption", "section", "article"};

	for (size_t i = 0; i < COUNT(blocks); i++)
		if (slice_is_fold(name, blocks[i]))
			return true;
	return false;
}

static void put_tag(struct buf *out, struct slice tag)
{
	struct slice name = slice_starts(tag, "/") ? slice_skip(tag, 1) : tag;
	size_t end = 0;

	while (end < name.len && name.at[end] != ' ' && name.at[end] != '/')
		end++;
	if (is_block(slice_head(name, end)) && out->len > 0 && out->at[out->len - 1] != '\n')
		buf_putc(out, '\n');
}

/* The five references that canonical HTML knows; another stays as it is. */
static size_t put_reference(struct buf *out, struct slice s)
{
	static const struct {
		const char *name, *text;
	} references[] = {{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""},
		{"&#39;", "'"}, {"&nbsp;", " "}};

	for (size_t i = 0; i < COUNT(references); i++)
		if (slice_starts(s, references[i].name)) {
			buf_puts(out, references[i].text);
			return strlen(references[i].name);
		}
	buf_putc(out, '&');
	return 1;
}

struct slice screen_html(struct arena *a, struct slice html)
{
	struct slice text;
	struct buf out;

	buf_init(&out, (size_t)2 * LIMIT_HTML_BYTES);
	for (size_t i = 0; i < html.len;) {
		if (html.at[i] == '<') {
			struct slice tag = slice_skip(html, i + 1);

			tag = slice_head(tag, slice_find_byte(tag, '>'));
			put_tag(&out, tag);
			i += tag.len + 2;
		} else if (html.at[i] == '&') {
			i += put_reference(&out, slice_skip(html, i));
		} else {
			buf_putc(&out, html.at[i++]);
		}
	}
	text = slice_clean(a, slice_copy(a, slice_trim(buf_slice(&out)))); /* `out` goes */
	buf_clear(&out);
	return text;
}
