/* test_quiet.c - pictures, sound and film as links */
#include "publish/quiet.h"

#include <criterion/criterion.h>

#define REL "rel=\"noopener noreferrer\" "

Test(quiet, what_would_ask_somebody_else_is_a_link_to_it)
{
	static const struct {
		const char *html, *want;
	} rows[] = {
		{"", ""},
		{"<p>a &amp; b</p>", "<p>a &amp; b</p>"},
		{"a<img alt=\"x &lt;b&gt;\" src=\"https://p.example/a?b&amp;c\" width=\"5\">b",
			"a<a " REL "href=\"https://p.example/a?b&amp;c\">[x &lt;b&gt;]</a>b"},
		{"<img src=\"https://p.example/\">",
			"<a " REL "href=\"https://p.example/\">[picture]</a>"},
		{"<img alt=\"<script>\" src=\"data:image/png;base64,AAAA\">", "[&lt;script&gt;]"},
		{"<img alt=\"nothing\">", ""},
		{"<a href=\"https://l.example/\" rel=\"x\"><img src=\"https://p.example/\"></a>"
		 "<img src=\"https://p.example/\">",
			"<a href=\"https://l.example/\" rel=\"x\">[picture]</a>"
			"<a " REL "href=\"https://p.example/\">[picture]</a>"},
		{"<video controls src=\"https://p.example/v\">old</video>",
			"<a " REL "href=\"https://p.example/v\">[film]</a>old"},
		{"<audio controls><source src=\"https://p.example/s\"></audio>",
			"<a " REL "href=\"https://p.example/s\">[recording]</a>"},
	};
	struct buf out;

	buf_init(&out, 10000);
	for (size_t i = 0; i < COUNT(rows); i++) {
		buf_reset(&out);
		buf_puts(&out, "|");
		quiet_put(&out, slice_of(rows[i].html));
		cr_expect(slice_is(slice_skip(buf_slice(&out), 1), rows[i].want), "%s", out.at);
	}
	buf_clear(&out);
}
