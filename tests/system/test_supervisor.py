"""The supervisor, with roles that do as they are told (tests/fake/roles.c)."""
import json
import os
import signal
import socket
import stat
import time

import harness
from harness import SLOW, Daemon, Skip, expect, run_tests, wait_for

harness.BUILD += "/tests/fake"  # where the daemon with the other roles is


class Fake(Daemon):
    """Its poller takes orders on the control socket, its publisher says one line to each reader."""

    def __init__(self, folder, title="one", name="", **more):
        self.title, self.listen = title, None
        if name:
            folder = f"{folder}/{name}"
            os.mkdir(folder)
        super().__init__(folder, {}, **more)
        os.rmdir(self.state)  # the supervisor makes it

    def configure(self, sources=None, text=None):
        listen = self.listen or [f"unix:{self.socket}"] + ([f"tcp:127.0.0.1:{self.port}"] if self.port else [])
        with open(self.conf, "w") as f:
            f.write(f'title = "{self.title}"\nstate = "{self.state}"\ncontrol = "{self.control}"\n')
            f.write("listen = { " + ", ".join(f'"{at}"' for at in listen) + " }\n" + (text or ""))

    def start(self, ready=True, *arguments, **more):
        super().start(False, *arguments, **more)
        if ready:
            self.says("daemon.ready")
        return self

    def says(self, words, times=1, seconds=10):
        wait_for(f"{words!r} in {self.said()[-1500:]}", lambda: self.said().count(words) >= times, seconds)

    def read(self, tcp=False, word=b""):
        """[pid, number of the socket, descriptors, title] as the publisher says them."""
        try:
            with socket.socket(socket.AF_INET if tcp else socket.AF_UNIX) as s:
                s.settimeout(3 * SLOW)
                s.connect(("127.0.0.1", self.port) if tcp else self.socket)
                if word:
                    s.sendall(word)
                return s.makefile().readline().split()
        except OSError:
            return []

    def ask(self, verb, seconds=5):
        """What the poller answers, as a dict; {} where it does not."""
        try:
            with socket.socket(socket.AF_UNIX) as s:
                s.settimeout(seconds * SLOW)
                s.connect(self.control)
                s.sendall(json.dumps({"ask": verb}).encode() + b"\n")
                return json.loads(s.makefile().readline() or "{}")
        except OSError:
            return {}

    def back(self, seconds=5):
        wait_for("the poller", lambda: self.ask("conf", 1), seconds)

    def role(self, name):
        return self.roles().get(name, [0])[0]

    def refused(self, *words):
        """Starts, and expects status 2 and one line with these words."""
        self.start(False)
        status, self.process = self.process.wait(15 * SLOW), None
        said = self.said().splitlines()
        said = [line for line in said if "daemon.loose" not in line]
        expect(status == 2 and len(said) == 1, f"{status}: {said}")
        for word in words:
            expect(word in said[0], f"{word!r} is not said: {said}")


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as f:
            return f.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


def mode(path):
    return stat.S_IMODE(os.lstat(path).st_mode)


def test_sockets_and_folders_are_ours_and_in_order(folder):
    with Fake(folder, tcp=True) as d:
        d.start()
        expect(mode(d.socket) == 0o660, "readers' socket is the group's")
        expect(mode(d.control) == 0o600, "the admin's socket is the owner's")
        expect(mode(d.state) == 0o750, "the state folder")
        expect(d.read()[1] == "0" and d.read(tcp=True)[1] == "1", "in the configuration's order")
        roles = d.roles()
        expect(sorted(roles) == ["poller", "publisher", "supervisor"], f"{roles}")
        expect(d.stop(within=2) == 0, d.said())
        expect(not os.path.exists(d.socket) and not os.path.exists(d.control), "sockets are left behind")
        expect(not any(alive(pid) for pids in roles.values() for pid in pids), "a role is left behind")


