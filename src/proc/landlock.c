/*
 * landlock.c - a ruleset for the kernel's ABI, its rules, and in
 */
#include "config.h"

#include "proc/landlock.h"
#include "base/log.h"
#include "base/slice.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/syscall.h>
#include <unistd.h>

/* As the kernel has it from ABI 6 on; older kernels get a shorter size. */
struct ruleset {
	uint64_t fs, net, scoped;
};

/* How many bits of each kind the kernel knows from an ABI on, and the size that it then expects. */
static const struct {
	int abi;
	unsigned fs_bits, net_bits, scoped_bits;
	size_t size;
} abis[] = {
	{6, 16, 2, 2, 24},
	{5, 16, 2, 0, 16},
	{4, 15, 2, 0, 16},
	{3, 15, 0, 0, 8},
	{2, 14, 0, 0, 8},
	{1, 13, 0, 0, 8},
};

enum {
	FS_WRITE_FILE = 1 << 1,
	FS_READ_FILE = 1 << 2,
	FS_READ_DIR = 1 << 3,
	FS_REMOVE_DIR = 1 << 4,
	FS_REMOVE_FILE = 1 << 5,
	FS_MAKE_DIR = 1 << 7,
	FS_MAKE_REG = 1 << 8,
	FS_TRUNCATE = 1 << 14,
	NET_BIND_TCP = 1 << 0,
};

static const uint64_t rights[] = {
	[LANDLOCK_USE_READ] = FS_READ_FILE | FS_READ_DIR,
	[LANDLOCK_USE_WRITE] = FS_READ_FILE | FS_READ_DIR | FS_WRITE_FILE | FS_REMOVE_DIR |
			       FS_REMOVE_FILE | FS_MAKE_DIR | FS_MAKE_REG | FS_TRUNCATE,
	[LANDLOCK_USE_DEVICE] = FS_READ_FILE,
};

static uint64_t low_bits(unsigned n)
{
	return (UINT64_C(1) << n) - 1;
}

/* The ABI, 0 where the kernel has none, -1 where it is there and refused. */
static int ask_abi(struct error *err)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	if (abi >= 0)
		return (int)abi;
	if (errno == ENOSYS || errno == EOPNOTSUPP)
		return 0;
	return error_set(err, "Landlock: %s", strerror(errno));
}

/* A ruleset that handles all that ABI `abi` knows; *fs_out is what of it concerns files. */
static int make_ruleset(int abi, bool connects, uint64_t *fs_out, struct error *err)
{
	struct ruleset set = {0};
	size_t row = 0;
	long fd;

	while (row < COUNT(abis) - 1 && abis[row].abi > abi)
		row++;
	set.fs = *fs_out = low_bits(abis[row].fs_bits);
	set.net = low_bits(abis[row].net_bits) & (connects ? NET_BIND_TCP : ~UINT64_C(0));
	set.scoped = low_bits(abis[row].scoped_bits);
	fd = syscall(SYS_landlock_create_ruleset, &set, abis[row].size, 0);
	if (fd < 0)
		return error_set(err, "Landlock: no ruleset: %s", strerror(errno));
	return (int)fd;
}

static int add_path(int ruleset, const struct landlock_path *p, uint64_t handled, struct error *err)
{
	struct landlock_path_beneath_attr rule = {.allowed_access = rights[p->use] & handled};
	long failed;

	rule.parent_fd = open(p->path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd < 0 && !p->must)
		return 0;
	if (rule.parent_fd < 0)
		return error_set(err, "Landlock: %s: %s", p->path, strerror(errno));
	failed = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	if (failed < 0)
		error_set(err, "Landlock: no rule for %s: %s", p->path, strerror(errno));
	close(rule.parent_fd);
	return failed < 0 ? -1 : 0;
}

int landlock_enter(const struct landlock_path *paths, size_t n_paths, bool connects, int *abi_out,
	struct error *err)
{
	uint64_t handled = 0;
	int failed = 0, ruleset;

	*abi_out = ask_abi(err);
	if (*abi_out <= 0)
		return *abi_out;
	ruleset = make_ruleset(*abi_out, connects, &handled, err);
	if (ruleset < 0)
		return -1;
	for (size_t i = 0; i < n_paths && failed == 0; i++)
		failed = add_path(ruleset, &paths[i], handled, err);
	if (failed == 0 && syscall(SYS_landlock_restrict_self, ruleset, 0) < 0)
		failed = error_set(err, "Landlock: %s", strerror(errno));
	close(ruleset);
	return failed;
}
