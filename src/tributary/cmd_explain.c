/* cmd_explain.c - `tributary explain`: which rule and which figures made what is seen */
#include "tributary/reading.h"

#include "base/buf.h"
#include "publish/out.h"
#include "tributary/screen.h"

#include <stdio.h>

#define ANSWER_BYTES (1U << 20)

static void put_lines(struct arena *a, const struct stored_item *i, const struct slice_list *lines)
{
	screen_put(SCREEN_BOLD, slice_line(a, i->item.title), 0);
	printf("\n");
	for (size_t n = 0; n < lines->n; n++)
		printf("  %.*s\n", SLICE_ARG(slice_line(a, lines->at[n])));
}

static void put_json(const struct stored_item *i, const struct slice_list *lines)
{
	struct buf out;

	buf_init(&out, ANSWER_BYTES);
	buf_putc(&out, '{');
	out_json_text(&out, "id", i->atom_id);
	out_json_text(&out, "title", i->item.title);
	out_json_name(&out, "reasons");
	buf_putc(&out, '[');
	for (size_t n = 0; n < lines->n; n++) {
		if (n > 0)
			buf_putc(&out, ',');
		out_json_string(&out, lines->at[n]);
	}
	buf_puts(&out, "]}\n");
	fwrite(out.at, 1, out.len, stdout);
	buf_clear(&out);
}

static int explain_item(struct reading *r, const struct stored_item *i)
{
	struct slice_list lines = {0};

	if (store_read_reasons(r->reader, i->number, &r->arena, &lines, &r->err) < 0 ||
		explain_views(r, i, &lines) < 0)
		return reading_failed(r);
	if (r->request.json)
		put_json(i, &lines);
	else
		put_lines(&r->arena, i, &lines);
	return COMMAND_WELL;
}

static int explain(struct reading *r)
{
	struct slice id = slice_of(r->request.rest[0]);
	struct stored_item item;
	int found = explain_source(r, id);

	if (found < 0)
		return reading_failed(r);
	if (found == 1)
		return COMMAND_WELL;
	found = store_read_item(r->reader, id, &r->arena, &item, &r->err);
	if (found < 0)
		return reading_failed(r);
	if (found == 0)
		return wrong("%s: no such source and no such item", log_safe(id));
	return explain_item(r, &item);
}

int cmd_explain(int argc, char **argv)
{
	struct reading r;
	int result = reading_begin(&r, TAKES_JSON, 1, 1, argc, argv);

	if (result == COMMAND_WELL)
		result = explain(&r);
	reading_end(&r);
	return result;
}
