#!/usr/bin/env python3
"""Cuts the sample corpora of this folder from the full ones, deterministically.

usage: make-samples.py CORPORA_FOLDER

CORPORA_FOLDER holds pile/*.jsonl.zst and wudao/*.json. Needs `zstandard`. A few records that are no
documents are added on purpose (see README.md).
"""
import io
import json
import pathlib
import sys

import zstandard

HERE = pathlib.Path(__file__).resolve().parent
PILE_TEXT_BYTES = 1_100_000  # per file
LONGEST_DOCUMENT = 120_000  # characters; whole books would crowd out everything else
WUDAO_RECORDS = 900  # per file
LONGEST_RECORD = 1_500  # characters


def pile(folder):
    (HERE / "pile").mkdir(exist_ok=True)
    for path in sorted(folder.glob("*.jsonl.zst")):
        with path.open("rb") as f:
            lines = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(f), "utf-8").read().splitlines()
        by_set = {}
        for line in lines:
            record = json.loads(line)
            if len(record["text"]) <= LONGEST_DOCUMENT:
                by_set.setdefault(record["meta"]["pile_set_name"], []).append(line)
        kept, size, turn = [], 0, 0
        while size < PILE_TEXT_BYTES and any(turn < len(v) for v in by_set.values()):
            for name in sorted(by_set):
                if turn < len(by_set[name]) and size < PILE_TEXT_BYTES:
                    kept.append(by_set[name][turn])
                    size += len(by_set[name][turn])
            turn += 1
        kept += kept[3:40:9]  # planted exact duplicates
        data = ("\n".join(kept) + "\n").encode("utf-8")
        if path.name.startswith("01"):
            data += b'{"text": "cut off in the middle\n{"meta": {}}\n\n{"text": "bad \xff byte"}\n'
        (HERE / "pile" / path.name).write_bytes(zstandard.ZstdCompressor(level=19).compress(data))


def wudao(folder):
    (HERE / "wudao").mkdir(exist_ok=True)
    for number, path in enumerate(sorted(folder.glob("part-*.json"))):
        records = json.loads(path.read_text("utf-8"))
        records = records["RECORDS"] if isinstance(records, dict) else records
        by_type = {}
        for record in records:
            if len(record["content"]) <= LONGEST_RECORD:
                by_type.setdefault(record["dataType"], []).append(record)
        kept, turn = [], 0
        while len(kept) < WUDAO_RECORDS and any(turn < len(v) for v in by_type.values()):
            for name in sorted(by_type):
                if turn < len(by_type[name]):
                    kept.append(by_type[name][turn])
            turn += 1
        kept += kept[5:60:11]  # planted exact duplicates
        if number == 1:
            kept.append({"id": 1, "uniqueKey": "0" * 32, "dataType": "百科", "title": "无正文"})
        if number == 0:
            text = json.dumps(kept, ensure_ascii=False)
        elif number == 1:
            text = json.dumps(kept, ensure_ascii=False, indent=2)
        else:
            text = json.dumps({"RECORDS": kept}, ensure_ascii=False)
        (HERE / "wudao" / path.name).write_text(text, "utf-8")


if __name__ == "__main__":
    root = pathlib.Path(sys.argv[1])
    pile(root / "pile")
    wudao(root / "wudao")
