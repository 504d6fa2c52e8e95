#!/usr/bin/env python3
"""Makes the training pairs in pairs/ from the sample corpora in wudao/, deterministically.

usage: make-pairs.py

Needs `zstandard` (for make-tasks.py, whose draws it shares). No pair comes from a document of tasks/, has the query of a
task, or shares OVERLAP characters in a row with a text of one.
"""
import json
import pathlib
import runpy

HERE = pathlib.Path(__file__).resolve().parent
PAIRS = HERE / "pairs"
OVERLAP = 40
LONGEST = 300  # characters of a passage: more than 128 tokens
SETS = {"medical": "医疗问答", "encyclopedia": "百科"}


def windows(text):
    return {text[i:i + OVERLAP] for i in range(max(1, len(text) - OVERLAP + 1))}


def texts(task):
    """Every text of an evaluation task."""
    for name in ("corpus.jsonl", "queries.jsonl"):
        for line in (HERE / "tasks" / task / name).read_text("utf-8").splitlines():
            yield json.loads(line)["text"]


def main():
    drawn = runpy.run_path(str(HERE / "make-tasks.py"))
    held_out = set((HERE / "tasks" / "documents.txt").read_text("utf-8").split())
    seen = set().union(*(windows(text) for task in SETS for text in texts(task)))
    PAIRS.mkdir(exist_ok=True)
    for name, kind in SETS.items():
        lines = []
        for document, query, passage in drawn["titles"](kind, 1_000_000, 60):
            passage = passage[:LONGEST]
            if document not in held_out and not seen & (windows(query) | windows(passage)):
                lines.append(json.dumps({"query": query, "pos": [passage], "neg": []}, ensure_ascii=False))
        (PAIRS / f"{name}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
        print(f"{name}: {len(lines)} pairs")


if __name__ == "__main__":
    main()
