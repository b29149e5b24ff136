#!/usr/bin/env python3
"""What readers get beyond the plain feed: archives, stories, deltas, events, figures; and that every byte of it is
what its standard asks for, whatever came in, and the same for everyone."""
import glob
import json
import os
import re
import shutil
import socket
import subprocess
import time
import xml.etree.ElementTree as ET

from harness import (ATOM, HERE, SHARED, SLOW, Daemon, Origin, Skip, entry_ids, expect, need, rss, run_tests, wait_for)
from test_http import connect, items

TOMBSTONE = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
HOSTILE = """<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
xmlns:media="http://search.yahoo.com/mrss/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/"><channel>
<title>]]&gt; &lt;b&gt; &amp;amp; "q" '</title><link>https://h.example.org/</link><description>d</description><language>en us !</language>
<item><title>&lt;script&gt;x&lt;/script&gt; &#x1F600; &#xFFFD;</title><link>https://h.example.org/a b"c&lt;</link><guid>one</guid>
<description>&lt;p onclick=x&gt;text&lt;img src=x&gt; ]]&gt;</description><author>no mailbox</author><category domain="no address">c "d" &lt;</category>
<enclosure url="https://h.example.org/e.mp3" length="-4" type="not a type"/><comments>javascript:alert(1)</comments>
<slash:comments>7</slash:comments><dc:language>x y</dc:language><media:thumbnail url="https://h.example.org/t.png"/></item>
<item><guid isPermaLink="false">two</guid><pubDate>Mon, 01 Jan 0001 00:00:00 GMT</pubDate><description/></item>
<item><title/><link>mailto:x@example.org</link><guid>three</guid></item></channel></rss>"""
STORY = ("The boat that carried forty seven people from the coast capsized near the island on Tuesday morning, and the "
         "coast guard brought thirty nine of them ashore, the agency said in a statement that asked for safe routes.")

OTHERS = (("Schools open late", "Vaccines come to the villages of the north by mule, says the ministry of education"),
          ("Prices of medicine fall", "A court in the capital let three makers sell vaccines under their own names"))


def path_of(url):
    return re.sub(r"^https?://[^/]*", "", url)


def links(feed, rel):
    return [link.get("href") for link in feed.findall(f"{ATOM}link") if link.get("rel") == rel]


def feed_at(d, path, headers=None):
    status, got, body = d.get(path, headers)
    expect(status == 200, f"{path}: {status} {body[:200]!r}")
    return ET.fromstring(body), got


def pages_of(d, path):
    """The bodies of a feed's pages, next followed to the end."""
    while path:
        status, _, body = d.get(path)
        expect(status == 200, f"{path}: {status} {body[:100]!r}")
        yield path, body
        if path.split("?")[0].endswith(".json"):
            path = path_of(json.loads(body).get("next_url", ""))
        elif ".atom" in path:
            path = path_of((links(ET.fromstring(body), "next") or [""])[0])
        else:
            path = ""


def validate(folder, documents):
    """Every Atom document against the schema."""
    names = []
    for n, body in enumerate(documents):
        names.append(f"{folder}/out-{n}.atom")
        with open(names[-1], "wb") as f:
            f.write(body)
    done = subprocess.run([need("xmllint"), "--noout", "--nonet", "--relaxng", f"{HERE}/atom.rng", *names],
                          capture_output=True, text=True)
    expect(done.returncode == 0, "\n".join(line for line in done.stderr.splitlines() if "validates" not in line)[:3000])


def no_complaint(body, what):
    try:
        import feedparser
    except ImportError:
        print("# skipped: feedparser is not installed")
        return
    parsed = feedparser.parse(body)
    expect(not parsed.bozo, f"{what}: {parsed.get('bozo_exception')}")


