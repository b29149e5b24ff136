/*
 * commands.h - the commands of tributary(1), and what they share
 *
 * A command is a function of argc and argv, argv[0] its name, that returns the exit status.
 * What people read goes to standard output as plain aligned text, complaints to standard error;
 * strangers' text passes slice_line or slice_clean first.
 */
#ifndef TRIBUTARY_TRIBUTARY_COMMANDS_H
#define TRIBUTARY_TRIBUTARY_COMMANDS_H

#include "base/clock.h" /* instant */
#include "base/slice.h" /* slice */

struct conf; /* conf/conf.h */

enum command_exit { COMMAND_WELL = 0, COMMAND_WRONG = 1, COMMAND_USAGE = 2 };

int cmd_add(int argc, char **argv);
int cmd_backup(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_reload(int argc, char **argv);
int cmd_refresh(int argc, char **argv);
int cmd_release(int argc, char **argv);
int cmd_status(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_search(int argc, char **argv);
int cmd_show(int argc, char **argv);
int cmd_topic(int argc, char **argv);
int cmd_export(int argc, char **argv);
int cmd_parse(int argc, char **argv);
int cmd_story(int argc, char **argv);

/* What was asked of a command: its options and the rest of its arguments. */
struct request {
	const char *conf_path; /* -c FILE, else the default */
	bool json;             /* --json */
	size_t n;              /* -n N, --limit N; 0: not given */
	bool force;            /* -f, --force */
	struct slice langs[8]; /* -l LANG, --lang LANG */
	size_t n_langs;
	char **rest;
	size_t n_rest;
};

/* The options that a command may take, beside -c. */
enum request_takes {
	TAKES_NOTHING = 0,
	TAKES_JSON = 1,
	TAKES_N = 2,
	TAKES_LANG = 4,
	TAKES_FORCE = 8,
	TAKES_WORDS = 16 /* no option behind the first that is none: "flood -rain" */
};

/*
 * Reads the arguments of a command that takes `least` to `most` of them beside the options.
 * False where they are wrong: what is right was said on standard error.
 */
bool request_read(
	struct request *r, unsigned takes, size_t least, size_t most, int argc, char **argv);

/* The configuration, or NULL: what is wrong with it was said on standard error. */
struct conf *request_conf(const struct request *r);

/* Says `tributary: …` on standard error; returns COMMAND_WRONG. */
int wrong(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The message in `text` as {"ok": …} where `json`, else as lines; returns the exit status. */
int answer(const struct request *r, bool ok, struct slice text);

/* Asks the running daemon `verb`, with the rest of the arguments; says what it answers. */
int ask(const struct request *r, const char *verb);

#endif
