#!/usr/bin/env python3
"""Real readers subscribe to the merged feed and come back round after round, while the daemon runs and its sources
publish, edit, repeat and withdraw.  What each has is counted in its own store: every item once, an edit an update.

A reader that is not installed is skipped.  newsboat, Liferea and feedparser know an entry by its id; rss2email, too,
and can be told to answer an edited entry's mail with another; sfeed keeps a line for each id, title and link.
"""
import collections
import contextlib
import email
import email.policy
import glob
import json
import os
import re
import signal
import sqlite3
import subprocess
import time

from harness import SLOW, Daemon, Origin, Skip, expect, need, rss, run_tests, wait_for

A, B, C = "https://a.example.org/", "https://b.example.net/", "https://c.example.com/"
COMPLETE = '<channel xmlns:fh="http://purl.org/syndication/history/1.0"><fh:complete/>'


class World:
    """Three sources and the daemon that merges them; each round is what they publish from then on."""

    def __init__(self, folder):
        self.folder, self.round, self.now = folder, 0, time.time()
        self.origin = Origin(folder)
        self.feeds = {"a": [], "b": [], "c": []}
        self.texts = {}  # every item that was ever published, by its address: (title, text)
        self.withdrawn = set()
        self.changes, self.edits, self.titles_changed = collections.Counter(), collections.Counter(), collections.Counter()
        sources = {name: self.origin.url(f"{name}.xml") for name in self.feeds}
        self.daemon = Daemon(folder, sources, tcp=True)
        self.urls = {form: f"http://127.0.0.1:{self.daemon.port}/feed.{form}" for form in ("atom", "rss", "json")}
        self.exec = f"curl -s --unix-socket {self.daemon.socket} http://localhost/feed.atom"

    def add(self, source, address, title, text, guid=None, **more):
        """A new item on top of a source; the item itself, to be edited."""
        item = {"title": title, "link": address, "guid": guid or address, "description": text,
                "pubDate": time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(self.now - 7200 + 60 * len(self.texts))),
                **more}
        self.feeds[source].insert(0, item)
        self.texts.setdefault(address.split("?")[0], (title, text))
        return item

    def edit(self, item, title=None, text=None, soon=False):
        """`soon`: within an hour of the edit before, so that it shows, but is no other edit."""
        if title:
            self.titles_changed[item["link"]] += 1
        item.update({"title": title or item["title"], "description": text or item["description"]})
        self.texts[item["link"]] = (item["title"], item["description"])
        self.changes[item["link"]] += 1
        self.edits[item["link"]] += not soon

    def publish(self):
        """The sources' documents as they are now, fetched and in the merged feed."""
        self.round += 1
        for name, items in self.feeds.items():
            document = rss(items, title=f"News of {name.upper()}", link={"a": A, "b": B, "c": C}[name])
            if name == "c":
                document = document.replace("<channel>", COMPLETE)
            self.origin.put(f"{name}.xml", document, age=3600 - 60 * self.round)
        before = {}
        if self.daemon.process is None:
            self.daemon.start()
        else:
            before = self.polls()
            expect(self.daemon.command("refresh").returncode == 0, "refresh")
        want = sorted(title for address, (title, _) in self.texts.items() if address not in self.withdrawn)
        wait_for(f"round {self.round} to be merged",
                 lambda: all(n > before.get(name, 0) for name, n in self.polls().items()) and self.titles() == want, 30)

    def polls(self):
        return {s["name"]: s["polls"] for s in self.daemon.status()["source_list"]}

    def titles(self):
        return sorted(i["title"] for i in json.loads(self.daemon.get("/feed.json")[2])["items"])

    def rounds(self):
        """Publishes one round after the other; yields after each."""
        a = [self.add("a", f"{A}{n}", f"Report {n} of the first house", f"What the first house says of matter {n}.") for n in range(1, 7)]
        b = [self.add("b", f"{B}{n}", f"Letter {n} from the second house", f"What the second house writes of matter {n}.") for n in range(1, 5)]
        c = [self.add("c", f"{C}{n}", f"Notice {n} of the third house", f"What the third house shows of matter {n}.") for n in range(1, 4)]
        self.add("c", f"{C}ar", "إشعار من البيت الثالث", "ما يعرضه البيت &lt;b&gt;الثالث&lt;/b&gt;.&lt;script&gt;alert(1)&lt;/script&gt;")
        self.add("c", f"{C}zh", "第三家的通知", "第三家展示的内容。")
        self.publish()
        self.add("b", f"{A}2?utm_source=b", a[1]["title"], a[1]["description"], guid="b-carries-2")
        self.publish()
        yield "the first sight: an item of two sources"

        self.add("a", f"{A}7", "Report 7 of the first house", "What came in the second round.")
        self.add("b", f"{B}5", "Letter 5 from the second house", "What came in the second round, too.")
        self.edit(a[2], "Report 3 of the first house, corrected", "Another number stands in this text: it was 40, and it is 400.")
        a[3]["description"] = "  What the first  house says\n of matter 4. "  # nothing that anyone could read
        self.publish()
        yield "new items, a real edit, a cosmetic one"

        self.feeds["c"].remove(c[1])
        self.withdrawn.add(c[1]["link"])
        self.add("c", f"{C}4", "Notice 4 of the third house", "What came in the third round.")
        self.edit(b[0], text="The second house writes something else altogether of matter 1: the meeting is put off.")
        self.add("b", f"{A}5?utm_medium=feed#top", a[4]["title"], a[4]["description"], guid="b-carries-5")
        self.publish()
        yield "one withdrawn, one edited in its text, one carried by another source since"

        for item in self.feeds["a"]:
            item["guid"] = item["guid"].replace("https://", "http://") + "?again"  # they changed their software
        self.add("a", f"{A}8", "Report 8 of the first house", "What came in the fourth round.")
        self.edit(a[2], text="Another number stands in this text: it was 400, and it is 4,000 now.", soon=True)
        self.daemon.stop()
        self.daemon.start()
        self.publish()
        yield "every GUID of a source changed, an item edited again, the daemon started again"

        self.publish()
        yield "nothing at all"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.daemon.__exit__()
        self.origin.stop()


