/*
 * fuzz_control.c - what comes to the poller on its sockets: a line of the admin's, a datagram
 */
#include "base/buf.h"
#include "ipc/control.h"
#include "ipc/message.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A datagram that is let through reads the same when it is put again. */
static void try_message(struct slice datagram, enum message_role from, enum message_role to)
{
	struct message m = {0}, again = {0};
	struct buf out;

	if (!message_get(datagram, from, to, &m))
		return;
	buf_init(&out, LIMIT_MESSAGE_BYTES);
	message_put(&out, &m);
	assert(!out.full);
	assert(message_get(buf_slice(&out), from, to, &again));
	assert(again.kind == m.kind && again.id == m.id && again.n_parts == m.n_parts);
	for (size_t i = 0; i < m.n_parts; i++)
		assert(slice_equal(m.parts[i], again.parts[i]));
	buf_clear(&out);
}

/* What is handed on is a question: a verb, and names. */
static void on_question(void *data, const struct control_question *q)
{
	size_t *bytes = data;

	assert(q->n_sources <= CONTROL_SOURCES);
	*bytes += q->verb.len;
	for (size_t i = 0; i < q->n_sources; i++)
		*bytes += q->sources[i].len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t bytes = 0;
	struct slice datagram = slice_from((const char *)data, size);

	control_read(datagram, 1, on_question, &bytes);
	assert(bytes <= size);
	try_message(datagram, ROLE_PARSER, ROLE_POLLER);
	try_message(datagram, ROLE_POLLER, ROLE_SUPERVISOR);
	try_message(datagram, ROLE_SUPERVISOR, ROLE_POLLER);
	return 0;
}
