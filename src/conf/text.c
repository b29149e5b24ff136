/* text.c - a file's text made fit for libconfuse */
#include "conf/text.h"

#include "base/log.h"
#include "conf/draft.h"

enum token_kind { TOKEN_END, TOKEN_WORD, TOKEN_STRING, TOKEN_MARK, TOKEN_BROKEN };

struct token {
	enum token_kind kind;
	struct slice text; /* with its quotes */
	char mark;         /* of a TOKEN_MARK: one of {}()=, and + for += */
	int line;
};

struct scan {
	struct draft *draft;
	struct slice file;
	char *text;
	size_t len, at;
	int line;
	bool lost;        /* what comes is not as expected: libconfuse says so */
	int section_line; /* where the section began that is being read */
};

/* Spaces in the place of everything but newlines: positions and lines stay. */
static void blank(struct scan *s, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (s->text[i] != '\n')
			s->text[i] = ' ';
}

static int lines_in(const char *at, size_t len)
{
	int n = 0;

	for (size_t i = 0; i < len; i++)
		n += at[i] == '\n';
	return n;
}

/* The comment that begins here ends there; `at` where none begins. */
static size_t comment_end(const struct scan *s)
{
	const char *at = s->text + s->at, *end;
	bool line = *at == '#' || (at[0] == '/' && at[1] == '/');

	if (!line && !(at[0] == '/' && at[1] == '*'))
		return s->at;
	end = line ? strchr(at, '\n') : strstr(at + 2, "*/");
	if (end == NULL)
		return s->len;
	return (size_t)(end - s->text) + (line ? 0 : 2);
}

static void skip_space(struct scan *s)
{
	while (s->at < s->len) {
		size_t end = comment_end(s);

		if (end > s->at) {
			s->line += lines_in(s->text + s->at, end - s->at);
			blank(s, s->at, end);
			s->at = end;
		} else if (strchr(" \t\r\n", s->text[s->at]) != NULL) {
			s->line += s->text[s->at++] == '\n';
		} else {
			return;
		}
	}
}

static bool in_word(char c)
{
	return (unsigned char)c > 0x20 && c != 0x7f && strchr("#\"'={}()+,*", c) == NULL;
}

/* A string: from one quote to the next that no backslash stands before. */
static struct token read_string(struct scan *s)
{
	struct token t = {.kind = TOKEN_STRING, .line = s->line};
	size_t from = s->at++;

	while (s->at < s->len && s->text[s->at] != s->text[from]) {
		s->line += s->text[s->at] == '\n';
		if (s->text[s->at] == '\\' && s->at + 1 < s->len)
			s->line += s->text[++s->at] == '\n';
		s->at++;
	}
	if (s->at >= s->len) {
		conf_draft_wrong(s->draft, s->file, t.line,
			"syntax: expected a closing %c for the one in this line", s->text[from]);
		t.kind = TOKEN_BROKEN;
		return t;
	}
	s->at++;
	t.text = slice_from(s->text + from, s->at - from);
	return t;
}

/* A name may stand in quotes too. */
static struct slice name_of(const struct token *t)
{
	return t->kind == TOKEN_STRING ? slice_from(t->text.at + 1, t->text.len - 2) : t->text;
}

static struct token read_word(struct scan *s)
{
	struct token t = {.kind = TOKEN_WORD, .line = s->line};
	size_t from = s->at;

	while (s->at < s->len && in_word(s->text[s->at]))
		s->at++;
	t.text = slice_from(s->text + from, s->at - from);
	if (slice_find(t.text, SLICE("//")) == t.text.len &&
		slice_find(t.text, SLICE("/*")) == t.text.len)
		return t;
	conf_draft_wrong(
		s->draft, s->file, t.line, "syntax: expected quotes around %s", log_safe(t.text));
	t.kind = TOKEN_BROKEN;
	return t;
}

/* The next token; the complaint about a broken one is made. */
static struct token next_token(struct scan *s)
{
	struct token t = {.kind = TOKEN_MARK};
	const char *at;

