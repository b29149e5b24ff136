/*
 * lang.h - languages as numbers
 *
 * By the primary subtag of a tag (BCP 47) where it has two letters; whatever else a source says is
 * one language, LANG_OTHER, "und".
 */
#ifndef TRIBUTARY_STORY_LANG_H
#define TRIBUTARY_STORY_LANG_H

#include "base/slice.h" /* slice */

#define LANG_OTHER 676 /* behind aa to zz */
#define LANG_COUNT 677
#define LANG_BYTES 4 /* a name and its NUL */

uint32_t lang_of(struct slice tag);

/*
 * The language of a text that bears `tag`, and whose title is `title`: where the letters of the
 * title belong to none of the languages that are written with them, the tag is wrong or missing,
 * and the one that is most likely is taken (many sources in Arabic say "en").  For letters that
 * tell no language (Latin) the tag stands.
 */
uint32_t lang_of_text(struct slice tag, struct slice title);

void lang_put(uint32_t lang, char name[LANG_BYTES]);

#endif
