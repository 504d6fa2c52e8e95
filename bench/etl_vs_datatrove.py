#!/usr/bin/env python3
"""Times the corpus job beside datatrove 0.10.1 on the same inputs, in one sitting, and prints ratios.

    bench/etl_vs_datatrove.py --pile DIR --wudao DIR [--repeat 4] [--json FILE]
    bench/etl_vs_datatrove.py --pile DIR --wudao DIR --scale          # ours alone at 1x, 3x and 10x the input

DIR hold *.jsonl.zst (Pile) and part-*.json (WuDao). The peer's packages go into bench/.venv on first use
(requirements in bench/peers/requirements-datatrove.txt). Both sides use two workers.

What is compared
  English pipeline   read, Gopher quality, Gopher repetition, C4, MinHash, ids, write. Ours from the first byte read
                     to the manifest written, shards included; start-up of the JVM and Spark stated apart.
  MinHash English    ours: read, normalise, words, language, signature, and all cores for as long as the deduplication phase
                     takes (it also verifies pairs and finds exact duplicates); the peer: signature, buckets, cluster.
  Chinese signature  ours: the same without the deduplication phase; the peer's signature with its word segmenter.
  peak memory        resident, of the whole process tree.
Rates are MB of UTF-8 text as published, per second on the wall clock or of one core. Quote the ratios, not the figures.
"""
import argparse
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time

import sitting
from sitting import ROOT

PROSE = ["mojibake", "language", "gopher_quality", "gopher_repetition", "c4_quality", "fineweb_quality", "chinese_lines", "chinese_quality",
         "chinese_repetition", "pii", "bad_words"]


def settings(inputs, work, filters, minhash, overrides="[]"):
    """YAML of one run; every stage that is not named is off."""
    lines = ["inputs:"]
    lines += ["  - {path: '%s', format: %s}" % pair for pair in inputs]
    lines += ["output: %s" % work, "vocab: %s" % os.path.join(ROOT, "examples/vocab.txt"), "filters:"]
    for name in PROSE:
        on = name in filters
        scope = ", sources: []" if on and name == "c4_quality" else ""
        lines.append("  %s: {enabled: %s%s}" % (name, str(on).lower(), scope))
    lines.append("  overrides: %s" % overrides)
    lines.append("dedup: {exact: %s, minhash: {enabled: %s}}" % (str(minhash).lower(), str(minhash).lower()))
    return "\n".join(lines) + "\n"


def ours(name, inputs, filters, minhash, work, cores):
    """Runs the job; returns its report with wall seconds, start-up and peak memory."""
    corpus = os.path.join(work, name)
    config = os.path.join(work, name + ".yaml")
    with open(config, "w") as f:
        f.write(settings(inputs, corpus, filters, minhash))
    command = [os.path.join(ROOT, "submit/retromae"), "etl", "-c", config, "--master", "local[%d]" % cores]
    start = time.time()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit("ours failed:\n" + out)
    wall = time.time() - start
    job = float(re.search(r"^committed +([0-9.]+) s", out, re.M).group(1))
    report = json.load(open(os.path.join(corpus, "report/report.json")))
    shutil.rmtree(corpus)
    costs = {c["stage"]: c for c in report["counts"]["costs"]}
    read = sum(r["measure"]["bytes"] for r in report["counts"]["rows"] if r["stage"] == "read") / 1e6
    phases = {p["name"]: p["seconds"] for p in report["phases"]}
    signature = ["read", "normalize", "words", "identify", "minhash"]
    cpu_minhash = sum(costs[s]["cpuSeconds"] for s in signature)
    return {"MB": read, "wall_s": job, "startup_s": wall - job, "MB_per_s": read / job, "peak_rss_MB": usage.ru_maxrss * 1024 / 1e6,
            "phases": phases, "cpu_minhash_s": cpu_minhash, "cpu_dedup_s": phases.get("dedup", 0) * cores,
            "stages": {s: {"cpu_s": round(c["cpuSeconds"], 3), "MB_per_core_s": round(c["bytes"] / 1e6 / max(1e-9, c["cpuSeconds"]), 1)}
                       for s, c in costs.items()}}


def peer(args, work):
    report = os.path.join(work, "peer.json")
    subprocess.check_call([args.python or sitting.peer_python("datatrove", ".venv"), os.path.join(ROOT, "bench/peers/datatrove_baseline.py"), "--pile", args.pile,
                           "--wudao", args.wudao, "--work", os.path.join(work, "peer"), "--workers", str(args.workers),
                           "--repeat", str(args.repeat), "--json", report], stdout=sys.stderr)
    result = json.load(open(report))
    return result, {s["stage"]: s for s in result["stages"]}