def check_documents(folder, d, more=()):
    atoms = []
    for path in ("/feed.atom?limit=200", "/feed.atom?stories=one", "/health.atom", *more):
        for page, body in pages_of(d, path):
            atoms.append(body)
            no_complaint(body, page)
    first = ET.fromstring(atoms[0])
    pages = {p for e in first.findall(f"{ATOM}entry") for p in re.findall(r"/story/[0-9a-f]{32}", ET.tostring(e).decode())}
    ids = [i.get("id") for _, body in pages_of(d, "/feed.json?limit=200") for i in json.loads(body)["items"]]
    for identity in ids[:40]:
        quoted = "".join(c if c.isalnum() else f"%{ord(c):02X}" for c in identity if ord(c) < 128)
        if "%2F" not in quoted:
            atoms.append(d.get(f"/item/{quoted}.atom")[2])
            json.loads(d.get(f"/item/{quoted}.json")[2])
    for page in sorted(pages)[:10]:
        atoms.append(d.get(f"{page}.atom")[2])
        json.loads(d.get(f"{page}.json")[2])
        expect(d.get(page)[0] == 200, page)
    validate(folder, atoms)
    for path in "/feed.rss?limit=1000", "/feed.rss?stories=one", "/sources.opml":
        body = d.get(path)[2]
        ET.fromstring(body)
        if path.startswith("/feed"):
            no_complaint(body, path)


def test_every_document_is_what_its_standard_asks_for(folder):
    with Origin(folder) as origin:
        origin.put("h.xml", HOSTILE)
        origin.put("a.xml", rss(items(250)))
        text = 'topic water { match = "text" title = "Water & <ice>" }\nview w { topics = { "water" } stories = one }\n'
        with Daemon(folder, {"h": origin.url("h.xml"), "a": (origin.url("a.xml"), 'lang = "en"')}, text=text) as d:
            d.start()
            wait_for("all", lambda: d.status()["items"] == 253)
            check_documents(folder, d, ("/view/w.atom", "/archive/1.atom", "/feed.atom?topic=water&limit=50"))


def test_nothing_that_was_captured_or_made_to_harm_breaks_a_document(folder):
    paths = sorted(glob.glob(f"{SHARED}/captures/un/*.xml") + glob.glob(f"{SHARED}/attacks/xml/*.xml"))
    if not paths:
        raise Skip("the shared documents are not there")
    with Origin(folder) as origin:
        sources = {}
        for n, path in enumerate(p for p in paths if os.path.getsize(p) < 1 << 20):
            with open(path, "rb") as f:
                origin.put(f"{n}.xml", f.read())
            sources[f"s{n}"] = origin.url(f"{n}.xml")
        with Daemon(folder, sources) as d:
            d.start()
            wait_for("all to be asked", lambda: all(s.get("polls") or s.get("failures") for s in d.status()["source_list"]), 120)
            check_documents(folder, d)


def test_archives_hold_what_arrived_and_never_change(folder):
    with Origin(folder) as origin:
        origin.put("a.xml", rss(items(450)))
        with Daemon(folder, {"a": origin.url("a.xml")}, every="0s") as d:
            d.start()
            wait_for("the items", lambda: d.status()["items"] == 450)
            wait_for("the archives", lambda: links(feed_at(d, "/feed.atom")[0], "prev-archive"))
            feed, _ = feed_at(d, "/feed.atom")
            page, seen, before = path_of(links(feed, "prev-archive")[0]), [], {}
            expect(page == "/archive/2.atom", page)
            expect(not links(feed_at(d, "/feed.atom?lang=en")[0], "prev-archive"), "a filtered feed has no archive")
            while page:
                status, headers, body = d.get(page)
                expect(status == 200 and "immutable" in headers["Cache-Control"], f"{page}: {status} {headers['Cache-Control']}")
                archive, before[page] = ET.fromstring(body), body
                expect(archive.find("{http://purl.org/syndication/history/1.0}archive") is not None, "fh:archive")
                expect(path_of(links(archive, "current")[0]) == "/feed.atom", "current")
                expect(archive.findtext(f"{ATOM}id") == feed.findtext(f"{ATOM}id"), "one feed, one id")
                seen += entry_ids(archive.findall(f"{ATOM}entry"))
                page = path_of((links(archive, "prev-archive") or [""])[0])
            expect(len(seen) == len(set(seen)) == 400, f"{len(seen)} entries, {len(set(seen))} ids")
            validate(folder, before.values())
            expect(d.get("/archive/3.atom")[0] == 404, "not closed yet")
            edited = items(640)
            edited[3]["title"] = edited[449]["title"] = "Another title altogether"
            edited[3]["description"] = edited[449]["description"] = "Quite another text than before"
            origin.put("a.xml", rss(edited), age=0)
            wait_for("the third to close", lambda: d.get("/archive/3.atom")[0] == 200, 20)
            for page, body in before.items():
                expect(d.get(page)[2] == body, f"{page} changed")
            expect(path_of(links(feed_at(d, "/archive/2.atom")[0], "next-archive")[0]) == "/archive/3.atom", "next-archive")


