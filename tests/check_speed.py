#!/usr/bin/env python3
"""Measures `docmill check` of a long pipeline as a whole process, and holds it to a bound.

usage: check_speed.py DOCMILL [BOUND_MS]

The pipeline has 500 lines: params, branches, conditions, gates. The median of 21 runs is printed; with a bound the
exit status is 1 where it is higher.
"""
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

LINES, RUNS = 500, 21


def pipeline():
    """A sound pipeline of 500 lines: one source, many branches, each with a condition, a sink and a gate."""
    head = ['pipeline = "long"', '', '[params.input]', 'type = "path"', 'default = "articles"', '',
            '[params.least]', 'type = "int"', 'default = 100', 'min = 0', '',
            '[run]', 'threads = 2', 'report = "out/run.json"', '',
            '[[stage]]', 'use = "ingest"', 'with.path = "${params.input}"', '',
            '[[stage]]', 'use = "segment"', 'with.abbreviations = ["approx", "est"]', '']
    lines = head
    branch = 0
    while True:
        more = ['[[stage]]', 'use = "entities"', f'id = "names-{branch}"', 'from = "segment"',
                f'when = "len(text) > ${{params.least}} and lang != \'x{branch}\'"',
                'with.types = ["PERSON", "ORG"]', 'with.min_score = 0.5', '',
                '[[stage]]', 'use = "summarize"', f'id = "summary-{branch}"', 'when = "count(sentences) > 3"',
                'with.sentences = 3', '',
                '[[stage]]', 'use = "export"', f'id = "out-{branch}"', f'with.path = "out/{branch}.jsonl"',
                'with.fields = ["id", "text", "entities", "summary"]', '',
                '[[gate]]', f'name = "enough-{branch}"',
                f'assert = "stage.names-{branch}.rejected == 0 and run.documents_out > 0"'.replace(
                    f'stage.names-{branch}.', f"stage.'names-{branch}'."), '']
        if len(lines) + len(more) > LINES:
            break
        lines = lines + more
        branch += 1
    lines += [f"# line {n}" for n in range(len(lines) + 1, LINES + 1)]
    return "\n".join(lines) + "\n"


def main():
    docmill = pathlib.Path(sys.argv[1]).resolve()
    bound = float(sys.argv[2]) if len(sys.argv) > 2 else None
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "long.toml"
        file.write_text(pipeline())
        times = []
        for _ in range(RUNS):
            began = time.perf_counter()
            ran = subprocess.run([docmill, "check", file], capture_output=True, text=True)
            times.append(1000 * (time.perf_counter() - began))
            if ran.returncode != 0:
                sys.exit(f"exit {ran.returncode}\n{ran.stdout}{ran.stderr}")
    median = statistics.median(times)
    print(f"{docmill.name} check long.toml ({LINES} lines, {len(pipeline().split('[[stage]]')) - 1} stages): median {median:.1f} ms, "
          f"best {min(times):.1f}, worst {max(times):.1f} of {RUNS}: {ran.stdout.strip().split(':')[-1].strip()}")
    if bound is not None and median > bound:
        sys.exit(f"NOT REACHED: more than {bound:.0f} ms")


main()
