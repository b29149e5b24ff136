"""The shared cases: shared.py TRIBUTARY SHARED_DIR

Runs the three runners that stand there, prints what they count, and holds it against what we promise.
"""
import collections
import json
import os
import subprocess
import sys
import tempfile

PROGRAM, SHARED = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
CONFORMANCE_LEAST = 0.60  # of all cases ...
SUITE_LEAST = 0.40        # ... and of each suite with more than 20


def last_line(*command):
    p = subprocess.run(command, capture_output=True, text=True)
    lines = (p.stdout.strip() or p.stderr.strip()).splitlines()
    return p.returncode, lines[-1] if lines else "nothing was printed"


def conformance():
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        _, line = last_line(f"{SHARED}/conformance/run", "--tributary", PROGRAM, "--json", out.name)
        result = json.load(open(out.name))
    print(f"conformance: {line}")
    good = True
    suites = collections.defaultdict(lambda: [0, 0])
    no_feed_failed = []
    for case in result["cases"]:
        suites[case["suite"]][0] += case["passed"]
        suites[case["suite"]][1] += 1
    for name, (passed, total) in sorted(suites.items()):
        if total > 20 and passed < SUITE_LEAST * total:
            print(f"  {name}: only {passed} of {total}")
            good = False
    passed = sum(p for p, _ in suites.values())
    total = sum(t for _, t in suites.values())
    return good and not no_feed_failed and passed >= CONFORMANCE_LEAST * total


def captures(which):
    status, line = last_line("/usr/bin/python3", f"{SHARED}/captures/run", "--tributary", PROGRAM, "--set", which)
    print(f"captures/{which}: {line}")
    return status == 0


def attacks():
    status, line = last_line("/usr/bin/python3", f"{SHARED}/attacks/run", "--tributary", PROGRAM)
    print(f"attacks: {line}")
    return status == 0


def main():
    if not os.path.isdir(SHARED):
        print(f"# skipped: there is no {sys.argv[2]}")
        return 0
    results = [conformance(), captures("un"), captures("world"), attacks()]
    return 0 if all(results) else 1


sys.exit(main())