def test_what_a_complete_feed_drops_is_told_as_deleted(folder):
    def complete(n):
        return rss(items(n)).replace("<channel>", '<channel xmlns:fh="http://purl.org/syndication/history/1.0"><fh:complete/>')
    with Origin(folder) as origin:
        origin.put("a.xml", complete(3))
        with Daemon(folder, {"a": origin.url("a.xml")}, every="0s") as d:
            d.start()
            wait_for("three items", lambda: len(d.merged()) == 3)
            ids = entry_ids(d.merged())
            origin.put("a.xml", complete(2), age=0)
            wait_for("one to go", lambda: len(d.merged()) == 2)
            feed, _ = feed_at(d, "/feed.atom")
            gone = feed.findall(TOMBSTONE)
            expect([e.get("ref") for e in gone] == [ids[2]], f"{[e.attrib for e in gone]}")
            expect(len(json.loads(d.get("/feed.json")[2])["items"]) == 2, "JSON")
            expect(len(ET.fromstring(d.get("/feed.rss")[2]).findall(".//item")) == 2, "RSS")
            validate(folder, [d.get("/feed.atom")[2]])


def test_topics_words_and_stories_choose(folder):
    def report(host, n):
        return rss([{"title": f"Boat capsizes near island, thirty nine people rescued by coast guard {n}",
                     "link": f"https://{host}/boat", "guid": f"https://{host}/boat", "description": STORY,
                     "pubDate": time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() - 900 * n - 60))},
                    {"title": OTHERS[n - 1][0], "link": f"https://{host}/else", "guid": f"https://{host}/else",
                     "description": OTHERS[n - 1][1]}])
    text = ('topic sea { match = "boat OR island" title = "At sea" }\ntopic health { match = "vaccin*" }\n'
            'view sea { topics = { "sea" } }\nview boats { q = "boat" stories = one }\n')
    with Origin(folder) as origin:
        origin.put("a.xml", report("a.example.org", 1))
        origin.put("b.xml", report("b.example.net", 2))
        with Daemon(folder, {"a": (origin.url("a.xml"), 'lang = "en"'), "b": (origin.url("b.xml"), 'lang = "en"')}, text=text) as d:
            d.start()
            wait_for("four items", lambda: d.status()["items"] >= 3)
            wait_for("the topics", lambda: len(json.loads(d.get("/feed.json?topic=sea")[2])["items"]) > 0)
            all_items = {i["title"]: i for i in json.loads(d.get("/feed.json")[2])["items"]}
            boats = [t for t in all_items if t.startswith("Boat")]
            wait_for("the words", lambda: len(json.loads(d.get("/feed.json?q=capsizes")[2])["items"]) == len(boats), 45)
            for query, want in (("topic=health", 2), ("q=vaccines", 2), ("q=boat+vaccines", 0), ("topic=sea", len(boats)),
                                ("topic=sea&topic=health", len(all_items)), ("stories=all", len(all_items)), ("q=", len(all_items))):
                got = json.loads(d.get(f"/feed.json?{query}")[2])["items"]
                expect(len(got) == want, f"{query}: {len(got)}, not {want}: {[i['title'] for i in got]}")
            expect(len(json.loads(d.get("/view/sea.json")[2])["items"]) == len(boats), "a view by topic")
            expect(len(json.loads(d.get("/view/sea.json?topic=health")[2])["items"]) == 0, "narrowed to another topic")
            for query in "topic=nobody", "stories=none", "q=" + "a+" * 17, "q=" + "a" * 201:
                status, _, body = d.get(f"/feed.json?{query}")
                expect(status == 400 and body.startswith(query.split("=")[0].encode()), f"{query[:20]}: {status} {body!r}")
            labels = {c.get("label") for e in d.merged("/feed.atom?topic=sea") for c in e.findall(f"{ATOM}category")}
            expect("At sea" in labels, labels)
            check_stories(folder, d, boats, all_items)


