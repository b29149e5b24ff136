#!/bin/sh
# headers.sh - each header of src/ compiles on its own, says what it is for, and is guarded
#
# headers.sh SRCDIR CC CFLAGS...    prints a line for each that does not; exit status 1 then
set -u
src=$1
shift
bad=0
for header in "$src"/src/*/*.h; do
	name=${header#"$src"/src/}
	guard=TRIBUTARY_$(printf '%s' "${name%.h}" | tr 'a-z/.-' 'A-Z___')_H
	case $(head -n 2 "$header" | tail -n 1) in
	" * $(basename "$header") - "*) ;;
	*) echo "$header: its second line does not say what it is for" && bad=1 ;;
	esac
	grep -q "^#ifndef $guard\$" "$header" || { echo "$header: no guard $guard" && bad=1; }
	printf '#include "%s"\nextern int nothing_else_here;\n' "$name" |
		"$@" -I"$src/src" -x c -fsyntax-only - || { echo "$header: does not compile on its own" && bad=1; }
done
exit $bad
