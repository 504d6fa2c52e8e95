#!/usr/bin/env python3
"""One gloo rank that sums vectors on request; see bench/allreduce_vs_gloo.py. Arguments: rank, world size, rendezvous file."""
import sys
import time
from datetime import timedelta

import torch
import torch.distributed as dist


def main():
    rank, world, meeting = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method="file://" + meeting, rank=rank, world_size=world, timeout=timedelta(seconds=120))
    values = torch.zeros(0)
    for line in sys.stdin:
        size, operations = int(line.split()[0]) // 4, int(line.split()[1])
        message = torch.zeros(64, dtype=torch.uint8)
        everything = [torch.zeros_like(message) for _ in range(world)]
        if values.numel() != size:
            values = torch.zeros(size)
        dist.barrier()
        cpu, start = time.process_time(), time.perf_counter()
        for _ in range(operations):
            if size:
                dist.all_reduce(values)
            else:
                dist.all_gather(everything, message)
        wall_ms = (time.perf_counter() - start) * 1e3 / operations
        cpu_ms = (time.process_time() - cpu) * 1e3 / operations
        print("%.4f %.4f" % (wall_ms, cpu_ms), flush=True)


if __name__ == "__main__":
    main()
