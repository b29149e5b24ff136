/*
 * sandbox.c - limits, Landlock, and one seccomp filter a role
 *
 * The tables say it all: what a filter lets through, under which condition on an argument, and
 * what the rest gets.  A parser dies of what is not listed.  The poller and the publisher are
 * answered EPERM, since a new glibc must not kill a daemon that runs for years; only what nobody
 * tries by accident kills them.  Two rules for one call are alternatives.
 */
#include "config.h"

#include "proc/sandbox.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/slice.h"
#include "proc/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* A call that passes only where an argument is right: (argument & mask) op value. */
struct condition {
	int call;
	unsigned argument;
	enum scmp_compare op;
	uint64_t mask, value; /* mask: with SCMP_CMP_MASKED_EQ alone */
	uint32_t action;
};

struct filter {
	uint32_t otherwise;
	const int *calls;
	size_t n_calls;
	const struct condition *conditions;
	size_t n_conditions;
};

#define CALL(name) SCMP_SYS(name)
#define MASKED(name, argument, mask, value, action)                                                \
	{                                                                                          \
		CALL(name), argument, SCMP_CMP_MASKED_EQ, mask, value, action                      \
	}
#define EQUAL(name, argument, value, action)                                                       \
	{                                                                                          \
		CALL(name), argument, SCMP_CMP_EQ, 0, value, action                                \
	}

/* No role makes code. */
#define NO_NEW_CODE                                                                                \
	MASKED(mmap, 2, PROT_EXEC, 0, SCMP_ACT_ALLOW),                                             \
		MASKED(mprotect, 2, PROT_EXEC, 0, SCMP_ACT_ALLOW)

/* Memory, the one channel, the clock, and the end: 20 calls. */
static const int parser_calls[] = {
	CALL(read),
	CALL(write),
	CALL(writev),
	CALL(recvmsg),
	CALL(sendmsg),
	CALL(close),
	CALL(brk),
	CALL(munmap),
	CALL(mremap),
	CALL(madvise),
	CALL(futex),
	CALL(clock_gettime),
	CALL(getrandom),
	CALL(setitimer),
	CALL(rt_sigreturn),
	CALL(rt_sigprocmask),
	CALL(restart_syscall),
	CALL(exit_group),
};
static const struct condition parser_conditions[] = {NO_NEW_CODE};

/* What a sanitizer asks for to print its report: it does with a refusal, but for one. */
static const int loose_calls[] = {
	CALL(open),
	CALL(openat),
	CALL(readlink),
	CALL(ioctl),
	CALL(getpid),
	CALL(gettid),
	CALL(pipe2),
	CALL(tgkill),
	CALL(stat),
	CALL(prlimit64),
};
static const int loosest_calls[] = {CALL(sigaltstack)};

/* What libev, SQLite, glibc and logging need in the poller and the publisher alike. */
#define SERVICE_CALLS                                                                              \
	CALL(read), CALL(readv), CALL(pread64), CALL(preadv), CALL(write), CALL(writev),           \
		CALL(lseek), CALL(close), CALL(close_range), CALL(fcntl), CALL(dup), CALL(fstat),  \
		CALL(newfstatat), CALL(stat), CALL(lstat), CALL(statx), CALL(fstatfs),             \
		CALL(statfs), CALL(access), CALL(faccessat), CALL(getdents64), CALL(getcwd),       \
		CALL(readlink), CALL(readlinkat), CALL(fadvise64), CALL(brk), CALL(munmap),        \
		CALL(mremap), CALL(madvise), CALL(mincore), CALL(futex), CALL(sched_yield),        \
		CALL(sched_getaffinity), CALL(rt_sigaction), CALL(rt_sigprocmask),                 \
		CALL(rt_sigreturn), CALL(sigaltstack), CALL(getpid), CALL(gettid), CALL(getppid),  \
		CALL(getuid), CALL(geteuid), CALL(getgid), CALL(getegid), CALL(uname),             \
		CALL(sysinfo), CALL(getrusage), CALL(getrlimit), CALL(times), CALL(clock_gettime), \
		CALL(clock_getres), CALL(clock_nanosleep), CALL(nanosleep), CALL(gettimeofday),    \
		CALL(time), CALL(timerfd_create), CALL(timerfd_settime), CALL(timerfd_gettime),    \
		CALL(setitimer), CALL(alarm), CALL(eventfd2), CALL(pipe2), CALL(epoll_create1),    \
		CALL(epoll_ctl), CALL(epoll_wait), CALL(epoll_pwait), CALL(poll), CALL(ppoll),     \
		CALL(select), CALL(pselect6), CALL(accept), CALL(accept4), CALL(recvfrom),         \
		CALL(recvmsg), CALL(sendto), CALL(sendmsg), CALL(shutdown), CALL(getsockname),     \
		CALL(getpeername), CALL(getsockopt), CALL(setsockopt), CALL(getrandom),            \
		CALL(restart_syscall), CALL(exit), CALL(exit_group)