def check_stories(folder, d, boats, all_items):
    told = [i for t, i in all_items.items() if t in boats and "story" in i["_tributary"] and "related" in i["_tributary"]["story"]]
    if len(boats) < 2 or not told:
        print("# skipped: the two reports make no story here")
        return
    one = json.loads(d.get("/feed.json?stories=one")[2])["items"]
    expect(len(one) == len(all_items) - len(boats) + 1, f"{len(one)} entries with one a story")
    story = next(i for i in one if i["id"] == told[0]["_tributary"]["story"]["id"])
    other = [t for t in boats if t != story["title"]][0]
    expect(other in story["content_html"], story["content_html"])
    expect(len(json.loads(d.get("/view/boats.json")[2])["items"]) == 1, "a view of stories")
    expect(len(json.loads(d.get("/view/boats.json?stories=all")[2])["items"]) == len(boats), "and all of them")
    atom = d.get("/feed.atom")[2].decode()
    page = re.search(r"/story/[0-9a-f]{32}", atom)[0]
    feed, _ = feed_at(d, page + ".atom")
    expect(feed.findtext(f"{ATOM}id") == story["id"] and len(feed.findall(f"{ATOM}entry")) == len(boats), "the story")
    expect(len(json.loads(d.get(page + ".json")[2])["items"]) == len(boats), "the story in JSON")
    expect(d.get(page)[0] == 200 and d.get("/story/nobody.atom")[0] == 404, "its page")
    validate(folder, [d.get(page + ".atom")[2], d.get("/feed.atom?stories=one")[2], d.get("/view/boats.atom")[2]])


def test_a_client_is_told_what_is_new_since_its_tag(folder):
    with Origin(folder) as origin:
        origin.put("a.xml", rss(items(30)))
        with Daemon(folder, {"a": origin.url("a.xml")}, every="0s", top="stories = no") as d:
            d.start()
            wait_for("thirty items", lambda: len(d.merged()) == 30)
            time.sleep(0.3 * SLOW)
            for path in "/feed.atom", "/feed.rss", "/feed.json?source=a":
                status, headers, body = d.get(path, {"A-IM": "feed"})
                expect(status == 200 and "A-IM" in headers["Vary"] and headers["IM"] is None, f"{path}: {status} {headers}")
            old = {path: d.get(path)[1]["ETag"] for path in ("/feed.atom", "/feed.json", "/feed.rss")}
            expect(d.get("/feed.atom", {"A-IM": "feed", "If-None-Match": old["/feed.atom"]})[0] == 304, "nothing is new")
            more = items(32)
            more[30]["pubDate"] = more[31]["pubDate"] = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime())
            more[5].update(title="Another title altogether", description="Quite another text")
            origin.put("a.xml", rss(more), age=0)
            wait_for("two more", lambda: len(d.merged()) == 32)
            time.sleep(0.3 * SLOW)
            ask = {"A-IM": "feed", "If-None-Match": f'"x", {old["/feed.atom"]}'}
            status, headers, body = d.get("/feed.atom", ask)
            titles = {e.findtext(f"{ATOM}title") for e in ET.fromstring(body).findall(f"{ATOM}entry")}
            expect(status == 226 and headers["IM"] == "feed", f"{status} {headers}")
            expect(titles == {"Item 30", "Item 31", "Another title altogether"}, titles)
            expect(headers["Delta-Base"] == old["/feed.atom"] and "no-store" in headers["Cache-Control"], headers)
            expect(headers["ETag"] == d.get("/feed.atom")[1]["ETag"], "the tag of the whole")
            expect(d.get("/feed.atom", {"A-IM": "feed", "If-None-Match": headers["ETag"]})[0] == 304, "and with it nothing is new")
            validate(folder, [body])
            got = json.loads(d.get("/feed.json", {"A-IM": "feed", "If-None-Match": old["/feed.json"]})[2])["items"]
            expect(len(got) == 3, f"{len(got)} in JSON")
            packed = d.get("/feed.atom", {"A-IM": "feed", "If-None-Match": old["/feed.atom"][:-1] + '-gz"', "Accept-Encoding": "gzip"})
            expect(packed[0] == 226 and packed[2] == body, f"the tag of the packed form: {packed[0]}")
            found = d.get("/feed.atom?q=item", {"A-IM": "feed", "If-None-Match": old["/feed.atom"]})
            expect(found[0] == 200 and "A-IM" not in found[1]["Vary"], f"what is sought has no deltas: {found[:2]}")
            for ask in ({"If-None-Match": old["/feed.atom"]}, {"A-IM": "feed"}, {"A-IM": "vcdiff", "If-None-Match": old["/feed.atom"]},
                        {"A-IM": "feed", "If-None-Match": '"x"'}, {"A-IM": "feed", "If-None-Match": old["/feed.rss"]},
                        {"A-IM": "feed", "If-None-Match": re.sub(r"-([0-9a-f]+)\"$", '-fffffff"', old["/feed.atom"])}):
                expect(d.get("/feed.atom", ask)[0] == 200, f"{ask}")


