"""N1 to N16: hostile origins in a network of our own, where every packet that starts something is counted.

The whole test runs in a network namespace (network.py).  Its only device is the loopback, and every address of
both families is local there, so the private, the metadata and the public ones exist, and whatever goes to one of
them passes a counter.  Each row says which destinations it may reach; anything else fails it.
"""
import gzip
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
import warnings

import harness
from harness import Daemon, Skip, expect, need, run_tests, wait_for
from network import BUNDLE, DEAD, DNS, OTHER, PORT, PUBLIC, SENT, TLS_PORT, Names, Origin, answer, bomb, enter, feed, \
    most_memory, prepare, raw, to

COUNTER = None


def only(*origins, beside=()):
    """Nothing was reached but these."""
    mine = {o.at for o in origins} | {DNS, *beside}
    wrong = [p for p in COUNTER.take() if p not in mine]
    expect(not wrong, f"reached what it must not: {sorted(set(wrong))}")


def source(name, path=None, more="", host=None, scheme="http", port=PORT):
    url = f"{scheme}://{host or name + '.example'}:{port}/{name if path is None else path}"
    return f'source {name} {{ url = "{url}"  {more} }}\n'


def at_home(name, port, more=""):
    """A source that may be polled over and over: on the loopback, by its allow."""
    return (f'source {name} {{ url = "http://127.0.0.1:{port}/{name}"  every = 0s  at_least = 0s  '
            f'allow = {{ "127.0.0.0/8" }}  {more} }}\n')


def told(d):
    """{source: what status says}, without a daemon."""
    done = d.command("status", "--json")
    return {s["name"]: s for s in json.loads(done.stdout)["source_list"]}


def failing(d, names, words=()):
    rows = told(d)
    for name in names:
        expect(rows[name].get("error") and not rows[name]["items"], f"{name}: {rows[name]}")
        if words:
            expect(any(w in rows[name]["error"] for w in words), f"{name}: {rows[name]['error']}")


def play(folder, scripts, more="", names=None, timeout="20s", beside=()):
    """One --once of a source a script; the daemon and its origin."""
    names = names or {n: n for n in scripts}
    text = f"defaults {{ timeout = {timeout} }}\n" + "".join(source(n, path=p) for n, p in names.items()) + more
    COUNTER.take()
    with Origin(scripts) as origin, Daemon(folder, {}, text=text) as d:
        d.once()
        only(origin, beside=beside)
    return d, origin


# --- the rows

FORBIDDEN = ["0.0.0.0", "10.9.9.9", "100.64.0.1", "127.0.0.1", "127.1", "169.254.169.254", "172.16.0.1", "192.0.0.1",
             "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1",
             "255.255.255.255", "2130706433", "0177.0.0.1", "0x7f.1", "[::]", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:10.9.9.9]",
             "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]", "[100::1]", "[2001::1]", "[2001:db8::1]", "[2002:7f00:1::1]",
             "[2002:a09:909::1]", "[fc00::1]", "[fd00:ec2::254]", "[fe80::1]", "[fe80::1%25lo]", "[fec0::1]", "[ff02::1]",
             "localhost", "localhost.", "user:secret@127.0.0.1"]


def test_the_counter_counts(_):
    COUNTER.take()
    for family, where in ((socket.AF_INET, ("10.9.9.9", 80)), (socket.AF_INET6, ("fd00:ec2::254", 80))):
        with socket.socket(family) as s:
            s.settimeout(2)
            s.connect(where)
            s.sendall(b"GET / HTTP/1.0\r\n\r\n")
            expect(s.recv(1) != b"", f"nobody is at {where}")
    seen = COUNTER.take()
    expect(("tcp", "10.9.9.9", 80) in seen and ("tcp", "fd00:ec2::254", 80) in seen, f"{seen}")


