"""Connections: HTTP/2 streams, one CA bundle a process, bodies as they came, credentials, proxies."""
import glob
import gzip
import os
import random
import re
import select
import socket
import socketserver
import subprocess
import threading

import harness
from harness import Daemon, Skip, expect, free_port, need, rss, run_tests, wait_for

BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
NGINX = """daemon off; master_process off; pid {d}/pid; error_log {d}/error.log;
events {{ worker_connections 512; }}
http {{ log_format asked '$server_port $server_protocol $connection $msec $request_time $request_uri'; access_log {d}/asked.log asked;
    default_type application/xml; keepalive_requests 100000;
    client_body_temp_path {d}; proxy_temp_path {d}; fastcgi_temp_path {d}; uwsgi_temp_path {d}; scgi_temp_path {d};
    ssl_certificate {d}/cert.pem; ssl_certificate_key {d}/key.pem; ssl_session_cache off;
    server {{ {listen} root {d}/www; location /slow {{ limit_rate 20k; }} }} }}
"""


def feed(*names, pad=0):
    noise = "".join(random.Random(1).choices("abcdefgh", k=pad))
    return rss([{"title": n, "guid": n, "link": f"http://example.org/{n}", "description": noise} for n in names]).encode()


class Tls:
    """nginx with HTTP/2 and a certificate of our own authority, on some ports."""

    def __init__(self, folder, ports=1):
        self.d = f"{folder}/tls"
        os.makedirs(f"{self.d}/www/slow")
        for path in (folder, self.d, f"{self.d}/www", f"{self.d}/www/slow"):
            os.chmod(path, 0o755)
        self.ports = [free_port() for _ in range(ports)]
        openssl, nginx = need("openssl"), need("nginx")
        with open(f"{self.d}/names", "w") as f:
            f.write("subjectAltName=DNS:localhost\n")
        for words in ("req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=test",
                      "req -newkey rsa:2048 -nodes -keyout key.pem -out cert.csr -subj /CN=localhost",
                      "x509 -req -in cert.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out cert.pem -extfile names"):
            subprocess.run([openssl, *words.split()], cwd=self.d, check=True, capture_output=True)
        self.inside = ["unshare", "-m", "sh", "-c", f'mount --bind {self.d}/ca.pem {BUNDLE} && exec "$@"', "sh"]
        if not os.path.exists(BUNDLE) or subprocess.run([*self.inside, "true"], capture_output=True).returncode != 0:
            raise Skip("no CA bundle of our own can be put in place")
        with open(f"{self.d}/conf", "w") as f:
            f.write(NGINX.format(d=self.d, listen=" ".join(f"listen 127.0.0.1:{p} ssl http2;" for p in self.ports)))
        self.process = subprocess.Popen([nginx, "-e", f"{self.d}/error.log", "-c", f"{self.d}/conf"], stderr=subprocess.DEVNULL)
        wait_for("nginx", lambda: os.path.exists(f"{self.d}/pid"))

    def put(self, name, body):
        with open(f"{self.d}/www/{name}", "wb") as f:
            f.write(body)

    def url(self, name, port=0):
        return f"https://localhost:{self.ports[port]}/{name}"

    def asked(self):
        """[(port, protocol, connection, from, to)]"""
        with open(f"{self.d}/asked.log") as f:
            rows = [line.split() for line in f]
        return [(r[0], r[1], r[2], float(r[3]) - float(r[4]), float(r[3])) for r in rows]

    def once(self, daemon, *wrap):
        return subprocess.run([*self.inside, *wrap, f"{harness.BUILD}/tributaryd", "--once", "-c", daemon.conf],
                              capture_output=True, text=True, timeout=100 * harness.SLOW)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def test_streams_run_side_by_side_on_one_connection(folder):
    with Tls(folder) as origin:
        for n in range(16):
            origin.put(f"slow/f{n}", feed(f"item{n}", pad=60000))
        with Daemon(folder, {f"s{n}": origin.url(f"slow/f{n}") for n in range(16)}) as d:
            done = origin.once(d)
            expect(done.returncode == 0, done.stderr)
        rows = origin.asked()
        expect(len(rows) == 16 and {r[1] for r in rows} == {"HTTP/2.0"}, f"{rows}")
        expect(len({r[2] for r in rows}) == 1, f"{len({r[2] for r in rows})} connections")
        most = max(sum(a[3] <= b[3] < a[4] for a in rows) for b in rows)
        expect(most >= 8, f"at most {most} at a time")


