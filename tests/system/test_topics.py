"""Topics: a mistake in a rule is told where it stands, a rule can be tried before it is written down, and feeds choose
by what was found."""
import json
import time
from email.utils import formatdate

from harness import TOP, Daemon, Origin, entry_titles, expect, run_tests, wait_for

TOPICS = """
topic migration {
    title = "Migration"
    match = '"asylum seekers" OR migra* NOT bird*'
    categories = { "Displacement" }
}
topic water { match = 'title:water OR "safe water" OR well*' words = 2 }
topic camp { match = 'source:two' }
"""
ITEMS = [
    ("Migrants rescued off the coast", "They are safe.", ""),
    ("Bird migration begins", "Cranes fly south.", ""),
    ("Camps are full", "Nothing else.", "displacement"),
    ("Safe water for all", "Wells are dug.", ""),
    ("Water", "Only one word.", ""),
]


def document(items, age=0):
    rows = "".join(f"<item><title>{t}</title><description>{d}</description><link>https://a.example/{age}-{n}</link>"
                   f"<guid>urn:x:{age}-{n}</guid>{f'<category>{c}</category>' if c else ''}"
                   f"<pubDate>{formatdate(time.time() - 3600 * (n + 1) - age)}</pubDate></item>"
                   for n, (t, d, c) in enumerate(items))
    return f'<rss version="2.0"><channel><title>t</title><link>https://a.example/</link>{rows}</channel></rss>'


def serving(folder, origin, text=TOPICS):
    origin.put("one.xml", document(ITEMS))
    origin.put("two.xml", document([("Old migrants", "Long ago.", "")], 20 * 86400))
    daemon = Daemon(folder, {"one": (origin.url("one.xml"), 'lang = "en"'), "two": origin.url("two.xml")}, text=text)
    daemon.start()
    wait_for("six items", lambda: len(daemon.merged()) == 6)
    return daemon


def tried(daemon, *rule):
    answer = daemon.command("topic", "try", "--json", *rule)
    expect(answer.returncode == 0, answer.stderr)
    return json.loads(answer.stdout)


def titles(answer):
    return [m["title"] for m in answer["matches"]]


def test_a_mistake_in_a_rule_is_told_with_its_line_and_column(folder):
    with Daemon(folder, {}, text="topic a {\n  match = 'one OR\n    (two OR three'\n}\n") as daemon:
        answer = daemon.command("check")
        line = 1 + next(n for n, text in enumerate(open(daemon.conf)) if "(two" in text)
        expect(answer.returncode == 1, "it is no rule")
        expect(f"tributary.conf:{line}: match: expected a closing ) in column 18 of this line" in answer.stderr, answer.stderr)


def test_the_shipped_rules_are_in_order(folder):
    with Daemon(folder, {}, text=open(f"{TOP}/etc/topics.conf.sample", encoding="utf-8").read()) as daemon:
        answer = daemon.command("check")
        expect(answer.returncode == 0 and "topics: 27" in answer.stdout, answer.stdout + answer.stderr)


def test_a_rule_is_tried_on_what_is_stored(folder):
    with Origin(folder) as origin, serving(folder, origin) as daemon:
        answer = tried(daemon, "migra*", "NOT", "bird*")
        expect(titles(answer) == [ITEMS[0][0]], answer)
        expect((answer["taken"], answer["items"]) == (1, 5), "older items are not looked at")
        expect(answer["matches"][0]["why"] == "migra* (title)" and answer["matches"][0]["source"] == "one", answer)
        expect(titles(tried(daemon, "migration")) == [ITEMS[0][0], ITEMS[2][0]], "a topic by its name")
        expect(titles(tried(daemon, "water")) == [ITEMS[3][0]], "two words must be there")
        expect(titles(tried(daemon, "(migration)")) == [ITEMS[1][0]], "in parentheses it is a word")
        expect(titles(tried(daemon, "lang:en water")) == [ITEMS[3][0], ITEMS[4][0]], "the source's language counts")
        expect(titles(tried(daemon, "-n", "1", "lang:en")) == [ITEMS[0][0]], "-n")
        people = daemon.command("topic", "try", "migration")
        expect('category "Displacement"' in people.stdout and "2 of 5 items of the last 14 days" in people.stdout, people.stdout)
        wrong = daemon.command("topic", "try", "a1 OR (b1")
        expect(wrong.returncode == 1 and "column 10: expected a closing )" in wrong.stderr, wrong.stderr)


def test_feeds_choose_by_topic(folder):
    with Origin(folder) as origin, serving(folder, origin) as daemon:
        found = lambda: entry_titles(daemon.merged("/feed.atom?topic=migration"))
        wait_for("all of migration", lambda: sorted(found()) == ["Camps are full", "Migrants rescued off the coast", "Old migrants"])
        counts = json.loads(daemon.command("topic", "list", "--json").stdout)["topics"]
        expect([(t["name"], t["items"]) for t in counts] == [("migration", 3), ("water", 1), ("camp", 1)], counts)


run_tests([v for k, v in sorted(globals().items()) if k.startswith("test_")])
