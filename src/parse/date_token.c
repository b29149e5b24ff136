/*
 * date_token.c - a date's text as numbers, words and marks
 */
#include "parse/date_token.h"

#include "base/arena.h"

#define NUMBER_MOST INT64_C(1000000000000000)
#define CJK_LONGEST 3 /* characters of a word: 星期一 */

struct scan {
	struct slice text;
	size_t at;
	bool comments;
	struct arena arena;
};

/* Where in Unicode ten digits stand together that we read. */
static int digit_of(uint32_t c)
{
	static const uint32_t zeros[] = {'0', 0x660, 0x6f0, 0x966, 0x9e6, 0xff10};

	for (size_t i = 0; i < COUNT(zeros); i++)
		if (c >= zeros[i] && c <= zeros[i] + 9)
			return (int)(c - zeros[i]);
	return -1;
}

/* What a character counts as: ' ' for all that parts, 0 for what is no mark. */
static char mark_of(uint32_t c)
{
	static const struct {
		uint32_t first, last;
		char mark;
	} marks[] = {
		{0, ' ', ' '},
		{'!', '/', 1}, /* itself */
		{':', '@', 1},
		{'[', '^', 1},
		{'`', '`', '\''},
		{'{', 0x7f, 1},
		{0x80, 0xa0, ' '},
		{0xa1, 0xa9, '?'},
		{0xaa, 0xaa, ' '}, /* feminine ordinal */
		{0xab, 0xac, '?'},
		{0xad, 0xad, ' '}, /* soft hyphen */
		{0xae, 0xaf, '?'},
		{0xb0, 0xb0, ' '}, /* the degree sign, for an ordinal */
		{0xb1, 0xb6, '?'},
		{0xb7, 0xb7, ','}, /* middle dot */
		{0xb8, 0xb9, '?'},
		{0xba, 0xba, ' '}, /* masculine ordinal */
		{0xbb, 0xbf, '?'},
		{0x60c, 0x60c, ','},
		{0x2000, 0x200f, ' '},
		{0x2010, 0x2015, '-'},
		{0x2016, 0x2017, '?'},
		{0x2018, 0x2019, '\''},
		{0x201a, 0x2021, '?'},
		{0x2022, 0x2022, ','},
		{0x2023, 0x2027, '?'},
		{0x2028, 0x202f, ' '},
		{0x2030, 0x2043, '?'},
		{0x2044, 0x2044, '/'},
		{0x2045, 0x205e, '?'},
		{0x205f, 0x206f, ' '},
		{0x2212, 0x2212, '-'},
		{0x3000, 0x3000, ' '},
		{0x3001, 0x3002, ','},
		{0xff08, 0xff08, '('},
		{0xff09, 0xff09, ')'},
		{0xff0c, 0xff0c, ','},
		{0xff0e, 0xff0e, '.'},
		{0xff0f, 0xff0f, '/'},
		{0xff1a, 0xff1a, ':'},
		{0xfeff, 0xfeff, ' '},
	};

	for (size_t i = 0; i < COUNT(marks) && c >= marks[i].first; i++)
		if (c <= marks[i].last)
			return (char)(marks[i].mark == 1 ? (int)c : marks[i].mark);
	return 0;
}

static bool is_letter(uint32_t c)
{
	return c == '_' || (mark_of(c) == 0 && digit_of(c) < 0);
}

/* Chinese and Japanese write no spaces: there a word is what the tables know. */
static bool is_cjk(uint32_t c)
{
	return c >= 0x3040 && c <= 0x9fff;
}

/* The character at `at`, 0 at the end; `*next_out` is the place behind it. */
static uint32_t peek(const struct scan *s, size_t at, size_t *next_out)
{
	*next_out = at;
	return at < s->text.len ? slice_utf8_next(s->text, next_out) : 0;
}

/* From a parenthesis past its mate; false where there is none.  RFC 5322 section 3.2.2. */
static bool skip_comment(struct scan *s)
{
	size_t depth = 0;

	for (size_t at = s->at; at < s->text.len; at++) {
		char c = s->text.at[at];

		if (c == '\\')
			at++;
		else if (c == '(')
			depth++;
		else if (c == ')' && --depth == 0) {
			s->at = at + 1;
			return true;
		}
	}
	return false;
}

/* True where anything was skipped. */
static bool skip_space(struct scan *s)
{
	size_t start = s->at;
	size_t next;

	while (s->at < s->text.len) {
		if (mark_of(peek(s, s->at, &next)) == ' ')
			s->at = next;
		else if (!s->comments || s->text.at[s->at] != '(' || !skip_comment(s))
			break;
	}
	return s->at > start;
}

