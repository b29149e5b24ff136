#!/usr/bin/env python3
"""The supervisor, with roles that do as they are told (tests/fake/roles.c).

usage: python3 tests/system/test_supervisor.py BUILD_DIR
"""
import os
import signal
import socket
import stat
import sys
import time

from daemon import Daemon, Notify, alive, done, free_port, ok, until

PROGRAM = os.path.join(os.path.abspath(sys.argv[1]), "tests/fake/tributaryd")


def http(address, word=b""):
    """[pid, number of the socket, descriptors, title] as the fake publisher says them."""
    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
    try:
        with socket.socket(family) as s:
            s.settimeout(3)
            s.connect(address)
            if word:
                s.sendall(word)
            return s.makefile().readline().split()
    except OSError:
        return []


def started(options='title = "one"', **more):
    d = Daemon(PROGRAM, options, **more)
    d.start()
    if not d.is_up():
        print("#", d.said())
    return d


def mode(path):
    return stat.S_IMODE(os.lstat(path).st_mode)


def test_start_and_stop():
    port = free_port()
    d = Daemon(PROGRAM, 'title = "one"')
    d.listen.append(f"tcp:127.0.0.1:{port}")
    d.configure('title = "one"')
    d.start()
    ok(d.is_up(), "it is ready", d.said())
    ok(mode(d.http) == 0o660, "the HTTP socket is open to the group")
    ok(mode(d.control) == 0o600, "the control socket is its owner's alone")
    ok(mode(d.state) == 0o750, "the state's folder is made 0750")
    ok(http(d.http)[1:2] == ["0"], "the first socket is the first of the configuration")
    ok(http(("127.0.0.1", port))[1:2] == ["1"], "the second is the second")
    roles = d.children()
    ok(sorted(roles) == ["poller", "publisher"], "two roles run", roles)
    begin = time.monotonic()
    ok(d.end() == 0, "SIGTERM ends it well", d.said())
    ok(time.monotonic() - begin < 2, "and soon")
    ok(not os.path.exists(d.http) and not os.path.exists(d.control), "its sockets are removed")
    ok(not any(alive(p) for pids in roles.values() for p in pids), "no role is left")
    d.clear()


def test_deaths():
    d = started()
    publisher, poller = d.role("publisher"), d.role("poller")
    os.kill(publisher, signal.SIGKILL)
    begin = time.monotonic()
    ok(until(lambda: http(d.http), 2), "a publisher that was killed is back within 2 s")
    print(f"# {time.monotonic() - begin:.2f} s")
    ok(d.role("poller") == poller, "the poller has noticed nothing")
    os.kill(poller, signal.SIGKILL)
    ok(until(lambda: d.ask("conf", seconds=1), 5), "a poller is back within 5 s")
    ok(len(http(d.http)) == 4, "readers are served all the while")
    ok(d.says("role.died role=poller signal=KILL"), "its death is logged", d.said())
    d.ask("exit", seconds=0.2)
    ok(d.says("role.died role=poller status=2"), "a role that has served once")
    ok(until(lambda: d.ask("conf", seconds=1), 5), "is started again whatever its status")
    d.ask("rubbish", seconds=0.2)
    ok(d.says("role.broke_rules role=poller"), "one that breaks the rules is killed")
    ok(until(lambda: d.ask("conf", seconds=1), 5), "and started again")
    ok(
        until(lambda: not http(d.http, b"die") and "role=publisher signal=SEGV" in d.said()),
        "a signal has its name",
    )
    ok(d.end() == 0, "and it ends well after all that")
    d.clear()


def test_kill_of_the_supervisor():
    d = started()
    d.ask("parser")
    roles = [p for pids in d.children().values() for p in pids]
    ok(len(roles) == 3, "poller, publisher and parser run", roles)
    d.process.kill()
    d.process.wait()
    ok(until(lambda: not any(alive(p) for p in roles), 1), "all end with the supervisor")
    ok(os.path.exists(d.http), "what it bound is left behind")
    d.start()
    ok(d.says("daemon.ready", 2), "but does not keep the next from starting", d.said())
    ok(len(http(d.http)) == 4, "which serves there")
    d.end()
    d.clear()


