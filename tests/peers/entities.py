#!/usr/bin/env python3
"""Words a second of docmill's entities beside CRFsuite's and spaCy's, on the same text, on this machine, in one run.

usage: entities.py DOCMILL TEXTS.jsonl

TEXTS holds one JSON object a line with `id` and `text`. Peers are installed from PyPI into a virtual environment of
their own, `out/peers/entities`. All run on one core and read text, not files: the time to start, load and train is
left out. docmill is the time of its stages `segment` and `entities` in `run.json`, so splitting into sentences is paid
for; the peers tokenise by themselves. spaCy's pipeline is its small convolutional model, built untrained for seven
labels: weights change its answers, not its speed. CRFsuite tags with usual features (word, shape, affixes, neighbours)
under a model trained here on docmill's own answers for a tenth of the text.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
HOME = ROOT / "out/peers/entities"
NEEDS = ["spacy==3.8.*", "python-crfsuite==0.9.*"]
TOKEN = re.compile(r"\w+|[^\w\s]")
LABELS = ["PERSON", "ORG", "LOC", "FAC", "NORP", "DATE", "MONEY"]


def inside():
    """Runs this script again in its own environment, made at need."""
    python = HOME / "bin/python"
    if pathlib.Path(sys.prefix).resolve() == HOME.resolve():
        return
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", HOME], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *NEEDS], check=True)
    os.execv(python, [str(python), *sys.argv])


def read(path):
    return [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def docmill(command, texts):
    """Seconds of the stages, and the mentions of each text."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        rows = [json.dumps({"id": str(n), "text": text}) for n, text in enumerate(texts)]
        (folder / "in.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")
        (folder / "p.toml").write_text(
            'pipeline = "peers"\n'
            '[[stage]]\nuse = "ingest"\nwith.path = "in.jsonl"\n'
            '[[stage]]\nuse = "segment"\nwith.layers = ["sentences"]\n'
            '[[stage]]\nuse = "entities"\n'
            '[[stage]]\nuse = "export"\nwith.path = "out.jsonl"\nwith.fields = ["id", "entities"]\n'
            'with.offsets = "chars"\n', encoding="utf-8")
        subprocess.run([command, "run", folder / "p.toml", "--quiet", "--threads", "1"], check=True)
        report = json.loads(next(folder.rglob("run.json")).read_text(encoding="utf-8"))
        found = {}
        for line in (folder / "out.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            found[int(row["id"])] = row["entities"]
    return stage_seconds(report), [found.get(n, []) for n in range(len(texts))]


def stage_seconds(report):
    """The seconds that run.json gives for segment and entities."""
    times = report["timings"]["stage_ns"]
    return (times["segment"] + times["entities"]) / 1e9


def features(words):
    out = []
    for n, word in enumerate(words):
        shape = re.sub("[a-z]+", "a", re.sub("[A-Z]+", "A", re.sub("[0-9]+", "0", word)))
        out.append([f"w={word.lower()}", f"s={shape}", f"p={word[:3]}", f"e={word[-3:]}",
                    f"b={words[n - 1].lower() if n else '^'}", f"n={words[n + 1].lower() if n + 1 < len(words) else '$'}"])
    return out


def crfsuite(texts, found):
    import pycrfsuite
    trainer = pycrfsuite.Trainer(algorithm="ap", verbose=False)
    trainer.set("max_iterations", 10)
    for text, mentions in list(zip(texts, found))[::10]:
        spans = list(TOKEN.finditer(text))
        tags = ["O"] * len(spans)
        for mention in mentions:
            for n, token in enumerate(spans):
                if mention["start"] <= token.start() < mention["end"] and mention["label"] in LABELS:
                    tags[n] = ("B-" if token.start() == mention["start"] else "I-") + mention["label"]
        trainer.append(features([token[0] for token in spans]), tags)
    with tempfile.NamedTemporaryFile() as model:
        trainer.train(model.name)
        tagger = pycrfsuite.Tagger()
        tagger.open(model.name)
        began = time.process_time()
        for text in texts:
            tagger.tag(features(TOKEN.findall(text)))
        return time.process_time() - began


def spacy_cnn(texts):
    os.environ["OMP_NUM_THREADS"] = "1"
    import spacy
    from spacy.training import Example
    nlp = spacy.blank("en")
    ner = nlp.add_pipe("ner")
    for label in LABELS:
        ner.add_label(label)
    nlp.initialize(lambda: [Example.from_dict(nlp.make_doc("Lima"), {"entities": [(0, 4, "LOC")]})])
    began = time.process_time()
    for _ in nlp.pipe(texts):
        pass
    return time.process_time() - began


def main():
    inside()
    command, texts = pathlib.Path(sys.argv[1]).resolve(), read(pathlib.Path(sys.argv[2]))
    words = sum(len(text.split()) for text in texts)
    seconds, found = docmill(command, texts)
    print(f"{len(texts)} texts, {words} words, one core")
    for name, cost in [("docmill", seconds), ("CRFsuite", crfsuite(texts, found)), ("spaCy CNN", spacy_cnn(texts))]:
        print(f"{name:<10} {words / cost:>12,.0f} words/s")


main()
