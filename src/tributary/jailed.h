/*
 * jailed.h - parse_document in the jail
 *
 * As in the daemon, a child reads the document and writes wire records; here they come through a
 * pipe and are proved one by one, so that neither the answer nor the document need lie in memory
 * as a whole.
 */
#ifndef TRIBUTARY_TRIBUTARY_JAILED_H
#define TRIBUTARY_TRIBUTARY_JAILED_H

#include "parse/parse.h" /* hints, sink, parse_verdict */

/*
 * parse_document, but in the jail: the sink is called out here, with what was proved (wire, canon).
 * Where the child breaks the rules or takes too much, PARSE_BROKEN or PARSE_TOO_LARGE after what
 * came before.
 */
enum parse_verdict jailed_parse(struct slice body, const struct hints *h, const struct sink *to,
	struct verdict_text *why_out);

/*
 * For hints.passed, where the body is a file's private mapping: what was read is given back, so
 * that the jail holds a piece of the document at a time.
 */
void jailed_give_back(const char *at, size_t len);

#endif