class Listening:
    """A raw client of /events."""

    def __init__(self, d, query="", header="", tcp=False):
        self.s = connect(d, tcp)
        self.s.sendall(f"GET /events{query} HTTP/1.1\r\nHost: localhost\r\n{header}\r\n".encode())
        self.got = b""

    def hear(self, n, seconds=5):
        """The ids of the first n events."""
        end = time.monotonic() + seconds * SLOW
        while self.got.count(b"\ndata: ") < n or not self.got.endswith(b"\n\n"):
            self.s.settimeout(max(0.01, end - time.monotonic()))
            try:
                part = self.s.recv(65536)
            except socket.timeout:
                break
            if not part:
                break
            self.got += part
        return [int(m) for m in re.findall(rb"\nid: (\d+)\ndata: ", self.got)]

    def close(self):
        self.s.close()


def test_events_tell_each_new_entry_once_and_resume(folder):
    with Origin(folder) as origin:
        origin.put("a.xml", rss(items(20)))
        with Daemon(folder, {"a": origin.url("a.xml")}, every="0s", tcp=True) as d:
            d.start()
            wait_for("twenty items", lambda: len(d.merged()) == 20)
            head = d.get("/events", method="HEAD")
            expect(head[0] == 200 and head[1]["Content-Type"].startswith("text/event-stream") and head[2] == b"", f"{head}")
            expect(d.get("/events?limit=1")[0] == 400, "another parameter")
            live, tcp, behind, last = Listening(d), Listening(d, tcp=True), Listening(d, "?after=15"), Listening(d, "?after=3", "Last-Event-ID: 18\r\n")
            zipped = Listening(d, header="Accept-Encoding: gzip\r\n")
            expect(behind.hear(5) == [16, 17, 18, 19, 20], behind.got)
            expect(last.hear(2) == [19, 20], last.got)
            expect(live.hear(1, 0.5) == [], "it is told of what comes alone")
            expect(b"text/event-stream" in live.got and b"ransfer-Encoding" not in live.got, live.got)
            origin.put("a.xml", rss(items(23)), age=0)
            for listener, want in (live, [21, 22, 23]), (tcp, [21, 22, 23]), (behind, list(range(16, 24))), (zipped, [21, 22, 23]):
                expect(listener.hear(len(want), 10) == want, f"{listener.got[-300:]!r}")
            expect(b"Content-Encoding" not in zipped.got, "events are not packed")
            entries = [json.loads(m) for m in re.findall(rb"\ndata: (.*)\n\n", live.got)]
            known = {i["id"]: i for i in json.loads(d.get("/feed.json")[2])["items"]}
            expect(all(e == known[e["id"]] for e in entries), "an event is the entry of the feed")
            for listener in live, tcp, last, zipped:
                listener.close()
            again = Listening(d, header="Last-Event-ID: 22\r\n")
            expect(again.hear(1) == [23], again.got)
            future = Listening(d, "?after=999999")
            origin.put("a.xml", rss(items(24)), age=0)
            expect(future.hear(1, 10) == [24], "a number that is not there yet is now")
            wait_for("the counts", lambda: b'tributary_event_listeners{socket="unix"} 3' in d.get("/metrics")[2])
            expect(d.get("/style.css")[0] == 200, "it serves on")


