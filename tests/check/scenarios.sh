#!/bin/sh
# scenarios.sh - every line of the list of manners (1 to 60; 56, WebSub, is for later) has its
# scenario, and every scenario names the change that it must catch
set -u
cd "${SRC_DIR:-.}/tests/scenario" || exit 1
bad=0
n=1
while [ "$n" -le 60 ]; do
	number=$(printf '%03d' "$n")
	if [ "$n" -ne 56 ] && ! ls "$number"-*.scn >/dev/null 2>&1; then
		echo "line $n has no scenario"
		bad=1
	fi
	n=$((n + 1))
done
for file in *.scn; do
	grep -q '^# mutant [^:]*: .* ==> ' "$file" || { echo "$file names no mutant"; bad=1; }
done
exit "$bad"
