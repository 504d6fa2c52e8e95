#!/usr/bin/env python3
"""Hashes the token ids that Hugging Face's library gives the sample corpora.

usage: make-token-ids.py EXAMPLES_FOLDER > token-ids.json

EXAMPLES_FOLDER holds vocab.txt, pile/*.jsonl.zst and wudao/*.json. Needs `tokenizers` and
`zstandard`. Hashed are the ids of each text as little-endian int32, -1 behind each text; texts are
the strings `text` (pile) and `content` (wudao), in order, records that do not parse left out.
"""
import array
import hashlib
import io
import json
import pathlib
import sys

import tokenizers
import zstandard
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer


def tokenizer(folder, lowercase):
    lines = (folder / "vocab.txt").read_text("utf-8").split("\n")
    vocab = {token: i for i, token in enumerate(lines) if token}
    made = tokenizers.Tokenizer(WordPiece(vocab, unk_token="[UNK]", max_input_chars_per_word=100))
    made.normalizer = BertNormalizer(lowercase=lowercase)
    made.pre_tokenizer = BertPreTokenizer()
    return made


def parsed(lines):
    for line in lines:
        try:
            yield json.loads(line)
        except ValueError:
            continue


def records(path):
    if path.name.endswith(".zst"):
        with path.open("rb") as f:
            stream = io.BytesIO(zstandard.ZstdDecompressor().stream_reader(f, read_across_frames=True).read())
        return parsed(stream.read().split(b"\n"))
    root = json.loads(path.read_text("utf-8"))
    return root["RECORDS"] if isinstance(root, dict) else root


def texts(path):
    for record in records(path):
        text = record.get("text", record.get("content"))
        if isinstance(text, str):
            yield text


def summary(path, encoders):
    found = list(texts(path))
    result = {"texts": len(found)}
    for name, encoder in encoders.items():
        digest = hashlib.sha256()
        for text in found:
            ids = encoder.encode(text, add_special_tokens=False).ids
            digest.update(array.array("i", ids + [-1]).tobytes())
        result[name] = digest.hexdigest()
    return result


def main():
    folder = pathlib.Path(sys.argv[1])
    encoders = {"uncased": tokenizer(folder, True), "cased": tokenizer(folder, False)}
    files = sorted(folder.glob("pile/*.jsonl.zst")) + sorted(folder.glob("wudao/*.json"))
    found = {str(f.relative_to(folder)): summary(f, encoders) for f in files}
    json.dump(found, sys.stdout, indent=2)
    print()


main()
