#!/usr/bin/env python3
"""Measures sentence splitters from PyPI on the same text as docmill: speed, and F1 where gold data is given.

usage: segment.py DOCMILL [GOLD.jsonl]

Makes a virtual environment of its own beside the build (target/peers), with pySBD, nupunkt, blingfire and spaCy's
rule-based sentencizer, so that nothing else is touched. The text is the sample articles, again and again; GOLD has
`id`, `text` and `sentences` as [start, end] in chars. CPU time of one process each; docmill's is that of a whole run.
"""
import json
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PEERS = ["pysbd", "nupunkt", "blingfire", "spacy"]
SIZE = 1_000_000


def splitters():
    """Name and a function from a text to its sentences as [start, end] in chars, for each that is installed."""
    import blingfire
    import nupunkt
    import pysbd
    import spacy

    pipe = spacy.blank("en")
    pipe.add_pipe("sentencizer")
    pipe.max_length = 10 * SIZE
    rules = pysbd.Segmenter(language="en", clean=False, char_span=True)

    def found(text, sentences):
        at, spans = 0, []
        for sentence in (s.strip() for s in sentences):
            start = text.find(sentence, at)
            if sentence and start >= 0:
                at = start + len(sentence)
                spans.append((start, at))
        return spans

    yield "pysbd", lambda text: [(s.start, s.start + len(s.sent.rstrip())) for s in rules.segment(text)]
    yield "nupunkt", lambda text: found(text, nupunkt.sent_tokenize(text))
    yield "blingfire", lambda text: found(text, blingfire.text_to_sentences(text).split("\n"))
    yield "spacy", lambda text: found(text, [s.text for s in pipe(text).sents])


def solid(text, spans):
    """The spans by offsets that count only what is no white space."""
    at, offsets = 0, [0]
    for c in text:
        at += not c.isspace()
        offsets.append(at)
    return {(offsets[a], offsets[b]) for a, b in spans if offsets[b] > offsets[a]}


def paragraphs(text):
    at = 0
    for part in text.split("\n\n"):
        yield at, part
        at += len(part) + 2


def score(documents, split):
    right = gold = have = 0
    for document in documents:
        text = document["text"]
        spans = [(at + a, at + b) for at, part in paragraphs(text) if part.strip() for a, b in split(part)]
        want, got = solid(text, document["sentences"]), solid(text, spans)
        right, gold, have = right + len(want & got), gold + len(want), have + len(got)
    return 200 * right / (gold + have)


def sample():
    articles = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "pipelines/sample").glob("*.txt"))]
    text = "\n\n".join(articles) + "\n\n"
    return text * (SIZE // len(text) + 1)


def measure(gold):
    text = sample()
    documents = [json.loads(line) for line in open(gold, encoding="utf-8")] if gold else []
    for name, split in splitters():
        split("Warm up. Then run.")
        began = time.process_time()
        for _, part in paragraphs(text):
            split(part)
        spent = time.process_time() - began
        figure = f", F1 {score(documents, split):.2f}" if documents else ""
        print(f"{name:10} {len(text.encode()) / 1e6 / spent:8.2f} MB/s{figure}", flush=True)


def ours(docmill):
    text = sample()
    with tempfile.TemporaryDirectory() as folder:
        source, target = pathlib.Path(folder) / "in.jsonl", pathlib.Path(folder) / "out.jsonl"
        lines = [json.dumps({"id": str(n), "text": text}) for n in range(20)]
        source.write_text("\n".join(lines) + "\n", encoding="utf-8")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([docmill, "run", ROOT / "pipelines/eval/segment.toml", "--threads", "1", "--quiet", "--param",
                              f"input={source}", "--param", f"output={target}"], check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    size = 20 * len(text.encode()) / 1e6
    print(f"docmill    {size / spent:8.2f} MB/s for a whole run, reading, four layers and writing", flush=True)


def main():
    if sys.argv[1] == "--inside":
        return measure(sys.argv[2] if len(sys.argv) > 2 else None)
    folder = ROOT / "target/peers"
    python = folder / "bin/python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PEERS], check=True)
    ours(sys.argv[1])
    subprocess.run([python, __file__, "--inside", *sys.argv[2:]], check=True)


main()
