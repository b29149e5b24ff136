/* rule.c - the language of the admin's rules: a text to the words that it asks for */
#include "feed/rule.h"

#include "base/arena.h"
#include "base/letter.h"
#include "base/limits.h"

#include <assert.h>

enum token_kind { TOKEN_END, TOKEN_OPEN, TOKEN_CLOSE, TOKEN_OPERATOR, TOKEN_FIELD, TOKEN_WORDS };

struct token {
	enum token_kind kind;
	enum rule_kind joins;
	enum rule_field field;
	struct slice text; /* of TOKEN_WORDS */
	size_t at;
};

struct reading {
	struct arena *arena;
	struct slice text;
	size_t at; /* behind `next` */
	struct token next;
	struct rule *rule;
	size_t depth, words;
	size_t first_not; /* where the first NOT stands */
	bool failed;
	struct rule_mistake *mistake;
};

static const struct {
	const char *name;
	enum rule_kind kind;
	const char *small; /* what is said of it in small letters */
} operators[] = {
	{"AND", RULE_AND, "AND in capitals (the word itself in quotes)"},
	{"OR", RULE_OR, "OR in capitals (the word itself in quotes)"},
	{"NOT", RULE_NOT, "NOT in capitals (the word itself in quotes)"},
};

static const struct {
	const char *name;
	enum rule_field field;
} fields[] = {{"title", RULE_TITLE}, {"lang", RULE_LANG}, {"source", RULE_SOURCE}};

static bool fail(struct reading *r, size_t at, const char *expected)
{
	if (!r->failed)
		*r->mistake = (struct rule_mistake){at, expected};
	r->failed = true;
	return false;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_ascii_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* How many letters or digits a code point stands for, before a *: of some scripts one says enough.
 */
static size_t weigh(uint32_t c)
{
	enum letter_kind kind = letter_kind(c);

	return kind == LETTER_PAIR ? 2 : kind == LETTER_NONE || kind == LETTER_STOP ? 0 : 1;
}

/* Each * ends a word that has two letters at least; `at` is where `words` stands. */
static bool check_words(struct reading *r, struct slice words, size_t at)
{
	size_t letters = 0, all = 0;

	for (size_t i = 0; i < words.len;) {
		size_t here = i;
		uint32_t c = slice_utf8_next(words, &i);

		if (c == '*' && letters < 2)
			return fail(r, at + here, "two letters at least before *");
		if (c == '*' && i < words.len && !is_space(words.at[i]))
			return fail(r, at + i, "a * at the end of a word only");
		letters = weigh(c) > 0 ? letters + weigh(c) : 0;
		all += weigh(c);
	}
	return all > 0 || fail(r, at, "a word: letters or digits");
}

/* A language or the name of a source: no word, and no *. */
static bool check_name(struct reading *r, enum rule_field field, struct slice name, size_t at)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.at[i];
		bool good = is_ascii_letter(c);

		if (field == RULE_SOURCE)
			good = (good && !(c >= 'A' && c <= 'Z')) || c == '.' || c == '_';
		if (!good && c != '-')
			return fail(r, at + i,
				field == RULE_LANG ? "a language like fr or pt-BR"
						   : "the name of a source: a-z 0-9 . _ -");
	}
	return name.len > 0 || fail(r, at, "a name");
}

/* From one quote to the next. */
static bool read_quoted(struct reading *r)
{
	struct slice rest = slice_skip(r->text, r->at + 1);
	size_t len = slice_find_byte(rest, '"');

	if (len == rest.len)
		return fail(r, r->text.len, "a closing \"");
	r->next.kind = TOKEN_WORDS;
	r->next.text = slice_head(rest, len);
	r->at += len + 2;
	return true;
}

/* "title:" and its like, with its word right behind it. */
static bool read_field(struct reading *r, struct slice name)
{
	size_t behind = r->at + 1;

	for (size_t i = 0; i < COUNT(fields); i++) {
		if (!slice_is_fold(name, fields[i].name))
			continue;
		r->next.kind = TOKEN_FIELD;
		r->next.field = fields[i].field;
		r->at = behind;
		if (behind >= r->text.len || is_space(r->text.at[behind]))
			return fail(r, behind, "a word or ( right behind the colon");
		return true;
	}
	return fail(r, r->next.at, "title:, lang: or source: before a colon (others in quotes)");
}

/* An joins, a field, or a word that stands without quotes. */
static bool read_bare(struct reading *r)
{
	struct slice run;

	while (r->at < r->text.len && !is_space(r->text.at[r->at]) &&
		strchr("()\":", r->text.at[r->at]) == NULL)
		r->at++;
	run = slice_from(r->text.at + r->next.at, r->at - r->next.at);
	if (r->at < r->text.len && r->text.at[r->at] == ':')
		return read_field(r, run);
	for (size_t i = 0; i < COUNT(operators); i++) {
		if (!slice_is_fold(run, operators[i].name))
			continue;
		if (!slice_is(run, operators[i].name))
			return fail(r, r->next.at, operators[i].small);
		r->next.kind = TOKEN_OPERATOR;
		r->next.joins = operators[i].kind;
		return true;
	}
	if (run.at[0] == '-')
		return fail(r, r->next.at, "NOT in the place of -");
	r->next.kind = TOKEN_WORDS;
	r->next.text = run;
	return true;
}

static bool advance(struct reading *r)
{
	while (r->at < r->text.len && is_space(r->text.at[r->at]))
		r->at++;
	r->next = (struct token){.kind = TOKEN_END, .at = r->at};
	if (r->at >= r->text.len)
		return true;
	if (r->text.at[r->at] == '"')
		return read_quoted(r);
	if (r->text.at[r->at] != '(' && r->text.at[r->at] != ')')
		return read_bare(r);
	r->next.kind = r->text.at[r->at++] == '(' ? TOKEN_OPEN : TOKEN_CLOSE;
	return true;
}

