/*
 * lang.c - see lang.h
 */
#include "story/lang.h"

#define LETTERS 26

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
