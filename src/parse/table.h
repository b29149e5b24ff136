/*
 * table.h - tables, read in one pass
 *
 * HTML Standard, sections 13.2.6.4.9 to 13.2.6.4.15.  What stands between the cells is left to
 * gumbo, which puts it before the table.
 */
#ifndef TRIBUTARY_PARSE_TABLE_H
#define TRIBUTARY_PARSE_TABLE_H

#include "parse/tree.h" /* tree, tree_step */

/* Is the current node a table, or a part of one that is no cell? */
bool table_is_open(const struct tree *t);

/* A start tag, an end tag, where it is. */
enum tree_step table_start(struct tree *t, const struct markup_tag *tag);
enum tree_step table_end(struct tree *t, const struct markup_tag *tag);

/* The tag of a table's part where it is not: within a cell, or where there is no table. */
enum tree_step table_start_outside(struct tree *t);
enum tree_step table_end_outside(struct tree *t, const struct markup_tag *tag);

#endif
