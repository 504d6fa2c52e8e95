#!/usr/bin/env python3
"""Times one optimizer step of this project beside PyTorch, in one sitting, and prints ratios.

    bench/step_vs_torch.py [--shapes 4x256/30522/16x128,...] [--rounds 3] [--steps 30,...] [--json FILE]

A shape is layers x hidden / vocabulary / rows x length. Step means forward, backward, clipping and AdamW in float32 on made-up
rows without padding; both sides draw theirs from the same distribution (StepSpeed.java, peers/train_step_torch.py).

contenders
  ours       bench/StepSpeed.java
  reference  what the published training code does, in PyTorch
  tuned      what one would write today (only if named in --modes)
  compiled   tuned + torch.compile
The peer's packages (peers/requirements-torch.txt, several GB) go into bench/.venv-torch on first use, unless --python names
an interpreter that has them; torch.compile needs a C++ compiler. MAVEN_OPTIONS is passed to the build.

Each contender runs in a process of its own in each round, as peak memory is a process's; every other round goes backwards. The
first 3 steps of a process are left out, compilation with them. The best time and the worst memory of all rounds count. torch.compile
compiles in the first round and finds its code in a cache afterwards, and holds less memory then; "least" is the peer's best round.
Peaks include what JVM and PyTorch take before the first step. Quote the ratios, not the figures.
"""
import argparse
import json
import os
import platform
import statistics
import sys
import tempfile

import sitting
from sitting import ROOT, verdict

SHAPES = "4x256/30522/16x128,6x384/21128/8x256,12x768/30522/4x512"
STEPS = "30,12,6"
SMALL = "4x256/30522/16x128"
MEMORY = {"bar": 0.9, "aim": 0.7}  # ours / compiled, at most


def bars(shape):
    """How many times as fast as a contender ours must be, and wants to be."""
    compiled, reference = (1.15, 1.7) if shape["name"] == SMALL else (1.0, 1.4)
    return {"compiled": {"bar": compiled, "aim": 1.3}, "reference": {"bar": reference, "aim": 2.0}}


def parse(name):
    model, vocab, cells = name.split("/")
    layers, hidden = map(int, model.split("x"))
    rows, length = map(int, cells.split("x"))
    return {"name": name, "layers": layers, "hidden": hidden, "vocab": int(vocab), "rows": rows, "length": length}


def command(mode, shape, steps, args):
    if mode == "ours":
        numbers = [shape[key] for key in ("layers", "hidden", "vocab", "length", "rows")] + [steps, args.threads]
        return ["java", "-Xmx2g", "-XX:+UseParallelGC", "-cp", args.classpath, os.path.join(ROOT, "bench/StepSpeed.java"), *map(str, numbers)]
    sizes = [part for key in ("layers", "hidden", "vocab", "length", "rows") for part in ("--" + key, str(shape[key]))]
    return [args.python, os.path.join(ROOT, "bench/peers/train_step_torch.py"), "--mode", mode, *sizes, "--steps", str(steps)]


def run(mode, shape, steps, args, cache):
    """One process of a contender; its report."""
    environment = {"OMP_NUM_THREADS": str(args.threads), "TORCHINDUCTOR_CACHE_DIR": cache}
    if mode == "ours":
        environment.update(sitting.OURS)
    report = sitting.report(mode, shape["name"], command(mode, shape, steps, args), environment)
    if report["threads"] != args.threads:
        sys.exit("%s ran with %d threads instead of %d" % (mode, report["threads"], args.threads))
    print("  %-9s %s" % (mode, json.dumps(report)), file=sys.stderr, flush=True)
    return report


def summary(rounds, tokens):
    best = min(r["min_s"] for r in rounds)
    return {"min_s": best, "median_s": statistics.median(r["median_s"] for r in rounds), "tokens_per_s": round(tokens / best),
            "peak_MB": max(r["peak_rss_MB"] for r in rounds), "least_peak_MB": min(r["peak_rss_MB"] for r in rounds),
            "first_loss": rounds[0]["first_loss"], "rounds": rounds}


def judge(shape, contenders):
    """Ratios with their bars: (what, ratio, bar, aim, verdict)."""
    ours = contenders["ours"]
    rows = []
    for mode, limits in bars(shape).items():
        if mode in contenders:
            ratio = contenders[mode]["min_s"] / ours["min_s"]
            rows.append(("speed, x " + mode, ratio, limits["bar"], limits["aim"], verdict(ratio, limits)))
    if "compiled" in contenders:
        for what, peak in (("peak memory / compiled", "peak_MB"), ("peak memory / compiled, least", "least_peak_MB")):
            ratio = ours["peak_MB"] / contenders["compiled"][peak]
            rows.append((what, ratio, MEMORY["bar"], MEMORY["aim"], verdict(ratio, MEMORY, True)))
    return rows


def compare(shape, steps, args):
    modes = ["ours"] + args.modes.split(",")
    runs = {mode: [] for mode in modes}
    with tempfile.TemporaryDirectory() as cache:
        for i in range(args.rounds):
            print("%s, round %d of %d" % (shape["name"], i + 1, args.rounds), file=sys.stderr, flush=True)
            for mode in modes if i % 2 == 0 else reversed(modes):
                runs[mode].append(run(mode, shape, steps, args, cache))
    contenders = {mode: summary(r, shape["rows"] * shape["length"]) for mode, r in runs.items()}
    return {"shape": shape, "steps": steps, "contenders": contenders,
            "ratios": [dict(zip(("what", "ratio", "bar", "aim", "verdict"), row)) for row in judge(shape, contenders)]}


def show(result):
    print("\n%-22s %9s %9s %10s %9s %9s %11s" % (result["shape"]["name"], "min s", "median s", "tokens/s", "peak MB", "least MB", "first loss"))
    for mode, c in result["contenders"].items():
        print("%-22s %9.3f %9.3f %10d %9d %9d %11.3f" % ("  " + mode, c["min_s"], c["median_s"], c["tokens_per_s"], c["peak_MB"],
                                                        c["least_peak_MB"], c["first_loss"]))
    for r in result["ratios"]:
        print("  %-30s %6.2f   bar %4.2f   aim %4.2f   %s" % (r["what"], r["ratio"], r["bar"], r["aim"], r["verdict"]), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shapes", default=SHAPES, help="separated by commas")
    parser.add_argument("--steps", default=STEPS, help="of one process, one number for each shape or one for all")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--modes", default="compiled,reference", help="of the peer")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--python", help="interpreter that has the peer's packages")
    parser.add_argument("--json")
    args = parser.parse_args()
    shapes = [parse(name) for name in args.shapes.split(",")]
    steps = [int(n) for n in args.steps.split(",")]
    steps = steps * len(shapes) if len(steps) == 1 else steps
    if len(steps) < len(shapes):
        parser.error("--steps %s: one number for each of %d shapes, or one for all" % (args.steps, len(shapes)))
    args.python = args.python or sitting.peer_python("torch")
    args.classpath = sitting.class_path("pretrain")
    results = []
    for shape, n in zip(shapes, steps):
        results.append(compare(shape, n, args))
        show(results[-1])
    if args.json:
        machine = {"cpus": os.cpu_count(), "platform": platform.platform(), "threads": args.threads, "rounds": args.rounds}
        with open(args.json, "w") as f:
            json.dump({"machine": machine, "results": results}, f, indent=1)


if __name__ == "__main__":
    main()
