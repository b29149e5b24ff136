/* request.c - what the commands share: their options, the configuration, their answers */
#include "tributary/commands.h"

#include "base/arena.h"
#include "conf/conf.h"
#include "publish/out.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>

#define ANSWER_BYTES (1U << 20)

int wrong(const char *format, ...)
{
	va_list args;

	fputs("tributary: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return COMMAND_WRONG;
}

static bool refuse(const char *command)
{
	fprintf(stderr, "Try `tributary help' for what %s takes.\n", command);
	return false;
}

static bool read_n(struct request *r, const char *text)
{
	int64_t n;

	if (!slice_int(slice_of(text), 1, 1000000, &n)) {
		wrong("-n: expected a number from 1 to 1000000, not %s", text);
		return false;
	}
	r->n = (size_t)n;
	return true;
}

bool request_read(
	struct request *r, unsigned takes, size_t least, size_t most, int argc, char **argv)
{
	static const struct option longs[] = {{"config", required_argument, NULL, 'c'},
		{"force", no_argument, NULL, 'f'}, {"json", no_argument, NULL, 'j'},
		{"lang", required_argument, NULL, 'l'}, {"limit", required_argument, NULL, 'n'},
		{0}};
	const char *shorts = (takes & TAKES_WORDS) != 0 ? "+c:fl:n:" : "c:fl:n:";
	int c;

	*r = (struct request){.conf_path = conf_default_path};
	optind = 0;
	while ((c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		if (c == 'c')
			r->conf_path = optarg;
		else if (c == 'j' && (takes & TAKES_JSON) != 0)
			r->json = true;
		else if (c == 'f' && (takes & TAKES_FORCE) != 0)
			r->force = true;
		else if (c == 'l' && (takes & TAKES_LANG) != 0 && r->n_langs < COUNT(r->langs))
			r->langs[r->n_langs++] = slice_of(optarg);
		else if (c != 'n' || (takes & TAKES_N) == 0 || !read_n(r, optarg))
			return refuse(argv[0]);
	}
	r->rest = argv + optind;
	r->n_rest = (size_t)(argc - optind);
	if (r->n_rest >= least && r->n_rest <= most)
		return true;
	wrong("%s: %s", argv[0],
		r->n_rest < least ? "an argument is missing" : "too many arguments");
	return refuse(argv[0]);
}

struct conf *request_conf(const struct request *r)
{
	struct conf_errors errors;
	struct conf *c;

	conf_errors_init(&errors);
	c = conf_read(r->conf_path, &errors);
	if (c == NULL)
		fprintf(stderr, "%.*s", SLICE_ARG(buf_slice(&errors.lines)));
	conf_errors_clear(&errors);
	return c;
}

static void put_json(bool ok, struct slice text)
{
	struct buf out;

	buf_init(&out, ANSWER_BYTES);
	buf_putc(&out, '{');
	out_json_name(&out, "ok");
	buf_puts(&out, ok ? "true" : "false");
	out_json_name(&out, ok ? "message" : "error");
	out_json_string(&out, text);
	buf_puts(&out, "}\n");
	fwrite(out.at, 1, out.len, stdout);
	buf_clear(&out);
}

int answer(const struct request *r, bool ok, struct slice text)
{
	struct arena a;
	struct slice clean;

	arena_init(&a);
	clean = slice_trim(slice_clean(&a, text));
	if (r->json)
		put_json(ok, clean);
	else if (clean.len > 0)
		fprintf(ok ? stdout : stderr, "%s%.*s\n",
			ok ? "" : "tributary: ", SLICE_ARG(clean));
	arena_clear(&a);
	return ok ? COMMAND_WELL : COMMAND_WRONG;
}
