/*
 * table.c - tables, read in one pass
 */
#include "parse/table.h"

#define CELLS (TREE_SET(CELL) | TREE_SET(CAPTION))
#define PARTS (TREE_SET(TABLE) | TREE_SET(SECTION) | TREE_SET(ROW) | TREE_SET(COLUMNS))

bool table_is_open(const struct tree *t)
{
	return (tree_set_of(tree_top(t)) & PARTS) != 0;
}

/* Ends the cell or caption at `place`; false with an object open in it, whose marker would stay. */
static bool close_cell(struct tree *t, size_t place)
{
	if (tree_find(t, TREE_SET(SCOPE), CELLS) > 0)
		return false;
	tree_close(t, place);
	tree_clear_mark(t);
	return true;
}

static enum tree_step pop_again(struct tree *t)
{
	tree_close_to(t, t->depth - 1);
	return TREE_AGAIN;
}

static enum tree_step push_again(struct tree *t, enum html_element implied)
{
	return tree_push_implied(t, implied) ? TREE_AGAIN : TREE_LEFT;
}

static enum tree_step push_cell(struct tree *t, const struct markup_tag *tag)
{
	return tree_mark(t) && tree_push(t, tag) ? TREE_DONE : TREE_LEFT;
}

/* A part begins where another, or none, is open. */
static enum tree_step start_part(struct tree *t, const struct markup_tag *tag)
{
	enum html_kind top = tree_top(t), kind = markup_kind_of(tag);

	if (kind == KIND_COLUMN && (top == KIND_TABLE || top == KIND_COLUMNS))
		return TREE_DONE; /* nothing is written of columns */
	if (top == KIND_COLUMNS)
		return pop_again(t);
	if (kind == KIND_CELL) {
		if (top == KIND_ROW)
			return push_cell(t, tag);
		return push_again(t, top == KIND_SECTION ? HTML_TR : HTML_TBODY);
	}
	if (kind == KIND_ROW) {
		if (top == KIND_ROW)
			return pop_again(t);
		if (top == KIND_TABLE)
			return push_again(t, HTML_TBODY);
	} else if (top != KIND_TABLE) {
		return pop_again(t);
	} else if (kind == KIND_CAPTION) {
		return push_cell(t, tag);
	}
	return tree_push(t, tag) ? TREE_DONE : TREE_LEFT;
}

enum tree_step table_start(struct tree *t, const struct markup_tag *tag)
{
	enum html_kind kind = markup_kind_of(tag);

	if ((tree_set_of(kind) & (CELLS | TREE_SET(SECTION) | TREE_SET(ROW) | TREE_SET(COLUMNS) |
					 TREE_SET(COLUMN))) != 0)
		return start_part(t, tag);
	if (kind == KIND_OUTER || tag->element == HTML_SCRIPT || tag->element == HTML_STYLE)
		return TREE_DONE;
	return TREE_LEFT; /* to be put before the table */
}

enum tree_step table_end(struct tree *t, const struct markup_tag *tag)
{
	enum html_kind top = tree_top(t), kind = markup_kind_of(tag);
	uint32_t others = CELLS | TREE_SET(SECTION) | TREE_SET(ROW) | TREE_SET(COLUMNS) |
			  TREE_SET(COLUMN) | TREE_SET(OUTER) | TREE_SET(RAW);

	if (tag->element == t->open[t->depth - 1].element) {
		tree_close_to(t, t->depth - 1);
		return TREE_DONE;
	}
	if (kind == KIND_COLUMN)
		return TREE_DONE;
	if (top == KIND_COLUMNS || kind == KIND_TABLE ||
		(kind == KIND_SECTION && top == KIND_ROW &&
			tree_find_element(t, tag->element, TREE_SET(TABLE)) > 0))
		return pop_again(t);
	return (tree_set_of(kind) & others) != 0 ? TREE_DONE : TREE_LEFT;
}

/* A part of a table begins within a cell, or where there is no table. */
enum tree_step table_start_outside(struct tree *t)
{
	size_t cell = tree_find(t, CELLS, TREE_SET(TABLE));

	if (cell == 0)
		return TREE_DONE; /* it is not let in */
	return close_cell(t, cell) ? TREE_AGAIN : TREE_LEFT;
}

enum tree_step table_end_outside(struct tree *t, const struct markup_tag *tag)
{
	size_t cell = tree_find(t, CELLS, TREE_SET(TABLE));
	enum html_kind kind = markup_kind_of(tag);
	bool in_caption;

	if (cell == 0)
		return TREE_DONE;
	in_caption = tree_kind(t, cell - 1) == KIND_CAPTION;
	if (tag->element == t->open[cell - 1].element)
		return close_cell(t, cell) ? TREE_DONE : TREE_LEFT;
	if (kind == KIND_TABLE || (!in_caption && (kind == KIND_ROW || kind == KIND_SECTION) &&
					  tree_find_element(t, tag->element, TREE_SET(TABLE)) > 0))
		return close_cell(t, cell) ? TREE_AGAIN : TREE_LEFT;
	return TREE_DONE;
}