def once_each(world, rows, who):
    """rows: (id, address, title) as a reader has them.  Every item, each once."""
    addresses = collections.Counter(address for _, address, *_ in rows)
    expect(addresses == collections.Counter(world.texts.keys()),
           f"{who}, round {world.round}: missing {sorted(world.texts.keys() - addresses.keys())}, "
           f"too many {[k for k, n in addresses.items() if n > 1 or k not in world.texts]}")
    expect(len({row[0] for row in rows}) == len(rows), f"{who}, round {world.round}: an id stands twice")


def as_edited(world, rows, who):
    for _, address, title, *_ in rows:
        expect(address in world.withdrawn or title == world.texts[address][0], f"{who}, round {world.round}: {title!r} of {address}")


def report(world, who, n, more=""):
    print(f"# {who}: {n} entries of {len(world.texts)} items after {world.round} rounds{more}")


def select(path, query):
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        return db.execute(query).fetchall()


def quiet(arguments, world, **more):
    environment = dict(os.environ, HOME=world.folder, TERM="dumb", LC_ALL="C.UTF-8", **more)
    done = subprocess.run(arguments, env=environment, timeout=60 * SLOW, capture_output=True, text=True, cwd=world.folder)
    expect(done.returncode == 0, f"{arguments[0]}: {done.returncode} {done.stdout[-500:]} {done.stderr[-500:]}")
    return done.stdout


def test_newsboat_has_every_item_once(folder):
    newsboat = need("newsboat")
    with World(folder) as world:
        subscriptions = {"atom": world.urls["atom"], "rss": world.urls["rss"], "exec": f"exec:{world.exec}"}
        for name, url in subscriptions.items():  # a cache each: newsboat knows an id once, whatever feed it is in
            with open(f"{folder}/{name}.urls", "w") as f:
                f.write(f'"{url}"\n' if name == "exec" else f"{url}\n")
        with open(f"{folder}/config", "w") as f:
            f.write("max-items 0\n")
        for _ in world.rounds():
            for name in subscriptions:
                cache = f"{folder}/{name}.db"
                quiet([newsboat, "-u", f"{folder}/{name}.urls", "-c", cache, "-C", f"{folder}/config", "-x", "reload"], world)
                rows = select(cache, "SELECT guid, url, title, content FROM rss_item")
                once_each(world, rows, f"newsboat by {name}")
                as_edited(world, rows, f"newsboat by {name}")
                expect(not any("alert(" in row[3] for row in rows), "a script came through")
        report(world, "newsboat", len(rows), f", by each of {', '.join(subscriptions)}")


