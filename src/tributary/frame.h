/*
 * frame.h - what stands around items that a command writes as JSON Feed or OPML
 */
#ifndef TRIBUTARY_TRIBUTARY_FRAME_H
#define TRIBUTARY_TRIBUTARY_FRAME_H

#include "tributary/reading.h"

struct buf;    /* base/buf.h */
struct outlet; /* publish/render.h */

#define FRAME_BYTES (256U << 20) /* of a document */

/*
 * The frame of what render.h writes: the merged feed's.  COMMAND_WELL, or the exit status, all
 * said.  `identity` lives as long as `o`.
 */
int frame_make(struct reading *r, struct store_identity *identity, struct outlet *o);

/* Writes it out, to the end of a line. */
void frame_flush(struct buf *out);

#endif