	skip_space(s);
	at = s->text + s->at;
	t.line = s->line;
	if (s->at >= s->len) {
		t.kind = TOKEN_END;
	} else if (*at == '"' || *at == '\'') {
		return read_string(s);
	} else if (strchr("{}()=,", *at) != NULL || (at[0] == '+' && at[1] == '=')) {
		t.mark = *at;
		t.text = slice_from(at, *at == '+' ? 2 : 1);
		s->at += t.text.len;
	} else if (in_word(*at)) {
		return read_word(s);
	} else {
		conf_draft_wrong(s->draft, s->file, s->line, "syntax: expected quotes around a %s",
			log_safe(slice_from(at, 1)));
		t.kind = TOKEN_BROKEN;
	}
	return t;
}

/* Past the mark that closes the one just read; false where there is none. */
static bool skip_braces(struct scan *s, const struct token *opening)
{
	for (int depth = 1; depth > 0;) {
		struct token t = next_token(s);

		if (t.kind == TOKEN_BROKEN)
			return false;
		if (t.kind == TOKEN_END) {
			conf_draft_wrong(s->draft, s->file, opening->line,
				"syntax: expected a closing } for the { in this line");
			return false;
		}
		if (t.kind == TOKEN_MARK && (t.mark == '{' || t.mark == '}'))
			depth += t.mark == '{' ? 1 : -1;
	}
	return true;
}

static bool is_mark(const struct token *t, char mark)
{
	return t->kind == TOKEN_MARK && t->mark == mark;
}

/*
 * Past what follows the name of an option or of an unknown section: "= value", "= { … }",
 * "title { … }", "{ … }", "( … )".  False where it has none of these forms; *read_out is false
 * where a token of it is broken.
 */
static bool skip_rest(struct scan *s, bool *read_out)
{
	struct token t = next_token(s);
	bool assigned = is_mark(&t, '=') || is_mark(&t, '+'), good = false;

	if (assigned || t.kind == TOKEN_WORD || t.kind == TOKEN_STRING)
		t = next_token(s);
	if (is_mark(&t, '{')) {
		*read_out = good = skip_braces(s, &t);
		return good;
	}
	if (assigned)
		good = t.kind == TOKEN_WORD || t.kind == TOKEN_STRING;
	if (is_mark(&t, '('))
		while (t.kind == TOKEN_MARK ? !is_mark(&t, ')')
					    : t.kind != TOKEN_END && t.kind != TOKEN_BROKEN)
			t = next_token(s);
	good = good || is_mark(&t, ')');
	*read_out = t.kind != TOKEN_BROKEN;
	return good && *read_out;
}

static void complain(struct scan *s, const struct token *name, unsigned where)
{
	const struct option *elsewhere =
		option_find(WHERE_ANY & ~(unsigned)WHERE_PRIVATE, name_of(name));
	const char *safe = log_safe(name_of(name));

	if (slice_is(name_of(name), "include"))
		conf_draft_wrong(s->draft, s->file, name->line,
			"include: expected no such thing: further files stand in conf.d beside the "
			"main file");
	else if (slice_is(name_of(name), "password"))
		conf_draft_wrong(s->draft, s->file, name->line,
			"password: expected password_file, the path of a file that holds it");
	else if (elsewhere != NULL)
		conf_draft_wrong(s->draft, s->file, name->line, "%s: expected in %s, not here",
			safe, option_place(elsewhere->where));
	else if (where == WHERE_TOP)
		conf_draft_wrong(s->draft, s->file, name->line,
			"%s: expected an option or a section, there is none of this name", safe);
	else
		conf_draft_wrong(s->draft, s->file, name->line,
			"%s: expected an option, there is none of this name", safe);
}