def test_roles_that_die_are_back_soon(folder):
    with Fake(folder) as d:
        d.start()
        poller = d.role("poller")
        os.kill(d.role("publisher"), signal.SIGKILL)
        wait_for("the publisher", d.read, 2)
        expect(d.role("poller") == poller, "the poller noticed")
        os.kill(poller, signal.SIGKILL)
        d.says("role.died role=poller signal=KILL")
        expect(len(d.read()) == 4, "readers noticed")
        d.back()
        wait_for("a publisher that crashes",
                 lambda: not d.read(word=b"die") and "role=publisher signal=USR1" in d.said())
        d.ask("exit", 0.2)
        d.says("role.died role=poller status=2")
        d.back()  # having served once, whatever its status


def test_a_role_that_breaks_the_rules_is_killed(folder):
    with Fake(folder) as d:
        d.start()
        d.ask("rubbish", 0.2)
        d.says("role.broke_rules role=poller")
        d.back()


def test_roles_end_with_the_supervisor_and_hinder_nobody(folder):
    with Fake(folder) as d:
        d.start()
        d.ask("parser")
        roles = [pid for role, pids in d.roles().items() if role != "supervisor" for pid in pids]
        expect(len(roles) == 3, f"{roles}")
        d.process.kill()
        d.process.wait()
        wait_for("all to end", lambda: not any(alive(pid) for pid in roles), 1)
        expect(os.path.exists(d.socket), "killed, it cannot have cleaned up")
        d.start(False)
        d.says("daemon.ready", 2)
        expect(len(d.read()) == 4, "the next does not serve")


def test_parsers_come_when_asked_for_and_are_bounded(folder):
    with Fake(folder) as d:
        d.start()
        fds = d.ask("fds")
        expect(d.ask("parser") == {"ok": True, "message": "1 "}, "no parser")
        expect(d.role("parser"), "it does not run")
        d.ask("kill")
        wait_for("its end", lambda: not d.role("parser"))
        expect(d.ask("parser")["message"] == "2 ", "a number twice")
        for _ in range(20):
            last = d.ask("parser")
        expect(last["message"] == "0 ", "there is no limit")
        wait_for("eight of them", lambda: len(d.roles()["parser"]) == 8)
        parsers = d.roles()["parser"]
        os.kill(d.role("poller"), signal.SIGKILL)
        wait_for("their end", lambda: not any(alive(pid) for pid in parsers))
        d.back()
        expect(d.ask("fds") == fds, "the next poller has other descriptors")


def test_one_daemon_for_one_state_one_socket_one_port(folder):
    with Fake(folder, name="first", tcp=True) as d, Fake(folder, name="second") as other:
        d.start()
        ours, other.state = other.state, d.state
        other.configure()
        other.refused("another tributaryd is at work there")
        other.state, other.socket = ours, d.socket
        other.configure()
        os.remove(other.log)
        other.refused(d.socket, "another program answers there")
        other.listen = [f"tcp:127.0.0.1:{d.port}"]
        other.configure()
        os.remove(other.log)
        other.refused(f"127.0.0.1:{d.port}", "taken")
        expect(len(d.read()) == 4 and d.ask("conf"), "the first has noticed")


def test_what_is_not_ours_is_not_used(folder):
    def file_for_a_socket(d):
        with open(d.socket, "w"):
            pass

    def link_for_the_lock(d):
        os.mkdir(d.state, 0o750)
        os.symlink(d.conf, f"{d.state}/lock")

    def state_for_all(d):
        os.mkdir(d.state)
        os.chmod(d.state, 0o777)

    def state_of_another(d):
        if os.geteuid() != 0:
            raise Skip("only root can give a folder away")
        os.mkdir(d.state, 0o750)
        os.chown(d.state, 12345, 12345)

    def state_nowhere(d):
        d.state += "/nor/here"
        d.configure()

    for prepare, words in ((file_for_a_socket, "no socket"), (link_for_the_lock, "/lock: "),
                           (state_for_all, "chmod 0750"), (state_of_another, "belongs to user 12345"),
                           (state_nowhere, "a folder of ours is needed")):
        with Fake(folder, name=prepare.__name__) as d:
            prepare(d)
            d.refused(words)


