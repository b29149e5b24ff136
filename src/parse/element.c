/*
 * element.c - finds who reads an element
 */
#include "parse/element.h"

static const struct element *find_in(
	const struct element_table *t, enum space space, struct slice name)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->at[i].space == space && slice_is_fold(name, t->at[i].name))
			return &t->at[i];
	return NULL;
}

const struct element *element_find(enum space space, struct slice name)
{
	static const struct element_table *const tables[] = {
		&rss_elements, &atom_elements, &extension_elements, &media_elements};
	const struct element *found = NULL;

	for (size_t i = 0; i < COUNT(tables) && found == NULL; i++)
		found = find_in(tables[i], space, name);
	return found;
}

void element_read(struct draft *d)
{
	const struct element *e = xml_element(d->x);

	if (e == NULL)
		return;
	d->rank = e->rank + (e->space == d->own ? ELEMENT_OWN_RANK : 0U);
	if (d->item != NULL && e->in_item != NULL)
		e->in_item(d, e->arg);
	else if (d->item == NULL && e->in_head != NULL)
		e->in_head(d, e->arg);
}

void element_read_children(struct draft *d)
{
	size_t depth = xml_depth(d->x);

	while (xml_child(d->x, depth))
		element_read(d);
}