def test_parsers():
    d = started()
    fds = d.ask("fds")["message"]
    ok(d.ask("parser") == {"ok": True, "message": "1 "}, "a parser is started when asked for")
    one = d.role("parser")
    ok(one > 0, "and runs")
    d.ask("kill")
    ok(until(lambda: not d.role("parser")), "it is killed when asked for")
    ok(d.ask("parser")["message"] == "2 ", "the next has another number")
    for _ in range(20):
        last = d.ask("parser")["message"]
    ok(last == "0 ", "there is a limit to them", d.said())
    parsers = d.children()["parser"]
    ok(len(parsers) <= 8, "of twice the configured and four", parsers)
    os.kill(d.role("poller"), signal.SIGKILL)
    ok(until(lambda: not any(alive(p) for p in parsers)), "a poller's death ends its parsers")
    ok(until(lambda: d.ask("fds", seconds=1), 5)["message"] == fds, "the next has just its own")
    d.end()
    d.clear()


def test_second_daemon():
    d = started()
    other = Daemon(PROGRAM)
    other.state = d.state
    other.configure("")
    other.start()
    ok(other.status() == 2, "a second daemon on one state ends with 2")
    ok("another tributaryd is at work there" in other.said(), "and says why", other.said())
    other.clear()
    other = Daemon(PROGRAM)
    other.http = d.http
    other.listen = [f"unix:{d.http}"]
    other.configure("")
    other.start()
    ok(other.status() == 2, "as does one on the same socket")
    ok("another program answers there" in other.said(), "and says why", other.said())
    other.clear()
    ok(len(http(d.http)) == 4, "the first has noticed nothing")
    port = free_port()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        other = Daemon(PROGRAM, listen=[f"tcp:127.0.0.1:{port}"])
        other.start()
        ok(other.status() == 2, "as does one whose port is taken")
        ok(f"127.0.0.1:{port}: taken" in other.said(), "and says which", other.said())
    other.clear()
    d.end()
    d.clear()


def refused(prepare, word, name):
    d = Daemon(PROGRAM)
    prepare(d)
    d.start()
    ok(d.status(5) == 2 and word in d.said(), name, d.said())
    ok(len(d.said().splitlines()) == 1, "in one line", d.said())
    d.clear()


def test_bad_starts():
    def link_state(d):
        os.mkdir(d.at("elsewhere"))
        os.symlink(d.at("elsewhere"), d.state)

    def open_state(d):
        os.mkdir(d.state)
        os.chmod(d.state, 0o777)

    def file_for_socket(d):
        os.makedirs(os.path.dirname(d.http), 0o750)
        with open(d.http, "w", encoding="utf-8"):
            pass

    def link_lock(d):
        os.mkdir(d.state, 0o750)
        os.symlink(d.conf, d.state + "/lock")

    def no_state(d):
        d.state = d.at("no/such/folder/here")
        d.configure("")

    def strange_state(d):
        os.mkdir(d.state, 0o750)
        os.chown(d.state, 12345, 12345)

    refused(link_state, "a link", "a state that is a link is refused")
    refused(open_state, "chmod 0750", "a state that others may write is refused")
    refused(file_for_socket, "no socket", "a file where a socket should be is left alone")
    refused(link_lock, "lock", "a lock that is a link is refused")
    refused(no_state, "No such file", "a state without a folder above is refused")
    if os.geteuid() == 0:
        refused(strange_state, "belongs to user 12345", "a state of somebody else is refused")
    d = Daemon(PROGRAM, "every = never\nnonsense\n")
    d.start()
    ok(d.status() == 2 and "conf.error" in d.said(), "a bad configuration ends the start", d.said())
    d.clear()
    d = Daemon(PROGRAM, 'title = "start:2"')
    d.start()
    ok(d.status() == 2, "so does a poller that cannot begin", d.said())
    d.clear()
    d = Daemon(PROGRAM, 'title = "start:3"')
    d.start()
    ok(d.says("role.started role=poller", 3), "one that crashes is tried again", d.said())
    ok(d.end() == 0, "and can be stopped all the same")
    d.clear()