/* Questions about a descriptor, the own limits, the thread's name; and newer calls for which
 * glibc knows an older one when it hears ENOSYS. */
#define SERVICE_CONDITIONS                                                                         \
	NO_NEW_CODE, EQUAL(ioctl, 1, FIONREAD, SCMP_ACT_ALLOW),                                    \
		EQUAL(ioctl, 1, FIONBIO, SCMP_ACT_ALLOW), EQUAL(prlimit64, 2, 0, SCMP_ACT_ALLOW),  \
		EQUAL(prctl, 0, PR_SET_NAME, SCMP_ACT_ALLOW)

static const int missing_calls[] = {
	CALL(clone3),
	CALL(faccessat2),
	CALL(openat2),
	CALL(epoll_pwait2),
	CALL(futex_waitv),
};

/* The network, threads for lookups, and the store's folder (which is Landlock's to keep). */
static const int poller_calls[] = {
	SERVICE_CALLS,
	CALL(open),
	CALL(openat),
	CALL(pwrite64),
	CALL(pwritev),
	CALL(fdatasync),
	CALL(fsync),
	CALL(ftruncate),
	CALL(fallocate),
	CALL(unlink),
	CALL(unlinkat),
	CALL(rename),
	CALL(renameat),
	CALL(renameat2),
	CALL(mkdir),
	CALL(mkdirat),
	CALL(rmdir),
	CALL(fchmod),
	CALL(fchown),
	CALL(flock),
	CALL(umask),
	CALL(memfd_create),
	CALL(connect),
	CALL(sendmmsg),
	CALL(recvmmsg),
	CALL(set_robust_list),
	CALL(rseq),
	CALL(membarrier),
};

#define TYPED_SOCKET(family)                                                                       \
	{family, SOCK_STREAM},                                                                     \
	{                                                                                          \
		family, SOCK_DGRAM                                                                 \
	}

static const struct condition poller_conditions[] = {
	SERVICE_CONDITIONS,
	MASKED(clone, 0, CLONE_THREAD | CLONE_VM, CLONE_THREAD | CLONE_VM, SCMP_ACT_ALLOW),
	EQUAL(socketpair, 0, AF_UNIX, SCMP_ACT_ALLOW),
	/* getaddrinfo asks a netlink socket for the interfaces and does without. */
	{CALL(socket), 0, SCMP_CMP_GT, 0, AF_INET6, SCMP_ACT_ERRNO(EAFNOSUPPORT)},
};

static const struct {
	int family, type;
} poller_sockets[] = {
	TYPED_SOCKET(AF_UNIX),
	TYPED_SOCKET(AF_INET),
	TYPED_SOCKET(AF_INET6),
};

/* SQLite opens for writing first, and reads when it hears EACCES. */
#define READ_ONLY_OPEN(name, argument)                                                             \
	MASKED(name, argument, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY, SCMP_ACT_ALLOW),           \
		MASKED(name, argument, O_ACCMODE, O_WRONLY, SCMP_ACT_ERRNO(EACCES)),               \
		MASKED(name, argument, O_ACCMODE, O_RDWR, SCMP_ACT_ERRNO(EACCES))

static const int publisher_calls[] = {SERVICE_CALLS};
static const struct condition publisher_conditions[] = {
	SERVICE_CONDITIONS, READ_ONLY_OPEN(open, 1), READ_ONLY_OPEN(openat, 2)};

