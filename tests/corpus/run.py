#!/usr/bin/env python3
"""A document and what `tributary parse` makes of it, for each case in tests/corpus/TOPIC/CASE.xml.

    run.py                a TAP line a case (BUILD_DIR says where the program is)
    run.py --write        writes each .json anew: look at the difference before it is committed

A case's .json holds {"exit": 0, "document": …}; all are read as documents of one address.
"""
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAM = os.path.join(os.environ.get("BUILD_DIR", "."), "tributary")
URL = "https://feed.example/dir/feed"


def read(path):
    """What the program makes of a document, as the .json has it."""
    p = subprocess.run([PROGRAM, "parse", "--url", URL, path], capture_output=True, timeout=20)
    said = {"exit": p.returncode}
    if p.returncode == 0:
        said["document"] = json.loads(p.stdout.decode("utf-8"))
    else:
        said["said"] = p.stderr.decode("utf-8").strip()
    return said


def cases():
    for folder, _, names in sorted(os.walk(HERE)):
        if folder == HERE:
            continue  # this program and the notes
        for name in sorted(names):
            if not name.endswith((".json", ".py")):
                yield os.path.join(folder, name)


def differences(want, got, path=""):
    if isinstance(want, dict) and isinstance(got, dict):
        for key in sorted(set(want) | set(got)):
            yield from differences(want.get(key), got.get(key), f"{path}.{key}")
    elif isinstance(want, list) and isinstance(got, list) and len(want) == len(got):
        for i, (a, b) in enumerate(zip(want, got)):
            yield from differences(a, b, f"{path}[{i}]")
    elif want != got:
        yield f"{path}: {json.dumps(got, ensure_ascii=False)}, not {json.dumps(want, ensure_ascii=False)}"


def main():
    paths = list(cases())
    write = "--write" in sys.argv[1:]
    failed = 0
    print(f"1..{len(paths)}")
    for n, path in enumerate(paths, 1):
        got = read(path)
        expected = os.path.splitext(path)[0] + ".json"
        if write:
            with open(expected, "w", encoding="utf-8") as f:
                json.dump(got, f, ensure_ascii=False, indent=1)
                f.write("\n")
        with open(expected, encoding="utf-8") as f:
            found = list(differences(json.load(f), got))
        failed += bool(found)
        print(("not ok" if found else "ok"), n, "-", os.path.relpath(path, HERE))
        for line in found:
            print("#", line)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
