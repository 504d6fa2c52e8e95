#!/usr/bin/env python3
"""Makes another set of recorded scores in the layout of examples/golden/finetune/eval, from a seed.

    bench/peers/eval_golden.py FOLDER [--seed 7]
    ./mvnw -pl embed -am test -Dtest='*GoldenTest' -Dsurefire.failIfNoSpecifiedTests=false -Dfinetune.golden.dir=FOLDER

pytrec_eval-terrier 0.5.11, scikit-learn 1.9, scipy and safetensors compute; what mteb adds (MRR, means, ids of reranking, choice of rows,
best cuts of pairs) is written here as its documentation has it. Scores have many ties, ids any script, and sets the corner cases.
"""
import argparse
import json
import math
import os
import random

import numpy as np
import pytrec_eval
from safetensors.numpy import save_file
from scipy import stats
from sklearn.cluster import MiniBatchKMeans, kmeans_plusplus
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import (accuracy_score, adjusted_mutual_info_score, average_precision_score, f1_score,
                             homogeneity_completeness_v_measure, precision_score, recall_score, v_measure_score)
from sklearn.metrics.pairwise import paired_cosine_distances, paired_euclidean_distances, paired_manhattan_distances

CUTS = [1, 3, 5, 10, 20, 100, 1000]
ALPHABET = "aZ09_-.é中Ａ\ue000\uffee𐀀😀"


def finite(value):
    return None if value is None or not math.isfinite(value) else float(value)


def rank_case(name, qrels, run):
    """One case of retrieval.json."""
    names = {"num_ret", "num_rel", "num_rel_ret", "map", "recip_rank", "ndcg"}
    names |= {"%s.%s" % (m, ",".join(map(str, CUTS))) for m in ("P", "recall", "ndcg_cut", "map_cut", "success")}
    given = {q: dict(rows) for q, rows in run.items()}
    scores = pytrec_eval.RelevanceEvaluator(qrels, names).evaluate(given)
    mrr = {}
    for query in scores:
        order = sorted(given[query].items(), key=lambda row: (row[1], row[0]), reverse=True)
        for k in CUTS:
            ranks = [i + 1 for i, (d, _) in enumerate(order[:k]) if qrels[query].get(d, 0) > 0]
            mrr.setdefault("MRR@%d" % k, {})[query] = 1 / ranks[0] if ranks else 0.0
    mean = lambda of: round(sum(q[of] for q in scores.values()) / len(scores), 5)
    kinds = {"ndcg": ("NDCG", "ndcg_cut"), "map": ("MAP", "map_cut"), "recall": ("Recall", "recall"), "precision": ("P", "P"),
             "hit_rate": ("HitRate", "success")}
    mteb = {kind: {"%s@%d" % (label, k): mean("%s_%d" % (of, k)) for k in CUTS} for kind, (label, of) in kinds.items()}
    mteb["mrr"] = {name: sum(values.values()) / len(values) for name, values in mrr.items()}
    return {"name": name, "note": "made up", "qrels": qrels, "run": run, "per_query": scores, "mteb": mteb, "mrr_per_query": mrr}


def retrieval(g):
    word = lambda: "".join(g.choice(ALPHABET) for _ in range(g.randint(1, 4)))
    cases = []
    for number in range(12):
        documents = sorted({word() for _ in range(g.choice([3, 12, 60, 400]))})
        digits = g.choice([0, 1, 2, 8, 17])
        scale = g.choice([1, 1, -1, 1e-30, 1e38, 1e-44])
        qrels, run = {}, {}
        for i in range(g.choice([1, 7, 30])):
            query = "q%d%s" % (i, word())
            judged = g.sample(documents, g.randint(1, min(len(documents), 40)))
            if g.random() < 0.95:
                qrels[query] = {d: g.choice([-1, -1, 0, 1, 1, 1, 2, 3, 7, 100]) for d in judged}
            if g.random() < 0.95 or i == 0:
                returned = g.sample(documents, g.randint(0 if i else 1, len(documents)))
                run[query] = [[d, round(g.uniform(-1, 1), digits) * scale] for d in returned]
        if set(qrels) & set(run):
            cases.append(rank_case("random_%d" % number, qrels, run))
    return {"k_values": CUTS, "cases": cases}


