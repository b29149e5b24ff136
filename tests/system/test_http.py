#!/usr/bin/env python3
"""What readers meet over HTTP: formats, paging, conditional requests, limits, refusals, pages."""
import gzip
import json
import re
import socket
import time
import xml.etree.ElementTree as ET

from harness import ATOM, SLOW, Daemon, Origin, entry_ids, expect, rss, run_tests, wait_for

POLICY = "default-src 'none'; sandbox"
PAGE_POLICY = ("default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
               "frame-ancestors 'none'")


def items(n, host="a.example.org"):
    return [{"title": f"Item {i}", "link": f"https://{host}/{i}", "guid": f"https://{host}/{i}",
             "description": f"Text &lt;b&gt;{i}&lt;/b&gt;", "category": "water",
             "pubDate": time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() - 600 * i - 60))}
            for i in range(n)]


class serving:
    """A daemon on both kinds of socket that has read one feed of `n` items, and one that is not there."""

    def __init__(self, folder, n=30, **more):
        self.origin = Origin(folder)
        self.origin.put("a.xml", rss(items(n), title="News of A"))
        self.daemon = Daemon(folder, {"a": (self.origin.url("a.xml"), 'tags = { "un" } lang = "en"'),
                                      "b": self.origin.url("none.xml")}, tcp=True, **more)
        self.n = n

    def __enter__(self):
        d = self.daemon.start()
        wait_for("both sources to be asked", lambda: d.status()["items"] == self.n and d.source("b")["state"] == "failing")
        time.sleep(0.2)
        return d

    def __exit__(self, *_):
        self.daemon.__exit__()
        self.origin.stop()


def connect(d, tcp):
    if tcp:
        return socket.create_connection(("127.0.0.1", d.port), timeout=10 * SLOW)
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(10 * SLOW)
    s.connect(d.socket)
    return s


def raw(d, request, tcp=True):
    """(status, closed, everything) of bytes sent as they are; status 0: closed without an answer."""
    s = connect(d, tcp)
    try:
        s.sendall(request)
        s.settimeout(0.7 * SLOW)
        answer, closed = b"", False
        while True:
            try:
                part = s.recv(65536)
            except socket.timeout:
                break
            except ConnectionResetError:
                closed = True
                break
            if not part:
                closed = True
                break
            answer += part
    finally:
        s.close()
    m = re.match(rb"HTTP/1\.1 (\d+)", answer)
    return int(m[1]) if m else 0, closed, answer


def test_every_address_answers_what_it_says(folder):
    table = {
        "/": ("text/html; charset=utf-8", PAGE_POLICY),
        "/feed.atom": ("application/atom+xml; charset=utf-8", POLICY),
        "/feed.rss": ("application/rss+xml; charset=utf-8", POLICY),
        "/feed.json": ("application/feed+json; charset=utf-8", POLICY),
        "/view/un.atom": ("application/atom+xml; charset=utf-8", POLICY),
        "/sources.opml": ("text/x-opml; charset=utf-8", POLICY),
        "/status.json": ("application/json", POLICY),
        "/style.css": ("text/css; charset=utf-8", POLICY),
    }
    with serving(folder, text='view un { title = "UN <only>" tags = { "un" } limit = 7 }\n') as d:
        for path, (kind, policy) in table.items():
            for tcp in False, True:
                status, headers, body = d.get(path, tcp=tcp)
                expect(status == 200, f"{path}: {status} {body[:100]!r}")
                expect(headers["Content-Type"] == kind, f"{path}: {headers['Content-Type']}")
                expect(headers["Content-Security-Policy"] == policy, f"{path}: {headers['Content-Security-Policy']}")
                expect(headers["X-Content-Type-Options"] == "nosniff", path)
                expect(headers["Referrer-Policy"] == "no-referrer", path)
                expect(headers["ETag"] and headers["Cache-Control"], path)
                same = d.get(path, tcp=tcp)
                expect(path == "/status.json" or same[2] == body, f"{path} differs")
        json.loads(d.get("/feed.json")[2])
        for path in "/feed.atom", "/feed.rss", "/sources.opml", "/view/un.atom":
            ET.fromstring(d.get(path)[2])
        view = ET.fromstring(d.get("/view/un.atom")[2])
        expect(view.findtext(f"{ATOM}title") == "UN <only>", view.findtext(f"{ATOM}title"))
        expect(len(view.findall(f"{ATOM}entry")) == 7, "the view's limit")
        page = re.search(r'href="(item/[0-9a-f]{32})"', d.get("/")[2].decode())[1]
        for ending in "", ".atom", ".json":
            expect(d.get(f"/{page}{ending}")[0] == 200, page + ending)