static void read_number(struct scan *s, struct date_token *token)
{
	size_t next;
	int digit;

	token->kind = DATE_NUMBER;
	while (s->at < s->text.len && (digit = digit_of(peek(s, s->at, &next))) >= 0) {
		token->value =
			token->value < NUMBER_MOST / 10 ? 10 * token->value + digit : NUMBER_MOST;
		token->digits++;
		s->at = next;
	}
}

static bool look_up(struct scan *s, size_t end, struct date_token *token)
{
	token->word = date_word(&s->arena, slice_head(slice_skip(s->text, s->at), end - s->at));
	if (token->word.known)
		s->at = end;
	return token->word.known;
}

/* The longest word that the tables know, or one character. */
static void read_cjk(struct scan *s, struct date_token *token)
{
	size_t ends[CJK_LONGEST];
	size_t n = 0;
	size_t end = s->at;

	do {
		(void)peek(s, end, &end);
		ends[n++] = end;
	} while (n < CJK_LONGEST && end < s->text.len && is_cjk(peek(s, end, &(size_t){0})));
	for (size_t i = n; i > 0; i--)
		if (look_up(s, ends[i - 1], token))
			return;
	s->at = ends[0];
}

/* "a.m.", "p. m.": one letter, a dot, one letter. */
static bool read_dotted(struct scan *s, size_t dot, struct date_token *token)
{
	size_t start = s->at;
	size_t next;
	size_t end;
	char key[16] = {0};
	size_t first = dot - start;

	if (peek(s, dot, &next) != '.')
		return false;
	while (mark_of(peek(s, next, &end)) == ' ' && end > next)
		next = end;
	if (!is_letter(peek(s, next, &end)) || end == next || first + (end - next) + 1 > sizeof key)
		return false;
	memcpy(key, s->text.at + start, first);
	key[first] = '.';
	memcpy(key + first + 1, s->text.at + next, end - next);
	token->word = date_word(&s->arena, slice_from(key, first + 1 + end - next));
	if (token->word.half == NO_HALF || (end < s->text.len && is_letter(peek(s, end, &next))))
		return false;
	s->at = end;
	return true;
}

/* The end of the letters from `at` on; "Area/City" is one word in ASCII. */
static size_t word_end(const struct scan *s, size_t at)
{
	size_t next;

	while (at < s->text.len) {
		uint32_t c = peek(s, at, &next);
		bool joins = c == '/' && next < s->text.len && at > s->at &&
			     (unsigned char)s->text.at[at - 1] < 0x80 &&
			     (unsigned char)s->text.at[next] < 0x80 &&
			     is_letter((unsigned char)s->text.at[next]);

		if (!joins && (!is_letter(c) || is_cjk(c)))
			break;
		at = next;
	}
	return at;
}

static void read_word(struct scan *s, struct date_token *token)
{
	size_t first;
	size_t end;
	size_t next;

	token->kind = DATE_WORD;
	if (is_cjk(peek(s, s->at, &first))) {
		read_cjk(s, token);
		return;
	}
	end = word_end(s, s->at);
	if (end == s->at + 1)
		token->letter = (char)(s->text.at[s->at] | 0x20);
	if (end == first && read_dotted(s, end, token))
		return;
	/* Two words, as Arabic's months of the Levant are. */
	if ((unsigned char)s->text.at[s->at] >= 0x80 && peek(s, end, &next) == ' ' &&
		next < s->text.len) {
		size_t second = word_end(s, next);

		if (second > next && look_up(s, second, token))
			return;
	}
	if (!look_up(s, end, token))
		s->at = end;
}

static void read_token(struct scan *s, struct date_token *token)
{
	size_t next;
	uint32_t c = peek(s, s->at, &next);

	if (digit_of(c) >= 0)
		read_number(s, token);
	else if (is_letter(c))
		read_word(s, token);
	else {
		token->kind = DATE_MARK;
		token->mark = mark_of(c);
		s->at = next;
	}
}

size_t date_tokens(
	struct slice text, bool comments, struct date_token tokens[DATE_TOKENS], bool *cut_out)
{
	struct scan s = {.text = text, .comments = comments};
	size_t n = 0;

	arena_init(&s.arena);
	for (;;) {
		bool glued = !skip_space(&s);

		if (s.at == s.text.len || n == DATE_TOKENS)
			break;
		tokens[n] = (struct date_token){.glued = glued && n > 0};
		read_token(&s, &tokens[n++]);
	}
	*cut_out = s.at < s.text.len;
	arena_clear(&s.arena);
	return n;
}
