/*
 * child.c - pidfds on a loop
 *
 * No SIGCHLD: a pidfd works on any loop, waits for no child of a library, and never hits a
 * stranger who was given the same number.
 */
#include "config.h"

#include "tributaryd/child.h"
#include "base/log.h"
#include "proc/spawn.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

static void on_death(struct ev_loop *loop, ev_io *w, int revents)
{
	struct child *c = w->data;
	siginfo_t end = {0};

	(void)revents;
	if (waitid((idtype_t)P_PIDFD, (id_t)c->pidfd, &end, WEXITED | WNOHANG) < 0 ||
		end.si_pid == 0)
		return;
	ev_io_stop(loop, w);
	close(c->pidfd);
	c->pidfd = -1;
	c->pid = 0;
	c->died(c, end.si_code == CLD_EXITED ? end.si_status : -end.si_status);
}

int child_start(struct child *c, const char *option, const int *fds, size_t n, struct error *err)
{
	pid_t pid = spawn_role_with(c->role, option, fds, n, &c->pidfd, err);

	if (pid < 0)
		return -1;
	c->pid = pid;
	ev_io_init(&c->death, on_death, c->pidfd, EV_READ);
	c->death.data = c;
	ev_io_start(c->loop, &c->death);
	return 0;
}

void child_kill(const struct child *c)
{
	if (c->pid > 0)
		pidfd_send_signal(c->pidfd, SIGKILL, NULL, 0);
}

const char *child_epitaph(int status)
{
	static char text[96];
	const char *name = status < 0 ? sigabbrev_np(-status) : NULL;

	if (status >= 0)
		(void)snprintf(text, sizeof text, "status=%d", status);
	else
		(void)snprintf(text, sizeof text, "signal=%s%s", name == NULL ? "?" : name,
			status == -SIGSYS    ? " (a system call that its jail forbids)"
			: status == -SIGPROF ? " (too much CPU time)"
					     : "");
	return text;
}