def scale(args, work):
    print("%-8s %8s %10s %12s %10s" % ("input", "MB", "job s", "CPU s per MB", "peak MB"))
    rows = []
    for factor in (1, 3, 10):
        inputs = [(args.pile + "/*.jsonl.zst", "pile"), (args.wudao + "/part-*.json", "wudao")] * factor
        run = ours("scale%d" % factor, inputs, PROSE, True, work, args.workers)
        cpu = sum(s["cpu_s"] for s in run["stages"].values()) + run["cpu_dedup_s"]
        rows.append({"factor": factor, "cpu_s_per_MB": cpu / run["MB"], **run})
        print("%-8s %8.1f %10.1f %12.3f %10.0f" % ("%dx" % factor, run["MB"], run["wall_s"], cpu / run["MB"], run["peak_rss_MB"]))
    return {"scale": rows}


def compare(args, work):
    english_files = [(args.pile + "/*.jsonl.zst", "pile")] * args.repeat
    chinese_files = [(args.wudao + "/part-*.json", "wudao")] * args.repeat
    english_stages = ["gopher_quality", "gopher_repetition", "c4_quality"]
    english = [ours("english%d" % i, english_files, english_stages, True, work, args.workers) for i in range(args.runs)]
    minhash = ours("minhash", english_files, [], True, work, args.workers)
    chinese = ours("chinese", chinese_files, [], True, work, args.workers)
    result, stages = peer(args, work)
    english += [ours("again%d" % i, english_files, english_stages, True, work, args.workers) for i in range(args.runs)]
    best = min(english, key=lambda run: run["wall_s"])
    total = stages["TOTAL English pipeline"]
    megabytes = result["english"]["MB"]  # text as published, for both sides
    alone = [s for name, s in stages.items() if name.startswith("minhash-alone-en")]
    rate_alone = result["english"]["MB"] / sum(s["cpu_s"] for s in alone)
    rate_minhash = megabytes / (minhash["cpu_minhash_s"] + minhash["cpu_dedup_s"])
    rate_chinese = args.repeat * result["chinese"]["MB"] / chinese["cpu_minhash_s"]
    ours_wall = megabytes / best["wall_s"]
    signature = stages["minhash-zh-cmn-signature"]["MB_per_core_s"]
    peak = max(run["peak_rss_MB"] for run in english)
    rows = [
        ("English pipeline, MB/s wall", ours_wall, total["MB_per_s"], ours_wall / total["MB_per_s"]),
        ("MinHash English, MB/core-s", rate_minhash, rate_alone, rate_minhash / rate_alone),
        ("Chinese signature, MB/core-s", rate_chinese, signature, rate_chinese / signature),
        ("peak resident MB", peak, total["peak_rss_MB"], peak / total["peak_rss_MB"]),
    ]
    print("%-32s %10s %10s %8s" % ("", "ours", "datatrove", "ratio"))
    for row in rows:
        print("%-32s %10.2f %10.2f %7.1fx" % row)
    print("start-up of JVM and Spark, apart: %.1f s" % best["startup_s"])
    print("phases, wall seconds: " + ", ".join("%s %.1f" % p for p in best["phases"].items()))
    for name, cost in best["stages"].items():
        print("  %-20s %8.2f CPU s %10.1f MB/core-s" % (name, cost["cpu_s"], cost["MB_per_core_s"]))
    return {"ratios": {name: ratio for name, _, _, ratio in rows}, "english": english, "minhash": minhash, "chinese": chinese, "peer": result}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pile", required=True)
    parser.add_argument("--wudao", required=True)
    parser.add_argument("--repeat", type=int, default=4)
    parser.add_argument("--runs", type=int, default=1, help="runs of ours before and after the peer; the best counts for time, the worst for memory")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--python", help="interpreter that has the peer's packages")
    parser.add_argument("--scale", action="store_true")
    parser.add_argument("--json")
    args = parser.parse_args()
    args.pile, args.wudao = os.path.abspath(args.pile), os.path.abspath(args.wudao)
    with tempfile.TemporaryDirectory() as work:
        result = scale(args, work) if args.scale else compare(args, work)
    if args.json:
        json.dump(result, open(args.json, "w"), indent=1)


if __name__ == "__main__":
    main()
