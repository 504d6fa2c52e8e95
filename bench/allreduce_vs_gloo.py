#!/usr/bin/env python3
"""Times the TCP collective beside PyTorch's gloo on the loopback address, in one sitting, and prints ratios.

    bench/allreduce_vs_gloo.py [--ranks 2,4] [--sizes 0,1,16,100] [--wires FLOAT32,BFLOAT16] [--streams 1] [--encrypted] [--rounds 8]

A size is MB (10^6 bytes) of float32; 0 is the exchange of messages of 64 bytes. All ranks of all contenders are processes that live as
long as the sitting and wait on their standard input between their turns; contenders take turns in each round, every other round goes
backwards. A round's time is that of the slowest rank, a mean over the operations of the round; its CPU time is the process's, a mean over
the ranks. The best round of each counts. Gloo always sends float32. Quote the ratios, not the figures.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

import sitting
from sitting import ROOT

CPU_BAR = 1.15  # ours / gloo, at most; two ranks, float32
BUDGET_BYTES = 400_000_000  # of a round
WARM_UP = 4  # rounds that do not count: the JIT compilers' threads compete for the cores


def wall_bar(ranks, wire, size):
    """How many times as fast as gloo ours must be."""
    if size == 0:
        return 0.0
    return 0.6 if size == 1 else 0.9 if ranks == 2 and wire == "FLOAT32" else 0.8


class Contender:
    """The processes of one contender."""

    def __init__(self, name, commands, ports=False):
        environment = dict(os.environ, OMP_NUM_THREADS="1", GLOO_SOCKET_IFNAME="lo")
        self.name = name
        self.processes = [subprocess.Popen(c, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) for c in commands]
        if ports:
            self.say(" ".join(self.hear()))

    def say(self, line):
        for process in self.processes:
            process.stdin.write(line + "\n")
            process.stdin.flush()

    def hear(self):
        lines = [process.stdout.readline().strip() for process in self.processes]
        if not all(lines):
            sys.exit("%s: a rank has died" % self.name)
        return lines

    def round(self, size, operations):
        """Milliseconds of an operation: on the wall, of a process's CPU."""
        self.say("%d %d" % (size * 1_000_000, operations))
        times = [tuple(map(float, line.split())) for line in self.hear()]
        return max(t[0] for t in times), sum(t[1] for t in times) / len(times)

    def close(self):
        for process in self.processes:
            process.stdin.close()
        for process in self.processes:
            process.wait()


def ours(wire, ranks, args):
    java = ["java", "-Xmx256m", "-XX:+UseSerialGC", "-cp", args.classpath, os.path.join(ROOT, "bench/AllReduceSpeed.java")]
    name = "%s %d%s" % (wire, args.streams, " encrypted" if args.encrypted else "")
    return Contender(name, [java + [str(r), str(args.streams), wire, str(args.encrypted)] for r in range(ranks)], ports=True)


def gloo(ranks, args, folder):
    peer = [args.python, os.path.join(ROOT, "bench/peers/allreduce_gloo.py")]
    return Contender("gloo", [peer + [str(r), str(ranks), os.path.join(folder, "gloo%d" % ranks)] for r in range(ranks)])


def operations(size):
    return 300 if size == 0 else max(2, min(100, BUDGET_BYTES // (size * 1_000_000)))


def compare(contenders, size, args):
    """{name: (best wall ms, best CPU ms)}; the first rounds warm up."""
    rounds = {contender.name: [] for contender in contenders}
    for i in range(args.rounds + WARM_UP):
        for contender in contenders if i % 2 == 0 else reversed(contenders):
            times = contender.round(size, operations(size))
            if i >= WARM_UP:
                rounds[contender.name].append(times)
    return {name: tuple(min(t[k] for t in times) for k in (0, 1)) for name, times in rounds.items()}


def show(ranks, size, best):
    wall, cpu = best["gloo"]
    what = "messages" if size == 0 else "%d MB" % size
    rows = []
    print("\n%d ranks, %-10s %14s %9s %12s %9s" % (ranks, what, "wall ms", "CPU ms", "x as fast", "CPU / gloo"))
    for name, (ours_wall, ours_cpu) in best.items():
        faster, dearer = wall / ours_wall, ours_cpu / cpu
        wire = name.split()[0]
        bar = wall_bar(ranks, wire, size)
        fine = faster >= bar and (ranks != 2 or wire != "FLOAT32" or size < 16 or dearer <= CPU_BAR)
        verdict = "" if name == "gloo" or size == 0 else "bar %.2f %s" % (bar, "pass" if fine else "FAIL")
        print("  %-22s %14.3f %9.3f %12.2f %9.2f   %s" % (name, ours_wall, ours_cpu, faster, dearer, verdict), flush=True)
        rows.append({"ranks": ranks, "MB": size, "contender": name, "wall_ms": ours_wall, "cpu_ms": ours_cpu, "speed": faster, "cpu": dearer})
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ranks", default="2,4", help="separated by commas")
    parser.add_argument("--sizes", default="0,1,16,100", help="MB, separated by commas")
    parser.add_argument("--wires", default="FLOAT32,BFLOAT16")
    parser.add_argument("--streams", type=int, default=1)
    parser.add_argument("--encrypted", action="store_true")
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--python", help="interpreter that has the peer's packages")
    parser.add_argument("--classpath", help="of the pretrain module and all it needs, if it is built already")
    parser.add_argument("--json")
    args = parser.parse_args()
    args.python = args.python or sitting.peer_python("torch")
    args.classpath = args.classpath or sitting.class_path("pretrain")
    results = []
    for ranks in map(int, args.ranks.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            contenders = [ours(wire, ranks, args) for wire in args.wires.split(",")] + [gloo(ranks, args, folder)]
            for size in map(int, args.sizes.split(",")):
                results += show(ranks, size, compare(contenders, size, args))
            for contender in contenders:
                contender.close()
    if args.json:
        with open(args.json, "w") as f:
            json.dump({"cpus": os.cpu_count(), "streams": args.streams, "encrypted": args.encrypted, "results": results}, f, indent=1)


if __name__ == "__main__":
    main()
