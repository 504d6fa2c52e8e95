#!/usr/bin/env python3
"""Holds this project's vectors of the real BAAI/bge-small-zh-v1.5 against onnxruntime's, and what they are worth.

    bench/bge_small.py [--corpora FOLDER] [--jar FILE] [--python PYTHON] [--threads 2]

1. 1,000 texts of the corpora (Chinese, English, empty, far too long): every number of every vector within 1e-5 of onnxruntime's.
2. Retrieval: medical questions' titles (64 tokens, no instruction) find their answers (128 tokens) among those of 1,500 titles (each taken
   once, with its first answer), drawn by random.Random(7): MRR@10 within 0.002 of onnxruntime's and, where the corpora are the full samples (7,715 questions), of
   0.603. The folder examples/ has 858 questions.

FOLDER holds wudao/part-*.json and pile/*.jsonl.zst; by default examples. The model comes out of Maven Central's jar (embed_speed.py).
The packages of peers/requirements-embed.txt go into bench/.venv-embed on first use, unless --python names an interpreter that has onnx,
onnxruntime, tokenizers, pyarrow, numpy and safetensors. Exits with 1 if a bar is missed.
"""
import argparse
import glob
import json
import os
import random
import sys
import tempfile

import embed_speed
import sitting

MODEL = "bge-small-zh-v1.5"
CLOSE = 1e-5
FULL, PUBLISHED = 7715, 0.603
MRR_CLOSE = 0.002
DRAWN = 1500
AGAIN = "BGE_SMALL_AGAIN"  # set where an interpreter that should have the packages runs


def wudao(corpora):
    records = []
    for path in sorted(glob.glob(os.path.join(corpora, "wudao/part-*.json"))):
        with open(path, encoding="utf-8-sig") as f:
            content = json.load(f)
        records += content if isinstance(content, list) else content["RECORDS"]
    return records


def pile(corpora, count):
    import pyarrow
    texts = []
    for path in sorted(glob.glob(os.path.join(corpora, "pile/*.jsonl.zst"))):
        with pyarrow.input_stream(path, compression="zstd") as f:
            texts += [json.loads(line)["text"] for line in f.read().decode("utf-8").splitlines()[:count]]
    return texts


def texts_of(corpora):
    """1,000: most of usual length, some cut by the model's limit, some without a token."""
    chance = random.Random(11)
    chinese = [r["content"] for r in wudao(corpora) if r.get("content")]  # a record of poems has lines instead
    english = pile(corpora, 300)
    chance.shuffle(chinese), chance.shuffle(english)
    texts = [t[:chance.randint(1, 600)] for t in chinese[:450]] + [t[:chance.randint(1, 2000)] for t in english[:450]]
    texts += [t * 3 for t in chinese[450:485]] + [t[:20000] for t in english[450:485]]
    texts += ["", " ", "\n\t", "\u3000", "。", "😀 ok", "\ufffd", "a" * 5000, "天" * 5000, "ÀÉ ñ ﬁ Ⅷ ①"] * 3
    chance.shuffle(texts)
    return [t.replace("\0", "") for t in texts]


class Reference:
    """onnxruntime on the published file with its own tokenizer, one text at a time: nothing is padded."""

    def __init__(self, onnx_file, folder, threads):
        import onnxruntime
        from tokenizers import Tokenizer
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # beside other work spinning costs more than it gains
        self.session = onnxruntime.InferenceSession(onnx_file, options, providers=["CPUExecutionProvider"])
        self.tokenizer = Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))

    def encode(self, texts, max_length):
        import numpy
        self.tokenizer.enable_truncation(max_length)
        vectors = []
        for text in texts:
            ids = numpy.array([self.tokenizer.encode(text).ids], dtype=numpy.int64)
            values = {"input_ids": ids, "attention_mask": numpy.ones_like(ids), "token_type_ids": numpy.zeros_like(ids)}
            hidden = self.session.run(None, {i.name: values[i.name] for i in self.session.get_inputs()})[0]
            cls = hidden[0, 0].astype(numpy.float64)
            vectors.append(cls / numpy.linalg.norm(cls))
        return numpy.array(vectors)


