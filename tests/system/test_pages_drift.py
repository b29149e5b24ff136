"""A page that is read as a feed, and what is said when it was redone: the drift alarm."""
from harness import Daemon, Origin, expect, run_tests, wait_for

PAGE = '<!DOCTYPE html><html lang="en"><head><title>News</title></head><body>{}</body></html>'
SOURCE = """source news {{ page = "{}" item = "//div[@class='card']" link = "(.//a)[1]/@href"
    every = 0s at_least = 0s allow = {{ "127.0.0.0/8" }} }}
"""


def cards(links, kind="card"):
    return PAGE.format("".join(f'<div class="{kind}"><a href="{link}">It is told as number {n}</a></div>' for n, link in enumerate(links)))


def refreshed(d, what):
    """The source's error once `what` is in it."""
    def question():
        d.command("refresh", "news")
        error = d.source("news").get("error") or ""
        return (what in error) and error
    return wait_for(f"an error with {what}", question, 20)


def test_a_page_that_was_redone_is_an_error_and_takes_nothing_away(folder):
    with Origin(folder) as origin:
        origin.put("news.html", cards(["/1", "/2", "/3"]))
        with Daemon(folder, {}, text=SOURCE.format(origin.url("news.html"))) as d:
            d.start()
            wait_for("three items", lambda: d.status()["items"] == 3)
            origin.put("news.html", cards(["/4", "/5"], kind="tile"), age=1800)
            refreshed(d, "`item' finds nothing")
            origin.put("news.html", cards(["/6", "/6"]), age=900)
            refreshed(d, "the same address")
            expect(d.status()["items"] == 3, f"{d.status()['items']} items after the page was redone")
            expect(d.source("news")["state"] == "failing", d.source("news"))
            origin.put("news.html", cards(["/7", "/8"]), age=60)
            wait_for("five items", lambda: d.command("refresh", "news") and d.status()["items"] == 5, 20)


run_tests([test_a_page_that_was_redone_is_an_error_and_takes_nothing_away])
