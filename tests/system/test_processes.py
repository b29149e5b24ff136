"""Four kinds of process: visible, jailed, and back after kill -9."""
import os
import re
import signal
import time

from harness import ATOM, BUILD, Daemon, Origin, SLOW, entry_ids, entry_titles, expect, rss, run_tests, wait_for

LOOSE = "-san" in os.path.basename(BUILD)


def items(n, word="Item"):
    return [{"title": f"{word} {i}", "link": f"http://example.org/{word}/{i}", "guid": f"{word}-{i}"} for i in range(n)]


def gone(pid):
    try:
        with open(f"/proc/{pid}/stat") as f:
            return f.read().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def test_each_role_is_visible_by_its_name(folder):
    with Origin(folder) as origin, Daemon(folder, {"a": origin.url("a.xml")}) as d:
        origin.put("a.xml", rss(items(3)))
        d.start()
        wait_for("the source", lambda: d.source("a")["state"] == "ok")
        roles = d.roles()
        expect({"supervisor", "poller", "publisher", "parser"} <= set(roles), f"{roles}")
        for role in ("poller", "publisher", "parser"):
            with open(f"/proc/{roles[role][0]}/comm") as f:
                expect(role in f.read(), f"{role} is not named so")


def test_roles_have_just_their_descriptors_and_no_new_privileges(folder):
    with Origin(folder) as origin, Daemon(folder, {"a": origin.url("a.xml")}) as d:
        origin.put("a.xml", rss(items(3)))
        d.start()
        wait_for("the source", lambda: d.source("a")["state"] == "ok")
        for role, pids in d.roles().items():
            if role == "supervisor":
                continue
            with open(f"/proc/{pids[0]}/status") as f:
                status = f.read()
            expect("NoNewPrivs:\t1" in status, f"{role} may gain privileges")
            expect("Seccomp:\t2" in status, f"{role} has no filter")
        if not LOOSE:
            links = {n: os.readlink(f"/proc/{d.roles()['parser'][0]}/fd/{n}") for n in os.listdir(f"/proc/{d.roles()['parser'][0]}/fd")}
            expect(set(links) <= {"0", "1", "2", "3"}, f"a parser has {links}")


def test_a_killed_parser_is_back_and_costs_one_document(folder):
    with Origin(folder) as origin, Daemon(folder, {"a": origin.url("a.xml")}) as d:
        origin.put("a.xml", rss(items(3)))
        d.start()
        wait_for("the source", lambda: d.source("a")["state"] == "ok")
        for pid in d.roles()["parser"]:
            os.kill(pid, signal.SIGKILL)
        origin.put("a.xml", rss(items(4)), age=10)
        begun = time.monotonic()
        d.command("refresh")
        wait_for("the new item", lambda: "Item 3" in entry_titles(d.merged()), 10)
        print(f"# a parser was back and had read a document after {time.monotonic() - begun:.2f} s")
        expect(len(d.merged()) == 4, "items were lost")


def test_a_killed_publisher_is_back_within_2_s(folder):
    with Origin(folder) as origin, Daemon(folder, {"a": origin.url("a.xml")}) as d:
        origin.put("a.xml", rss(items(3)))
        d.start()
        wait_for("the source", lambda: d.source("a")["state"] == "ok")
        before = d.get("/feed.atom")[2]
        for _ in range(3):
            os.kill(d.roles()["publisher"][0], signal.SIGKILL)
            begun = time.monotonic()
            wait_for("the publisher", lambda: d.serves(), 10)
            took = time.monotonic() - begun
            print(f"# the publisher was back after {took:.2f} s")
            expect(took < 2 * SLOW, f"back after {took:.2f} s")
            expect(d.get("/feed.atom")[2] == before, "the merged feed changed by a restart")


def test_a_killed_poller_is_back_within_5_s_and_readers_do_not_notice(folder):
    with Origin(folder) as origin, Daemon(folder, {"a": origin.url("a.xml")}) as d:
        origin.put("a.xml", rss(items(3)))
        d.start()
        wait_for("the source", lambda: d.source("a")["state"] == "ok")
        before = d.get("/feed.atom")[2]
        old = d.roles()["poller"][0]
        os.kill(old, signal.SIGKILL)
        begun = time.monotonic()
        for _ in range(20):
            expect(d.get("/feed.atom")[2] == before, "the merged feed changed")
        wait_for("another poller", lambda: d.roles().get("poller", [old])[0] != old and d.command("refresh").returncode == 0, 10)
        took = time.monotonic() - begun
        print(f"# the poller was back after {took:.2f} s")
        expect(took < 5 * SLOW, f"back after {took:.2f} s")
        origin.put("a.xml", rss(items(4)), age=10)
        d.command("refresh")
        wait_for("the new item", lambda: len(d.merged()) == 4, 15)


