"""What the system tests share: the built daemon, a real nginx as an origin, TAP.

A test is run as `python3 test_x.py [BUILD_DIR]` (default: $BUILD_DIR, else ../../build), prints TAP and exits 0
only if all is well.  Everything happens in a folder of its own, on loopback and Unix sockets.
"""
import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
import xml.etree.ElementTree as ET

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("BUILD_DIR", f"{TOP}/build"))
SHARED = os.environ.get("TRIBUTARY_SHARED", f"{TOP}/../shared")
SLOW = 6 if "-san" in os.path.basename(BUILD) or os.environ.get("SLOW") else 1
ATOM = "{http://www.w3.org/2005/Atom}"


class Skip(Exception):
    """Something that the test needs is not on this machine."""


class Failed(AssertionError):
    pass


def expect(condition, message):
    if not condition:
        raise Failed(message)


def run_tests(tests):
    """Runs the functions in order, as TAP; each is given a fresh folder."""
    print(f"1..{len(tests)}", flush=True)
    bad = 0
    for n, test in enumerate(tests, 1):
        name = test.__name__.replace("test_", "").replace("_", " ")
        folder = tempfile.mkdtemp(prefix="tributary-test-")
        os.chmod(folder, 0o755)
        try:
            test(folder)
            print(f"ok {n} - {name}")
        except Skip as why:
            print(f"ok {n} - {name} # SKIP {why}")
        except Exception as why:  # whatever it is, it is this test's failure
            bad += 1
            print(f"not ok {n} - {name}")
            for line in (str(why) or repr(why)).splitlines()[:40]:
                print(f"# {line}")
            if not isinstance(why, Failed):
                for line in traceback.format_exc().splitlines():
                    print(f"# {line}")
            for log in sorted(f for f in os.listdir(folder) if f.endswith(".log")):
                with open(f"{folder}/{log}", errors="replace") as f:
                    for line in f.readlines()[-25:]:
                        print(f"# {log}: {line.rstrip()}")
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        sys.stdout.flush()
    sys.exit(1 if bad else 0)


def wait_for(what, question, seconds=10):
    """The first true answer to question(); Failed after so long."""
    end = time.monotonic() + seconds * SLOW
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > end:
            raise Failed(f"waited {seconds * SLOW} s in vain for: {what}")
        time.sleep(0.05)


