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
void lang_put(uint32_t lang, char name[LANG_BYTES]);

#endif
