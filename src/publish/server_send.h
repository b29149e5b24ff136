/*
 * server_send.h - answers as libmicrohttpd queues them: for server.c alone
 */
#ifndef TRIBUTARY_PUBLISH_SERVER_SEND_H
#define TRIBUTARY_PUBLISH_SERVER_SEND_H

#include "publish/request.h" /* request_headers */
#include "publish/server.h"  /* server_site, answer */

#include <microhttpd.h>

/* One line of our own words; `text` NULL: the usual one. */
enum MHD_Result server_send_line(
	struct MHD_Connection *c, unsigned status, const char *text, bool close);

/*
 * A document by the client's conditions: whole, not at all, or what it does not hold yet, which
 * the site is asked for.  Counts in `figures`.
 */
enum MHD_Result server_send_document(struct MHD_Connection *c, const struct server_site *site,
	const struct request *r, const struct answer *answer, const struct request_headers *h,
	struct server_figures *figures);

/* What /events answers to HEAD. */
enum MHD_Result server_send_events_head(struct MHD_Connection *c);

#endif
