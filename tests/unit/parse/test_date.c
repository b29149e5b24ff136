/*
 * test_date.c - instants as feeds and pages write them
 */
#include "base/arena.h"
#include "base/limits.h"
#include "parse/date.h"

#include <criterion/criterion.h>

/* A text and what it is in RFC 3339; NULL: unreadable, "": out of range. */
struct row {
	const char *text, *want;
};

static void expect(enum date_verdict got, instant at, const struct row *row)
{
	char text[INSTANT_TEXT_BYTES];

	if (row->want == NULL)
		cr_expect_eq(got, DATE_UNREADABLE, "%s: %d", row->text, (int)got);
	else if (row->want[0] == '\0')
		cr_expect_eq(got, DATE_OUT_OF_RANGE, "%s: %d", row->text, (int)got);
	else if (got != DATE_OK)
		cr_expect(false, "%s: %d", row->text, (int)got);
	else
		cr_expect_str_eq(
			instant_put_rfc3339(text, at), row->want, "%s: %s", row->text, text);
}

static void expect_parsed(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		instant at = 0;
		enum date_verdict got = date_parse(slice_of(rows[i].text), &at);

		expect(got, at, &rows[i]);
	}
}

static void expect_found(const struct row *rows, size_t n, const char *lang)
{
	for (size_t i = 0; i < n; i++) {
		instant at = 0;
		enum date_verdict got = date_find(slice_of(rows[i].text), slice_of(lang), &at);

		expect(got, at, &rows[i]);
	}
}

Test(date, reads_rfc5322)
{
	static const struct row rows[] = {
		{"Mon, 23 Nov 2026 18:04:35 +0100", "2026-11-23T17:04:35Z"},
		{"Mon, 23 Nov 2026 12:00:00 +0000", "2026-11-23T12:00:00Z"},
		{"23 Nov 2026 18:04 -0330", "2026-11-23T21:34:00Z"},
		{"Mon, 3 Aug 2026 01:00:00 -0000", "2026-08-03T01:00:00Z"},
		{" \r\n Mon,\r\n\t23 Nov 2026\r\n 18:04:35 GMT ", "2026-11-23T18:04:35Z"},
		{"Mon (not (at) all), 23(rd) Nov(ember) 2026 18:04 +0000 (noon \\) here)",
			"2026-11-23T18:04:00Z"},
		{"mON, 23 nOV 2026 18:04:35 gmt", "2026-11-23T18:04:35Z"},
		{"Mon, 23 Nov 2026", "2026-11-23T00:00:00Z"},
		{"Sun, 23 Nov 2026 18:04:35 GMT", "2026-11-23T18:04:35Z"},
	};

	expect_parsed(rows, COUNT(rows));
}

Test(date, two_and_three_digit_years_follow_rfc5322_4_3)
{
	static const struct row rows[] = {
		{"Fri, 05 Nov 49 18:04:35 GMT", "2049-11-05T18:04:35Z"},
		{"Sun, 05 Nov 50 18:04:35 GMT", "1950-11-05T18:04:35Z"},
		{"05 Nov 00 18:04 GMT", "2000-11-05T18:04:00Z"},
		{"05 Nov 126 18:04 GMT", "2026-11-05T18:04:00Z"},
		{"05 Nov 6 18:04 GMT", NULL},
	};

	expect_parsed(rows, COUNT(rows));
}

Test(date, reads_rfc3339_w3cdtf_and_iso8601)
{
	static const struct row rows[] = {
		{"2026-11-23T18:04:35Z", "2026-11-23T18:04:35Z"},
		{"2026-11-23t18:04:35.999999z", "2026-11-23T18:04:35Z"},
		{"2026-11-23T18:04:35+05:30", "2026-11-23T12:34:35Z"},
		{"2026-11-23T18:04:35+0530", "2026-11-23T12:34:35Z"},
		{"2026-11-23T18:04:35-5", "2026-11-23T23:04:35Z"},
		{"2026-11-23T18:04:35 -05:00", "2026-11-23T23:04:35Z"},
		{"2026-11-23 18:04:35 +0200", "2026-11-23T16:04:35Z"},
		{"2026-11-23 18:04:35", "2026-11-23T18:04:35Z"},
		{"2026-11-23 T 18:04:35Z", "2026-11-23T18:04:35Z"},
		{"2026-11-23T18:04+01:00", "2026-11-23T17:04:00Z"},
		{"2026-11-23T18Z", "2026-11-23T18:00:00Z"},
		{"2026-11-23", "2026-11-23T00:00:00Z"},
		{"2026-11", "2026-11-01T00:00:00Z"},
		{"2026", "2026-01-01T00:00:00Z"},
		{"20261123", "2026-11-23T00:00:00Z"},
		{"20261123T180435Z", "2026-11-23T18:04:35Z"},
		{"2026-11-23T180435.5+0100", "2026-11-23T17:04:35Z"},
		{"202611231804", "2026-11-23T18:04:00Z"},
		{"20261123180435", "2026-11-23T18:04:35Z"},
		{"2026-327", "2026-11-23T00:00:00Z"},
		{"2024-366T01:00Z", "2024-12-31T01:00:00Z"},
		{"2026-W48-1", "2026-11-23T00:00:00Z"},
		{"2026W482", "2026-11-24T00:00:00Z"},
		{"2026-W01", "2025-12-29T00:00:00Z"},
		{"26-11-23", "2026-11-23T00:00:00Z"},
	};

	expect_parsed(rows, COUNT(rows));
}

