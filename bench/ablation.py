#!/usr/bin/env python3
"""Does RetroMAE pay? The same steps, tokens, seeds and corpus for plain MLM, RetroMAE and DupMAE, then the same fine-tuning, then the same probe.

    bench/ablation.py --out DIR [--language zh|en] [--corpora FOLDER] [--tables 1,2,3] [--start FOLDER] [--dry-run] [--budget-minutes N]

Table 1: a small model from random weights, objective.method mlm, retromae and dupmae; zero-shot and after fine-tuning with 100, 1,000 and all pairs.
Table 2 (with --start, such as bge-small-zh-v1.5 or all-MiniLM-L6-v2): fine-tuning alone against in-domain RetroMAE and then fine-tuning.
Table 3: evaluation loss and probe along the runs of table 1.

zh: the probe is finetune_gain.py's task of medical questions, the pairs are its others. en: the probe is the shipped tasks, the pairs are what `pairs` finds
in the Pile's sample. Both jobs leave out the probe's texts (decontaminate), and where FOLDER is examples/ its documents by id (hold_out).

Every run is a command of submit/retromae, printed before it starts; all is in DIR. The same command goes on where it was cut off; other settings are refused.
--budget-minutes stops between two runs and says what is left. --dry-run says what would run, with minutes expected: of measured runs of the kind where DIR has some.
Writes DIR/ablation.md and DIR/ablation.json. Intervals are of 95 %: over queries by paired bootstrap of the seeds' mean difference; over seeds by Student's t.
"""
import argparse
import glob
import gzip
import json
import os
import random
import shlex
import statistics
import subprocess
import sys
import time

import finetune_gain
from finetune_gain import sets, submit, write_lines
from sitting import ROOT

METHODS = ["mlm", "retromae", "dupmae"]
TASKS = {"zh": [], "en": ["wikipedia", "pubmed", "python"]}  # of examples/tasks; zh has its own
STUDENT = {2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776, 6: 2.571, 7: 2.447, 8: 2.365}  # two-sided 95 % by number of seeds
DRAWS = 2000
METRIC = "ndcg_at_10"


class Unit:
    """One command of the launcher, done when a file is there."""

    def __init__(self, kind, name, done, command, minutes):
        self.kind, self.name, self.done, self.command, self.minutes = kind, name, done, command, minutes

    def is_done(self):
        return os.path.exists(self.done)


def write_json(path, value):
    with open(path + ".part", "w", encoding="utf-8") as f:
        json.dump(value, f, ensure_ascii=False, indent=1)
    os.replace(path + ".part", path)


def read_json(path, otherwise=None):
    if otherwise is not None and not os.path.exists(path):
        return otherwise
    with open(path, encoding="utf-8") as f:
        return json.load(f)