def publisher_memory(d):
    with open(f"/proc/{d.roles()['publisher'][0]}/smaps_rollup") as f:
        return sum(int(line.split()[1]) for line in f if line.startswith(("Private_Dirty", "Private_Clean")))


def test_a_thousand_listeners_cost_little_and_a_stuck_one_holds_up_nobody(folder):
    with Origin(folder) as origin:
        origin.put("a.xml", rss(items(20)))
        with Daemon(folder, {"a": origin.url("a.xml")}, every="0s") as d:
            d.start()
            wait_for("twenty items", lambda: len(d.merged()) == 20)
            before = publisher_memory(d)
            crowd = [Listening(d) for _ in range(1000)]
            wait_for("all", lambda: b'tributary_event_listeners{socket="unix"} 1000' in d.get("/metrics")[2])
            each = (publisher_memory(d) - before) / 1000
            print(f"# {each:.2f} KiB a listener")
            expect(SLOW > 1 or each <= 10, f"{each} KiB a listener")
            origin.put("a.xml", rss(items(21)), age=0)
            for listener in crowd:
                expect(listener.hear(1, 10) == [21], listener.got[-200:])
            for listener in crowd:
                listener.close()
            wait_for("them to be gone", lambda: b'tributary_event_listeners{socket="unix"} 0' in d.get("/metrics")[2])


def test_figures_and_health(folder):
    with Origin(folder) as origin:
        origin.put("a.xml", rss(items(5)))
        with Daemon(folder, {"a": origin.url("a.xml"), "b": origin.url("none.xml")}, every="0s") as d:
            d.start()
            wait_for("failures", lambda: d.source("b")["failures"] >= 3 if d.source("b")["state"] == "failing" else False, 20)
            status, headers, body = d.get("/metrics")
            expect(status == 200 and headers["Content-Type"].startswith("text/plain; version=0.0.4"), headers)
            values = {}
            for line in body.decode().splitlines():
                if not line.startswith("#"):
                    m = re.match(r'^(tributary_\w+(?:\{\w+="[^"]*"(?:,\w+="[^"]*")*\})?) (-?[0-9.]+)$', line)
                    expect(m and m[1] not in values, line)
                    values[m[1]] = float(m[2])
            for name in re.findall(r"^(tributary_\w+)", "\n".join(values), re.M):
                expect(f"# TYPE {name} ".encode() in body, name)
            expect(values["tributary_items"] == 5 and values['tributary_sources{state="failing"}'] == 1, values)
            expect(values['tributary_source_failures{source="b"}'] >= 3, values)
            feed, _ = feed_at(d, "/health.atom")
            entry = feed.find(f"{ATOM}entry")
            expect(entry is not None and "fails" in entry.findtext(f"{ATOM}title"), ET.tostring(feed))
            identity, polls = entry.findtext(f"{ATOM}id"), d.source("b")["polls"]
            wait_for("another poll", lambda: d.source("b")["polls"] > polls, 120)
            again, _ = feed_at(d, "/health.atom")
            expect(again.find(f"{ATOM}entry").findtext(f"{ATOM}id") == identity, "one incident, one id")
            validate(folder, [d.get("/health.atom")[2]])


