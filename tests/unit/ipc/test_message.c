#include "ipc/message.h"

#include <criterion/criterion.h>

static struct buf put(const struct message *m)
{
	struct buf out;

	buf_init(&out, LIMIT_MESSAGE_BYTES);
	message_put(&out, m);
	return out;
}

static struct message parse_message(void)
{
	return (struct message){.kind = MESSAGE_PARSE,
		.id = UINT64_MAX,
		.bytes = 41000,
		.number = 1,
		.parts = {SLICE("https://a.example/"), SLICE_NONE, SLICE("x\0y")},
		.n_parts = 3};
}

Test(message, what_is_put_is_got)
{
	struct message m = parse_message(), got = {.n_fds = 2};
	struct buf out = put(&m);

	cr_assert(message_get(buf_slice(&out), ROLE_POLLER, ROLE_PARSER, &got));
	cr_expect_eq(got.kind, MESSAGE_PARSE);
	cr_expect(got.id == m.id && got.bytes == m.bytes && got.number == m.number);
	cr_expect_eq(got.n_parts, 3);
	cr_expect_eq(got.n_fds, 2);
	for (size_t i = 0; i < 3; i++)
		cr_expect(slice_equal(got.parts[i], m.parts[i]), "part %zu", i);
	buf_clear(&out);
}

Test(message, every_kind_has_a_name_and_somebody_who_says_it_to_somebody_else)
{
	static const enum message_role roles[] = {
		ROLE_SUPERVISOR, ROLE_POLLER, ROLE_PARSER, ROLE_PUBLISHER};

	for (int kind = 0; kind < MESSAGE_KINDS; kind++) {
		int ways = 0;

		for (size_t i = 0; i < COUNT(roles); i++)
			for (size_t j = 0; j < COUNT(roles); j++)
				ways += message_may((enum message_kind)kind, roles[i], roles[j]);
		cr_expect(ways > 0, "%s", message_name((enum message_kind)kind));
		cr_expect(message_fds((enum message_kind)kind) <= LIMIT_MESSAGE_FDS);
	}
	cr_expect_str_eq(message_name(MESSAGE_PARSED), "PARSED");
	cr_expect_str_eq(message_name(MESSAGE_KINDS), "?");
}

Test(message, a_role_says_what_it_may_and_no_more)
{
	static const struct {
		enum message_kind kind;
		enum message_role from, to;
		bool may;
	} rows[] = {
		{MESSAGE_PARSE, ROLE_POLLER, ROLE_PARSER, true},
		{MESSAGE_PARSE, ROLE_PARSER, ROLE_POLLER, false},
		{MESSAGE_PARSED, ROLE_PARSER, ROLE_POLLER, true},
		{MESSAGE_PARSED, ROLE_PARSER, ROLE_SUPERVISOR, false},
		{MESSAGE_WORKER, ROLE_POLLER, ROLE_SUPERVISOR, true},
		{MESSAGE_WORKER, ROLE_SUPERVISOR, ROLE_POLLER, true},
		{MESSAGE_WORKER, ROLE_POLLER, ROLE_POLLER, false},
		{MESSAGE_KILL, ROLE_PARSER, ROLE_POLLER, false},
		{MESSAGE_KILL, ROLE_PUBLISHER, ROLE_SUPERVISOR, false},
		{MESSAGE_QUIT, ROLE_SUPERVISOR, ROLE_PUBLISHER, true},
		{MESSAGE_KINDS, ROLE_SUPERVISOR, ROLE_POLLER, false},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		cr_expect_eq(message_may(rows[i].kind, rows[i].from, rows[i].to), rows[i].may,
			"row %zu", i);
}

Test(message, a_datagram_cut_or_lengthened_anywhere_is_none)
{
	struct message m = parse_message(), got = {.n_fds = 0};
	struct buf out = put(&m);

	for (size_t len = 0; len < out.len; len++)
		cr_expect_not(message_get(slice_from(out.at, len), ROLE_POLLER, ROLE_PARSER, &got),
			"%zu", len);
	buf_putc(&out, '!');
	cr_expect_not(message_get(buf_slice(&out), ROLE_POLLER, ROLE_PARSER, &got));
	buf_clear(&out);
}

Test(message, a_wrong_byte_anywhere_is_never_read_past_the_end)
{
	struct message m = parse_message();
	struct buf out = put(&m);

	for (size_t i = 0; i < out.len; i++)
		for (int bit = 0; bit < 8; bit++) {
			struct message got = {.n_fds = 0};

			out.at[i] = (char)(out.at[i] ^ (1 << bit));
			if (message_get(buf_slice(&out), ROLE_POLLER, ROLE_PARSER, &got))
				for (size_t part = 0; part < got.n_parts; part++)
					cr_expect(got.parts[part].at >= out.at &&
						  got.parts[part].at + got.parts[part].len <=
							  out.at + out.len);
			out.at[i] = (char)(out.at[i] ^ (1 << bit));
		}
	buf_clear(&out);
}

Test(message, more_descriptors_than_its_kind_carries_are_refused)
{
	struct message m = {.kind = MESSAGE_PARSED, .id = 1}, got = {.n_fds = 1};
	struct buf out = put(&m);

	cr_expect_not(message_get(buf_slice(&out), ROLE_PARSER, ROLE_POLLER, &got));
	got.n_fds = 0;
	cr_expect(message_get(buf_slice(&out), ROLE_PARSER, ROLE_POLLER, &got));
	buf_clear(&out);
}

Test(message, what_is_too_long_does_not_fit)
{
	static char big[LIMIT_MESSAGE_BYTES];
	struct message m = {
		.kind = MESSAGE_REFUSED, .parts = {slice_from(big, sizeof big)}, .n_parts = 1};
	struct buf out = put(&m);

	cr_expect(out.full);
	buf_clear(&out);
}
