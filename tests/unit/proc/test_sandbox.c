/* The jail, tried from inside by a child that is forked by hand and says with _exit how it went. */
#include "config.h"

#include "proc/sandbox.h"
#include "base/log.h"
#include "base/slice.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* How a child ended: by this signal, or by this status. */
struct end {
	int by, status;
};

enum { DONE = 0, REFUSED = 40, NO_JAIL = 99 };

/* A thing to try; what the call returns. */
struct trial {
	const char *name;
	long (*attempt)(void);
};

static char state[] = "/tmp/tributary-jail-XXXXXX"; /* the folder of the roles that have one */

static void reset_signals(void)
{
	for (int s = 1; s < 32; s++)
		signal(s, SIG_DFL);
}

/* Jails a child, which does `attempt` and ends with REFUSED + errno where that gave -1. */
static struct end in_jail(enum sandbox_role role, long (*attempt)(void))
{
	struct error err;
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		reset_signals();
		if (sandbox_enter(role, state, NULL, &err) < 0) {
			fprintf(stderr, "%s\n", err.text);
			_exit(NO_JAIL);
		}
		errno = 0;
		_exit(attempt() == -1 ? REFUSED + (errno & 0x3f) : DONE);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	return (struct end){WIFSIGNALED(status) ? WTERMSIG(status) : 0, WEXITSTATUS(status)};
}

static void make_state(void)
{
	char path[64];
	int fd;

	cr_assert_not_null(mkdtemp(state));
	snprintf(path, sizeof path, "%s/file", state);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	cr_assert(fd >= 0 && write(fd, "hello", 5) == 5);
	close(fd);
}

static void remove_state(void)
{
	char path[64];

	snprintf(path, sizeof path, "%s/file", state);
	unlink(path);
	rmdir(state);
}

TestSuite(sandbox, .init = make_state, .fini = remove_state);

#define TRY(name, expression)                                                                      \
	static long try_##name(void)                                                               \
	{                                                                                          \
		return (long)(expression);                                                         \
	}

static const struct sockaddr_in nowhere = {.sin_family = AF_INET};
static char *const no_strings[] = {NULL};

static int in_state(const char *name, int flags)
{
	char path[64];

	snprintf(path, sizeof path, "%s/%s", state, name);
	return open(path, flags | O_CLOEXEC, 0600);
}

