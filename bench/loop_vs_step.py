#!/usr/bin/env python3
"""Times the whole pretrain job on one worker beside its steps alone, in one sitting, and prints ratios.

    bench/loop_vs_step.py [--rounds 3] [--steps 150] [--shape 4x256/16x128] [--json FILE]

A shape is layers x hidden / rows x length. The corpus is made from the shipped samples by etl (or --corpus DIR).

loop   submit/retromae pretrain with an embedded Spark: reading shards, masking, prefetching, gradients, update, a logged line for
       each step. Its rate is that of metrics.jsonl, on the wall clock from one line to the next. No checkpoint but the last one.
step   BareStep.java: the very same micro-batches, built before the clock starts, through gradients and update in a plain JVM.
full   StepSpeed.java with the same model: made-up rows, all of them full. Tells whether padding costs anything.

Rounds are interleaved, every other one backwards; the first --skip steps of each process are left out; the best round of each side
counts. Tokens are those of the rows, without padding. Both sides have --threads threads of libtorch; the loop's other threads (batches,
Spark, logging) share the cores with them. A step of the loop that waited for data would show in data_wait_ms.
The jar is built first (MAVEN_OPTIONS is passed on), unless --no-build.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
JAVA = ["env", "GLIBC_TUNABLES=glibc.malloc.tcache_count=0", "java", "-Xmx2g", "-XX:+UseParallelGC", "-Dlog4j2.configurationFile=" + os.path.join(ROOT, "conf/log4j2.properties")]
LOOP_BAR = 0.97  # of the bare step's tokens/s, at least
WAIT_BAR = 0.01  # of the step's time, at most
VOCABULARY = 8192  # of examples/vocab.txt


def output_of(command):
    """Runs a program in the source tree; what it said, or the end of everything with that."""
    process = subprocess.run(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    if process.returncode != 0:
        sys.exit("%s\n%s failed with %d" % (process.stdout, os.path.basename(command[0]), process.returncode))
    return process.stdout


def classpath():
    """The launcher's: its jar and the embedded Spark."""
    target = os.path.join(ROOT, "submit/target")
    jar = [name for name in os.listdir(target) if name.startswith("retromae-spark_") and name.endswith(".jar")][0]
    with open(os.path.join(target, "spark.classpath")) as f:
        libraries = f.read().strip().split(":")
    return ":".join(os.path.join(target, name) for name in [jar] + libraries)


