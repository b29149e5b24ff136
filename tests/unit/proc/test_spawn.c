/* What a role finds when it begins: this program, run again, looks round and reports. */
#include "config.h"

#include "proc/spawn.h"
#include "base/log.h"
#include "base/slice.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Writes to descriptor 3 what there is, one word each, and ends. */
static void report(int argc, char **argv, char **env)
{
	sigset_t mask;
	struct sigaction usr1;
	char name[16] = "", text[1024];
	int len, death = 0, vars = 0, fds = 0, blocked = 0;

	for (int fd = 0; fd < 1024; fd++)
		fds += fcntl(fd, F_GETFD) >= 0;
	while (env[vars] != NULL)
		vars++;
	sigprocmask(SIG_SETMASK, NULL, &mask);
	for (int s = 1; s < 32; s++)
		blocked += sigismember(&mask, s) == 1;
	sigaction(SIGUSR1, NULL, &usr1);
	spawn_settle(argv[2]);
	prctl(PR_GET_NAME, name);
	prctl(PR_GET_PDEATHSIG, &death);
	len = snprintf(text, sizeof text, "%s|%s|%s|fds=%d|env=%d|blocked=%d|default=%d|%s|%d",
		argv[0], argv[2], argc > 3 ? argv[3] : "-", fds, vars, blocked,
		usr1.sa_handler == SIG_DFL, name, death);
	_exit(write(SPAWN_FIRST_FD, text, (size_t)len) == len ? 7 : 1);
}

/* Before Criterion reads the arguments; glibc hands them to constructors. */
__attribute__((constructor)) static void become_role(int argc, char **argv, char **env)
{
	if (argc >= 3 && strcmp(argv[1], "--role") == 0)
		report(argc, argv, env);
}

static void start(const char *option, const int *fds, size_t n, char *text, size_t size, int from)
{
	struct error err;
	siginfo_t death = {0};
	int pidfd = -1;
	pid_t pid = spawn_role_with("sleeper", option, fds, n, &pidfd, &err);
	ssize_t len;

	cr_assert(pid > 0, "%s", err.text);
	cr_expect(fcntl(pidfd, F_GETFD) == FD_CLOEXEC);
	cr_assert_eq(waitid((idtype_t)P_PIDFD, (id_t)pidfd, &death, WEXITED), 0);
	cr_expect_eq(death.si_status, 7);
	close(pidfd);
	len = read(from, text, size - 1);
	cr_assert(len > 0);
	text[len] = '\0';
}

Test(spawn, a_role_finds_its_descriptors_and_nothing_else)
{
	char text[1024], want[1024];
	int ends[2], others[2];

	cr_assert_eq(pipe(ends), 0);
	cr_assert_eq(pipe(others), 0); /* not close-on-exec: must not be passed all the same */
	signal(SIGUSR1, SIG_IGN);
	start(NULL, (int[]){ends[1], others[0]}, 2, text, sizeof text, ends[0]);
	snprintf(want, sizeof want,
		"tributaryd: sleeper|sleeper|-|fds=5|env=%d|blocked=0|default=1|sleeper|%d",
		LOOSE_JAIL ? 1 : 0, SIGKILL);
	cr_expect_str_eq(text, want);
}

Test(spawn, an_option_is_one_more_argument)
{
	char text[1024];
	int ends[2];

	cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
	start("--once", (int[]){ends[1]}, 1, text, sizeof text, ends[0]);
	cr_expect(slice_starts(slice_of(text), "tributaryd: sleeper|sleeper|--once|fds=4|"), "%s",
		text);
}

/* In a child of its own: it overwrites descriptors that the test's runner holds. */
static void start_crossed(int from, int to)
{
	int pidfd;
	int null = open("/dev/null", O_RDONLY);

	to = fcntl(to, F_DUPFD, 20);
	if (dup2(to, SPAWN_FIRST_FD + 1) < 0 || dup2(null, SPAWN_FIRST_FD) < 0)
		_exit(1);
	close(from);
	_exit(spawn_role("sleeper", (int[]){SPAWN_FIRST_FD + 1, SPAWN_FIRST_FD}, 2, &pidfd, NULL) <
		0);
}

Test(spawn, a_source_may_be_another_ones_target)
{
	char text[1024] = "";
	int ends[2], status = -1;
	pid_t pid;

	cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0)
		start_crossed(ends[0], ends[1]);
	waitpid(pid, &status, 0);
	cr_assert_eq(status, 0);
	cr_assert(read(ends[0], text, sizeof text - 1) > 0);
	cr_expect(slice_starts(slice_of(text), "tributaryd: sleeper|sleeper|-|fds=5|"), "%s", text);
}

Test(spawn, a_descriptor_that_is_none_is_an_error)
{
	struct error err = {""};
	int pidfd = -1;

	cr_expect_eq(spawn_role("sleeper", (int[]){1000}, 1, &pidfd, &err), -1);
	cr_expect(err.text[0] != '\0');
}
