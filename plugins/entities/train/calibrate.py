#!/usr/bin/env python3
"""Learns how often a name that the rules alone decide on is right from how far its label leads, and writes `src/form/calibration.rs`.

usage: calibrate.py DOCMILL EVAL_DATA

Reads the training sets that may be learned from, runs DOCMILL on them with `explain`, which tells each name's lead in
points, and fits a rising step function (pool adjacent violators) for each label on the sets that annotate it:
Groningen Meaning Bank (VOA news, public domain) and wikigold (CC BY 4.0).
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
LEAST, MOST = 0, 20
# The sets that annotate a label, the one nearest to news first; others would teach "nothing there".
SETS = {
    "PERSON": ["gmb-66k"], "ORG": ["gmb-66k"], "LOC": ["gmb-66k"], "NORP": ["gmb-66k"],
    "MISC": ["gmb-66k", "wikigold"],
}
# No set that may be learned from annotates these: a cautious constant, in percent.
CAUTIOUS = {"FAC": 30, "PRODUCT": 40}
SAME = {"PER": "PERSON", "GPE": "LOC", "LOCATION": "LOC", "ORGANIZATION": "ORG", "EVENT": "MISC"}
# How many observations the straight line that is assumed beforehand weighs at each lead.
PRIOR = 4.0
PIPELINE = """
pipeline = "calibrate"
[[stage]]
use = "ingest"
with.path = "{gold}"
[[stage]]
use = "segment"
with.layers = ["sentences"]
[[stage]]
use = "entities"
with.explain = true
with.names_by = "rules"
with.split_names = true
[[stage]]
use = "export"
with.path = "{out}"
with.fields = ["id", "text", "entities"]
with.offsets = "chars"
"""


def observed(docmill, gold):
    """(label, lead, right) for each name that docmill finds."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "p.toml").write_text(PIPELINE.format(gold=gold, out=folder / "out.jsonl"), encoding="utf-8")
        subprocess.run([docmill, "run", folder / "p.toml", "--quiet"], check=True)
        found = {}
        for line in (folder / "out.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            found[str(row["id"])] = row["entities"]
    for line in gold.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        right = {(a, b, SAME.get(label, label)) for a, b, label in row["entities"]}
        for entity in found.get(str(row["id"]), []):
            lead = re.search(r"leads by (\d+)", entity.get("why") or "")
            if lead:
                span = (entity["start"], entity["end"], entity["label"])
                yield entity["label"], min(int(lead[1]), MOST), span in right


def rising(counts):
    """Pool adjacent violators: the rising function nearest to the observed shares."""
    blocks = []
    for lead in range(LEAST, MOST + 1):
        right, total = counts.get(lead, (0, 0))
        line = 0.2 + 0.7 * min(lead, 10) / 10
        blocks.append([right + PRIOR * line, total + PRIOR, 1])
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] > blocks[-1][0] / blocks[-1][1]:
            right, total, width = blocks.pop()
            blocks[-1] = [blocks[-1][0] + right, blocks[-1][1] + total, blocks[-1][2] + width]
    return [round(100 * right / total) for right, total, width in blocks for _ in range(width)]


def main():
    docmill, data = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    names = sorted({name for names in SETS.values() for name in names})
    seen = {name: list(observed(docmill, data / f"data/entities/train-{name}.jsonl")) for name in names}
    rows = []
    for label in ("PERSON", "ORG", "LOC", "FAC", "NORP", "PRODUCT", "MISC"):
        if label in CAUTIOUS:
            numbers = ", ".join([str(CAUTIOUS[label])] * (MOST + 1))
            rows.append(f"    // {label}: no set that may be learned from annotates it.\n    [{numbers}],\n")
            continue
        counts = {}
        for name in SETS[label]:
            for own, lead, right in seen[name]:
                if own == label:
                    good, total = counts.get(lead, (0, 0))
                    counts[lead] = (good + right, total + 1)
        total = sum(pair[1] for pair in counts.values())
        numbers = ", ".join(str(percent) for percent in rising(counts))
        rows.append(f"    // {label}: {total} names of {', '.join(SETS[label])}.\n    [{numbers}],\n")
    text = (
        "//! How often a name is right, by its label and by how far that leads; written by `train/calibrate.py`.\n\n"
        "/// Percent for each label in the order of [`NAMES`](super::NAMES), for leads of 0 to 20 points and more.\n"
        f"pub(super) const RIGHT: [[u8; {MOST + 1}]; {len(rows)}] = [\n" + "".join(rows) + "];\n")
    (ROOT / "src/form/calibration.rs").write_text(text, encoding="utf-8")
    print(text)


main()
