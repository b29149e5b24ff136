"""Under systemd, without one: socket activation, notification, the watchdog, the unit itself."""
import contextlib
import os
import signal
import socket
import subprocess

from harness import BUILD, Daemon, Skip, expect, free_port, need, run_tests, wait_for

LOOSE = "loose" in subprocess.run([f"{BUILD}/tributaryd", "--version"], capture_output=True, text=True, check=True).stdout


class Manager:
    """The notification socket of a service manager, and what came on it."""

    def __init__(self, folder):
        if LOOSE:
            raise Skip("this build refuses to run as a service")
        self.path = f"{folder}/notify.sock"
        self.lines = []
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.socket.setblocking(False)

    def heard(self):
        with contextlib.suppress(BlockingIOError):
            while True:
                self.lines += self.socket.recv(65536).decode().splitlines()
        return self.lines

    def wait(self, line, seconds=15):
        wait_for(line, lambda: line in self.heard(), seconds)
        self.lines.clear()


def activate(folder, d, *addresses):
    """Starts the daemon as systemd would on the first connection to one of the addresses."""
    program = need("systemd-socket-activate")
    listen = [word for address in addresses for word in ("-l", address)]
    d.start(False, wrap=(program, *listen))
    wait_for("the activator", lambda: "Listening on" in d.said())
    wait_for("the daemon to serve", d.serves, 15)


def test_a_unix_socket_is_taken_from_systemd(folder):
    with Daemon(folder, {}) as d:
        activate(folder, d, d.socket)
        before = os.lstat(d.socket).st_ino
        expect(d.get("/feed.atom")[0] == 200, "it does not serve there")
        expect(d.stop() == 0, d.said())
        expect(os.lstat(d.socket).st_ino == before, "the path is systemd's: it must stay")
        expect(not os.path.exists(d.control), "the control socket is ours: it must go")


def test_tcp_is_taken_from_systemd_too(folder):
    with Daemon(folder, {}, tcp=True) as d:
        activate(folder, d, d.socket, f"127.0.0.1:{d.port}")
        expect(d.get("/feed.atom", tcp=True)[0] == 200, "it does not serve on TCP")
        expect(d.get("/feed.atom")[0] == 200, "it does not serve on the Unix socket")


def test_a_socket_that_the_configuration_does_not_name_serves_as_well(folder):
    with Daemon(folder, {}) as d:
        d.port = free_port()
        activate(folder, d, d.socket, f"127.0.0.1:{d.port}")
        expect(d.get("/feed.atom", tcp=True)[0] == 200, "it does not serve on TCP")


def test_the_control_socket_may_come_from_systemd(folder):
    with Daemon(folder, {}) as d:
        activate(folder, d, d.socket, d.control)
        r = d.command("reload")
        expect(r.returncode == 0, f"{r}")


def test_roles_are_given_nothing_of_systemds_environment(folder):
    with Daemon(folder, {}) as d:
        activate(folder, d, d.socket)
        for role in ("poller", "publisher"):
            with open(f"/proc/{d.roles()[role][0]}/environ", "rb") as f:
                expect(LOOSE or f.read() == b"", f"{role} has an environment")


def test_ready_reload_and_stop_are_told(folder):
    m = Manager(folder)
    with Daemon(folder, {}) as d:
        d.start(False, env={"NOTIFY_SOCKET": m.path})
        m.wait("READY=1")
        expect(d.serves(), "ready, but does not serve")
        d.process.send_signal(signal.SIGHUP)
        wait_for("the reload", lambda: {"RELOADING=1", "READY=1"} <= set(m.heard()))
        m.lines.clear()
        expect(d.stop() == 0, d.said())
        m.wait("STOPPING=1")


def test_a_start_that_fails_is_never_ready(folder):
    m = Manager(folder)
    with Daemon(folder, {}, text='colour = "red"\n') as d:
        d.start(False, env={"NOTIFY_SOCKET": m.path})
        expect(d.process.wait(15) == 2, d.said())
        expect("READY=1" not in m.heard(), f"{m.lines}")


def test_the_watchdog_is_fed_by_the_pollers_progress(folder):
    m = Manager(folder)
    with Daemon(folder, {}) as d:
        d.start(False, env={"NOTIFY_SOCKET": m.path, "WATCHDOG_USEC": "30000000"})
        m.wait("READY=1")
        m.wait("WATCHDOG=1", 10)
        m.wait("WATCHDOG=1", 10)
        poller = d.roles()["poller"][0]
        os.kill(poller, signal.SIGSTOP)
        m.heard()
        m.lines.clear()
        with contextlib.suppress(AssertionError):
            wait_for("food that must not come", lambda: "WATCHDOG=1" in m.heard(), 7)
        expect("WATCHDOG=1" not in m.lines, "the watchdog is fed without progress")
        os.kill(poller, signal.SIGCONT)
        m.wait("WATCHDOG=1", 10)


def test_a_loosened_jail_does_not_come_into_service(folder):
    if not LOOSE:
        raise Skip("this build's jail is whole")
    with Daemon(folder, {}) as d:
        d.start(False, env={"NOTIFY_SOCKET": f"{folder}/notify.sock"})
        expect(d.process.wait(15) == 2, d.said())


def test_lines_are_led_by_their_level_when_they_go_to_the_journal(folder):
    ours, journal = socket.socketpair()
    ours.settimeout(15)
    with Daemon(folder, {}) as d, ours, journal:
        d.process = subprocess.Popen([f"{BUILD}/tributaryd", "-c", d.conf], stderr=journal, stdin=subprocess.DEVNULL)
        said = b""
        while b"daemon.ready" not in said:
            said += ours.recv(65536)
        expect(d.stop() == 0, "it did not end well")
        lines = (said + ours.recv(65536)).decode().splitlines()
        expect(lines and all(line.startswith("<") for line in lines), f"{lines}")


def test_the_unit_is_exposed_to_little_more_than_the_network(folder):
    analyze, unit = need("systemd-analyze"), f"{BUILD}/etc/tributaryd.service"
    if not os.path.exists(unit):
        raise Skip("the unit is not rendered here")
    r = subprocess.run([analyze, "security", "--offline=true", "--threshold=15", unit], capture_output=True, text=True)
    expect(r.returncode == 0, r.stdout[-300:] + r.stderr)


if __name__ == "__main__":
    run_tests([test for name, test in list(globals().items()) if name.startswith("test_")])
