#!/usr/bin/env python3
"""How far bfloat16 products move losses and gradients in PyTorch's own autocast, to derive what our tests allow.

    python3 -m venv v && v/bin/pip install -r bench/peers/requirements-torch.txt
    v/bin/python bench/peers/bfloat16_autocast.py [--golden DIR] [--draws 2000]

Reads the golden model and its batches (examples/golden/retromae, or another folder of that layout), computes each objective in float32
and under torch.autocast(bfloat16), and prints for each batch: labels of both streams, relative deviation of the total loss, distance of
the gradients over their norm. Then the same for batches drawn at random, by number of labels, and two figures that hardly
depend on it, with u = 2^-8, the unit roundoff of bfloat16:

    k   deviation of the loss over   u sqrt(1 / n_encoder + 1 / n_decoder) / 2   (a stream without labels is left out of the sum and of the 2)
    g   distance of the gradients over   u

A label's cross-entropy is off by a sum of roundings, of either sign and in proportion to its size; those of different labels are nearly
independent, so a mean over n of them is off by 1 / sqrt(n) of that. docs/training.md, "Precision", has the figures.
Written from the fixtures' README, apart from this project's model.
"""
import argparse
import json
import math
import os
import random
import struct

import numpy
import torch
import torch.nn.functional as F

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TYPES = {"F32": numpy.float32, "F64": numpy.float64, "I32": numpy.int32, "U8": numpy.uint8}
VARIANTS = ("retromae_raw", "retromae_emb", "dupmae")
UNIT = 2.0 ** -8


def tensors(path):
    with open(path, "rb") as f:
        size = struct.unpack("<Q", f.read(8))[0]
        header = json.loads(f.read(size))
        body = f.read()
    return {name: torch.from_numpy(numpy.frombuffer(body[e["data_offsets"][0]:e["data_offsets"][1]], TYPES[e["dtype"]]).copy()).reshape(e["shape"])
            for name, e in header.items() if name != "__metadata__"}


class Model:
    def __init__(self, folder):
        with open(os.path.join(folder, "tiny/config.json")) as f:
            self.config = json.load(f)
        self.w = {k: v.float().requires_grad_(True) for k, v in tensors(os.path.join(folder, "tiny/model.safetensors")).items()}

    def linear(self, x, name):
        return F.linear(x, self.w[name + ".weight"], self.w[name + ".bias"])

    def norm(self, x, name):
        return F.layer_norm(x.float(), x.shape[-1:], self.w[name + ".weight"], self.w[name + ".bias"], self.config["layer_norm_eps"])

    def split(self, x):
        return x.view(x.size(0), x.size(1), self.config["num_attention_heads"], -1).transpose(1, 2)

    def layer(self, query, context, visible, name):
        q = self.split(self.linear(query, name + ".attention.self.query"))
        k = self.split(self.linear(context, name + ".attention.self.key"))
        v = self.split(self.linear(context, name + ".attention.self.value"))
        scores = (q @ k.transpose(-1, -2)).float() / math.sqrt(q.size(-1))
        mixed = scores.masked_fill(~visible, torch.finfo(torch.float32).min).softmax(-1) @ v
        y = self.norm(query + self.linear(mixed.transpose(1, 2).reshape(query.shape), name + ".attention.output.dense"),
                      name + ".attention.output.LayerNorm")
        return self.norm(y + self.linear(F.gelu(self.linear(y, name + ".intermediate.dense")), name + ".output.dense"), name + ".output.LayerNorm")

    def embed(self, x):
        p = self.w["bert.embeddings.position_embeddings.weight"][:x.size(1)]
        return self.norm(x + p + self.w["bert.embeddings.token_type_embeddings.weight"][0], "bert.embeddings.LayerNorm")

    def words(self, ids):
        return F.embedding(ids, self.w["bert.embeddings.word_embeddings.weight"], padding_idx=self.config["pad_token_id"])

    def scores(self, hidden):
        x = self.norm(F.gelu(self.linear(hidden, "cls.predictions.transform.dense")), "cls.predictions.transform.LayerNorm")
        return F.linear(x, self.w["bert.embeddings.word_embeddings.weight"], self.w["cls.predictions.bias"]).float()

    def loss(self, batch, variant):
        inside = batch["encoder_attention_mask"].bool()
        h = self.embed(self.words(batch["encoder_input_ids"].long()))
        for i in range(self.config["num_hidden_layers"]):
            h = self.layer(h, h, inside[:, None, None, :], "bert.encoder.layer.%d" % i)
        cls = h[:, :1]
        if variant == "retromae_raw":
            query = cls + self.w["bert.embeddings.position_embeddings.weight"][:h.size(1)]
        else:
            query = self.embed(cls.expand_as(h))
        context = torch.cat([cls, self.embed(self.words(batch["decoder_input_ids"].long()))[:, 1:]], 1)
        seen = batch["decoder_attention_mask"].bool() | ~inside[:, :, None]
        decoded = self.layer(query, context, seen[:, None], "c_head")
        total = sum(self.mean(x, batch[labels].long()) for x, labels in ((h, "encoder_labels"), (decoded, "decoder_labels")))
        if variant == "dupmae":
            z = self.scores(h)[:, 1:].masked_fill(~inside[:, 1:, None], -math.inf).amax(1)
            total = total - 0.1 * (batch["bag_word_weight"] * z.log_softmax(-1)).sum(-1).mean()
        return total

    def mean(self, x, labels):
        rows = labels != -100
        return F.cross_entropy(self.scores(x[rows]), labels[rows]) if rows.any() else x.sum() * 0.

    def step(self, batch, variant, low):
        for w in self.w.values():
            w.grad = None
        with torch.autocast("cpu", torch.bfloat16, enabled=low):
            loss = self.loss(batch, variant)
        loss.backward()
        return loss.item(), torch.cat([w.grad.flatten() for w in self.w.values() if w.grad is not None])


