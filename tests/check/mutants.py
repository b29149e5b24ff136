#!/usr/bin/env python3
"""mutants.py - does each scenario catch the mistake that it names?

`# mutant FILE: OLD ==> NEW` in a scenario is one change of one line.  Each is made in a copy of
that file, compiled alone, and linked before everything else; the scenario must pass without it
and fail with it.  Called by `make mutants`; nothing in the source or build folder is changed.
"""
import argparse
import concurrent.futures
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

TIMEOUT_S = 120


def read_mutants(folder, only):
    found = []
    for path in sorted(folder.glob("*.scn")):
        if only and not any(word in path.name for word in only):
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            match = re.match(r"# mutant ([^:]+): (.+?) ==> (.*)$", line)
            if match:
                found.append((path, *match.groups()))
    return found


def passes(program, scenario):
    try:
        done = subprocess.run([program, scenario], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, timeout=TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def build(options, mutant, folder):
    """The scenarios' program with that change, or why there is none."""
    _, name, old, new = mutant
    source = options.src / name
    text = source.read_text(encoding="utf-8")
    if text.count(old) != 1:
        return None, f"{name}: {text.count(old)} times instead of once: {old}"
    copy = pathlib.Path(folder) / pathlib.Path(name).name
    copy.write_text(text.replace(old, new), encoding="utf-8")
    obj, program = copy.with_suffix(".o"), copy.with_suffix("")
    own = name.removesuffix(".c") + ".o"
    objects = [o for o in shlex.split(options.objects) if o != own]
    compiled = subprocess.run(
        [*shlex.split(options.cc), *shlex.split(options.flags), "-w", "-I", source.parent,
         "-c", "-o", obj, copy], cwd=options.build, capture_output=True, text=True, check=False)
    if compiled.returncode != 0:
        return None, "does not compile: " + compiled.stderr.splitlines()[0]
    linked = subprocess.run(
        [*shlex.split(options.cc), *shlex.split(options.flags), "-o", program, obj, *objects,
         *shlex.split(options.libs)], cwd=options.build, capture_output=True, text=True,
        check=False)
    if linked.returncode != 0:
        return None, "does not link: " + linked.stderr.splitlines()[0]
    return program, ""


def judge(options, mutant):
    scenario = mutant[0]
    if not passes(options.build / "tests/scenario/run", scenario):
        return "it fails without the change"
    with tempfile.TemporaryDirectory() as folder:
        program, why = build(options, mutant, folder)
        if program is None:
            return why
        return "it passes with the change" if passes(program, scenario) else ""


def main():
    parser = argparse.ArgumentParser()
    for name in ("src", "build"):
        parser.add_argument("--" + name, type=lambda p: pathlib.Path(p).resolve(), required=True)
    for name in ("cc", "flags", "objects", "libs"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("only", nargs="*")
    options = parser.parse_args()
    mutants = read_mutants(options.src / "tests/scenario", options.only)
    missed = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as pool:
        for mutant, why in zip(mutants, pool.map(lambda m: judge(options, m), mutants)):
            if why:
                missed += 1
                print(f"{mutant[0].name}: {why}", flush=True)
    print(f"{len(mutants) - missed} of {len(mutants)} caught")
    return missed > 0 or not mutants


sys.exit(main())