def settings(args, corpus, output):
    """YAML of one run."""
    sizes = "{hidden_size: %d, num_hidden_layers: %d, num_attention_heads: %d, max_position_embeddings: 512}" % (
        args.hidden, args.layers, max(1, args.hidden // 64))
    return "\n".join([
        "corpus: " + corpus,
        "output: " + output,
        "init: {config: %s}" % sizes,
        "data: {max_seq_length: %d, logical_shards: 1, per_device_train_batch_size: %d}" % (args.length, args.rows),
        "schedule: {max_steps: %d}" % args.steps,
        "checkpoint: {save_steps: 1000000, save_minutes: null}",
        "logging: {logging_steps: %d}" % args.logging_steps,
        "cluster: {workers: 1, threads_per_worker: %d}" % args.threads]) + "\n"


def loop(args, corpus, work, name):
    """One run of the job; a row for each logged step."""
    output = os.path.join(work, name)
    config = output + ".yaml"
    with open(config, "w") as f:
        f.write(settings(args, corpus, output))
    output_of([os.path.join(ROOT, "submit/retromae"), "pretrain", "-c", config, "--master", "local[%d]" % args.threads])
    with open(os.path.join(output, "metrics.jsonl")) as f:
        rows = [json.loads(line) for line in f]
    return [row for row in rows if "event" not in row]


def step(args, corpus, work, name):
    """The bare steps of the same run; a row for each."""
    config = os.path.join(work, name + ".yaml")
    with open(config, "w") as f:
        f.write(settings(args, corpus, os.path.join(work, name)))
    command = JAVA + ["-cp", args.classpath, os.path.join(ROOT, "bench/BareStep.java"), config]
    return [json.loads(line) for line in output_of(command).splitlines() if line.startswith("{")]


def full(args):
    """Rows without padding through the same model; its report."""
    numbers = [args.layers, args.hidden, VOCABULARY, args.length, args.rows, args.steps, args.threads]
    command = JAVA + ["-cp", args.classpath, os.path.join(ROOT, "bench/StepSpeed.java"), *map(str, numbers)]
    return json.loads(output_of(command).strip().splitlines()[-1])


def loop_rate(logged, bare, skip):
    """Tokens/s of the loop after the first steps. A line's rate covers the steps since the line before."""
    tokens = {row["step"]: row["tokens"] for row in bare}
    total, seconds, before = 0, 0.0, 0
    for row in logged:
        window = sum(tokens[s] for s in range(before + 1, row["step"] + 1))
        if before >= skip:
            total += window
            seconds += window / row["tokens_per_s"]
        before = row["step"]
    return total / seconds


def bare_rate(bare, skip):
    late = [row for row in bare if row["step"] > skip]
    return sum(row["tokens"] for row in late) / sum(row["seconds"] for row in late)


def check_same_batches(logged, bare):
    tokens = {row["step"]: row["tokens"] for row in bare}
    for row in logged:
        if row["tokens"] != tokens[row["step"]]:
            sys.exit("step %d: the loop read %d tokens, the bare step %d" % (row["step"], row["tokens"], tokens[row["step"]]))


def one_round(args, corpus, work, index):
    runs = [("loop", lambda: loop(args, corpus, work, "loop%d" % index)), ("step", lambda: step(args, corpus, work, "step%d" % index)),
            ("full", lambda: full(args))]
    results = {what: run() for what, run in (runs if index % 2 == 0 else reversed(runs))}
    logged, bare = results["loop"], results["step"]
    check_same_batches(logged, bare)
    late = [row for row in logged if row["step"] > args.skip]
    whole_ms = sum(row["data_wait_ms"] + row["compute_ms"] for row in late)
    report = {
        "loop_tokens_per_s": loop_rate(logged, bare, args.skip),
        "step_tokens_per_s": bare_rate(bare, args.skip),
        "full_tokens_per_s": args.rows * args.length / results["full"]["median_s"],
        "step_s": statistics.median(row["seconds"] for row in bare[args.skip:]),
        "wait_share": sum(row["data_wait_ms"] for row in late) / whole_ms,
        "worst_wait_ms": max(row["data_wait_ms"] for row in late),
        "fill": sum(row["tokens"] for row in bare) / sum(row["cells"] for row in bare)}
    print("  round %d  %s" % (index + 1, json.dumps(report)), file=sys.stderr, flush=True)
    return {**report, "loop": logged, "step": bare}


def show(rounds):
    best = {key: max(r[key] for r in rounds) for key in ("loop_tokens_per_s", "step_tokens_per_s", "full_tokens_per_s")}
    loop_ratio = best["loop_tokens_per_s"] / best["step_tokens_per_s"]
    wait = max(r["wait_share"] for r in rounds)
    mark = {True: "pass", False: "FAIL"}
    print("bare step %.3f s (median), %d %% of the cells hold a token" % (min(r["step_s"] for r in rounds), round(100 * rounds[0]["fill"])))
    print("%-34s %10.0f" % ("step, tokens/s", best["step_tokens_per_s"]))
    print("%-34s %10.0f" % ("loop, tokens/s", best["loop_tokens_per_s"]))
    print("%-34s %10.3f   bar %.2f   %s" % ("loop / step", loop_ratio, LOOP_BAR, mark[loop_ratio >= LOOP_BAR]))
    print("%-34s %10.4f   bar %.2f   %s" % ("data wait / step time, worst round", wait, WAIT_BAR, mark[wait <= WAIT_BAR]))
    print("%-34s %10.0f" % ("full rows, tokens/s", best["full_tokens_per_s"]))
    print("%-34s %10.3f" % ("rows with padding / full rows", best["step_tokens_per_s"] / best["full_tokens_per_s"]))
    return {"loop_over_step": loop_ratio, "wait_share": wait, **best}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shape", default="4x256/16x128")
    parser.add_argument("--corpus", help="folder of an etl output with examples/vocab.txt, instead of the samples'")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=150)
    parser.add_argument("--skip", type=int, default=70, help="first steps of a process that do not count")
    parser.add_argument("--logging-steps", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--no-build", action="store_true")
    parser.add_argument("--json")
    args = parser.parse_args()
    model, cells = args.shape.split("/")
    args.layers, args.hidden = map(int, model.split("x"))
    args.rows, args.length = map(int, cells.split("x"))
    if not args.no_build:
        output_of([os.path.join(ROOT, "mvnw"), "-q", *os.environ.get("MAVEN_OPTIONS", "").split(), "-DskipTests", "package"])
    args.classpath = classpath()
    os.environ["OMP_NUM_THREADS"] = str(args.threads)
    with tempfile.TemporaryDirectory() as work:
        corpus = args.corpus
        if not corpus:
            corpus = os.path.join(work, "corpus")
            output_of([os.path.join(ROOT, "submit/retromae"), "etl", "-c", "conf/quickstart-etl.yaml", "--output", corpus])
        rounds = [one_round(args, os.path.abspath(corpus), work, i) for i in range(args.rounds)]
    summary = show(rounds)
    if args.json:
        with open(args.json, "w") as f:
            json.dump({"shape": args.shape, "summary": summary, "rounds": rounds}, f, indent=1)


if __name__ == "__main__":
    main()
