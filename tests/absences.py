#!/usr/bin/env python3
"""The invariants of ARCHITECTURE.md that are absences: what must not be found where."""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
RULES = [
    # What, the pattern, where it may stand.
    ("libloading", r"\blibloading\b", ("crates/loader/",)),
    ("printing", r"\be?print(ln)?!\(|io::std(out|err)\(\)", ("crates/cli/",)),
    ("the environment", r"\benv::(var|vars|var_os|args)\b", ("crates/cli/", "crates/testkit/src/golden.rs")),
    ("exit", r"\bprocess::exit\b", ("crates/cli/",)),
    ("unsafe", r"\bunsafe\b(?!_)", ("crates/abi/", "crates/loader/", "crates/sdk/src/export/", "crates/sdk/src/host.rs",
                                 "crates/testkit/src/lib.rs", "crates/isolation/src/map.rs", "plugins/segment/src/kernel/")),
    ("files in the pipeline crate", r"\bstd::fs\b|\bFile::open\b", None),
]


def sources():
    for path in sorted(ROOT.glob("crates/**/*.rs")) + sorted(ROOT.glob("plugins/**/*.rs")):
        name = path.relative_to(ROOT).as_posix()
        if "/target/" in name or "/tests" in name or "/benches/" in name or "/examples/" in name or "/train/" in name:
            continue
        text = path.read_text(encoding="utf-8")
        text = text.split("#[cfg(test)]\nmod tests {")[0]
        for number, line in enumerate(text.splitlines(), 1):
            code = line.split("//")[0]
            if code.strip():
                yield name, number, code


def broken():
    for name, number, code in sources():
        for what, pattern, allowed in RULES:
            if allowed is None and not name.startswith("crates/pipeline/"):
                continue
            if re.search(pattern, code) and not any(name.startswith(a) for a in allowed or ()):
                yield f"{name}:{number}: {what}: {code.strip()}"
    for path in sorted(ROOT.glob("crates/**/*.rs")) + sorted(ROOT.glob("plugins/**/*.rs")):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > 500 and path.name != "tests.rs" and "/target/" not in path.as_posix():
            yield f"{path.relative_to(ROOT)}: {lines} lines; a file stays under 500"
    tree = subprocess.run(
        ["cargo", "tree", "-p", "docmill-sdk", "-e", "normal", "--prefix", "none", "--locked"],
        cwd=ROOT, capture_output=True, text=True, check=True).stdout
    crates = {line.split(" (")[0] for line in tree.splitlines()}
    print(f"docmill-sdk brings {len(crates)} crates, itself and two of ours counted")
    if len(crates) > 52:
        yield f"docmill-sdk brings {len(crates)} crates; a plugin author must not pay for more than 52"


found = list(broken())
print("\n".join(found) or "none is broken")
sys.exit(bool(found))
