/*
 * message.h - what processes say to one another
 *
 * ipc/message.def is the whole protocol; from it come the kinds, their names, and who may say
 * what to whom.  A message is one datagram: kind, id, bytes, number, parts; descriptors travel
 * beside it.  Reading trusts nothing: lengths, kind and direction are checked.
 */
#ifndef TRIBUTARY_IPC_MESSAGE_H
#define TRIBUTARY_IPC_MESSAGE_H

#include "base/buf.h"    /* buf */
#include "base/limits.h" /* LIMIT_MESSAGE_… */

enum message_kind {
#define MESSAGE(name, from, to, fds) MESSAGE_##name,
#include "ipc/message.def"
#undef MESSAGE
	MESSAGE_KINDS
};

/* Who speaks: the letters of message.def. */
enum message_role {
	ROLE_SUPERVISOR = 'S',
	ROLE_POLLER = 'F',
	ROLE_PARSER = 'W',
	ROLE_PUBLISHER = 'P',
};

/* The parts of a PARSE, in this order: the fields of struct hints and struct selectors. */
enum parse_ask {
	ASK_URL,
	ASK_CONTENT_TYPE,
	ASK_CONTENT_LOCATION,
	ASK_CONTENT_LANGUAGE,
	ASK_LINK,
	ASK_CONTENT_ENCODING, /* "gzip" or empty */
	ASK_PAGE_ITEM,        /* not empty: a page source */
	ASK_PAGE_LINK,
	ASK_PAGE_HEADING,
	ASK_PAGE_SUMMARY,
	ASK_PAGE_DATE,
	ASK_PAGE_IMAGE,
	ASK_PAGE_NEXT,
	ASK_PAGE_LANG,
	ASK_COUNT
};

struct message {
	enum message_kind kind;
	uint64_t id, bytes, number;
	struct slice parts[LIMIT_MESSAGE_PARTS]; /* borrowed from the datagram */
	size_t n_parts;
	int fds[LIMIT_MESSAGE_FDS]; /* the receiver's to close; n_fds of them */
	size_t n_fds;
};

const char *message_name(enum message_kind kind);

/* May `from` say this kind to `to`? */
bool message_may(enum message_kind kind, enum message_role from, enum message_role to);

/* The most descriptors that this kind may carry. */
size_t message_fds(enum message_kind kind);

/* Appends the datagram of `m`, without its descriptors.  More than LIMIT_MESSAGE_BYTES: out->full.
 */
void message_put(struct buf *out, const struct message *m);

/*
 * Reads a datagram.  False where it is none, or where its kind, parts or descriptors are not
 * what `from` may say to `to`.  `m_out->parts` borrow from `datagram`; fds and n_fds are left
 * as the caller set them before, and held against message_fds.
 */
bool message_get(
	struct slice datagram, enum message_role from, enum message_role to, struct message *m_out);

#endif
