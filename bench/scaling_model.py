#!/usr/bin/env python3
"""Says how a step scales to ranks that nobody here has: by formula and by simulation, from measured alpha and beta.

    bench/scaling_model.py [--fit allreduce.json] [--jitter 0.03] [--trials 200] [--json FILE]

alpha is the time of an empty exchange between two ranks, beta the time of a byte that is sent while another one arrives and is added
(seconds). --fit takes them from the --json report of bench/allreduce_vs_gloo.py: T(S) = 2 (alpha + S/2 beta) for an all-reduce of S
bytes between two ranks, least squares over the sizes. Networks other than the measured one are assumptions and named so.

Paper: halving/doubling 2 log2(W) alpha + 2 (W-1)/W S beta; ring 2 (W-1) alpha + 2 (W-1)/W S beta; two levels: reduce-scatter in the
node, halving/doubling of the parts between nodes, all-gather in the node.
Simulation: every rank begins when its own computing ends (normal, standard deviation --jitter of the mean, never below half of it), each exchange
begins when both partners are there, and takes alpha (exponential around its mean, as queues do) + bytes x beta. What the slowest rank
costs, the formula does not see. Efficiency is computing without jitter / mean time of a step.
"""
import argparse
import json
import random
import statistics

PARAMETERS = 110e6  # BERT-base
CPU_STEP, GPU_STEP = 6.85, 0.173  # seconds of a micro-batch: 4 x 512 tokens on two cores (docs/performance.md), 64 x 512 on an A100 at 40 %
# name: (alpha s, beta s/byte, ranks of a node, alpha and beta within it)
NETWORKS = {
    "TCP 10 Gb/s": (50e-6, 1 / 1.1e9, 1, 0, 0),
    "TCP 25 Gb/s": (50e-6, 1 / 2.8e9, 1, 0, 0),
    "NCCL, 8 x NVLink, 100 Gb/s a node": (20e-6, 1 / 11e9, 8, 5e-6, 1 / 150e9),
}
WORLDS = [8, 64, 512]


def fit(path):
    """alpha and beta of two ranks from a report."""
    with open(path) as f:
        points = [(row["MB"] * 1e6, row["wall_ms"] / 1e3) for row in json.load(f)["results"]
                  if row["ranks"] == 2 and row["MB"] > 0 and row["contender"].startswith("FLOAT32")]
    mean_x = statistics.mean(x for x, _ in points)
    mean_y = statistics.mean(y for _, y in points)
    beta = sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)
    # The line's end at 0 bytes is noise of the large sizes: latency is what the smallest size takes beyond its bytes.
    x, y = min(points)
    return max((y - beta * x) / 2, 1e-6), beta


def log2(world):
    return world.bit_length() - 1


def paper(algorithm, world, size, network):
    alpha, beta, local, local_alpha, local_beta = network
    if local > 1 and world >= local:
        nodes = world // local
        inside = 2 * ((local - 1) * local_alpha + (local - 1) / local * size * local_beta)
        # All ranks of a node share its way out: the whole vector passes, part by part.
        outside = 2 * (log2(nodes) * alpha + (nodes - 1) / nodes * size * beta) if nodes > 1 else 0
        return inside + outside
    steps = 2 * log2(world) if algorithm == "halving" else 2 * (world - 1)
    return steps * alpha + 2 * (world - 1) / world * size * beta


def latency(rng, alpha):
    return rng.expovariate(1 / alpha) if alpha > 0 else 0.0


def halving(ready, size, alpha, beta, rng):
    """When each rank is done; ranks are a power of two."""
    now, world = list(ready), len(ready)
    distances = [1 << i for i in range(log2(world))]
    for k, distance in list(enumerate(distances)) + list(reversed(list(enumerate(distances)))):
        part = size / 2 ** (k + 1)
        for rank in range(world):
            other = rank ^ distance
            if rank < other:
                end = max(now[rank], now[other]) + latency(rng, alpha) + part * beta
                now[rank] = now[other] = end
    return now


def ring(ready, size, alpha, beta, rng):
    now, world = list(ready), len(ready)
    for _ in range(2 * (world - 1)):
        now = [max(now[r], now[r - 1]) + latency(rng, alpha) + size / world * beta for r in range(world)]
    return now


def two_levels(ready, size, network, rng):
    alpha, beta, local, local_alpha, local_beta = network
    inside = (local - 1) * local_alpha + (local - 1) / local * size * local_beta
    nodes = [max(ready[i:i + local]) + inside for i in range(0, len(ready), local)]
    if len(nodes) > 1:
        nodes = halving(nodes, size, alpha, beta, rng)
    return [end + inside for end in nodes for _ in range(local)]


def simulate(algorithm, world, size, network, compute, args):
    rng = random.Random(world)
    times = []
    for _ in range(args.trials):
        ready = [max(compute / 2, rng.gauss(compute, args.jitter * compute)) for _ in range(world)]
        if network[2] > 1 and world >= network[2]:
            done = two_levels(ready, size, network, rng)
        else:
            done = (halving if algorithm == "halving" else ring)(ready, size, network[0], network[1], rng)
        times.append(max(done))
    return statistics.mean(times)


def row_of(network, world, compute, args):
    """All-reduce on paper, then efficiencies: paper and simulated in float32, the ring, bfloat16 on the wire."""
    algorithm = "two levels" if network[2] > 1 else "halving"
    size = PARAMETERS * 4
    reduce_s = paper(algorithm, world, size, network)
    row = [reduce_s * 1e3, compute / (compute + reduce_s), compute / simulate(algorithm, world, size, network, compute, args)]
    row.append(None if network[2] > 1 else compute / simulate("ring", world, size, network, compute, args))
    return row + [compute / simulate(algorithm, world, size / 2, network, compute, args)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fit", help="report of bench/allreduce_vs_gloo.py")
    parser.add_argument("--cpu-step", type=float, default=CPU_STEP, help="seconds of BERT-base's micro-batch on a rank of the TCP networks")
    parser.add_argument("--gpu-step", type=float, default=GPU_STEP, help="the same on a GPU (64 x 512 tokens at 40 %% of an A100's peak)")
    parser.add_argument("--jitter", type=float, default=0.03, help="standard deviation of computing, as a part of it")
    parser.add_argument("--trials", type=int, default=50)
    parser.add_argument("--json")
    args = parser.parse_args()
    networks = dict(NETWORKS)
    if args.fit:
        alpha, beta = fit(args.fit)
        networks = {"measured: alpha %.0f us, %.2f GB/s" % (alpha * 1e6, 1e-9 / beta): (alpha, beta, 1, 0, 0), **networks}
    rows = []
    print("| network | ranks | micro-batches | all-reduce, paper | efficiency, paper | simulated | ring, simulated | bf16 wire, simulated |")
    print("|---|---|---|---|---|---|---|---|")
    for name, network in networks.items():
        for accumulation in (1, 4):
            for world in WORLDS:
                compute = (args.gpu_step if network[2] > 1 else args.cpu_step) * accumulation
                row = row_of(network, world, compute, args)
                rows.append([name, world, accumulation] + row)
                cells = ["%.2f" % value if value is not None else "-" for value in row[1:]]
                print("| %s | %d | %d | %.0f ms | %s |" % (name, world, accumulation, row[0], " | ".join(cells)), flush=True)
    if args.json:
        with open(args.json, "w") as f:
            json.dump({"settings": vars(args), "networks": networks, "rows": rows}, f, indent=1)


if __name__ == "__main__":
    main()