Test(date, reads_what_feeds_write_instead)
{
	static const struct row rows[] = {
		{"Mon Nov 23 18:04:35 2026", "2026-11-23T18:04:35Z"}, /* asctime */
		{"Mon Nov  3 18:04:35 CET 2026", "2026-11-03T17:04:35Z"},
		{"Mon, Nov 23 2026 6:04:35 PM", "2026-11-23T18:04:35Z"},
		{"Mon, 23 Nov 2026 12:04 am PST", "2026-11-23T08:04:00Z"},
		{"November 23, 2026, 6:04 p.m.", "2026-11-23T18:04:00Z"},
		{"Monday, November 23rd, 2026 at 6 pm", "2026-11-23T18:00:00Z"},
		{"Mon,23 Nov 2026 18:04:35 GMT", "2026-11-23T18:04:35Z"},
		{"Mon, 23 Nov, 2026 18:04:35 UTC", "2026-11-23T18:04:35Z"},
		{"23-Nov-2026 18:04:35", "2026-11-23T18:04:35Z"},
		{"Monday, 23-Nov-26 18:04:35 GMT", "2026-11-23T18:04:35Z"}, /* RFC 850 */
		{"23 Nov 26 1804 GMT", "2026-11-23T18:04:00Z"},
		{"Mon, 2026/11/23 18:04:35 EST", "2026-11-23T23:04:35Z"},
		{"23.11.2026", "2026-11-23T00:00:00Z"},
		{"23.11.2026 18.04", "2026-11-23T18:04:00Z"},
		{"11/23/2026", "2026-11-23T00:00:00Z"},
		{"11/03/2026", "2026-11-03T00:00:00Z"},
		{"23/11/2026", "2026-11-23T00:00:00Z"},
		{"23-11-2026", "2026-11-23T00:00:00Z"},
		{"2026-1-3T1:2:3Z", "2026-01-03T01:02:03Z"},
		{"Mon, 23 Sept 2026 18:04:35 GMT", "2026-09-23T18:04:35Z"},
		{"November 2026", "2026-11-01T00:00:00Z"},
		{"18:04, 23 November 2026", "2026-11-23T18:04:00Z"},
		{"٢٠٢٦-11-23", "2026-11-23T00:00:00Z"},
		{"Wed, 19 Sep 2018 - 17:11", "2018-09-19T17:11:00Z"},
	};

	expect_parsed(rows, COUNT(rows));
}

Test(date, zones_are_those_that_feeds_name)
{
	static const struct row rows[] = {
		{"1 Jul 2026 12:00 EST", "2026-07-01T17:00:00Z"}, /* all the year */
		{"1 Jul 2026 12:00 EDT", "2026-07-01T16:00:00Z"},
		{"1 Jul 2026 12:00 CST", "2026-07-01T18:00:00Z"},
		{"1 Jul 2026 12:00 PDT", "2026-07-01T19:00:00Z"},
		{"1 Jul 2026 12:00 CET", "2026-07-01T11:00:00Z"},
		{"1 Jul 2026 12:00 CEST", "2026-07-01T10:00:00Z"},
		{"1 Jul 2026 12:00 BST", "2026-07-01T11:00:00Z"},
		{"1 Jul 2026 12:00 MSK", "2026-07-01T09:00:00Z"},
		{"1 Jul 2026 12:00 EAT", "2026-07-01T09:00:00Z"},
		{"1 Jul 2026 12:00 IST", "2026-07-01T06:30:00Z"},
		{"1 Jul 2026 12:00 JST", "2026-07-01T03:00:00Z"},
		{"1 Jul 2026 12:00 AEST", "2026-07-01T02:00:00Z"},
		{"1 Jul 2026 12:00 ut", "2026-07-01T12:00:00Z"},
		{"1 Jul 2026 12:00 GMT+1", "2026-07-01T11:00:00Z"},
		{"1 Jul 2026 12:00 UTC-03:30", "2026-07-01T15:30:00Z"},
		{"1 Jul 2026 12:00 UTC +0000", "2026-07-01T12:00:00Z"},
		{"1 Jul 2026 12:00 +0200 CEST", "2026-07-01T10:00:00Z"},
		{"1 Jul 2026 12:00 −04:00", "2026-07-01T16:00:00Z"},
		/* RFC 5322 section 4.3: whoever wrote a military letter got it wrong */
		{"1 Jul 2026 12:00 A", "2026-07-01T12:00:00Z"},
		{"1 Jul 2026 12:00 y", "2026-07-01T12:00:00Z"},
		{"1 Jul 2026 12:00 XYZ", NULL},
	};

	expect_parsed(rows, COUNT(rows));
}

