/*
 * lang.c - see lang.h
 */
#include "story/lang.h"

#include "base/letter.h"

#define LETTERS     26
#define TITLE_BYTES 512 /* that are looked at */

/* What is written in a script, the most likely first; nothing: it tells no language. */
static const char *const written_in[SCRIPT_COUNT] = {
	[SCRIPT_CYRILLIC] = "ru uk bg sr mk be kk ky mn tg tt uz bs",
	[SCRIPT_ARABIC] = "ar fa ur ps ku ug sd ks az",
	[SCRIPT_HAN] = "zh ja ko",
	[SCRIPT_KANA] = "ja",
	[SCRIPT_HANGUL] = "ko",
};

uint32_t lang_of(struct slice tag)
{
	uint32_t at[2];

	if (tag.len < 2 || (tag.len > 2 && tag.at[2] != '-' && tag.at[2] != '_'))
		return LANG_OTHER;
	for (size_t i = 0; i < 2; i++) {
		at[i] = ((unsigned char)tag.at[i] | 0x20U) - 'a';
		if (at[i] >= LETTERS)
			return LANG_OTHER;
	}
	return at[0] * LETTERS + at[1];
}

void lang_put(uint32_t lang, char name[LANG_BYTES])
{
	if (lang < LANG_OTHER) {
		name[0] = (char)('a' + lang / LETTERS);
		name[1] = (char)('a' + lang % LETTERS);
		name[2] = '\0';
	} else {
		memcpy(name, "und", LANG_BYTES);
	}
}

/* The script of most letters; kana, of which a title in Japanese has some, before Han. */
static enum letter_script script_of(struct slice title)
{
	size_t counts[SCRIPT_COUNT] = {0};
	enum letter_script most = SCRIPT_OTHER;

	title = slice_utf8_head(title, TITLE_BYTES);
	for (size_t at = 0; at < title.len;)
		counts[letter_script(slice_utf8_next(title, &at))]++;
	if (counts[SCRIPT_KANA] > 0)
		counts[SCRIPT_KANA] += counts[SCRIPT_HAN];
	for (unsigned i = SCRIPT_OTHER + 1; i < SCRIPT_COUNT; i++)
		if (counts[i] > 0 && (most == SCRIPT_OTHER || counts[i] >= counts[most]))
			most = (enum letter_script)i;
	return most;
}

uint32_t lang_of_text(struct slice tag, struct slice title)
{
	uint32_t lang = lang_of(tag);
	struct slice rest = slice_of(written_in[script_of(title)]), one;

	if (rest.len == 0)
		return lang;
	while (slice_cut(&rest, ' ', &one))
		if (lang_of(one) == lang)
			return lang;
	return lang_of(slice_head(slice_of(written_in[script_of(title)]), 2));
}