def need(program):
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin:/usr/bin:/bin")
    if not found:
        raise Skip(f"{program} is not installed")
    return found


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Origin:
    """A real nginx that serves FOLDER/www on a port of its own, and says what it was asked."""

    CONF = """daemon off; master_process off; pid {d}/nginx.pid; error_log {d}/nginx-error.log;
    events {{ worker_connections 512; }}
    http {{
        types {{ application/rss+xml rss xml; application/atom+xml atom; application/feed+json json; text/html html; }}
        default_type application/octet-stream; etag on; gzip on; gzip_types *; gzip_min_length 100;
        client_body_temp_path {d}; proxy_temp_path {d}; fastcgi_temp_path {d}; uwsgi_temp_path {d}; scgi_temp_path {d};
        log_format asked '$status $request_method $uri [$http_if_none_match] [$http_if_modified_since] [$http_user_agent]';
        access_log {d}/asked.log asked;
        server {{ listen 127.0.0.1:{port}; root {d}/www;
            location = /moved.xml {{ return 301 /target.xml; }}
            location = /elsewhere.xml {{ return 302 /target.xml; }}
            location ~ [.]gz$ {{ gzip off; }}
            location = /gone.xml {{ return 410; }}
            location = /busy.xml {{ add_header Retry-After 7200 always; return 503; }}
            location = /nothing.xml {{ return 444; }}
        }}
    }}
    """

    def __init__(self, folder):
        nginx = need("nginx")
        self.folder = f"{folder}/origin"
        os.makedirs(f"{self.folder}/www")
        for path in (self.folder, f"{self.folder}/www"):
            os.chmod(path, 0o755)
        self.port = free_port()
        with open(f"{self.folder}/nginx.conf", "w") as f:
            f.write(self.CONF.format(d=self.folder, port=self.port))
        self.process = subprocess.Popen([nginx, "-e", f"{self.folder}/nginx-error.log", "-c", f"{self.folder}/nginx.conf"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for("nginx", self._listens)

    def _listens(self):
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    def url(self, name):
        return f"http://127.0.0.1:{self.port}/{name}"

    def put(self, name, body, age=3600):
        """Serves `body` under this name, as last changed `age` seconds ago."""
        path = f"{self.folder}/www/{name}"
        with open(path + ".new", "wb") as f:
            f.write(body if isinstance(body, bytes) else body.encode())
        when = time.time() - age
        os.utime(path + ".new", (when, when))
        os.rename(path + ".new", path)

    def asked(self):
        """[(status, method, path, if-none-match, if-modified-since, user-agent)] so far."""
        rows = []
        with contextlib.suppress(FileNotFoundError), open(f"{self.folder}/asked.log") as f:
            for line in f:
                m = re.match(r"(\d+) (\S+) (\S+) \[(.*?)\] \[(.*?)\] \[(.*)\]$", line.rstrip("\n"))
                if m:
                    rows.append((int(m[1]),) + m.groups()[1:])
        return rows

    def stop(self):
        self.process.kill()
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout=10):
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


SOURCE = """source {name} {{
    url = "{url}"
    every = {every} at_least = 0s allow = {{ "127.0.0.0/8" }} {more}
}}
"""


class Daemon:
    """The built daemon on a configuration of its own."""

    def __init__(self, folder, sources, top="", every="1h", tcp=False, text=None):
        """sources: {name: url or (url, more options)}"""
        self.folder = folder
        self.state, self.socket = f"{folder}/state", f"{folder}/http.sock"
        self.control, self.conf = f"{folder}/control.sock", f"{folder}/tributary.conf"
        self.log = f"{folder}/daemon.log"
        self.port = free_port() if tcp else None
        self.top, self.every = top, every
        self.process = None
        os.makedirs(self.state, exist_ok=True)
        os.chmod(self.state, 0o750)
        self.configure(sources, text)

    def configure(self, sources, text=None):
        listen = f'"unix:{self.socket}"' + (f', "tcp:127.0.0.1:{self.port}"' if self.port else "")
        with open(self.conf, "w") as f:
            f.write(f'title = "test"\nstate = "{self.state}"\nlisten = {{ {listen} }}\ncontrol = "{self.control}"\n'
                    f"gap = 0s\nper_domain = 64\n{self.top}\n")
            for name, url in sources.items():
                url, more = url if isinstance(url, tuple) else (url, "")
                f.write(SOURCE.format(name=name, url=url, every=self.every, more=more))
            f.write(text or "")

    def start(self, ready=True, *arguments, env=None, wrap=()):
        log = open(self.log, "ab")
        self.process = subprocess.Popen([*wrap, f"{BUILD}/tributaryd", "-c", self.conf, *arguments], stdout=log, stderr=log,
                                        stdin=subprocess.DEVNULL, env=dict(os.environ, **(env or {})))
        log.close()
        if ready:
            wait_for("the daemon to serve", self.serves, 15)
        return self

    def serves(self):
        expect(self.process.poll() is None, f"the daemon ended with {self.process.returncode}: {self.said()[-2000:]}")
        try:
            return self.get("/status.json")[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def said(self):
        with open(self.log, errors="replace") as f:
            return f.read()

    def once(self):
        """Runs --once to its end; the exit status."""
        with open(self.log, "ab") as log:
            return subprocess.run([f"{BUILD}/tributaryd", "--once", "-c", self.conf], stdout=log, stderr=log,
                                  stdin=subprocess.DEVNULL, timeout=120 * SLOW).returncode

    def stop(self, sig=signal.SIGTERM, within=5):
        if self.process is None:
            return None
        self.process.send_signal(sig)
        try:
            return self.process.wait(within * SLOW)
        except subprocess.TimeoutExpired:
            self.kill_all()
            raise Failed(f"still there {within * SLOW} s after signal {sig}")
        finally:
            self.process = None

    def roles(self):
        """{role: [pid]} of the processes of this daemon."""
        roles = {"supervisor": [self.process.pid]}
        for pid in children(self.process.pid):
            with contextlib.suppress(OSError), open(f"/proc/{pid}/cmdline", "rb") as f:
                words = f.read().split(b"\0")
                m = re.search(r"tributaryd: (\w+)", words[0].decode("utf-8", "replace"))
                if m:
                    roles.setdefault(m[1], []).append(pid)
        return roles

    def kill_all(self):
        """kill -9 of everything at once."""
        if self.process is None:
            return
        pids = [pid for role in self.roles().values() for pid in role]
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def get(self, path, headers=None, method="GET", tcp=False):
        """(status, headers, body) by the Unix socket, or by TCP."""
        c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10 * SLOW) if tcp else UnixConnection(self.socket, 10 * SLOW)
        try:
            c.request(method, path, headers=headers or {})
            r = c.getresponse()
            return r.status, r.headers, r.read()
        finally:
            c.close()

    def status(self):
        return json.loads(self.get("/status.json")[2])

    def source(self, name):
        return next(s for s in self.status()["source_list"] if s["name"] == name)

    def merged(self, path="/feed.atom"):
        """All entries of the merged feed, rel=next followed to the end."""
        entries, pages = [], 0
        while path:
            status, _, body = self.get(path)
            expect(status == 200, f"GET {path}: {status} {body[:200]!r}")
            feed = ET.fromstring(body)
            entries += feed.findall(f"{ATOM}entry")
            following = [link.get("href") for link in feed.findall(f"{ATOM}link") if link.get("rel") == "next"]
            path = re.sub(r"^https?://[^/]*", "", following[0]) if following else None
            pages += 1
            expect(pages < 200, "rel=next never ends")
        return entries

    def command(self, *arguments, timeout=30):
        return subprocess.run([f"{BUILD}/tributary", arguments[0], "-c", self.conf, *arguments[1:]], capture_output=True,
                              text=True, timeout=timeout * SLOW)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process is not None:
            self.kill_all()


def children(pid):
    """The children of a process, and theirs."""
    found = []
    with contextlib.suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as f:
                for child in f.read().split():
                    found += [int(child)] + children(int(child))
    return found


def entry_ids(entries):
    return [e.findtext(f"{ATOM}id") for e in entries]


def entry_titles(entries):
    return [e.findtext(f"{ATOM}title") for e in entries]


def rss(items, title="Feed", link="http://example.org/"):
    """A small RSS document of our own: items are dicts of element name to text."""
    def element(name, text):
        return f"<{name}>{text}</{name}>"
    body = "".join("<item>" + "".join(element(k, v) for k, v in item.items()) + "</item>" for item in items)
    return (f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>{title}</title>'
            f"<link>{link}</link><description>of our own</description>{body}</channel></rss>\n")
