"""A daemon in a folder of its own, started, asked and ended: for the tests of this folder.

Python's standard library alone.  Results are TAP; `ok` prints a line, `done` the plan.
"""
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

COUNT = {"run": 0, "failed": 0}


def ok(good, name, *details):
    COUNT["run"] += 1
    print(f"{'ok' if good else 'not ok'} {COUNT['run']} - {name}", flush=True)
    if not good:
        COUNT["failed"] += 1
        for detail in details:
            for line in str(detail).splitlines():
                print("#  ", line)


def done():
    print(f"1..{COUNT['run']}")
    sys.exit(1 if COUNT["failed"] else 0)


def until(condition, seconds=5.0):
    """The first true value of condition() within the time, or its last."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value or time.monotonic() > end:
            return value
        time.sleep(0.02)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def alive(pid):
    """Does it run?  A zombie does not."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as f:
            return f.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


class Notify:
    """The socket that a service manager listens on."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "notify.sock")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.socket.setblocking(False)
        self.heard = []

    def hear(self):
        with contextlib.suppress(BlockingIOError):
            while True:
                self.heard += self.socket.recv(65536).decode().splitlines()
        return self.heard

    def wait(self, line, seconds=10.0):
        return until(lambda: line in self.hear(), seconds)


class Daemon:
    """tributaryd on files below `folder`; `options` is more of its configuration."""

    def __init__(self, program, options="", listen=None):
        self.program = program
        self.folder = tempfile.mkdtemp(prefix="tributary-")
        os.chmod(self.folder, 0o750)
        self.conf = self.at("tributary.conf")
        self.http = self.at("run/http/http.sock")
        self.control = self.at("run/control/control.sock")
        self.state = self.at("state")
        self.listen = listen or [f"unix:{self.http}"]
        self.process = None
        self.log = self.at("log")
        self.configure(options)

    def at(self, name):
        return os.path.join(self.folder, name)

    def configure(self, options):
        listen = ", ".join(f'"{l}"' for l in self.listen)
        with open(self.conf, "w", encoding="utf-8") as f:
            f.write(
                f'state = "{self.state}"\ncontrol = "{self.control}"\n'
                f"listen = {{ {listen} }}\n{options}\n"
            )

    def start(self, *arguments, before=(), env=None):
        """Starts it, by `before` (a program that starts programs) where that is given."""
        environment = {"PATH": os.environ["PATH"]}
        if "ASAN_OPTIONS" in os.environ:
            environment["ASAN_OPTIONS"] = os.environ["ASAN_OPTIONS"]
        environment.update(env or {})
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [*before, self.program, "-c", self.conf, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
            )
        return self

    def said(self):
        with open(self.log, encoding="utf-8", errors="replace") as f:
            return f.read()

    def says(self, text, times=1, seconds=10.0):
        """Does it log `text`, so often, within the time?"""
        return until(lambda: self.said().count(text) >= times, seconds)

    def is_up(self, seconds=10.0):
        return self.says("daemon.ready", seconds=seconds)

    def children(self):
        """{role: [pid, ...]} of those that run now, by what ps shows."""
        found = {}
        for pid in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError, IndexError):
                with open(f"/proc/{pid}/stat", encoding="utf-8") as f:
                    fields = f.read().rsplit(")", 1)[1].split()
                with open(f"/proc/{pid}/cmdline", encoding="utf-8") as f:
                    words = f.read().split("\0")
                if int(fields[1]) == self.process.pid and fields[0] not in "ZX":
                    if words[1] == "--role":
                        found.setdefault(words[2], []).append(int(pid))
        return found

    def role(self, name):
        pids = self.children().get(name, [])
        return pids[0] if pids else 0

    def ask(self, verb, *sources, seconds=5.0):
        """What the control socket answers, as a dict; {} where nobody does."""
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as s:
                s.settimeout(seconds)
                s.connect(self.control)
                s.sendall(json.dumps({"ask": verb, "sources": sources}).encode() + b"\n")
                with s.makefile(encoding="utf-8") as f:
                    return json.loads(f.readline() or "{}")
        except (OSError, ValueError):
            return {}

    def end(self, how=signal.SIGTERM, seconds=6.0):
        """Its exit status after a signal, None where it does not end."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.status(seconds)

    def status(self, seconds=10.0):
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def clear(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
