/* value.c - the text of one value to what the configuration holds */
#include "conf/value.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/url.h"
#include "conf/address.h"
#include "conf/conf.h"
#include "conf/file.h"
#include "feed/rule.h"

#include <inttypes.h>

#define NAME_BYTES    64
#define TAG_BYTES     64
#define XPATH_BYTES   2048
#define HEADER_BYTES  1024
#define CONTACT_BYTES 200

/* A character class: what may stand in a word, beside ASCII letters and digits. */
static bool all_of(struct slice s, const char *beside, bool upper)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.at[i];

		if (!(c >= 'a' && c <= 'z') && !(upper && c >= 'A' && c <= 'Z') &&
			!(c >= '0' && c <= '9') && (c == '\0' || strchr(beside, c) == NULL))
			return false;
	}
	return s.len > 0;
}

static bool is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f;
}

/* Valid UTF-8 without control characters (newline and tab aside where `lines`). */
static bool is_text(struct slice s, size_t most, bool lines)
{
	for (size_t i = 0; i < s.len; i++)
		if (is_control(s.at[i]) && !(lines && (s.at[i] == '\n' || s.at[i] == '\t')))
			return false;
	return slice_trim(s).len > 0 && s.len <= most && slice_utf8_valid(s);
}

bool value_is_name(struct slice s)
{
	return s.len <= NAME_BYTES && all_of(s, "._-", false);
}

/* A number followed by one of `units`; false where it is none or overflows. */
struct unit {
	char letter;
	int64_t factor;
};

static bool scaled(struct slice s, const struct unit *units, size_t n, int64_t *value_out)
{
	struct slice digits = slice_head(s, s.len - (s.len > 0));
	int64_t number;

	if (!all_of(digits, "", false) || !slice_int(digits, 0, INT64_C(1) << 40, &number))
		return false;
	for (size_t i = 0; i < n; i++)
		if (units[i].letter == s.at[s.len - 1])
			return !__builtin_mul_overflow(number, units[i].factor, value_out);
	return false;
}

static bool duration(struct slice s, int64_t *seconds_out)
{
	static const struct unit units[] = {
		{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'y', INT64_C(365) * 86400}};

	return scaled(s, units, COUNT(units), seconds_out);
}

static bool size(struct slice s, int64_t *bytes_out)
{
	static const struct unit units[] = {{'k', 1 << 10}, {'M', 1 << 20}, {'G', 1 << 30}};

	return scaled(s, units, COUNT(units), bytes_out) ||
	       (all_of(s, "", false) && slice_int(s, 0, INT64_C(1) << 40, bytes_out));
}

static bool count(struct slice s, int64_t *number_out)
{
	return all_of(s, "", false) && slice_int(s, 0, INT64_MAX, number_out);
}

/* The word that stands for -1, where the option has one. */
static const char *word_of(const struct option *o)
{
	bool word = o->fallback != NULL && o->fallback[0] >= 'a' && o->fallback[0] <= 'z';

	return word ? o->fallback : NULL;
}

static int read_number(const struct option *o, struct slice text, int64_t *field)
{
	int64_t value;
	bool read;

	if (word_of(o) != NULL && slice_is(text, word_of(o))) {
		*field = -1;
		return 0;
	}
	if (o->type == TYPE_DURATION)
		read = duration(text, &value);
	else if (o->type == TYPE_SIZE)
		read = size(text, &value);
	else
		read = count(text, &value);
	if (!read || value < o->least || value > o->most)
		return -1;
	*field = value;
	return 0;
}

static int read_flag(struct slice s, bool *field)
{
	static const struct {
		const char *word;
		bool value;
	} words[] = {{"yes", true}, {"true", true}, {"on", true}, {"no", false}, {"false", false},
		{"off", false}};

	for (size_t i = 0; i < COUNT(words); i++)
		if (slice_is(s, words[i].word)) {
			*field = words[i].value;
			return 0;
		}
	return -1;
}

/* BCP 47 by its shape: subtags of 1 to 8 letters and digits, the first of 2 to 8 letters. */
static bool is_language(struct slice s)
{
	struct slice rest = s, part;
	bool first = true;

	if (s.len == 0 || s.len > NAME_BYTES)
		return false;
	while (slice_cut(&rest, '-', &part)) {
		if (!all_of(part, "", true) || part.len > 8)
			return false;
		for (size_t i = 0; first && i < part.len; i++)
			if (part.at[i] >= '0' && part.at[i] <= '9')
				return false;
		if (first && part.len < 2)
			return false;
		first = false;
	}
	return !slice_ends(s, "-");
}

/* What tributary says itself, or what would change the framing of its requests. */
static const char *const own_headers[] = {"a-im", "accept-encoding", "connection", "content-length",
	"expect", "host", "if-modified-since", "if-none-match", "keep-alive", "range", "te",
	"trailer", "transfer-encoding", "upgrade", "user-agent"};

