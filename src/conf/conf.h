/*
 * conf.h - the configuration: files to a struct conf, or file:line and what was expected
 *
 * libconfuse's door.  conf/options.def lists every option once.  Only the supervisor and the
 * command read files (conf_read); the roles get the same configuration as one sealed text
 * (conf_print, conf_parse).  A struct conf is made whole or not at all, and never changed.
 */
#ifndef TRIBUTARY_CONF_CONF_H
#define TRIBUTARY_CONF_CONF_H

#include "base/buf.h"   /* buf */
#include "base/slice.h" /* slice */

struct error; /* base/log.h */

struct conf_list {
	struct slice *at;
	size_t n, cap;
};

#define CONF_AUTO      (-1) /* `every = auto` */
#define CONF_UNLIMITED (-1) /* `keep_items` without a limit */

struct conf_source {
	struct slice name; /* the section's title: the source's identity in the store */
	struct slice url;  /* absolute http(s): of `url` or of `page` */
	bool is_page;
	struct slice title, lang, was;
	struct conf_list tags;
	struct slice item, link, heading, summary, date, image, next; /* XPath 1.0, of a page */
	int64_t every_s;                                              /* or CONF_AUTO */
	int64_t at_least_s, at_most_s, timeout_s;
	int64_t max_bytes;
	int64_t keep_s, keep_items; /* keep_items may be CONF_UNLIMITED */
	struct conf_list allow;     /* "127.0.0.0/8": private prefixes that it may live on */
	bool enabled;
	struct slice proxy; /* empty: the top level's; see conf_proxy */
	struct slice user, password; /* password: the contents of password_file */
	struct conf_list headers;    /* "Name: value" */
	struct slice file;           /* where it stands, for messages */
	int line;
};

struct conf_topic {
	struct slice name, title, match; /* match: feed/rule.h */
	int64_t words;                   /* of `match` that must be there */
	struct conf_list categories;
};

struct conf_view {
	struct slice name, title, q, stories; /* stories: "all" or "one" */
	struct conf_list sources, tags, langs, topics;
	int64_t limit; /* or CONF_AUTO */
};

enum conf_listen_kind { CONF_LISTEN_UNIX, CONF_LISTEN_TCP };

struct conf_listen {
	enum conf_listen_kind kind;
	struct slice path; /* of a Unix socket */
	struct slice host; /* numeric, of TCP: 127.0.0.1 or [::1] */
	int port;
};

struct conf {
	struct slice title, state, control, base_url, contact, proxy, timezone;
	struct conf_listen *listen;
	size_t n_listen;
	struct conf_list hosts;
	int64_t parsers, connections, per_domain;
	int64_t gap_s;
	bool share_address; /* domains at one address share per_domain and gap */
	bool stories;
	int64_t keep_backups;
	struct conf_source *sources; /* in the order of the files */
	size_t n_sources;
	struct conf_topic *topics;
	size_t n_topics;
	struct conf_view *views;
	size_t n_views;
};

/* What is wrong, one line each: "FILE:LINE: option: what was expected". */
struct conf_errors {
	struct buf lines; /* each ended by a newline */
	size_t n;
};

void conf_errors_init(struct conf_errors *e);
void conf_errors_clear(struct conf_errors *e);

/*
 * Reads `path` and, beside it, conf.d/(name).conf in the order of their names.  Returns the
 * configuration, the caller's to conf_free, or NULL with everything that is wrong in `errors`: a
 * syntax error ends the reading of its file, the others are still read.
 */
struct conf *conf_read(const char *path, struct conf_errors *errors);

/* The whole of `c` in the syntax of the files, passwords included: for the roles. */
void conf_print(const struct conf *c, struct buf *out);

/* What conf_print printed, read again; NULL with `errors` where it is none. */
struct conf *conf_parse(struct slice text, struct conf_errors *errors);

void conf_free(struct conf **c);

/* The proxy of a source (NULL: of no source), or empty: none. */
struct slice conf_proxy(const struct conf *c, const struct conf_source *source);

/* The default path: SYSCONFDIR/tributary/tributary.conf. */
extern const char *const conf_default_path;

#endif
