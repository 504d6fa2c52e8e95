#!/usr/bin/env python3
"""Texts per second of sentence-transformers' encode on a CPU. See bench/embed_vs_sentence_transformers.py.

    embed_sentence_transformers.py --make FOLDER [--layers 4] [--hidden 256] [--rows 400] [--seed 1]
    embed_sentence_transformers.py --model FOLDER --texts FILE [--batch 32] [--max_length 512] [--repeat 2]

--make writes a BERT with random weights whose vocabulary holds made-up words ([CLS] pooling, normalised) and FOLDER/texts.txt: --rows
texts of 5 to 400 such words, log-uniform. --model encodes the texts of a file, one a line, as the folder's modules.json says; encode()
sorts by length and pads each batch to its longest row. The first pass is not counted. Prints one JSON line: the best pass, the least
processor time, the largest resident set, and the first numbers of the sum of all vectors, so that one sees that two programs have
embedded the same.
"""
import argparse
import json
import os
import random
import resource
import time

import numpy
import torch

WORDS = 5000
VOCABULARY = 30522


def made_up(rows, seed):
    chance = random.Random(seed)
    words = sorted({"".join(chance.choice("bdfgklmnprst") + chance.choice("aeiou") for _ in range(chance.randint(1, 4))) for _ in range(WORDS)})
    return [" ".join(chance.choice(words) for _ in range(int(5 * 80 ** chance.random()))) for _ in range(rows)], words


def write(folder, name, content):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        f.write(content if isinstance(content, str) else json.dumps(content, indent=1))


def pooled(folder, hidden, mode):
    """The files by which sentence-transformers makes normalised vectors of a BERT's hidden states."""
    kinds = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
    write(folder, "modules.json", [{"idx": i, "name": str(i), "path": path, "type": "sentence_transformers.models." + kind}
                                   for i, (path, kind) in enumerate(kinds)])
    modes = {"pooling_mode_cls_token": mode == "cls", "pooling_mode_mean_tokens": mode == "mean", "pooling_mode_max_tokens": False}
    write(folder, "1_Pooling/config.json", {"word_embedding_dimension": hidden, **modes})
    os.makedirs(os.path.join(folder, "2_Normalize"), exist_ok=True)


def make(folder, layers, hidden, rows, seed):
    from transformers import BertConfig, BertModel
    texts, words = made_up(rows, seed)
    syllables = sorted({word[i:i + 2] for word in words for i in range(0, len(word), 2)})
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + syllables + ["##" + s for s in syllables]
    vocabulary += sorted(set(words[::2]) - set(syllables))  # every other word is a token, the rest are syllables
    vocabulary += ["[unused%d]" % i for i in range(VOCABULARY - len(vocabulary))]
    torch.manual_seed(seed)
    config = BertConfig(vocab_size=VOCABULARY, hidden_size=hidden, num_hidden_layers=layers, num_attention_heads=max(1, hidden // 64),
                        intermediate_size=4 * hidden)
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    write(folder, "vocab.txt", "\n".join(vocabulary) + "\n")
    write(folder, "tokenizer_config.json", {"tokenizer_class": "BertTokenizer", "do_lower_case": True, "model_max_length": 512})
    pooled(folder, hidden, "cls")
    write(folder, "texts.txt", "\n".join(texts) + "\n")


def encode(a):
    from sentence_transformers import SentenceTransformer
    with open(a.texts, encoding="utf-8") as f:
        texts = f.read().removesuffix("\n").split("\n")
    model = SentenceTransformer(a.model, device="cpu")
    model.max_seq_length = a.max_length
    tokens = sum(len(ids) for ids in model.tokenizer(texts, truncation=True, max_length=a.max_length)["input_ids"])
    best = processor = float("inf")
    for i in range(a.repeat + 1):
        start, used = time.perf_counter(), time.process_time()
        vectors = model.encode(texts, batch_size=a.batch, show_progress_bar=False)
        if i > 0:
            best = min(best, time.perf_counter() - start)
            processor = min(processor, time.process_time() - used)
    print(json.dumps({
        "texts": len(texts), "tokens": tokens, "threads": torch.get_num_threads(), "best_s": round(best, 3), "min_cpu_s": round(processor, 3),
        "texts_per_s": round(len(texts) / best, 1), "tokens_per_s": round(tokens / best),
        "peak_rss_MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "sum_of_vectors": [round(float(x), 4) for x in numpy.asarray(vectors).sum(0, dtype="float64")[:4]]}))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("make", "model", "texts"):
        parser.add_argument("--" + name)
    for name, value in dict(layers=4, hidden=256, rows=400, seed=1, batch=32, max_length=512, repeat=2).items():
        parser.add_argument("--" + name, type=int, default=value)
    a = parser.parse_args()
    if a.make:
        make(a.make, a.layers, a.hidden, a.rows, a.seed)
    else:
        encode(a)


if __name__ == "__main__":
    main()
