/* server_send.c - answers, queued */
#include "publish/server_send.h"
#include "publish/condition.h"
#include "publish/delta.h"
#include "publish/document_send.h"

#include <stdio.h>

enum MHD_Result server_send_line(
	struct MHD_Connection *c, unsigned status, const char *text, bool close)
{
	char line[192];
	int len = snprintf(line, sizeof line, "%s\n", text != NULL ? text : request_reason(status));
	struct MHD_Response *r =
		MHD_create_response_from_buffer((size_t)len, line, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result queued;

	if (r == NULL)
		return MHD_NO;
	document_header(r, "Content-Type", "text/plain; charset=utf-8");
	document_header(r, "Cache-Control", "no-store");
	document_common_headers(r, DOCUMENT_FEED);
	if (status == 405)
		document_header(r, "Allow", "GET, HEAD");
	if (status == 503)
		document_header(r, "Retry-After", "5");
	if (close)
		document_header(r, "Connection", "close");
	queued = MHD_queue_response(c, status, r);
	MHD_destroy_response(r);
	return queued;
}

enum MHD_Result server_send_events_head(struct MHD_Connection *c)
{
	static char nothing[1];
	struct MHD_Response *r =
		MHD_create_response_from_buffer(0, nothing, MHD_RESPMEM_PERSISTENT);
	enum MHD_Result queued;

	if (r == NULL)
		return MHD_NO;
	document_header(r, "Content-Type", "text/event-stream; charset=utf-8");
	document_header(r, "Cache-Control", "no-store");
	document_common_headers(r, DOCUMENT_FEED);
	document_header(r, "Connection", "close"); /* there is no length that a GET would have */
	queued = MHD_queue_response(c, 200, r);
	MHD_destroy_response(r);
	return queued;
}

/* Counts the answer and queues it; the response is the document's. */
static enum MHD_Result queue(struct MHD_Connection *c, struct server_figures *figures,
	unsigned status, struct MHD_Response *r)
{
	figures->answers[status / 100]++;
	return MHD_queue_response(c, status, r);
}

/* The entries that the client does not hold yet, or NULL where it is to have the whole. */
static struct document *find_delta(const struct server_site *site, const struct request *r,
	const struct document *whole, const struct request_headers *h)
{
	struct request wish = *r;
	struct answer answer = {0};

	if (h->a_im.at == NULL || document_serial(whole) == 0 ||
		!delta_wanted(h->a_im, h->user_agent) ||
		!delta_base(h->conditions.if_none_match, document_key(whole),
			document_serial(whole), &wish.changed_after, &wish.base))
		return NULL;
	wish.whole = whole;
	site->answer(site->data, &wish, &answer);
	return answer.document;
}

static enum condition_verdict judge(
	struct document *d, const struct document_form *f, const struct request_headers *h)
{
	return condition_judge(&h->conditions, slice_of(f->etag), document_date(d));
}

/*
 * The form that the client is to have.  A delta is never packed, so who holds the plain form by
 * one may take gzip as well: what it holds is then the one that is asked about.
 */
static const struct document_form *choose_form(struct document *d, const struct request_headers *h)
{
	const struct document_form *plain = document_form(d, false), *packed;

	if (!condition_takes_gzip(h->accept_encoding))
		return plain;
	packed = document_form(d, true);
	return judge(d, packed, h) != CONDITION_UNCHANGED &&
			       judge(d, plain, h) == CONDITION_UNCHANGED
		       ? plain
		       : packed;
}

enum MHD_Result server_send_document(struct MHD_Connection *c, const struct server_site *site,
	const struct request *r, const struct answer *answer, const struct request_headers *h,
	struct server_figures *figures)
{
	struct document *d = answer->document;
	const struct document_form *f = choose_form(d, h);
	struct document *delta;

	switch (judge(d, f, h)) {
	case CONDITION_UNCHANGED:
		return queue(c, figures, MHD_HTTP_NOT_MODIFIED, f->unchanged);
	case CONDITION_FAILED:
		figures->answers[4]++;
		return server_send_line(c, MHD_HTTP_PRECONDITION_FAILED, NULL, false);
	case CONDITION_SEND:
		break;
	}
	delta = find_delta(site, r, d, h);
	if (delta != NULL)
		return queue(c, figures, MHD_HTTP_IM_USED, document_form(delta, false)->whole);
	return queue(c, figures, MHD_HTTP_OK, f->whole);
}
