"""A headless Chromium, driven over the pipe of its DevTools protocol: no driver, no library."""
import base64
import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import time

from harness import Skip, SLOW, Failed


def find_chromium():
    for name in ("chromium", "chromium-browser", "google-chrome", "chrome"):
        if shutil.which(name):
            return shutil.which(name)
    raise Skip("Chromium is not installed")


def high(fd):
    """The same descriptor above those that the child gets as 3 and 4."""
    moved = fcntl.fcntl(fd, fcntl.F_DUPFD, 10)
    os.close(fd)
    return moved


class Browser:
    """One page at a time; `requests` are the addresses that it asked for, `complaints` what it said."""

    def __init__(self, folder):
        program = find_chromium()
        (child_in, self.out), (self.input, child_out) = (tuple(map(high, os.pipe())) for _ in range(2))

        def wire():
            os.dup2(child_in, 3)
            os.dup2(child_out, 4)
        self.process = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-pipe",
             "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
             f"--user-data-dir={folder}/chromium", "about:blank"],
            preexec_fn=wire, close_fds=True, pass_fds=(3, 4), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(child_in)
        os.close(child_out)
        os.set_blocking(self.input, False)
        self.rest, self.last, self.session = b"", 0, None
        self.requests, self.complaints, self.loaded = [], [], False
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in "Page", "Network", "Log", "Runtime":
            self.ask(f"{domain}.enable")

    def _messages(self):
        with contextlib.suppress(BlockingIOError):
            chunk = os.read(self.input, 1 << 20)
            if not chunk:
                raise Failed("Chromium ended")
            self.rest += chunk
        *whole, self.rest = self.rest.split(b"\0")
        return [json.loads(m) for m in whole]

    def _take(self, m):
        what = m.get("method")
        if what == "Network.requestWillBeSent":
            self.requests.append(m["params"]["request"]["url"])
        elif what == "Log.entryAdded":
            self.complaints.append(m["params"]["entry"]["text"])
        elif what == "Page.loadEventFired":
            self.loaded = True

    def _wait(self, question, what):
        end = time.monotonic() + 30 * SLOW
        while True:
            answer = None
            for m in self._messages():
                self._take(m)
                answer = answer or question(m)
            if answer:
                return answer
            if time.monotonic() > end:
                raise Failed(f"Chromium did not answer: {what}")
            time.sleep(0.005)

    def ask(self, method, **params):
        self.last += 1
        n = self.last
        m = {"id": n, "method": method, "params": params}
        if self.session:
            m["sessionId"] = self.session
        os.write(self.out, json.dumps(m).encode() + b"\0")
        answer = self._wait(lambda m: m if m.get("id") == n else None, method)
        if "error" in answer:
            raise Failed(f"{method}: {answer['error']}")
        return answer["result"]

    def show(self, url, width=1280, height=900, dark=False):
        self.requests, self.complaints, self.loaded = [], [], False
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        self.ask("Emulation.setEmulatedMedia",
                 features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.ask("Page.navigate", url=url)
        if not self.loaded:
            self._wait(lambda m: self.loaded, url)

    def run(self, script):
        r = self.ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in r:
            raise Failed(f"the page's script: {r['exceptionDetails']}")
        return r["result"].get("value")

    def picture(self, path, whole=False):
        data = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"]
        with open(path, "wb") as f:
            f.write(base64.b64decode(data))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        os.close(self.input)
        os.close(self.out)