static int check_header(struct arena *a, struct slice s, struct slice *field, struct error *why)
{
	struct slice value = s, name;

	(void)a, (void)field;
	if (s.len > HEADER_BYTES || !slice_cut(&value, ':', &name))
		return -1;
	if (name.len == s.len || !all_of(name, "!#$%&'*+-.^_`|~", true) ||
		slice_trim(value).len == 0)
		return -1;
	for (size_t i = 0; i < COUNT(own_headers); i++)
		if (slice_is_fold(name, own_headers[i]))
			return error_set(why, "a header that tributary does not send by itself");
	return 0;
}

static bool is_url(struct slice s)
{
	return is_text(s, LIMIT_URL_BYTES, false);
}

static int check_url(struct arena *a, struct slice s, struct slice *field, struct error *why)
{
	struct slice whole;

	(void)why;
	whole = url_resolve(a, SLICE_NONE, s, URL_FETCH);
	if (whole.len == 0)
		return -1;
	*field = whole;
	return 0;
}

/* What is fetched: by a port that the poller asks (threats N5). */
static int check_source(struct arena *a, struct slice s, struct slice *field, struct error *why)
{
	struct url_parts parts;

	if (check_url(a, s, field, why) < 0 || !url_split(a, *field, &parts))
		return -1;
	if (parts.port == 80 || parts.port == 443 || parts.port >= 1024)
		return 0;
	return error_set(why, "an address with port 80, 443, or one from 1024 on");
}

static int check_base(struct arena *a, struct slice s, struct slice *field, struct error *why)
{
	if (slice_find_byte(s, '?') < s.len || slice_find_byte(s, '#') < s.len)
		return -1;
	if (check_url(a, s, field, why) < 0)
		return -1;
	while (slice_ends(*field, "/"))
		field->len--;
	return 0;
}

static bool is_proxy(struct slice s)
{
	static const char *const schemes[] = {
		"http://", "https://", "socks4://", "socks4a://", "socks5://", "socks5h://"};

	if (!is_text(s, LIMIT_URL_BYTES, false) || slice_find_byte(s, ' ') < s.len)
		return false;
	if (slice_is(s, "none"))
		return true;
	for (size_t i = 0; i < COUNT(schemes); i++)
		if (slice_starts(s, schemes[i]) && s.len > strlen(schemes[i]))
			return true;
	return false;
}

/* It stands in a comment of User-Agent (RFC 9110 section 5.6.5). */
static bool is_contact(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.at[i] <= 0x20 || s.at[i] >= 0x7f || strchr("()\\", s.at[i]) != NULL)
			return false;
	return s.len > 0 && s.len <= CONTACT_BYTES;
}

static bool is_zone(struct slice s)
{
	return all_of(s, "/_+-", true) && s.at[0] != '/' && file_has_zone(s);
}

static bool is_query(struct slice s)
{
	struct slice rest = s, word;
	size_t words = 0;

	while (slice_cut(&rest, ' ', &word))
		words += word.len > 0;
	return is_text(s, LIMIT_QUERY_BYTES, false) && words <= LIMIT_QUERY_WORDS;
}

static bool is_line(struct slice s)
{
	return is_text(s, LIMIT_TITLE_BYTES, false);
}

static bool is_rule(struct slice s)
{
	return is_text(s, LIMIT_RULE_BYTES, true);
}

static bool is_tag(struct slice s)
{
	return is_text(s, TAG_BYTES, false);
}

static bool is_xpath(struct slice s)
{
	return is_text(s, XPATH_BYTES, true);
}

static bool is_path(struct slice s)
{
	return is_line(s) && slice_starts(s, "/");
}

static bool is_choice(struct slice s)
{
	return slice_is(s, "all") || slice_is(s, "one");
}

static int check_listen(struct arena *a, struct slice s, struct slice *field, struct error *why)
{
	struct conf_listen l;

	(void)a, (void)field;
	return address_listen(s, &l, why);
}

static int check_socket(struct arena *a, struct slice s, struct slice *field, struct error *why)
{
	(void)a, (void)why;
	*field = is_line(s) ? address_socket(s) : SLICE_NONE;
	return field->len > 0 ? 0 : -1;
}

static int check_prefix(struct arena *a, struct slice s, struct slice *field, struct error *why)
{
	(void)why;
	*field = address_prefix(a, s);
	return field->len > 0 ? 0 : -1;
}

/* Where the mistake is, the reader says: it knows the line. */
static int check_rule(struct arena *a, struct slice s, struct slice *field, struct error *why)
{
	struct rule_mistake mistake;
	struct rule rule;

	(void)field;
	return rule_parse(a, s, &rule, &mistake) ? 0 : error_set(why, "%s", mistake.expected);
}

static int check_secret(struct arena *a, struct slice s, struct slice *field, struct error *why)
{
	return is_path(s) ? file_secret(a, s, field, why) : -1;
}

/* What a type's field is; for texts, whether one may stand as it is, or how it is read. */
enum field_kind { FIELD_TEXT, FIELD_NUMBER, FIELD_INT, FIELD_FLAG };

