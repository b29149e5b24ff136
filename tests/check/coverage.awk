# coverage.awk - what `gcov -n` says of the files of src/, a line each and their sum
/^File / {
	name = $0
	gsub(/^File .|.$/, "", name)
	wanted = name ~ /(^|\/)src\/[a-z]+\/[^\/]*\.c$/
	sub(/^.*\/src\//, "src/", name)
}

/^Lines executed:/ && wanted {
	split($0, part, /[:% ]+/)
	if (!(name in lines) || part[3] > reached[name])
		reached[name] = part[3]
	lines[name] = part[5]
	wanted = 0
}

END {
	for (name in lines) {
		printf "%-40s %5d lines %6.1f %%\n", name, lines[name], reached[name]
		all += lines[name]
		run += lines[name] * reached[name] / 100
	}
	if (all)
		printf "~ %-38s %5d lines %6.1f %%\n", "in all", all, 100 * run / all
}