def test_n1_no_scheme_but_http_is_followed(folder):
    scripts = {f"s{n}": to(where) for n, where in enumerate((
        "file:///etc/passwd", "ftp://10.9.9.9/x", "gopher://127.0.0.1:6379/_x", "dict://127.0.0.1:11211/stat", "data:text/xml,<rss/>",
        "javascript:alert(1)", "unix:///run/x.sock", "scp://10.9.9.9/x", "smb://10.9.9.9/x", "ldap://10.9.9.9/x", "telnet://10.9.9.9"))}
    d, origin = play(folder, scripts)
    failing(d, scripts)
    expect(len(origin.asked()) == len(scripts), f"{len(origin.asked())} requests")


def test_n2_redirects_end(folder):
    host = f"http://chain.example:{PORT}"
    scripts = {f"c{n}": to(f"{host}/c{n - 1}") for n in range(1, 10)}
    scripts.update({"c0": answer(body=feed("end")), "loop": to(f"{host}/loop"), "ping": to(f"{host}/pong"), "pong": to(f"{host}/ping")})
    d, origin = play(folder, scripts, names={"c9": "c9", "c5": "c5", "loop": "loop", "ping": "ping"})
    failing(d, ("c9", "loop", "ping"), ("redirect",))
    expect(told(d)["c5"]["state"] == "ok", f"{told(d)['c5']}")
    expect(len(origin.asked()) == 6 + 6 + 2 + 6, f"{[a[1] for a in origin.asked()]}")


def test_n3_a_poisoned_move_is_not_believed(folder):
    moved = "301 Moved Permanently"
    scripts = {"private": to("http://10.9.9.9/", moved), "metadata": to("http://169.254.169.254/latest/meta-data/", "308 Permanent Redirect"),
               "bare": to(f"http://{OTHER}:{PORT}/feed", moved), "parked": to(f"http://other.example:{PORT}/html", moved)}
    elsewhere = {"feed": answer(body=feed("one")), "html": answer("200 OK", "Content-Type: text/html", body=b"<!DOCTYPE html><title>parked</title>")}
    Names.answers["other.example"] = [OTHER]
    text = "".join(at_home(n, PORT) for n in scripts)
    COUNTER.take()
    with Origin(scripts, "127.0.0.1") as home, Origin(elsewhere, OTHER) as other, Daemon(folder, {}, text=text) as d:
        for _ in range(5):
            d.once()
        only(home, other)
        for name in scripts:
            expect(len(home.asked(name)) == 5, f"{name}: {len(home.asked(name))} requests")
        failing(d, ("private", "metadata", "parked"))
        expect("asked there" not in d.command("explain", "bare").stdout, d.command("explain", "bare").stdout)


def test_n5_no_forbidden_address_is_reached(folder):
    """By redirect, by the configuration, by name, in every form, at their usual ports and others."""
    scripts, text = {}, ""
    for n, host in enumerate(FORBIDDEN):
        scripts[f"r{n}"] = to(f"http://{host}/")
        scripts[f"t{n}"] = to(f"http://{host}:22/")
        scripts[f"u{n}"] = to(f"//{host}:{PORT}/feed", "301 Moved Permanently")
        name = f"n{n}"
        bare = host.strip("[]")
        if re.fullmatch(r"[\d.]+|[\da-f:]+", bare) and bare not in ("127.1", "2130706433", "0177.0.0.1"):
            Names.answers[f"{name}.example"] = [bare]
            text += source(name)
            Names.answers[f"hop{n}.example"] = [bare]
            scripts[f"h{n}"] = to(f"http://hop{n}.example/")
            text += f'source d{n} {{ url = "http://{host}:{PORT}/feed" }}\n'
    scripts.update({"ssh": to(f"http://{PUBLIC}:22/"), "smtp": to(f"http://{OTHER}:25/"), "odd": to(f"http://{OTHER}:6379/"),
                    "backslash": to("http:\\\\10.9.9.9\\"), "fragment": to("http://feed.example#@10.9.9.9/"), "space": to(" http://10.9.9.9/"),
                    "refresh": answer("200 OK", "Refresh: 0; url=http://10.9.9.9/", 'Alt-Svc: http/1.1="10.9.9.9:80"', body=feed("x"))})
    Names.answers["feed.example"] = [OTHER]  # what is before the # of that address is public
    d, origin = play(folder, scripts, more=text, beside=[("tcp", OTHER, 80)])
    rows = told(d)
    well = [n for n, row in rows.items() if row["items"] and n not in ("refresh", "fragment")]
    expect(not well, f"taken: {well}")
    expect(len(origin.asked()) >= len(scripts) - 2, f"only {len(origin.asked())} of {len(scripts)} were asked")