static const struct {
	enum field_kind kind;
	bool (*plain)(struct slice s);
	int (*read)(struct arena *a, struct slice s, struct slice *field, struct error *why);
} types[] = {
	[TYPE_TEXT] = {FIELD_TEXT, is_line, NULL},
	[TYPE_PATH] = {FIELD_TEXT, is_path, NULL},
	[TYPE_LISTEN] = {FIELD_TEXT, is_line, check_listen},
	[TYPE_SOCKET] = {FIELD_TEXT, is_line, check_socket},
	[TYPE_BASE] = {FIELD_TEXT, is_line, check_base},
	[TYPE_HOST] = {FIELD_TEXT, address_is_host, NULL},
	[TYPE_CONTACT] = {FIELD_TEXT, is_contact, NULL},
	[TYPE_PROXY] = {FIELD_TEXT, is_proxy, NULL},
	[TYPE_ZONE] = {FIELD_TEXT, is_zone, NULL},
	[TYPE_COUNT] = {FIELD_NUMBER, NULL, NULL},
	[TYPE_LINE] = {FIELD_INT, NULL, NULL},
	[TYPE_DURATION] = {FIELD_NUMBER, NULL, NULL},
	[TYPE_SIZE] = {FIELD_NUMBER, NULL, NULL},
	[TYPE_FLAG] = {FIELD_FLAG, NULL, NULL},
	[TYPE_PREFIX] = {FIELD_TEXT, is_line, check_prefix},
	[TYPE_SECRET] = {FIELD_TEXT, is_line, check_secret},
	[TYPE_HEADER] = {FIELD_TEXT, is_line, check_header},
	[TYPE_URL] = {FIELD_TEXT, is_url, check_source},
	[TYPE_TAG] = {FIELD_TEXT, is_tag, NULL},
	[TYPE_LANG] = {FIELD_TEXT, is_language, NULL},
	[TYPE_NAME] = {FIELD_TEXT, value_is_name, NULL},
	[TYPE_XPATH] = {FIELD_TEXT, is_xpath, NULL},
	[TYPE_RULE] = {FIELD_TEXT, is_rule, check_rule},
	[TYPE_QUERY] = {FIELD_TEXT, is_query, NULL},
	[TYPE_CHOICE] = {FIELD_TEXT, is_choice, NULL},
};

static int read_text(struct arena *a, const struct option *o, struct slice text,
	struct slice *field, struct error *why)
{
	if (!types[o->type].plain(text))
		return -1;
	*field = slice_copy(a, text);
	return types[o->type].read == NULL ? 0 : types[o->type].read(a, *field, field, why);
}

int value_read(
	struct arena *a, const struct option *o, struct slice text, void *field, struct error *why)
{
	int64_t number = 0;

	why->text[0] = '\0';
	switch (types[o->type].kind) {
	case FIELD_TEXT:
		return read_text(a, o, text, field, why);
	case FIELD_NUMBER:
		return read_number(o, text, field);
	case FIELD_FLAG:
		return read_flag(text, field);
	case FIELD_INT:
		break;
	}
	if (read_number(o, text, &number) < 0)
		return -1;
	*(int *)field = (int)number;
	return 0;
}

void value_print_string(struct buf *out, struct slice s)
{
	buf_putc(out, '"');
	for (size_t i = 0; i < s.len; i++) {
		char c = s.at[i];

		if (is_control(c) || c == '$') /* "${" would be read as a variable */
			buf_printf(out, "\\x%02x", (unsigned)(unsigned char)c);
		else if (c == '"' || c == '\\')
			buf_printf(out, "\\%c", c);
		else
			buf_putc(out, c);
	}
	buf_putc(out, '"');
}

static void print_number(struct buf *out, const struct option *o, int64_t number)
{
	if (number == -1 && word_of(o) != NULL)
		buf_puts(out, word_of(o));
	else
		buf_printf(out, "%" PRId64 "%s", number, o->type == TYPE_DURATION ? "s" : "");
}

void value_print(struct buf *out, const struct option *o, const void *field)
{
	switch (types[o->type].kind) {
	case FIELD_TEXT:
		value_print_string(out, *(const struct slice *)field);
		break;
	case FIELD_NUMBER:
		print_number(out, o, *(const int64_t *)field);
		break;
	case FIELD_INT:
		buf_printf(out, "%d", *(const int *)field);
		break;
	case FIELD_FLAG:
		buf_puts(out, *(const bool *)field ? "yes" : "no");
		break;
	}
}

bool value_equal(const struct option *o, const void *one, const void *other)
{
	switch (types[o->type].kind) {
	case FIELD_TEXT:
		return slice_equal(*(const struct slice *)one, *(const struct slice *)other);
	case FIELD_NUMBER:
		return *(const int64_t *)one == *(const int64_t *)other;
	case FIELD_INT:
		return *(const int *)one == *(const int *)other;
	case FIELD_FLAG:
		return *(const bool *)one == *(const bool *)other;
	}
	return false;
}

void value_copy(const struct option *o, void *to, const void *from)
{
	static const size_t sizes[] = {[FIELD_TEXT] = sizeof(struct slice),
		[FIELD_NUMBER] = sizeof(int64_t),
		[FIELD_INT] = sizeof(int),
		[FIELD_FLAG] = sizeof(bool)};

	memcpy(to, from, sizes[types[o->type].kind]);
}
