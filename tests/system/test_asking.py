"""How it asks, on the wire: each request byte for byte, redirects, parts, older pages, connections, TLS."""
import os
import socketserver
import subprocess
import threading

import harness
from harness import Daemon, Skip, expect, free_port, need, rss, run_tests, wait_for


class Handler(socketserver.StreamRequestHandler):
    """One connection: requests as they came, answers as the script has them."""

    def handle(self):
        with self.server.lock:
            self.server.connections += 1
            number = self.server.connections
        while True:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                line = self.rfile.readline()
                if not line:
                    return
                head += line
            path = head.split(b" ", 2)[1].decode()
            with self.server.lock:
                self.server.asked.append((number, path, head.decode("latin-1")))
                answer = self.server.answers.get(path, ("404 Not Found", [], b""))
            if callable(answer):
                answer = answer(head.decode("latin-1"))
            status, headers, body = answer
            text = f"HTTP/1.1 {status}\r\n" + "".join(f"{h}\r\n" for h in headers)
            self.wfile.write(f"{text}Content-Length: {len(body)}\r\n\r\n".encode() + body)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


class Raw:
    """An origin that keeps every request as it came: [(connection, path, head)]."""

    def __init__(self, **answers):
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.lock, self.server.connections, self.server.asked = threading.Lock(), 0, []
        self.server.answers = {f"/{name}": answer for name, answer in answers.items()}
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def url(self, name):
        return f"http://127.0.0.1:{self.port}/{name}"

    def set(self, name, status, headers=(), body=b""):
        with self.server.lock:
            self.server.answers[f"/{name}"] = (status, headers, body)

    def asked(self, name=None):
        with self.server.lock:
            return [a for a in self.server.asked if name is None or a[1] == f"/{name}"]

    def heads(self, name):
        return [head for _, _, head in self.asked(name)]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def feed(*names, more=""):
    text = rss([{"title": n, "guid": n, "link": f"http://example.org/{n}"} for n in names])
    return (text if isinstance(text, str) else text.decode()).replace("<item>", f"{more}<item>", 1).encode()


def version():
    return subprocess.run([f"{harness.BUILD}/tributary", "--version"], capture_output=True, text=True,
                          check=True).stdout.split()[1]


def request(origin, name, *lines):
    """The whole request, as it must be."""
    return "\r\n".join([
        f"GET /{name} HTTP/1.1", f"Host: 127.0.0.1:{origin.port}",
        f"User-Agent: tributary/{version()} (+https://me.example/bot)",
        "Accept: application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
        "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, text/html;q=0.5, */*;q=0.1",
        "Accept-Encoding: gzip", *lines, "", ""])


CONTACT = 'contact = "https://me.example/bot"'


def test_a_request_is_this_and_no_byte_more(folder):
    etag, date = 'W/"x,1"', "some day in 2041"
    with Raw() as origin:
        origin.set("f?b=2&a=%20", "200 OK", [f"ETag: {etag}", f"Last-Modified: {date}", "Set-Cookie: id=1"], feed("one"))
        with Daemon(folder, {"a": origin.url("f?b=2&a=%20#part")}, top=CONTACT, every="0s") as d:
            expect(d.once() == 0 and d.once() == 0, d.said())
        first, second = origin.heads("f?b=2&a=%20")
        expect(first == request(origin, "f?b=2&a=%20"), first)
        expect(second == request(origin, "f?b=2&a=%20", f"If-None-Match: {etag}", f"If-Modified-Since: {date}",
                                 "A-IM: feed"), second)
        expect(len(origin.asked()) == 2, f"{origin.asked()}")


def test_a_hop_to_another_origin_takes_nothing_along(folder):
    with Raw() as one, Raw() as other:
        one.set("f", "302 Found", ['ETag: "hop"', "Set-Cookie: id=1", f"Location: {one.url('g')}"])
        one.set("g", "307 Temporary Redirect", [f"Location: {other.url('h')}"])
        other.set("h", "200 OK", ['ETag: "h"'], feed("one"))
        with open(f"{folder}/password", "w") as f:
            f.write("secret\n")
        os.chmod(f"{folder}/password", 0o640)
        more = f'user = "me"  password_file = "{folder}/password"  headers = {{ "X-Key: 1" }}'
        with Daemon(folder, {"a": (one.url("f"), more)}, top=CONTACT, every="0s") as d:
            d.once()
            expect("secret" not in d.said(), "the password is in the log")
        for name in ("f", "g"):
            expect(one.heads(name)[0].count("\r\nAuthorization: Basic bWU6c2VjcmV0\r\n") == 1, one.heads(name)[0])
            expect(one.heads(name)[0].count("\r\nX-Key: 1\r\n") == 1, one.heads(name)[0])
        # The other is a private address, too, and the allow stays at home.
        expect(other.asked() == [], f"{other.asked()}")


def test_a_body_in_another_coding_is_an_error_asked_for_once(folder):
    with Raw() as origin:
        origin.set("f", "200 OK", ["Content-Encoding: br", 'ETag: "br"'], feed("one"))
        with Daemon(folder, {"a": origin.url("f")}, every="0s") as d:
            expect(d.once() == 1, "it was well")
            expect(len(origin.asked()) == 1, f"{origin.asked()}")


def test_a_part_of_a_feed_is_merged(folder):
    with Raw() as origin:
        origin.set("f", "200 OK", ['ETag: "1"'], feed("one", "two"))
        with Daemon(folder, {"a": origin.url("f")}, every="0s") as d:
            d.once()
            origin.set("f", "226 IM Used", ['ETag: "2"', "IM: feed"], feed("three"))
            d.once()
            origin.set("f", "304 Not Modified")
            expect(d.once() == 0, d.said())
            expect('If-None-Match: "2"' in origin.heads("f")[-1], origin.heads("f")[-1])
            d.start()
            expect(len(d.merged()) == 3, "not all three are there")


