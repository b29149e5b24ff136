#!/usr/bin/env python3
"""nginx in front of the Unix socket with the sample of etc/: what it answers itself, what it asks for and with which
result is told by its own log."""
import gzip
import http.client
import os
import re
import socket
import subprocess
import time

from harness import SLOW, Daemon, Origin, expect, free_port, need, rss, run_tests, wait_for

SAMPLE = os.path.join(os.path.dirname(__file__), "../../etc/nginx.conf.sample")
MAIN = """daemon off; master_process off; pid {d}/front.pid; error_log {d}/front-error.log;
events {{ worker_connections 512; }}
http {{ client_body_temp_path {d}; proxy_temp_path {d}; fastcgi_temp_path {d}; uwsgi_temp_path {d}; scgi_temp_path {d};
    log_format front '$status $request_uri $upstream_cache_status $upstream_status';
    access_log {d}/front.log front; log_subrequest on;
{site} }}
"""


class Front:
    """The sample, moved to a port, a socket and a folder of ours; nothing else of it is changed."""

    def __init__(self, folder, daemon):
        nginx = need("nginx")
        self.folder, self.port = folder, free_port()
        with open(SAMPLE) as f:
            site = f.read()
        moved = re.sub(r"server \{\n\tlisten 80;.*?\n\}\n", "", site, flags=re.S)
        for ours, theirs in ((rf"listen 127.0.0.1:{self.port};", r"listen 443 ssl http2;"), ("", r"listen \[::\]:443 ssl http2;"),
                             ("", r"ssl_certificate\w* .*;"), (f"unix:{daemon.socket};", r"unix:/run/tributary/http/http.sock;"),
                             (f"proxy_cache_path {folder}/cache", r"proxy_cache_path /var/cache/nginx/tributary")):
            moved, n = re.subn(theirs, ours, moved)
            expect(n > 0, f"the sample has no {theirs} any more")
        with open(f"{folder}/front.conf", "w") as f:
            f.write(MAIN.format(d=folder, site=moved))
        tested = subprocess.run([nginx, "-t", "-e", f"{folder}/front-error.log", "-c", f"{folder}/front.conf"], capture_output=True, text=True)
        expect(tested.returncode == 0, f"nginx does not take the sample: {tested.stderr}")
        self.process = subprocess.Popen([nginx, "-e", f"{folder}/front-error.log", "-c", f"{folder}/front.conf"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for("nginx in front", lambda: socket.socket().connect_ex(("127.0.0.1", self.port)) == 0)

    def get(self, path, headers=None, method="GET"):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request(method, path, headers={"Host": "feeds.example.org", **(headers or {})})
        r = connection.getresponse()
        body = r.read()
        connection.close()
        return r.status, dict(r.getheaders()), body

    def log(self, path):
        """(status, cache, upstream's status) of each request for a path."""
        with open(f"{self.folder}/front.log") as f:
            rows = [line.split() for line in f]
        return [(int(r[0]), r[2], r[3]) for r in rows if r[1] == path]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def items(n):
    return [{"title": f"Item {k}", "link": f"http://example.org/{k}", "description": "What happened. " * 40} for k in range(n)]


def served(folder, origin):
    daemon = Daemon(folder, {"a": origin.url("a.xml")}, top='base_url = "https://feeds.example.org"', every="0s")
    daemon.start()
    return daemon


def test_an_answer_is_kept_and_asked_about_with_its_tag(folder):
    with Origin(folder) as origin:
        origin.put("a.xml", rss(items(5)))
        with served(folder, origin) as daemon, Front(folder, daemon) as front:
            wait_for("the items", lambda: b"Item 4" in daemon.get("/feed.atom")[2])
            path = "/feed.atom?limit=7"
            first = front.get(path)
            expect(first[0] == 200 and first[1]["X-Cache"] == "MISS", f"{first[1]}")
            expect(first[2] == daemon.get(path)[2], "the same bytes")
            again = front.get(path)
            expect(again[1]["X-Cache"] == "HIT" and again[2] == first[2], f"{again[1]}")
            expect(front.get(path, {"If-None-Match": first[1]["ETag"]})[0] == 304, "it answers a reader's tag itself")
            head = front.get(path, method="HEAD")
            expect(head[0] == 200 and head[2] == b"", "HEAD")
            wait_for("four lines", lambda: len(front.log(path)) == 4, 5)
            expect([row[2] for row in front.log(path)] == ["200", "-", "-", "-"], f"the daemon was asked once: {front.log(path)}")
            age = int(re.search(r"max-age=(\d+)", first[1]["Cache-Control"])[1])
            expect(age == 60, f"a lifetime of {age} s")
            if SLOW > 1:
                return  # the origin's clock is the real one: what follows takes a minute, and the plain build shows it
            time.sleep(age + 1)
            last = front.get(path)
            expect(last[1]["X-Cache"] == "STALE" and last[2] == first[2], f"the old answer while it asks: {last[1]}")
            wait_for("the question by its tag", lambda: ("304" in [row[2] for row in front.log(path)]), 20)
            expect(front.get(path)[1]["X-Cache"] == "HIT", "for another lifetime")


def test_each_coding_has_its_form_and_its_tag(folder):
    with Origin(folder) as origin:
        origin.put("a.xml", rss(items(5)))
        with served(folder, origin) as daemon, Front(folder, daemon) as front:
            wait_for("the items", lambda: b"Item 4" in daemon.get("/feed.atom")[2])
            packed = front.get("/feed.atom", {"Accept-Encoding": "gzip"})
            plain = front.get("/feed.atom")
            expect(packed[1]["Content-Encoding"] == "gzip" and "Content-Encoding" not in plain[1], "a form for each")
            expect(gzip.decompress(packed[2]) == plain[2] and packed[1]["ETag"] != plain[1]["ETag"], "of the same, each with its tag")
            for headers, want in (({"Accept-Encoding": "gzip"}, packed), ({}, plain)):
                status, got, body = front.get("/feed.atom", headers)
                expect(status == 200 and got["X-Cache"] == "HIT" and body == want[2], f"{headers}: {got}")
            tag = packed[1]["ETag"]
            delta = front.get("/feed.atom?limit=3", {"A-IM": "feed", "If-None-Match": tag})
            expect(delta[0] == 200, f"one reader's delta is not kept for all: {delta[0]}")


def test_what_is_no_feed(folder):
    with Origin(folder) as origin:
        origin.put("a.xml", rss(items(5)))
        with served(folder, origin) as daemon, Front(folder, daemon) as front:
            wait_for("the items", lambda: b"Item 4" in daemon.get("/feed.atom")[2])
            page = front.get("/")
            expect(page[0] == 200 and b"Item 4" in page[2] and "default-src 'none'" in page[1]["Content-Security-Policy"], f"{page[1]}")
            expect(front.get("/feed.atom", method="POST")[0] == 403, "POST")
            expect(front.get("/nothing")[0] == 404, "an address that is none")
            for path in "/status.json", "/metrics", "/health.atom":
                expect(front.get(path)[0] == 200, f"{path}: from here")
                wait_for("its line", lambda: front.log(path), 5)
                expect(front.log(path)[-1][1] == "-", f"{path} is never kept")
            with socket.create_connection(("127.0.0.1", front.port), 10) as s:
                s.sendall(b"GET /events HTTP/1.1\r\nHost: feeds.example.org\r\n\r\n")
                s.settimeout(20)
                heard = s.recv(4096)
                expect(b"200 OK" in heard and b"text/event-stream" in heard, heard)
                origin.put("a.xml", rss(items(6)))
                expect(daemon.command("refresh").returncode == 0, "refresh")
                end = time.monotonic() + 20
                while b"Item 5" not in heard and time.monotonic() < end:
                    heard += s.recv(4096)
                expect(b"Item 5" in heard, "an event comes through as it is told")


if __name__ == "__main__":
    run_tests([test_an_answer_is_kept_and_asked_about_with_its_tag, test_each_coding_has_its_form_and_its_tag, test_what_is_no_feed])