static long map_anew(int protection)
{
	void *at = mmap(NULL, 4096, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return at == MAP_FAILED ? -1 : 0;
}

static long turn_executable(void)
{
	void *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return mprotect(at, 4096, PROT_READ | PROT_EXEC);
}

TRY(open, syscall(SYS_open, "/etc/passwd", O_RDONLY))
TRY(openat, syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY))
TRY(openat2, syscall(SYS_openat2, AT_FDCWD, "/etc/passwd", NULL, 0))
TRY(stat, syscall(SYS_newfstatat, AT_FDCWD, "/etc/passwd", NULL, 0))
TRY(unlink, unlink("/nowhere"))
TRY(rename, rename("/nowhere", "/nowhere else"))
TRY(mkdir, mkdir("/nowhere/at/all", 0700))
TRY(socket, socket(AF_INET, SOCK_STREAM, 0))
TRY(socket_unix, socket(AF_UNIX, SOCK_STREAM, 0))
TRY(socket_raw, socket(AF_INET, SOCK_RAW, IPPROTO_ICMP))
TRY(socket_netlink, socket(AF_NETLINK, SOCK_RAW, 0))
TRY(socketpair, socketpair(AF_UNIX, SOCK_STREAM, 0, NULL))
TRY(connect, connect(0, (const struct sockaddr *)&nowhere, sizeof nowhere))
TRY(bind, bind(0, (const struct sockaddr *)&nowhere, sizeof nowhere))
TRY(listen, listen(0, 1))
TRY(accept, accept(0, NULL, NULL))
TRY(fork, syscall(SYS_fork))
TRY(vfork, syscall(SYS_clone, CLONE_VFORK | CLONE_VM | SIGCHLD, NULL, NULL, NULL, NULL))
TRY(clone, syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL))
TRY(clone3, syscall(SYS_clone3, NULL, 0))
TRY(execve, execve("/bin/true", no_strings, no_strings))
TRY(execveat, syscall(SYS_execveat, AT_FDCWD, "/bin/true", no_strings, no_strings, 0))
TRY(ptrace, syscall(SYS_ptrace, PTRACE_TRACEME, 0, NULL, NULL))
TRY(read_others, syscall(SYS_process_vm_readv, getppid(), NULL, 0, NULL, 0, 0))
TRY(mmap_exec, map_anew(PROT_READ | PROT_EXEC))
TRY(mprotect_exec, turn_executable())
TRY(kill, kill(1, 0))
TRY(tgkill, syscall(SYS_tgkill, 1, 1, 0))
TRY(pidfd, syscall(SYS_pidfd_open, 1, 0))
TRY(io_uring, syscall(SYS_io_uring_setup, 1, NULL))
TRY(bpf, syscall(SYS_bpf, 0, NULL, 0))
TRY(memfd, syscall(SYS_memfd_create, "x", 0))
TRY(prctl, syscall(SYS_prctl, PR_SET_DUMPABLE, 1))
TRY(prlimit, syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, NULL, NULL))
TRY(keyctl, syscall(SYS_keyctl, 0, 0))
TRY(mount, syscall(SYS_mount, "none", "/", "tmpfs", 0, NULL))
TRY(chroot, chroot("/"))
TRY(setns, syscall(SYS_setns, 0, 0))
TRY(unshare, syscall(SYS_unshare, 0))
TRY(setuid, setuid(1))
TRY(seccomp, syscall(SYS_seccomp, 0, 0, NULL))
TRY(module, syscall(SYS_finit_module, 0, "", 0))
TRY(perf, syscall(SYS_perf_event_open, NULL, 0, 0, 0, 0))
TRY(userfaultfd, syscall(SYS_userfaultfd, 0))
TRY(truncate, ftruncate(0, 0))
TRY(ioctl, syscall(SYS_ioctl, 0, 0, 0))
TRY(abort, (abort(), 0))

#define ROW(name)                                                                                  \
	{                                                                                          \
#name, try_##name                                                                  \
	}

Test(sandbox, a_parser_dies_of_whatever_it_does_not_need)
{
	static const struct trial trials[] = {ROW(open), ROW(openat), ROW(openat2), ROW(stat),
		ROW(unlink), ROW(rename), ROW(mkdir), ROW(socket), ROW(socket_unix),
		ROW(socket_netlink), ROW(socketpair), ROW(connect), ROW(bind), ROW(listen),
		ROW(accept), ROW(fork), ROW(clone), ROW(clone3), ROW(execve), ROW(execveat),
		ROW(ptrace), ROW(read_others), ROW(mmap_exec), ROW(mprotect_exec), ROW(kill),
		ROW(tgkill), ROW(pidfd), ROW(io_uring), ROW(bpf), ROW(memfd), ROW(prctl),
		ROW(prlimit), ROW(keyctl), ROW(mount), ROW(chroot), ROW(setns), ROW(unshare),
		ROW(setuid), ROW(seccomp), ROW(module), ROW(perf), ROW(userfaultfd), ROW(truncate),
		ROW(ioctl), ROW(abort)};

	for (size_t i = 0; i < COUNT(trials); i++) {
		struct end e = in_jail(SANDBOX_PARSER, trials[i].attempt);
		/* abort() that cannot signal ends by an instruction that is none. */
		bool refused =
			sandbox_is_loose() && (e.by == SIGSEGV || e.status == REFUSED + EPERM);

		cr_expect(e.by == SIGSYS || refused, "%s: signal %d, status %d", trials[i].name,
			e.by, e.status);
	}
}

/* What a parser inherits, opened before the jail as it does. */
static struct {
	iconv_t cd;
	int channel[2], document, answer;
} held;

