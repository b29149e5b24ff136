/*
 * words.h - the state of sources in words, for the pages
 */
#ifndef TRIBUTARY_PUBLISH_WORDS_H
#define TRIBUTARY_PUBLISH_WORDS_H

#include "publish/render.h" /* outlet */

/* "well", "failing", "not asked yet", …  Static. */
const char *words_state(enum source_state s);

/* Is something wrong with it that a reader of its news should know? */
bool words_is_unwell(const struct stored_source *s);

/* The oldest of the alarms by which readers miss news, or NULL. */
const struct stored_alarm *words_alarm(const struct stored_source *s);

/* "3 of 5 sources are well; not well: IOM since 3 May 2024, 14:05." with links, as a sentence. */
void words_health(struct buf *b, const struct outlet *o, const char *up);

#endif
