#!/usr/bin/env python3
"""Measures whole runs of a release build: start-up, speed, the runner's own share, memory.

usage: measure.py DOCMILL DATA [COPIES]

DATA holds `archive/`; it is copied COPIES times (default 20) so that start-up does not count. CPU time is that of
the whole process; a stage's time is what `run.json` says of the calls into it.
"""
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent


def cpu_of(command):
    """Runs a command; its CPU seconds, peak memory in MiB, wall seconds and stdout."""
    began = time.perf_counter()
    process = subprocess.Popen([str(c) for c in command], stdout=subprocess.PIPE, text=True)
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"exit {process.returncode}: {command}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, time.perf_counter() - began, out


def start_up(docmill):
    for args in (["--version"], ["check", ROOT / "pipelines/news.toml"]):
        times = sorted(cpu_of([docmill, *args])[2] for _ in range(21))
        print(f"start-up: {' '.join(map(str, args[:1]))}: median {1000 * statistics.median(times):.1f} ms, worst {1000 * times[-1]:.1f} ms of 21")


def speed(docmill, archive, out, threads):
    args = ["run", ROOT / "pipelines/news.toml", "--param", f"input={archive}", "--param",
            f"output={out / 'articles.jsonl'}", "--threads", str(threads), "--format", "json"]
    cpu, peak, wall, printed = cpu_of([docmill, *args])
    report = json.loads(printed)
    stages = sum(report["timings"]["stage_ns"].values()) / 1e9
    text = report["text_bytes"] / 1e6
    share = ", ".join(f"{k} {100 * v / 1e9 / cpu:.1f} %" for k, v in report["timings"]["stage_ns"].items())
    print(f"run on {threads} threads: {report['documents']} documents, {text:.1f} MB of text, {wall:.2f} s, {cpu:.2f} s CPU, "
          f"{text / cpu:.2f} MB/s a core, peak {peak:.0f} MiB")
    print(f"  of the CPU time: {share}, docmill itself {100 * (cpu - stages) / cpu:.1f} %")


def main():
    docmill, data = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    copies = int(sys.argv[3]) if len(sys.argv) > 3 else 20
    start_up(docmill)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for n in range(copies):
            shutil.copytree(data / "archive", folder / f"archive/{n:03}")
        for _ in range(3):
            speed(docmill, folder / "archive", folder, 1)
        speed(docmill, folder / "archive", folder, 2)


main()
