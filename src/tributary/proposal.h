/*
 * proposal.h - a source that `tributary add` proposes: what was read of it, as a section to copy
 */
#ifndef TRIBUTARY_TRIBUTARY_PROPOSAL_H
#define TRIBUTARY_TRIBUTARY_PROPOSAL_H

#include "parse/parse.h" /* selectors, item, feed */

struct arena; /* base/arena.h */
struct conf;  /* conf/conf.h */

#define PROPOSAL_ITEMS 10 /* that are shown */

struct proposal {
	struct arena *a; /* where all of it lies */
	struct slice name, url, title, lang;
	bool is_page;
	struct selectors selectors; /* of a page, or what was found for one */
	struct slice_list links;    /* of a page: what may be feeds */
	const struct slice *allow;
	size_t n_allow;
	struct {
		struct slice title, url;
		instant published;
	} items[PROPOSAL_ITEMS];
	size_t n_items; /* in all */
};

struct proposal_list {
	struct proposal *at;
	size_t n, cap;
};

/* For a sink (parse/parse.h): `proposal` is a struct proposal. */
int proposal_take_item(void *proposal, const struct item *i);
int proposal_take_feed(void *proposal, const struct feed *f);

/* A name for `url` that no source of `c` (may be NULL) and no proposal has, in `a`. */
struct slice proposal_name(struct arena *a, struct slice url, const struct conf *c,
	const struct proposal_list *others);

/* As sections of tributary.conf(5), what they yield as comments; or as JSON. */
void proposal_print(const struct proposal_list *list, bool json);

#endif