def test_no_words_in_a_query_do_harm(folder):
    """threats.md P5, P6, P12: what is sought is words, whatever they look like; pages are found by a cursor."""
    with Origin(folder) as origin:
        origin.put("a.xml", rss(items(300)))
        with Daemon(folder, {"a": origin.url("a.xml")}) as d:
            d.start()
            wait_for("all", lambda: d.status()["items"] == 300)
            wait_for("the words", lambda: len(json.loads(d.get("/feed.json?q=text&limit=400")[2])["items"]) == 300, 45)
            for words in ('"', "'", '""', "text*", "NEAR(text item)", "title:item", "text OR", "NOT", "AND AND", "(", ")))", "-text", "^text",
                          "{title} : x", "text' OR 1=1 --", "%00", "\u00e9\u4e2d\u6587", "*", "text + item", "a" * 200, "x;DROP TABLE item"):
                quoted = "".join(f"%{b:02X}" for b in words.encode())
                began = time.monotonic()
                status, _, body = d.get(f"/feed.json?q={quoted}")
                expect(status in (200, 400), f"{words!r}: {status} {body[:100]!r}")
                expect(time.monotonic() - began < 1 * SLOW, f"{words!r} took {time.monotonic() - began:.2f} s")
            expect(d.get("/feed.json?q=%FF")[0] == 400, "no UTF-8")
            for tag in ('"\xe9"', '"a\tb"', '"' + "0" * 3000 + '"'):
                status, headers, _ = d.get("/feed.atom", {"A-IM": "feed", "If-None-Match": tag})
                expect(status == 200 and "Delta-Base" not in headers, f"{tag[:20]!r}: {status} {headers}")
            pages = list(pages_of(d, "/feed.json?limit=7&q=text"))
            ids = [i["id"] for _, body in pages for i in json.loads(body)["items"]]
            expect(len(ids) == len(set(ids)) == 300, f"{len(ids)} by pages of what is sought")
            expect("OFFSET" not in "".join(p for p, _ in pages), "pages are found by a cursor")
            expect(d.get("/feed.atom")[0] == 200, "it serves on")


def everything(d, backwards):
    """{path: body} of all that depends on the store alone."""
    paths = ["/feed.atom", "/feed.rss", "/feed.json", "/feed.atom?limit=20", "/feed.json?stories=one", "/feed.atom?q=text",
             "/feed.rss?topic=water", "/view/w.atom", "/archive/1.atom", "/feed.atom?source=a&until=2030-01-01"]
    paths += [f"/item/{i}.{form}" for i in re.findall(r"/item/([0-9a-f]{32})", d.get("/")[2].decode())[:20] for form in ("atom", "json")]
    paths += sorted({f"{s}.{form}" for s in re.findall(r"/story/[0-9a-f]{32}", d.get("/feed.atom")[2].decode()) for form in ("atom", "json")})
    got = {}
    for path in reversed(paths) if backwards else paths:
        for packed in {}, {"Accept-Encoding": "gzip"}:
            status, headers, body = d.get(path, packed)
            expect(status == 200, f"{path}: {status}")
            got[path, bool(packed)] = (headers["ETag"], headers["Last-Modified"], headers["Cache-Control"], body)
    return got


def test_the_same_store_gives_the_same_bytes(folder):
    text = 'topic water { match = "text" title = "Water" }\nview w { topics = { "water" } stories = one }\n'
    with Origin(folder) as origin:
        origin.put("a.xml", rss(items(230)))
        origin.put("b.xml", rss(items(230, "b.example.org")))
        url = {"a": origin.url("a.xml"), "b": (origin.url("b.xml"), 'lang = "en"')}
        with Daemon(folder, url, text=text) as d:
            d.start()
            wait_for("all", lambda: d.status()["items"] == 460)
            wait_for("the words", lambda: len(json.loads(d.get("/feed.json?q=text&limit=1000")[2])["items"]) == 460, 45)
            time.sleep(1 * SLOW)
            first = everything(d, False)
            d.stop()
            os.makedirs(f"{folder}/other")
            shutil.copytree(d.state, f"{folder}/other/state")
            d.start()
            expect(everything(d, True) == first, "a restart changed something")
            with Daemon(f"{folder}/other", url, text=text) as other:
                other.start()
                second = everything(other, True)
                expect(second.keys() == first.keys(), "other addresses")
                for key, value in second.items():
                    expect(value == first[key], f"{key} differs")


if __name__ == "__main__":
    run_tests([f for name, f in list(globals().items()) if name.startswith("test_")])
