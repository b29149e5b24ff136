/* What is left of canonical HTML when it is read as text. */
#include "feed/plain.h"

#include "base/arena.h"

#include <criterion/criterion.h>

Test(plain, tags_go_blocks_begin_lines_and_references_are_decoded)
{
	static const struct {
		const char *html, *text;
	} rows[] = {
		{"", ""},
		{"plain", "plain"},
		{"<p>One.</p><p>Two &amp; three.</p>", "One.\nTwo & three."},
		{"a &lt;b&gt; &quot;c&quot; &#39;d&#39;", "a <b> \"c\" 'd'"},
		{"<ul><li>one</li><li>two</li></ul>", "one\ntwo"},
		{"one<br>two <b>three</b>", "one\ntwo three"},
		{"<table><tbody><tr><td>1</td><td>2</td></tr></tbody></table>", "1 2"},
		{"<a href=\"https://a.example/?b=1&amp;c=2\">a</a>b", "ab"},
		{"&unknown;", "&unknown;"},
		{"cut <b", "cut"},
	};
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct slice text = plain_text(&a, slice_of(rows[i].html));

		cr_assert(slice_is(text, rows[i].text), "%s: %.*s", rows[i].html, SLICE_ARG(text));
	}
	arena_clear(&a);
}
