/* cmd_status.c - how the sources fare: out of the store, daemon or not */
#include "tributary/reading.h"

#include "base/url.h"
#include "conf/conf.h"
#include "ipc/control.h"
#include "publish/render.h"
#include "tributary/screen.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define STATUS_BYTES   (256U << 20) /* 100 000 sources of some kB */
#define PING_TIMEOUT_S 2
#define GAP            2 /* spaces between columns */
#define REMARK_BYTES   1024

struct status {
	struct reading *reading;
	struct stored_source *sources;
	size_t n_sources;
	int64_t items;
	instant now;
};

static enum screen_colour colour_of(enum source_state s)
{
	switch (s) {
	case SOURCE_OK:
		return SCREEN_GOOD;
	case SOURCE_FAILING:
	case SOURCE_GONE:
		return SCREEN_BAD;
	case SOURCE_DISABLED:
	case SOURCE_RETIRED:
		return SCREEN_DIM;
	case SOURCE_NEW:
		break;
	}
	return SCREEN_PLAIN;
}

static void put_daemon(struct status *s)
{
	const struct conf *c = s->reading->conf;
	struct error err;
	struct buf text;
	int said;

	buf_init(&text, 1U << 16);
	said = control_ask(slice_string(&s->reading->arena, c->control), "ping", NULL, 0,
		PING_TIMEOUT_S, &text, &err);
	if (said < 0)
		printf("The daemon does not answer: %s\n", err.text);
	else
		puts("The daemon answers.");
	buf_clear(&text);
}

static void put_totals(const struct status *s)
{
	size_t states[SOURCE_RETIRED + 1] = {0};

	for (size_t i = 0; i < s->n_sources; i++)
		states[s->sources[i].state]++;
	printf("%" PRId64 " items of %zu sources", s->items, s->n_sources);
	for (int i = 0; i <= SOURCE_RETIRED; i++)
		if (states[i] > 0)
			printf(", %zu %s", states[i], source_state_name((enum source_state)i));
	putchar('\n');
}

/* "silent: it answers, but …", of the alarm. */
static struct slice alarm_words(struct arena *a, const struct stored_alarm *alarm)
{
	struct buf text;
	struct slice words;

	buf_init(&text, REMARK_BYTES);
	buf_puts(&text, alarm_name(alarm->kind));
	if (alarm->detail.len > 0)
		buf_puts(&text, ": ");
	buf_put_slice(&text, alarm->detail);
	words = slice_line(a, slice_copy(a, buf_slice(&text)));
	buf_clear(&text);
	return words;
}

/* What is to be said of a source: why it fails, else what is wrong, else what the admin should
 * know. */
static struct slice remark(struct status *s, const struct stored_source *source)
{
	struct arena *a = &s->reading->arena;

	if (source->error.len == 0 && source->n_alarms > 0)
		return alarm_words(a, &source->alarms[0]);
	return slice_line(a, source->error.len > 0 ? source->error : source->notice);
}

static size_t name_width(const struct status *s)
{
	size_t width = strlen("SOURCE");

	for (size_t i = 0; i < s->n_sources; i++)
		if (s->sources[i].name.len > width)
			width = s->sources[i].name.len;
	return width + GAP;
}

static void put_line(struct status *s, const struct stored_source *source, size_t width)
{
	struct arena *a = &s->reading->arena;
	struct slice next = SLICE("-");

	if (source->state != SOURCE_RETIRED && source->state != SOURCE_DISABLED &&
		source->state != SOURCE_GONE && source->next_poll != INSTANT_NONE)
		next = source->next_poll <= s->now ? SLICE("due")
						   : screen_ago(a, source->next_poll, s->now);
	screen_put(SCREEN_PLAIN, source->name, width);
	screen_put(colour_of(source->state), slice_of(source_state_name(source->state)), 10);
	screen_put(SCREEN_PLAIN, screen_number(a, source->items), 8);
	screen_put(SCREEN_PLAIN, screen_ago(a, source->last_poll, s->now), 13);
	screen_put(SCREEN_PLAIN, screen_ago(a, source->last_new, s->now), 13);
	screen_put(SCREEN_PLAIN, next, 11);
	screen_put(SCREEN_PLAIN, remark(s, source), 0);
	putchar('\n');
}

static void put_table(struct status *s)
{
	static const struct {
		const char *title;
		size_t width;
	} columns[] = {
		{"STATE", 10}, {"ITEMS", 8}, {"ASKED", 13}, {"NEWS", 13}, {"NEXT", 11}, {"", 0}};
	size_t width = name_width(s);

	screen_put(SCREEN_BOLD, SLICE("SOURCE"), width);
	for (size_t i = 0; i < COUNT(columns); i++)
		screen_put(SCREEN_BOLD, slice_of(columns[i].title), columns[i].width);
	putchar('\n');
	for (size_t i = 0; i < s->n_sources; i++)
		put_line(s, &s->sources[i], width);
}

