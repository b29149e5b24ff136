/*
 * sanitize.h - strangers' HTML to canonical HTML or plain text
 *
 * The hard work in the jail: what comes out is canonical (feed/canon.h), idempotent, its
 * addresses absolute, without script, style, frames, forms, embedded objects, SVG, MathML,
 * raw-text elements, event handlers and pictures of 1x1.  Plain, well nested markup takes one
 * pass; everything else goes through gumbo (tagsoup.c), read as browsers read it, unless it is
 * deeper or wilder than limits.h allows: then it becomes plain text.
 */
#ifndef TRIBUTARY_PARSE_SANITIZE_H
#define TRIBUTARY_PARSE_SANITIZE_H

#include "base/slice.h" /* slice */

struct arena; /* base/arena.h */

enum sanitize_way {
	SANITIZE_PLAIN,    /* one pass */
	SANITIZE_SOUP,     /* by gumbo */
	SANITIZE_TOO_WILD, /* past the limits: plain text came out; worth a line in `problems` */
	SANITIZE_CUT,      /* longer than LIMIT_HTML_BYTES, and cut there */
};

/*
 * `html`, valid UTF-8, as canonical HTML in `a`; addresses are resolved against `base`, which may
 * be empty.  Empty where nothing of it may pass.
 */
enum sanitize_way sanitize_html(
	struct arena *a, struct slice html, struct slice base, struct slice *canonical_out);

/*
 * `html` as plain text: tags gone (blocks become newlines), references decoded, raw-text elements
 * dropped whole, clean.  What was markup never comes out as live markup: `<scr<b></b>ipt>` gives no
 * tag.  sanitize_text keeps lines, sanitize_line is slice_line of it.
 */
struct slice sanitize_text(struct arena *a, struct slice html);
struct slice sanitize_line(struct arena *a, struct slice html);

/* Plain text as canonical HTML: escaped, empty lines parting paragraphs are kept as newlines. */
struct slice sanitize_escape(struct arena *a, struct slice text);

/* Does it hold a tag or a character reference: is it more than plain text? */
bool sanitize_has_markup(struct slice html);

#endif
