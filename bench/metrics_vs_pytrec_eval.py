#!/usr/bin/env python3
"""Times our retrieval metrics beside pytrec_eval on one run, in one sitting, and prints ratios.

    bench/metrics_vs_pytrec_eval.py [--queries 1000] [--depth 1000] [--rounds 5] [--decimals 17] [--python INTERPRETER]

Both get the same judgments and scores, in memory; reading them is not counted. pytrec_eval computes ndcg_cut.10, map_cut.1000, recall.100
and recip_rank; ours (MetricsSpeed.java) nDCG, MAP, recall, precision, MRR and hit rate at 10, 100 and 1000, and those of whole rankings. A
round is one process each, the order alternates. "first" is the first call of a new JVM, in which most code is still interpreted, and
counts the compiler's threads; "warm" the best of 30 calls. Means must agree to 1e-9. Processor seconds of the best round; quote the ratios.
The peer's package (peers/requirements-metrics.txt) goes into bench/.venv-metrics, unless --python names an interpreter that has it.
"""
import argparse
import json
import os
import random
import subprocess
import sys
import tempfile

import sitting
from sitting import ROOT

MEASURES = {"ndcg_cut.10": "ndcg_cut_10", "map_cut.1000": "map_cut_1000", "recall.100": "recall_100", "recip_rank": "recip_rank"}
REPEATS = 30
BAR = 2.0


def write(folder, queries, depth, decimals):
    """As in the field: five relevant documents among those returned for each query, made-up scores."""
    chance = random.Random(1)
    documents = ["doc%d" % i for i in range(50 * depth)]
    qrels, run = os.path.join(folder, "qrels"), os.path.join(folder, "run")
    with open(qrels, "w") as q, open(run, "w") as r:
        for i in range(queries):
            returned = chance.sample(documents, depth)
            for document in returned:
                r.write("q%d %s %r\n" % (i, document, round(chance.random(), decimals)))
            for document in chance.sample(returned, min(5, depth)):
                q.write("q%d %s 1\n" % (i, document))
    return qrels, run


def peer(qrels_file, run_file):
    """Runs in the peer's interpreter: pytrec_eval on what was written."""
    import time
    import pytrec_eval
    qrels, run = {}, {}
    for line in open(qrels_file):
        query, document, grade = line.split()
        qrels.setdefault(query, {})[document] = int(grade)
    for line in open(run_file):
        query, document, score = line.split()
        run.setdefault(query, {})[document] = float(score)
    wall = cpu = 1e9
    for _ in range(5):
        start, used = time.perf_counter(), time.process_time()
        scores = pytrec_eval.RelevanceEvaluator(qrels, set(MEASURES)).evaluate(run)
        wall, cpu = min(wall, time.perf_counter() - start), min(cpu, time.process_time() - used)
    report = {"best_s": round(wall, 4), "best_cpu_s": round(cpu, 4)}
    report.update({name: sum(q[name] for q in scores.values()) / len(scores) for name in MEASURES.values()})
    print(json.dumps(report))


def classpath():
    sitting.maven("-B", "-ntp", "-pl", "embed", "-am", "compile")
    return ":".join(os.path.join(ROOT, module, "target/classes") for module in ("embed", "core"))


def run(command):
    return json.loads(subprocess.check_output(command, text=True).strip().splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument("--depth", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--decimals", type=int, default=17, help="of the scores: few make ties")
    parser.add_argument("--python", help="interpreter that has the peer's package")
    parser.add_argument("--json")
    parser.add_argument("--peer", nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.peer:
        return peer(*args.peer)
    python, classes = args.python or sitting.peer_python("metrics"), classpath()
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as folder:
        files = write(folder, args.queries, args.depth, args.decimals)
        calls = [(ours, ["java", "-Xmx2g", "-cp", classes, os.path.join(ROOT, "bench/MetricsSpeed.java"), *files, str(REPEATS)]),
                 (theirs, [python, os.path.abspath(__file__), "--peer", *files])]
        for i in range(args.rounds):
            for reports, command in calls if i % 2 == 0 else reversed(calls):
                reports.append(run(command))
                print("  %s %s" % ("ours" if reports is ours else "pytrec_eval", json.dumps(reports[-1])), file=sys.stderr, flush=True)
    for name in MEASURES.values():
        if abs(ours[0][name] - theirs[0][name]) > 1e-9:
            sys.exit("%s: ours %r, pytrec_eval %r" % (name, ours[0][name], theirs[0][name]))
    best = {key: min(r[key] for r in ours) for key in ("first_s", "first_cpu_s", "best_s", "best_cpu_s")}
    other = {key: min(r[key] for r in theirs) for key in ("best_s", "best_cpu_s")}
    print("%d queries x %d documents, means equal" % (args.queries, args.depth))
    print("%-14s %8s %8s" % ("", "cpu s", "wall s"))
    print("%-14s %8.3f %8.3f" % ("pytrec_eval", other["best_cpu_s"], other["best_s"]))
    print("%-14s %8.3f %8.3f" % ("ours, first", best["first_cpu_s"], best["first_s"]))
    print("%-14s %8.3f %8.3f" % ("ours, warm", best["best_cpu_s"], best["best_s"]))
    for what, key, bar in (("first call", "first_cpu_s", None), ("warm", "best_cpu_s", BAR)):
        ratio = other["best_cpu_s"] / best[key]
        verdict = "" if bar is None else "   bar %.1f   %s" % (bar, "pass" if ratio >= bar else "FAIL")
        print("pytrec_eval / ours, %-12s %6.2f%s" % (what, ratio, verdict))
    if args.json:
        with open(args.json, "w") as f:
            json.dump({"ours": ours, "pytrec_eval": theirs}, f, indent=1)


if __name__ == "__main__":
    main()