def test_a_poller_that_cannot_begin_ends_the_start(folder):
    with Fake(folder, "start:2") as d:
        d.start(False)
        expect(d.process.wait(10 * SLOW) == 2, d.said())
    with Fake(folder, "start:3", name="crash") as d:
        d.start(False)
        d.says("role.started role=poller", 3)  # a crash is tried again
        expect(d.stop() == 0, d.said())


def test_a_publisher_that_waits_for_its_start_is_started_once(folder):
    with Fake(folder, "read:3") as d:
        d.start(False)
        d.says("role.died role=publisher", 5)  # the next comes after 1.6 s, or with the next poller
        d.title = "well"
        d.configure()
        d.process.send_signal(signal.SIGHUP)
        d.says("conf.loaded")
        os.kill(d.role("poller"), signal.SIGKILL)
        d.says("daemon.ready")
        time.sleep(2)
        expect(len(d.roles()["publisher"]) == 1, f"{d.roles()}")


def test_a_reload_reaches_all_roles_or_none(folder):
    with Fake(folder) as d:
        d.start()
        d.title = "two"
        d.configure()
        expect(d.ask("reload") == {"ok": True, "message": ""}, d.said())
        wait_for("the publisher", lambda: d.read()[3:] == ["two"])
        expect(d.ask("conf")["message"].endswith(" two"), "the poller has the old one")
        d.title = "three"
        d.configure(text="nonsense = 1\n")
        answer = d.ask("reload")
        expect(not answer["ok"] and "nonsense" in answer["error"], f"{answer}")
        os.kill(d.role("publisher"), signal.SIGKILL)
        wait_for("the old one in a new publisher", lambda: d.read()[3:] == ["two"])
        d.state, kept = f"{folder}/another", d.state
        d.configure()
        expect("needs a restart" in d.ask("reload")["message"], d.said())
        d.state, d.title = kept, "five"
        d.configure(text='contact = "mailto:us@example.org"\n')
        expect("contact' needs a restart" in d.ask("reload")["message"], d.said())
        d.configure()
        d.process.send_signal(signal.SIGHUP)
        wait_for("the publisher", lambda: d.read()[3:] == ["five"])


def test_a_reload_before_it_serves_says_nothing_of_ready(folder):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager, Fake(folder, "read:3") as d:
        manager.bind(f"{folder}/notify")
        manager.settimeout(0.5)
        d.start(False, env={"NOTIFY_SOCKET": f"{folder}/notify"})
        wait_for("a publisher that cannot begin", 
                 lambda: "role.died role=publisher" in d.said() or "daemon.loose" in d.said())
        if "daemon.loose" in d.said():
            raise Skip("a loosened jail does not run as a service")
        d.process.send_signal(signal.SIGHUP)
        d.says("conf.loaded")
        try:
            expect(not manager.recv(4096), "something was said")
        except TimeoutError:
            pass


def test_a_role_that_does_not_end_is_killed(folder):
    with Fake(folder) as d:
        d.start()
        d.ask("deaf")
        begin = time.monotonic()
        expect(d.stop(within=5) == 0 and time.monotonic() - begin > 3, d.said())
        d.start(False)
        d.says("daemon.ready", 2)
        d.ask("deaf")
        d.process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        expect(d.stop(within=1) == 0, "asked twice, it should end at once")


def test_once_ends_as_its_poller(folder):
    for title, status in (("well", 0), ("fails", 1), ("start:2", 2), ("start:3", 3)):
        with Fake(folder, title, name=title) as d:
            d.start(False, "--once")
            expect(d.process.wait(10 * SLOW) == status, f"{title}: {d.said()}")
            expect(not os.path.exists(d.control), "it binds sockets")


def test_a_poller_without_progress_is_killed(folder):
    if "SLOW" not in os.environ:
        raise Skip("takes half a minute: SLOW=1 asks for it")
    with Fake(folder) as d:
        d.start()
        poller = d.role("poller")
        d.ask("silence")
        d.says("role.stuck", seconds=40)
        d.back()
        expect(d.role("poller") != poller, "it is the same")


if __name__ == "__main__":
    run_tests([test for name, test in list(globals().items()) if name.startswith("test_")])
