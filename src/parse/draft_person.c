/*
 * draft_person.c - persons as feeds write them into one line
 */
#include "base/limits.h"
#include "parse/draft.h"
#include "parse/sanitize.h"

/* Cuts what stands between `open` and the last `close` out of `*text`. */
static bool cut_between(
	struct slice *text, char open, char close, struct slice *inside, struct slice *behind)
{
	size_t from = slice_find_byte(*text, open), to = text->len;

	while (to > from && text->at[to - 1] != close)
		to--;
	if (from >= text->len || to <= from)
		return false;
	*inside = slice_trim(slice_from(text->at + from + 1, to - from - 2));
	*behind = slice_skip(*text, to);
	*text = slice_trim(slice_head(*text, from));
	return true;
}

static struct slice find_email(struct draft *d, struct slice text, struct slice *rest)
{
	struct slice word, left = text;

	while (slice_cut(&left, ' ', &word)) {
		struct slice email = reading_email(d->a, word);

		if (email.len == 0)
			continue;
		*rest = slice_trim(slice_head(text, (size_t)(word.at - text.at)));
		if (rest->len == 0)
			*rest = slice_trim(left);
		return email;
	}
	return SLICE_NONE;
}

/* "Name <a@example.org>", which would be a tag in HTML. */
static bool is_angled(struct draft *d, struct slice text, struct person *p)
{
	struct slice inside, behind;

	if (!cut_between(&text, '<', '>', &inside, &behind))
		return false;
	p->email = reading_email(d->a, inside);
	p->name = reading_line(d->r, d->a, sanitize_line(d->a, text), LIMIT_NAME_BYTES);
	return p->email.len > 0;
}

/* "Name", "a@example.org", "a@example.org (Name)", "Name (a@example.org)" */
struct person draft_person(struct draft *d, struct slice html)
{
	struct person p = {{NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}};
	struct slice line = reading_line(d->r, d->a, sanitize_line(d->a, html), LIMIT_NAME_BYTES);
	struct slice rest = line, inside, behind;

	if (is_angled(d, html, &p))
		return p;

	p.email = reading_email(d->a, line);
	if (p.email.len > 0)
		return p;
	if (cut_between(&rest, '(', ')', &inside, &behind)) {
		p.email = reading_email(d->a, rest);
		p.name = inside;
		if (p.email.len == 0) {
			p.email = reading_email(d->a, inside);
			p.name = p.email.len > 0 ? rest : line;
		}
	} else {
		p.name = line;
		p.email = find_email(d, line, &p.name);
	}
	if (p.name.len > 1 && p.name.at[0] == '"' && p.name.at[p.name.len - 1] == '"')
		p.name = slice_from(p.name.at + 1, p.name.len - 2);
	return p;
}

static void add_person(struct draft *d, struct person_list *to)
{
	struct person p = draft_person(d, xml_text(d->x));

	reading_add_person(d->r, d->a, to, &p);
}

void draft_read_author(struct draft *d, int arg)
{
	(void)arg;
	add_person(d, d->authors);
}

void draft_read_contributor(struct draft *d, int arg)
{
	(void)arg;
	add_person(d, d->contributors);
}