def test_n5_a_name_that_changes_between_check_and_connect(folder):
    """Rebinding, a second address behind a dead one, a proxy of the environment."""
    asked = {"n": 0}

    def rebinds(kind):
        asked["n"] += kind == 1
        return [PUBLIC] if asked["n"] <= 1 else ["10.9.9.9"]

    Names.answers.update({"rebind.example": rebinds, "second.example": [OTHER, "10.9.9.9"], "six.example": ["fd00:ec2::254", OTHER],
                          "hop.example": ["127.0.0.1"]})
    scripts = {"rebind": answer(body=feed("one")), "hops": to(f"http://rebind.example:{PORT}/rebind")}
    text = source("rebind") + source("second") + source("six")
    COUNTER.take()
    with Origin(scripts) as origin, Daemon(folder, {}, text=text) as d:
        env = {"http_proxy": "http://10.9.9.9:3128", "https_proxy": "http://10.9.9.9:3128", "ALL_PROXY": "socks5://10.9.9.9:1080"}
        os.environ.update(env)
        d.once()
        Names.answers["rebind.example"] = ["10.9.9.9"]
        d.configure({}, text + source("hops"))
        d.once()
        for name in env:
            del os.environ[name]
        only(origin, beside=[("tcp", OTHER, PORT)])
        failing(d, ("second", "six", "hops"))
        expect(told(d)["rebind"]["state"] == "ok", f"{told(d)['rebind']}")


def test_n6_what_a_feed_names_is_not_fetched(folder):
    head = ('<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="{}" href="{}"/>')
    links = "".join(head.format(rel, f"http://{address}/{rel}") for rel in (
        "hub", "self", "alternate", "icon", "replies", "next", "prev-archive", "search")
                    for address in ("10.9.9.9", "169.254.169.254", "[fd00:ec2::254]"))
    links += f"<image><url>http://{OTHER}/icon.png</url><title>t</title><link>http://{OTHER}/</link></image>"
    links += f"<cloud domain='{OTHER}' port='80' path='/r' registerProcedure='' protocol='xml-rpc'/>"
    links += head.format("hub", f"http://{OTHER}/hub") + head.format("self", f"http://{OTHER}/self")
    more = f'<enclosure url="http://{OTHER}/a.mp3" length="1" type="audio/mpeg"/><comments>http://{OTHER}/c</comments>'
    more += f'<description>&lt;img src="http://{OTHER}/p.png"&gt;&lt;iframe src="http://10.9.9.9/"&gt;</description>'
    link = 'Link: <http://10.9.9.9/hub>; rel="hub", <http://10.9.9.9/n>; rel="next"'
    d, origin = play(folder, {"f": answer("200 OK", link, body=feed("one", more=more, head=links))})
    expect(told(d)["f"]["state"] == "ok", f"{told(d)['f']}")
    expect(len(origin.asked()) == 1, f"{[a[1] for a in origin.asked()]}")


