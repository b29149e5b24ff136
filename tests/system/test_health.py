#!/usr/bin/env python3
"""What is wrong with a source, seen in polls of a real origin: each alarm begins once and ends once, in the log, in
`status` and its exit status, in /status.json, /metrics, /health.atom and on the page of the sources."""
import email.utils
import json
import re
import time
import xml.etree.ElementTree as ET

from harness import ATOM, Daemon, Origin, expect, rss, run_tests

DAY = 86400


def feed(n, first=0, age=0, lang="", ids=""):
    """`n` items of a day each, the newest `age` days old; `first` is the number of the oldest."""
    now = time.time()
    items = [{"title": f"Item {k}", "link": f"http://example.org/{k}", "guid": f"http://example.org/{k}{ids}",
              "description": f"What happened at place {k} on that day", "pubDate": email.utils.formatdate(now - (age + first + n - 1 - k) * DAY)}
             for k in range(first, first + n)]
    return rss(items).replace("<description>of our own", f"<language>{lang}</language><description>of our own" if lang else
                              "<description>of our own", 1)


class Watched:
    """An origin with one feed, and the daemon that polls it once at a time."""

    def __init__(self, folder):
        self.origin = Origin(folder)
        self.daemon = Daemon(folder, {"a": self.origin.url("a.xml")}, every="0s")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.daemon.kill_all() if self.daemon.process is not None else None
        self.origin.stop()

    def poll(self, body=None, times=1):
        for _ in range(times):
            if body is not None:
                self.origin.put("a.xml", body)
            self.daemon.once()
        return self.alarms()

    def alarms(self):
        """{alarm: detail} in force, as `status --json` has them; the exit status agrees."""
        r = self.daemon.command("status", "--json")
        source = json.loads(r.stdout)["source_list"][0]
        told = {a["alarm"]: a.get("detail", "") for a in source.get("alarms", [])}
        expect(r.returncode == (1 if told else 0), f"exit status {r.returncode} with {told}")
        return told

    def logged(self):
        return re.findall(r"(alarm\.\w+) source=a alarm=([\w-]+)", self.daemon.said())


def test_failing_begins_and_ends_once(folder):
    with Watched(folder) as w:
        expect(w.poll(feed(5)) == {}, "well")
        w.origin.put("b.xml", "")
        w.daemon.configure({"a": w.origin.url("gone-away.xml")})
        expect(w.poll(times=2) == {}, "once or twice happens to everybody")
        told = w.poll(times=2)
        expect(list(told) == ["failing"] and "404" in told["failing"], f"{told}")
        table = w.daemon.command("status")
        expect(table.returncode == 1 and "404" in table.stdout, table.stdout)
        one = w.daemon.command("status", "a")
        expect(one.returncode == 1 and re.search(r"alarm +failing: .*404", one.stdout), one.stdout)
        w.origin.put("gone-away.xml", feed(5))
        expect(w.poll() == {}, "it answers again")
        expect(w.logged() == [("alarm.begun", "failing"), ("alarm.ended", "failing")], f"{w.logged()}")
        w.daemon.start()
        entries = ET.fromstring(w.daemon.get("/health.atom")[2]).findall(f"{ATOM}entry")
        expect([e.findtext(f"{ATOM}title") for e in entries] == ["Feed answers again"], "who follows the feed is told of both")
        expect("failing since 20" in entries[0].findtext(f"{ATOM}content"), ET.tostring(entries[0]))


def test_a_page_instead_of_the_feed_and_a_challenge(folder):
    with Watched(folder) as w:
        w.poll(feed(5))
        told = w.poll("<!DOCTYPE html><html><head><title>Welcome</title></head><body><p>Hello</p></body></html>", times=3)
        expect(list(told) == ["no-feed"] and "HTML" in told["no-feed"], f"{told}")
        expect(w.poll(feed(5)) == {}, "a feed again")


