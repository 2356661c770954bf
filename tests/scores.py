#!/usr/bin/env python3
"""Scores the stages against gold data and writes the tables into the plugins' READMEs.

usage: scores.py DOCMILL EVAL_DATA

EVAL_DATA holds `data/` and `eval/eval.py`. A table stands between `<!-- scores -->` and `<!-- /scores -->`, with the
date, the version and the command. The summary scores need rouge-score from PyPI.
"""
import datetime
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
# plugin, title, pipeline, scorer's task, gold file, rows of the table (none: all that the scorer prints)
SCORES = [
    ("segment", "GUM news, development half", "segment", "segment", "segment/gum-news-dev.jsonl", None),
    ("segment", "EWT, development part", "segment", "segment", "segment/ewt-dev.jsonl", None),
    ("entities", "newswire, development set, strict F1", "newswire", "entities", "entities/news-dev.jsonl", None),
    ("summarize", "news, development set, ROUGE F1", "summary", "summary", "summarize/news-dev.jsonl", None),
]


def score(docmill, data, pipeline, task, gold):
    with tempfile.TemporaryDirectory() as folder:
        predicted = pathlib.Path(folder) / "predicted.jsonl"
        subprocess.run([docmill, "run", ROOT / f"pipelines/eval/{pipeline}.toml", "--quiet", "--param",
                        f"input={data / 'data' / gold}", "--param", f"output={predicted}"], check=True)
        out = subprocess.run([sys.executable, data / "eval/eval.py", task, data / "data" / gold, predicted, "--json"],
                             check=True, capture_output=True, text=True).stdout
    return json.loads(out)


def main():
    docmill, data = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    version = subprocess.run([docmill, "--version"], check=True, capture_output=True, text=True).stdout.strip()
    tables = {}
    for plugin, title, pipeline, task, gold, rows in SCORES:
        figures = score(docmill, data, pipeline, task, gold)
        documents = figures.pop("documents")
        figures.pop("missing")
        lines = [f"{title} ({documents} documents):", "", "| | F1 |", "|---|---|"]
        lines += [f"| {name} | {figures[name]:.2f} |" for name in rows or figures]
        tables.setdefault(plugin, []).append("\n".join(lines))
    stamp = f"{version}, {datetime.date.today()}, `python3 tests/scores.py target/release/docmill $DOCMILL_EVAL_DATA`"
    for plugin, parts in tables.items():
        page = ROOT / f"plugins/{plugin}/README.md"
        before, rest = page.read_text(encoding="utf-8").split("<!-- scores -->\n")
        after = rest.split("<!-- /scores -->")[1]
        body = "\n\n".join(parts) + f"\n\n{stamp}\n"
        page.write_text(f"{before}<!-- scores -->\n{body}<!-- /scores -->{after}", encoding="utf-8")
        print(f"plugins/{plugin}/README.md\n{body}")


main()
