"""The main job on real input: the bodies' feeds by a real nginx, through the daemon, to readers.

With the shared captures beside the project each of their documents is served; without, small documents of our own in
the same forms.  What is expected is computed here from the XML itself: GUID, else canonical address, else title and
date; the same address in two feeds is one item.
"""
import glob
import os
import re
import subprocess
import urllib.parse
import xml.etree.ElementTree as ET

from harness import (ATOM, Daemon, Failed, Origin, Skip, SHARED, SLOW, TOP, entry_ids, entry_titles, expect, need, rss, run_tests,
                     wait_for)

CAPTURES = sorted(glob.glob(f"{SHARED}/captures/un/*.xml"))
OWN = f"{TOP}/tests/system/feeds"
TRACKING = re.compile(r"^(utm_|fbclid|gclid|mc_cid|mc_eid)")


def documents():
    paths = CAPTURES or sorted(glob.glob(f"{OWN}/*.xml"))
    if not CAPTURES:
        print("# skipped: the shared captures are not there; small documents of our own instead")
    return {os.path.basename(p)[:-4].replace(".", "-").lower(): open(p, "rb").read() for p in paths}


def canonical(url):
    if not url:
        return None
    u = urllib.parse.urlsplit(url.strip())
    if u.scheme not in ("http", "https"):
        return None
    query = "&".join(p for p in u.query.split("&") if p and not TRACKING.match(p))
    path = urllib.parse.quote(urllib.parse.unquote(u.path), safe="/:@!$&'()*+,;=~-._").rstrip("/")
    return f"{u.netloc.lower()}{path}?{query}"


def text_of(element, name):
    found = element.find(name)
    return "".join(found.itertext()).strip() if found is not None else ""


def expected(feeds):
    """{key: title}: the distinct items of all documents, by GUID within a feed and canonical address across."""
    by_guid, by_address, items = {}, {}, {}
    for name, body in feeds.items():
        for item in ET.fromstring(body).iter("item"):
            guid, link, title = (text_of(item, n) for n in ("guid", "link", "title"))
            if not link and guid.startswith("http") and item.find("guid").get("isPermaLink", "true") != "false":
                link = guid
            address = canonical(link)
            own = (name, guid or address or (title, text_of(item, "pubDate")))
            key = by_guid.get(own) or (by_address.get(address) if address else None) or own
            by_guid[own] = key
            if address:
                by_address.setdefault(address, key)
            items[key] = re.sub(r"\s+", " ", title)
    return items


def plain(title):
    """Letters and digits alone: markup, references and spacing aside."""
    import html
    return re.sub(r"\W+", "", re.sub(r"<[^<>]*>", "", html.unescape(html.unescape(title or "")))).lower()


def compare(entries, items):
    want, got = sorted(map(plain, items.values())), sorted(map(plain, entry_titles(entries)))
    extra, missing = list(got), []
    for title in want:
        if title in extra:
            extra.remove(title)
        else:
            missing.append(title)
    for _ in range(missing.count("")):  # an item without a title has been given the beginning of its text
        missing.remove("")
        extra = extra[1:]
    print(f"# expected {len(want)}, found {len(got)}, extra {len(extra)}, missing {len(missing)}")
    expect(not extra and not missing, f"extra: {extra[:5]} missing: {missing[:5]}")
    expect(len(set(entry_ids(entries))) == len(entries), "an atom:id stands twice")


def serve(origin, feeds):
    for name, body in feeds.items():
        origin.put(f"{name}.xml", body)
    return {name: origin.url(f"{name}.xml") for name in feeds}


def settled(daemon, names):
    """Every source has been asked and has answered."""
    states = {s["name"]: s["state"] for s in daemon.status()["source_list"]}
    return all(states.get(n) in ("ok", "failing") for n in names)


def test_every_distinct_item_is_in_the_merged_feed_once(folder):
    feeds = documents()
    with Origin(folder) as origin, Daemon(folder, serve(origin, feeds)) as d:
        d.start()
        wait_for("all sources", lambda: settled(d, feeds), 60)
        bad = [s for s in d.status()["source_list"] if s["state"] != "ok"]
        expect(not bad, f"not well: {bad}")
        items = expected(feeds)
        compare(d.merged(), items)
        expect(d.status()["items"] == len(items), f"status says {d.status()['items']} items")


def test_a_second_round_adds_nothing_and_is_answered_by_304(folder):
    feeds = documents()
    with Origin(folder) as origin, Daemon(folder, serve(origin, feeds)) as d:
        d.start()
        wait_for("all sources", lambda: settled(d, feeds), 60)
        before = d.get("/feed.atom")[2]
        first = len(origin.asked())
        expect(d.command("refresh").returncode == 0, "refresh failed")
        wait_for("a second round", lambda: len(origin.asked()) >= first + len(feeds), 60)
        second = origin.asked()[first:]
        expect(all(row[0] == 304 for row in second), f"not all 304: {second}")
        expect(all(row[3] != "-" and row[4] != "-" for row in second), f"a validator is missing: {second}")
        expect(all(row[1] == "GET" for row in origin.asked()), "something else than GET")
        expect(all(row[5].startswith("tributary/") for row in origin.asked()), "another User-Agent")
        wait_for("the round to be stored", lambda: all(s["unchanged"] >= 1 for s in d.status()["source_list"]), 20)
        expect(d.get("/feed.atom")[2] == before, "the merged feed changed")


