# rooms.awk - holds the includes of src/ against src/ROOMS
#
# awk -f rooms.awk src/ROOMS src/*/*.c src/*/*.h    (run from the folder above src)
# Prints a line for each include that is not allowed; exit status 1 where there is one.

function fail(what)
{
	printf "%s:%d: %s\n", FILENAME, FNR, what
	bad = 1
}

FNR == 1 && NR != 1 {
	place = FILENAME
	sub(/^.*src\//, "", place)
	here = place
	sub(/\/.*/, "", here)
}

NR == FNR {
	if ($0 ~ /^#/ || NF == 0)
		next
	name = $2
	sub(/:$/, "", name)
	if ($1 == "room") {
		rooms[name] = 1
		may[name, name] = 1
		for (i = 3; i <= NF; i++)
			may[name, $i] = 1
	} else if ($1 == "only") {
		only[name] = " "
		for (i = 3; i <= NF; i++)
			only[name] = only[name] $i " "
	} else if ($1 == "door") {
		doors[name] = " "
		for (i = 3; i <= NF; i++)
			doors[name] = doors[name] $i " "
	} else
		fail("neither room, only nor door")
	next
}

/^#[ \t]*include[ \t]*"/ {
	split($0, part, "\"")
	header = part[2]
	room = header
	if (!sub(/\/.*/, "", room))
		next
	if (!(here in rooms))
		fail("the room " here " is not in src/ROOMS")
	else if (room in rooms && !((here, room) in may) && !((here, header) in may))
		fail(here " may not include " header)
	if (header in only && index(only[header], " " place " ") == 0 && room != here)
		fail(place " may not include " header)
}

/^#[ \t]*include[ \t]*</ {
	split($0, part, /[<>]/)
	for (door in doors) {
		if (index(part[2], door) != 1)
			continue
		n = split(doors[door], places, " ")
		found = 0
		for (i = 1; i <= n; i++)
			if (index(place, places[i]) == 1)
				found = 1
		if (!found)
			fail(part[2] " has its door elsewhere:" doors[door])
	}
}

END { exit bad }
