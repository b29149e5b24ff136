/* The language of the admin's rules. */
#include "feed/rule.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"

#include <criterion/criterion.h>

/* The rule as its steps, behind one another: `a title:"b c" AND NOT`. */
static void print(struct buf *out, const struct rule *r)
{
	static const char *const fields[] = {"", "title:", "lang:", "source:"};
	static const char *const kinds[] = {"", "NOT", "AND", "OR"};

	for (size_t i = 0; i < r->n; i++) {
		const struct rule_step *s = &r->at[i];

		buf_puts(out, i > 0 ? " " : "");
		buf_puts(out, kinds[s->kind]);
		if (s->kind != RULE_WORDS)
			continue;
		buf_printf(out, "%s[%.*s]%s", fields[s->field], SLICE_ARG(s->text),
			s->denied ? "!" : "");
	}
}

Test(rule, not_binds_before_and_before_or)
{
	static const struct {
		const char *text, *steps;
	} rows[] = {
		{"a1", "[a1]"},
		{"  migra*\n", "[migra*]"},
		{"\"climate change\"", "[climate change]"},
		{"a1 b1", "[a1] [b1] AND"},
		{"a1 AND b1", "[a1] [b1] AND"},
		{"a1 OR b1", "[a1] [b1] OR"},
		{"a1 b1 OR c1 d1", "[a1] [b1] AND [c1] [d1] AND OR"},
		{"a1 OR b1 c1", "[a1] [b1] [c1] AND OR"},
		{"(a1 OR b1) c1", "[a1] [b1] OR [c1] AND"},
		{"a1 NOT b1", "[a1] [b1]! NOT AND"},
		{"a1 AND NOT b1", "[a1] [b1]! NOT AND"},
		{"a1 NOT NOT b1", "[a1] [b1] AND"},
		{"a1 NOT (b1 OR NOT c1)", "[a1] [b1]! [c1] NOT OR NOT AND"},
		{"a1 OR b1 NOT c1", "[a1] [b1] [c1]! NOT AND OR"},
		{"title:a1 b1", "title:[a1] [b1] AND"},
		{"title:\"a b\"", "title:[a b]"},
		{"Title:(a1 OR b1)", "title:[a1] title:[b1] OR"},
		{"a1 lang:fr", "[a1] lang:[fr] AND"},
		{"a1 lang:(fr OR pt-BR)", "[a1] lang:[fr] lang:[pt-BR] OR AND"},
		{"source:un-news.en NOT a1", "source:[un-news.en] [a1]! NOT AND"},
		{"a1\"b1\"(c1)", "[a1] [b1] AND [c1] AND"},
		{"\"and\" \"or\" \"NOT\"", "[and] [or] AND [NOT] AND"},
		{"low-income", "[low-income]"},
		{"\"climat* chang*\"", "[climat* chang*]"},
		{"\"10:30\"", "[10:30]"},
		{"难民*", "[难民*]"},
		{"民*", "[民*]"},
		{"мигра*", "[мигра*]"},
		{"orient notice android", "[orient] [notice] AND [android] AND"},
	};
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct rule_mistake mistake = {0};
		struct rule rule;
		struct buf out;

		buf_init(&out, 4096);
		cr_assert(rule_parse(&a, slice_of(rows[i].text), &rule, &mistake),
			"%s: at %zu expected %s", rows[i].text, mistake.at, mistake.expected);
		print(&out, &rule);
		cr_expect(slice_is(buf_slice(&out), rows[i].steps), "%s: %.*s", rows[i].text,
			SLICE_ARG(buf_slice(&out)));
		buf_clear(&out);
	}
	arena_clear(&a);
}