def test_the_next_round_finds_the_connection_again(folder):
    with Tls(folder) as origin:
        for n in range(5):
            origin.put(f"f{n}", feed(f"item{n}"))
        sources = {f"s{n}": origin.url(f"f{n}") for n in range(5)}
        with Daemon(folder, sources, every="1s") as d:
            d.start(True, wrap=origin.inside)
            wait_for("three rounds", lambda: len(origin.asked()) >= 15, 15)
            d.stop()
        expect(len({r[2] for r in origin.asked()}) <= 2, f"{len({r[2] for r in origin.asked()})} connections")


def test_the_ca_bundle_is_read_once_for_all_connections(folder):
    strace = need("strace")
    with Tls(folder, 12) as origin:
        origin.put("f", feed("item"))
        with Daemon(folder, {f"s{n}": origin.url(f"f?{n}", n) for n in range(12)}) as d:
            # The leak sanitizer does not work where a process is traced.
            done = origin.once(d, strace, "-E", "ASAN_OPTIONS=detect_leaks=0", "-ff", "-qq", "-e", "trace=openat,open", "-o", f"{folder}/trace")
            expect(done.returncode == 0, done.stderr)
        expect(len({r[2] for r in origin.asked()}) == 12, f"{origin.asked()}")
        opened = []
        for path in glob.glob(f"{folder}/trace.*"):  # one a process: no call is cut in two by another's
            with open(path, errors="replace") as f:
                opened += [line for line in f if "ca-certificates.crt" in line and "ENOENT" not in line]
        expect(len(opened) == 1, "".join(opened))


class Plain(socketserver.StreamRequestHandler):
    """Requests as they came; {path: (headers, body)} back."""

    def handle(self):
        while True:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                line = self.rfile.readline()
                if not line:
                    return
                head += line
            self.server.asked.append(head.decode("latin-1"))
            path = re.sub(r"^http://[^/]*", "", head.split(b" ")[1].decode())
            headers, body = self.server.answers.get(path, ([], b""))
            status = "200 OK" if path in self.server.answers else "404 Not Found"
            text = f"HTTP/1.1 {status}\r\n" + "".join(f"{h}\r\n" for h in headers)
            self.wfile.write(f"{text}Content-Length: {len(body)}\r\n\r\n".encode() + body)


def serve(handler, **fields):
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    for name, value in fields.items():
        setattr(server, name, value)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server, server.server_address[1]


def peak_kb(pid):
    with open(f"/proc/{pid}/status") as f:
        return int(re.search(r"VmHWM:\s+(\d+)", f.read())[1])


def test_a_packed_body_is_unpacked_in_the_jail_alone(folder):
    big = feed(*[f"item{n}" for n in range(40)]) + b"<!--" + b"".join(
        random.Random(n).randbytes(24).hex().encode() * 20 for n in range(14000)) + b"-->"
    answers = {"/small": ([], feed("one")), "/big": (["Content-Encoding: gzip", 'ETag: "1"'], gzip.compress(big)),
               "/bad": (["Content-Encoding: gzip", 'ETag: "2"'], b"\x1f\x8b\x08\0" + b"no deflate at all" * 100)}
    server, port = serve(Plain, asked=[], answers=answers)
    sources = {"small": f"http://127.0.0.1:{port}/small"}
    with Daemon(folder, sources) as d:
        d.start()
        wait_for("the small one", lambda: d.source("small")["polls"] == 1)
        poller = d.roles()["poller"][0]
        before = peak_kb(poller)
        d.configure({**sources, "big": f"http://127.0.0.1:{port}/big", "bad": f"http://127.0.0.1:{port}/bad"})
        expect(d.command("reload").returncode == 0, d.said())
        wait_for("all to be asked", lambda: all(d.source(n)["polls"] >= 1 for n in ("big", "bad")), 15)
        expect(d.source("big")["items"] == 40, f"{d.source('big')}")
        expect("not the gzip" in d.source("bad")["error"], f"{d.source('bad')}")
        if harness.SLOW == 1:
            expect(len(big) > 12 << 20 and peak_kb(poller) - before < 8 << 10, f"the poller grew from {before} to {peak_kb(poller)} kB")
    server.shutdown()


