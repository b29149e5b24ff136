/* test_log.c - what happened, in one line */
#include "base/log.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <unistd.h>

static int pipe_in;

/* From here on standard error is a pipe of ours. */
static void listen(void)
{
	int ends[2];

	cr_assert_eq(pipe(ends), 0);
	cr_assert_eq(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
	close(ends[1]);
	pipe_in = ends[0];
}

/* What one write said; nothing where nobody wrote. */
static const char *heard(void)
{
	static char text[8192];
	ssize_t len;

	cr_assert_eq(write(STDERR_FILENO, "|", 1), 1); /* else a silent pipe would block */
	len = read(pipe_in, text, sizeof text - 1);
	cr_assert_gt(len, 0);
	text[len - 1] = '\0';
	return text;
}

Test(log, a_line_has_its_level_speaker_event_and_rest)
{
	listen();
	log_open("poller", LOG_INFO, true);
	log_event(LOG_NOTICE, "poll.moved", "feed=%d to=%s", 7, "x");
	cr_expect_str_eq(heard(), "<5>poller: poll.moved feed=7 to=x\n");
	log_open("tributary", LOG_INFO, false);
	log_event(LOG_ERROR, "store.failed", "why=%s", "disk");
	cr_expect_str_eq(heard(), "tributary: store.failed why=disk\n");
	log_event(LOG_INFO, "poll.idle", "%s", "");
	cr_expect_str_eq(heard(), "tributary: poll.idle\n");
}

Test(log, what_weighs_less_than_asked_for_is_not_written)
{
	listen();
	log_open("poller", LOG_WARNING, false);
	log_event(LOG_NOTICE, "poll.moved", "feed=%d", 7);
	log_event(LOG_DEBUG, "poll.moved", "feed=%d", 7);
	cr_expect_str_eq(heard(), "");
	log_event(LOG_WARNING, "poll.slow", "feed=%d", 7);
	cr_expect_str_eq(heard(), "poller: poll.slow feed=7\n");
}

Test(log, a_long_line_is_cut_and_still_ends)
{
	char text[5000];
	const char *line;

	memset(text, 'x', sizeof text);
	text[sizeof text - 1] = '\0';
	listen();
	log_open("poller", LOG_INFO, true);
	log_event(LOG_NOTICE, "poll.moved", "to=%s", text);
	line = heard();
	cr_expect_gt(strlen(line), 1000);
	cr_expect_leq(strlen(line), 1024);
	cr_expect_eq(strchr(line, '\n'), line + strlen(line) - 1);
	log_open(text, LOG_INFO, true);
	log_event(LOG_NOTICE, text, "to=%s", text);
	line = heard();
	cr_expect_leq(strlen(line), 1024);
	cr_expect_eq(strchr(line, '\n'), line + strlen(line) - 1);
}

Test(log, a_line_stays_one_line_and_errno_what_it_was)
{
	listen();
	log_open("poller", LOG_INFO, false);
	errno = ENOENT;
	log_event(LOG_NOTICE, "poll.moved", "why=%s", "one\ntwo\r\033[31mthree\x7f");
	cr_expect_eq(errno, ENOENT);
	cr_expect_str_eq(heard(), "poller: poll.moved why=one two  [31mthree \n");
}

Test(log, strangers_text_is_made_fit)
{
	static const struct {
		struct slice text;
		const char *want;
	} rows[] = {
		{{"plain", 5}, "plain"},
		{{"", 0}, "\"\""},
		{{NULL, 0}, "\"\""},
		{{"two words", 9}, "\"two words\""},
		{{"a\nb\r\t\0z", 7}, "a\\x0ab\\x0d\\x09\\x00z"},
		{{"\"q\"", 3}, "\\x22q\\x22"},
		{{"a\\b", 3}, "a\\x5cb"},
		{{"\x1b[31m", 5}, "\\x1b[31m"},
		{{"z\xc3\xa4h", 4}, "z\xc3\xa4h"},
		{{"\xff\xc3", 2}, "\\xff\\xc3"},
		{{"\xed\xa0\x80", 3}, "\\xed\\xa0\\x80"},
		{{"\xc2\x9b", 2}, "\\xc2\\x9b"},
		{{"a\xe2\x80\xae"
		  "b",
			 5},
			"a\\xe2\\x80\\xaeb"},
		{{"a\xe2\x80\xa8"
		  "b",
			 5},
			"a\\xe2\\x80\\xa8b"},
		{{"a\xe2\x81\xa6"
		  "b",
			 5},
			"a\\xe2\\x81\\xa6b"},
		{{"\xef\xbb\xbf", 3}, "\\xef\\xbb\\xbf"},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		cr_expect_str_eq(log_safe(rows[i].text), rows[i].want, "row %zu", i);
}

Test(log, strangers_text_is_cut_at_200_bytes)
{
	char text[1000];

	for (int step = 1; step <= 3; step++)
		for (size_t len = 150; len < 260; len++) {
			const char *safe;

			for (size_t i = 0; i < len; i++)
				text[i] = i % 7 == 0 && step == 2   ? ' '
					  : i % 5 == 0 && step == 3 ? '\n'
								    : 'x';
			safe = log_safe(slice_from(text, len));
			cr_assert_leq(strlen(safe), 200, "%zu bytes", len);
			cr_assert(len <= 199 || strstr(safe, "...") != NULL, "%zu bytes: %s", len,
				safe);
			cr_assert(
				len > 190 || step == 3 || strstr(safe, "...") == NULL, "%zu", len);
		}
}

Test(log, eight_safe_texts_live_at_once)
{
	static const char *const words[] = {
		"one", "two", "three", "four", "five", "six", "seven", "eight"};
	const char *safe[8];

	for (size_t i = 0; i < 8; i++)
		safe[i] = log_safe(slice_of(words[i]));
	for (size_t i = 0; i < 8; i++)
		cr_expect_str_eq(safe[i], words[i]);
}

Test(log, an_error_is_a_sentence_and_minus_one)
{
	struct error err;
	char text[1000];

	memset(text, 'x', sizeof text);
	text[sizeof text - 1] = '\0';
	cr_expect_eq(error_set(NULL, "nobody %s", "asks"), -1);
	cr_expect_eq(error_set(&err, "cannot open %s", "x"), -1);
	cr_expect_str_eq(err.text, "cannot open x");
	cr_expect_eq(error_set(&err, "%s", text), -1);
	cr_expect_eq(strlen(err.text), sizeof err.text - 1);
}

Test(log, to_die_is_to_exit_2, .exit_code = 2)
{
	die("because of %s", "this");
}