def test_reload():
    d = started()
    ok(http(d.http)[3:] == ["one"], "the publisher knows the configuration")
    d.configure('title = "two"')
    ok(d.ask("reload") == {"ok": True, "message": ""}, "reload answers well")
    ok(until(lambda: http(d.http)[3:] == ["two"]), "and the publisher has the new one")
    ok(d.ask("conf")["message"].endswith(" two"), "as has the poller")
    d.configure('title = "three"\nnonsense = 1')
    bad = d.ask("reload")
    ok(not bad["ok"] and "nonsense" in bad["error"], "a bad one is refused, and says why", bad)
    ok(http(d.http)[3:] == ["two"], "the old one stays in force")
    os.kill(d.role("publisher"), signal.SIGKILL)
    ok(until(lambda: http(d.http)[3:] == ["two"]), "for those that start later too")
    d.state = d.at("another")
    d.configure('title = "four"')
    ok("needs a restart" in d.ask("reload")["message"], "what needs a restart is said so")
    d.state = d.at("state")
    d.configure('title = "five"')
    d.process.send_signal(signal.SIGHUP)
    ok(until(lambda: http(d.http)[3:] == ["five"]), "SIGHUP reloads too", d.said())
    d.end()
    d.clear()


def test_stubborn_roles():
    d = started()
    d.ask("deaf")
    begin = time.monotonic()
    ok(d.end(seconds=5) == 0, "a role that does not hear QUIT is killed", d.said())
    ok(time.monotonic() - begin > 3, "after a while")
    d.clear()
    d = started()
    d.ask("deaf")
    d.process.send_signal(signal.SIGTERM)
    time.sleep(0.2)
    begin = time.monotonic()
    ok(d.end() == 0 and time.monotonic() - begin < 1, "at once where it is asked twice")
    d.clear()


def test_once():
    for title, status in (("well", 0), ("fails", 1), ("start:2", 2), ("start:3", 3)):
        d = Daemon(PROGRAM, f'title = "{title}"')
        d.start("--once")
        ok(d.status(5) == status, f"--once ends with the poller's status {status}", d.said())
        ok(not os.path.exists(d.control), "and binds nothing")
        d.clear()


def test_notify():
    d = Daemon(PROGRAM, 'title = "one"')
    n = Notify(d.folder)
    d.start(env={"NOTIFY_SOCKET": n.path, "WATCHDOG_USEC": "2000000"})
    ok(n.wait("READY=1"), "READY=1 is told")
    ok(n.wait("WATCHDOG=1"), "the watchdog is fed")
    d.ask("silence")
    time.sleep(0.5)
    n.hear()
    n.heard.clear()
    time.sleep(1)
    ok("WATCHDOG=1" not in n.hear(), "but not when the poller makes no progress")
    d.process.send_signal(signal.SIGHUP)
    ok(n.wait("RELOADING=1") and n.wait("READY=1"), "a reload is told, and its end")
    ok(d.end() == 0 and n.wait("STOPPING=1"), "the stop is told")
    d.clear()


def test_stuck_poller():
    d = started()
    poller = d.role("poller")
    d.ask("silence")
    ok(d.says("role.stuck", seconds=40), "a poller without progress for 30 s is killed")
    ok(until(lambda: d.role("poller") not in (0, poller), 5), "and another started")
    d.end()
    d.clear()


TESTS = [
    test_start_and_stop,
    test_deaths,
    test_kill_of_the_supervisor,
    test_parsers,
    test_second_daemon,
    test_bad_starts,
    test_reload,
    test_stubborn_roles,
    test_once,
    test_notify,
]

if __name__ == "__main__":
    for test in TESTS:
        test()
    if "--slow" in sys.argv:
        test_stuck_poller()
    done()