/* Nobody comes here by accident. */
static const int deadly_calls[] = {
	CALL(execve),
	CALL(execveat),
	CALL(ptrace),
	CALL(process_vm_readv),
	CALL(process_vm_writev),
	CALL(io_uring_setup),
	CALL(io_uring_enter),
	CALL(io_uring_register),
	CALL(bpf),
	CALL(init_module),
	CALL(finit_module),
	CALL(delete_module),
	CALL(keyctl),
	CALL(add_key),
	CALL(request_key),
	CALL(mount),
	CALL(umount2),
	CALL(move_mount),
	CALL(open_tree),
	CALL(fsopen),
	CALL(pivot_root),
	CALL(chroot),
	CALL(unshare),
	CALL(setns),
	CALL(perf_event_open),
	CALL(userfaultfd),
	CALL(open_by_handle_at),
	CALL(kexec_load),
	CALL(kexec_file_load),
	CALL(reboot),
	CALL(swapon),
	CALL(swapoff),
};

static const struct filter filters[] = {
	[SANDBOX_PARSER] = {SCMP_ACT_KILL_PROCESS, parser_calls, COUNT(parser_calls),
		parser_conditions, COUNT(parser_conditions)},
	[SANDBOX_POLLER] = {SCMP_ACT_ERRNO(EPERM), poller_calls, COUNT(poller_calls),
		poller_conditions, COUNT(poller_conditions)},
	[SANDBOX_PUBLISHER] = {SCMP_ACT_ERRNO(EPERM), publisher_calls, COUNT(publisher_calls),
		publisher_conditions, COUNT(publisher_conditions)},
};

/*
 * Address space is generous in the poller, for it holds the stacks and the arenas of its lookup
 * threads, of which little is ever touched; memory itself is bounded by the unit.
 */
static const struct {
	rlim_t address_space, descriptors;
} limits[] = {
	[SANDBOX_PARSER] = {LIMIT_WORKER_BYTES, 8},
	[SANDBOX_POLLER] = {(rlim_t)4 << 30, 4096},
	[SANDBOX_PUBLISHER] = {512U << 20, 8192},
};

static int limit(int what, rlim_t most, struct error *err)
{
	struct rlimit now;

	if (getrlimit((__rlimit_resource_t)what, &now) < 0)
		return error_set(err, "no limit %d: %s", what, strerror(errno));
	now.rlim_max = now.rlim_max < most ? now.rlim_max : most;
	now.rlim_cur = now.rlim_max;
	if (setrlimit((__rlimit_resource_t)what, &now) < 0)
		return error_set(err, "no limit %d: %s", what, strerror(errno));
	return 0;
}

static int set_limits(enum sandbox_role role, struct error *err)
{
	/* The shadow of a sanitizer is terabytes of address space. */
	if (!LOOSE_JAIL && limit(RLIMIT_AS, limits[role].address_space, err) < 0)
		return -1;
	if (limit(RLIMIT_CORE, 0, err) < 0 ||
		limit(RLIMIT_NOFILE, limits[role].descriptors, err) < 0)
		return -1;
	if (role != SANDBOX_PARSER)
		return 0;
	/* A standard error that is a file answers EFBIG then, which need not be deadly. */
	(void)signal(SIGXFSZ, SIG_IGN);
	return limit(RLIMIT_FSIZE, 0, err) < 0 || limit(RLIMIT_NPROC, 0, err) < 0 ? -1 : 0;
}

/* /dev/urandom is SQLite's first source of random numbers. */
static int shut_paths(enum sandbox_role role, const char *state, int *abi_out, struct error *err)
{
	const struct landlock_path poller[] = {
		{state, LANDLOCK_USE_WRITE, true},
		{"/etc", LANDLOCK_USE_READ, false},
		{"/usr/share/ca-certificates", LANDLOCK_USE_READ, false},
		{"/usr/share/zoneinfo", LANDLOCK_USE_READ, false},
		{"/run/systemd/resolve", LANDLOCK_USE_READ, false},
		{"/run/NetworkManager", LANDLOCK_USE_READ, false},
		{"/run/resolvconf", LANDLOCK_USE_READ, false},
		{"/dev/urandom", LANDLOCK_USE_DEVICE, false},
	};
	const struct landlock_path publisher[] = {
		{state, LANDLOCK_USE_READ, true},
		{"/usr/share/zoneinfo", LANDLOCK_USE_READ, false},
		{"/dev/urandom", LANDLOCK_USE_DEVICE, false},
	};

	switch (role) {
	case SANDBOX_PARSER:
		return landlock_enter(NULL, 0, false, abi_out, err);
	case SANDBOX_POLLER:
		return landlock_enter(poller, COUNT(poller), true, abi_out, err);
	case SANDBOX_PUBLISHER:
		return landlock_enter(publisher, COUNT(publisher), false, abi_out, err);
	}
	return error_set(err, "no such role: %d", (int)role);
}

