#!/usr/bin/env python3
"""Times this project's encoder beside sentence-transformers' encode on a CPU, in one sitting, and prints ratios.

    bench/embed_vs_sentence_transformers.py [--rounds 3] [--rows 400] [--threads 2] [--jar FILE | --minilm FOLDER] [--json FILE]

Two models: a BERT of 4 x 256 with random weights ([CLS]), and all-MiniLM-L6-v2 (6 x 384, mean), the published one, from Maven Central's jar.
Both programs open the same folders and embed the same made-up texts of 5 to 400 words, at most 512 and 256 tokens.

contenders
  ours  bench/EmbedSpeed.java
  peer  bench/peers/embed_sentence_transformers.py: encode() in batches of 32
The peer's packages (peers/requirements-embed.txt, several GB) go into bench/.venv-embed on first use, unless --python names an interpreter
that has them (--onnx-python one that has onnx, if that one has not). MAVEN_OPTIONS is passed to the build.

Each contender runs in a process of its own in each round, as peak memory is a process's; every other round goes backwards. The first pass
of a process is left out. The best time and the worst memory of all rounds count; processor seconds are shown beside, since other work on
the machine does not stretch them. Peaks include what JVM and Python take. The sums of all vectors must agree. Quote the ratios, not the figures.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

import embed_speed
import sitting
from sitting import verdict

SPEED = {"bar": 1.3, "aim": 1.5}
MEMORY = {"bar": 0.9, "aim": 0.7}
SAME = 2e-3  # of a sum over all texts: some 1e-6 for each


def peer(case, args):
    command = [args.python, os.path.join(sitting.ROOT, "bench/peers/embed_sentence_transformers.py"), "--model", case["model"], "--texts",
               case["texts"], "--max_length", str(case["max_length"]), "--repeat", str(args.repeat)]
    return sitting.report("the peer", case["name"], command, {"OMP_NUM_THREADS": str(args.threads), "OMP_WAIT_POLICY": "passive"})


def run(who, case, args):
    if who == "ours":
        report = embed_speed.ours(args.classpath, case["model"], case["texts"], case["max_length"], args.threads, args.repeat)
    else:
        report = peer(case, args)
    print("  %-5s %s" % (who, json.dumps(report)), file=sys.stderr, flush=True)
    return report


def cases(home, args):
    made = os.path.join(home, "made-up")
    script = os.path.join(sitting.ROOT, "bench/peers/embed_sentence_transformers.py")
    subprocess.check_call([args.python, script, "--make", made, "--rows", str(args.rows)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    minilm = args.minilm or os.path.join(home, "all-MiniLM-L6-v2")
    if not args.minilm:
        embed_speed.convert(args.onnx_python or args.python, "all-MiniLM-L6-v2", minilm, args.jar)
    texts = os.path.join(made, "texts.txt")
    return [{"name": "4x256, [CLS]", "model": made, "texts": texts, "max_length": 512},
            {"name": "all-MiniLM-L6-v2, mean", "model": minilm, "texts": texts, "max_length": 256}]


def summary(rounds):
    return {"texts_per_s": max(r["texts_per_s"] for r in rounds), "tokens_per_s": max(r["tokens_per_s"] for r in rounds),
            "cpu_s": min(r["min_cpu_s"] for r in rounds), "peak_MB": max(r["peak_rss_MB"] for r in rounds),
            "tokens": rounds[0]["tokens"], "sum_of_vectors": rounds[0]["sum_of_vectors"], "rounds": rounds}


def compare(case, args):
    runs = {"ours": [], "peer": []}
    for i in range(args.rounds):
        print("%s, round %d of %d" % (case["name"], i + 1, args.rounds), file=sys.stderr, flush=True)
        for who in runs if i % 2 == 0 else reversed(runs):
            runs[who].append(run(who, case, args))
    both = {who: summary(rounds) for who, rounds in runs.items()}
    ours, theirs = both["ours"], both["peer"]
    if ours["tokens"] != theirs["tokens"] or any(abs(a - b) > SAME for a, b in zip(ours["sum_of_vectors"], theirs["sum_of_vectors"])):
        sys.exit("%s: the two programs have not embedded the same: %s" % (case["name"], json.dumps(both)))
    speed = ours["texts_per_s"] / theirs["texts_per_s"]
    memory = ours["peak_MB"] / theirs["peak_MB"]
    print("\n%-24s %9s %10s %7s %8s  %s" % (case["name"], "texts/s", "tokens/s", "CPU s", "peak MB", "sum of vectors"))
    for who, s in both.items():
        print("  %-22s %9.1f %10d %7.2f %8d  %s" % (who, s["texts_per_s"], s["tokens_per_s"], s["cpu_s"], s["peak_MB"], s["sum_of_vectors"]))
    print("  speed, x peer          %9.2f   (processor time %.2f)   bar %.1f   aim %.1f   %s"
          % (speed, theirs["cpu_s"] / ours["cpu_s"], SPEED["bar"], SPEED["aim"], verdict(speed, SPEED)))
    print("  peak memory / peer     %9.2f   bar %.1f   aim %.1f   %s"
          % (memory, MEMORY["bar"], MEMORY["aim"], verdict(memory, MEMORY, True)), flush=True)
    return {"case": case["name"], "speed": speed, "memory": memory, "contenders": both}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, value in dict(rounds=3, rows=400, repeat=2, threads=2).items():
        parser.add_argument("--" + name, type=int, default=value)
    parser.add_argument("--python", help="interpreter that has the peer's packages")
    parser.add_argument("--onnx-python", help="interpreter that has onnx, numpy and safetensors")
    parser.add_argument("--jar", help="the jar of all-MiniLM-L6-v2, instead of Maven Central")
    parser.add_argument("--minilm", help="a folder of all-MiniLM-L6-v2 with sentence-transformers' files, instead of the jar")
    parser.add_argument("--json")
    args = parser.parse_args()
    args.python = args.python or sitting.peer_python("embed")
    args.classpath = sitting.class_path("embed")
    with tempfile.TemporaryDirectory() as home:
        results = [compare(case, args) for case in cases(home, args)]
    if args.json:
        with open(args.json, "w") as f:
            json.dump(results, f, indent=1)


if __name__ == "__main__":
    main()