def test_an_edited_item_changes_in_place(folder):
    items = [{"title": f"Item {n}", "link": f"http://example.org/{n}", "guid": f"http://example.org/{n}",
              "pubDate": f"Tue, 0{n} Mar 2022 12:00:00 GMT", "description": f"The text of item {n}"} for n in range(1, 6)]
    with Origin(folder) as origin, Daemon(folder, {"edited": origin.url("e.xml")}) as d:
        origin.put("e.xml", rss(items))
        d.start()
        wait_for("the source", lambda: settled(d, ["edited"]))
        before = d.merged()
        items[2].update(title="Item 3, corrected", description="Another text of item 3 altogether")
        origin.put("e.xml", rss(items), age=10)
        d.command("refresh", "edited")
        wait_for("the edit", lambda: "Item 3, corrected" in entry_titles(d.merged()))
        after = d.merged()
        expect(entry_ids(after) == entry_ids(before), "an id or a place changed")
        expect(len(after) == 5, f"{len(after)} entries")
        old = {e.findtext(f"{ATOM}id"): e.findtext(f"{ATOM}updated") for e in before}
        moved = [e.findtext(f"{ATOM}title") for e in after if e.findtext(f"{ATOM}updated") != old[e.findtext(f"{ATOM}id")]]
        expect(moved == ["Item 3, corrected"], f"updated moved: {moved}")


def test_nothing_is_lost_repeated_or_renumbered_by_kill_9(folder):
    feeds = documents()
    with Origin(folder) as origin, Daemon(folder, serve(origin, feeds)) as d:
        for moment in (0.1, 0.3, 0.6):
            d.start(ready=False)
            wait_for("roles", lambda: "poller" in d.roles(), 10)
            import time
            time.sleep(moment * SLOW)
            d.kill_all()
        d.start()
        wait_for("all sources", lambda: settled(d, feeds), 60)
        before = d.merged()
        compare(before, expected(feeds))
        d.kill_all()
        d.start()
        d.command("refresh")
        wait_for("another round", lambda: all(s["unchanged"] >= 1 for s in d.status()["source_list"]), 30)
        expect(entry_ids(d.merged()) == entry_ids(before), "ids or order changed over a restart")


