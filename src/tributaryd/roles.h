/*
 * roles.h - the four mains of one binary, and which descriptor is what in each
 */
#ifndef TRIBUTARY_TRIBUTARYD_ROLES_H
#define TRIBUTARY_TRIBUTARYD_ROLES_H

#include "proc/spawn.h" /* SPAWN_FIRST_FD */

#include <stdbool.h>

/* What a role finds open when it begins (0 to 2 aside); nothing else is. */
enum role_fd {
	ROLE_FD_CHANNEL = SPAWN_FIRST_FD, /* to the supervisor; a parser's: to the poller */
	ROLE_FD_CONF,                     /* poller, publisher: the sealed configuration text */
	ROLE_FD_DOORBELL, /* poller writes 1 after each commit that readers can see; publisher reads
			   */
	ROLE_FD_CONTROL,  /* poller: the listening control socket */
	ROLE_FD_LISTEN =
		ROLE_FD_CONTROL, /* publisher: the HTTP sockets, in conf's order, from here */
};

/* Exit status of a role or of the daemon. */
enum role_exit {
	EXIT_WELL = 0,
	EXIT_SOURCE_FAILED = 1, /* --once: a source failed */
	EXIT_START = 2, /* configuration or start-up: do not start again, said in one line */
	EXIT_CRASH = 3, /* what should not have happened: start again */
};

/*
 * Each returns the exit status.  A role says HELLO when it serves; one that cannot begin says why
 * in one line on standard error and returns EXIT_START before.
 */
int supervisor_main(const char *conf_path, bool once);
int poller_main(bool once);
int parser_main(void);
int publisher_main(void);

#endif
