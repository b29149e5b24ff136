/*
 * across_state.h - what the across*.c files share: a text as what is the same in any language
 */
#ifndef TRIBUTARY_STORY_ACROSS_STATE_H
#define TRIBUTARY_STORY_ACROSS_STATE_H

#include "base/slice.h" /* slice */
#include "story/word.h" /* word_kind */

#define MARKS_MOST  32  /* of a text */
#define TOKENS_MOST 160 /* words of a field that are looked at */
#define TOKEN_BYTES 30

/* A word as names are compared: its stem is without Arabic article, Russian ending. */
struct token {
	uint64_t hash; /* of the stem */
	char stem[TOKEN_BYTES];
	uint8_t len;
	uint8_t letters; /* of the word, at most 255 */
	uint8_t kind, script;
	bool capital, upper, dropped;
};

/* The first words of a text; returns how many. */
size_t token_read(struct token at[TOKENS_MOST], struct slice text);

/* The token less the Arabic "and", "in", "to" that may be written on it; false: there is none. */
bool token_bare(const struct token *t, struct token *out);

/*
 * The consonants of a name, in classes that most spellings and transliterations keep: written to
 * `to`, 3 to 5 letters of "BTLRMNKS"; 0 where there are fewer, or it is in none of our alphabets.
 */
#define SKELETON_BYTES 5
size_t token_skeleton(const struct token *t, char to[SKELETON_BYTES]);

/* What a text says: 32 bits each, none twice, none 0. */
struct marks {
	uint32_t at[MARKS_MOST];
	size_t n;
};

/* The names of across_names.def. */
struct names;
struct names *names_new(void);
void names_free(struct names **n);

/* The longest name that begins at `at[0]`: its mark and how many words; 0: none. */
uint32_t names_find(const struct names *n, const struct token *at, size_t left, size_t *words_out);

uint32_t mark_of(char kind, struct slice text);
void mark_add(struct marks *to, uint32_t mark);

/* The marks of a title and a summary. */
void mark_read(struct marks *out, const struct names *n, struct slice title, struct slice summary);

#endif
