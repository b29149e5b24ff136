#!/usr/bin/env python3
"""Stories and topics in the running daemon: one event told by several bodies, in two languages, as readers, the pages
and the command show it; the admin's word on it; and the same answers after restarts at every point."""
import email.utils
import json
import os
import sqlite3
import time
import xml.etree.ElementTree as ET

from harness import ATOM, Daemon, Origin, expect, rss, run_tests, wait_for

HOUR = 3600
# (source, hours ago, title, text): the first four are one event, then the same in French, then others
NEWS = [
    ("un", 9, "Ministers open dialogue on migration compact in Geneva",
     "More than 120 delegations gathered in Geneva on Tuesday for the International Dialogue on Migration, where the "
     "Organization for Migration presented 23 objectives of the draft compact and asked for safe pathways."),
    ("iom", 8, "International Dialogue on Migration opens in Geneva with 120 delegations",
     "The International Dialogue on Migration opened in Geneva on Tuesday. 120 delegations discuss the 23 objectives of "
     "the draft compact on migration, the Organization for Migration said."),
    ("hub", 6, "Geneva dialogue discusses the 23 objectives of the migration compact",
     "At the International Dialogue on Migration in Geneva, delegations from 120 countries discussed the 23 objectives of "
     "the draft compact with the Organization for Migration."),
    ("edition-fr", 7, "Genève : ouverture du Dialogue international sur la migration avec 120 délégations",
     "Le Dialogue international sur la migration s'est ouvert mardi à Genève. 120 délégations y examinent les 23 objectifs "
     "du pacte, selon l'OIM."),
    ("un", 5, "Cholera outbreak in Zambia reaches six provinces",
     "Health workers in Lusaka reported 412 new cases of cholera this week, and vaccines for 900,000 people are on the way."),
    ("iom", 4, "Typhoon leaves 3,000 families without homes in Luzon",
     "Families in the north of Luzon shelter in schools after the typhoon tore through 14 towns on Sunday night."),
    ("hub", 3, "Report finds coral reefs recovering off Belize",
     "Divers counted twice as many young corals on the reef off Belize as in 2019, a report by marine scientists says."),
]
VIEWS = """view moves { title = "People on the move"  topics = { "migration" } }
view french { langs = { "fr" } }
view iom { sources = { "iom" } }
view tagged { tags = { "un" } }
view corals { q = "coral reefs" }
view stories { stories = "one" }
view newest { limit = 1 }
"""
TOPICS = """topic migration { match = "migra* OR refugee*" }
topic health { match = "cholera OR vaccin*" categories = { "Public health" } }
view moves { title = "People on the move"  topics = { "migration" } }
"""


def document(source, news, now):
    items = [{"title": title, "link": f"https://{source}.example.org/{hours}", "guid": f"https://{source}.example.org/{hours}",
              "pubDate": email.utils.formatdate(now - hours * HOUR), "description": text}
             for s, hours, title, text in news if s == source]
    return rss(items, title=source, link=f"https://{source}.example.org/")


