"""Bad input at the start: one line that says what to do, exit status 2, nothing touched."""
import os
import socket
import sqlite3
import subprocess

from harness import BUILD, Daemon, Origin, SLOW, expect, rss, run_tests, wait_for


def refused(d, *words):
    """Starts and expects exit status 2 and these words on standard error."""
    d.start(ready=False)
    status = d.process.wait(15 * SLOW)
    d.process = None
    said = d.said()
    expect(status == 2, f"exit status {status}: {said[-1500:]}")
    for word in words:
        expect(word in said, f"{word!r} is not said: {said[-1500:]}")
    return said


def test_every_mistake_of_a_configuration_is_named(folder):
    d = Daemon(folder, {"a": "http://127.0.0.1:9/"},
               text='colour = "red"\nsource b { every = 5x }\nsource c { page = "http://example.org/" url = "http://example.org/" }\n')
    said = refused(d, "colour", "every", "tributary.conf:")
    expect(len([line for line in said.splitlines() if "tributary.conf:" in line]) >= 3, said)
    r = d.command("check")
    expect(r.returncode == 1, f"check: {r}")
    expect(len([line for line in (r.stdout + r.stderr).splitlines() if "tributary.conf:" in line]) >= 3, f"{r}")
    expect(os.listdir(d.state) == [], "the state folder was touched")


def test_a_missing_configuration_is_said(folder):
    d = Daemon(folder, {})
    os.unlink(d.conf)
    refused(d, "tributary.conf")


def test_a_taken_port_is_said(folder):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        d = Daemon(folder, {}, tcp=True)
        d.port = taken.getsockname()[1]
        d.configure({})
        refused(d, str(d.port))


def test_a_taken_socket_is_said_and_left_alone(folder):
    d = Daemon(folder, {})
    with socket.socket(socket.AF_UNIX) as taken:
        taken.bind(d.socket)
        taken.listen()
        refused(d, "http.sock")
        with socket.socket(socket.AF_UNIX) as other:
            expect(other.connect_ex(d.socket) == 0, "the other's socket is gone")


def test_a_stale_socket_is_no_hindrance(folder):
    d = Daemon(folder, {})
    stale = socket.socket(socket.AF_UNIX)
    stale.bind(d.socket)
    stale.close()
    with d:
        d.start()


def test_a_second_daemon_on_the_same_state_is_refused(folder):
    with Daemon(folder, {}) as first:
        first.start()
        other = os.path.join(folder, "other")
        os.makedirs(other)
        second = Daemon(other, {})
        second.state = first.state
        second.configure({})
        refused(second, first.state)
        expect(first.serves(), "the first suffers")


def test_a_state_folder_that_is_a_link_or_a_file_is_refused(folder):
    d = Daemon(folder, {})
    os.rmdir(d.state)
    os.makedirs(f"{folder}/elsewhere")
    os.symlink(f"{folder}/elsewhere", d.state)
    refused(d, d.state)
    expect(os.listdir(f"{folder}/elsewhere") == [], "the link was followed")
    os.unlink(d.state)
    open(d.state, "w").close()
    refused(d, d.state)


def test_a_database_of_a_newer_version_is_refused_untouched(folder):
    d = Daemon(folder, {})
    with d:
        d.start()
        d.stop()
    path = f"{d.state}/tributary.db"
    with sqlite3.connect(path) as db:
        db.execute("pragma user_version = 9999")
    db.close()
    before = open(path, "rb").read()
    refused(d, "newer")
    expect(open(path, "rb").read() == before, "it was touched")


def test_a_file_that_is_no_database_is_refused_untouched(folder):
    d = Daemon(folder, {})
    path = f"{d.state}/tributary.db"
    with open(path, "wb") as f:
        f.write(b"this is somebody's letter, not a database\n" * 100)
    before = open(path, "rb").read()
    refused(d, "tributary.db")
    expect(open(path, "rb").read() == before, "it was touched")


def test_status_works_without_a_daemon(folder):
    with Origin(folder) as origin, Daemon(folder, {"a": origin.url("a.xml"), "b": origin.url("missing.xml")}) as d:
        origin.put("a.xml", rss([{"title": "A", "link": "http://example.org/a"}]))
        d.once()
        import json
        told = json.loads(d.command("status", "--json").stdout)
        expect(told["items"] == 1 and told["sources"] == 2 and told["failing"] == 1, f"{told}")
        r = d.command("status")
        expect(r.returncode == 0 and "b" in r.stdout and "404" in r.stdout, f"{r}")
        r = d.command("list")
        expect(r.returncode == 0 and "http://example.org/a" in r.stdout, f"{r}")
        r = d.command("refresh")
        expect(r.returncode == 1 and len(r.stderr.splitlines()) == 1, f"{r}")


def test_a_wrong_command_line_is_status_2(folder):
    for command in (["tributaryd", "--nonsense"], ["tributary", "nonsense"], ["tributary", "status", "--nonsense"], ["tributary"]):
        r = subprocess.run([f"{BUILD}/{command[0]}", *command[1:]], capture_output=True, text=True, timeout=10 * SLOW)
        expect(r.returncode == 2, f"{command}: {r}")


if __name__ == "__main__":
    run_tests([test for name, test in list(globals().items()) if name.startswith("test_")])