class Liferea:
    """A Liferea on a screen that nobody sees, with a bus, a home and settings of its own."""

    def __init__(self, folder, url):
        programs = [need(p) for p in ("liferea", "Xvfb", "dbus-daemon", "gdbus")]
        self.home, self.children = f"{folder}/liferea", []
        self.store = f"{self.home}/data/liferea/liferea.db"
        os.makedirs(f"{self.home}/config/liferea")
        os.makedirs(f"{self.home}/run", mode=0o700)
        with open(f"{self.home}/config/liferea/feedlist.opml", "w") as f:
            f.write('<?xml version="1.0"?><opml version="1.0"><head><title>feeds</title></head><body><outline text="merged" '
                    f'title="merged" type="atom" id="merged" xmlUrl="{url}" updateInterval="-1"/></body></opml>')
        self.environment = dict(os.environ, HOME=self.home, XDG_CONFIG_HOME=f"{self.home}/config", XDG_DATA_HOME=f"{self.home}/data",
                                XDG_CACHE_HOME=f"{self.home}/cache", XDG_RUNTIME_DIR=f"{self.home}/run", LC_ALL="C.UTF-8",
                                GSETTINGS_BACKEND="memory", NO_AT_BRIDGE="1", LIBGL_ALWAYS_SOFTWARE="1")
        self.log = open(f"{folder}/liferea.log", "wb")
        self.gdbus = programs[3]
        self.environment["DISPLAY"] = ":" + self.say_on(programs[1], "-screen", "0", "800x600x8", "-nolisten", "tcp", "-displayfd")
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = self.say_on(programs[2], "--session", "--nofork", f"--address=unix:dir={folder}", "--print-address")
        self.start(programs[0], "--disable-plugins", "--mainwindow-state=hidden")

    def start(self, *arguments, **more):
        self.children.append(subprocess.Popen(arguments, env=self.environment, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
                                              start_new_session=True, **more))

    def say_on(self, *arguments):
        """Starts a server that says on a descriptor where it is."""
        ours, theirs = os.pipe()
        joined = [*arguments[:-1], f"{arguments[-1]}={theirs}"] if arguments[-1] == "--print-address" else [*arguments, str(theirs)]
        self.start(*joined, pass_fds=[theirs])
        os.close(theirs)
        with open(ours) as f:
            return f.readline().strip()

    def call(self, method):
        return subprocess.run([self.gdbus, "call", "--session", "--dest", "org.gnome.feed.Reader", "--object-path", "/org/gnome/feed/Reader",
                               "--method", f"org.gnome.feed.Reader.{method}"], env=self.environment, capture_output=True, text=True).stdout

    def rows(self):
        try:
            return select(self.store, "SELECT source_id, source, title FROM items WHERE node_id = 'merged'")
        except sqlite3.Error:
            return []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for child in reversed(self.children):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        self.log.close()


def test_liferea_has_every_item_once(folder):
    with World(folder) as world:
        rounds = world.rounds()
        next(rounds)
        with Liferea(folder, world.urls["atom"]) as liferea:
            wait_for("Liferea on its bus", lambda: "true" in liferea.call("Ping"), 30)
            while True:
                liferea.call("Refresh")
                wait_for(f"Liferea to have round {world.round}", lambda: world.texts.keys() <= {r[1] for r in liferea.rows()}, 20)
                time.sleep(0.5 * SLOW)  # what it would add after that would be one too many
                rows = liferea.rows()
                once_each(world, rows, "Liferea")  # an edit it passes over: 1.14 keeps the title that it saw first
                if next(rounds, None) is None:
                    break
        report(world, "Liferea", len(rows))


def test_sfeed_has_a_line_for_each_id_link_and_title(folder):
    update = need("sfeed_update")
    need("curl")
    with World(folder) as world:
        with open(f"{folder}/sfeedrc", "w") as f:
            f.write(f"""sfeedpath="{folder}/feeds"
            fetch() {{ case $1 in unix) {world.exec} ;; *) curl -sf "$2" ;; esac; }}
            feeds() {{ feed atom {world.urls["atom"]}; feed rss {world.urls["rss"]}; feed unix http://localhost/feed.atom; }}
            """)
        for _ in world.rounds():
            quiet([update, f"{folder}/sfeedrc"], world)
            for name in "atom", "rss", "unix":
                with open(f"{folder}/feeds/{name}") as f:
                    lines = [line.rstrip("\n").split("\t") for line in f]
                rows = [(line[5], line[2], line[1]) for line in lines]
                once_each(world, {i: (i, address, title) for i, address, title in reversed(rows)}.values(), f"sfeed by {name}")
                more = collections.Counter(address for _, address, _ in rows) - collections.Counter(world.texts.keys())
                expect(more == world.titles_changed, f"sfeed by {name}, round {world.round}: more than one line: {more}")
                expect(len({(address, i) for i, address, _ in rows}) == len(world.texts), f"sfeed by {name}: an address changed its id")
        report(world, "sfeed", len(rows), f" in {len(rows)} lines, for {sum(world.titles_changed.values())} title changed")


