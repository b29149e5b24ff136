/* condition.c - preconditions, HTTP dates, gzip or not */
#include "publish/condition.h"

bool condition_next_tag(struct slice *list, struct slice *tag_out, bool *weak_out)
{
	size_t close;

	while (list->len > 0 && strchr(" \t,", list->at[0]) != NULL && list->at[0] != '\0')
		*list = slice_skip(*list, 1);
	*weak_out = slice_starts(*list, "W/");
	*list = slice_skip(*list, *weak_out ? 2 : 0);
	if (!slice_starts(*list, "\""))
		return false;
	close = slice_find_byte(slice_skip(*list, 1), '"') + 2;
	if (close > list->len)
		return false;
	*tag_out = slice_head(*list, close);
	*list = slice_skip(*list, close);
	return true;
}

/* `*`, or is the tag in the list?  A weak one counts only where `weak_counts`. */
static bool lists_tag(struct slice list, struct slice etag, bool weak_counts)
{
	struct slice tag;
	bool weak;

	if (slice_is(slice_trim(list), "*"))
		return true;
	while (condition_next_tag(&list, &tag, &weak))
		if ((weak_counts || !weak) && slice_equal(tag, etag))
			return true;
	return false;
}

enum condition_verdict condition_judge(
	const struct conditions *c, struct slice etag, instant last_modified)
{
	instant at;

	if (c->if_match.at != NULL) {
		if (!lists_tag(c->if_match, etag, false))
			return CONDITION_FAILED;
	} else if (condition_date(c->if_unmodified_since, &at) && last_modified > at) {
		return CONDITION_FAILED;
	}
	if (c->if_none_match.at != NULL)
		return lists_tag(c->if_none_match, etag, true) ? CONDITION_UNCHANGED
							       : CONDITION_SEND;
	if (condition_date(c->if_modified_since, &at) && last_modified != INSTANT_NONE &&
		last_modified <= at)
		return CONDITION_UNCHANGED;
	return CONDITION_SEND;
}

/* Is the weight of `parameters` (";q=0.5") zero? */
static bool is_refused(struct slice parameters)
{
	struct slice part;

	while (slice_cut(&parameters, ';', &part)) {
		part = slice_trim(part);
		if (!slice_starts_fold(part, "q="))
			continue;
		part = slice_skip(part, 2);
		for (size_t i = 0; i < part.len; i++)
			if (part.at[i] >= '1' && part.at[i] <= '9')
				return false;
		return true;
	}
	return false;
}

bool condition_takes_gzip(struct slice accept_encoding)
{
	bool any = false;
	struct slice part;

	while (slice_cut(&accept_encoding, ',', &part)) {
		size_t semicolon = slice_find_byte(part, ';');
		struct slice coding = slice_trim(slice_head(part, semicolon));
		bool refused = is_refused(slice_skip(part, semicolon + 1));

		if (slice_is_fold(coding, "gzip") || slice_is_fold(coding, "x-gzip"))
			return !refused;
		if (slice_is(coding, "*"))
			any = !refused;
	}
	return any;
}

static int month_of(struct slice name)
{
	static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";

	for (int i = 0; i < 12; i++)
		if (name.len == 3 &&
			slice_is_fold(name, (const char[]){names[3 * i], names[3 * i + 1],
						    names[3 * i + 2], 0}))
			return i + 1;
	return 0;
}

/* The number that is all of `s`, digits only, or -1. */
static int number_of(struct slice s)
{
	int64_t number;

	if (s.len == 0 || s.at[0] < '0' || s.at[0] > '9' || !slice_int(s, 0, 9999, &number))
		return -1;
	return (int)number;
}

/* The words of a date, the day's name aside: commas, blanks and dashes part them. */
static size_t date_words(struct slice text, struct slice words[6])
{
	size_t n = 0;

	for (size_t i = 0; i < text.len && n < 6;) {
		size_t from = i;

		while (i < text.len && text.at[i] != '\0' && strchr(" ,-", text.at[i]) == NULL)
			i++;
		if (i > from)
			words[n++] = slice_from(text.at + from, i - from);
		else
			i++;
	}
	return n;
}

static bool read_clock(struct slice word, int clock[3])
{
	struct slice part;

	for (int i = 0; i < 3; i++)
		if (!slice_cut(&word, ':', &part) || (clock[i] = number_of(part)) < 0)
			return false;
	return word.len == 0;
}

/* RFC 850's two digits: what lies more than 50 years ahead is past; we know no now, but 1970. */
static int whole_year(struct slice word)
{
	int year = number_of(word);

	if (word.len == 2)
		return year < 70 ? 2000 + year : 1900 + year;
	return year;
}

bool condition_date(struct slice text, instant *at_out)
{
	struct slice w[6];
	size_t n = date_words(slice_trim(text), w);
	bool is_asctime = n == 5 && month_of(w[1]) > 0; /* Sun Nov  6 08:49:37 1994 */
	int clock[3], month, day, year;

	if (!is_asctime && (n != 6 || !slice_is_fold(w[5], "GMT")))
		return false;
	month = month_of(is_asctime ? w[1] : w[2]);
	day = number_of(is_asctime ? w[2] : w[1]);
	year = whole_year(is_asctime ? w[4] : w[3]);
	if (month == 0 || !read_clock(is_asctime ? w[3] : w[4], clock))
		return false;
	*at_out = instant_of_civil(year, month, day, clock[0], clock[1], clock[2]);
	return *at_out != INSTANT_NONE;
}