def test_n7_bodies_without_end_are_cut(folder):
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n"
    start = b'<rss version="2.0"><channel><title>t</title>'
    item = b"<item><guid>x</guid><title>x</title></item>" * 500
    packed = head + b"Content-Encoding: gzip\r\nConnection: close\r\n\r\n"
    scripts = {"endless": raw(head + b"\r\n" + start, forever=item), "spaces": raw(head + b"\r\n", forever=b" " * 65536),
               "chunked": raw(head + b"Transfer-Encoding: chunked\r\n\r\n", forever=b"1000\r\n" + b" " * 4096 + b"\r\n"),
               "extension": raw(head + b"Transfer-Encoding: chunked\r\n\r\n5;", forever=b"a" * 65536),
               "huge": raw(head + b"Content-Length: 1000000000000000000\r\n\r\n" + start, forever=item),
               "bomb": raw(packed + bomb(512 << 20)), "twice": raw(packed + gzip.compress(bomb(64 << 20))),
               "zeros": raw(packed, forever=gzip.compress(bytes(1 << 20)))}
    before = time.monotonic()
    SENT.clear()
    d, origin = play(folder, scripts, timeout="60s")
    expect(time.monotonic() - before < 45 * harness.SLOW, f"{time.monotonic() - before} s")
    failing(d, scripts)
    expect(len(origin.asked()) == len(scripts), f"{len(origin.asked())} requests")
    # 8 MiB, and what buffers hold; what is no body is looked at four times a second.
    expect(sorted(SENT)[-2] < 16 << 20 and max(SENT) < 512 << 20, f"{SENT} bytes were taken")
    expect(harness.SLOW > 1 or most_memory() < 256 << 10, f"{most_memory()} KiB")


def test_n8_slow_ones_delay_nobody(folder):
    body = feed("one")
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
    scripts = {"silent": lambda s, _: time.sleep(100), "drip": raw(head, forever=b"<", pause=1),
               "headers": raw(b"HTTP/1.1 200 OK\r\n", forever=b"X-A: b\r\n", pause=1),
               "hello": raw(forever=b"", pause=1), "well": answer(body=body)}
    Names.answers["dead.example"] = [DEAD]
    text = source("dead") + source("well2", path="well")
    COUNTER.take()
    with Origin(scripts) as origin, Daemon(folder, {}, text="defaults { timeout = 30s }\n" + "".join(source(n) for n in scripts) + text) as d:
        before = time.monotonic()
        d.start()
        wait_for("the well ones", lambda: all(d.source(n)["state"] == "ok" for n in ("well", "well2")), 5)
        wait_for("all to be over", lambda: all(d.source(n)["state"] == "failing" for n in ("silent", "drip", "headers", "hello", "dead")), 40)
        expect(time.monotonic() - before < 36 * harness.SLOW, f"{time.monotonic() - before} s")
        times = {n: origin.asked(n)[0][0] - before for n in ("well",)}
        expect(times["well"] < 3 * harness.SLOW, f"{times}")
        d.stop()
        only(origin, beside=[("tcp", DEAD, PORT)])


def test_n9_n10_headers_without_end_and_what_would_inject(folder):
    body = feed("one")
    ok = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n" % len(body)
    scripts = {"flood": raw(b"HTTP/1.1 200 OK\r\n", forever=b"X-%d: y\r\n" * 1000), "huge": raw(b"HTTP/1.1 200 OK\r\nX-A: ", forever=b"a" * 65536),
               "status": raw(b"HTTP/1.1 200 ", forever=b"a" * 65536),
               "long": raw(ok + b'ETag: "' + b"e" * 60000 + b'"\r\nLast-Modified: ' + b"x" * 5000 + b"\r\n\r\n" + body),
               "inject": raw(ok + b'ETag: "a\x0b\x01b\r X-Injected: 1"\r\nLast-Modified: \x01\x7f\r\n\r\n' + body),
               "fold": raw(ok + b'ETag: "a"\r\n X-Injected: 1\r\n\r\n' + body)}
    COUNTER.take()
    text = "".join(at_home(n, PORT, "timeout = 20s") for n in scripts)
    with Origin(scripts, "127.0.0.1") as origin, Daemon(folder, {}, text=text) as d:
        for _ in range(2):
            d.once()
        only(origin)
        failing(d, ("flood", "huge", "status"))
        for name in ("long", "inject"):
            expect(len(origin.heads(name)) == 2, f"{name}: {len(origin.heads(name))}")
            expect("If-None" not in origin.heads(name)[1] and "If-Modified" not in origin.heads(name)[1], origin.heads(name)[1])
        for head in (h for name in scripts for h in origin.heads(name)):
            expect(not re.search(r"^X-Injected|[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]", head, re.M), repr(head))
        d.configure({}, at_home("f", PORT, 'headers = { "X-A: b\\r\\nX-Injected: 1" }'))
        expect(d.command("check").returncode != 0, "a line break in a header of the configuration was taken")


