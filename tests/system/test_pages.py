"""The pages for people: read strictly, followed link by link, looked at in a headless Chromium.

What is served is of our own: English, Arabic and Chinese items, titles that want to be markup, an item that is edited, one
that two sources carry.  Chromium and axe-core are used where they are: axe-core in the build folder (`npm install axe-core`
there) or as AXE=FILE names it.  PICTURES=FOLDER keeps what Chromium saw.
"""
import os
import re
import time
import urllib.parse
from email.utils import formatdate

from browser import Browser
from harness import BUILD, Daemon, Origin, Skip, expect, rss, run_tests, wait_for

POLICY = ("default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
          "frame-ancestors 'none'")
HOSTILE = ("&lt;script&gt;alert(1)&lt;/script&gt; &amp;amp; &lt;img src=x onerror=alert(2)&gt;",
           "\"&gt;&lt;/a&gt;&lt;/h3&gt;&lt;/article&gt; breaks out of it",
           "&lt;!--&lt;/main&gt;--&gt;]]&gt; &lt;plaintext&gt;",
           "right to left \u202eoverride that is not closed",
           "A very long word " + "x" * 300)
CONF = """topic migration { match = "migra* OR refugee*" title = "Migration" }
view compact { title = "The compact" tags = { "un" } }
"""


