/*
 * space.c - the namespaces that feeds use, in their usual spellings
 */
#include "parse/space.h"

static const struct {
	enum space space;
	const char *address; /* without http://, and without a slash or # at the end */
} addresses[] = {
	{SPACE_OWN, "backend.userland.com/rss"},
	{SPACE_OWN, "backend.userland.com/rss2"},
	{SPACE_OWN, "backend.userland.com/rss09"},
	{SPACE_OWN, "backend.userland.com/rss091"},
	{SPACE_OWN, "backend.userland.com/rss092"},
	{SPACE_OWN, "blogs.law.harvard.edu/tech/rss"},
	{SPACE_OWN, "cyber.law.harvard.edu/rss"},
	{SPACE_OWN, "cyber.law.harvard.edu/rss/rss.html"},
	{SPACE_OWN, "www.rssboard.org/rss-specification"},
	{SPACE_OWN, "purl.org/rss/1.0"},
	{SPACE_OWN, "purl.org/rss/2.0"},
	{SPACE_OWN, "purl.org/net/rss1.1"},
	{SPACE_OWN, "purl.org/rss/1.0/modules/rss091"},
	{SPACE_OWN, "my.netscape.com/rdf/simple/0.9"},
	{SPACE_OWN, "channel.netscape.com/rdf/simple/0.9"},
	{SPACE_OWN, "www.microsoft.com/standards/channels.dtd"},
	{SPACE_ATOM, "www.w3.org/2005/atom"},
	{SPACE_ATOM, "purl.org/atom/ns"},
	{SPACE_ATOM, "purl.org/atom"},
	{SPACE_ATOM, "example.com/newformat"},
	{SPACE_ATOM, "example.com/necho"},
	{SPACE_ATOM, "purl.org/echo"},
	{SPACE_ATOM, "uri/of/echo/namespace"},
	{SPACE_ATOM, "purl.org/pie"},
	{SPACE_XHTML, "www.w3.org/1999/xhtml"},
	{SPACE_XHTML, "www.w3.org/tr/xhtml1"},
	{SPACE_XML, "www.w3.org/xml/1998/namespace"},
	{SPACE_RDF, "www.w3.org/1999/02/22-rdf-syntax-ns"},
	{SPACE_DC, "purl.org/dc/elements/1.1"},
	{SPACE_DC, "purl.org/dc/elements/1.0"},
	{SPACE_DC, "purl.org/metadata/dublin_core"},
	{SPACE_DCTERMS, "purl.org/dc/terms"},
	{SPACE_CONTENT, "purl.org/rss/1.0/modules/content"},
	{SPACE_MEDIA, "search.yahoo.com/mrss"},
	{SPACE_MEDIA, "search.yahoo.com/rss"},
	{SPACE_MEDIA, "tools.search.yahoo.com/mrss"},
	{SPACE_MEDIA, "video.search.yahoo.com/mrss"},
	{SPACE_MEDIA, "www.rssboard.org/media-rss"},
	{SPACE_ITUNES, "www.itunes.com/dtds/podcast-1.0.dtd"},
	{SPACE_ITUNES, "itunes.com/dtds/podcast-1.0.dtd"},
	{SPACE_ITUNES, "www.itunes.com/dtds/podcast-1.0"},
	{SPACE_ITUNES, "example.com/dtds/podcast-1.0.dtd"},
	{SPACE_GEORSS, "www.georss.org/georss"},
	{SPACE_GEORSS, "www.georss.org/georss/10"},
	{SPACE_GEORSS, "georss.org/georss"},
	{SPACE_GEO, "www.w3.org/2003/01/geo/wgs84_pos"},
	{SPACE_GML, "www.opengis.net/gml"},
	{SPACE_GML, "www.opengis.net/gml/3.2"},
	{SPACE_ICBM, "postneo.com/icbm"},
	{SPACE_SLASH, "purl.org/rss/1.0/modules/slash"},
	{SPACE_WFW, "wellformedweb.org/commentapi"},
	{SPACE_SY, "purl.org/rss/1.0/modules/syndication"},
	{SPACE_THR, "purl.org/syndication/thread/1.0"},
	{SPACE_HISTORY, "purl.org/syndication/history/1.0"},
	{SPACE_ADMIN, "webns.net/mvcb"},
	{SPACE_CC, "backend.userland.com/creativecommonsrssmodule"},
	{SPACE_CC, "cyber.law.harvard.edu/rss/creativecommonsrssmodule.html"},
	{SPACE_CC, "web.resource.org/cc"},
	{SPACE_CC, "creativecommons.org/ns"},
	{SPACE_FOAF, "xmlns.com/foaf/0.1"},
	{SPACE_GOOGLEPLAY, "www.google.com/schemas/play-podcasts/1.0"},
	{SPACE_PODCAST, "podcastindex.org/namespace/1.0"},
	{SPACE_PODCAST, "github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md"},
	{SPACE_SVG, "www.w3.org/2000/svg"},
	{SPACE_MATHML, "www.w3.org/1998/math/mathml"},
};

