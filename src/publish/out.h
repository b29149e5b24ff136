/*
 * out.h - escaped writing of XML, HTML and JSON into a buf
 *
 * One function for each context.  Whatever bytes come in, what goes out is valid UTF-8 and holds
 * no character that XML 1.0 section 2.2 forbids or advises against: controls are dropped, what
 * is no UTF-8 and no character becomes U+FFFD.  Nothing here fails; a buf that is full says so.
 */
#ifndef TRIBUTARY_PUBLISH_OUT_H
#define TRIBUTARY_PUBLISH_OUT_H

#include "base/buf.h"   /* buf */
#include "base/clock.h" /* instant */

/* Character data of XML (RFC 4287 text constructs, escaped HTML). */
void out_xml(struct buf *b, struct slice text);

/* Within an attribute's double quotes, in XML; newlines and tabs survive as references. */
void out_xml_attr(struct buf *b, struct slice text);

/* Plain text where readers expect HTML within XML (an RSS title): escaped for both. */
void out_xml_twice(struct buf *b, struct slice text);

/* ` name="value"` in XML or HTML, or nothing where `value` is empty.  `name` is ours. */
void out_attr(struct buf *b, const char *name, struct slice value);

/*
 * Addresses: without userinfo (RFC 9110 section 4.2.4), what RFC 3986 has no place for
 * percent-encoded.  As ` name="address"`, `<name>address</name>`, or a member of a JSON object.
 * Nothing, and false, where it is not absolute of a scheme that we let through.
 */
bool out_attr_url(struct buf *b, const char *name, struct slice url);
bool out_element_url(struct buf *b, const char *name, struct slice url);
bool out_json_url(struct buf *b, const char *name, struct slice url);

/* Would they write it? */
bool out_is_address(struct slice url);

/* `<name>text</name>` and a newline in XML, or nothing where `text` is empty.  `name` is ours. */
void out_element(struct buf *b, const char *name, struct slice text);

/* The same with an instant as RFC 3339 has it, nothing for INSTANT_NONE. */
void out_element_instant(struct buf *b, const char *name, instant at);

/* Text, and an attribute's value within double quotes, of an HTML page. */
void out_html(struct buf *b, struct slice text);
void out_html_attr(struct buf *b, struct slice text);

/* A JSON string (RFC 8259 section 7) with its quotes. */
void out_json_string(struct buf *b, struct slice text);

/*
 * A comma, unless the last byte put opens an object or an array or nothing was put: called
 * before each value of an array and each member of an object.
 */
void out_json_next(struct buf *b);

/* The comma and `"name":`; the value is the caller's to put. */
void out_json_name(struct buf *b, const char *name);

/* A whole member; nothing where the text is empty, the instant INSTANT_NONE. */
void out_json_text(struct buf *b, const char *name, struct slice text);
void out_json_instant(struct buf *b, const char *name, instant at);

/* A whole member, always. */
void out_json_number(struct buf *b, const char *name, int64_t number);
void out_json_bool(struct buf *b, const char *name, bool yes);

/* An instant as RFC 3339 has it; one out of the years 1 to 9999 is brought to their border. */
void out_instant(struct buf *b, instant at);

/* What may stand in a query or a path segment of an address, the rest percent-encoded. */
void out_url_part(struct buf *b, struct slice text);

#endif
