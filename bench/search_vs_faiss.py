#!/usr/bin/env python3
"""Times exact search of this project beside faiss' IndexFlatIP in one sitting, and prints ratios.

    bench/search_vs_faiss.py [--documents 100000] [--queries 2000] [--width 256] [--k 210] [--threads 2] [--rounds 3] [--python PYTHON] [--memory]

Made-up vectors of length one. Each contender runs in a process of its own in each round, vectors in memory before the clock starts; the best
time of all rounds counts, wall clock and processor. Every query's documents must be the same set. With --memory: peak memory of ours with
documents streamed from the file, for one and four times the documents and the queries. The peer's packages (faiss-cpu, numpy) go into
bench/.venv-faiss on first use, unless --python names an interpreter that has them. MAVEN_OPTIONS is passed to the build. Quote the ratios.
"""
import argparse
import json
import os
import platform
import subprocess
import tempfile

import sitting
from sitting import ROOT

BAR = 1.3
REPEATS = 10  # of a process; Java has compiled what it runs after four or so

MAKE = """
import sys, numpy as np
folder, width, *counts = sys.argv[1:]
r = np.random.RandomState(1)
for name, count in zip(("documents", "queries", "documents4", "queries4"), map(int, counts)):
    x = r.standard_normal((count, int(width))).astype("float32")
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    np.save(f"{folder}/{name}.npy", x)
    open(f"{folder}/{name}.ids.txt", "w").write("\\n".join(map(str, range(count))))
"""

FAISS = """
import json, resource, sys, time, faiss, numpy as np
documents, queries, k, threads, rounds, out = sys.argv[1:]
faiss.omp_set_num_threads(int(threads))
d, q = np.load(documents), np.load(queries)
index = faiss.IndexFlatIP(d.shape[1])
index.add(d)
best = cpu = 1e9
for _ in range(int(rounds)):
    t, used = time.perf_counter(), time.process_time()
    _, found = index.search(q, int(k))
    best, cpu = min(best, time.perf_counter() - t), min(cpu, time.process_time() - used)
found.astype("<i4").tofile(out)
print(json.dumps({"seconds": best, "cpu_seconds": cpu, "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))
"""

SAME = """
import sys, numpy as np
ours, theirs = (np.sort(np.fromfile(file, "<i4").reshape(-1, int(sys.argv[3])), 1) for file in sys.argv[1:3])
print(int((ours == theirs).all(1).sum()))
"""


def last_line(command, threads):
    environment = dict(os.environ, OMP_NUM_THREADS=str(threads), OMP_WAIT_POLICY="passive", **sitting.OURS)
    return json.loads(subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout.splitlines()[-1])


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in dict(documents=100000, queries=2000, width=256, k=210, threads=2, rounds=3).items():
        a.add_argument("--" + name, type=int, default=value)
    a.add_argument("--python", default="")
    a.add_argument("--memory", action="store_true")
    a = a.parse_args()
    python = a.python or sitting.peer_python("faiss")
    classpath = sitting.class_path("embed", "test")
    with tempfile.TemporaryDirectory() as folder:
        counts = [a.documents, a.queries] + ([4 * a.documents, 4 * a.queries] if a.memory else [])
        subprocess.check_call([python, "-c", MAKE, folder, str(a.width), *map(str, counts)])
        file = lambda name: os.path.join(folder, name)

        def ours(documents, queries, repeats, source, heap):
            return last_line(["java", heap, "-XX:+UseParallelGC", "-cp", classpath, os.path.join(ROOT, "bench/SearchSpeed.java"), file(documents + ".npy"),
                              file(queries + ".npy"), str(a.k), str(a.threads), str(repeats), source, file("ours")], a.threads)

        best = {}
        for _ in range(a.rounds):
            for name, run in (
                    ("ours", lambda: ours("documents", "queries", REPEATS, "memory", "-Xmx2g")),
                    ("faiss", lambda: last_line([python, "-c", FAISS, file("documents.npy"), file("queries.npy"), str(a.k), str(a.threads), str(REPEATS), file("faiss")], a.threads))):
                found = run()
                print(name, json.dumps(found), flush=True)
                best[name] = {key: min(value, best.get(name, found)[key]) for key, value in found.items()}
        same = int(subprocess.check_output([python, "-c", SAME, file("ours"), file("faiss"), str(a.k)]))
        result = {"machine": f"{platform.processor() or platform.machine()}, {a.threads} threads", "best": best, "queries_with_equal_sets": same, "queries": a.queries,
                  "ours/faiss seconds": round(best["ours"]["seconds"] / best["faiss"]["seconds"], 2),
                  "ours/faiss cpu": round(best["ours"]["cpu_seconds"] / best["faiss"]["cpu_seconds"], 2), "bar": BAR}
        if a.memory:
            result["peak_rss_mb streamed"] = {f"{d}, {q}": ours(d, q, 1, "streamed", "-Xmx512m")["peak_rss_mb"] for d in ("documents", "documents4") for q in ("queries", "queries4")}
        print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