def test_a_killed_supervisor_ends_all_roles_and_the_next_start_is_free(folder):
    with Origin(folder) as origin, Daemon(folder, {"a": origin.url("a.xml")}, tcp=True) as d:
        origin.put("a.xml", rss(items(3)))
        d.start()
        wait_for("the source", lambda: d.source("a")["state"] == "ok")
        before = entry_ids(d.merged())
        pids = [pid for role, them in d.roles().items() for pid in them]
        os.kill(d.process.pid, signal.SIGKILL)
        d.process.wait()
        wait_for("all roles to end", lambda: all(gone(pid) for pid in pids), 5)
        d.start()
        expect(entry_ids(d.merged()) == before, "items were lost")


def test_sigterm_and_ctrl_c_end_everything_within_5_s(folder):
    with Origin(folder) as origin, Daemon(folder, {"a": origin.url("a.xml")}) as d:
        origin.put("a.xml", rss(items(3)))
        for sig in (signal.SIGTERM, signal.SIGINT):
            d.start()
            wait_for("the source", lambda: d.source("a")["state"] == "ok")
            pids = [pid for role, them in d.roles().items() for pid in them]
            status = d.stop(sig)
            expect(status == 0, f"signal {sig}: exit status {status}")
            expect(all(gone(pid) for pid in pids), "a role is still there")
            expect(not os.path.exists(d.socket), "the socket is still there")


def test_a_reload_is_whole_or_not_at_all(folder):
    with Origin(folder) as origin, Daemon(folder, {"a": origin.url("a.xml")}) as d:
        origin.put("a.xml", rss(items(2, "First")))
        origin.put("b.xml", rss(items(2, "Second")))
        d.start()
        wait_for("the source", lambda: d.source("a")["state"] == "ok")
        d.configure({"a": origin.url("a.xml"), "b": origin.url("b.xml")}, text="wrong = 1\n")
        refused = d.command("reload")
        expect(refused.returncode == 1 and "tributary.conf:" in refused.stderr + refused.stdout, f"{refused}")
        expect([s["name"] for s in d.status()["source_list"]] == ["a"], "a refused configuration is in force")
        d.configure({"a": origin.url("a.xml"), "b": origin.url("b.xml")})
        taken = d.command("reload")
        expect(taken.returncode == 0, f"{taken}")
        wait_for("the new source", lambda: len(d.merged()) == 4)
        d.configure({"b": origin.url("b.xml")})
        os.kill(d.process.pid, signal.SIGHUP)
        wait_for("the old one to retire", lambda: d.source("a")["state"] == "retired")
        expect(len(d.merged()) == 4, "the items of a retired source are gone")


def test_a_hostile_document_costs_its_source_alone(folder):
    bomb = ('<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">' +
            "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(10)) + "]><rss><channel><title>&k;</title></channel></rss>")
    with Origin(folder) as origin:
        origin.put("good.xml", rss(items(2)))
        origin.put("bomb.xml", bomb)
        origin.put("deep.xml", "<rss><channel>" + "<a>" * 100000)
        origin.put("script.xml", rss([{"title": "&lt;script&gt;alert(1)&lt;/script&gt;Title", "link": "javascript:alert(1)", "guid": "x",
                                       "description": "&lt;img src=x onerror=alert(1)&gt;&lt;p&gt;text"}]))
        names = ("good", "bomb", "deep", "script")
        with Daemon(folder, {n: origin.url(f"{n}.xml") for n in names}) as d:
            d.start()
            wait_for("all sources", lambda: all(s["state"] != "new" for s in d.status()["source_list"]), 30)
            expect(d.source("good")["state"] == "ok", "the good one suffers")
            body = d.get("/feed.atom")[2].decode()
            for word in ("onerror", "javascript:", "&lt;script"):
                expect(word not in body, f"{word} came through")
            expect(re.search(r"parser\.killed|role\.died", d.said()) is None or not LOOSE, "")


if __name__ == "__main__":
    run_tests([test for name, test in list(globals().items()) if name.startswith("test_")])
