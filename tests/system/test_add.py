"""`tributary add`: from an address to the section that follows it."""
import json
import subprocess

from harness import BUILD, Origin, expect, run_tests

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title><link>http://example.org/</link>
<language>en</language><item><title>One</title><link>http://example.org/1</link></item></channel></rss>"""

ARTICLE = """<div class="teaser card-{n}"><a href="/topics/{n}"><img src="/p/{n}.jpg" alt=""></a>
<span class="kicker"><a href="/topics">Topics</a></span>
<h3><a href="/news/{n}.html">Rain is expected in the {n}th valley this week</a></h3>
<span class="date">{n} May 2026</span><p>It was announced today that there will be a great deal of rain.</p></div>"""

PAGE = """<!DOCTYPE html><html lang="en"><head><title>The valley</title>{head}</head><body>
<nav><ul class="menu">{menu}</ul></nav><div class="list">{articles}</div>{foot}</body></html>"""


def page(head="", foot="", articles=True):
    return PAGE.format(
        head=head, foot=foot,
        menu="".join(f'<li class="entry"><a href="/section/{n}">A section of this site, number {n}</a></li>' for n in range(9)),
        articles="".join(ARTICLE.format(n=n) for n in range(1, 7)) if articles else "")


def add(*arguments, status=0):
    p = subprocess.run([f"{BUILD}/tributary", "add", "--allow", "127.0.0.0/8", *arguments], capture_output=True, text=True, timeout=120)
    expect(p.returncode == status, f"add {arguments} exits {p.returncode}: {p.stdout} {p.stderr}")
    return p.stdout if status == 0 else p.stderr


def sources(*arguments):
    return json.loads(add("--json", *arguments))["sources"]


def is_accepted(folder, sections):
    conf = f"{folder}/tributary.conf"
    with open(conf, "w") as f:
        f.write(f'state = "{folder}/state"\n{sections}')
    p = subprocess.run([f"{BUILD}/tributary", "check", "-c", conf], capture_output=True, text=True)
    return "source" not in p.stderr and ".conf:" not in p.stderr


def test_a_feed_is_proposed_as_it_is(folder):
    with Origin(folder) as origin:
        origin.put("x.rss", FEED.format(title="Say \\\"yes\\\""))
        printed = add(origin.url("x.rss"))
        expect(f'url = "{origin.url("x.rss")}"' in printed and 'lang = "en"' in printed, printed)
        expect(is_accepted(folder, printed), f"check refuses {printed}")
        expect(len(origin.asked()) == 1, f"asked {origin.asked()}")


def test_what_moved_for_good_is_proposed_where_it_is(folder):
    with Origin(folder) as origin:
        origin.put("target.xml", FEED.format(title="Moved"))
        expect(sources(origin.url("moved.xml"))[0]["url"] == origin.url("target.xml"), "the old address after a 301")
        expect(sources(origin.url("elsewhere.xml"))[0]["url"] == origin.url("elsewhere.xml"), "the new address after a 302")


def test_a_page_names_its_feeds(folder):
    with Origin(folder) as origin:
        origin.put("all.xml", FEED.format(title="All"))
        origin.put("some.rss", FEED.format(title="Some"))
        head = ('<link rel="Alternate" type="application/rss+xml" href="all.xml"><link rel="alternate" type="text/html" href="x.html">'
                '<link rel="alternate" type="application/atom+xml" href="/none.xml">')
        origin.put("index.html", page(head, '<a href="some.rss">RSS</a>'))
        found = sources(origin.url("index.html"))
        expect([s["title"] for s in found] == ["All", "Some"], f"found {found}")
        expect(len({s["name"] for s in found}) == 2, "two of one name")


def test_the_usual_addresses_are_asked_one_by_one(folder):
    with Origin(folder) as origin:
        origin.put("index.html", page())
        origin.put("feed.xml", FEED.format(title="Usual"))
        found = sources(origin.url("index.html"))
        expect([s["url"] for s in found] == [origin.url("feed.xml")], f"found {found}")
        expect([a[2] for a in origin.asked()] == ["/index.html", "/feed", "/rss.xml", "/feed.xml"], f"asked {origin.asked()}")


def test_a_page_without_a_feed_is_read_by_its_structure(folder):
    with Origin(folder) as origin:
        origin.put("news.html", page())
        found = sources(origin.url("news.html"))
        expect(len(found) == 1 and found[0]["page"] == origin.url("news.html"), f"found {found}")
        expect([i["url"] for i in found[0]["items"]] == [origin.url(f"news/{n}.html") for n in range(1, 7)], f"items {found}")
        expect([i["date_published"][:10] for i in found[0]["items"]] == [f"2026-05-0{n}" for n in range(1, 7)], f"dates {found}")
        expect(is_accepted(folder, add(origin.url("news.html"))), "check refuses the section")


def test_what_is_nothing_is_said(folder):
    with Origin(folder) as origin:
        origin.put("index.html", page(articles=False).replace("<nav>", "<!--").replace("</nav>", "-->"))
        expect("no feed" in add(origin.url("index.html"), status=1), "nothing was said")
        expect("404" in add(origin.url("none.html"), status=1), "no 404")


def test_private_addresses_are_refused_without_allow(folder):
    with Origin(folder) as origin:
        origin.put("x.rss", FEED.format(title="Private"))
        p = subprocess.run([f"{BUILD}/tributary", "add", origin.url("x.rss")], capture_output=True, text=True)
        expect(p.returncode == 1 and "refused address" in p.stderr and not origin.asked(), p.stderr)


run_tests([test_a_feed_is_proposed_as_it_is, test_what_moved_for_good_is_proposed_where_it_is, test_a_page_names_its_feeds,
           test_the_usual_addresses_are_asked_one_by_one, test_a_page_without_a_feed_is_read_by_its_structure,
           test_what_is_nothing_is_said, test_private_addresses_are_refused_without_allow])
