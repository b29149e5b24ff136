/*
 * spawn.c - posix_spawn of our own image
 *
 * /proc/self/exe and not argv[0]: it may be relative, and after an upgrade it names another
 * program than the one that runs.
 */
#include "config.h"

#include "proc/spawn.h"
#include "base/log.h"
#include "base/slice.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Past every target, so that no dup2 hits a descriptor that is still to be given. */
#define LIFTED_FD (SPAWN_FIRST_FD + SPAWN_FDS)

static int add_actions(posix_spawn_file_actions_t *actions, const int *lifted, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int failed = posix_spawn_file_actions_adddup2(
			actions, lifted[i], SPAWN_FIRST_FD + (int)i);

		if (failed != 0)
			return failed;
	}
	return posix_spawn_file_actions_addclosefrom_np(actions, SPAWN_FIRST_FD + (int)n);
}

/* libev, systemd and the shell that started us leave dispositions behind; a role gets none. */
static int set_signals(posix_spawnattr_t *attributes)
{
	sigset_t all, none;

	sigfillset(&all);
	sigemptyset(&none);
	posix_spawnattr_setsigdefault(attributes, &all);
	posix_spawnattr_setsigmask(attributes, &none);
	return posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
}

static int run(const char *role, const char *option, const int *lifted, size_t n, pid_t *pid_out)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	char title[64], name[32], flag[32], asan[512];
	const char *ours = LOOSE_JAIL ? getenv("ASAN_OPTIONS") : NULL;
	char role_flag[] = "--role";
	char *argv[] = {title, role_flag, name, option == NULL ? NULL : flag, NULL};
	char *env[] = {LOOSE_JAIL ? asan : NULL, NULL};
	int failed;

	(void)snprintf(title, sizeof title, "tributaryd: %s", role);
	(void)snprintf(name, sizeof name, "%s", role);
	(void)snprintf(flag, sizeof flag, "%s", option == NULL ? "" : option);
	/* In a jail LeakSanitizer cannot trace and the symbolizer cannot be run. */
	(void)snprintf(asan, sizeof asan, "ASAN_OPTIONS=%s:detect_leaks=0:symbolize=0",
		ours == NULL ? "" : ours);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	failed = set_signals(&attributes);
	if (failed == 0)
		failed = add_actions(&actions, lifted, n);
	if (failed == 0)
		failed = posix_spawn(pid_out, "/proc/self/exe", &actions, &attributes, argv, env);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return failed;
}

/* Copies of `fds` out of the way, close-on-exec; how many could be made. */
static size_t lift(const int *fds, size_t n, int *lifted_out)
{
	for (size_t i = 0; i < n; i++) {
		lifted_out[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, LIFTED_FD);
		if (lifted_out[i] < 0)
			return i;
	}
	return n;
}

/* A child that we could not watch is one that we do not want. */
static pid_t watch(pid_t pid, int *pidfd_out, struct error *err)
{
	*pidfd_out = pidfd_open(pid, 0); /* close-on-exec by its nature */
	if (*pidfd_out >= 0)
		return pid;
	error_set(err, "no pidfd: %s", strerror(errno));
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return -1;
}

pid_t spawn_role_with(const char *role, const char *option, const int *fds, size_t n_fds,
	int *pidfd_out, struct error *err)
{
	int lifted[SPAWN_FDS];
	size_t n_lifted;
	pid_t pid = -1;
	int failed;

	assert(n_fds <= SPAWN_FDS);
	n_lifted = lift(fds, n_fds, lifted);
	failed = n_lifted < n_fds ? errno : run(role, option, lifted, n_lifted, &pid);
	for (size_t i = 0; i < n_lifted; i++)
		close(lifted[i]);
	if (failed != 0)
		return error_set(err, "cannot start a %s: %s", role, strerror(failed));
	return watch(pid, pidfd_out, err);
}

pid_t spawn_role(const char *role, const int *fds, size_t n_fds, int *pidfd_out, struct error *err)
{
	return spawn_role_with(role, NULL, fds, n_fds, pidfd_out, err);
}

void spawn_settle(const char *role)
{
	prctl(PR_SET_NAME, role);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}