static long convert(void)
{
	char in[] = "\xe9t\xe9", out[8], *from = in, *to = out;
	size_t left = sizeof in - 1, room = sizeof out;

	return iconv(held.cd, &from, &left, &to, &room) == (size_t)-1 || to - out != 5 ? -1 : 0;
}

static long take_memory(void)
{
	enum { PIECES = 50, PIECE = 1 << 20 };
	char *at[PIECES];

	for (size_t i = 0; i < PIECES; i++) {
		at[i] = malloc(PIECE);
		if (at[i] == NULL)
			return -1;
		memset(at[i], 1, PIECE);
	}
	at[0] = realloc(at[0], 30 * PIECE);
	for (size_t i = 0; i < PIECES; i++)
		free(at[i]);
	return 0;
}

static long map_document(void)
{
	char *in = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, held.document, 0);
	char *out = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, held.answer, 0);

	if (in == MAP_FAILED || out == MAP_FAILED)
		return -1;
	memcpy(out, in, 4096);
	return munmap(in, 4096) + munmap(out, 4096);
}

static long talk(void)
{
	char box[8];
	struct iovec bytes = {box, sizeof box};
	struct msghdr header = {.msg_iov = &bytes, .msg_iovlen = 1};

	return write(held.channel[0], "a", 1) == 1 && read(held.channel[1], box, 1) == 1 &&
			       sendmsg(held.channel[0], &header, MSG_NOSIGNAL) == 8 &&
			       recvmsg(held.channel[1], &header, MSG_CMSG_CLOEXEC) == 8
		       ? 0
		       : -1;
}

static long ask_time(void)
{
	struct timespec now;
	struct tm day;
	char text[32];

	return clock_gettime(CLOCK_REALTIME, &now) == 0 &&
			       clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now) == 0 &&
			       localtime_r(&now.tv_sec, &day) != NULL &&
			       snprintf(text, sizeof text, "%.17g", 0.1) > 0
		       ? 0
		       : -1;
}

static long ask_chance(void)
{
	char box[16];

	return syscall(SYS_getrandom, box, sizeof box, 0) == sizeof box ? 0 : -1;
}

static long set_timer(void)
{
	struct itimerval never = {.it_value = {.tv_sec = 5}};

	return setitimer(ITIMER_PROF, &never, NULL);
}

static void open_all(void)
{
	held.cd = iconv_open("UTF-8", "WINDOWS-1252");
	held.document = memfd_create("document", MFD_CLOEXEC);
	held.answer = memfd_create("answer", MFD_CLOEXEC);
	cr_assert(held.cd != (iconv_t)-1 && held.document >= 0 && held.answer >= 0);
	cr_assert_eq(ftruncate(held.document, 4096) + ftruncate(held.answer, 4096), 0);
	cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, held.channel), 0);
}

static void close_all(void)
{
	iconv_close(held.cd);
	close(held.document);
	close(held.answer);
	close(held.channel[0]);
	close(held.channel[1]);
}

Test(sandbox, a_parser_has_what_it_needs)
{
	static const struct trial trials[] = {{"iconv", convert}, {"malloc", take_memory},
		{"memfd", map_document}, {"channel", talk}, {"time", ask_time},
		{"getrandom", ask_chance}, {"timer", set_timer}};

	open_all();
	for (size_t i = 0; i < COUNT(trials); i++) {
		struct end e = in_jail(SANDBOX_PARSER, trials[i].attempt);

		cr_expect(e.by == 0 && e.status == DONE, "%s: signal %d, status %d", trials[i].name,
			e.by, e.status);
	}
	close_all();
}

static long burn(void)
{
	struct itimerval soon = {.it_value = {.tv_usec = 20000}};

	setitimer(ITIMER_PROF, &soon, NULL);
	for (volatile int i = 0;; i++)
		;
	return 0;
}

