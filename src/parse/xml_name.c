/*
 * xml_name.c - names of elements and attributes, each worked out once a document
 */
#include "parse/xml_name.h"

#include "parse/element.h"

#define NAMES_MAX 4096

static struct slice text_of(const unsigned char *text)
{
	return slice_of((const char *)text);
}

static enum space space_of(
	const struct xml_names *names, const unsigned char *prefix, const unsigned char *address)
{
	enum space space = space_find(text_of(address));

	/* A document's own namespace may be called as it likes. */
	if (space == SPACE_OTHER && prefix == NULL && address == names->root_space)
		return SPACE_OWN;
	return space == SPACE_OTHER && prefix != NULL ? space_of_prefix(text_of(prefix)) : space;
}

const struct xml_name *xml_name_find(struct xml_names *names, const unsigned char *local,
	const unsigned char *prefix, const unsigned char *address)
{
	size_t slot = (((uintptr_t)local >> 3) ^ ((uintptr_t)address >> 2)) % XML_NAMES;
	struct xml_name *n = names->at[slot];

	if (n != NULL && n->local_at == local && n->address_at == address && n->prefix_at == prefix)
		return n;
	n = arena_alloc(&names->room, sizeof *n);
	n->local_at = local;
	n->prefix_at = prefix;
	n->address_at = address;
	n->local = text_of(local);
	n->space = space_of(names, prefix, address);
	n->element = element_find(n->space, n->local);
	names->at[slot] = n;
	names->n++;
	return n;
}

void xml_names_trim(struct xml_names *names)
{
	if (names->n < NAMES_MAX)
		return;
	memset(names->at, 0, sizeof names->at);
	arena_reset(&names->room);
	names->n = 0;
}

void xml_names_clear(struct xml_names *names)
{
	arena_clear(&names->room);
}