static const struct {
	const char *prefix, *address;
} usual[] = {
	{"atom", "http://www.w3.org/2005/Atom"},
	{"atom10", "http://www.w3.org/2005/Atom"},
	{"a10", "http://www.w3.org/2005/Atom"},
	{"xhtml", "http://www.w3.org/1999/xhtml"},
	{"rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"},
	{"dc", "http://purl.org/dc/elements/1.1/"},
	{"dcterms", "http://purl.org/dc/terms/"},
	{"content", "http://purl.org/rss/1.0/modules/content/"},
	{"media", "http://search.yahoo.com/mrss/"},
	{"itunes", "http://www.itunes.com/dtds/podcast-1.0.dtd"},
	{"georss", "http://www.georss.org/georss"},
	{"geo", "http://www.w3.org/2003/01/geo/wgs84_pos#"},
	{"gml", "http://www.opengis.net/gml"},
	{"icbm", "http://postneo.com/icbm/"},
	{"slash", "http://purl.org/rss/1.0/modules/slash/"},
	{"wfw", "http://wellformedweb.org/CommentAPI/"},
	{"sy", "http://purl.org/rss/1.0/modules/syndication/"},
	{"syn", "http://purl.org/rss/1.0/modules/syndication/"},
	{"thr", "http://purl.org/syndication/thread/1.0"},
	{"fh", "http://purl.org/syndication/history/1.0"},
	{"admin", "http://webns.net/mvcb/"},
	{"creativeCommons", "http://backend.userland.com/creativeCommonsRssModule"},
	{"foaf", "http://xmlns.com/foaf/0.1/"},
	{"googleplay", "http://www.google.com/schemas/play-podcasts/1.0"},
	{"podcast", "https://podcastindex.org/namespace/1.0"},
	{"rss", "http://purl.org/rss/1.0/"},
	{"svg", "http://www.w3.org/2000/svg"},
	{"math", "http://www.w3.org/1998/Math/MathML"},
};

enum space space_find(struct slice address)
{
	address = slice_trim(address);
	if (slice_starts_fold(address, "http://"))
		address = slice_skip(address, 7);
	else if (slice_starts_fold(address, "https://"))
		address = slice_skip(address, 8);
	while (address.len > 0 && strchr("/#", address.at[address.len - 1]) != NULL)
		address.len--;
	if (address.len == 0)
		return SPACE_OWN;
	for (size_t i = 0; i < COUNT(addresses); i++)
		if (slice_is_fold(address, addresses[i].address))
			return addresses[i].space;
	return SPACE_OTHER;
}

enum space space_of_prefix(struct slice prefix)
{
	for (size_t i = 0; i < COUNT(usual); i++)
		if (slice_is_fold(prefix, usual[i].prefix))
			return space_find(slice_of(usual[i].address));
	return SPACE_OTHER;
}

const char *space_usual_address(struct slice prefix)
{
	for (size_t i = 0; i < COUNT(usual); i++)
		if (slice_is_fold(prefix, usual[i].prefix))
			return usual[i].address;
	return "urn:undeclared";
}