static long take_too_much(void)
{
	void *at = mmap(NULL, (size_t)300 << 20, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return at == MAP_FAILED ? -1 : 0;
}

static long write_file(void)
{
	return write(held.document, "x", 1);
}

Test(sandbox, a_parser_is_bounded_in_time_memory_and_files)
{
	struct end e;

	open_all();
	e = in_jail(SANDBOX_PARSER, burn);
	cr_expect_eq(e.by, SIGPROF);
	e = in_jail(SANDBOX_PARSER, take_too_much);
	cr_expect(sandbox_is_loose() || e.status == REFUSED + ENOMEM, "%d", e.status);
	e = in_jail(SANDBOX_PARSER, write_file);
	cr_expect_eq(e.status, REFUSED + EFBIG, "%d %d", e.by, e.status);
	close_all();
}

Test(sandbox, the_dangerous_few_kill_poller_and_publisher)
{
	static const struct trial trials[] = {ROW(execve), ROW(execveat), ROW(ptrace),
		ROW(read_others), ROW(io_uring), ROW(bpf), ROW(keyctl), ROW(mount), ROW(chroot),
		ROW(setns), ROW(unshare), ROW(module), ROW(perf), ROW(userfaultfd)};

	for (size_t i = 0; i < COUNT(trials); i++) {
		struct end poller = in_jail(SANDBOX_POLLER, trials[i].attempt);
		struct end publisher = in_jail(SANDBOX_PUBLISHER, trials[i].attempt);

		cr_expect(poller.by == SIGSYS, "%s: %d", trials[i].name, poller.status);
		cr_expect(publisher.by == SIGSYS, "%s: %d", trials[i].name, publisher.status);
	}
}

static void expect_refusals(
	enum sandbox_role role, const struct trial *trials, size_t n, int refusal)
{
	for (size_t i = 0; i < n; i++) {
		struct end e = in_jail(role, trials[i].attempt);

		cr_expect(e.by == 0 && e.status == REFUSED + refusal, "%s: signal %d, status %d",
			trials[i].name, e.by, e.status);
	}
}

Test(sandbox, what_a_poller_does_not_need_is_refused)
{
	static const struct trial forbidden[] = {ROW(socket_raw), ROW(bind), ROW(listen), ROW(fork),
		ROW(vfork), ROW(clone), ROW(mmap_exec), ROW(mprotect_exec), ROW(kill), ROW(tgkill),
		ROW(pidfd), ROW(prctl), ROW(setuid), ROW(seccomp), ROW(ioctl)};

	expect_refusals(SANDBOX_POLLER, forbidden, COUNT(forbidden), EPERM);
	expect_refusals(SANDBOX_POLLER, (struct trial[]){ROW(clone3)}, 1, ENOSYS);
	expect_refusals(
		SANDBOX_POLLER, (struct trial[]){ROW(socket_netlink)}, 1, EAFNOSUPPORT & 0x3f);
}

Test(sandbox, what_a_publisher_does_not_need_is_refused)
{
	static const struct trial forbidden[] = {ROW(socket), ROW(socket_unix), ROW(socket_netlink),
		ROW(socketpair), ROW(connect), ROW(bind), ROW(listen), ROW(fork), ROW(clone),
		ROW(mmap_exec), ROW(mprotect_exec), ROW(kill), ROW(tgkill), ROW(memfd), ROW(unlink),
		ROW(rename), ROW(mkdir), ROW(truncate), ROW(prctl), ROW(setuid)};

	expect_refusals(SANDBOX_PUBLISHER, forbidden, COUNT(forbidden), EPERM);
}

TRY(read_state, in_state("file", O_RDONLY))
TRY(write_state, in_state("file", O_RDWR))
TRY(truncate_state, in_state("file", O_RDONLY | O_TRUNC))
TRY(make_in_state, in_state("new", O_RDONLY | O_CREAT))
TRY(read_etc, open("/etc/hosts", O_RDONLY | O_CLOEXEC))
TRY(read_usr, open("/usr/bin/env", O_RDONLY | O_CLOEXEC))
TRY(read_home, open("/root", O_RDONLY | O_CLOEXEC))
TRY(write_tmp, open("/tmp/tributary-jail-breach", O_RDWR | O_CREAT | O_CLOEXEC, 0600))

static long keep_a_file(void)
{
	char from[64], to[64];
	int fd = in_state("new", O_RDWR | O_CREAT);

	snprintf(from, sizeof from, "%s/new", state);
	snprintf(to, sizeof to, "%s/newer", state);
	return fd >= 0 && pwrite(fd, "x", 1, 0) == 1 && fdatasync(fd) == 0 &&
			       ftruncate(fd, 0) == 0 && rename(from, to) == 0 && unlink(to) == 0
		       ? 0
		       : -1;
}

static void *ring(void *fd)
{
	uint64_t one = 1;

	return write(*(int *)fd, &one, sizeof one) == sizeof one ? fd : NULL;
}

static long run_thread(void)
{
	pthread_t thread;
	void *result = NULL;
	int fd = eventfd(0, EFD_CLOEXEC);

	if (pthread_create(&thread, NULL, ring, &fd) != 0 || pthread_join(thread, &result) != 0)
		return -1;
	return result == &fd ? 0 : -1;
}

static long look_up(void)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
	int failed = getaddrinfo("localhost", "80", &hints, &found);

	if (failed != 0)
		return -1;
	freeaddrinfo(found);
	return 0;
}

