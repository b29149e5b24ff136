/*
 * render_atom_links.h - the links of Atom's feeds and entries: render_atom.c's own
 */
#ifndef TRIBUTARY_PUBLISH_RENDER_ATOM_LINKS_H
#define TRIBUTARY_PUBLISH_RENDER_ATOM_LINKS_H

#include "publish/render.h" /* outlet, stored_item */

/* One link, or nothing where `url` is no address; `rest`: more attributes, of ours. */
void atom_link(struct buf *b, const char *rel, struct slice url, const char *rest);

/* The same to another item of a story, with its title and language. */
void atom_link_sibling(struct buf *b, const char *rel, const struct sibling *s);

/* All of an entry. */
void atom_links(struct buf *b, const struct outlet *o, const struct stored_item *i);

#endif
