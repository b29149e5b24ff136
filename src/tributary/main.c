/* main.c - tributary(1): the table of commands */
#include "tributary/commands.h"

#include "base/log.h"
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

static const struct {
	const char *name, *takes, *sentence;
	int (*run)(int argc, char **argv);
} commands[] = {
	{"check", "[--json]", "is the configuration, is the store, in order?", cmd_check},
	{"reload", "[--json]", "let the daemon read its configuration again", cmd_reload},
	{"status", "[--json] [SOURCE]", "how the sources fare", cmd_status},
	{"list", "[--json] [-n N] [SOURCE...]", "the newest items", cmd_list},
	{"search", "[--json] [-n N] [-l LANG] WORDS", "what words find, best first", cmd_search},
	{"show", "[--json] ITEM", "one item, its sources and its text", cmd_show},
	{"explain", "[--json] ITEM|SOURCE",
		"why it stands as it stands; why it is asked when it is", cmd_explain},
	{"refresh", "[--json] [SOURCE...]", "ask sources now, at most once a minute", cmd_refresh},
	{"release", "[--json] SOURCE", "let held-back items into the feeds", cmd_release},
	{"story", "[--json] VERB ID [ID]", "part, join, lock or unlock: items and their stories",
		cmd_story},
	{"add", "[--json] [OPTION...] URL", "the section that would follow an address", cmd_add},
	{"topic", "[--json] [-n N] try RULE", "what a rule would take; topic list: what each took",
		cmd_topic},
	{"backup", "[--json] [-f] FILE", "a copy of the store, daemon or not", cmd_backup},
	{"export", "", "what is followed, as OPML", cmd_export},
	{"parse", "[OPTION...] FILE", "a document as tributary reads it, without a daemon",
		cmd_parse},
};

static int help(FILE *to)
{
	fputs("tributary " PACKAGE_VERSION ": many feeds, one stream\n\n"
	      "usage: tributary [-c FILE] COMMAND [ARGUMENT...]\n\n",
		to);
	for (size_t i = 0; i < COUNT(commands); i++)
		fprintf(to, "  %-8s %-28s %s\n", commands[i].name, commands[i].takes,
			commands[i].sentence);
	fputs("\n-c FILE names another configuration than the default.  See tributary(1).\n", to);
	return to == stdout ? COMMAND_WELL : COMMAND_USAGE;
}

/*
 * "-c FILE COMMAND …" as "COMMAND -c FILE …": each command reads its options itself.  Returns
 * where the command stands.
 */
static char **command_first(int argc, char **argv)
{
	char *option, *file;

	if (argc < 4 || strcmp(argv[1], "-c") != 0)
		return argv + 1;
	option = argv[1];
	file = argv[2];
	argv[1] = argv[3];
	argv[2] = option;
	argv[3] = file;
	return argv + 1;
}

/* What a full disk or a closed pipe took is not well. */
static int flushed(int status)
{
	return fflush(stdout) == 0 ? status : wrong("standard output cannot be written");
}

int main(int argc, char **argv)
{
	char **rest;

	log_open("tributary", LOG_WARNING, false);
	if (argc < 2)
		return help(stderr);
	rest = command_first(argc, argv);
	if (strcmp(rest[0], "--version") == 0 || strcmp(rest[0], "-V") == 0) {
		puts("tributary " PACKAGE_VERSION);
		return COMMAND_WELL;
	}
	if (strcmp(rest[0], "help") == 0 || strcmp(rest[0], "--help") == 0 ||
		strcmp(rest[0], "-h") == 0)
		return help(stdout);
	for (size_t i = 0; i < COUNT(commands); i++)
		if (strcmp(rest[0], commands[i].name) == 0)
			return flushed(commands[i].run(argc - 1, rest));
	wrong("%s: no such command", log_safe(slice_of(rest[0])));
	return help(stderr);
}
