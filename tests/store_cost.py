#!/usr/bin/env python3
"""Measures what keeping results costs, and what it saves: whole runs over an archive, CPU time.

usage: store_cost.py DOCMILL DATA [COPIES [ROUNDS]]

DATA holds `archive/`, which is copied COPIES times (default 10). In each of ROUNDS rounds (default 3) there are three
runs of `pipelines/news.toml`, one thread each: with nothing kept, with an empty store, and again over the unchanged
archive. The bounds are on the medians: with the store at least 85 % of the speed without, the second run at most 5 %
of the CPU time of the first.
"""
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent


def cpu_of(command):
    """Runs a command; its CPU seconds and its report."""
    process = subprocess.Popen([str(c) for c in command], stdout=subprocess.PIPE, text=True)
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"exit {process.returncode}: {command}")
    return usage.ru_utime + usage.ru_stime, json.loads(out)


def main():
    docmill, data = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    copies = int(sys.argv[3]) if len(sys.argv) > 3 else 10
    rounds = int(sys.argv[4]) if len(sys.argv) > 4 else 3
    costs = {"nothing kept": [], "first": [], "second": [], "one option changed": []}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for n in range(copies):
            shutil.copytree(data / "archive", folder / f"archive/{n:03}")
        for _ in range(rounds):
            out = folder / "out"
            shutil.rmtree(out, ignore_errors=True)
            run = [docmill, "run", ROOT / "pipelines/news.toml", "--param", f"input={folder / 'archive'}", "--param",
                   f"output={out / 'articles.jsonl'}", "--threads", "1", "--format", "json"]
            costs["nothing kept"].append(cpu_of([*run, "--no-store"])[0])
            cpu, made = cpu_of(run)
            costs["first"].append(cpu)
            cpu, second = cpu_of(run)
            costs["second"].append(cpu)
            kept = sum(file.stat().st_size for file in out.rglob("data/*/*"))
            done = {s["id"]: s["counts"]["documents_in"] - second["timings"]["recalled"].get(s["id"], 0)
                    for s in second["stages"]}
            if any(done.values()) or made["outputs"] != second["outputs"]:
                sys.exit(f"the second run did something: {done}")
            costs["one option changed"].append(cpu_of([*run, "--set", "summarize.sentences=1"])[0])
    for name, cpu in costs.items():
        print(f"{name}: median {statistics.median(cpu):.2f} s CPU ({', '.join(f'{c:.2f}' for c in cpu)})")
    nothing, first, again, _ = (statistics.median(cpu) for cpu in costs.values())
    print(f"with the store {100 * nothing / first:.1f} % of the speed without; {kept / 1e6:.1f} MB are kept for "
          f"{second['text_bytes'] / 1e6:.1f} MB of text")
    print(f"the second run takes {100 * again / first:.2f} % of the first")
    if nothing / first < 0.85 or again / first > 0.05:
        sys.exit("a bound was missed")


main()
