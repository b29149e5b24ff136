/*
 * doctype.c - what of a DOCTYPE we read
 */
#include "parse/doctype.h"

#include "parse/entity.h"
#include "parse/reference.h"

#define EXPAND_DEPTH 4
#define EXPAND_STEPS 256 /* references in references, else empty ones would cost without end */

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct slice skip_space(struct slice s)
{
	while (s.len > 0 && is_space(s.at[0]))
		s = slice_skip(s, 1);
	return s;
}

static struct slice take_word(struct slice *s)
{
	size_t n = 0;

	*s = skip_space(*s);
	while (n < s->len && !is_space(s->at[n]) && strchr("<>\"'[]%", s->at[n]) == NULL)
		n++;

	struct slice word = slice_head(*s, n);

	*s = slice_skip(*s, n);
	return word;
}

/* A literal in quotes; false where none stands next. */
static bool take_literal(struct slice *s, struct slice *out)
{
	*s = skip_space(*s);
	if (s->len == 0 || (s->at[0] != '"' && s->at[0] != '\''))
		return false;

	struct slice inside = slice_skip(*s, 1);
	size_t end = slice_find_byte(inside, s->at[0]);

	*out = slice_head(inside, end);
	*s = slice_skip(inside, end + 1);
	return true;
}

/* Behind a declaration's `>`, quotes passed over. */
static struct slice skip_declaration(struct slice s)
{
	char quote = '\0';

	for (size_t i = 0; i < s.len; i++) {
		char c = s.at[i];

		if (quote != '\0')
			quote = c == quote ? '\0' : quote;
		else if (c == '"' || c == '\'')
			quote = c;
		else if (c == '>')
			return slice_skip(s, i + 1);
	}
	return slice_skip(s, s.len);
}

/* `s` stands behind "<!ENTITY". */
static void read_entity(struct doctype *d, struct slice s)
{
	struct entity e = {.is_external = false};

	s = skip_space(s);
	if (s.len > 0 && s.at[0] == '%') {
		d->is_elsewhere = true;
		return;
	}
	e.name = take_word(&s);
	if (e.name.len == 0 || doctype_has(d, e.name))
		return;
	e.is_external = !take_literal(&s, &e.value);
	if (d->n == LIMIT_ENTITIES || e.value.len > LIMIT_ENTITY_BYTES) {
		d->is_cut = true;
		return;
	}
	d->entities[d->n++] = e;
}

static void read_subset(struct doctype *d, struct slice s)
{
	if (s.len > LIMIT_SUBSET_BYTES)
		d->is_cut = true;
	s = slice_head(s, LIMIT_SUBSET_BYTES);
	while ((s = skip_space(s)).len > 0 && s.at[0] != ']') {
		if (slice_starts(s, "<!--")) {
			s = slice_skip(s, slice_find(s, SLICE("-->")) + 3);
		} else if (slice_starts(s, "<?")) {
			s = slice_skip(s, slice_find(s, SLICE("?>")) + 2);
		} else if (slice_starts(s, "<!ENTITY")) {
			read_entity(d, slice_skip(s, 8));
			s = skip_declaration(s);
		} else if (s.at[0] == '<') {
			s = skip_declaration(s);
		} else {
			d->is_elsewhere = d->is_elsewhere || s.at[0] == '%';
			s = slice_skip(s, 1);
		}
	}
}

void doctype_read(struct slice text, struct doctype *d)
{
	struct slice literal, s = slice_skip(text, 9);

	*d = (struct doctype){.n = 0};
	take_word(&s);

	struct slice word = take_word(&s);

	d->is_elsewhere = slice_is(word, "PUBLIC") || slice_is(word, "SYSTEM");
	while (take_literal(&s, &literal))
		continue;
	s = skip_space(s);
	if (s.len > 0 && s.at[0] == '[')
		read_subset(d, slice_skip(s, 1));
}

static const struct entity *find(const struct doctype *d, struct slice name)
{
	for (size_t i = 0; i < d->n; i++)
		if (slice_equal(d->entities[i].name, name))
			return &d->entities[i];
	return NULL;
}

bool doctype_has(const struct doctype *d, struct slice name)
{
	return find(d, name) != NULL;
}

/* A literal's own references to characters are replaced when it is read (XML 1.0 section 4.4). */
static struct slice included(struct slice value, struct buf *room)
{
	buf_init(room, LIMIT_ENTITY_BYTES);
	for (size_t at = 0; at < value.len;) {
		struct slice rest = slice_skip(value, at);
		struct reference ref;

		reference_read(rest, &ref);
		if (ref.kind == REFERENCE_NUMBER) {
			buf_put_slice(room, reference_text(&ref));
			at += ref.len;
		} else {
			buf_putc(room, value.at[at++]);
		}
	}
	return buf_slice(room);
}

static bool expand(
	const struct doctype *d, const struct entity *e, struct buf *out, int depth, int *steps)
{
	struct buf room;
	struct slice value = included(e->value, &room);
	bool is_whole = depth < EXPAND_DEPTH && !e->is_external && (*steps)++ < EXPAND_STEPS;

	for (size_t at = 0; is_whole && at < value.len;) {
		struct slice rest = slice_skip(value, at);
		struct reference ref;

		reference_read(rest, &ref);
		if (ref.kind == REFERENCE_NONE) {
			buf_putc(out, value.at[at++]);
			is_whole = !out->full;
			continue;
		}
		at += ref.len;

		const struct entity *inner = find(d, ref.name);

		if (inner != NULL)
			is_whole = expand(d, inner, out, depth + 1, steps);
		else
			buf_put_slice(out, reference_text(&ref));
		is_whole = is_whole && !out->full;
	}
	buf_clear(&room);
	return is_whole;
}

bool doctype_expand(const struct doctype *d, struct slice name, struct buf *out)
{
	const struct entity *e = find(d, name);

	int steps = 0;

	return e == NULL || expand(d, e, out, 0, &steps);
}
