/* test_document.c - what a document weighs, and when it is gone */
#include "publish/document.h"
#include "publish/document_send.h"

#include <criterion/criterion.h>

static struct document *make(size_t bytes)
{
	struct buf body;

	buf_init(&body, bytes);
	for (size_t i = 0; i < bytes; i++)
		buf_putc(&body, 'x');
	return document_new(
		&body, &(const struct document_facts){
			       .media_type = "text/plain; charset=utf-8", .last_modified = 0});
}

Test(document, all_that_live_are_counted_with_their_gzip_and_no_more_when_they_are_dropped)
{
	size_t before = document_living();
	struct document *one = make(100000), *other = make(200000);
	size_t plain = document_living();

	cr_expect_geq(plain - before, 300000);
	document_form(one, true);
	cr_expect_gt(document_living(), plain, "the packed form");
	cr_expect_eq(document_living() - before, document_bytes(one) + document_bytes(other));
	document_drop(&one);
	document_drop(&other);
	cr_expect_null(one);
	cr_expect_eq(document_living(), before);
}
