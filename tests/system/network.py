"""A network of our own for tests: every address is here, names are ours, and what starts is counted."""
import ctypes
import os
import resource
import shutil
import socket
import socketserver
import struct
import subprocess
import sys
import threading
import time
import zlib

import harness
from harness import Skip, expect, need, rss

BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
PUBLIC, OTHER, DEAD = "1.2.3.4", "5.6.7.8", "9.9.9.9"
PORT, TLS_PORT = 8081, 8443
ATTACH_FILTER, SOL_PACKET, PACKET_STATISTICS = 26, 263, 6


def enter():
    """Goes into namespaces of our own; why not, where that is not to be had."""
    if os.environ.get("TRIBUTARY_NETWORK") == "inside":
        return None
    ip = shutil.which("ip", path="/usr/sbin:/sbin:/usr/bin:/bin")
    unshare = shutil.which("unshare")
    if not ip or not unshare:
        return "ip and unshare (iproute2, util-linux) are not installed"
    for how in ([unshare, "-n", "-m"], [unshare, "-r", "-n", "-m"]):
        if subprocess.run([*how, ip, "link", "set", "lo", "up"], capture_output=True).returncode == 0:
            os.environ["TRIBUTARY_NETWORK"] = "inside"
            sys.stdout.flush()
            os.execv(how[0], [*how, sys.executable, "-B", os.path.abspath(sys.argv[0]), harness.BUILD])
    return "no network namespace can be made here (root, or user namespaces, would do)"


# --- the network


def furnish():
    """Every address is here; names are told by our own resolver."""
    for words in ("link set lo up", "route add local 0.0.0.0/0 dev lo", "-6 route add local ::/0 dev lo",
                  "link add hole type dummy", "addr add 9.9.9.8/32 dev hole", "link set hole up",
                  f"route add throw {DEAD}/32 table local", f"route add {DEAD}/32 dev hole"):
        done = subprocess.run([need("ip"), *words.split()], capture_output=True, text=True)
        if done.returncode != 0 and not {"hole", DEAD + "/32", "-6"} & set(words.split()):
            raise Skip(f"ip {words}: {done.stderr.strip()}")
    with open("/tmp/resolv.conf." + str(os.getpid()), "w") as f:
        f.write("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
    real = os.path.realpath("/etc/resolv.conf")
    if subprocess.run(["mount", "--bind", f.name, real], capture_output=True).returncode != 0:
        raise Skip("no /etc/resolv.conf of our own can be put in place")
    os.unlink(f.name)


class Counter:
    """Counts what starts something, by destination: the filter leaves only SYNs, datagrams and IPv6."""

    CODE = [(0x30, 0, 0, 0), (0x54, 0, 0, 0xF0), (0x15, 0, 6, 0x40), (0x30, 0, 0, 9), (0x15, 0, 4, 6),
            (0xB1, 0, 0, 0), (0x50, 0, 0, 13), (0x54, 0, 0, 0x12), (0x15, 0, 1, 0x02),
            (0x06, 0, 0, 128), (0x06, 0, 0, 0)]

    def __init__(self):
        self.lock, self.seen = threading.Lock(), []
        self.sockets = []
        for device in ("lo", "hole"):
            s = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))
            code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *c) for c in self.CODE))
            s.setsockopt(socket.SOL_SOCKET, ATTACH_FILTER, struct.pack("HL", len(self.CODE), ctypes.addressof(code)))
            try:
                s.bind((device, 3))
            except OSError:
                continue
            self.sockets.append(s)
            threading.Thread(target=self._listen, args=(s,), daemon=True).start()

    def _listen(self, s):
        while True:
            packet, where = s.recvfrom(2048)
            if where[2] != 4:  # only as it goes out
                continue
            found = self._destination(packet)
            if found:
                with self.lock:
                    self.seen.append(found)

    @staticmethod
    def _destination(p):
        if p[0] >> 4 == 4:
            at, kind, to = (p[0] & 15) * 4, p[9], socket.inet_ntoa(p[16:20])
        else:
            at, kind, to = 40, p[6], socket.inet_ntop(socket.AF_INET6, p[24:40])
            if kind == 6 and p[at + 13] & 0x12 != 2 or kind == 58:
                return None  # of TCP the SYNs; ICMPv6 is the kernel's own
        ports = struct.unpack("!HH", p[at:at + 4]) if kind in (6, 17) else (0, 0)
        if kind == 1 or (kind, to, ports[0]) == (17, "127.0.0.1", 53):
            return None  # what the resolver answers
        return {6: "tcp", 17: "udp"}.get(kind, str(kind)), to, ports[1]

    def take(self):
        """What was seen since the last time."""
        time.sleep(0.1)
        for s in self.sockets:
            dropped = struct.unpack("II", s.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))[1]
            expect(dropped == 0, f"{dropped} packets were not counted")
        with self.lock:
            seen, self.seen = self.seen, []
        return seen