class Socks(socketserver.BaseRequestHandler):
    """SOCKS5 without a password; notes the names that it is asked for, and leads all to one port."""

    def handle(self):
        s = self.request
        s.recv(64)
        s.sendall(b"\x05\x00")
        ask = s.recv(512)
        self.server.asked.append((ask[3], ask[5:5 + ask[4]].decode("latin-1") if ask[3] == 3 else ""))
        s.sendall(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x00")
        with socket.create_connection(("127.0.0.1", self.server.to)) as o:
            while True:
                ready, _, _ = select.select([s, o], [], [], 20)
                for one in ready:
                    data = one.recv(65536)
                    if not data:
                        return
                    (o if one is s else s).sendall(data)


class Connect(socketserver.StreamRequestHandler):
    """An HTTP proxy that is asked for a tunnel: it notes how, and refuses."""

    def handle(self):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = self.rfile.readline()
            if not line:
                return
            head += line
        self.server.asked.append(head.decode("latin-1"))
        self.wfile.write(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")


def test_each_source_goes_through_its_own_proxy(folder):
    answers = {f"/{n}": (['ETag: "1"'], feed(n)) for n in ("a", "b", "c", "d")}
    origin, port = serve(Plain, asked=[], answers=answers)
    top, top_port = serve(Plain, asked=[], answers=answers)
    socks, socks_port = serve(Socks, asked=[], to=port)
    tunnel, tunnel_port = serve(Connect, asked=[])
    with open(f"{folder}/password", "w") as f:
        f.write("sesame-secret\n")
    os.chmod(f"{folder}/password", 0o640)
    secret = f'user = "me"  password_file = "{folder}/password"  headers = {{ "X-Key: topsecret" }}'
    text = f"""source a {{ url = "http://a.invalid/a"  {secret} }}
        source b {{ url = "http://b.invalid/b"  proxy = "socks5h://127.0.0.1:{socks_port}" }}
        source c {{ url = "http://127.0.0.1:{port}/c"  proxy = "none"  allow = {{ "127.0.0.0/8" }} }}
        source d {{ url = "https://d.invalid/d"  proxy = "http://127.0.0.1:{tunnel_port}"  {secret} }}
        """
    with Daemon(folder, {}, top=f'proxy = "http://127.0.0.1:{top_port}"', text=text) as d:
        expect(d.once() == 1, d.said())
        said = d.said()
    expect(len(top.asked) == 1 and top.asked[0].startswith("GET http://a.invalid/a HTTP/1.1\r\nHost: a.invalid\r\n"), f"{top.asked}")
    expect("\r\nAuthorization: Basic " in top.asked[0] and "Proxy-Auth" not in top.asked[0], top.asked[0])
    expect(socks.asked == [(3, "b.invalid")], f"{socks.asked}")
    expect(sorted(h.split(" ")[1] for h in origin.asked) == ["/b", "/c"], f"{origin.asked}")
    expect(len(tunnel.asked) == 1 and tunnel.asked[0].startswith("CONNECT d.invalid:443 HTTP/1.1\r\n"), f"{tunnel.asked}")
    expect(not re.search("Authorization|X-Key", tunnel.asked[0]), tunnel.asked[0])
    expect("sesame" not in said and "topsecret" not in said, said)
    for server in (origin, top, socks, tunnel):
        server.shutdown()


run_tests([
    test_streams_run_side_by_side_on_one_connection,
    test_the_next_round_finds_the_connection_again,
    test_the_ca_bundle_is_read_once_for_all_connections,
    test_a_packed_body_is_unpacked_in_the_jail_alone,
    test_each_source_goes_through_its_own_proxy,
])
