/*
 * entity.c - what HTML's named character references stand for
 */
#include "parse/entity.h"

#include <stdlib.h>

struct row {
	const char *name, *text;
};

static const struct row rows[] = {
#define ENTITY(name, text) {name, text},
#include "parse/entity.def"
#undef ENTITY
};

static const uint16_t windows_1252[32] = {0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020,
	0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D, 0x8F, 0x90, 0x2018, 0x2019,
	0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,
	0x017E, 0x0178};

static int compare(const void *key, const void *row)
{
	return slice_compare(*(const struct slice *)key, slice_of(((const struct row *)row)->name));
}

struct slice entity_text(struct slice name)
{
	const struct row *row = bsearch(&name, rows, COUNT(rows), sizeof *rows, compare);

	return row != NULL ? slice_of(row->text) : SLICE_NONE;
}

uint32_t entity_number(uint32_t code)
{
	return code >= 128 && code < 160 ? windows_1252[code - 128] : code;
}
