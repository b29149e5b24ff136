/*
 * json_text.c - pieces of JSON text, before a tree is made of them
 */
#include "parse/json_text.h"

#define INTEGER_DIGITS 18 /* int64_t holds them all */

#define REPLACEMENT "\xef\xbf\xbd"

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

char json_space(struct slice text, size_t *at)
{
	while (*at < text.len && is_space(text.at[*at]))
		++*at;
	return (char)(*at < text.len ? text.at[*at] : '\0');
}

/* From a quote past its mate; false where there is none. */
static bool skip_string(struct slice text, size_t *at)
{
	for (++*at; *at < text.len; ++*at) {
		if (text.at[*at] == '\\')
			++*at;
		else if (text.at[*at] == '"') {
			++*at;
			return true;
		}
	}
	*at = text.len;
	return false;
}

static bool skip_brackets(struct slice text, size_t *at, struct json_piece *piece)
{
	size_t depth = 0;

	while (*at < text.len) {
		char c = text.at[*at];

		if (c == '"') {
			if (!skip_string(text, at))
				return false;
			continue;
		}
		++*at;
		if (c == '{' || c == '[') {
			piece->values++;
			piece->depth = ++depth > piece->depth ? depth : piece->depth;
		} else if (c == ',') {
			piece->values++;
		} else if ((c == '}' || c == ']') && --depth == 0) {
			return true;
		}
	}
	return false;
}

struct json_piece json_skip(struct slice text, size_t *at)
{
	struct json_piece piece = {.values = 1};
	char first = json_space(text, at);
	size_t start = *at;

	if (first == '"')
		piece.is_whole = skip_string(text, at);
	else if (first == '{' || first == '[')
		piece.is_whole = skip_brackets(text, at, &piece);
	else {
		while (*at < text.len && !is_space(text.at[*at]) &&
			strchr(",:]}{[\"", text.at[*at]) == NULL)
			++*at;
		piece.is_whole = *at < text.len;
	}
	piece.text = slice_head(slice_skip(text, start), *at - start);
	return piece;
}

/* ---- mending ---- */

struct mender {
	struct slice text;
	size_t at;
	struct buf *out;
	bool owes_a_comma; /* one came, and goes where a value follows it */
	unsigned mended;
};

/* The four digits from `at` on, or -1. */
static int hex4(struct slice text, size_t at)
{
	int value = 0;

	if (at + 4 > text.len)
		return -1;
	for (size_t i = at; i < at + 4; i++) {
		char c = text.at[i];

		if (is_digit(c))
			value = 16 * value + (c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			value = 16 * value + ((c | 0x20) - 'a' + 10);
		else
			return -1;
	}
	return value;
}

static void replace(struct mender *m, size_t bytes, unsigned why)
{
	buf_puts(m->out, REPLACEMENT);
	m->at += bytes;
	m->mended |= why;
}

static void keep(struct mender *m, size_t bytes)
{
	buf_put(m->out, m->text.at + m->at, bytes);
	m->at += bytes;
}

/* \uXXXX */
static void mend_unicode(struct mender *m)
{
	int unit = hex4(m->text, m->at + 2);
	bool pair = (unit & 0xfc00) == 0xd800 && m->at + 7 < m->text.len &&
		    m->text.at[m->at + 6] == '\\' && m->text.at[m->at + 7] == 'u' &&
		    (hex4(m->text, m->at + 8) & 0xfc00) == 0xdc00;

	if (unit < 0)
		replace(m, 2, JSON_MENDED_ESCAPE);
	else if (unit == 0)
		replace(m, 6, 0);
	else if (pair)
		keep(m, 12);
	else if ((unit & 0xf800) == 0xd800)
		replace(m, 6, JSON_MENDED_SURROGATE);
	else
		keep(m, 6);
}

static void mend_escape(struct mender *m)
{
	char c = (char)(m->at + 1 < m->text.len ? m->text.at[m->at + 1] : '\0');

	if (c == 'u') {
		mend_unicode(m);
	} else if (c != '\0' && strchr("\"\\/bfnrt", c) != NULL) {
		keep(m, 2);
	} else {
		m->at++;
		m->mended |= JSON_MENDED_ESCAPE;
	}
}

static void mend_control(struct mender *m)
{
	char c = m->text.at[m->at++];

	buf_puts(m->out, c == '\n' ? "\\n" : c == '\t' ? "\\t" : c == '\r' ? "\\r" : " ");
	m->mended |= JSON_MENDED_CONTROL;
}

static void mend_string(struct mender *m)
{
	keep(m, 1);
	while (m->at < m->text.len && m->text.at[m->at] != '"') {
		size_t start = m->at;

		while (m->at < m->text.len && m->text.at[m->at] != '"' &&
			m->text.at[m->at] != '\\' && (unsigned char)m->text.at[m->at] >= 0x20)
			m->at++;
		buf_put(m->out, m->text.at + start, m->at - start);
		if (m->at == m->text.len)
			return;
		if (m->text.at[m->at] == '\\')
			mend_escape(m);
		else if (m->text.at[m->at] != '"')
			mend_control(m);
	}
	if (m->at < m->text.len)
		keep(m, 1);
}

static size_t digits_from(struct slice s, size_t at)
{
	size_t n = 0;

	while (at + n < s.len && is_digit(s.at[at + n]))
		n++;
	return n;
}

/* Is it a number of RFC 8259 section 6 that jansson's integers do not hold? */
static bool is_odd_number(struct slice s)
{
	size_t at = s.len > 0 && s.at[0] == '-' ? 1 : 0;
	size_t whole = digits_from(s, at);
	size_t n;

	if (whole == 0 || (whole > 1 && s.at[at] == '0'))
		return false;
	at += whole;
	if (at == s.len)
		return whole > INTEGER_DIGITS;
	if (s.at[at] == '.') {
		n = digits_from(s, at + 1);
		at += 1 + n;
		if (n == 0)
			return false;
	}
	if (at < s.len && (s.at[at] | 0x20) == 'e') {
		at += at + 1 < s.len && (s.at[at + 1] == '+' || s.at[at + 1] == '-') ? 2 : 1;
		n = digits_from(s, at);
		at += n;
		if (n == 0)
			return false;
	}
	return at == s.len;
}

static void mend_number(struct mender *m)
{
	size_t start = m->at;
	struct slice token;

	while (m->at < m->text.len &&
		(is_digit(m->text.at[m->at]) || strchr("+-.eE", m->text.at[m->at]) != NULL) &&
		m->text.at[m->at] != '\0')
		m->at++;
	token = slice_from(m->text.at + start, m->at - start);
	if (is_odd_number(token))
		buf_putc(m->out, '"');
	buf_put_slice(m->out, token);
	if (is_odd_number(token))
		buf_putc(m->out, '"');
}

/* A comma waits for what follows it. */
static void pay_comma(struct mender *m, char next)
{
	if (!m->owes_a_comma || is_space(next))
		return;
	if (next == ']' || next == '}')
		m->mended |= JSON_MENDED_COMMA;
	else
		buf_putc(m->out, ',');
	m->owes_a_comma = false;
}

unsigned json_mend(struct slice piece, struct buf *out)
{
	struct mender m = {.text = piece, .out = out};

	while (m.at < piece.len) {
		char c = piece.at[m.at];

		pay_comma(&m, c);
		if (c == '"') {
			mend_string(&m);
		} else if (c == '-' || is_digit(c)) {
			mend_number(&m);
		} else if (c == ',') {
			m.owes_a_comma = true;
			m.at++;
		} else {
			keep(&m, 1);
		}
	}
	return m.mended;
}
