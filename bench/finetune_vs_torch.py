#!/usr/bin/env python3
"""Times one optimizer step of contrastive fine-tuning beside PyTorch and sentence-transformers, in one sitting, and prints ratios as JSON.

    bench/finetune_vs_torch.py [--rows whole,chunks,lengths,large] [--rounds 3] [--steps 8] [--json FILE]

4 layers x 256, vocabulary 30,522, 32 queries x 4 passages of 64 and 128 tokens, [CLS], dropout, AdamW; made-up rows, drawn alike by both sides
(FinetuneSpeed.java, peers/finetune_step_torch.py).

rows
  whole    the step in one pass, beside eager (as FlagEmbedding on a CPU), compiled, and sentence-transformers' MultipleNegativesRankingLoss
  chunks   16 rows at a time (ours: 2,048 tokens), beside the peer's own gradient cache and sentence-transformers' cached loss
  lengths  rows of 1/8 to all of the length: ours by default (16,384 tokens: all of them) beside eager, which pads, and ours in chunks
           of 2,048 tokens beside the peer's 16 rows at a time, sorted by length
  large    8,192 pairs of 8 and 16 tokens in one step, alone: what it holds

The peers' packages (peers/requirements-finetune.txt, several GB) go into bench/.venv-finetune on first use, unless --python names an interpreter
that has them; torch.compile needs a C++ compiler. MAVEN_OPTIONS is passed to the build. Each contender runs in a process of its own in each round,
as peak memory is a process's; every other round goes backwards. The first 2 steps of a process are left out, compilation with them. Processor
seconds of the best step of all rounds are compared, as others may use the machine, and the worst memory. Quote the ratios, not the figures.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

import sitting
from sitting import ROOT, verdict

OURS = {"whole": {"ours": ("20000", "full")},  # tokens that are encoded and kept at a time
        "chunks": {"ours": ("2048", "full")},
        "lengths": {"ours": ("16384", "real"), "ours_chunked": ("2048", "real")}}
PEERS = {"whole": {"eager": [], "compiled": [], "mnrl": []},
         "chunks": {"chunked": [], "cached_mnrl": []},
         "lengths": {"eager": ["--lengths", "real"], "chunked": ["--lengths", "real", "--sorted"]}}
SIZES = {"layers": 4, "hidden": 256, "vocab": 30522, "queries": 32, "group": 4, "query_length": 64, "passage_length": 128}
LARGE = dict(SIZES, queries=8192, group=1, query_length=8, passage_length=16)


def ours(args, sizes, steps, chunk, lengths):
    numbers = [str(n) for n in list(sizes.values()) + [steps, args.threads]]
    return ["java", "-Xmx512m", "-XX:+UseParallelGC", "-cp", args.classpath, "FinetuneSpeed", *numbers, chunk, lengths]


def peer(args, mode, more):
    sizes = [part for name, value in SIZES.items() for part in ("--" + name, str(value))]
    return [args.python, os.path.join(ROOT, "bench/peers/finetune_step_torch.py"), "--mode", mode, *sizes, "--steps", str(args.steps), *more]


def run(args, row, mode, command, cache):
    environment = {"OMP_NUM_THREADS": str(args.threads), "OMP_WAIT_POLICY": "passive", "TORCHINDUCTOR_CACHE_DIR": cache}
    if mode.startswith("ours"):
        environment.update(sitting.OURS)
    report = sitting.report(mode, row, command, environment)
    if report["threads"] != args.threads:
        sys.exit("%s ran with %d threads instead of %d" % (mode, report["threads"], args.threads))
    print("  %-8s %-12s %s" % (row, mode, json.dumps(report)), file=sys.stderr, flush=True)
    return report


def best(reports):
    return {"cpu_s": min(r["min_cpu_s"] for r in reports), "s": min(r["min_s"] for r in reports),
            "peak_MB": max(r["peak_rss_MB"] for r in reports), "rounds": reports}


def measure(args, rows):
    """By row and contender, what the best and the worst of all rounds were."""
    commands = {}
    for row in rows:
        if row == "large":
            commands[row, "ours"] = ours(args, LARGE, 3, "16384", "full")
        else:
            commands.update({(row, mode): ours(args, SIZES, args.steps, *more) for mode, more in OURS[row].items()})
            commands.update({(row, mode): peer(args, mode, more) for mode, more in PEERS[row].items()})
    runs = {key: [] for key in commands}
    with tempfile.TemporaryDirectory() as cache:
        for i in range(args.rounds):
            print("round %d of %d" % (i + 1, args.rounds), file=sys.stderr, flush=True)
            for (row, mode) in list(commands) if i % 2 == 0 else reversed(list(commands)):
                runs[row, mode].append(run(args, row, mode, commands[row, mode], cache))
    return {row: {mode: best(reports) for (of, mode), reports in runs.items() if of == row} for row in rows}


def judge(found):
    """Ratios with their bars."""
    rows = []

    def add(what, ratio, bar, aim, at_most=False):
        rows.append({"what": what, "ratio": round(ratio, 3), "bar": bar, "aim": aim, "verdict": verdict(ratio, {"bar": bar, "aim": aim}, at_most)})

    if "whole" in found:
        row = found["whole"]
        fastest = min((row[mode]["cpu_s"], mode) for mode in PEERS["whole"])
        add("whole: speed, x the fastest (%s)" % fastest[1], fastest[0] / row["ours"]["cpu_s"], 1.2, 1.4)
        add("whole: memory / compiled", row["ours"]["peak_MB"] / row["compiled"]["peak_MB"], 0.5, 0.4, True)
    if "chunks" in found:
        row = found["chunks"]
        add("chunks: speed, x cached_mnrl", row["cached_mnrl"]["cpu_s"] / row["ours"]["cpu_s"], 1.3, 1.5)
        add("chunks: memory / cached_mnrl", row["ours"]["peak_MB"] / row["cached_mnrl"]["peak_MB"], 0.8, 0.6, True)
    if "whole" in found and "chunks" in found:
        add("chunks: time / own whole step", found["chunks"]["ours"]["cpu_s"] / found["whole"]["ours"]["cpu_s"], 1.36, 1.33, True)
    if "lengths" in found:
        row = found["lengths"]
        add("lengths: speed, x eager", row["eager"]["cpu_s"] / row["ours"]["cpu_s"], 1.7, 2.0)
        add("lengths in chunks: speed, x sorted chunks", row["chunked"]["cpu_s"] / row["ours_chunked"]["cpu_s"], 1.3, 1.5)
    if "large" in found:
        add("large: GB of 8,192 pairs", found["large"]["ours"]["peak_MB"] / 1000, 3.0, 2.0, True)
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", default="whole,chunks,lengths,large", help="separated by commas")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=8, help="of one process")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--python", help="interpreter that has the peers' packages")
    parser.add_argument("--json", help="file for all that was measured")
    args = parser.parse_args()
    rows = args.rows.split(",")
    unknown = [row for row in rows if row != "large" and row not in PEERS]
    if unknown:
        parser.error("--rows %s: rows are whole, chunks, lengths, large" % ",".join(unknown))
    args.python = args.python or (sitting.peer_python("finetune") if rows != ["large"] else "")
    classes = sitting.class_path("finetune")
    with tempfile.TemporaryDirectory() as compiled:  # a compiler in the process would count as its memory
        subprocess.check_call(["javac", "-cp", classes, "-d", compiled, os.path.join(ROOT, "bench/FinetuneSpeed.java")])
        args.classpath = compiled + ":" + classes
        found = measure(args, rows)
    result = {"ratios": judge(found), "contenders": {row: {mode: {key: c[key] for key in ("cpu_s", "s", "peak_MB")} for mode, c in of.items()}
                                                     for row, of in found.items()}}
    print(json.dumps(result, indent=1))
    if args.json:
        with open(args.json, "w") as f:
            json.dump({**result, "rounds": found}, f, indent=1)


if __name__ == "__main__":
    main()