static long dial(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(1)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0)
		return -1;
	return connect(fd, (struct sockaddr *)&to, sizeof to) < 0 &&
			       (errno == ECONNREFUSED || errno == EINPROGRESS)
		       ? 0
		       : -1;
}

TRY(make_memfd, memfd_create("body", MFD_CLOEXEC | MFD_ALLOW_SEALING))

Test(sandbox, a_poller_has_network_threads_and_its_folder)
{
	static const struct trial trials[] = {ROW(read_state), ROW(write_state), ROW(read_etc),
		ROW(make_memfd), {"keep a file", keep_a_file}, {"thread", run_thread},
		{"look up", look_up}, {"dial", dial}, {"timer", set_timer}};

	for (size_t i = 0; i < COUNT(trials); i++) {
		struct end e = in_jail(SANDBOX_POLLER, trials[i].attempt);

		cr_expect(e.by == 0 && e.status == DONE, "%s: signal %d, status %d", trials[i].name,
			e.by, e.status);
	}
}

Test(sandbox, a_publisher_reads_its_folder_and_writes_nothing)
{
	struct end e = in_jail(SANDBOX_PUBLISHER, try_read_state);

	cr_expect(e.by == 0 && e.status == DONE, "%d %d", e.by, e.status);
	expect_refusals(SANDBOX_PUBLISHER, (struct trial[]){ROW(write_state)}, 1, EACCES);
	expect_refusals(SANDBOX_PUBLISHER,
		(struct trial[]){ROW(make_in_state), ROW(truncate_state)}, 2, EPERM);
}

static int abi_here(void)
{
	struct error err;
	int status = 0, abi = 0;
	pid_t pid = fork();

	if (pid == 0)
		_exit(sandbox_enter(SANDBOX_PUBLISHER, state, &abi, &err) < 0 ? NO_JAIL : abi);
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

Test(sandbox, landlock_keeps_other_paths_shut_where_the_kernel_has_it)
{
	static const struct trial others[] = {ROW(read_usr), ROW(read_home), ROW(write_tmp)};

	if (abi_here() == 0)
		return;
	expect_refusals(SANDBOX_POLLER, others, COUNT(others), EACCES);
	expect_refusals(SANDBOX_PUBLISHER, (struct trial[]){ROW(read_etc)}, 1, EACCES);
}

Test(sandbox, a_folder_that_is_not_there_is_no_jail)
{
	struct error err = {""};
	int status = 0;
	pid_t pid = fork();

	if (pid == 0)
		_exit(sandbox_enter(SANDBOX_PUBLISHER, "/nowhere at all", NULL, &err) < 0);
	waitpid(pid, &status, 0);
	cr_expect(abi_here() == 0 || WEXITSTATUS(status) == 1);
}