def ours(texts, max_length, folder, classpath, threads):
    import numpy
    with tempfile.TemporaryDirectory() as home:
        path, vectors = os.path.join(home, "texts"), os.path.join(home, "vectors")
        with open(path, "w", encoding="utf-8", newline="") as f:
            f.write("\0".join(texts))
        embed_speed.ours(classpath, folder, path, max_length, threads, vectors=vectors, heap="512m")
        return numpy.fromfile(vectors, dtype="<f4").reshape(len(texts), -1).astype(numpy.float64)


def mrr_at_10(queries, documents):
    scores = queries @ documents.T
    ranks = (scores >= scores.diagonal()[:, None]).sum(1)  # itself counted; whoever ties is before it
    return float(sum(1 / rank for rank in ranks if rank <= 10) / len(ranks))


def pairs(corpora):
    records = [r for r in wudao(corpora) if r["dataType"] == "医疗问答"]
    first = {}
    for record in records:
        first.setdefault(record["title"], record)
    once = list(first.values())
    random.Random(7).shuffle(once)
    return len(records), [r["title"] for r in once[:DRAWN]], [r["content"] for r in once[:DRAWN]]


def check(args, home):
    folder = os.path.join(home, MODEL)
    classpath = sitting.class_path("embed")
    onnx_file = embed_speed.convert(sys.executable, MODEL, folder, args.jar)
    reference = Reference(onnx_file, folder, args.threads)
    failed = False

    texts = texts_of(args.corpora)
    apart = abs(ours(texts, 512, folder, classpath, args.threads) - reference.encode(texts, 512)).max(1)
    worst = int(apart.argmax())
    bad = int((apart > CLOSE).sum())
    failed |= bad > 0
    print("%d texts (%d empty or blank, longest of %d characters): farthest apart %.1e, at %r; bar %.0e   %s"
          % (len(texts), sum(not t.strip() for t in texts), max(map(len, texts)), apart[worst], texts[worst][:30], CLOSE,
             "FAIL: %d vectors" % bad if bad else "pass"), flush=True)

    records, titles, contents = pairs(args.corpora)
    mine = mrr_at_10(ours(titles, 64, folder, classpath, args.threads), ours(contents, 128, folder, classpath, args.threads))
    theirs = mrr_at_10(reference.encode(titles, 64), reference.encode(contents, 128))
    misses = abs(mine - theirs) > MRR_CLOSE or records == FULL and abs(mine - PUBLISHED) > MRR_CLOSE
    failed |= misses
    print("MRR@10 of %d titles among %d answers (%d questions in the corpora): ours %.4f, onnxruntime's %.4f%s; bar %.3f   %s"
          % (len(titles), len(contents), records, mine, theirs, ", seen before %.3f" % PUBLISHED if records == FULL else "", MRR_CLOSE,
             "FAIL" if misses else "pass"))
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpora", default=os.path.join(sitting.ROOT, "examples"))
    parser.add_argument("--jar", help="instead of Maven Central")
    parser.add_argument("--python", help="interpreter that has the packages")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    try:
        import onnx, onnxruntime, pyarrow, tokenizers  # noqa: F401, E401
    except ImportError as e:
        if os.environ.get(AGAIN):
            sys.exit("%s lacks a package: %s" % (sys.executable, e))
        python = args.python or sitting.peer_python("embed")
        os.execve(python, [python, os.path.abspath(__file__), *sys.argv[1:]], dict(os.environ, **{AGAIN: "1"}))
    with tempfile.TemporaryDirectory() as home:
        sys.exit(1 if check(args, home) else 0)


if __name__ == "__main__":
    main()
