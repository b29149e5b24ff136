/*
 * message.c - datagrams put and got, and who may say what
 *
 * A datagram is a head of four numbers and then each part, led by its length.  Both ends are one
 * binary on one machine, so numbers travel as they lie in memory.
 */
#include "ipc/message.h"

struct head {
	uint32_t kind, n_parts;
	uint64_t id, bytes, number;
};

static const struct {
	const char *name, *from, *to;
	size_t fds;
} kinds[MESSAGE_KINDS] = {
#define MESSAGE(name, from, to, fds) {#name, from, to, fds},
#include "ipc/message.def"
#undef MESSAGE
};

static bool speaks(const char *roles, enum message_role role)
{
	return strchr(roles, (int)role) != NULL;
}

/* Takes `len` bytes off the front of `*rest` into `to`; false where there are fewer. */
static bool take(struct slice *rest, void *to, size_t len)
{
	if (rest->len < len)
		return false;
	memcpy(to, rest->at, len);
	*rest = slice_skip(*rest, len);
	return true;
}

static bool take_part(struct slice *rest, struct slice *part_out)
{
	uint32_t len;

	if (!take(rest, &len, sizeof len) || rest->len < len)
		return false;
	*part_out = slice_head(*rest, len);
	*rest = slice_skip(*rest, len);
	return true;
}

const char *message_name(enum message_kind kind)
{
	return (unsigned)kind < MESSAGE_KINDS ? kinds[kind].name : "?";
}

bool message_may(enum message_kind kind, enum message_role from, enum message_role to)
{
	return (unsigned)kind < MESSAGE_KINDS && from != to && speaks(kinds[kind].from, from) &&
	       speaks(kinds[kind].to, to);
}

size_t message_fds(enum message_kind kind)
{
	return (unsigned)kind < MESSAGE_KINDS ? kinds[kind].fds : 0;
}

void message_put(struct buf *out, const struct message *m)
{
	struct head head = {(uint32_t)m->kind, (uint32_t)m->n_parts, m->id, m->bytes, m->number};

	buf_put(out, &head, sizeof head);
	for (size_t i = 0; i < m->n_parts; i++) {
		uint32_t len = (uint32_t)m->parts[i].len;

		if (m->parts[i].len > LIMIT_MESSAGE_BYTES) {
			out->full = true;
			return;
		}
		buf_put(out, &len, sizeof len);
		buf_put_slice(out, m->parts[i]);
	}
	if (out->len > LIMIT_MESSAGE_BYTES)
		out->full = true;
}

bool message_get(
	struct slice datagram, enum message_role from, enum message_role to, struct message *m_out)
{
	struct head head;

	if (!take(&datagram, &head, sizeof head))
		return false;
	if (head.kind >= MESSAGE_KINDS || head.n_parts > LIMIT_MESSAGE_PARTS)
		return false;
	m_out->kind = (enum message_kind)head.kind;
	if (!message_may(m_out->kind, from, to) || m_out->n_fds > message_fds(m_out->kind))
		return false;
	m_out->id = head.id;
	m_out->bytes = head.bytes;
	m_out->number = head.number;
	m_out->n_parts = head.n_parts;
	for (size_t i = 0; i < m_out->n_parts; i++)
		if (!take_part(&datagram, &m_out->parts[i]))
			return false;
	return datagram.len == 0;
}
