/* test_admin.c - figures, and what is said to be wrong with a source */
#include "base/arena.h"
#include "fake_store.h"
#include "publish/render_metrics.h"
#include "publish/server.h"

#include <criterion/criterion.h>

static struct arena arena;
static struct buf out;
static struct stored_source sources[2];
static struct outlet outlet;

static void begin(void)
{
	buf_init(&out, 1 << 20);
	fake_source(&sources[0], 1, "one");
	fake_source(&sources[1], 2, "two");
	outlet = (struct outlet){.uuid = SLICE("11111111-2222-4333-8444-555555555555"),
		.title = SLICE("All"),
		.page_url = SLICE("http://localhost/sources"),
		.sources = sources,
		.n_sources = 2};
}

static void end(void)
{
	buf_clear(&out);
	arena_clear(&arena);
	fake_empty();
}

TestSuite(admin, .init = begin, .fini = end);

static struct stored_alarm alarms[2];
static size_t n_alarms;

static const char *health(void)
{
	buf_reset(&out);
	render_health(&out, &outlet, alarms, n_alarms, &arena);
	return out.at;
}

static const char *id_of_entry(void)
{
	const char *entry = strstr(health(), "<entry");

	cr_assert_not_null(entry);
	return slice_string(&arena, slice_from(strstr(entry, "urn:uuid:"), 45));
}

static void raise_alarm(enum alarm kind)
{
	alarms[0] = (struct stored_alarm){.source = sources[0].number,
		.kind = kind,
		.since = 1700000000,
		.until = INSTANT_NONE,
		.detail = SLICE("HTTP status 404 <&>")};
	n_alarms = 1;
}

Test(admin, who_is_well_has_no_entry)
{
	cr_expect_null(strstr(health(), "<entry"));
	raise_alarm(ALARM_FAILING);
	sources[0].state = SOURCE_RETIRED;
	cr_expect_null(strstr(health(), "<entry"), "what is not followed has nothing wrong");
	sources[0].state = SOURCE_OK;
	alarms[0].source = 77;
	cr_expect_null(strstr(health(), "<entry"), "of a source that is no more");
}

Test(admin, an_incident_keeps_its_id_and_another_has_another)
{
	const char *first;

	raise_alarm(ALARM_FAILING);
	first = id_of_entry();
	cr_expect_not_null(strstr(out.at, "HTTP status 404 &lt;&amp;&gt;"));
	cr_expect_not_null(strstr(out.at, "<updated>2023-11-14T22:13:20Z</updated>"));
	cr_expect_not_null(strstr(out.at, " fails</title>"));
	alarms[0].until = 1700003600;
	cr_expect_str_eq(id_of_entry(), first, "its end is a change of it");
	cr_expect_not_null(strstr(out.at, "<updated>2023-11-14T23:13:20Z</updated>"));
	cr_expect_not_null(strstr(out.at, " answers again</title>"));
	alarms[0].kind = ALARM_SILENT;
	cr_expect_str_neq(id_of_entry(), first);
	alarms[0].kind = ALARM_FAILING;
	alarms[0].since += 86400;
	cr_expect_str_neq(id_of_entry(), first, "well in between");
}

Test(admin, each_trouble_is_told)
{
	raise_alarm(ALARM_SILENT);
	cr_expect_not_null(strstr(health(), "has fallen silent"));
	sources[0].gap_from = 1700000000;
	sources[0].gap_to = 1700003600;
	cr_expect_not_null(strstr(health(), "may have a gap"));
	cr_expect_lt(strstr(out.at, "may have a gap"), strstr(out.at, "has fallen silent"),
		"the newest first");
	sources[1].notice = SLICE("moved permanently: set its url to https://x.example/");
	cr_expect_not_null(strstr(health(), "moved permanently"));
	sources[1].alarms = &alarms[1];
	sources[1].n_alarms = 1;
	alarms[1] = (struct stored_alarm){.source = sources[1].number,
		.kind = ALARM_MOVED,
		.since = 1700000001,
		.until = INSTANT_NONE,
		.detail = sources[1].notice};
	n_alarms = 2;
	cr_expect_null(strstr(health(), "needs attention"), "it is told once");
	cr_expect_not_null(strstr(out.at, " has moved</title>"));
}

Test(admin, figures_have_a_name_a_type_and_a_value)
{
	const struct server_figures figures = {
		.answers = {0, 0, 7, 1, 2, 3}, .clients = {4, 5}, .listeners = {6, 0}};
	const struct metrics_totals totals = {
		.now = 1700003601, .items = 12, .serial = 3, .figures = &figures};
	static const char *const wanted[] = {"\ntributary_store_serial 3\n",
		"# TYPE tributary_items gauge\ntributary_items 12\n",
		"\ntributary_sources{state=\"ok\"} 2\n", "\ntributary_sources_due 2\n",
		"\ntributary_source_status{source=\"a\\\\b\\\"\"} 200\n",
		"\ntributary_source_alarm{source=\"a\\\\b\\\"\",alarm=\"empty\"} 1700000000\n",
		"\ntributary_http_answers_total{status=\"2xx\"} 7\n",
		"\ntributary_event_listeners{socket=\"unix\"} 6\n",
		"\ntributary_publisher_peak_memory_bytes "};

	sources[0].name = SLICE("a\\b\"");
	raise_alarm(ALARM_EMPTY);
	sources[0].alarms = alarms;
	sources[0].n_alarms = 1;
	render_metrics(&out, sources, 2, &totals);
	for (size_t i = 0; i < COUNT(wanted); i++)
		cr_expect_not_null(strstr(out.at, wanted[i]), "%s", wanted[i]);
}