class Ablation:
    def __init__(self, args):
        self.args = args
        self.home = os.path.abspath(args.out)
        self.corpora = os.path.abspath(args.corpora)
        self.seeds = [int(seed) for seed in args.seeds.split(",")]
        self.sizes = args.sizes.split(",")
        self.methods = args.methods.split(",")
        self.tables = set(args.tables.split(",")) - (set() if args.start else {"2"})
        self.tasks = [{"name": name, "path": os.path.join(ROOT, "examples/tasks", name)} for name in TASKS[args.language]]
        if args.language == "zh":
            self.tasks = [{"name": "medical", "path": self.home + "/medical"}]
        self.fast = 2 if args.precision == "bf16" else 1

    # ---- data ----

    def raw(self):
        """Settings that etl and pairs share: what is read, and what of it is never trained on."""
        zh = self.args.language == "zh"
        settings = {"inputs": [{"path": self.corpora + ("/wudao/part-*.json" if zh else "/pile/[0-9]*.jsonl.zst"), "format": "wudao" if zh else "pile"}],
                    "decontaminate": {"sets": [dict(task, parts=["queries", "passages"]) for task in self.tasks]}}
        if not zh and self.corpora == os.path.join(ROOT, "examples"):  # ids are those of the Pile as the first input
            settings["hold_out"] = [os.path.join(ROOT, "examples/tasks/documents.txt")]
        return settings

    def config(self, name, settings):
        path = os.path.join(self.home, "conf", name + ".yaml")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        write_json(path, settings)  # JSON is YAML
        return path

    def etl(self, name, vocab, more):
        out = os.path.join(self.home, name)
        settings = dict(self.raw(), output=out, vocab=vocab, seed=42, packing={"mode": "lossless", "max_seq_length": 128}, samples_per_shard=2048, **more)
        settings["decontaminate"]["max_documents"] = 1000000  # a phrase that many documents share counts, too
        return Unit("etl", name, out + "/_SUCCESS.json", lambda: ["etl", "-c", self.config(name, settings)], 2)

    def write_pairs(self):
        """Sub-sets of one order, the same for all: the first 100, the first 1,000, all."""
        if self.args.language == "zh":
            pairs = [json.loads(line) for line in open(self.home + "/pairs/medical.jsonl", encoding="utf-8")]
        else:
            pairs = []
            for path in sorted(glob.glob(self.home + "/found-pairs/data/*.jsonl.gz")):
                with gzip.open(path, "rt", encoding="utf-8") as lines:
                    pairs += [{"query": r["query"], "pos": r["pos"]} for r in map(json.loads, lines)]
            random.Random(7).shuffle(pairs)
        if len(pairs) < self.args.pairs_batch:
            sys.exit("%d pairs are left to fine-tune on, fewer than a batch (%d): give the full samples by --corpora" % (len(pairs), self.args.pairs_batch))
        for size in self.sizes:
            write_lines("%s/pairs-%s/pairs.jsonl" % (self.home, size), pairs if size == "all" else pairs[:int(size)])
        write_json(self.home + "/pairs.json", {size: min(len(pairs), len(pairs) if size == "all" else int(size)) for size in self.sizes})

    # ---- runs ----

    def pretrain(self, name, corpus, method, seed, steps, rate, layers, width, **more):
        out = os.path.join(self.home, name)
        probe = {"evaluation": {"holdout_shards": 1, "max_samples": 128, "eval_steps": max(1, steps // 8),
                                "probe": {"tasks": self.tasks, "pooling": self.args.pooling, "max_queries": 300, "max_documents": 500}}}

        def command():
            return ["pretrain", "-c", self.config("probe", probe), *sets({
                "corpus": os.path.join(self.home, corpus), "output": out, "objective.method": method, "data.max_seq_length": 128, "data.logical_shards": 4,
                "data.per_device_train_batch_size": self.args.batch // 4, "optimizer.learning_rate": rate, "optimizer.warmup_ratio": 0.1,
                "schedule.max_steps": steps, "schedule.seed": seed, "checkpoint.save_steps": max(1, steps // 2),
                "cluster.workers": self.args.workers, "compute.precision": self.args.precision, **more})]

        seconds = 0.8 * self.args.batch / 16 * layers * width ** 2 / (4 * 256 ** 2) / self.fast * (0.7 if method == "mlm" else 1)
        tries = 9 * 11 * 0.8 * layers * width ** 2 / (4 * 256 ** 2) / self.fast  # each costs about eleven steps of 2,048 tokens
        return Unit("pretrain-%s-%d" % (method, width), name, out + "/export/model.safetensors", command, 0.5 + (steps * seconds + tries) / 60)

    def finetune(self, name, start, size, seed, rate, temperature, layers, width):
        out = os.path.join(self.home, name)
        batch, steps = min(self.args.pairs_batch, int(size) // 2 if size != "all" else self.args.pairs_batch), self.args.finetune_steps[self.sizes.index(size)]
        seconds = 2.6 * batch / 64 * layers * width ** 2 / (4 * 256 ** 2) / self.fast

        def command():
            return finetune_gain.fine_tuning(self.args, start, "%s/pairs-%s" % (self.home, size), out, seed, steps, batch, rate, 1, **{
                "objective.pooling": self.args.pooling, "objective.temperature": temperature})

        return Unit("finetune-%s-%d" % (size, width), name, out + "/export/model.safetensors", command, 0.4 + steps * seconds / 60)

    def evaluate(self, name, models, layers, width):
        """`models`: folder by name, the first is the baseline."""
        out = os.path.join(self.home, "evaluation", name)
        settings = finetune_gain.evaluation_of(self.tasks, models, out)
        for competitor in settings["competitors"]:
            competitor["pooling"] = self.args.pooling
        return Unit("evaluate-%d" % width, "evaluation/" + name, out + "/report/report.json", lambda: ["evaluate", "-c", self.config("evaluate-" + name, settings)],
                    0.4 + 0.5 * len(models) * layers * width ** 2 / (4 * 256 ** 2))

    def plan(self):
        args, units = self.args, []
        if args.language == "en":
            units.append(Unit("pairs", "found-pairs", self.home + "/found-pairs/_SUCCESS.json",
                              lambda: ["pairs", "-c", self.config("pairs", dict(self.raw(), output=self.home + "/found-pairs"))], 2))
        if self.tables & {"1", "3"}:
            units.append(self.etl("corpus", os.path.join(ROOT, "examples/vocab.txt"), {}))
            for seed in self.seeds:  # a whole seed after another: what is there after a cut can be compared
                units += self.from_nothing(seed)
        if "2" in self.tables:
            lower = read_json(args.start + "/tokenizer_config.json", {}).get("do_lower_case", True)
            units.append(self.etl("corpus-start", os.path.abspath(args.start), {"lower_case": lower}))
            for seed in self.seeds:
                units += self.from_start(seed)
        return units

    def from_nothing(self, seed):
        args = self.args
        shape = {"init.config.hidden_size": args.width, "init.config.num_hidden_layers": args.layers, "init.config.num_attention_heads": max(1, args.width // 64),
                 "init.config.max_position_embeddings": 128}
        runs = {m: self.pretrain("%s-%d" % (m, seed), "corpus", m, seed, args.steps, args.rate, args.layers, args.width, **shape) for m in self.methods}
        units = list(runs.values())
        if "1" not in self.tables:
            return units
        of = lambda unit: os.path.dirname(unit.done)
        units.append(self.evaluate("zero-%d" % seed, {m: of(run) for m, run in runs.items()}, args.layers, args.width))
        for size in self.sizes:
            tuned = {m: self.finetune("%s-%d-%s" % (m, seed, size), os.path.dirname(run.done), size, seed, args.finetune_rate, args.temperature,
                                      args.layers, args.width) for m, run in runs.items()}
            units += [*tuned.values(), self.evaluate("%s-%d" % (size, seed), {m: of(run) for m, run in tuned.items()}, args.layers, args.width)]
        return units

    def from_start(self, seed):
        args = self.args
        start = os.path.abspath(args.start)
        sizes = read_json(start + "/config.json")
        layers, width = sizes["num_hidden_layers"], sizes["hidden_size"]
        domain = self.pretrain("domain-%d" % seed, "corpus-start", "retromae", seed, args.domain_steps, args.domain_rate, layers, width, **{"init.from": start})
        export = os.path.dirname(domain.done)
        units = [domain, self.evaluate("start-zero-%d" % seed, {"start": start, "retromae": export}, layers, width)]
        for size in self.sizes:
            alone = self.finetune("start-%d-%s" % (seed, size), start, size, seed, args.start_rate, args.start_temperature, layers, width)
            after = self.finetune("domain-%d-%s" % (seed, size), export, size, seed, args.start_rate, args.start_temperature, layers, width)
            units += [alone, after, self.evaluate("start-%s-%d" % (size, seed), {"start": os.path.dirname(alone.done), "retromae": os.path.dirname(after.done)}, layers, width)]
        return units

    def run(self):
        units, times = self.plan(), self.home + "/minutes.json"
        measured = read_json(times, {})
        expected = lambda unit: statistics.mean(measured[unit.kind]) if unit.kind in measured else unit.minutes
        left = [unit for unit in units if not unit.is_done()]
        print("%d runs, %d done; about %.0f minutes left" % (len(units), len(units) - len(left), sum(map(expected, left))), flush=True)
        if self.args.dry_run:
            for unit in units:
                print("%7s min  %s" % ("done" if unit.is_done() else "%.1f" % expected(unit), unit.name))
            return
        self.same_settings()
        if self.args.language == "zh" and not os.path.exists(self.home + "/pairs/medical.jsonl"):
            finetune_gain.write_data(self.home, self.corpora)
            self.write_pairs()
        begun = time.time()
        for unit in left:
            if self.args.budget_minutes and (time.time() - begun) / 60 + expected(unit) > self.args.budget_minutes:
                rest = [u for u in units if not u.is_done()]
                print("stopped before %s: %d runs and about %.0f minutes are left; the same command goes on" % (unit.name, len(rest), sum(map(expected, rest))))
                break
            if unit.kind.startswith("finetune") and not os.path.exists(self.home + "/pairs.json"):
                self.write_pairs()
            at = time.time()
            try:
                submit(*unit.command())
            except subprocess.CalledProcessError as failed:
                sys.exit("%s ended with exit status %d; the same command goes on from there" % (unit.name, failed.returncode))
            if not unit.is_done():
                sys.exit("%s ended well but %s is not there: %s" % (unit.name, unit.done, shlex.join(unit.command())))
            measured.setdefault(unit.kind, []).append((time.time() - at) / 60)
            write_json(times, measured)
        self.report()

    def same_settings(self):
        free = {"out", "budget_minutes", "dry_run", "tables", "start"}
        mine = {name: value for name, value in vars(self.args).items() if name not in free}
        os.makedirs(self.home, exist_ok=True)
        path = self.home + "/settings.json"
        theirs = read_json(path, mine)
        different = ["--%s %s, now %s" % (n.replace("_", "-"), theirs.get(n), v) for n, v in mine.items() if theirs.get(n) != v]
        if different:
            sys.exit("%s was made with %s; take another --out" % (self.home, "; ".join(different)))
        write_json(path, mine)

    # ---- tables ----

    def per_query(self, evaluation, competitor):
        values = {}
        for task in self.tasks:
            with open("%s/evaluation/%s/scores/%s/%s.jsonl" % (self.home, evaluation, competitor, task["name"]), encoding="utf-8") as lines:
                values.update({(task["name"], row["query"]): row[METRIC] for row in map(json.loads, lines)})
        return values

    def compare(self, prefix, baseline, others):
        """A row for each stage and competitor: mean over queries and seeds, and the paired difference to the baseline."""
        rows = []
        for stage in ["zero", *self.sizes]:
            names = {seed: "%s%s-%d" % (prefix, stage, seed) for seed in self.seeds}
            names = {seed: name for seed, name in names.items() if os.path.exists("%s/evaluation/%s/report/report.json" % (self.home, name))}
            if not names:
                continue
            base = {seed: self.per_query(name, baseline) for seed, name in names.items()}
            for competitor in [baseline, *others]:
                mine = {seed: self.per_query(name, competitor) for seed, name in names.items()}
                row = {"stage": stage, "competitor": competitor, "seeds": sorted(names), "queries": len(next(iter(mine.values()))),
                       "score_by_seed": [statistics.mean(mine[s].values()) for s in sorted(names)]}
                row["score"] = statistics.mean(row["score_by_seed"])
                if competitor != baseline:
                    row.update(self.difference(mine, base))
                rows.append(row)
        return rows

    def difference(self, mine, base):
        seeds = sorted(mine)
        queries = sorted(mine[seeds[0]])
        by_query = [statistics.mean(mine[s][q] - base[s][q] for s in seeds) for q in queries]
        by_seed = [statistics.mean(mine[s][q] - base[s][q] for q in queries) for s in seeds]
        chance = random.Random(42)
        means = sorted(sum(chance.choices(by_query, k=len(by_query))) / len(by_query) for _ in range(DRAWS))
        result = {"difference": statistics.mean(by_query), "over_queries": [means[int(0.025 * DRAWS)], means[int(0.975 * DRAWS) - 1]], "difference_by_seed": by_seed}
        if len(seeds) in STUDENT:
            half = STUDENT[len(seeds)] * statistics.stdev(by_seed) / len(seeds) ** 0.5
            result["over_seeds"] = [result["difference"] - half, result["difference"] + half]
        return result

    def along(self):
        """Losses and probe at each evaluation of the runs of table 1."""
        curves = {}
        for method in self.methods:
            for seed in self.seeds:
                path = "%s/%s-%d/metrics.jsonl" % (self.home, method, seed)
                if os.path.exists(path):
                    with open(path, encoding="utf-8") as lines:
                        points = {}
                        for row in map(json.loads, lines):
                            scores = [v for k, v in row.items() if k.startswith("eval_probe_") and k.endswith("_" + METRIC)]
                            point = points.setdefault(row.get("step"), {})
                            point.update({"probe": statistics.mean(scores)} if scores else {})
                            point.update({k: row[k] for k in ("eval_loss", "eval_encoder_loss") if k in row})
                    curves["%s-%d" % (method, seed)] = [dict(step=step, **point) for step, point in sorted((s, p) for s, p in points.items() if s is not None and p)]
        return curves

    def report(self):
        lines, result = [], {"settings": read_json(self.home + "/settings.json"), "pairs": read_json(self.home + "/pairs.json", {}), "metric": METRIC}
        for name in ("corpus", "corpus-start"):
            path = "%s/%s/report/report.json" % (self.home, name)
            if os.path.exists(path):
                found = read_json(path)
                result[name] = {"contamination": found["contamination"], "samples": found["samples"], "tokens": found["tokens"]}
                lines.append("%s: %d samples, %d tokens; of the probe's texts, kept out: %s\n" % (name, found["samples"], found["tokens"], "; ".join(
                    "%s: %d documents touched, %d dropped" % (c["task"], c["documents"], c["dropped"]) for c in found["contamination"]) or "none found"))
        lines.append("Pairs: %s\n" % result["pairs"])
        if "1" in self.tables:
            result["table1"] = self.compare("", self.methods[0], self.methods[1:])
            lines += ["## Table 1: %d layers x %d, %d steps of %d x 128 tokens\n" % (self.args.layers, self.args.width, self.args.steps, self.args.batch), *table(result["table1"])]
        if "2" in self.tables:
            result["table2"] = self.compare("start-", "start", ["retromae"])
            lines += ["## Table 2: from %s, with and without %d steps of in-domain RetroMAE\n" % (os.path.basename(os.path.abspath(self.args.start)), self.args.domain_steps), *table(result["table2"])]
        if "3" in self.tables:
            result["table3"] = self.along()
            lines.append("## Table 3: along the runs\n\n| run | step | evaluation loss | of the encoder | probe's %s |\n|---|---|---|---|---|" % METRIC)
            for name, points in result["table3"].items():
                lines += ["| %s | %d | %s | %s | %s |" % (name, p["step"], *(("%.3f" % p[k]) if k in p else "" for k in ("eval_loss", "eval_encoder_loss", "probe"))) for p in points]
        write_json(self.home + "/ablation.json", result)
        text = "\n".join(lines) + "\n"
        with open(self.home + "/ablation.md", "w", encoding="utf-8") as f:
            f.write(text)
        print(text)


def table(rows):
    between = lambda row, name: "%+.4f .. %+.4f" % tuple(row[name]) if name in row else ""
    yield "| pairs | model | %s | seeds | to the first | over queries | over seeds |\n|---|---|---|---|---|---|---|" % METRIC
    for row in rows:
        yield "| %s | %s | %.4f | %d | %s | %s | %s |" % (row["stage"], row["competitor"], row["score"], len(row["seeds"]),
                                                    "%+.4f" % row["difference"] if "difference" in row else "", between(row, "over_queries"), between(row, "over_seeds"))
    yield ""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True)
    parser.add_argument("--language", choices=["zh", "en"], default="zh")
    parser.add_argument("--corpora", default=os.path.join(ROOT, "examples"), help="holds wudao/ and pile/; the full samples give 5,762 Chinese pairs")
    parser.add_argument("--tables", default="1,2,3")
    parser.add_argument("--start", help="folder in Hugging Face's layout, for table 2")
    parser.add_argument("--methods", default=",".join(METHODS), help="the first is what others are compared with")
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--sizes", default="100,1000,all", help="pairs to fine-tune on")
    parser.add_argument("--finetune-steps", default="20,50,80", help="for each of --sizes")
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--width", type=int, default=256)
    parser.add_argument("--steps", type=int, default=500)
    parser.add_argument("--batch", type=int, default=16, help="rows of 128 tokens, a multiple of 4")
    parser.add_argument("--rate", default="5e-4")
    parser.add_argument("--pairs-batch", type=int, default=64)
    parser.add_argument("--finetune-rate", default="3e-4")
    parser.add_argument("--temperature", default="0.05")
    parser.add_argument("--domain-steps", type=int, default=150)
    parser.add_argument("--domain-rate", default="1e-4")
    parser.add_argument("--start-rate", default="3e-5")
    parser.add_argument("--start-temperature", default="0.02")
    parser.add_argument("--pooling", choices=["cls", "mean"], default="cls")
    parser.add_argument("--precision", choices=["bf16", "fp32"], default="bf16")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--budget-minutes", type=float)
    parser.add_argument("--dry-run", action="store_true")
    args = parser.parse_args()
    args.finetune_steps = [int(steps) for steps in args.finetune_steps.split(",")]
    if len(args.finetune_steps) != len(args.sizes.split(",")):
        parser.error("--finetune-steps needs a number for each of --sizes")
    Ablation(args).run()


if __name__ == "__main__":
    main()
