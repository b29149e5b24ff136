/*
 * date_words.c - looking words up in date_words.def
 *
 * The tables are walked from their first row: English stands first and nearly all dates are
 * written in it, and a word of any other language costs some hundred comparisons of one byte.
 */
#include "parse/date_words.h"

#include "base/arena.h"

#define MONTH_LEAST   3 /* characters that an abbreviation has at least */
#define WEEKDAY_LEAST 2

#define MONTHS(...) {__VA_ARGS__},
#define WEEKDAYS(...)
#define FILLERS(...)
#define HALF(name, half)
#define UNIT(name, unit)
#define ZONE(name, minutes, who)
static const char *const months[][12] = {
#include "parse/date_words.def"
};
#undef MONTHS
#undef WEEKDAYS
#define MONTHS(...)
#define WEEKDAYS(...) __VA_ARGS__,
static const char *const weekdays[] = {
#include "parse/date_words.def"
};
#undef WEEKDAYS
#undef FILLERS
#define WEEKDAYS(...)
#define FILLERS(...) __VA_ARGS__,
static const char *const fillers[] = {
#include "parse/date_words.def"
};
#undef FILLERS
#undef HALF
#define FILLERS(...)
#define HALF(name, half) {name, half},
static const struct {
	const char *name;
	enum date_half half;
} halves[] = {
#include "parse/date_words.def"
};
#undef HALF
#undef UNIT
#define HALF(name, half)
#define UNIT(name, unit) {name, unit},
static const struct {
	const char *name;
	enum date_unit unit;
} units[] = {
#include "parse/date_words.def"
};
#undef UNIT
#undef ZONE
#define UNIT(name, unit)
#define ZONE(name, minutes, who) {name, minutes, who},
static const struct date_zone zones[] = {
#include "parse/date_words.def"
};

/* Is `word` the beginning of `name`? */
static bool begins(const char *name, struct slice word)
{
	return name != NULL && name[0] == word.at[0] && strncmp(name, word.at, word.len) == 0;
}

static bool is(const char *name, struct slice word)
{
	return begins(name, word) && name[word.len] == '\0';
}

static int find_month(struct slice word, size_t characters)
{
	int found = 0;

	for (size_t row = 0; row < COUNT(months); row++)
		for (int month = 0; month < 12; month++) {
			if (is(months[row][month], word))
				return month + 1;
			if (found == 0 && characters >= MONTH_LEAST &&
				begins(months[row][month], word))
				found = month + 1;
		}
	return found;
}

static bool find_weekday(struct slice word, size_t characters)
{
	for (size_t i = 0; i < COUNT(weekdays); i++)
		if (is(weekdays[i], word) ||
			(characters >= WEEKDAY_LEAST && begins(weekdays[i], word)))
			return true;
	return false;
}

static bool find_filler(struct slice word)
{
	for (size_t i = 0; i < COUNT(fillers); i++)
		if (is(fillers[i], word))
			return true;
	return false;
}

static enum date_half find_half(struct slice word)
{
	for (size_t i = 0; i < COUNT(halves); i++)
		if (is(halves[i].name, word))
			return halves[i].half;
	return NO_HALF;
}

static enum date_unit find_unit(struct slice word)
{
	for (size_t i = 0; i < COUNT(units); i++)
		if (is(units[i].name, word))
			return units[i].unit;
	return NO_UNIT;
}

static const struct date_zone *find_zone(struct slice word)
{
	for (size_t i = 0; i < COUNT(zones); i++)
		if (is(zones[i].name, word))
			return &zones[i];
	return NULL;
}

struct date_word date_word(struct arena *a, struct slice word)
{
	struct date_word w = {0};
	size_t characters = 0;

	word = slice_fold(a, word);
	if (word.len == 0)
		return w;
	for (size_t at = 0; at < word.len; characters++)
		(void)slice_utf8_next(word, &at);
	w.month = find_month(word, characters);
	w.weekday = find_weekday(word, characters);
	w.filler = find_filler(word);
	w.half = find_half(word);
	w.unit = find_unit(word);
	w.zone = find_zone(word);
	w.known = w.month != 0 || w.weekday || w.filler || w.half != NO_HALF || w.unit != NO_UNIT ||
		  w.zone != NULL;
	return w;
}