def test_empty_and_shrunk(folder):
    with Watched(folder) as w:
        expect(w.poll(feed(20)) == {}, "well")
        told = w.poll(rss([]))
        expect(told == {"empty": "0 items, where 20 are usual"}, f"{told}")
        told = w.poll(feed(4, first=17))
        expect(list(told) == ["shrunk"] and re.match(r"4 items, where \d+ are usual$", told["shrunk"]), f"{told}")
        expect(w.poll(feed(20)) == {}, "as before")
        expect(w.logged() == [("alarm.begun", "empty"), ("alarm.ended", "empty"), ("alarm.begun", "shrunk"),
                              ("alarm.ended", "shrunk")], f"{w.logged()}")


def test_silent_and_frozen(folder):
    with Watched(folder) as w:
        told = w.poll(feed(10, age=400))
        expect(list(told) == ["silent"] and "nothing new since" in told["silent"], f"an old feed that answers: {told}")
        told = w.poll(feed(16, age=400))
        expect(list(told) == ["frozen"] and told["frozen"].startswith("6 new items came, none dated after"),
               f"new items with old dates: {told}")
        expect(w.poll(feed(17, age=0)) == {}, "dates of today")


def test_ids_and_language_that_change(folder):
    with Watched(folder) as w:
        for n in range(4):
            expect(w.poll(feed(8 + n, lang="fr")) == {}, "as usual")
        told = w.poll(feed(11, lang="fr", ids="?again"))
        expect(list(told) == ["renamed"] and re.match(r"\d+ of 11 items are known under other ids$", told["renamed"]), f"{told}")
        told = w.poll(feed(12, lang="ar", ids="?again"))
        expect(told == {"language": 'it was in "fr" until now'}, f"{told}")
        expect(w.poll(feed(13, lang="fr", ids="?again")) == {}, "as before")


def test_held_items_until_they_are_released(folder):
    with Watched(folder) as w:
        w.poll(feed(5))
        told = w.poll(feed(600))
        expect("held" in told, f"{told}")
        w.daemon.start()
        released = w.daemon.command("release", "a")
        expect(released.returncode == 0, f"{released}")
        w.daemon.stop()
        expect("held" not in w.poll(), "none is held any more")
        expect(("alarm.ended", "held") in w.logged(), f"{w.logged()}")


def test_every_place_tells_the_same(folder):
    with Watched(folder) as w:
        w.poll(feed(10, age=400))
        w.daemon.configure({"a": (w.origin.url("a.xml"), "title = \"The <first>\"")})
        d = w.daemon.start()
        expect(list(w.alarms()) == ["silent"], "the command")
        status = json.loads(d.get("/status.json")[2])
        expect(status["alarms"] == 1 and status["source_list"][0]["alarms"][0]["alarm"] == "silent", f"{status}")
        metrics = d.get("/metrics")[2].decode()
        expect(re.search(r'^tributary_source_alarm\{source="a",alarm="silent"\} 1\d{9}$', metrics, re.M), "the figures")
        page = d.get("/sources")[2].decode()
        expect("has fallen silent" in page and "not well" in page, "the page of the sources")
        expect("has fallen silent" in d.get("/")[2].decode(), "the river names who is not well")
        entry = ET.fromstring(d.get("/health.atom")[2]).find(f"{ATOM}entry")
        expect(entry.findtext(f"{ATOM}title") == "The <first> has fallen silent", ET.tostring(entry))
        d.configure({"b": w.origin.url("b.xml")})
        w.origin.put("b.xml", feed(3))
        expect(d.command("reload").returncode == 0, "reloaded")
        expect(ET.fromstring(d.get("/health.atom")[2]).find(f"{ATOM}entry") is None, "who is not followed has nothing wrong")


if __name__ == "__main__":
    run_tests([test_failing_begins_and_ends_once, test_a_page_instead_of_the_feed_and_a_challenge, test_empty_and_shrunk,
               test_silent_and_frozen, test_ids_and_language_that_change, test_held_items_until_they_are_released,
               test_every_place_tells_the_same])
