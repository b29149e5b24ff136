#include "words.h"

void words_init(struct words *w, struct slice line)
{
	*w = (struct words){.rest = slice_trim(line)};
}

void words_clear(struct words *w)
{
	arena_clear(&w->a);
}

struct slice words_rest(const struct words *w)
{
	return slice_trim(w->rest);
}

struct slice words_first(struct slice line)
{
	size_t n = 0;

	line = slice_trim(line);
	while (n < line.len && line.at[n] != ' ' && line.at[n] != '\t')
		n++;
	return slice_head(line, n);
}

static struct slice quoted(struct words *w)
{
	char *word = arena_alloc(&w->a, w->rest.len);
	size_t len = 0, at = 1;

	for (; at < w->rest.len && w->rest.at[at] != '"'; at++) {
		if (w->rest.at[at] == '\\' && at + 1 < w->rest.len)
			at++;
		word[len++] = w->rest.at[at];
	}
	w->rest = slice_skip(w->rest, at + 1);
	return slice_from(word, len);
}

struct slice words_next(struct words *w)
{
	struct slice word;

	w->rest = slice_trim(w->rest);
	if (w->rest.len == 0 || w->rest.at[0] == '#')
		return SLICE_NONE;
	if (w->rest.at[0] == '"')
		return quoted(w);
	word = words_first(w->rest);
	w->rest = slice_skip(w->rest, word.len);
	return word;
}

bool words_duration(struct slice word, int64_t *seconds_out)
{
	static const struct {
		char unit;
		int64_t seconds;
	} rows[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};

	for (size_t i = 0; word.len > 0 && i < COUNT(rows); i++) {
		if (word.at[word.len - 1] != rows[i].unit ||
			!slice_int(
				slice_head(word, word.len - 1), 0, INT64_C(1) << 40, seconds_out))
			continue;
		*seconds_out *= rows[i].seconds;
		return true;
	}
	return false;
}
