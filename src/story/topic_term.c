/* topic_term.c - the words of all rules in one table */
#include "story/topic_table.h"

#include "base/buf.h"

#define SLOTS_FIRST 1024

static uint64_t hash_of(enum term_kind kind, struct slice text)
{
	uint64_t h = TERM_SEED;

	for (size_t i = 0; i < text.len; i++)
		h = term_step(h, text.at[i]);
	return term_hash(h, kind);
}

/* The slot of the term, or the empty one where it would stand; there is always one. */
static uint32_t *slot_of(
	const struct term_table *t, enum term_kind kind, struct slice text, uint64_t hash)
{
	for (size_t i = hash & (t->n_slots - 1);; i = (i + 1) & (t->n_slots - 1)) {
		const struct term *term;

		if (t->slots[i] == 0)
			return &t->slots[i];
		term = &t->at[t->slots[i] - 1];
		if (term->hash == hash && term->kind == kind && slice_equal(term->text, text))
			return &t->slots[i];
	}
}

struct term *term_find(
	const struct term_table *t, enum term_kind kind, struct slice text, uint64_t hash)
{
	uint32_t slot;

	if (t->n_slots == 0)
		return NULL;
	slot = *slot_of(t, kind, text, hash);
	return slot == 0 ? NULL : &t->at[slot - 1];
}

/* Twice the slots; the old ones stay in the arena, all of them together as large as the new. */
static void grow(struct term_table *t, struct arena *a)
{
	t->n_slots = t->n_slots == 0 ? SLOTS_FIRST : 2 * t->n_slots;
	t->slots = arena_array(a, t->n_slots, sizeof *t->slots);
	for (size_t i = 0; i < t->n; i++)
		*slot_of(t, t->at[i].kind, t->at[i].text, t->at[i].hash) = (uint32_t)i + 1;
}

uint32_t term_add(struct term_table *t, struct arena *a, enum term_kind kind, struct slice text)
{
	uint64_t hash = hash_of(kind, text), bit = hash % (COUNT(t->sieve) * 64);
	struct term *term = term_find(t, kind, text, hash);

	if (term != NULL)
		return (uint32_t)(term - t->at);
	if (2 * (t->n + 1) > t->n_slots)
		grow(t, a);
	term = ARENA_PUSH(a, t);
	*term = (struct term){.hash = hash, .kind = kind, .text = slice_copy(a, text)};
	*slot_of(t, kind, text, hash) = (uint32_t)t->n;
	t->sieve[bit / 64] |= UINT64_C(1) << (bit % 64);
	if (kind == TERM_BEGINNING)
		t->lengths[text.len] = true;
	return (uint32_t)t->n - 1;
}

struct slice term_of_label(struct arena *a, struct slice label)
{
	struct word_reader r;
	struct word w;
	struct slice text;
	struct buf out;

	buf_init(&out, 2 * label.len + WORD_BYTES);
	word_begin(&r, label);
	while (word_next(&r, &w)) {
		buf_puts(&out, out.len > 0 ? " " : "");
		buf_put_slice(&out, w.text);
	}
	text = slice_copy(a, buf_slice(&out));
	buf_clear(&out);
	return text;
}

struct slice term_of_lang(struct arena *a, struct slice lang)
{
	char *text = arena_alloc(a, lang.len);

	for (size_t i = 0; i < lang.len; i++) {
		char c = lang.at[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c + ('a' - 'A'));
		text[i] = c == '_' ? '-' : c;
	}
	return slice_from(text, lang.len);
}