def test_a_bad_source_is_named_and_disturbs_no_other(folder):
    good = rss([{"title": "Good", "link": "http://example.org/good", "guid": "good"}])
    with Origin(folder) as origin:
        origin.put("good.xml", good)
        origin.put("page.xml", "<!DOCTYPE html><html><head><title>Login</title></head><body>Please log in</body></html>")
        origin.put("cut.xml", good[:len(good) // 2])
        origin.put("empty.xml", "")
        sources = {name: origin.url(f"{name}.xml") for name in ("good", "page", "cut", "empty", "missing", "gone", "busy", "nothing")}
        with Daemon(folder, sources) as d:
            d.start()
            wait_for("all sources", lambda: settled(d, sources), 30)
            table = {s["name"]: s for s in d.status()["source_list"]}
            said = d.command("status").stdout
            for name, word in (("page", "HTML"), ("empty", "empty"), ("missing", "404"), ("gone", "410"), ("busy", "503"), ("nothing", "")):
                expect(table[name]["state"] == "failing" and table[name].get("error"), f"{name}: {table[name]}")
                expect(word in table[name]["error"], f"{name}: {table[name]['error']}")
                expect(name in said, f"status does not name {name}")
            expect(table["good"]["state"] == "ok", f"good: {table['good']}")
            expect(d.status()["failing"] >= 6, f"failing: {d.status()['failing']}")
            expect("Good" in entry_titles(d.merged()), "the good one is missing")


def test_gzip_is_read_whether_declared_or_not(folder):
    import gzip
    packed = gzip.compress(rss([{"title": f"Packed {n}", "link": f"http://example.org/{n}", "description": " ".join(str(n * 7919 + k * k) for k in range(300))}
                                for n in range(300)]).encode())
    with Origin(folder) as origin:
        origin.put("packed.gz", packed)
        with Daemon(folder, {"packed": origin.url("packed.gz")}) as d:
            d.start()
            wait_for("the source", lambda: settled(d, ["packed"]))
            expect(d.source("packed")["state"] == "ok", f"{d.source('packed')}")
            expect(len(d.merged()) == 300, f"{len(d.merged())} entries")


def test_redirects_are_followed_and_the_configured_address_is_asked_again(folder):
    with Origin(folder) as origin:
        origin.put("target.xml", rss([{"title": "There", "link": "http://example.org/there", "guid": "there"}]))
        with Daemon(folder, {"moved": origin.url("moved.xml"), "elsewhere": origin.url("elsewhere.xml")}) as d:
            d.start()
            wait_for("both", lambda: settled(d, ["moved", "elsewhere"]))
            expect(entry_titles(d.merged()) == ["There"], f"{entry_titles(d.merged())}")
            expect("moved" in d.source("moved").get("notice", ""), f"no word of the move: {d.source('moved')}")
            n = len(origin.asked())
            d.command("refresh")
            wait_for("another round", lambda: len(origin.asked()) >= n + 4)
            rows = origin.asked()[n:]
            expect({row[2] for row in rows if row[0] in (301, 302)} == {"/moved.xml", "/elsewhere.xml"}, f"{rows}")
            expect(all(row[0] == 304 for row in rows if row[2] == "/target.xml"), f"{rows}")


def test_a_private_address_is_refused_unless_it_is_allowed(folder):
    with Origin(folder) as origin:
        origin.put("a.xml", rss([{"title": "A", "link": "http://example.org/a"}]))
        text = f'source forbidden {{ url = "{origin.url("a.xml")}" }}\n'
        with Daemon(folder, {}, text=text) as d:
            d.start()
            wait_for("the source", lambda: settled(d, ["forbidden"]))
            expect(d.source("forbidden")["state"] == "failing", "it was asked")
            expect(origin.asked() == [], f"asked: {origin.asked()}")


def test_once_polls_all_that_is_due_and_says_how_it_went(folder):
    with Origin(folder) as origin:
        origin.put("good.xml", rss([{"title": "Good", "link": "http://example.org/good"}]))
        with Daemon(folder, {"good": origin.url("good.xml")}, every="0s") as d:
            expect(d.once() == 0, f"not well: {d.said()}")
            expect(d.once() == 0, "not well the second time")
            expect([row[0] for row in origin.asked()] == [200, 304], f"{origin.asked()}")
            d.configure({"good": origin.url("good.xml"), "bad": origin.url("missing.xml")})
            expect(d.once() == 1, "a failing source was not told")


def test_newsboat_lists_every_entry(folder):
    newsboat = need("newsboat")
    feeds = documents()
    with Origin(folder) as origin, Daemon(folder, serve(origin, feeds), tcp=True) as d:
        d.start()
        wait_for("all sources", lambda: settled(d, feeds), 60)
        with open(f"{folder}/urls", "w") as f:
            f.write(f"http://127.0.0.1:{d.port}/feed.atom?limit=1000\n")
        with open(f"{folder}/config", "w") as f:
            f.write("max-items 0\n")
        arguments = [newsboat, "-u", f"{folder}/urls", "-c", f"{folder}/cache.db", "-C", f"{folder}/config"]
        environment = dict(os.environ, HOME=folder, TERM="dumb", LC_ALL="C.UTF-8")
        for _ in range(2):
            subprocess.run([*arguments, "-x", "reload"], env=environment, timeout=60, capture_output=True)
        import sqlite3
        with sqlite3.connect(f"{folder}/cache.db") as db:
            n, distinct = db.execute("select count(*), count(distinct guid) from rss_item").fetchone()
        expect(n == len(expected(feeds)) == distinct, f"newsboat has {n}, expected {len(expected(feeds))}")


def test_feedparser_reads_all_three_forms_without_a_complaint(folder):
    try:
        import feedparser
    except ImportError:
        raise Skip("python3-feedparser is not installed")
    feeds = documents()
    with Origin(folder) as origin, Daemon(folder, serve(origin, feeds)) as d:
        d.start()
        wait_for("all sources", lambda: settled(d, feeds), 60)
        for form in ("atom", "rss", "json"):
            status, headers, body = d.get(f"/feed.{form}?limit=1000")
            expect(status == 200, f"{form}: {status}")
            if form == "json":
                import json
                read = json.loads(body)
                n = len(read["items"])
                expect(read["version"] == "https://jsonfeed.org/version/1.1", read["version"])
            else:
                read = feedparser.parse(body, response_headers={"content-type": headers["content-type"]})
                expect(not read.bozo, f"{form}: {read.get('bozo_exception')}")
                n = len(read.entries)
            expect(n == len(expected(feeds)), f"{form}: {n} entries")


def test_curl_gets_a_304_for_its_etag(folder):
    curl = need("curl")
    with Origin(folder) as origin, Daemon(folder, {"a": origin.url("a.xml")}) as d:
        origin.put("a.xml", rss([{"title": "A", "link": "http://example.org/a"}]))
        d.start()
        wait_for("the source", lambda: settled(d, ["a"]))
        for form in ("atom", "rss", "json"):
            base = [curl, "-s", "--unix-socket", d.socket, f"http://localhost/feed.{form}", "-o", "/dev/null", "-w", "%{http_code}"]
            tag = ["--etag-save", f"{folder}/etag", "--etag-compare", f"{folder}/etag"]
            open(f"{folder}/etag", "w").close()
            codes = [subprocess.run([*base, *tag], capture_output=True, text=True).stdout for _ in range(2)]
            expect(codes == ["200", "304"], f"{form}: {codes}")


if __name__ == "__main__":
    run_tests([test for name, test in list(globals().items()) if name.startswith("test_")])
