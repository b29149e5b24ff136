/*
 * main.c - arguments, role, and off
 */
#include "config.h"

#include "base/log.h"
#include "base/slice.h"
#include "conf/conf.h"
#include "proc/sandbox.h"
#include "tributaryd/roles.h"

#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct choice {
	const char *conf_path, *role;
	bool once;
};

static void print_usage(FILE *to)
{
	(void)fprintf(to,
		"usage: tributaryd [-c FILE] [--once]\n"
		"  -c, --config FILE  read this configuration (%s)\n"
		"      --once         poll all that is due, store, and end\n"
		"  -V, --version      say which version this is\n"
		"  -h, --help         say this\n",
		conf_default_path);
}

/* Returns where there is something to run; ends the process else. */
static struct choice read_arguments(int argc, char **argv)
{
	enum { ONCE = 256, ROLE };
	static const struct option options[] = {
		{"config", required_argument, NULL, 'c'},
		{"once", no_argument, NULL, ONCE},
		{"role", required_argument, NULL, ROLE}, /* for ourselves: proc/spawn.h */
		{"version", no_argument, NULL, 'V'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	struct choice chosen = {.conf_path = conf_default_path};
	int option;

	while ((option = getopt_long(argc, argv, "c:Vh", options, NULL)) != -1)
		switch (option) {
		case 'c':
			chosen.conf_path = optarg;
			break;
		case ONCE:
			chosen.once = true;
			break;
		case ROLE:
			chosen.role = optarg;
			break;
		case 'V':
			(void)printf("tributaryd %s%s\n", PACKAGE_VERSION,
				sandbox_is_loose() ? " (loose jail: not for production)" : "");
			exit(EXIT_WELL);
		case 'h':
			print_usage(stdout);
			exit(EXIT_WELL);
		default:
			print_usage(stderr);
			exit(EXIT_START);
		}
	if (optind == argc)
		return chosen;
	(void)fprintf(stderr, "tributaryd: unexpected argument: %s\n", argv[optind]);
	print_usage(stderr);
	exit(EXIT_START);
}

/* Under systemd standard error is the journal's socket, and lines are led by their level. */
static bool speaks_to_journal(void)
{
	struct stat s;

	return fstat(STDERR_FILENO, &s) == 0 && S_ISSOCK(s.st_mode);
}

/*
 * The terminal and systemd signal a whole group; it is the supervisor who tells roles to end, by
 * their channel, in its order.
 */
static void leave_signals_to_the_supervisor(void)
{
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGTERM, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
}

static int run_poller(bool once)
{
	return poller_main(once);
}

static int run_parser(bool once)
{
	(void)once;
	return parser_main();
}

static int run_publisher(bool once)
{
	(void)once;
	return publisher_main();
}

static int run_role(const char *role, bool once)
{
	static const struct {
		const char *name;
		int (*run)(bool once);
	} roles[] = {{"poller", run_poller}, {"parser", run_parser}, {"publisher", run_publisher}};

	if (fcntl(ROLE_FD_CHANNEL, F_GETFD) < 0)
		die("--role is for the supervisor alone");
	for (size_t i = 0; i < COUNT(roles); i++)
		if (strcmp(role, roles[i].name) == 0) {
			log_open(roles[i].name, LOG_INFO, speaks_to_journal());
			leave_signals_to_the_supervisor();
			spawn_settle(roles[i].name);
			return roles[i].run(once);
		}
	die("no such role: %s", role);
}

int main(int argc, char **argv)
{
	struct choice chosen = read_arguments(argc, argv);

	if (chosen.role != NULL)
		return run_role(chosen.role, chosen.once);
	log_open("supervisor", LOG_INFO, speaks_to_journal());
	return supervisor_main(chosen.conf_path, chosen.once);
}
