#!/usr/bin/env python3
"""Times one training process on one core beside two on two cores with the same global batch, and prints the efficiency.

    bench/two_processes.py [--rounds 3] [--steps 60] [--accumulation 1 4] [--shape 4x256/16x128] [--json FILE]
    bench/two_processes.py --job finetune [--rounds 3] [--steps 20] [--skip 4] [--shape 4x256/128x128]

A shape is layers x hidden / rows x length of a micro-batch. Two logical shards: one process computes both, two compute one each and
sum over TCP on the loopback address. Each process has one thread of libtorch and is pinned to one core with all its other threads.
The corpus is made from the shipped samples by etl (or --corpus DIR). No Spark: bench/RankSpeed.java runs the job's own loop. --job finetune
takes made-up pairs, whose queries are half as long, and scores each query with the passages of both shards: rows x 2 queries a step.

one    one process, core 0
two    two processes, cores 0 and 1
apart  two processes that do not know of each other, cores 0 and 1, each with the work of one: what the machine would let two processes
       reach without any communication (memory and caches are shared)

efficiency = time of one / (2 x time of two), medians of the steps after the first --skip; rounds are interleaved, the best round of
each side counts. Losses of one and two must be equal to the last digit.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
JAVA = ["java", "-Xmx1g", "-XX:+UseSerialGC", "-Dlog4j2.configurationFile=" + os.path.join(ROOT, "conf/log4j2.properties")]
BARS = {1: 0.90, 4: 0.95}
FINETUNE_BAR = 0.92


def checked(command):
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)


def classpath():
    """The launcher's: its jar and the embedded Spark."""
    target = os.path.join(ROOT, "submit/target")
    jar = [name for name in os.listdir(target) if name.startswith("retromae-spark_") and name.endswith(".jar")][0]
    with open(os.path.join(target, "spark.classpath")) as f:
        libraries = f.read().strip().split(":")
    return ":".join(os.path.join(target, name) for name in [jar] + libraries)


def settings(args, corpus, accumulation, shards):
    sizes = "{hidden_size: %d, num_hidden_layers: %d, num_attention_heads: %d, max_position_embeddings: 512}" % (
        args.hidden, args.layers, max(1, args.hidden // 64))
    return "\n".join([
        "corpus: " + corpus,
        "output: none",
        "init: {config: %s}" % sizes,
        "data: {max_seq_length: %d, logical_shards: %d, per_device_train_batch_size: %d, gradient_accumulation_steps: %d}" % (
            args.length, shards, args.rows, accumulation),
        "schedule: {max_steps: %d}" % args.steps,
        "cluster: {workers: 1, threads_per_worker: 1, zero_stage: %d}" % args.zero_stage]) + "\n"


def start(args, config, rank, world, core):
    command = ["taskset", "-c", str(core)] + JAVA + ["-cp", args.classpath, os.path.join(ROOT, "bench/RankSpeed.java"), config, str(rank),
                                                     str(world), args.job]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def steps_of(process):
    rows = [json.loads(line) for line in process.stdout if line.startswith("{")]
    if process.wait() != 0:
        sys.exit("a training process failed with %d" % process.returncode)
    return rows


def run(args, config, world, cores, known=True):
    """Trains; rows of the first process."""
    ranks = [start(args, config, rank if known else 0, world if known else 1, core) for rank, core in enumerate(cores)]
    if known and world > 1:
        ports = [process.stdout.readline().split()[1] for process in ranks]
        for process in ranks:
            process.stdin.write(" ".join(ports) + "\n")
            process.stdin.flush()
    # The others' output fits into their pipes until they are read: a line a step.
    return [steps_of(process) for process in ranks][0]


def measure(args, corpus, work, accumulation):
    paths = {}
    for shards in (1, 2):
        paths[shards] = os.path.join(work, "k%d-%d.yaml" % (accumulation, shards))
        with open(paths[shards], "w") as f:
            f.write(settings(args, corpus, accumulation, shards))
    kinds = {"one": lambda: run(args, paths[2], 1, [0]),
             "two": lambda: run(args, paths[2], 2, [0, 1]),
             "apart": lambda: run(args, paths[1], 2, [0, 1], known=False)}
    best = {}
    for number in range(args.rounds):
        rows = {}
        for kind in (list(kinds) if number % 2 == 0 else list(reversed(kinds))):
            rows[kind] = kinds[kind]()
            median = statistics.median(row["seconds"] for row in rows[kind][args.skip:])
            best[kind] = min(best.get(kind, median), median)
            times = [rank for row in rows[kind][args.skip:] for rank in row["ranks"]]
            shares = ", ".join("%s %.0f" % (key, statistics.mean(rank[key] for rank in times)) for key in times[0])
            print("  k=%d round %d  %-5s %.4f s a step (means: %s)" % (accumulation, number + 1, kind, median, shares), file=sys.stderr, flush=True)
        if [row["loss"] for row in rows["one"]] != [row["loss"] for row in rows["two"]]:
            sys.exit("losses of one and of two processes differ")
    return best


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--job", choices=["pretrain", "finetune"], default="pretrain")
    parser.add_argument("--shape", help="4x256/16x128; of fine-tuning 4x256/128x128")
    parser.add_argument("--corpus", help="folder of an etl output, instead of the samples'")
    parser.add_argument("--accumulation", type=int, nargs="+", default=[1, 4])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--skip", type=int, default=10, help="first steps of a process that do not count")
    parser.add_argument("--zero-stage", type=int, default=0)
    parser.add_argument("--no-build", action="store_true")
    parser.add_argument("--json")
    args = parser.parse_args()
    finetune = args.job == "finetune"
    args.accumulation = [1] if finetune else args.accumulation
    args.shape = args.shape or ("4x256/128x128" if finetune else "4x256/16x128")
    model, cells = args.shape.split("/")
    args.layers, args.hidden = map(int, model.split("x"))
    args.rows, args.length = map(int, cells.split("x"))
    if not args.no_build:
        checked([os.path.join(ROOT, "mvnw"), "-q", *os.environ.get("MAVEN_OPTIONS", "").split(), "-DskipTests", "package"])
    args.classpath = classpath()
    os.environ["OMP_NUM_THREADS"] = "1"
    report = {}
    with tempfile.TemporaryDirectory() as work:
        corpus = args.corpus
        if finetune:
            corpus = work # there is none
        elif not corpus:
            corpus = os.path.join(work, "corpus")
            checked([os.path.join(ROOT, "submit/retromae"), "etl", "-c", "conf/quickstart-etl.yaml", "--output", corpus])
        for accumulation in args.accumulation:
            best = measure(args, os.path.abspath(corpus), work, accumulation)
            efficiency = best["one"] / (2 * best["two"])
            report[accumulation] = {**best, "efficiency": efficiency, "ceiling": best["one"] / (2 * best["apart"])}
            bar = FINETUNE_BAR if finetune else BARS.get(accumulation)
            verdict = "" if bar is None else "   bar %.2f   %s" % (bar, "pass" if efficiency >= bar else "FAIL")
            print("k=%d  one %.4f s, two %.4f s, apart %.4f s   efficiency %.3f, without communication %.3f%s" % (
                accumulation, best["one"], best["two"], best["apart"], efficiency, report[accumulation]["ceiling"], verdict), flush=True)
    if args.json:
        with open(args.json, "w") as f:
            json.dump({"shape": args.shape, "settings": vars(args), "results": report}, f, indent=1)


if __name__ == "__main__":
    main()