Test(date, zones_that_change_their_clocks_are_asked_when)
{
	static const struct row rows[] = {
		{"1 Jan 2026 12:00 ET", "2026-01-01T17:00:00Z"},
		{"1 Jul 2026 12:00 ET", "2026-07-01T16:00:00Z"},
		{"1 Jul 2026 12:00 Eastern Daylight Time", "2026-07-01T16:00:00Z"},
		{"8 Mar 2026 01:59 ET", "2026-03-08T06:59:00Z"},
		{"8 Mar 2026 03:00 ET", "2026-03-08T07:00:00Z"},
		{"1 Nov 2026 00:59 ET", "2026-11-01T04:59:00Z"},
		{"1 Nov 2026 02:00 ET", "2026-11-01T07:00:00Z"},
		{"31 Jan 2026 12:00 PT", "2026-01-31T20:00:00Z"},
		{"1 Jul 2026 12:00 America/Los_Angeles", "2026-07-01T19:00:00Z"},
		{"29 Mar 2026 01:59 Europe/Paris", "2026-03-29T00:59:00Z"},
		{"29 Mar 2026 03:00 Europe/Paris", "2026-03-29T01:00:00Z"},
		{"25 Oct 2026 01:59 Europe/Paris", "2026-10-24T23:59:00Z"},
		{"25 Oct 2026 03:00 Europe/Paris", "2026-10-25T02:00:00Z"},
		{"1 Jul 2026 12:00 Europe/London", "2026-07-01T11:00:00Z"},
	};

	expect_parsed(rows, COUNT(rows));
}

Test(date, leap_seconds_and_midnight_at_the_end_are_times)
{
	static const struct row rows[] = {
		{"2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"},
		{"2026-12-31T24:00:00Z", "2027-01-01T00:00:00Z"},
		{"2026-12-31T24:00:01Z", ""},
		{"2026-12-31T23:59:61Z", ""},
	};

	expect_parsed(rows, COUNT(rows));
}

Test(date, what_no_calendar_has_is_out_of_range)
{
	static const struct row rows[] = {
		{"Thu, 01 Jan 0001 00:00:00 GMT", "0001-01-01T00:00:00Z"},
		{"Thu, 01 Jan 0001 00:00:00 +0100", ""},
		{"9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"},
		{"9999-12-31T23:59:59-00:01", ""},
		{"2026-02-29", ""},
		{"2024-02-29", "2024-02-29T00:00:00Z"},
		{"2026-13-01T00:00:00Z", ""},
		{"2026-11-32", ""},
		{"2026-11-23T25:00:00Z", ""},
		{"2026-11-23T12:60:00Z", ""},
		{"2026-11-23T12:00:00+99:99", ""},
		{"2026-11-23T12:00:00-24:00", ""},
		{"31 Feb 2026 12:00 GMT", ""},
		{"1 Jan 10000", ""},
		{"2025-366", ""},
		{"2026-W54-1", ""},
		{"2026-W10-8", ""},
	};

	expect_parsed(rows, COUNT(rows));
}

