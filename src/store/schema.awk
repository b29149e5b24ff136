# schema.awk - SQL files to C: a list of lines for each file, and a table of the files
BEGIN {
	print "/* Made by schema.awk.  Do not edit. */"
	print "#include \"store/schema.h\"\n"
}
FNR == 1 {
	if (NR > 1)
		print "\tNULL,\n};\n"
	name[++n] = FILENAME
	sub(/.*\//, "", name[n])
	printf "static const char *const step_%d[] = {\n", n
}
{
	line = $0
	gsub(/\\/, "\\\\\\\\", line)
	gsub(/"/, "\\\"", line)
	gsub(/\?/, "\\?", line)
	gsub(/\t/, "\\t", line)
	printf "\t\"%s\\n\",\n", line
}
END {
	print "\tNULL,\n};\n"
	print "const struct schema_step schema_steps[] = {"
	for (i = 1; i <= n; i++)
		printf "\t{\"%s\", step_%d},\n", name[i], i
	print "};\n"
	print "const size_t schema_n = sizeof schema_steps / sizeof *schema_steps;"
}
