/*
 * site.h - what stands at each address: a request to a document out of the store
 *
 * Documents are made when first asked for and kept until the store changes, within
 * LIMIT_CACHE_BYTES; what is asked for again is a look in a table.  A document is one snapshot
 * of the store.  Where the store cannot be read, what is kept is still served, all else is 503,
 * and the store is opened again, at most once a second.
 */
#ifndef TRIBUTARY_PUBLISH_SITE_H
#define TRIBUTARY_PUBLISH_SITE_H

#include "publish/server.h" /* request, answer */
#include "publish/view.h"   /* view */

struct site;

/* What the configuration says; borrowed for the call. */
struct site_conf {
	struct slice title;
	struct slice timezone; /* the pages' days and hours; empty: UTC */
	struct slice base_url; /* absolute, without a slash at its end */
	const struct view *views;
	size_t n_views;
	const struct topic_name *topics;
	size_t n_topics;
};

/* A site over the store in the folder `state`, which need not be there yet. */
struct site *site_new(const char *state);
void site_free(struct site **s);

/* Opens the store if it is not open; false and `err` where that does not work (yet). */
bool site_open(struct site *s, struct error *err);

/* Another configuration: nothing of the old one is served any more. */
void site_configure(struct site *s, const struct site_conf *conf);

/* The doorbell rang: the store is to be asked whether it has changed. */
void site_ring(struct site *s);

/* What server_site asks; `data` is the site. */
void site_answer(void *data, const struct request *r, struct answer *answer_out);
int site_event(void *data, int64_t after, struct buf *out, int64_t *number_out);
int64_t site_newest_event(void *data);

#endif