def day(n, hour=12):
    return formatdate((time.time() // 86400 - n) * 86400 + hour * 3600 - 86400)


def english():
    items = [{"title": f"Agency reports on refugees and migration, part {n}, with the length of a usual headline",
              "link": f"https://news.example.org/en/story/2026/11/{1160000 + n}", "guid": f"en-{n}", "pubDate": day(n // 4, n % 4),
              "description": f"The {n}th text of our own says what a summary says, at the length that summaries have, "
                             "and then goes on for some more words, so that it must be cut somewhere."} for n in range(160)]
    for n, title in enumerate(HOSTILE):
        items[n]["title"] = title
    items[7]["description"] = ("&lt;p&gt;A text with &lt;a href='https://other.example/'&gt;a link&lt;/a&gt;, &lt;img "
                               "src='https://other.example/p.jpg' alt='a picture'&gt; and &lt;b&gt;12 trucks&lt;/b&gt;.&lt;/p&gt;")
    return items


def arabic():
    return [{"title": f"المنظمة الدولية للهجرة: تقرير رقم {n} (IOM)", "link": f"https://news.example.org/ar/{n}", "guid": f"ar-{n}",
             "pubDate": day(n, 13), "description": "قالت الأمم المتحدة يوم الاثنين إن أكثر من 12,000 شخص نزحوا."} for n in range(6)]


def chinese():
    return [{"title": f"联合国秘书长呼吁加强国际合作 {n}", "link": f"https://news.example.org/zh/{n}", "guid": f"zh-{n}",
             "pubDate": day(n, 14), "description": "联合国难民署周一表示,超过一万二千人流离失所,其中包括儿童。"} for n in range(6)]


def site(folder, edit=False, top=""):
    """Origin and daemon over the store that a run has filled."""
    origin = Origin(folder)
    items = english()
    second = [dict(items[20]), {"title": "Another source on its own", "link": "https://second.example/1", "guid": "s1",
                                "pubDate": day(1), "description": "x"}]
    origin.put("en.xml", rss(items, "News in English"))
    origin.put("second.xml", rss(second, "A second source &lt;b&gt;"))
    origin.put("ar.xml", rss(arabic(), "أخبار الأمم المتحدة").replace("<channel>", "<channel><language>ar</language>"))
    origin.put("zh.xml", rss(chinese(), "联合国新闻").replace("<channel>", "<channel><language>zh-cn</language>"))
    sources = {n: (origin.url(f"{n}.xml"), 'tags = { "un" }') for n in ("en", "second", "ar", "zh")}
    sources["broken"] = origin.url("missing.xml")
    d = Daemon(folder, sources, tcp=True, top=f'timezone = "Asia/Kathmandu"\n{top}', text=CONF, every="0s")
    expect(d.once() == 1, "one source is missing, the others are there")
    if edit:
        items[7]["description"] = items[7]["description"].replace("12 trucks", "14 white trucks")
        items[7]["title"] = items[7]["title"].replace("reports", "reports again")
        origin.put("en.xml", rss(items, "News in English"), age=5)
        d.once()
    d.start()
    return origin, d


def page(d, path):
    status, headers, body = d.get(path)
    expect(status == 200, f"{path}: {status} {body[:200]!r}")
    return headers, body.decode()


def links(text):
    return {m.replace("&amp;", "&") for m in re.findall(r'(?:href|action)="([^"]*)"', text)}


def own_pages(d, most=150):
    """{path: text} of every page that links lead to, from / on; feeds and files are only asked for."""
    seen, found, todo = set(), {}, ["/"]
    while todo and len(found) < most:
        path = todo.pop(0)
        headers, text = page(d, path)
        if not headers["Content-Type"].startswith("text/html"):
            continue
        found[path] = text
        for link in sorted(links(text)):
            to = urllib.parse.urldefrag(urllib.parse.urljoin(f"http://here{path}", link))[0]
            if to.startswith("http://here/") and to not in seen:
                seen.add(to)
                todo.append(to[len("http://here"):])
    return found


def test_every_page_is_strict_html_and_every_link_leads_somewhere(folder):
    try:
        import html5lib
    except ImportError:
        raise Skip("html5lib is not installed")
    origin, d = site(folder, edit=True)
    with origin, d:
        pages = own_pages(d)
        print(f"# {len(pages)} pages")
        for kind in "/item/", "/sources", "/view/compact", "/?source=", "/?lang=", "/?topic=", "after=":
            expect(any(kind in p for p in pages), f"no page {kind}")
        for path, text in pages.items():
            html5lib.HTMLParser(strict=True).parse(text)
            heads = [int(h) for h in re.findall(r"<h([1-6])[ >]", text)]
            expect(heads.count(1) == 1, f"{path}: {heads.count(1)} h1")
            expect(all(b - a <= 1 for a, b in zip(heads, heads[1:])), f"{path}: headings jump: {heads}")
            ids = re.findall(r' id="([^"]*)"', text)
            expect(len(ids) == len(set(ids)), f"{path}: an id stands twice")
            for anchor in re.findall(r'href="#([^"]*)"', text):
                expect(anchor in ids, f"{path}: nothing is #{anchor}")


def test_nothing_of_strangers_runs_or_is_fetched(folder):
    origin, d = site(folder)
    with origin, d:
        for path, text in own_pages(d, 60).items():
            headers, _ = page(d, path)
            expect(headers["Content-Security-Policy"] == POLICY, f"{path}: {headers['Content-Security-Policy']}")
            expect(not re.search(r"<(script|img|iframe|object|embed|video|audio|link rel=\"(?!stylesheet|alternate))", text),
                   f"{path}: something that is fetched or run")
            expect(not re.search(r"<[^>]* (on\w+|style|src|srcset)=", text), f"{path}: an attribute that runs or fetches")


def test_each_page_names_the_feeds_of_just_what_it_shows(folder):
    origin, d = site(folder)
    with origin, d:
        for path, feed in (("/", "feed.atom?stories=one"), ("/?lang=ar", "feed.atom?lang=ar&amp;stories=one"),
                           ("/?stories=all&source=zh", "feed.atom?source=zh"), ("/view/compact", "../view/compact.atom?stories=one")):
            _, text = page(d, path)
            expect('type="application/atom+xml"' in text and f'href="{feed}' in text, f"{path} does not name {feed}")
            for m in re.findall(r'<link rel="alternate"[^>]* href="([^"]*)"', text):
                to = urllib.parse.urljoin(f"http://here{path}", m.replace("&amp;", "&"))[len("http://here"):]
                expect(d.get(to)[0] == 200, f"{path}: {to}")
        _, text = page(d, "/?lang=ar&stories=all")
        expect(re.findall(r"<article", text) == ["<article"] * 6, "not the six items in Arabic")
        expect(text.count('<article lang="ar" dir="rtl">') == 6, "they are not right to left")
        expect("remove this filter" in text and 'aria-current="true"' in text, "the filter cannot be taken off")
        _, text = page(d, "/?lang=zh&stories=all")
        expect(text.count("<article lang=\"zh-cn\">") == 6, "the items in Chinese have no language")


def test_the_first_page_is_small_and_the_same_for_the_same_store(folder):
    origin, d = site(folder)
    with origin, d:
        (_, text), (_, style) = page(d, "/"), page(d, "/style.css")
        size = len(text.encode()) + len(style.encode())
        print(f"# / is {len(text.encode())} bytes, the style sheet {len(style.encode())}, entries {text.count('<article')}")
        expect(size <= 60 * 1024, f"/ and its style sheet are {size} bytes")
        expect(text.count("<article") >= 75, f"{text.count('<article')} entries")
        # Kathmandu is 5:45 before Greenwich: hours and days are its own
        expect("Asia/Kathmandu" in text, "the zone is not named")
        stamp, shown = re.search(r'<time datetime="[^"]*T(\d\d:\d\d)Z">(\d\d:\d\d)', text).groups()
        minutes = [int(t[:2]) * 60 + int(t[3:]) for t in (stamp, shown)]
        expect((minutes[1] - minutes[0]) % 1440 == 345, f"{stamp} is shown as {shown}")
        item = re.search(r'href="(item/\w+)"', text)[1]
        before = page(d, f"/{item}")[1]
        d.stop()
        d.start()
        expect(page(d, f"/{item}")[1] == before and page(d, "/")[1] == text, "a restart changed a page")
        with open(d.conf) as f:
            conf = f.read()
        with open(d.conf, "w") as f:
            f.write(conf.replace("Asia/Kathmandu", "America/St_Johns"))
        expect(d.command("reload").returncode == 0, "reload")
        text = wait_for("the other zone", lambda: (lambda t: t if "St_Johns" in t else None)(page(d, f"/{item}")[1]))
        stamp, shown = re.search(r'<time datetime="[^"]*T(\d\d:\d\d)Z">[^<]*(\d\d:\d\d)<', text).groups()
        minutes = [int(t[:2]) * 60 + int(t[3:]) for t in (stamp, shown)]
        expect((minutes[0] - minutes[1]) % 1440 in (150, 210), f"in the jail {stamp} is shown as {shown}")


def test_an_edit_is_shown_word_by_word(folder):
    origin, d = site(folder, edit=True)
    with origin, d:
        edited = [p for p in own_pages(d) if p.startswith("/item/") and 'id="changes"' in page(d, p)[1]]
        expect(len(edited) == 1, f"{len(edited)} pages with changes")
        text = page(d, edited[0])[1]
        expect("<del>12</del> <ins>14 white</ins> trucks" in text, f"no words: {re.findall('<del>.*', text)}")
        expect(re.search(r"<ins>again", text), "the title's change is not shown")
        expect("[a picture]</a>" in text and "<img" not in text, "the picture is no link")


def find_axe():
    for path in (os.environ.get("AXE", ""), f"{BUILD}/node_modules/axe-core/axe.min.js",
                 "/usr/share/nodejs/axe-core/axe.min.js", "/usr/share/javascript/axe-core/axe.min.js"):
        if os.path.isfile(path):
            with open(path) as f:
                return f.read()
    return None


def shown_pages(d):
    pages = own_pages(d)
    item = next(p for p in pages if p.startswith("/item/") and 'id="changes"' in pages[p])
    first_arabic = re.search(r'href="(item/\w+)"', page(d, "/?lang=ar")[1])[1]
    return ["/", "/?lang=ar", "/sources", item, f"/{first_arabic}", *[p for p in pages if p.startswith("/story/")][:1]]


def test_chromium_asks_nobody_else_and_nothing_is_too_wide(folder):
    pictures = os.environ.get("PICTURES")
    origin, d = site(folder, edit=True)
    with origin, d, Browser(folder) as b:
        here = f"http://127.0.0.1:{d.port}/"
        for n, path in enumerate(shown_pages(d)):
            for width, dark in ((1280, False), (360, False), (1280, True), (360, True)):
                b.show(here + path[1:], width, 900, dark)
                expect(all(u.startswith(here) for u in b.requests), f"{path}: it asked {b.requests}")
                expect(not b.complaints, f"{path}: {b.complaints}")
                wide = b.run("document.documentElement.scrollWidth")
                expect(wide <= width, f"{path}: {wide} pixels wide in {width}")
                if pictures:
                    b.picture(f"{pictures}/{n}-{width}-{'dark' if dark else 'light'}.png")
        b.show(here)
        b.ask("Input.dispatchKeyEvent", type="keyDown", key="Tab", windowsVirtualKeyCode=9)
        expect(b.run("document.activeElement.className") == "skip", "the first stop is not the way to the text")
        expect(b.run("getComputedStyle(document.activeElement).outlineStyle") == "solid", "the focus is not seen")


def test_axe_finds_nothing(folder):
    axe = find_axe()
    if axe is None:
        raise Skip("axe-core is neither in the build folder (npm install axe-core there) nor named by AXE")
    origin, d = site(folder, edit=True)
    with origin, d, Browser(folder) as b:
        b.ask("Page.setBypassCSP", enabled=True)
        for path in shown_pages(d):
            for width, dark in ((1280, False), (360, True)):
                b.show(f"http://127.0.0.1:{d.port}{path}", width, 900, dark)
                b.run(axe + ";0")
                found = b.run("axe.run({resultTypes: ['violations']}).then(r => r.violations.map("
                              "v => v.id + ': ' + v.nodes[0].html))")
                expect(not found, f"{path} at {width}: {found}")


run_tests([test_every_page_is_strict_html_and_every_link_leads_somewhere, test_nothing_of_strangers_runs_or_is_fetched,
           test_each_page_names_the_feeds_of_just_what_it_shows, test_the_first_page_is_small_and_the_same_for_the_same_store,
           test_an_edit_is_shown_word_by_word, test_chromium_asks_nobody_else_and_nothing_is_too_wide, test_axe_finds_nothing])
