/*
 * replay.c - a fuzz target without a fuzzer: every seed, and every input that ever broke something
 *
 * Linked to a target's LLVMFuzzerTestOneInput it runs the files of seeds/NAME and found/NAME, one
 * TAP line a folder; NAME is the program's own.
 */
#include <dirent.h>
#include <libgen.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int run_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *bytes = NULL;
	long size = 0;

	if (f == NULL)
		return -1;
	if (fseek(f, 0, SEEK_END) == 0 && (size = ftell(f)) >= 0 && fseek(f, 0, SEEK_SET) == 0)
		bytes = malloc((size_t)size + 1);
	if (bytes == NULL || fread(bytes, 1, (size_t)size, f) != (size_t)size) {
		free(bytes);
		fclose(f);
		return -1;
	}
	fclose(f);
	LLVMFuzzerTestOneInput(bytes, (size_t)size);
	free(bytes);
	return 0;
}

/* How many were run; -1 where one could not be read. */
static int run_folder(const char *folder)
{
	DIR *d = opendir(folder);
	struct dirent *e;
	int n = 0;

	if (d == NULL)
		return 0;
	while (n >= 0 && (e = readdir(d)) != NULL) {
		char *path;

		if (e->d_name[0] == '.' || asprintf(&path, "%s/%s", folder, e->d_name) < 0)
			continue;
		n = run_file(path) < 0 ? -1 : n + 1;
		free(path);
	}
	closedir(d);
	return n;
}

int main(int argc, char **argv)
{
	static const char *const kinds[] = {"seeds", "found"};
	const char *top = getenv("SRC_DIR");
	char *name = strdup(argv[0]);
	int bad = 0;

	(void)argc;
	printf("1..2\n");
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		char folder[4096];
		int n;

		snprintf(folder, sizeof folder, "%s/tests/fuzz/%s/%s", top == NULL ? "." : top,
			kinds[i], basename(name));
		n = run_folder(folder);
		bad += n < 0 || (i == 0 && n == 0);
		printf("%sok %zu - %d of %s\n", n < 0 || (i == 0 && n == 0) ? "not " : "", i + 1, n,
			kinds[i]);
	}
	free(name);
	return bad > 0;
}