def test_pages_lead_to_the_end_and_each_entry_is_there_once(folder):
    with serving(folder, n=250) as d:
        for path in "/feed.atom?limit=60", "/feed.atom", "/feed.atom?source=a&lang=en&limit=7":
            ids = entry_ids(d.merged(path))
            expect(len(ids) == len(set(ids)) == 250, f"{path}: {len(ids)} entries, {len(set(ids))} ids")
        seen, path = [], "/feed.json?limit=100"
        while path:
            feed = json.loads(d.get(path)[2])
            seen += [i["id"] for i in feed["items"]]
            path = re.sub(r"^https?://[^/]*", "", feed.get("next_url", ""))
        expect(len(seen) == len(set(seen)) == 250, f"{len(seen)} in JSON")


def test_parameters_choose_and_a_bad_one_is_named(folder):
    with serving(folder) as d:
        count = {"limit=5": 5, "source=a": 30, "source=b": 0, "tag=un": 30, "tag=x": 0, "lang=en": 30, "lang=fr": 0,
                 "since=2020-01-01": 30, "until=2020-01-01": 0, "since=2020-01-01T00:00:00Z&until=2020-01-02": 0}
        for query, n in count.items():
            status, _, body = d.get(f"/feed.json?{query}")
            expect(status == 200, f"{query}: {status} {body!r}")
            expect(len(json.loads(body)["items"]) == n, f"{query}: {len(json.loads(body)['items'])}")
        for query in ("limit=0", "limit=x", "limit=1001", "after=x", "since=x", "until=2024-13-01", "source=nobody",
                      "foo=1", "limit=1&limit=2", "source="):
            status, headers, body = d.get(f"/feed.atom?{query}")
            expect(status == 400, f"{query}: {status}")
            expect(headers["Content-Type"] == "text/plain; charset=utf-8", query)
            expect(query.split("=")[0].encode() in body, f"{query}: {body!r}")
        for path in "/nothing", "/view/nobody.atom", "/item/nobody", "/..%2f..%2fetc/passwd", "/feed.atom/":
            expect(d.get(path)[0] == 404, path)


def test_what_has_not_changed_is_not_sent_again(folder):
    with serving(folder) as d:
        for path in "/feed.atom", "/feed.rss", "/feed.json", "/", "/sources.opml", "/style.css":
            plain, zipped = d.get(path), d.get(path, {"Accept-Encoding": "gzip"})
            tag = plain[1]["ETag"]
            expect(tag.startswith('"') and "Accept-Encoding" in plain[1]["Vary"], f"{path}: {tag}")
            if zipped[1]["Content-Encoding"] == "gzip":
                expect(gzip.decompress(zipped[2]) == plain[2], f"{path}: gzip differs")
                expect(zipped[1]["ETag"] != tag, f"{path}: one tag for two forms")
            for held in tag, f"W/{tag}", f'"x", {tag}', "*":
                status, headers, body = d.get(path, {"If-None-Match": held})
                expect((status, body) == (304, b""), f"{path} {held}: {status}")
                expect(headers["ETag"] == tag and headers["Cache-Control"], f"{path}: {headers}")
            status, _, _ = d.get(path, {"If-None-Match": zipped[1]["ETag"], "Accept-Encoding": "gzip"})
            expect(status == 304, f"{path}: {status} for the gzip form's tag")
            expect(d.get(path, {"If-None-Match": '"x"'})[0] == 200, path)
            expect(d.get(path, {"If-Match": '"x"'})[0] == 412, path)
            if plain[1]["Last-Modified"]:
                date = plain[1]["Last-Modified"]
                expect(d.get(path, {"If-Modified-Since": date})[0] == 304, f"{path}: {date}")
                old = {"If-Modified-Since": "Sun, 06 Nov 1994 08:49:37 GMT"}
                expect(d.get(path, old)[0] == 200, path)
                expect(d.get(path, {"If-Modified-Since": date, "If-None-Match": '"x"'})[0] == 200, path)
            head = d.get(path, method="HEAD")
            expect(head[0] == 200 and head[2] == b"", f"{path}: HEAD")
            expect(head[1]["Content-Length"] == str(len(plain[2])), f"{path}: {head[1]['Content-Length']}")