Test(date, what_is_no_date_is_unreadable)
{
	static const struct row rows[] = {
		{"", NULL},
		{" \t\n", NULL},
		{"yesterday", NULL},
		{"23 Nov 2026 and more", NULL},
		{"Mon, 23 zzz 2026 18:04:35 GMT", NULL},
		{"Mon, 23 Nov zz 18:04:35 GMT", NULL},
		{"Mon, Nov x 2026 18:04:35 GMT", NULL},
		{"11-23T18:04:35Z", NULL},
		{"18:04:35", NULL},
		{"Nov 2026 18:04", NULL},
		{"1 Jan -2026 00:00:00 GMT", NULL},
		{"-2026-11-23", NULL},
		{"+2026", NULL},
		{"1795456800", NULL},
		{"1795456800000", NULL},
		{"99999999999999999999999999999999999", NULL},
		{"2026.525", NULL},
		{"2026-11-23 2026-11-24", NULL},
		{"2026-11-23T10:00 11:00", NULL},
		{"start=2026-11-23T18:04Z; end=2026-11-24T18:04Z", NULL},
		{"Mon, 23 Nov 2026 18:04:35 GMT (open", NULL},
		{"\xff\xfe\x80", NULL},
		{",,,", NULL},
	};

	expect_parsed(rows, COUNT(rows));
}

Test(date, a_text_longer_than_any_date_is_not_looked_at)
{
	char text[LIMIT_DATE_BYTES + 32] = "2026-11-23T18:04:35.";
	instant at = 0;
	size_t len = strlen(text);

	memset(text + len, '9', sizeof text - 1 - len);
	cr_expect_eq(date_parse(slice_of(text), &at), DATE_UNREADABLE);
	text[LIMIT_DATE_BYTES] = '\0';
	cr_expect_eq(date_parse(slice_of(text), &at), DATE_OK);
}

Test(date, months_have_names_in_many_languages)
{
	static const struct row rows[] = {
		{"mar., 24 févr. 2026 12:00:00 GMT", "2026-02-24T12:00:00Z"},
		{"mer, 25 nov 2026 12:00:00 +0100", "2026-11-25T11:00:00Z"},
		{"mar, 3 mar 2026", "2026-03-03T00:00:00Z"},
		{"Seg, 23 Set 2026 19:42:40 -0300", "2026-09-23T22:42:40Z"},
		{"Do, 24 Dez 2026 10:00:00 +0100", "2026-12-24T09:00:00Z"},
		{"lun, 5 gen 2026 10:00:00 +0100", "2026-01-05T09:00:00Z"},
		{"ma, 2 mrt 2026", "2026-03-02T00:00:00Z"},
		{"23 Nisan 2026 Çarşamba", "2026-04-23T00:00:00Z"},
		{"1 çervence 2026", NULL},
	};

	expect_parsed(rows, COUNT(rows));
}

Test(date, finds_a_page_s_date_in_its_line)
{
	static const struct row rows[] = {
		{"Posted: Wednesday, September 19, 2018 - 17:11", "2018-09-19T17:11:00Z"},
		{"Published 3 May 2026 (2 days ago)", "2026-05-03T00:00:00Z"},
		{"(3 May 2026)", "2026-05-03T00:00:00Z"},
		{"Press release no. 12, 3 May 2026 | 5 comments", "2026-05-03T00:00:00Z"},
		{"12 3 May 2026", "2026-05-03T00:00:00Z"},
		{"3–5 May 2026", "2026-05-05T00:00:00Z"},
		{"Geneva, 23 November 2026 – The", "2026-11-23T00:00:00Z"},
		{"Updated 2026-05-03T10:00:00+02:00 by Ana", "2026-05-03T08:00:00Z"},
		{"10/03/2026", "2026-10-03T00:00:00Z"},
		{"November 2026", "2026-11-01T00:00:00Z"},
		{"since November 2026, as of 3 May 2027", "2027-05-03T00:00:00Z"},
		{"1795456800", "2026-11-23T18:00:00Z"},
		{"1795456800000", "2026-11-23T18:00:00Z"},
		{"5 May 10 people", NULL},
		{"In 2026 we", NULL},
		{"2 hours ago", NULL},
		{"", NULL},
	};

	expect_found(rows, COUNT(rows), "en");
}