def reranking(g):
    queries, qrels, run, average = [], {}, {}, []
    for i in range(40):
        digits = g.choice([0, 1, 6, 17])
        draw = lambda n: [round(g.uniform(-1, 1), digits) for _ in range(n)]
        query = {"positive_scores": draw(g.choice([0, 1, 2, 5])), "negative_scores": draw(g.choice([0, 1, 4, 30]))}
        if query["positive_scores"] and query["negative_scores"]:
            labels = [1] * len(query["positive_scores"]) + [0] * len(query["negative_scores"])
            query["average_precision"] = float(average_precision_score(labels, query["positive_scores"] + query["negative_scores"]))
            average.append(query["average_precision"])
            ids = {"apositive_q%d_%05d" % (i, n): s for n, s in enumerate(query["positive_scores"])}
            qrels["q%d" % i] = {d: 1 for d in ids}
            ids.update({"negative_q%d_%05d" % (i, n): s for n, s in enumerate(query["negative_scores"])})
            run["q%d" % i] = [[d, s] for d, s in ids.items()]
        queries.append(query)
    case = rank_case("", qrels, run)
    return {"queries": queries, "map_of_mteb_1": float(np.mean(average)),
            "mteb_2": {"map_at_1000": case["mteb"]["map"]["MAP@1000"], "mrr_at_10": case["mteb"]["mrr"]["MRR@10"],
                       "ndcg_at_10": case["mteb"]["ndcg"]["NDCG@10"]}}


def correlations(gold, scores):
    with np.errstate(all="ignore"):
        import warnings
        warnings.simplefilter("ignore")
        return {"spearman": finite(stats.spearmanr(gold, scores)[0]), "pearson": finite(stats.pearsonr(gold, scores)[0])}


def sts(r, vectors):
    sets = []
    for n, digits in ((2, 1), (3, 0), (5, 0), (40, 0), (200, 1), (500, 12)):
        for scale in (1, 1e-9, 1e12):
            gold, scores = np.round(r.rand(n) * 5, digits), np.round(r.randn(n), digits) * scale
            sets.append({"name": "n%d_%g" % (n, scale), "gold": gold.tolist(), "scores": scores.tolist(), **correlations(gold, scores)})
    a = r.randn(150, 9).astype(np.float32)
    b = (a + r.randn(150, 9) * r.rand(150, 1) * 3).astype(np.float32)
    b[3] = 0
    a[5] = b[5] = 0
    b[9] = a[9]
    vectors["sts.a"], vectors["sts.b"] = a, b
    gold = np.round(r.rand(150) * 5, 1)
    cosine = 1 - paired_cosine_distances(a, b)
    found = {"cosine": correlations(gold, cosine.astype(np.float64)), "manhattan": correlations(gold, -paired_manhattan_distances(a, b)),
             "euclidean": correlations(gold, -paired_euclidean_distances(a, b)), "cosine_scores": cosine.astype(float).tolist()}
    return {"gold": gold.tolist(), "from_scores": sets, "from_vectors": found}


def pair_scores(scores, labels):
    """Best accuracy and F1 over cuts between different scores."""
    rows = sorted(zip(scores, labels), key=lambda row: -row[0])
    best = {"accuracy": 0.0, "f1": 0.0, "precision": 0.0, "recall": 0.0}
    positives, found = sum(labels), 0
    for i in range(len(rows) - 1):
        found += rows[i][1]
        if rows[i][0] == rows[i + 1][0]:
            continue
        best["accuracy"] = max(best["accuracy"], (found + (len(rows) - i - 1) - (positives - found)) / len(rows))
        if found:
            p, q = found / (i + 1), found / positives
            if 2 * p * q / (p + q) > best["f1"]:
                best.update(f1=2 * p * q / (p + q), precision=p, recall=q)
    import warnings
    warnings.simplefilter("ignore")
    best["ap"] = float(average_precision_score(labels, scores))
    return best