def test_older_pages_are_read_once_each(folder):
    atom = '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="prev-archive" href="{}"/>'
    with Raw() as origin:
        origin.set("f", "200 OK", ['ETag: "1"'], feed("nine", more=atom.format(origin.url("2"))))
        origin.set("2", "200 OK", [], feed("five", "six", more=atom.format(origin.url("1"))))
        origin.set("1", "200 OK", [], feed("one", "two"))
        with Daemon(folder, {"a": origin.url("f")}) as d:
            d.start()
            wait_for("all pages", lambda: len(d.merged()) == 5)
            expect(len(origin.asked("2")) == len(origin.asked("1")) == 1, f"{origin.asked()}")
            expect("If-None" not in origin.heads("1")[0], origin.heads("1")[0])


def test_sources_of_one_host_share_a_connection(folder):
    with Raw() as origin:
        for n in range(20):
            origin.set(f"f{n}", "200 OK", [], feed(f"item{n}"))
        text = "".join(f'source s{n} {{ url = "{origin.url(f"f{n}")}"  allow = {{ "127.0.0.0/8" }} }}\n' for n in range(20))
        with Daemon(folder, {}, text=text) as d:
            with open(d.conf) as f:
                conf = f.read().replace("per_domain = 64", "per_domain = 1")
            with open(d.conf, "w") as f:
                f.write(conf)
            expect(d.once() == 0, d.said())
        expect(len(origin.asked()) == 20, f"{len(origin.asked())} requests")
        expect({c for c, _, _ in origin.asked()} == {1}, f"{len({c for c, _, _ in origin.asked()})} connections")


TLS = """daemon off; master_process off; pid {d}/pid; error_log {d}/error.log;
events {{ }}
http {{ log_format asked '$server_protocol $connection'; access_log {d}/asked.log asked; default_type application/xml;
    client_body_temp_path {d}; proxy_temp_path {d}; fastcgi_temp_path {d}; uwsgi_temp_path {d}; scgi_temp_path {d};
    server {{ listen 127.0.0.1:{port} ssl http2; root {d}/www;
        ssl_certificate {d}/cert.pem; ssl_certificate_key {d}/key.pem; }} }}
"""


def certify(folder):
    """A certificate of localhost by an authority of our own, and that authority's."""
    openssl = need("openssl")
    for command in (
            "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=test",
            "req -newkey rsa:2048 -nodes -keyout key.pem -out cert.csr -subj /CN=localhost",
            "x509 -req -in cert.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out cert.pem -extfile names"):
        with open(f"{folder}/names", "w") as f:
            f.write("subjectAltName=DNS:localhost\n")
        subprocess.run([openssl, *command.split()], cwd=folder, check=True, capture_output=True)


def test_tls_is_verified_and_http_2_shares_a_connection(folder):
    bundle, d = "/etc/ssl/certs/ca-certificates.crt", f"{folder}/tls"
    nginx, port = need("nginx"), free_port()
    os.makedirs(f"{d}/www")
    certify(d)
    inside = ["unshare", "-m", "sh", "-c", f'mount --bind {d}/ca.pem {bundle} && exec "$@"', "sh"]
    if not os.path.exists(bundle) or subprocess.run([*inside, "true"], capture_output=True).returncode != 0:
        raise Skip("no CA bundle of our own can be put in place")
    for n in range(10):
        with open(f"{d}/www/f{n}", "wb") as f:
            f.write(feed(f"item{n}"))
    for path in (folder, d, f"{d}/www"):
        os.chmod(path, 0o755)
    with open(f"{d}/conf", "w") as f:
        f.write(TLS.format(d=d, port=port))
    origin = subprocess.Popen([nginx, "-e", f"{d}/error.log", "-c", f"{d}/conf"], stderr=subprocess.DEVNULL)
    sources = {f"s{n}": f"https://localhost:{port}/f{n}" for n in range(10)}
    try:
        wait_for("nginx", lambda: os.path.exists(f"{d}/pid"))
        with Daemon(folder, sources) as daemon:
            expect(daemon.once() == 1, "a certificate of an unknown authority was taken")
            expect("TLS" in daemon.said(), daemon.said())
        os.rename(f"{folder}/state", f"{folder}/former")
        with Daemon(folder, sources) as daemon:
            done = subprocess.run([*inside, f"{harness.BUILD}/tributaryd", "--once", "-c", daemon.conf], capture_output=True,
                                  text=True, timeout=60 * harness.SLOW)
            expect(done.returncode == 0, done.stderr)
            expect("alarm=certificate" in done.stderr, "two days before its end a certificate is told of")
        with open(f"{d}/asked.log") as f:
            rows = [line.split() for line in f]
        expect(len(rows) == 10 and {row[0] for row in rows} == {"HTTP/2.0"}, f"{rows}")
        expect(len({row[1] for row in rows}) <= 2, f"{len({row[1] for row in rows})} connections")
    finally:
        origin.terminate()
        origin.wait()


run_tests([
    test_a_request_is_this_and_no_byte_more,
    test_a_hop_to_another_origin_takes_nothing_along,
    test_a_body_in_another_coding_is_an_error_asked_for_once,
    test_a_part_of_a_feed_is_merged,
    test_older_pages_are_read_once_each,
    test_sources_of_one_host_share_a_connection,
    test_tls_is_verified_and_http_2_shares_a_connection,
])