static bool is_operator(const struct reading *r, enum rule_kind kind)
{
	return r->next.kind == TOKEN_OPERATOR && r->next.joins == kind;
}

static void push(struct reading *r, enum rule_kind kind)
{
	*ARENA_PUSH(r->arena, r->rule) = (struct rule_step){.kind = kind};
}

static bool read_words(struct reading *r, enum rule_field field, bool denied)
{
	struct slice text = r->next.text;
	size_t at = text.at == NULL ? r->next.at : (size_t)(text.at - r->text.at);

	if (field == RULE_LANG || field == RULE_SOURCE ? !check_name(r, field, text, at)
						       : !check_words(r, text, at))
		return false;
	if (++r->words > LIMIT_RULE_WORDS)
		return fail(r, at, "at most 1000 words and phrases");
	*ARENA_PUSH(r->arena, r->rule) = (struct rule_step){RULE_WORDS, field, text, denied};
	return advance(r);
}

static bool read_either(struct reading *r, enum rule_field field, bool denied);

static bool read_group(struct reading *r, enum rule_field field, bool denied)
{
	if (++r->depth > LIMIT_RULE_DEPTH)
		return fail(r, r->next.at, "at most 32 parentheses within one another");
	if (!advance(r) || !read_either(r, field, denied))
		return false;
	if (r->next.kind != TOKEN_CLOSE)
		return fail(r, r->next.at, "a closing )");
	r->depth--;
	return advance(r);
}

static bool read_one(struct reading *r, enum rule_field field, bool denied)
{
	if (r->next.kind == TOKEN_FIELD) {
		if (field != RULE_ANYWHERE)
			return fail(r, r->next.at, "one of title:, lang: and source: at a time");
		field = r->next.field;
		if (!advance(r))
			return false;
	}
	if (r->next.kind == TOKEN_WORDS)
		return read_words(r, field, denied);
	if (r->next.kind == TOKEN_OPEN)
		return read_group(r, field, denied);
	return fail(r, r->next.at,
		r->next.kind == TOKEN_FIELD ? "one of title:, lang: and source: at a time"
					    : "a word, a phrase in quotes, or (");
}

/* Any number of NOT before one thing. */
static bool read_denied(struct reading *r, enum rule_field field, bool denied)
{
	bool turned = false;

	while (is_operator(r, RULE_NOT)) {
		if (r->next.at < r->first_not)
			r->first_not = r->next.at;
		turned = !turned;
		if (!advance(r))
			return false;
	}
	if (!read_one(r, field, denied != turned))
		return false;
	if (turned)
		push(r, RULE_NOT);
	return true;
}

/* Does what comes begin another thing to be joined? */
static bool goes_on(const struct reading *r)
{
	return r->next.kind == TOKEN_WORDS || r->next.kind == TOKEN_OPEN ||
	       r->next.kind == TOKEN_FIELD || is_operator(r, RULE_NOT);
}

static bool read_both(struct reading *r, enum rule_field field, bool denied)
{
	if (!read_denied(r, field, denied))
		return false;
	while (is_operator(r, RULE_AND) || goes_on(r)) {
		if (is_operator(r, RULE_AND) && !advance(r))
			return false;
		if (!read_denied(r, field, denied))
			return false;
		push(r, RULE_AND);
	}
	return true;
}

static bool read_either(struct reading *r, enum rule_field field, bool denied)
{
	if (!read_both(r, field, denied))
		return false;
	while (is_operator(r, RULE_OR)) {
		if (!advance(r) || !read_both(r, field, denied))
			return false;
		push(r, RULE_OR);
	}
	return true;
}

static bool holds_nothing(const void *of, size_t i)
{
	(void)of, (void)i;
	return false;
}

bool rule_parse(
	struct arena *a, struct slice text, struct rule *rule_out, struct rule_mistake *mistake_out)
{
	struct reading r = {.arena = a,
		.text = text,
		.rule = rule_out,
		.first_not = text.len,
		.mistake = mistake_out};

	*rule_out = (struct rule){0};
	if (text.len > LIMIT_RULE_BYTES)
		return fail(&r, LIMIT_RULE_BYTES, "at most 16384 bytes");
	if (!advance(&r) || !read_either(&r, RULE_ANYWHERE, false))
		return false;
	if (r.next.kind != TOKEN_END)
		return fail(&r, r.next.at, "no ) that closes nothing");
	if (rule_is_true(rule_out, holds_nothing, NULL))
		return fail(&r, r.first_not, "a word that must be there beside what must not");
	return true;
}

bool rule_is_true(const struct rule *r, bool (*holds)(const void *of, size_t i), const void *of)
{
	bool waiting[RULE_WAITING_MOST];
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++) {
		enum rule_kind kind = r->at[i].kind;

		assert(n >= (kind == RULE_WORDS ? 0 : kind == RULE_NOT ? 1 : 2));
		if (kind == RULE_NOT) {
			waiting[n - 1] = !waiting[n - 1];
		} else if (kind == RULE_WORDS) {
			assert(n < RULE_WAITING_MOST);
			waiting[n++] = holds(of, i);
		} else {
			n--;
			waiting[n - 1] = kind == RULE_AND ? waiting[n - 1] && waiting[n]
							  : waiting[n - 1] || waiting[n];
		}
	}
	assert(n == 1);
	return waiting[0];
}