def pairs(r, vectors):
    sets = []
    for n, digits in ((1, 1), (2, 0), (5, 0), (30, 0), (200, 1), (200, 9)):
        for share in (0.0, 0.3, 1.0):
            scores = (np.round(r.randn(n), digits)).tolist()
            labels = (r.rand(n) < share).astype(int).tolist()
            sets.append({"name": "n%d_%d_%g" % (n, digits, share), "scores": scores, "labels": labels, **pair_scores(scores, labels)})
    labels = (r.rand(120) < 0.4).astype(int)
    a = r.randn(120, 7).astype(np.float32)
    b = (a * labels[:, None] * 0.7 + r.randn(120, 7)).astype(np.float32)
    vectors["pairs.a"], vectors["pairs.b"] = a, b
    double = lambda x: x.astype(np.float64)
    found = {name: pair_scores(s.tolist(), labels.tolist()) for name, s in {
        "cosine": 1 - paired_cosine_distances(double(a), double(b)), "manhattan": -paired_manhattan_distances(double(a), double(b)),
        "euclidean": -paired_euclidean_distances(double(a), double(b)), "dot": (double(a) * double(b)).sum(1)}.items()}
    top = {"max_" + m: max(found[s][m] for s in found) for m in ("accuracy", "f1", "ap")}
    return {"labels": labels.tolist(), "from_vectors": {**found, **top}, "from_scores": sets}


def classification(r, vectors):
    sets = []
    for name, labels, width, n, per in (("three", [0, 1, 2], 6, 80, 8), ("signed", [-3, 7], 5, 60, 8), ("many", list(range(12)), 24, 200, 4), ("unseen", [1, 2, 3], 8, 60, 8)):
        centers = r.randn(len(labels) + 1, width) * 0.8
        draw = lambda count, k: (lambda y: (y, (centers[y] + r.randn(count, width)).astype(np.float32)))(np.concatenate([np.arange(k), r.randint(0, k, count - k)]))
        train, x = draw(n, len(labels))
        test, z = draw(n, len(labels) + (name == "unseen"))
        names = np.array(labels + [99])
        vectors["classification.%s.train" % name], vectors["classification.%s.test" % name] = x, z
        y, t = names[train], names[test]
        order, experiments = list(range(n)), []
        for _ in range(10):
            np.random.RandomState(42).shuffle(order)
            taken, chosen = {}, []
            for i in order:
                if taken.get(y[i], 0) < per:
                    taken[y[i]] = taken.get(y[i], 0) + 1
                    chosen.append(i)
            best = LogisticRegression(max_iter=100, tol=1e-10, solver="newton-cholesky").fit(x[chosen].astype(np.float64), y[chosen])
            p = best.predict(z.astype(np.float64))
            zero = dict(zero_division=0)
            e = {"chosen": chosen, "predicted": p.tolist(), "accuracy": accuracy_score(t, p), "f1": f1_score(t, p, average="macro", **zero), "f1_weighted": f1_score(t, p, average="weighted", **zero),
                 "precision": precision_score(t, p, average="macro", **zero), "precision_weighted": precision_score(t, p, average="weighted", **zero),
                 "recall": recall_score(t, p, average="macro", **zero), "recall_weighted": recall_score(t, p, average="weighted", **zero),
                 "ap": float(average_precision_score(t == labels[1], p == labels[1])) if len(labels) == 2 else None,
                 "intercept_at_the_optimum": best.intercept_.tolist(), "coefficient_norm_at_the_optimum": float(np.linalg.norm(best.coef_))}
            experiments.append(e)
        mean = {k: float(np.mean([e[k] for e in experiments])) for k in ("accuracy", "f1", "f1_weighted", "precision", "recall")}
        sets.append({"name": name, "samples_per_label": per, "train_labels": y.tolist(), "test_labels": t.tolist(), "experiments": experiments, "mean": mean})
    return {"seed": 42, "samples_per_label": 8, "experiments": 10, "sets": sets}