static void put_field(const char *name, struct slice value)
{
	if (value.len == 0)
		return;
	screen_put(SCREEN_BOLD, slice_of(name), 16);
	screen_put(SCREEN_PLAIN, value, 0);
	putchar('\n');
}

static void put_alarm(struct arena *a, const struct stored_alarm *alarm)
{
	put_field("alarm", alarm_words(a, alarm));
	put_field("  since", screen_time(a, alarm->since));
}

/* All that is known of one source. */
static void put_source(struct status *s, const struct stored_source *source)
{
	struct arena *a = &s->reading->arena;
	struct slice title;

	assert(source != NULL);
	title = source->title.len > 0 ? source->title : source->feed.title;
	put_field("source", source->name);
	put_field("title", slice_line(a, title));
	put_field(source->is_page ? "page" : "url", url_public(a, source->url));
	put_field("state", slice_of(source_state_name(source->state)));
	put_field("format", slice_of(feed_format_name(source->feed.format)));
	for (size_t i = 0; i < source->n_alarms; i++)
		put_alarm(a, &source->alarms[i]);
	put_field("error", slice_line(a, source->error));
	put_field("notice", slice_line(a, source->notice));
	if (source->status > 0)
		put_field("HTTP status", screen_number(a, source->status));
	if (source->failures > 0)
		put_field("failures", screen_number(a, source->failures));
	put_field("asked", screen_time(a, source->last_poll));
	put_field("answered", screen_time(a, source->last_ok));
	put_field("newest item", screen_time(a, source->last_new));
	put_field("next", screen_time(a, source->next_poll));
	put_field("polls", screen_number(a, source->polls));
	put_field("unchanged", screen_number(a, source->unchanged));
	put_field("bytes read", screen_number(a, source->bytes));
	put_field("items", screen_number(a, source->items));
	put_field("sightings", screen_number(a, source->sightings));
	if (source->gap_to != INSTANT_NONE) {
		put_field("gap from", screen_time(a, source->gap_from));
		put_field("gap to", screen_time(a, source->gap_to));
	}
}

static void put_json(const struct status *s)
{
	const struct status_totals totals = {.items = s->items, .now = s->now};
	struct buf out;

	buf_init(&out, STATUS_BYTES);
	render_status(&out, s->sources, s->n_sources, &totals);
	fwrite(out.at, 1, out.len, stdout);
	if (out.len > 0 && out.at[out.len - 1] != '\n')
		putchar('\n');
	buf_clear(&out);
}

/* Leaves just the source of that name; false where there is none. */
static bool keep_one(struct status *s, const char *name)
{
	for (size_t i = 0; i < s->n_sources; i++)
		if (slice_is(s->sources[i].name, name)) {
			s->sources += i;
			s->n_sources = 1;
			s->items = s->sources[0].items;
			return true;
		}
	return false;
}

static int read_status(struct status *s)
{
	struct reading *r = s->reading;

	if (store_read_begin(r->reader, &r->err) < 0)
		return reading_failed(r);
	if (store_read_sources(r->reader, true, &r->arena, &s->sources, &s->n_sources, &r->err) <
			0 ||
		store_read_count(r->reader, &s->items, &r->err) < 0)
		return reading_failed(r);
	store_read_end(r->reader);
	if (r->request.n_rest == 1 && !keep_one(s, r->request.rest[0]))
		return wrong("%s: no such source", log_safe(slice_of(r->request.rest[0])));
	return COMMAND_WELL;
}

static bool is_well(const struct status *s)
{
	for (size_t i = 0; i < s->n_sources; i++)
		if (s->sources[i].n_alarms > 0)
			return false;
	return true;
}

/* COMMAND_WRONG where an alarm is in force: who only wants to know asks for the exit status. */
static int put_status(struct reading *r)
{
	struct status s = {.reading = r, .now = time(NULL)};
	int result = read_status(&s);

	if (result != COMMAND_WELL)
		return result;
	if (r->request.json) {
		put_json(&s);
	} else if (r->request.n_rest == 1) {
		put_source(&s, s.sources);
	} else {
		put_daemon(&s);
		put_totals(&s);
		put_table(&s);
	}
	return is_well(&s) ? COMMAND_WELL : COMMAND_WRONG;
}

int cmd_status(int argc, char **argv)
{
	struct reading r;
	int result = reading_begin(&r, TAKES_JSON, 0, 1, argc, argv);

	if (result == COMMAND_WELL)
		result = put_status(&r);
	reading_end(&r);
	return result;
}