class Newsroom:
    """An origin with the four sources, and a daemon that follows them."""

    def __init__(self, folder, top="", text=TOPICS):
        self.now = int(time.time())
        self.origin = Origin(folder)
        self.told = []
        sources = {s: (f"http://127.0.0.1:{self.origin.port}/{s}.xml", f'lang = "{"fr" if s.endswith("fr") else "en"}"')
                   for s in ("un", "iom", "hub", "edition-fr")}
        self.put([])
        self.daemon = Daemon(folder, sources, top=top, every="0s", text=text)

    def put(self, news):
        self.told = self.told + news
        for source in ("un", "iom", "hub", "edition-fr"):
            with open(f"{self.origin.folder}/www/{source}.xml", "w") as f:
                f.write(document(source, self.told, self.now))

    def all_at_once(self):
        self.put(NEWS)
        expect(self.daemon.once() == 0, f"--once went wrong: {self.daemon.said()[-2000:]}")

    def entries(self, path="/feed.atom"):
        return {e.findtext(f"{ATOM}title"): e for e in self.daemon.merged(path)}

    def rows(self):
        """{title's first words: story} as the store has it."""
        with sqlite3.connect(f"file:{self.daemon.state}/tributary.db?mode=ro", uri=True) as db:
            return dict(db.execute("SELECT item.atom_id, item_story.story FROM item_story JOIN item ON item.number = item_story.item"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.daemon.process is not None:
            self.daemon.kill_all()
        self.origin.stop()


def id_of(source, hours):
    return f"https://{source}.example.org/{hours}"


def related(entry, rel):
    return sorted(link.get("href") for link in entry.findall(f"{ATOM}link") if link.get("rel") == rel)


def test_one_event_is_one_story_whoever_tells_it(folder):
    with Newsroom(folder, top="stories = yes\n") as room:
        room.all_at_once()
        rows = room.rows()
        migration = {rows[id_of("un", 9)], rows[id_of("iom", 8)], rows[id_of("hub", 6)]}
        expect(len(migration) == 1, f"three texts of one event: {rows}")
        others = [rows[id_of(s, h)] for s, h in (("edition-fr", 7), ("un", 5), ("iom", 4), ("hub", 3))]
        expect(len(set(others) | migration) == 5, f"what is another event, or another language, is a story of its own: {rows}")
        d = room.daemon.start()
        entries = room.entries()
        expect(len(entries) == len(NEWS), f"every item is an entry: {sorted(entries)}")
        first = entries[NEWS[0][2]]
        siblings = related(first, "related")
        expect(siblings[1:] == [id_of("hub", 6), id_of("iom", 8)] and "/story/" in siblings[0], f"siblings: {siblings}")
        schemes = {c.get("scheme") for c in first.findall(f"{ATOM}category")}
        expect(any(s and s.endswith("/story/") for s in schemes), f"the story is a category: {schemes}")
        alone = entries[NEWS[5][2]]
        expect(related(alone, "related") == [], "a story of one has no siblings")
        one = room.entries("/feed.atom?stories=one")
        expect(len(one) == 5, f"one entry a story: {sorted(one)}")
        expect(len({e.findtext(f'{ATOM}id') for e in one.values()}) == 5, "each with an id of its own")
        ids = {e.findtext(f"{ATOM}id") for e in entries.values()} & {e.findtext(f"{ATOM}id") for e in one.values()}
        expect(not ids, f"a story is not one of its items: {ids}")
        d.stop()


def test_the_same_event_in_another_language_is_linked_not_merged(folder):
    with Newsroom(folder) as room:
        room.all_at_once()
        room.daemon.start()
        entries = room.entries()
        french = entries[NEWS[3][2]]
        across = [link for link in french.findall(f"{ATOM}link") if link.get("rel") == "alternate" and link.get("hreflang") == "en"]
        expect(across, "the French text stands beside the English ones: " + ET.tostring(french, encoding="unicode")[:1500])
        status = room.daemon.command("story", "unlink", id_of("edition-fr", 7))
        expect(status.returncode == 0, status.stderr)
        french = room.entries()[NEWS[3][2]]
        expect(not [link for link in french.findall(f"{ATOM}link") if link.get("hreflang") == "en"], "and not when the admin ends it")


def test_the_admin_parts_joins_and_locks_for_good(folder):
    with Newsroom(folder) as room:
        room.all_at_once()
        d = room.daemon.start()

        def say(*words, status=0):
            r = d.command("story", *words)
            expect(r.returncode == status, f"story {words}: {r.returncode} {r.stdout}{r.stderr}")
            return r.stdout + r.stderr

        before = room.rows()
        say("part", id_of("hub", 6))
        rows = room.rows()
        expect(rows[id_of("hub", 6)] not in before.values(), f"a story of its own: {rows}")
        say("part", id_of("iom", 8))
        stories = set(room.rows().values())
        say("join", id_of("iom", 8), id_of("un", 9))
        expect("alone" in say("part", id_of("hub", 6), status=1), "it is alone there already")
        say("join", id_of("iom", 4), id_of("un", 9))
        rows = room.rows()
        expect(rows[id_of("iom", 4)] == rows[id_of("un", 9)], f"it moved: {rows}")
        say("lock", id_of("un", 5))
        expect("no item" in say("part", "nothing", status=1), "an id that is none is told")
        expect(d.command("story", "part").returncode == 2, "usage is 2")
        room.put([("hub", 1, NEWS[4][2] + " of the country", NEWS[4][3]),
                  ("hub", 0, "Dialogue on Migration in Geneva: 120 delegations, 23 objectives of the compact", NEWS[1][3]),
                  ("iom", 0, "Orchestra tours nine islands by sailing ship",
                   "Musicians sailed from Suva on Friday and will play on nine islands, with 40 instruments aboard.")])
        d.stop()
        expect(d.once() == 0, "a poll more")
        d.start()
        rows = room.rows()
        expect(rows[id_of("hub", 1)] != rows[id_of("un", 5)], f"a locked story takes no more: {rows}")
        expect(rows[id_of("hub", 0)] in (rows[id_of("iom", 8)], rows[id_of("hub", 6)]), f"the others go on: {rows}")
        expect(rows[id_of("iom", 0)] not in stories, f"a number once given, to a parted item too, is not given again: {rows}")
        before = room.rows()
        say("unlock", id_of("un", 5))
        expect(room.rows() == before, "to unlock moves nothing")


def test_a_restart_at_any_point_changes_no_answer(folder):
    os.makedirs(f"{folder}/a")
    os.makedirs(f"{folder}/b")
    for f in (f"{folder}/a", f"{folder}/b"):
        os.chmod(f, 0o755)
    order = sorted(NEWS, key=lambda n: -n[1])
    with Newsroom(f"{folder}/a") as one, Newsroom(f"{folder}/b") as other:
        one.now = other.now
        d = one.daemon.start()
        for n in order:
            one.put([n])
            wait_for("the item", lambda: id_of(n[0], n[1]) in one.rows(), 20)
            other.put([n])
            expect(other.daemon.once() == 0, other.daemon.said()[-2000:])
        d.stop()
        expect(one.rows() == other.rows(), f"{one.rows()}\n{other.rows()}")


def test_topics_tag_what_comes_and_what_came(folder):
    with Newsroom(folder, text="") as room:
        room.all_at_once()
        d = room.daemon.start()
        sources = {s: (f"http://127.0.0.1:{room.origin.port}/{s}.xml", "") for s in ("un", "iom", "hub", "edition-fr")}
        d.configure(sources, TOPICS)
        r = d.command("reload")
        expect(r.returncode == 0, r.stderr)
        wait_for("the past to be tagged", lambda: len(room.entries("/view/moves.atom")) == 4, 60)
        expect(set(room.entries("/feed.atom?topic=health")) == {NEWS[4][2]}, "one on health")
        both = json.loads(d.get("/feed.json?topic=health&topic=migration")[2])
        expect(len(both["items"]) == 5, "either of two topics")
        room.put([("iom", 1, "Vaccines arrive in Lusaka", "The first 300,000 vaccines arrived on Thursday.")])
        wait_for("the new item with its topic", lambda: len(room.entries("/feed.atom?topic=health")) == 2, 20)
        bad = d.get("/feed.atom?topic=nonsense")
        expect(bad[0] in (200, 400), f"a topic that is none: {bad[0]}")
        d.configure(sources, TOPICS.replace("cholera OR vaccin*", "cholera"))
        expect(d.command("reload").returncode == 0, "a changed rule")
        wait_for("the past to follow the rule", lambda: set(room.entries("/feed.atom?topic=health")) == {NEWS[4][2]}, 60)
        d.configure(sources, TOPICS.replace("cholera OR vaccin*", "cholera OR ("))
        r = d.command("reload")
        expect(r.returncode == 1 and "match: expected" in r.stderr, f"a rule that is none is refused: {r}")


def test_every_decision_is_explained(folder):
    with Newsroom(folder) as room:
        room.all_at_once()
        room.daemon.start()
        told = []
        for source, hours, _, _ in NEWS[:3]:
            said = room.daemon.command("explain", id_of(source, hours))
            expect(said.returncode == 0, said.stderr)
            expect("topic migration: migra*" in said.stdout, f"explain says the rule that gave the topic: {said.stdout}")
            told.append(said.stdout)
        # Which feed came first is not given: that one's item began the story, the others joined it.
        joined = [text for text in told if "in story" in text]
        expect(len(joined) == 2 and sum("began story" in text for text in told) == 1, f"one began it, two joined it: {told}")
        for text in joined:
            expect(any(f'"{title}"' in text for _, _, title, _ in NEWS[:3]), f"explain says what it was nearest to: {text}")
        expect(room.daemon.command("explain", "nothing-of-that-name").returncode == 1, "what is neither is an error")


def test_an_item_is_told_what_keeps_it_out_of_a_view(folder):
    with Newsroom(folder, text=TOPICS.split("view")[0] + VIEWS) as room:
        room.all_at_once()
        room.daemon.start()
        wait_for("the search index", lambda: room.entries("/view/corals.atom"), 30)
        reefs = room.daemon.command("explain", id_of("hub", 3)).stdout
        for line in ("in the merged feed, on its first page", "absent from view moves: it has none of its topics",
                     "absent from view french: it is in none of its languages", "absent from view iom: none of its sources carries it",
                     "absent from view tagged: no source that carries it has one of its tags", "in view corals, on its first page",
                     "in view stories, on its first page", "in view newest, on its first page"):
            expect(f"  {line}" in reefs, f"{line}: {reefs}")
        storm = room.daemon.command("explain", id_of("iom", 4)).stdout
        for line in ("absent from view corals: the words of its q are not in it", "in view iom, on its first page",
                     "in view newest, past its first page: newer items fill that"):
            expect(f"  {line}" in storm, f"{line}: {storm}")
        told = [room.daemon.command("explain", id_of(s, h)).stdout for s, h, *_ in NEWS[:3]]
        second = [t for t in told if "absent from view stories: it has one entry a story, this one's is \"" in t]
        expect(len(second) == 2, f"of three that tell one story one has the entry: {told}")


if __name__ == "__main__":
    run_tests([test_one_event_is_one_story_whoever_tells_it, test_the_same_event_in_another_language_is_linked_not_merged,
               test_the_admin_parts_joins_and_locks_for_good, test_a_restart_at_any_point_changes_no_answer,
               test_topics_tag_what_comes_and_what_came, test_every_decision_is_explained,
               test_an_item_is_told_what_keeps_it_out_of_a_view])