def clustering(r, vectors):
    k = 9
    labels = np.concatenate([np.arange(k), r.randint(0, k, 600 - k)])
    x = (r.randn(k, 16)[labels] * 0.9 + r.randn(600, 16)).astype(np.float32)
    vectors["clustering.vectors"] = x
    fit = lambda rows, batch, seed: MiniBatchKMeans(n_clusters=k, batch_size=batch, n_init="auto", random_state=seed).fit(rows).labels_
    out = {"labels": labels.tolist()}
    for name, batch in (("one_set", 500), ("one_set_batch_32", 32), ("one_set_batch_100", 100)):
        got = fit(x, batch, 42)
        out[name] = {"what": "batch %d" % batch, "assignment": got.tolist(), "v_measure": v_measure_score(labels, got)}
    g, measures = random.Random(42), []
    for i in range(10):
        rows = g.choices(range(600), k=200)
        got = fit(x[rows], 512, 42)
        measures.append(v_measure_score(labels[rows], got))
        if i == 0:
            first = got.tolist()
    out["bootstrapped"] = {"what": "batch 512", "v_measures": measures, "v_measure": float(np.mean(measures)), "assignments_0": first}
    over = [v_measure_score(labels, fit(x, 500, s)) for s in range(60)]
    out["over_60_seeds"] = {"mean": float(np.mean(over)), "deviation": float(np.std(over))}
    given = []
    for n, a, b in ((1, 1, 1), (2, 2, 1), (50, 1, 50), (50, 3, 4), (300, 20, 2), (300, 300, 300), (1000, 5, 6)):
        one, two = r.randint(0, a, n), r.randint(0, b, n)
        h, c, v = homogeneity_completeness_v_measure(one, two)
        given.append({"name": "n%d_%d_%d" % (n, a, b), "labels": one.tolist(), "clusters": two.tolist(), "homogeneity": h, "completeness": c, "v_measure": v,
                      "adjusted_mutual_information": float(adjusted_mutual_info_score(one, two))})
    out["given_assignments"] = given
    out["kmeans_plus_plus_seed_42"] = kmeans_plusplus(x, k, random_state=42)[1].tolist()
    return out


def draws(seed):
    p, n = random.Random(seed), np.random.RandomState
    lists = [list(range(20)) for _ in range(3)]
    random.Random(seed).shuffle(lists[0])
    n(seed).shuffle(lists[1])
    twice = list(lists[1])
    n(seed).shuffle(twice)
    fresh = lambda: random.Random(seed)
    return {"python_random_%d" % seed: {"random": [p.random() for _ in range(5)], "getrandbits_32": [p.getrandbits(32) for _ in range(5)], "shuffle_20": lists[0],
                                        "sample_of_100_by_10": fresh().sample(range(100), 10), "sample_of_20_by_15": fresh().sample(range(20), 15),
                                        "sample_of_64_by_64": fresh().sample(range(64), 64), "sample_of_90000_by_300": fresh().sample(range(90000), 300),
                                        "choices_of_100_by_10": fresh().choices(range(100), k=10)},
            "numpy_randomstate_%d" % seed: {"random_sample": n(seed).random_sample(5).tolist(), "shuffle_list_20": lists[1],
                                            "that_list_shuffled_by_a_new_randomstate_%d" % seed: twice, "randint_0_100_by_10": n(seed).randint(0, 100, 10).tolist(),
                                            "randint_0_64_by_10": n(seed).randint(0, 64, 10).tolist(), "permutation_20": n(seed).permutation(20).tolist(),
                                            "choice_20_by_8_without_replacement": n(seed).choice(20, 8, replace=False).tolist()}}


def aggregate(g):
    counts = {k: g.randint(1, 9) for k in ("Retrieval", "STS", "PairClassification", "Classification", "Reranking", "Clustering")}
    rows = []
    for i in range(5):
        scores = {k: g.uniform(0, 100) for k in counts}
        rows.append({"model": "m%d" % i, "scores": scores, "average_over_data_sets": sum(counts[k] * scores[k] for k in counts) / sum(counts.values())})
    return {"data_sets": counts, "rows": rows}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    g, r, vectors = random.Random(args.seed), np.random.RandomState(args.seed), {}
    files = {"retrieval": retrieval(g), "reranking": reranking(g), "sts": sts(r, vectors), "pair_classification": pairs(r, vectors),
             "classification": classification(r, vectors), "clustering": clustering(r, vectors), "random": draws(args.seed), "aggregate": aggregate(g)}
    folder = os.path.join(args.folder, "eval")
    os.makedirs(folder, exist_ok=True)
    for name, content in files.items():
        with open(os.path.join(folder, name + ".json"), "w") as f:
            json.dump(content, f, ensure_ascii=False, default=lambda x: x.item())
    save_file(vectors, os.path.join(folder, "vectors.safetensors"))


if __name__ == "__main__":
    main()