static int add_calls(scmp_filter_ctx f, uint32_t action, const int *calls, size_t n)
{
	int failed = 0;

	for (size_t i = 0; i < n && failed == 0; i++)
		failed = seccomp_rule_add(f, action, calls[i], 0);
	return failed;
}

static int add_conditions(scmp_filter_ctx f, const struct condition *c, size_t n)
{
	int failed = 0;

	for (size_t i = 0; i < n && failed == 0; i++) {
		bool masked = c[i].op == SCMP_CMP_MASKED_EQ;
		struct scmp_arg_cmp test = {c[i].argument, c[i].op, masked ? c[i].mask : c[i].value,
			masked ? c[i].value : 0};

		failed = seccomp_rule_add_array(f, c[i].action, c[i].call, 1, &test);
	}
	return failed;
}

/* What the poller and the publisher have beyond their tables. */
static int add_service(scmp_filter_ctx f, enum sandbox_role role)
{
	int failed = add_calls(f, SCMP_ACT_KILL_PROCESS, deadly_calls, COUNT(deadly_calls));

	if (failed == 0)
		failed = add_calls(f, SCMP_ACT_ERRNO(ENOSYS), missing_calls, COUNT(missing_calls));
	/* abort() signals its own thread. */
	if (failed == 0)
		failed = seccomp_rule_add(f, SCMP_ACT_ALLOW, CALL(tgkill), 1,
			SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0));
	for (size_t i = 0; role == SANDBOX_POLLER && i < COUNT(poller_sockets) && failed == 0; i++)
		failed = seccomp_rule_add(f, SCMP_ACT_ALLOW, CALL(socket), 2,
			SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)poller_sockets[i].family, 0),
			SCMP_A1(SCMP_CMP_MASKED_EQ, 0xf, (scmp_datum_t)poller_sockets[i].type));
	return failed;
}

static int load_filter(enum sandbox_role role, scmp_filter_ctx f)
{
	const struct filter *t = &filters[role];
	int failed = seccomp_attr_set(f, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);

	if (failed == 0)
		failed = seccomp_attr_set(f, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (failed == 0)
		failed = add_calls(f, SCMP_ACT_ALLOW, t->calls, t->n_calls);
	if (failed == 0)
		failed = add_conditions(f, t->conditions, t->n_conditions);
	if (failed == 0 && role != SANDBOX_PARSER)
		failed = add_service(f, role);
	if (failed == 0 && role == SANDBOX_PARSER && LOOSE_JAIL)
		failed = add_calls(f, SCMP_ACT_ERRNO(EPERM), loose_calls, COUNT(loose_calls));
	if (failed == 0 && role == SANDBOX_PARSER && LOOSE_JAIL)
		failed = add_calls(f, SCMP_ACT_ALLOW, loosest_calls, COUNT(loosest_calls));
	return failed == 0 ? seccomp_load(f) : failed;
}

static int shut_calls(enum sandbox_role role, struct error *err)
{
	scmp_filter_ctx f = seccomp_init(filters[role].otherwise);
	int failed = f == NULL ? -ENOMEM : load_filter(role, f);

	if (f != NULL)
		seccomp_release(f);
	if (failed != 0)
		return error_set(err, "seccomp: %s", strerror(-failed));
	return 0;
}

int sandbox_enter(
	enum sandbox_role role, const char *state, int *landlock_abi_out, struct error *err)
{
	int abi = 0;

	tzset(); /* reads /etc/localtime, once */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return error_set(err, "no jail: %s", strerror(errno));
	/* Limits after Landlock: it wants descriptors for a moment. */
	if (shut_paths(role, state, &abi, err) < 0 || set_limits(role, err) < 0 ||
		shut_calls(role, err) < 0)
		return -1;
	if (landlock_abi_out != NULL)
		*landlock_abi_out = abi;
	return 0;
}

int sandbox_is_loose(void)
{
	return LOOSE_JAIL;
}