Test(date, slashes_are_read_as_the_language_writes_them)
{
	static const struct {
		const char *lang, *want;
	} rows[] = {
		{"", "2026-10-03T00:00:00Z"},
		{"en", "2026-10-03T00:00:00Z"},
		{"en-US", "2026-10-03T00:00:00Z"},
		{"en-GB", "2026-03-10T00:00:00Z"},
		{"fr", "2026-03-10T00:00:00Z"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct row row = {"10/03/2026", rows[i].want};

		expect_found(&row, 1, rows[i].lang);
	}
}

Test(date, finds_dates_in_the_languages_of_the_corpora)
{
	static const struct row rows[] = {
		{"Mis à jour le 3 mai 2026 à 14h05", "2026-05-03T14:05:00Z"},
		{"le 1er août 2026, 14 h 05", "2026-08-01T14:05:00Z"},
		{"23 de noviembre de 2026 a las 14:05", "2026-11-23T14:05:00Z"},
		{"23 de noviembre de 2026, 2:05 p. m.", "2026-11-23T14:05:00Z"},
		{"3 de março de 2026", "2026-03-03T00:00:00Z"},
		{"3 d’abril de 2026", "2026-04-03T00:00:00Z"},
		{"3 maggio 2026, ore 14.05", "2026-05-03T14:05:00Z"},
		{"Veröffentlicht am 3. März 2026 um 14.05 Uhr", "2026-03-03T14:05:00Z"},
		{"maandag 23 november 2026 14u05", "2026-11-23T14:05:00Z"},
		{"3 maj 2026 kl. 14.05", "2026-05-03T14:05:00Z"},
		{"3.5.2026 klo 14.05", "2026-05-03T14:05:00Z"},
		{"23 października 2026", "2026-10-23T00:00:00Z"},
		{"23. července 2026", "2026-07-23T00:00:00Z"},
		{"23. června 2026", "2026-06-23T00:00:00Z"},
		{"2026. november 23. 14:05", "2026-11-23T14:05:00Z"},
		{"23 noiembrie 2026", "2026-11-23T00:00:00Z"},
		{"23 Ağustos 2026 Pazar", "2026-08-23T00:00:00Z"},
		{"Δευτέρα, 23 Νοεμβρίου 2026", "2026-11-23T00:00:00Z"},
		{"23 ноября 2026 г., 14:05", "2026-11-23T14:05:00Z"},
		{"23 листопада 2026 року", "2026-11-23T00:00:00Z"},
		{"23 تشرين الثاني/نوفمبر 2026", "2026-11-23T00:00:00Z"},
		{"23 كانون الثاني 2026", "2026-01-23T00:00:00Z"},
		{"٢٣ نوفمبر ٢٠٢٦", "2026-11-23T00:00:00Z"},
		{"۲۳ نوامبر ۲۰۲۶", "2026-11-23T00:00:00Z"},
		{"23 בנובמבר 2026", "2026-11-23T00:00:00Z"},
		{"23 नवंबर 2026", "2026-11-23T00:00:00Z"},
		{"২৩ ফেব্রুয়ারি ২০২৬", "2026-02-23T00:00:00Z"},
		{"2026年11月23日 星期一 下午2:05", "2026-11-23T14:05:00Z"},
		{"发布于2026年11月23日", "2026-11-23T00:00:00Z"},
		{"2026年11月23日（月）14時05分", "2026-11-23T14:05:00Z"},
		{"２０２６年１１月２３日", "2026-11-23T00:00:00Z"},
		{"2026년 11월 23일 월요일 오후 2:05", "2026-11-23T05:05:00Z"},
		{"2026-11-23 오후 2:05 +0000", "2026-11-23T14:05:00Z"},
		{"2026-11-23 오후 2:05 GMT", "2026-11-23T14:05:00Z"},
		{"2026. 11. 23. 오전 12:05", "2026-11-22T15:05:00Z"},
		{"23 Agustus 2026 pukul 14.05", "2026-08-23T14:05:00Z"},
		{"Thứ Năm, ngày 23 tháng 11 năm 2026", "2026-11-23T00:00:00Z"},
		{"14:05 ngày 23/11/2026", "2026-11-23T14:05:00Z"},
		{"Jumatatu, 23 Novemba 2026", "2026-11-23T00:00:00Z"},
		{"2026 m. lapkričio 23 d.", "2026-11-23T00:00:00Z"},
	};

	expect_found(rows, COUNT(rows), "xx");
}

/* Words are compared as slice_fold leaves them: the table must be in that form. */
Test(date, every_word_of_the_table_is_folded)
{
#define MONTHS(...)              __VA_ARGS__,
#define WEEKDAYS(...)            __VA_ARGS__,
#define FILLERS(...)             __VA_ARGS__,
#define HALF(name, half)         name,
#define UNIT(name, unit)         name,
#define ZONE(name, minutes, who) name,
	static const char *const words[] = {
#include "parse/date_words.def"
	};
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < COUNT(words); i++)
		if (words[i] != NULL)
			cr_expect(slice_is(slice_fold(&a, slice_of(words[i])), words[i]), "%s",
				words[i]);
	arena_clear(&a);
}
