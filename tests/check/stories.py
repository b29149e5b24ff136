"""What the grouping makes of the shared stories, and what it costs, against what we promise.

Every figure is one test (TAP); where the shared data is not there, all is skipped.
"""
import json
import os
import subprocess
import sys
import tempfile

BENCH = os.path.join(os.environ.get("BUILD_DIR", "."), "tests/bench/bench_story")
SHARED = os.environ.get("TRIBUTARY_SHARED", "../shared")
STORIES = f"{SHARED}/stories"
SLOWLY = float(os.environ.get("SLOW", "1"))
FORTNIGHT = 200000
MEMORY_MOST_MB = 64
TARGETS = [
    # a file, and bystanders; then what score calls the figure, and the least
    (["unweek"], {"bcubed_f1": 0.89, "bcubed_precision": 0.90, "pair_f1": 0.70}),
    (["edits"], {"bcubed_f1": 0.93, "bcubed_precision": 0.93}),
    (["basil"], {"bcubed_f1": 0.85, "bcubed_precision": 0.99}),
    (["rewordings"], {"bcubed_f1": 0.98}),
    (["uci"], {"bcubed_precision": 0.92}),
    (["pairs-tg"], {"pair_precision": 0.75, "pair_f1": 0.78}),
    (["crosslang", "unweek"], {"crosslang_pair_precision": 0.97, "crosslang_pair_recall": 0.50}),
]
COST_MOST = {"mean_us": 200, "p99_us": 1000}
told = []


def tell(good, what, skip=None):
    told.append(good)
    print(f"{'ok' if good else 'not ok'} {len(told)} - {what}{' # SKIP ' + skip if skip else ''}", flush=True)


def paths(names):
    return [f"{STORIES}/{name}.jsonl" for name in names]


def grouped(*arguments):
    """Its lines, and its figures."""
    p = subprocess.run([BENCH, *arguments], check=True, capture_output=True, text=True)
    return p.stdout, json.loads(p.stderr.splitlines()[-1])


def scored(gold, lines):
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as out:
        out.write(lines)
        out.flush()
        p = subprocess.run([sys.executable, f"{STORIES}/score", gold, out.name], check=True, capture_output=True, text=True)
    return json.loads(p.stdout.splitlines()[-1])


def quality():
    for names, least in TARGETS:
        lines, _ = grouped(*paths(names))
        got = scored(paths(names)[0], lines)
        for figure, value in least.items():
            tell(got[figure] >= value, f"{names[0]}: {figure} {got[figure]:.4f}, at least {value}")
        if names == ["unweek"]:
            tell(grouped(*paths(names))[0] == lines, "unweek: the same answers twice")


def cost():
    what = f"{FORTNIGHT} items in 14 days"
    if SLOWLY > 1:
        tell(True, what, "the sanitizers are on")
        return
    _, got = grouped("--fill", str(FORTNIGHT), *paths(["unweek", "edits", "uci", "basil", "rewordings", "crosslang"]))
    for figure, value in COST_MOST.items():
        tell(got[figure] <= value, f"{what}: an item's {figure} {got[figure]:.0f}, at most {value}")
    tell(got["memory_mb"] <= MEMORY_MOST_MB, f"{what}: {got['memory_mb']} MB, at most {MEMORY_MOST_MB}")


def main():
    wanted = {name for names, _ in TARGETS for name in names}
    if not all(os.path.isfile(path) for path in paths(wanted)):
        print(f"1..0 # SKIP there are no stories in {SHARED}")
        return 0
    quality()
    cost()
    print(f"1..{len(told)}")
    return 0 if all(told) else 1


sys.exit(main())
