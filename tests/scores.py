#!/usr/bin/env python3
"""Scores the stages against gold data and writes the tables into the plugins' READMEs.

usage: scores.py DOCMILL EVAL_DATA [PLUGIN...]

EVAL_DATA holds `data/` and `eval/eval.py`. A table stands between `<!-- scores -->` and `<!-- /scores -->`, with the
date, the version and the command. The summary scores need rouge-score from PyPI.
"""
import datetime
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
# plugin, title, pipeline with its params, scorer's task, gold file, rows of the table (none: all that the scorer prints)
SCORES = [
    ("segment", "GUM news, development half", "segment", "segment", "segment/gum-news-dev.jsonl", None),
    ("segment", "EWT, development part", "segment", "segment", "segment/ewt-dev.jsonl", None),
    ("segment", "EWT, development part, profile `web`", "segment profile=web", "segment", "segment/ewt-dev.jsonl", None),
    ("entities", "newswire, development set, strict F1", "newswire", "entities", "entities/news-dev.jsonl", None),
    ("summarize", "news, development set, ROUGE F1", "summary", "summary", "summarize/news-dev.jsonl", None),
]


def reliability(gold, predicted):
    """How often names, dates and amounts with a score in each tenth are right, as lines of a table."""
    right = {}
    for line in gold.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        right[str(row["id"])] = {tuple(entity) for entity in row["entities"]}
    tenths = [[0, 0, 0.0] for _ in range(10)]
    for line in predicted.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        chars, at = {}, 0
        for n, char in enumerate(row["text"] + " "):
            chars[at] = n
            at += len(char.encode("utf-8"))
        for entity in row["entities"]:
            tenth = tenths[min(9, int(entity["score"] * 10 + 1e-6))]
            span = (chars[entity["start"]], chars[entity["end"]], entity["label"])
            tenth[0] += 1
            tenth[1] += span in right[str(row["id"])]
            tenth[2] += entity["score"]
    lines = ["| score | mentions | mean score | right |", "|---|---|---|---|"]
    for n, (count, good, total) in enumerate(tenths):
        if count:
            lines.append(f"| {n / 10:.1f} to {n / 10 + 0.1:.1f} | {count} | {total / count:.2f} | {good / count:.2f} |")
    return lines


def digest(plugin):
    """The first digits of the SHA-256 of the lists, tables and models that the plugin embeds."""
    hashed = hashlib.sha256()
    folder = ROOT / f"plugins/{plugin}"
    for path in sorted([*folder.glob("data/*.txt"), *folder.glob("src/form/calibration.rs"), *folder.glob("train/*.bin")]):
        hashed.update(path.read_bytes())
    return hashed.hexdigest()[:16]


def predict(docmill, pipeline, gold, predicted, *more):
    subprocess.run([docmill, "run", ROOT / f"pipelines/eval/{pipeline}.toml", "--quiet", *more, "--param",
                    f"input={gold}", "--param", f"output={predicted}"], check=True)


def judge(data, task, gold, predicted, *more):
    """What the scorer prints."""
    return subprocess.run([sys.executable, data / "eval/eval.py", task, gold, predicted, *more], check=True,
                          capture_output=True, text=True).stdout


def score(docmill, data, pipeline, task, gold):
    gold = data / "data" / gold
    with tempfile.TemporaryDirectory() as folder:
        predicted = pathlib.Path(folder) / "predicted.jsonl"
        pipeline, *params = pipeline.split()
        predict(docmill, pipeline, gold, predicted, *(arg for param in params for arg in ("--param", param)))
        figures = json.loads(judge(data, task, gold, predicted, "--json"))
        if task == "entities":
            figures["reliability"] = reliability(gold, predicted)
    return figures


def golden(docmill, data):
    """How many of the golden rules of each language pass, as a line."""
    passed, all_cases, english = 0, 0, ""
    files = sorted((data / "data/segment/golden").glob("*.jsonl"))
    for file in files:
        with tempfile.TemporaryDirectory() as folder:
            # The scorer knows a case by its line.
            numbered, predicted = pathlib.Path(folder) / "cases.jsonl", pathlib.Path(folder) / "predicted.jsonl"
            cases = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
            with numbered.open("w", encoding="utf-8") as out:
                out.writelines(json.dumps({**case, "id": str(n)}) + "\n" for n, case in enumerate(cases))
            predict(docmill, "segment", numbered, predicted, "--set", f"segment.language={file.stem}")
            told = judge(data, "golden", numbered, predicted)
            good = int(told.split(f" of {len(cases)} cases pass")[0].split()[-1])
        if file.stem == "en":
            english = f"{good} of {len(cases)} English ones"
        else:
            passed, all_cases = passed + good, all_cases + len(cases)
    return f"Golden rules that pass: {english}, {passed} of {all_cases} in {len(files) - 1} further languages."


def main():
    docmill, data = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    version = subprocess.run([docmill, "--version"], check=True, capture_output=True, text=True).stdout.strip()
    wanted, tables = sys.argv[3:], {}
    for plugin, title, pipeline, task, gold, rows in SCORES:
        if wanted and plugin not in wanted:
            continue
        figures = score(docmill, data, pipeline, task, gold)
        documents = figures.pop("documents")
        figures.pop("missing")
        plot = figures.pop("reliability", None)
        lines = [f"{title} ({documents} documents):", "", "| | F1 |", "|---|---|"]
        lines += [f"| {name} | {figures[name]:.2f} |" for name in rows or figures]
        tables.setdefault(plugin, []).append("\n".join(lines))
        if plot:
            tables[plugin].append("\n".join(["How often a mention with a given score is right on that set:", "", *plot]))
            tables[plugin].append(f"Lists, tables and model: SHA-256 `{digest(plugin)}…`")
    if "segment" in tables:
        tables["segment"].insert(0, golden(docmill, data))
    stamp = f"{version}, {datetime.date.today()}, `python3 tests/scores.py target/release/docmill $DOCMILL_EVAL_DATA`"
    for plugin, parts in tables.items():
        page = ROOT / f"plugins/{plugin}/README.md"
        before, rest = page.read_text(encoding="utf-8").split("<!-- scores -->\n")
        after = rest.split("<!-- /scores -->")[1]
        body = "\n\n".join(parts) + f"\n\n{stamp}\n"
        page.write_text(f"{before}<!-- scores -->\n{body}<!-- /scores -->{after}", encoding="utf-8")
        print(f"plugins/{plugin}/README.md\n{body}")


main()
