/*
 * date_shape.c - the two forms that nearly all feeds write
 */
#include "parse/date_shape.h"

/* y m d h i s: a digit of that part; b: a letter of the month's name; all else is itself. */
static const char *const shapes[] = {
	"yyyy-mm-ddThh:ii:ss",
	"www, dd bbb yyyy hh:ii:ss ",
	"www, d bbb yyyy hh:ii:ss ",
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool add_digit(int64_t *part, char c)
{
	*part = 10 * *part + (c - '0');
	return is_digit(c);
}

static bool fits(char shape, char c, struct date_parts *p)
{
	switch (shape) {
	case 'y':
		return add_digit(&p->year, c);
	case 'm':
		return add_digit(&p->month, c);
	case 'd':
		return add_digit(&p->day, c);
	case 'h':
		return add_digit(&p->hour, c);
	case 'i':
		return add_digit(&p->minute, c);
	case 's':
		return add_digit(&p->second, c);
	case 'b':
	case 'w':
		return c >= 'A' && c <= 'z';
	default:
		return c == shape;
	}
}

/* The month or the week day whose three letters stand at `at` in English; 0 for none. */
static int name_of(const char *names, const char *at)
{
	for (int i = 1; *names != '\0'; i++, names += 3)
		if (memcmp(names, at, 3) == 0)
			return i;
	return 0;
}

/* A fraction of a second, which says nothing here. */
static struct slice skip_fraction(struct slice rest)
{
	size_t n = 1;

	if (rest.len < 2 || rest.at[0] != '.' || !is_digit(rest.at[1]))
		return rest;
	while (n < rest.len && is_digit(rest.at[n]))
		n++;
	return slice_skip(rest, n);
}

/* "Z", "GMT", "+01:00", "+0100". */
static bool read_zone(struct slice rest, struct date_parts *p)
{
	int64_t hours = 0;
	int64_t minutes = 0;
	size_t colon = rest.len == 6 && rest.at[3] == ':' ? 1 : 0;

	p->has_zone = true;
	if (slice_is(rest, "Z") || slice_is(rest, "GMT"))
		return true;
	if (rest.len != 5 + colon || (rest.at[0] != '+' && rest.at[0] != '-') ||
		!add_digit(&hours, rest.at[1]) || !add_digit(&hours, rest.at[2]) ||
		!add_digit(&minutes, rest.at[3 + colon]) ||
		!add_digit(&minutes, rest.at[4 + colon]) || hours > 23 || minutes > 59)
		return false;
	p->offset_minutes = (rest.at[0] == '-' ? -1 : 1) * (60 * hours + minutes);
	return true;
}

static bool read_shape(struct slice text, const char *shape, struct date_parts *p)
{
	size_t len = strlen(shape);
	const char *month = strchr(shape, 'b');

	*p = (struct date_parts){.has_time = true};
	if (text.len <= len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (!fits(shape[i], text.at[i], p))
			return false;
	if (month != NULL) {
		p->month =
			name_of("JanFebMarAprMayJunJulAugSepOctNovDec", text.at + (month - shape));
		if (name_of("MonTueWedThuFriSatSun", text.at) == 0)
			return false;
	}
	text = slice_skip(text, len);
	return p->year > 0 && p->month > 0 && p->day > 0 &&
	       read_zone(month == NULL ? skip_fraction(text) : text, p);
}

bool date_shape(struct slice text, struct date_parts *parts_out)
{
	for (size_t i = 0; i < COUNT(shapes); i++)
		if (read_shape(text, shapes[i], parts_out))
			return true;
	return false;
}