Test(rule, a_mistake_is_told_with_its_place)
{
	static const struct {
		const char *text;
		size_t at;
		const char *expected;
	} rows[] = {
		{"", 0, "a word, a phrase in quotes, or ("},
		{"   ", 3, "a word, a phrase in quotes, or ("},
		{"a1 OR", 5, "a word, a phrase in quotes, or ("},
		{"a1 AND", 6, "a word, a phrase in quotes, or ("},
		{"a1 NOT", 6, "a word, a phrase in quotes, or ("},
		{"OR a1", 0, "a word, a phrase in quotes, or ("},
		{"a1 OR OR b1", 6, "a word, a phrase in quotes, or ("},
		{"a1 ()", 4, "a word, a phrase in quotes, or ("},
		{"(a1", 3, "a closing )"},
		{"(a1 OR (b1)", 11, "a closing )"},
		{"a1)", 2, "no ) that closes nothing"},
		{"a1) b1", 2, "no ) that closes nothing"},
		{"a1 \"b c", 7, "a closing \""},
		{"\"", 1, "a closing \""},
		{"\"\"", 1, "a word: letters or digits"},
		{"a1 \"...\"", 4, "a word: letters or digits"},
		{"a1 & b1", 3, "a word: letters or digits"},
		{"a1 \xe2\x80\xa6", 3, "a word: letters or digits"},
		{"*", 0, "two letters at least before *"},
		{"a1 m*", 4, "two letters at least before *"},
		{"mi*gra", 3, "a * at the end of a word only"},
		{"migra**", 6, "a * at the end of a word only"},
		{"\"climat*e change\"", 8, "a * at the end of a word only"},
		{"a1 or b1", 3, "OR in capitals (the word itself in quotes)"},
		{"a1 And b1", 3, "AND in capitals (the word itself in quotes)"},
		{"not a1", 0, "NOT in capitals (the word itself in quotes)"},
		{"a1 -b1", 3, "NOT in the place of -"},
		{"body:a1", 0, "title:, lang: or source: before a colon (others in quotes)"},
		{"see http://a.example", 4,
			"title:, lang: or source: before a colon (others in quotes)"},
		{"title: a1", 6, "a word or ( right behind the colon"},
		{"title:", 6, "a word or ( right behind the colon"},
		{"title:)", 6, "a word, a phrase in quotes, or ("},
		{"title:lang:fr", 6, "one of title:, lang: and source: at a time"},
		{"title:(a1 lang:fr)", 10, "one of title:, lang: and source: at a time"},
		{"lang:fr*", 7, "a language like fr or pt-BR"},
		{"lang:\"\"", 6, "a name"},
		{"source:UN", 7, "the name of a source: a-z 0-9 . _ -"},
		{"NOT a1", 0, "a word that must be there beside what must not"},
		{"a1 OR NOT b1", 6, "a word that must be there beside what must not"},
		{"NOT (a1 b1)", 0, "a word that must be there beside what must not"},
	};
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct rule_mistake mistake = {0};
		struct rule rule;

		cr_expect_not(rule_parse(&a, slice_of(rows[i].text), &rule, &mistake), "%s",
			rows[i].text);
		cr_expect_eq(mistake.at, rows[i].at, "%s: at %zu", rows[i].text, mistake.at);
		cr_expect_str_eq(mistake.expected, rows[i].expected, "%s", rows[i].text);
	}
	arena_clear(&a);
}

/* `n` times `part`, then `end`. */
static struct slice many(struct arena *a, const char *part, size_t n, const char *end)
{
	struct slice text;
	struct buf out;

	buf_init(&out, 4U << 20);
	for (size_t i = 0; i < n; i++)
		buf_puts(&out, part);
	buf_puts(&out, end);
	text = slice_copy(a, buf_slice(&out));
	buf_clear(&out);
	return text;
}

Test(rule, hostile_rules_are_refused_and_cost_little)
{
	static const struct {
		const char *part, *end;
		size_t n;
		bool good;
	} rows[] = {
		{"(", "a1", 10000, false},
		{"(", "", 1 << 20, false},
		{"a1 ", "", 350000, false},
		{"a1 ", "", LIMIT_RULE_WORDS, true},
		{"a1 ", "", LIMIT_RULE_WORDS + 1, false},
		{"a1 OR ", "b1", LIMIT_RULE_WORDS - 1, true},
		{"NOT ", "a1", 4000, true},
		{"NOT ", "a1", 4001, false},
		{"title:(", "a1", 2000, false},
		{"a1 (", "b1", 2000, false},
		{"a1 OR b1 AND (", "c1", LIMIT_RULE_DEPTH, false},
		{"\"", "", 10000, false},
		{"*", "", 10000, false},
		{"\xff", "", 10000, true},
		{" ", "", LIMIT_RULE_BYTES, false},
	};
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct slice text = many(&a, rows[i].part, rows[i].n, rows[i].end);
		struct rule_mistake mistake = {0};
		struct rule rule;
		bool good = rule_parse(&a, text, &rule, &mistake);

		cr_expect(good || (mistake.at <= text.len && mistake.expected != NULL));
		if (rows[i].part[0] != '\xff')
			cr_expect_eq(good, rows[i].good, "%zu x %s%s", rows[i].n, rows[i].part,
				rows[i].end);
	}
	arena_clear(&a);
}

Test(rule, parentheses_may_be_as_deep_as_the_limit_says)
{
	struct rule_mistake mistake = {0};
	struct arena a;
	struct rule rule;
	struct buf text;

	arena_init(&a);
	buf_init(&text, 4096);
	for (size_t i = 0; i < LIMIT_RULE_DEPTH; i++)
		buf_puts(&text, "a1 OR b1 (");
	buf_puts(&text, "a1 OR b1 c1");
	for (size_t i = 0; i < LIMIT_RULE_DEPTH; i++)
		buf_puts(&text, ")");
	cr_expect(rule_parse(&a, buf_slice(&text), &rule, &mistake), "%s", mistake.expected);
	buf_clear(&text);
	arena_clear(&a);
}
