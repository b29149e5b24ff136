"""The shared cases: shared.py TRIBUTARY SHARED_DIR

Runs the three runners that stand there, prints what they count, and holds it against what we promise.
"""
import json
import os
import subprocess
import sys
import tempfile

PROGRAM, SHARED = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
CONFORMANCE_LEAST = 0.995
SECONDS_EACH = 1   # for a hostile document
MEMORY_MOST = 64   # MiB, the same
ATTACKS_IN_CI = 120  # of each class, where CI is set: all of them take minutes


def run(*command):
    """The runner's exit status and its last line."""
    p = subprocess.run(command, capture_output=True, text=True)
    lines = (p.stdout.strip() or p.stderr.strip()).splitlines()
    return p.returncode, lines[-1] if lines else "nothing was printed"


def conformance():
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        _, line = run(f"{SHARED}/conformance/run", "--tributary", PROGRAM, "--json", out.name)
        try:
            cases = json.load(open(out.name))["cases"]
        except ValueError:
            cases = []
    passed = sum(case["passed"] for case in cases)
    print(f"conformance: {line} (at least {100 * CONFORMANCE_LEAST} % must pass)", flush=True)
    return bool(cases) and passed >= CONFORMANCE_LEAST * len(cases)


def reads_as_json(path):
    with open(path, encoding="utf-8-sig") as f:
        try:
            json.load(f)
        except ValueError:
            return False
    return True


def readable_world(folder):
    """Links to the captures of the world in FOLDER, without those that end their runner: no JSON as a whole."""
    world = f"{folder}/world"
    os.mkdir(world)
    left_out = 0
    with open(f"{SHARED}/captures/world/index.jsonl", encoding="utf-8") as rows, open(f"{world}/index.jsonl", "w", encoding="utf-8") as index:
        for line in rows:
            row = json.loads(line)
            path = f"{SHARED}/captures/world/{row['file']}"
            if row["file"].endswith(".json") and not row.get("no_feed") and not reads_as_json(path):
                left_out += 1
                continue
            os.symlink(path, f"{world}/{row['file']}")
            index.write(line)
    return left_out


def captures_un():
    status, line = run("/usr/bin/python3", f"{SHARED}/captures/run", "--tributary", PROGRAM, "--set", "un")
    print(f"captures/un: {line}", flush=True)
    return status == 0


def captures_world():
    """Printed only: where feedparser and a specification differ, the specification is kept."""
    with tempfile.TemporaryDirectory() as folder:
        left_out = readable_world(folder)
        _, line = run("/usr/bin/python3", f"{SHARED}/captures/run", "--tributary", PROGRAM, "--set", "world", "--data", folder)
    print(f"captures/world: {line}, {left_out} left out (no JSON as a whole)", flush=True)
    return True


def largest(log):
    """The largest peak of memory in what GNU time wrote, in MiB; None where it wrote nothing."""
    with open(log) as f:
        peaks = [int(line) for line in f if line.strip().isdigit()]
    return max(peaks) / 1024 if peaks else None


def attacks():
    with tempfile.NamedTemporaryFile(suffix=".log") as log:
        timed = f"/usr/bin/time -q -a -o {log.name} -f %M {PROGRAM}" if os.access("/usr/bin/time", os.X_OK) else PROGRAM
        command = ["/usr/bin/python3", f"{SHARED}/attacks/run", "--tributary", timed, "--time", str(SECONDS_EACH)]
        part = "all"
        if os.environ.get("CI"):
            command += ["--limit", str(ATTACKS_IN_CI)]
            part = f"at most {ATTACKS_IN_CI} of a class, for CI is set"
        status, line = run(*command)
        peak = largest(log.name)
    held = f"the largest held {peak:.1f} MiB, at most {MEMORY_MOST} allowed" if peak else "memory not measured: no /usr/bin/time"
    print(f"attacks ({part}): {line}; {held}", flush=True)
    return status == 0 and (peak or 0) <= MEMORY_MOST


def main():
    if not os.path.isdir(SHARED):
        print(f"# skipped: there is no {sys.argv[2]}")
        return 0
    results = [part() for part in (conformance, captures_un, captures_world, attacks)]
    return 0 if all(results) else 1


sys.exit(main())
