#!/bin/sh
# tree.sh - the tree keeps its own rules, as TAP: rooms, headers, manual, man pages, sample configuration
set -u
cd "${SRC_DIR:-.}" || exit 1
n=0
bad=0

# try NAME COMMAND...: one test; what it prints says why it failed
try()
{
	name=$1
	shift
	n=$((n + 1))
	if said=$("$@" 2>&1); then
		echo "ok $n - $name"
	else
		bad=1
		echo "not ok $n - $name"
		printf '%s\n' "$said" | head -n 40 | sed 's/^/# /'
	fi
}

skip()
{
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

nothing_left_to_do()
{
	! grep -nE '(^|[^A-Za-z])(TODO|FIXME|XXX|HACK)([^A-Za-z]|$)' -r src etc man README NEWS
}

files_are_short()
{
	find src -name '*.[ch]' | xargs wc -l | awk '$2 != "total" && $1 > 500 { print; bad = 1 } END { exit bad }'
}

no_name_stands_twice()
{
	twice=$(cd "${BUILD_DIR:-build}" && nm --defined-only -g lib*.a src/tributaryd/*.o 2>/dev/null |
		awk 'NF == 3 && $2 ~ /[TDBR]/ { print $3 }' | grep -v '^__' | sort | uniq -d)
	[ -z "$twice" ] || { echo "$twice"; return 1; }
}

echo 1..11
try "rooms include only what src/ROOMS lets them" awk -f tests/check/rooms.awk src/ROOMS src/*/*.c src/*/*.h
# shellcheck disable=SC2086
try "each header stands on its own" sh tests/check/headers.sh . ${CC:-cc} -std=gnu17 ${LINT_FLAGS:-}
try "the manual names every option, command and event" sh tests/check/manual.sh .
if [ -n "${MANDOC:-}" ]; then
	try "mandoc finds nothing in the man pages" "$MANDOC" -Tlint -Wwarning man/*.[0-9]
else
	skip "mandoc finds nothing in the man pages" "mandoc is not installed"
fi
try "the stock configuration is in order" "${BUILD_DIR:-build}/tributary" check -c etc/tributary.conf
try "no two rooms have a function of one name" no_name_stands_twice
try "each line of manners has its scenario, each scenario its mutant" sh tests/check/scenarios.sh
try "no mark of something left to do" nothing_left_to_do
try "no file is past 500 lines" files_are_short
# What is not built or run at all is said here.
for part in "the rooms' own tests:${CRITERION_LIBS:-}:Criterion" "tests of the whole:${PYTHON:-}:Python 3"; do
	IFS=: read -r name there wanted <<EOT
$part
EOT
	if [ -n "$there" ]; then
		try "$name are run" true
	else
		skip "$name are run" "$wanted is not installed"
	fi
done
exit $bad