def test_a_new_item_is_another_document(folder):
    with Origin(folder) as origin:
        origin.put("a.xml", rss(items(3)))
        with Daemon(folder, {"a": origin.url("a.xml")}, every="0s") as d:
            d.start()
            wait_for("three items", lambda: len(d.merged()) == 3)
            tag = d.get("/feed.atom")[1]["ETag"]
            origin.put("a.xml", rss(items(4)), age=0)
            wait_for("a fourth", lambda: len(d.merged()) == 4)
            status, headers, _ = d.get("/feed.atom", {"If-None-Match": tag})
            expect(status == 200 and headers["ETag"] != tag, f"{status} {headers['ETag']}")


def test_what_is_no_plain_question_is_refused(folder):
    host = b"Host: localhost\r\n"
    table = [
        (b"POST / HTTP/1.1\r\n" + host + b"Content-Length: 3\r\n\r\nabc", 405, True),
        (b"DELETE /feed.atom HTTP/1.1\r\n" + host + b"\r\n", 405, True),
        (b"OPTIONS * HTTP/1.1\r\n" + host + b"\r\n", 405, True),
        (b"GET / HTTP/1.1\r\n" + host + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, True),
        (b"GET / HTTP/1.1\r\n" + host + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, True),
        (b"GET / HTTP/1.1\r\n" + host + b"Content-Length: 5\r\n\r\n12345", 400, True),
        (b"GET / HTTP/1.1\r\n" + host + b"Content-Length: 0\r\nContent-Length: 0\r\n\r\n", 400, True),
        (b"GET / HTTP/1.1\r\n" + host + host + b"\r\n", 400, True),
        (b"GET / HTTP/1.1\r\n\r\n", 400, True),
        (b"GET / HTTP/1.1\r\nHost : localhost\r\n\r\n", 400, True),
        (b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\n" + host + b"\r\n", 414, True),
        (b"GET /" + b"a" * 90000 + b" HTTP/1.1\r\n" + host + b"\r\n", 414, True),
        (b"GET / HTTP/1.1\r\n" + host + b"X: " + b"a" * 9000 + b"\r\n\r\n", 431, True),
        (b"GET / HTTP/1.1\r\n" + host + b"X: " + b"a" * 90000 + b"\r\n\r\n", 431, True),
        (b"GET /style.css HTTP/1.1\r\n" + host + b"Content-Length: 0\r\n\r\n", 200, False),
        (b"GET /style.css HTTP/1.1\r\n" + host + b"X: " + b"a" * 7000 + b"\r\n\r\n", 200, False),
        (b"GET http://localhost/style.css HTTP/1.1\r\n" + host + b"\r\n", 200, False),
        (b"GET /style.css HTTP/1.0\r\n\r\n", 200, True),
    ]
    with serving(folder) as d:
        for tcp in True, False:
            for request, want, closes in table:
                status, closed, answer = raw(d, request, tcp)
                expect(status == want, f"{request[:60]!r}: {status}, not {want}")
                expect(closed == closes, f"{request[:60]!r}: {'closed' if closed else 'left open'}")
                expect(b"aaaaa" not in answer, f"{request[:60]!r} is told back")
        expect(b"Allow: GET, HEAD" in raw(d, table[0][0])[2], "405 without Allow")
        status, _, answer = raw(d, (b"GET /nothing HTTP/1.1\r\n" + host + b"\r\n") * 3)
        expect(answer.count(b"HTTP/1.1 404") == 3, "three at once")
        for junk in b"\x16\x03\x01\x02\x00\x01\r\n\r\n", b"GET\r\n\r\n", b"\0" * 100 + b"\r\n\r\n":
            status, _, _ = raw(d, junk)
            expect(status in (0, 400), f"{junk[:20]!r}: {status}")
        expect(d.get("/style.css")[0] == 200, "it serves on")


def test_on_tcp_only_known_hosts_are_answered(folder):
    with serving(folder, top='hosts = { "news.example.org" }\nbase_url = "https://base.example.org/"') as d:
        for host, want in (("localhost", 200), ("127.0.0.1", 200), (f"127.0.0.1:{d.port}", 200), ("[::1]", 200),
                           ("LOCALHOST:1", 200), ("news.example.org", 200), ("base.example.org", 200),
                           ("evil.example", 421), ("localhost.evil.example", 421), ("", 421)):
            expect(d.get("/style.css", {"Host": host}, tcp=True)[0] == want, f"{host}: not {want}")
            expect(d.get("/style.css", {"Host": host})[0] == 200, f"{host} on the Unix socket")
        links = ET.fromstring(d.get("/feed.atom")[2]).findall(f"{ATOM}link")
        expect("https://base.example.org/feed.atom" in [link.get("href") for link in links], "base_url in rel=self")


def test_who_is_slow_or_silent_is_sent_away(folder):
    with serving(folder) as d:
        began = time.monotonic()
        slow, silent, idle = connect(d, True), connect(d, False), connect(d, True)
        idle.sendall(b"GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n")
        expect(b"404" in idle.recv(4096), "no answer")
        ends = {}
        request = iter(b"GET /style.css HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 10000)
        for s in (slow, silent, idle):
            s.settimeout(0.01)
        while len(ends) < 3 and time.monotonic() - began < 25:
            if "slow" not in ends:
                try:
                    slow.sendall(bytes([next(request)]))
                except OSError:
                    pass
            for name, s in (("slow", slow), ("silent", silent), ("idle", idle)):
                try:
                    if name not in ends and s.recv(4096) == b"":
                        ends[name] = time.monotonic() - began
                except socket.timeout:
                    pass
                except ConnectionError:
                    ends[name] = time.monotonic() - began
            time.sleep(0.1)
        expect(9 < ends.get("slow", 0) < 13, f"a byte now and then: {ends}")
        expect(9 < ends.get("silent", 0) < 13, f"not a byte: {ends}")
        expect(14 < ends.get("idle", 0) < 18, f"between two requests: {ends}")


def test_when_it_is_full_the_oldest_idle_goes(folder):
    with serving(folder) as d:
        first = connect(d, True)
        first.sendall(b"GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n")
        expect(b"404" in first.recv(4096), "no answer")
        crowd = [connect(d, True) for _ in range(255)]
        time.sleep(0.3)
        first.settimeout(0.3)
        try:
            expect(first.recv(10) != b"", "sent away while there was room")
        except socket.timeout:
            pass
        crowd.append(connect(d, True))
        first.settimeout(5 * SLOW)
        expect(first.recv(10) == b"", "the oldest idle one is still there")
        expect(d.get("/style.css", tcp=True)[0] == 200, "one more is answered")
        expect(d.get("/style.css")[0] == 200, "the Unix socket has its own number")
        for s in crowd:
            s.close()
        expect(d.get("/style.css", tcp=True)[0] == 200, "afterwards")


def test_the_page_is_whole_and_asks_nobody(folder):
    with Origin(folder) as origin:
        origin.put("ar.xml", rss([{"title": "\u0623\u062e\u0628\u0627\u0631 &lt;script&gt;alert(1)&lt;/script&gt;",
                                   "link": "https://ar.example.org/1", "guid": "1",
                                   "description": "&lt;p&gt;x&lt;img src='https://pic.example.org/p.png' alt='A picture'&gt;"}]))
        with Daemon(folder, {"ar": (origin.url("ar.xml"), 'lang = "ar"')}) as d:
            d.start()
            wait_for("the item", lambda: d.status()["items"] == 1)
            time.sleep(0.2)
            page = d.get("/")[2].decode()
            expect('<article lang="ar" dir="rtl">' in page, "right to left")
            item = d.get("/" + re.search(r"item/[0-9a-f]{32}", page)[0])[2].decode()
            for text in page, item:
                for bad in "<script", "<img", "<iframe", " onload", "javascript:":
                    expect(bad not in text, f"{bad} in a page")
                expect(set(re.findall(r'<link rel="(\w+)"', text)) == {"stylesheet", "alternate"}, "links of the head")
            expect('href="https://pic.example.org/p.png"' in item and "[A picture]" in item, "the picture as a link")
            expect("is well." in page, "the source's state")


if __name__ == "__main__":
    run_tests([f for name, f in list(globals().items()) if name.startswith("test_")])