/* Into a section, where one begins here: what may stand in it, else 0. */
static unsigned enter_section(struct scan *s, const struct token *name)
{
	unsigned where = option_section(name_of(name), s->draft->private);
	size_t at = s->at;
	int line = s->line;
	struct token t = {0};

	if (where == 0)
		return 0;
	t = next_token(s);
	if (t.kind == TOKEN_WORD || t.kind == TOKEN_STRING)
		t = next_token(s);
	if (is_mark(&t, '{'))
		return where;
	s->at = at;
	s->line = line;
	return 0;
}

/* What is no option goes, with all that belongs to it; false where the text is not read on. */
static bool drop_statement(struct scan *s, const struct token *name, unsigned where)
{
	size_t from = (size_t)(name->text.at - s->text);
	bool read;

	complain(s, name, where);
	if (!skip_rest(s, &read))
		return false; /* prose, it seems: one complaint is enough */
	blank(s, from, s->at);
	return true;
}

/* One "name …" of a section that takes `*where`; false where the text ends being readable. */
static bool read_statement(struct scan *s, const struct token *name, unsigned *where)
{
	bool read = true;
	unsigned inner;

	s->section_line = *where == WHERE_TOP ? name->line : s->section_line;
	if (*where == WHERE_TOP && (inner = enter_section(s, name)) != 0) {
		*where = inner;
		*ARENA_PUSH(&s->draft->arena, &s->draft->sections) = name->line;
		return true;
	}
	if (*where == WHERE_TOP && option_section(name_of(name), false) != 0)
		s->lost = true;
	if (!s->lost && option_find(*where, name_of(name)) == NULL)
		return drop_statement(s, name, *where);
	s->lost = s->lost || !skip_rest(s, &read);
	return read;
}

/* "${" outside comments: libconfuse would put the environment there, so it must not see it. */
static void refuse_variables(struct scan *s)
{
	int line = 1;

	for (size_t i = 0; i < s->len; i++) {
		line += s->text[i] == '\n';
		if (s->text[i] != '$' || s->text[i + 1] != '{')
			continue;
		conf_draft_wrong(s->draft, s->file, line,
			"syntax: expected no ${: variables are not replaced (write \\x24{ in "
			"double "
			"quotes for the characters)");
		s->text[i] = '_';
	}
}

static bool is_readable(struct scan *s)
{
	const char *nul = memchr(s->text, '\0', s->len);
	size_t good = 0;

	if (nul != NULL) {
		conf_draft_wrong(s->draft, s->file, 1 + lines_in(s->text, (size_t)(nul - s->text)),
			"syntax: expected text, here is a NUL");
		return false;
	}
	if (slice_utf8_valid(slice_from(s->text, s->len)))
		return true;
	while (slice_utf8_valid(slice_from(s->text + good, strcspn(s->text + good, "\n"))))
		good += strcspn(s->text + good, "\n") + 1;
	conf_draft_wrong(s->draft, s->file, 1 + lines_in(s->text, good), "syntax: expected UTF-8");
	return false;
}

/* The file ends inside a section: that is said here, and what stands in it is judged all the same.
 */
static void close_section(struct scan *s)
{
	conf_draft_wrong(s->draft, s->file, s->section_line,
		"syntax: expected a closing } for the { of the section that begins in this line");
	s->text[s->len - 1] = '}';
}

bool text_prepare(struct draft *d, struct slice file, char *text, size_t len)
{
	struct scan s = {.draft = d, .file = file, .text = text, .len = len, .line = 1};
	unsigned where = WHERE_TOP;

	if (!is_readable(&s))
		return false;
	if (slice_starts(slice_from(text, len), "\xEF\xBB\xBF"))
		blank(&s, 0, 3);
	for (;;) {
		struct token t = next_token(&s);

		if (t.kind == TOKEN_END || s.lost)
			break;
		if (t.kind == TOKEN_BROKEN)
			return false;
		if (is_mark(&t, '}'))
			where = WHERE_TOP;
		else if (t.kind != TOKEN_MARK && !read_statement(&s, &t, &where))
			return false;
	}
	if (where != WHERE_TOP)
		close_section(&s);
	refuse_variables(&s);
	return true;
}
