#!/bin/sh
# manual.sh - the manual and the stock configuration are true to the code
#
# manual.sh SRCDIR [TRIBUTARY]    prints a line for each lie; exit status 1 then
#
# Every option of options.def is in tributary.conf(5) and in etc/tributary.conf with its default,
# every command in tributary(1), every event of the log in tributaryd(8) and none beside; the
# pages are good mdoc; TRIBUTARY, the built command, finds the stock configuration in order.
set -u
src=$1
tributary=${2:-}
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
bad=0

lie()
{
	echo "$*"
	bad=1
}

# where, name, default ("-" where there is none) of each option that files may hold
sed -n 's/^OPTION(\([A-Z]*\), \([a-z_]*\), [A-Z]*, [01], [a-z._]*, \(NULL\|"[^"]*"\),.*/\1 \2 \3/p' \
	"$src/src/conf/options.def" | grep -v '^PRIVATE' | sed 's/NULL$/-/; s/"//g' >"$work/options"
written=$(grep -c '^OPTION(' "$src/src/conf/options.def")
private=$(grep -c '^OPTION(PRIVATE' "$src/src/conf/options.def")
[ "$(wc -l <"$work/options")" -eq $((written - private)) ] ||
	lie "options.def: a line is not as manual.sh reads it"

# the section of the manual that has the options of $1
heading()
{
	case $1 in
	TOP) echo 'Top level' ;;
	SHARED) echo 'In a source, or in defaults for all of them' ;;
	SOURCE) echo 'In a source' ;;
	TOPIC) echo 'In a topic' ;;
	VIEW) echo 'In a view' ;;
	esac
}

# what tributary.conf(5) says of option $2 in section $1, in one line
paragraph()
{
	awk -v heading="$1" -v name="$2" '
	/^\.S[sh] / { in_section = substr($0, 5) == heading }
	/^\.(It|El)/ { on = 0 }
	in_section && $1 == ".It" && $2 == "Ic" && $3 == name { on = 1 }
	on { printf "%s ", $0 }' "$src/man/tributary.conf.5"
}

while read -r where name default; do
	said=$(paragraph "$(heading "$where")" "$name")
	[ -n "$said" ] || lie "tributary.conf.5: $name is not in \"$(heading "$where")\""
	conf=$(grep -E "^[[:space:]]*#?[[:space:]]*$name[[:space:]]+= " "$src/etc/tributary.conf")
	[ -n "$conf" ] || lie "etc/tributary.conf: $name is not there"
	case $where in TOP | SHARED) ;; *) [ "$default" != - ] || continue ;; esac
	shown=$default
	[ "$default" = - ] && shown=none
	case $said in
	*"Default: $shown"[.\;]* | *"Default: .Ql $shown "* | *"Default: .Pa $shown "*) ;;
	*) lie "tributary.conf.5: $name does not say \"Default: $shown\"" ;;
	esac
	[ "$default" = - ] && continue
	printf '%s\n' "$conf" | tr -d '"{}' | grep -qE "= *$default( |\$)" ||
		lie "etc/tributary.conf: $name is not shown at its default $default"
done <"$work/options"

for command in $(sed -n 's/^	{"\([a-z]*\)",.*cmd_.*/\1/p' "$src/src/tributary/main.c"); do
	grep -q "^\.It Cm $command\( \|\$\)" "$src/man/tributary.1" ||
		lie "tributary.1: command $command is not there"
done

cat "$src"/src/*/*.c | tr '\n' ' ' | grep -oE 'log_event\([^"]*"[a-z_]+\.[a-z_]+"' |
	sed 's/.*"\(.*\)"/\1/' | sort -u >"$work/logged"
sed -n '/^\.Sh LOG EVENTS/,/^\.El/s/^\.It Li \([^ ]*\).*/\1/p' "$src/man/tributaryd.8" |
	sort >"$work/listed"
for event in $(comm -23 "$work/logged" "$work/listed"); do
	lie "tributaryd.8: event $event is not listed"
done
for event in $(comm -13 "$work/logged" "$work/listed"); do
	lie "tributaryd.8: event $event is listed, nothing logs it"
done

if command -v mandoc >/dev/null; then
	(cd "$src/man" && mandoc -T lint -W warning ./*.[158]) || bad=1
fi
if [ -n "$tributary" ]; then
	# as installed: not of the user whose tree this is, and closed to others
	install -m 644 "$src/etc/tributary.conf" "$work/tributary.conf"
	"$tributary" check -c "$work/tributary.conf" >/dev/null ||
		lie "etc/tributary.conf: tributary check finds it wrong"
fi
exit $bad