def test_n11_secrets_stay_at_home(folder):
    with open(f"{folder}/password", "w") as f:
        f.write("sesame-secret\n")
    os.chmod(f"{folder}/password", 0o640)
    scripts = {"f": to(f"http://f.example:{PORT}/g"), "g": to(f"http://thief.example:{PORT}/h", "307 Temporary Redirect", 'ETag: "hop"'),
               "p": to("http://p.example:8080/h"), "f2": answer(body=feed("own"))}
    thief = {"h": answer("200 OK", 'ETag: "h"', body=feed("stolen"))}
    Names.answers["thief.example"] = [OTHER]
    secret = f'user = "me"  password_file = "{folder}/password"  headers = {{ "X-Key: topsecret" }}'
    text = source("f", more=secret) + source("p", more=secret) + source("f2", more=secret, host="f.example")
    COUNTER.take()
    with Origin(scripts) as home, Origin(thief, OTHER) as other, Origin(thief, PUBLIC, 8080) as port, Daemon(folder, {}, text=text) as d:
        d.start(True)
        wait_for("all to be asked", lambda: all(d.source(n)["polls"] > 0 for n in ("f", "f2", "p")), 15)
        for head in home.heads("f") + home.heads("g") + home.heads("f2"):
            expect(head.count("\r\nAuthorization: Basic ") == 1 and head.count("\r\nX-Key: topsecret") == 1, head)
        expect(len(other.heads("h")) == 1 and len(port.heads("h")) == 1, f"{other.asked()} {port.asked()}")
        for head in other.heads("h") + port.heads("h"):
            expect(not re.search(r"Authorization|X-Key|Referer|Cookie|If-None", head), head)
        shown = d.said() + "".join(d.get(p)[2].decode("utf-8", "replace") for p in
                                   ("/status.json", "/feed.atom", "/feed.json", "/feed.rss", "/opml", "/sources.opml", "/metrics", "/"))
        for words in (("status",), ("status", "--json"), ("explain", "f"), ("export",), ("list", "--json"), ("check",)):
            done = d.command(*words)
            shown += done.stdout + done.stderr
        for word in ("sesame", "topsecret", "bWU6c2VzYW1l"):
            expect(word not in shown, f"{word} is told")
        d.stop()
        only(home, other, port)


def test_n12_no_cookie_is_kept(folder):
    jar = "Set-Cookie: session=1; Path=/; Max-Age=99999999"
    scripts = {"a": to("/b", "302 Found", jar), "b": to("/c", "302 Found", jar), "c": answer("200 OK", jar, body=feed("one"))}
    COUNTER.take()
    with Origin(scripts, "127.0.0.1") as origin, Daemon(folder, {}, text=at_home("a", PORT) + at_home("c", PORT)) as d:
        for _ in range(3):
            expect(d.once() == 0, d.said())
        only(origin)
        expect(len(origin.asked()) == 12, f"{len(origin.asked())}")
        expect(not [h for h in origin.asked() if "cookie" in h[2].lower()], "a cookie came back")