def mails_in(folder):
    """(id, address, subject, id of the mail that it answers) of each."""
    found = []
    for path in sorted(glob.glob(f"{folder}/*/new/*") + glob.glob(f"{folder}/new/*")):
        with open(path, "rb") as f:
            mail = email.message_from_binary_file(f, policy=email.policy.default)
        found.append((mail["X-RSS-ID"], mail["X-RSS-URL"], mail["Subject"], mail["In-Reply-To"]))
    return found


def test_rss2email_mails_every_item_once_and_answers_for_an_edit(folder):
    r2e = need("r2e")
    with World(folder) as world:
        for name in "plain", "answers":
            for part in "tmp", "new", "cur":
                os.makedirs(f"{folder}/{name}/INBOX/{part}")
            with open(f"{folder}/{name}.cfg", "w") as f:
                f.write(f"[DEFAULT]\nfrom = tributary@example.org\nto = reader@example.org\nemail-protocol = maildir\nuse-8bit = True\n"
                        f"maildir-path = {folder}/{name}\nreply-changes = {name == 'answers'}\n\n[feed.merged]\nurl = {world.urls['atom']}\n")
        for _ in world.rounds():
            for name in "plain", "answers":
                quiet([r2e, "-c", f"{folder}/{name}.cfg", "-d", f"{folder}/{name}.json", "run"], world)
            mails = mails_in(f"{folder}/plain")
            once_each(world, [m[:3] for m in mails], "rss2email")
            mails = mails_in(f"{folder}/answers")
            once_each(world, [m[:3] for m in mails if m[3] is None], "rss2email that answers")
            replies = collections.Counter(m[1] for m in mails if m[3] is not None)
            expect(replies == world.changes, f"rss2email, round {world.round}: answers {replies}, edited {world.changes}")
        report(world, "rss2email", len(world.texts), f", and {sum(replies.values())} answers for {sum(world.changes.values())} edits")


def test_feedparser_sees_every_item_once_and_each_edit_once(folder):
    try:
        import feedparser
    except ImportError:
        raise Skip("python3-feedparser is not installed")
    with World(folder) as world:
        seen, tags = {"atom": {}, "rss": {}, "unix": {}}, {"atom": {}, "rss": {}}
        updates, statuses = collections.Counter(), []
        for _ in world.rounds():
            for name, entries in seen.items():
                if name == "unix":
                    parsed = feedparser.parse(world.daemon.get("/feed.atom")[2])
                else:
                    parsed = feedparser.parse(world.urls[name], **tags[name])
                    statuses.append(parsed.status)
                    tags[name] = {"etag": parsed.get("etag"), "modified": parsed.get("modified")}
                expect(not parsed.bozo, f"feedparser on {name}: {parsed.get('bozo_exception')}")
                for e in parsed.entries:
                    if e.id in entries and name == "unix" and entries[e.id].updated != e.updated:
                        updates[e.link] += 1
                    entries[e.id] = e
                rows = [(e.id, e.link, e.title) for e in entries.values()]
                once_each(world, rows, f"feedparser on {name}")
                as_edited(world, rows, f"feedparser on {name}")
                for address in world.edits:
                    expect(any(e.link == address and e.summary == world.texts[address][1] for e in entries.values()), f"the text of {address}")
            expect(updates == world.edits, f"feedparser, round {world.round}: updated {updates}, edited {world.edits}")
        expect(statuses[-2:] == [304, 304], f"nothing new is a 304: {statuses}")
        report(world, "feedparser", len(rows), f", {sum(updates.values())} updated")


if __name__ == "__main__":
    run_tests([f for name, f in list(globals().items()) if name.startswith("test_")])