class Names(socketserver.BaseRequestHandler):
    """The resolver: `answers` has a list of addresses a name, or a function; else PUBLIC."""

    answers, asked = {}, []

    def handle(self):
        question, s = self.request
        at, labels = 12, []
        while question[at]:
            labels.append(question[at + 1:at + 1 + question[at]].decode())
            at += 1 + question[at]
        name, kind = ".".join(labels), struct.unpack("!H", question[at + 1:at + 3])[0]
        found = self.answers.get(name, [PUBLIC] if name.endswith(".example") else ["127.0.0.1"])
        if callable(found):
            found = found(kind)
        self.asked.append(name)
        rows = [a for a in found if (":" in a) == (kind == 28) and kind in (1, 28)]
        text = question[:2] + b"\x81\x80\0\1" + struct.pack("!HHH", len(rows), 0, 0) + question[12:at + 5]
        for a in rows:
            data = socket.inet_pton(socket.AF_INET6 if kind == 28 else socket.AF_INET, a)
            text += b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 0, len(data)) + data
        s.sendto(text, self.client_address)


def feed(*names, more="", head=""):
    text = rss([{"title": n, "guid": n, "link": f"http://example.org/{n}"} for n in names])
    return text.replace("<item>", f"{head}<item>", 1).replace("</item>", f"{more}</item>").encode()


class Hostile(socketserver.BaseRequestHandler):
    """One connection: the script of its path writes its own bytes."""

    def handle(self):
        server, data = self.server, b""
        self.request.settimeout(120)
        try:
            while b"\r\n\r\n" not in data:
                more = self.request.recv(65536)
                if not more:
                    return
                data += more
            head = data.decode("latin-1")
            path = head.split(" ", 2)[1]
            with server.lock:
                server.asked.append((time.monotonic(), path, head))
            script = server.scripts.get(path.lstrip("/"))
            if script is None:
                script = answer("404 Not Found")
            script(self.request, head)
        except OSError:
            pass


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    request_queue_size = 256

    def handle_error(self, *_):
        pass


class Origin:
    """Listens on an address of the namespace; {name: script}."""

    def __init__(self, scripts, address=PUBLIC, port=PORT, tls=None):
        self.server = Server((address, port), Hostile)
        self.server.lock, self.server.asked, self.server.scripts = threading.Lock(), [], scripts
        if tls:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.at = ("tcp", address, port)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def asked(self, name=None):
        with self.server.lock:
            return [a for a in self.server.asked if name is None or a[1] == f"/{name}"]

    def heads(self, name):
        return [a[2] for a in self.asked(name)]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def answer(status="200 OK", *headers, body=b""):
    def script(s, _):
        lines = "".join(f"{h}\r\n" for h in headers)
        s.sendall(f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {len(body)}\r\n{lines}\r\n".encode("latin-1") + body)
    return script


SENT = []


def raw(*parts, forever=None, pause=0.0):
    """These bytes; then `forever` until nobody takes it any more, and SENT says how much that was."""
    def script(s, _):
        sent = 0
        try:
            for part in parts:
                s.sendall(part)
            while forever is not None:
                s.sendall(forever)
                sent += len(forever)
                time.sleep(pause)
        finally:
            SENT.append(sent)
    return script


def to(where, status="302 Found", *more):
    return answer(status, f"Location: {where}", *more)


DNS = ("udp", "127.0.0.1", 53)


def most_memory():
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss


def bomb(size, level=9):
    c = zlib.compressobj(level, zlib.DEFLATED, 31)
    return b"".join([c.compress(bytes(1 << 20)) for _ in range(size >> 20)] + [c.flush()])


def prepare():
    """The resolver, and somebody at home at every address: a mistake would be served a feed."""
    furnish()
    counter = Counter()
    names = socketserver.ThreadingUDPServer(("127.0.0.1", 53), Names)
    threading.Thread(target=names.serve_forever, daemon=True).start()
    trap = {"": answer(body=feed("trapped"))}
    for family, address in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
        for port in (80, 22):
            server = type("Trap", (Server,), {"address_family": family})((address, port), Hostile, bind_and_activate=False)
            if family == socket.AF_INET6:
                server.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            server.lock, server.asked, server.scripts = threading.Lock(), [], trap
            server.server_bind()
            server.server_activate()
            threading.Thread(target=server.serve_forever, daemon=True).start()
    return counter