def test_n13_waits_and_answers_nobody_asked_for(folder):
    body = feed("one")
    week = time.time() + 7 * 86400 + 3600 * 7 * 24
    scripts = {"always304": answer("304 Not Modified"), "retry": answer("429 Too Many Requests", "Retry-After: 99999999999999999999"),
               "minus": answer("503 Service Unavailable", "Retry-After: -5"), "soon": answer("503 Service Unavailable", "Retry-After: soon"),
               "age": answer("200 OK", "Cache-Control: max-age=999999999999999999", "Expires: Fri, 31 Dec 9999 23:59:59 GMT", body=body),
               "hints": raw(forever=b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 100), "continue": raw(forever=b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
               "http09": raw(body), "mail": raw(b"220 mail.example ESMTP\r\n" * 100),
               "upgrade": raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n"),
               "odd": raw(b"HTTP/9.9 999 \x1b[31m\r\n\r\n" + body)}
    d, origin = play(folder, scripts)
    rows = told(d)
    expect(rows["age"]["state"] == "ok", f"{rows['age']}")
    failing(d, [n for n in scripts if n != "age"])
    expect("\x1b" not in d.said(), "an escape is in the log")
    for name in ("retry", "minus", "soon"):
        expect(f"poll.retry-after source={name}: " in d.said(), f"nothing is told of the Retry-After of {name}")
    for name in scripts:
        expect(len(origin.asked(name)) == 1, f"{name}: {len(origin.asked(name))} requests")
        next_at = re.search(r"planned for (\S+)Z", d.command("explain", name).stdout)
        expect(next_at is not None, d.command("explain", name).stdout)
        at = time.mktime(time.strptime(next_at[1], "%Y-%m-%dT%H:%M:%S")) - time.timezone
        expect(time.time() + 60 < at < week, f"{name}: {next_at[1]}")


def test_n4_n14_tls_is_verified_and_never_left(folder):
    openssl = need("openssl")
    d = f"{folder}/tls"
    os.makedirs(d)
    def run(words):
        subprocess.run([openssl, *words.split()], cwd=d, check=True, capture_output=True)

    run("req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=test")
    run("req -x509 -newkey rsa:2048 -nodes -keyout own.key -out own.pem -days 2 -subj /CN=own.example "
        "-addext subjectAltName=DNS:own.example")
    for name, what, days in (("good.example", "good", 2), ("other.example", "wrong", 2), ("old.example", "old", -1)):
        with open(f"{d}/names", "w") as f:
            f.write(f"subjectAltName=DNS:{name}\n")
        run(f"req -newkey rsa:2048 -nodes -keyout {what}.key -out {what}.csr -subj /CN={name}")
        run(f"x509 -req -in {what}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days {days} -out {what}.pem -extfile names")
    if not os.path.exists(BUNDLE) or subprocess.run(["mount", "--bind", f"{d}/ca.pem", BUNDLE], capture_output=True).returncode != 0:
        raise Skip("no CA bundle of our own can be put in place")
    os.chmod(d, 0o755)

    def context(name, most=None):
        c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        warnings.simplefilter("ignore", DeprecationWarning)  # for TLS 1.1
        c.load_cert_chain(f"{d}/{name}.pem", f"{d}/{name}.key")
        if most:
            c.set_ciphers("ALL:@SECLEVEL=0")
            c.minimum_version = ssl.TLSVersion.TLSv1
            c.maximum_version = most
        return c

    hosts = {"good": ("good", PUBLIC, None), "wrong": ("wrong", "1.2.3.5", None), "old": ("old", "1.2.3.6", None), "own": ("own", "1.2.3.7", None),
             "tls11": ("good", "1.2.3.8", ssl.TLSVersion.TLSv1_1)}
    ok = {n: answer("200 OK", "Strict-Transport-Security: max-age=9999999", 'Alt-Svc: h2="10.9.9.9:443"', body=feed(n)) for n in hosts}
    ok["down"] = to(f"http://plain.example:{PORT}/plain", "301 Moved Permanently")
    started, text = [], source("good", scheme="https", port=TLS_PORT) + source("down", host="good.example", scheme="https", port=TLS_PORT)
    for name, (certificate, address, most) in hosts.items():
        Names.answers[f"{name}.example"] = [address]
        started.append(Origin(ok, address, TLS_PORT, context(certificate, most)))
        if name != "good":
            text += source(name, scheme="https", port=TLS_PORT)
    Names.answers["tls11.example"] = ["1.2.3.8"]
    COUNTER.take()
    try:
        with Origin({"plain": answer(body=feed("plain"))}) as plain, Daemon(folder, {}, text=text) as daemon:
            daemon.once()
            rows = told(daemon)
            expect(rows["good"]["state"] == "ok", f"{rows['good']} {daemon.said()}")
            failing(daemon, ("wrong", "old", "own", "tls11"), ("TLS",))
            failing(daemon, ("down",), ("https to http",))
            expect(plain.asked() == [] and not any(o.asked() for o in started[1:]), "it was asked all the same")
            only(*started)
    finally:
        for origin in started:
            origin.__exit__()
        subprocess.run(["umount", BUNDLE], capture_output=True)


def test_n15_what_was_cut_is_asked_for_again(folder):
    body = feed("one", "two")
    packed = gzip.compress(body)
    head = b'HTTP/1.1 200 OK\r\nConnection: close\r\nETag: "v"\r\nContent-Type: application/rss+xml\r\n'
    coded = head + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    scripts = {"short": raw(head + b"Content-Length: %d\r\n\r\n" % (len(body) + 1000) + body),
               "half": raw(head + b"Content-Length: %d\r\n\r\n" % len(body) + body[:len(body) // 2]),
               "chunked": raw(head + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(body) + body),
               "crc": raw(coded + packed[:-8] + b"\0\0\0\0" + packed[-4:]), "length": raw(coded + packed[:-4] + b"\1\2\3\4"),
               "broken": raw(coded + packed[:-12] + b"x" * 12),
               "notrailer": raw(head + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % (len(packed) - 8) + packed[:-8]),
               "whole": raw(coded + packed)}
    COUNTER.take()
    with Origin(scripts, "127.0.0.1") as origin, Daemon(folder, {}, text="".join(at_home(n, PORT) for n in scripts)) as d:
        for _ in range(3):
            d.once()
        only(origin)
        for name in scripts:
            heads = origin.heads(name)
            expect(len(heads) == 3, f"{name}: {len(heads)} requests")
            sent = ["If-None-Match" in h for h in heads]
            expect(sent == ([False, True, True] if name == "whole" else [False] * 3), f"{name}: validators {sent}")


def test_n16_nobody_is_hammered(folder):
    scripts = {"zero": answer("200 OK", "Cache-Control: max-age=0", "Retry-After: 0", body=feed("one", head="<ttl>0</ttl>")),
               "bad": answer("500 No", "Retry-After: 0"), "gone": answer("410 Gone")}
    scripts.update({f"h{n}": answer(body=feed("one")) for n in range(5)})
    text = "defaults { at_least = 60s  every = 60s }\n" + source("zero") + source("bad") + source("gone")
    text += "".join(source(f"h{n}", host=f"www{n}.one.example") for n in range(5))
    COUNTER.take()
    with Origin(scripts) as origin, Daemon(folder, {}, text=text) as d:
        with open(d.conf) as f:
            conf = f.read().replace("gap = 0s\nper_domain = 64\n", "")
        with open(d.conf, "w") as f:
            f.write(conf)
        for n in range(8):
            d.start(ready=n == 7)
            if n < 7:
                time.sleep(0.7)
                d.kill_all()
        d.command("refresh")
        wait_for("all to be asked", lambda: len(origin.asked()) >= 8, 30)
        time.sleep(3)
        d.stop()
        for name in scripts:
            expect(len(origin.asked(name)) == 1, f"{name}: {len(origin.asked(name))} requests in a few seconds")
        times = sorted(a[0] for a in origin.asked() if a[1].startswith("/h"))
        expect(min(b - a for a, b in zip(times, times[1:])) > 0.95, f"{times}")
        only(origin)


def test_every_path_of_the_shared_origin(folder):
    program = f"{harness.SHARED}/attacks/origin"
    if not os.path.exists(program):
        raise Skip("the shared origin is not here")
    process = subprocess.Popen([sys.executable, "-B", program, "--bind", PUBLIC, "--port", str(PORT)],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        expect(b"listening" in process.stdout.readline(), "the shared origin does not start")

        def ask(path):
            direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            return direct.open(f"http://{PUBLIC}:{PORT}{path}", timeout=30).read().decode()

        paths = [p for p in ask("/").split() if p not in ("/generated/", "/redirect/chain")] + ["/redirect/chain/4", "/redirect/chain/9"]
        names = {f"p{n}": p for n, p in enumerate(paths)}
        text = "defaults { timeout = 30s }\n" + "".join(source(n, path=p[1:]) for n, p in names.items())
        Names.answers["feed.example"] = [OTHER]
        COUNTER.take()
        with Daemon(folder, {}, text=text) as d:
            before = time.monotonic()
            d.once()
            took = time.monotonic() - before
            only(beside=[("tcp", PUBLIC, PORT), ("tcp", OTHER, 80)])
            rows = told(d)
            hits = {p: int(ask(f"/_hits{p}")) for p in paths}
            log = json.loads(ask("/_log"))
        expect(took < 90 * harness.SLOW, f"it took {took:.0f} s")
        lost = [p for n, p in names.items() if rows[n]["polls"] < 1]
        expect(not lost, f"not polled to an end: {lost}")
        taken = [p for n, p in names.items() if p.startswith("/redirect/") and rows[n]["items"] and p not in (
            "/redirect/permanent", "/redirect/permanent308", "/redirect/temporary-then-permanent", "/redirect/chain/4", "/redirect/dots", "/redirect/fragment")]
        expect(not taken, f"followed: {taken}")
        bad = [p for n, p in names.items() if rows[n]["state"] == "ok" and re.search(
            "endless|bomb|slow|silent|close|short-cut|chunked-cut|empty|status/|http09|not-http|304|401|html$|retry|million|header-huge", p)]
        expect(not bad, f"taken for well: {bad}")
        most = {"/redirect/a": 18, "/redirect/b": 18, "/feed": 100, "/html": 100}
        many = {p: n for p, n in hits.items() if n > most.get(p, 6 if "redirect" in p else 1)}
        expect(not many, f"asked more than once: {many}")
        expect({e["method"] for e in log} == {"GET"}, "another method than GET")
        odd = [e for e in log if "tributary" in e["headers"].get("user-agent", "")
               and {"cookie", "referer", "x-injected", "authorization"} & set(e["headers"])]
        expect(not odd, f"{odd}")
        expect(harness.SLOW > 1 or most_memory() < 256 << 10, f"{most_memory()} KiB")
    finally:
        process.kill()
        process.wait()


WHY_NOT = enter()


if WHY_NOT is None:
    try:
        COUNTER = prepare()
    except Skip as skip:
        WHY_NOT = str(skip)


def row(test):
    def run(folder):
        if WHY_NOT is not None:
            raise Skip(WHY_NOT)
        test(folder)
    run.__name__ = test.__name__
    return run


run_tests([row(t) for t in (
    test_the_counter_counts,
    test_n1_no_scheme_but_http_is_followed,
    test_n2_redirects_end,
    test_n3_a_poisoned_move_is_not_believed,
    test_n4_n14_tls_is_verified_and_never_left,
    test_n5_no_forbidden_address_is_reached,
    test_n5_a_name_that_changes_between_check_and_connect,
    test_n6_what_a_feed_names_is_not_fetched,
    test_n7_bodies_without_end_are_cut,
    test_n8_slow_ones_delay_nobody,
    test_n9_n10_headers_without_end_and_what_would_inject,
    test_n11_secrets_stay_at_home,
    test_n12_no_cookie_is_kept,
    test_n13_waits_and_answers_nobody_asked_for,
    test_n15_what_was_cut_is_asked_for_again,
    test_n16_nobody_is_hammered,
    test_every_path_of_the_shared_origin,
)])
