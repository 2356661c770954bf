#!/usr/bin/env python3
"""Runs the news pipeline over a real archive and checks every promise that a reader of the output can check.

usage: archive.py DOCMILL DATA

DATA holds `archive/` (1,095 .txt files) and `sample/` (one article). Prints what was measured; exits 1 on a
broken promise.
"""
import json
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
DOCUMENTS = 1095


def run(docmill, pattern, out):
    command = [docmill, "run", ROOT / "pipelines/news.toml", "--param", f"input={pattern}", "--param",
               f"output={out / 'articles.jsonl'}", "--set", "export.offsets=bytes", "--format", "json"]
    began = time.perf_counter()
    ran = subprocess.run([str(c) for c in command], capture_output=True, text=True, env={"PATH": "", "CI": "1"})
    if ran.returncode != 0:
        sys.exit(f"exit {ran.returncode}\n{ran.stderr}")
    rows = [json.loads(line) for line in (out / "articles.jsonl").open(encoding="utf-8")]
    return json.loads(ran.stdout), rows, time.perf_counter() - began


def expect(truth, what):
    if not truth:
        sys.exit(f"broken: {what}")


def spans(value):
    """Every object with start and end, at any depth."""
    if isinstance(value, dict):
        if "start" in value and "end" in value:
            yield value["start"], value["end"]
        for inner in value.values():
            yield from spans(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from spans(inner)


def check_archive(docmill, data, out):
    report, rows, seconds = run(docmill, data / "archive/**/*.txt", out)
    expect(report["documents"] == DOCUMENTS, f"{report['documents']} documents in")
    for stage in report["stages"]:
        c = stage["counts"]
        gone = sum(c["dropped"].values()) + sum(c["rejected"].values())
        expect(c["documents_in"] + c["made"] == c["documents_out"] + gone, f"{stage['id']} is not balanced: {c}")
    expect(len(rows) + report["rejected"] == DOCUMENTS, f"{len(rows)} rows and {report['rejected']} rejected")
    expect(len({row["id"] for row in rows}) == len(rows), "ids are not unique")
    count = 0
    for row in rows:
        raw = row["text"].encode("utf-8")
        edges = {len(raw)} | {n for n, byte in enumerate(raw) if byte & 0xC0 != 0x80}
        for start, end in spans({k: v for k, v in row.items() if k != "meta"}):
            count += 1
            expect(start <= end and start in edges and end in edges, f"{row['id']}: span {start}..{end}")
        for layer in ("paragraphs", "sentences", "tokens", "quotes", "entities", "summary"):
            pairs = [(a["start"], a["end"]) for a in row[layer]]
            expect(pairs == sorted(pairs), f"{row['id']}: {layer} is not sorted")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN)
    text = report["text_bytes"] / 1e6
    cpu = peak.ru_utime + peak.ru_stime
    print(f"archive: {len(rows)} documents, {text:.2f} MB of text, {count} spans valid, ids unique")
    print(f"archive: {seconds:.2f} s, {cpu:.2f} s CPU, {text / cpu:.1f} MB/s a core, peak {peak.ru_maxrss / 1024:.0f} MiB")


def check_sample(docmill, data, out):
    _, rows, _ = run(docmill, data / "sample", out)
    expect(len(rows) == 1, f"{len(rows)} rows")
    row = rows[0]
    raw = row["text"].encode("utf-8")
    found = {(raw[e["start"]:e["end"]].decode("utf-8"), e["label"]): e["norm"] for e in row["entities"]}
    expect(row["published"] == "2025-09-24", row["published"])
    expect(row["dateline"]["place"] == "Islamabad", row["dateline"])
    for name, label in [("Albert P Khorev", "PERSON"), ("Vladimir Putin", "PERSON"), ("Zelensky", "PERSON"),
                        ("NATO", "ORG"), ("UN Security Council", "ORG"), ("Pakistan", "LOC"), ("Ukraine", "LOC"),
                        ("Donbass", "LOC")]:
        expect((name, label) in found, f"{name} {label} is not among {sorted(found)}")
    expect(found.get(("USD70.2 billion", "MONEY")) == "USD 70200000000", "USD70.2 billion")
    expect(found.get(("Tuesday", "DATE")) == "2025-09-23", "Tuesday")
    print("sample: date, place, people, organisations, places, money and weekday are as they must be")


def main():
    docmill, data = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    for check in (check_archive, check_sample):
        with tempfile.TemporaryDirectory() as folder:
            check(docmill, data, pathlib.Path(folder))


main()