def compare(model, batch, variant):
    """(labels of the encoder, of the decoder, relative deviation of the loss, relative distance of the gradients)"""
    want, g = model.step(batch, variant, False)
    got, low = model.step(batch, variant, True)
    n = [int((batch[k] != -100).sum()) for k in ("encoder_labels", "decoder_labels")]
    return n[0], n[1], abs(got - want) / want, ((low - g).norm() / g.norm()).item()


def unit(encoder, decoder):
    n = [count for count in (encoder, decoder) if count]
    return UNIT * math.sqrt(sum(1 / count for count in n)) / len(n)


def rms(values):
    return math.sqrt(sum(v * v for v in values) / len(values))


def draw(model, rng):
    """Rows of special tokens, words at random, labels and visible keys as in training."""
    rows, vocabulary = rng.randint(1, 8), model.config["vocab_size"]
    longest = rng.choice((1, 2, 4, 8, 16, 46))
    lengths = [rng.randint(0, longest) + 2 for _ in range(rows)]
    if max(lengths) == 2:
        lengths[0] = 3
    width = max(lengths)
    b = {k: torch.zeros(rows, width, dtype=torch.long) for k in ("encoder_input_ids", "encoder_attention_mask", "decoder_input_ids")}
    b["encoder_labels"] = torch.full((rows, width), -100)
    b["decoder_labels"] = torch.full((rows, width), -100)
    b["decoder_attention_mask"] = torch.zeros(rows, width, width, dtype=torch.long)
    b["bag_word_weight"] = torch.zeros(rows, vocabulary)
    for r, n in enumerate(lengths):
        ids = [2] + [rng.randrange(5, vocabulary) for _ in range(n - 2)] + [3]
        for c, i in enumerate(ids):
            b["decoder_input_ids"][r, c] = b["encoder_input_ids"][r, c] = i
            b["encoder_attention_mask"][r, c] = 1
            if 0 < c < n - 1:
                b["decoder_labels"][r, c] = i
                b["bag_word_weight"][r, i] = 1 / (n - 2)
                if rng.random() < 0.3:
                    b["encoder_labels"][r, c] = i
                    b["encoder_input_ids"][r, c] = 4
            for j in range(n):
                b["decoder_attention_mask"][r, c, j] = j == 0 or (j != c and rng.random() < 0.5)
    return b


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--golden", default=os.path.join(ROOT, "examples/golden/retromae"))
    parser.add_argument("--draws", type=int, default=2000)
    args = parser.parse_args()
    torch.set_num_threads(1)
    model = Model(args.golden)
    print("%-14s %-8s %8s %8s %9s %7s %9s" % ("objective", "batch", "encoder", "decoder", "loss %", "k", "g"))
    for variant in VARIANTS:
        for name in ("full", "mixed", "short", "special"):
            e, d, loss, gradient = compare(model, tensors(os.path.join(args.golden, "batches/%s.safetensors" % name)), variant)
            print("%-14s %-8s %8d %8d %9.4f %7.3f %9.3f" % (variant, name, e, d, 100 * loss, loss / unit(e, d), gradient / UNIT))
    rng = random.Random(1)
    rows = [compare(model, draw(model, rng), VARIANTS[i % 3]) for i in range(args.draws)]
    print("\n%-18s %6s %12s %12s %8s %8s %8s %8s" % ("labels, decoder", "draws", "loss %, rms", "loss %, max", "k, rms", "k, max", "g, rms", "g, max"))
    for low, high in ((1, 1), (2, 3), (4, 7), (8, 15), (16, 31), (32, 63), (64, 999), (1, 999)):
        part = [r for r in rows if low <= r[1] <= high]
        if part:
            k, g = [r[2] / unit(r[0], r[1]) for r in part], [r[3] / UNIT for r in part]
            print("%-18s %6d %12.4f %12.4f %8.3f %8.3f %8.3f %8.3f" % (
                "%d to %d" % (low, high), len(part), 100 * rms([r[2] for r in part]), 100 * max(r[2] for r in part), rms(k), max(k), rms(g), max(g)))


if __name__ == "__main__":
    main()
