#!/usr/bin/env python3
"""Seconds per optimiser step of contrastive fine-tuning in PyTorch, six ways, to run beside the project's own step.

    python3 -m venv v && v/bin/pip install -r bench/peers/requirements-finetune.txt
    OMP_NUM_THREADS=2 OMP_WAIT_POLICY=passive v/bin/python bench/peers/finetune_step_torch.py --mode eager --layers 4 --hidden 256 --vocab 30522 --queries 32 --group 4 \
        --query_length 64 --passage_length 128 --steps 8

A step: embed 32 queries and 128 passages (normalised [CLS]), scores / temperature, cross entropy against all passages of the batch,
backward, clipping by norm, AdamW. Dropout 0.1 as in training.
modes
  eager     sdpa attention, one pass over each side, for-each AdamW: what FlagEmbedding's trainer does on a CPU
  compiled  the same under torch.compile, fused AdamW
  chunked   gradient cache (arXiv:2101.06983) with --chunk rows a pass, dropout repeated by restoring the generator
  chunked_compiled
  mnrl, cached_mnrl  sentence-transformers' MultipleNegativesRankingLoss and its cached form (mini-batch --chunk) over transformers' BertModel
--lengths real draws row lengths (half of the rows much shorter than the longest) so that padding costs something: --sorted
orders rows by length before they are cut into chunks.
Prints one JSON line: min and median seconds, least processor seconds of all threads (first 2 steps left out), tokens/s, peak resident MB,
first and last loss. On a shared machine quote the minima.
Ratios of one sitting only; give every program the same number of threads (and OMP_WAIT_POLICY=passive on a shared machine: spinning threads cost
up to 4x there). bench/finetune_vs_torch.py runs it so. Written apart from this project's model, as a peer to be measured against; only these
lines on its use were changed when it was taken over.
"""
import argparse, json, resource, statistics, time
import torch
import torch.nn as nn
import torch.nn.functional as F


class Layer(nn.Module):
    def __init__(self, d, heads):
        super().__init__()
        self.q, self.k, self.v, self.o = (nn.Linear(d, d) for _ in range(4))
        self.up, self.down = nn.Linear(d, 4 * d), nn.Linear(4 * d, d)
        self.n1, self.n2 = nn.LayerNorm(d, eps=1e-12), nn.LayerNorm(d, eps=1e-12)
        self.heads, self.drop = heads, nn.Dropout(0.1)

    def forward(self, x, visible):
        split = lambda y: y.view(y.size(0), y.size(1), self.heads, -1).transpose(1, 2)
        a = F.scaled_dot_product_attention(split(self.q(x)), split(self.k(x)), split(self.v(x)), visible, 0.1 if self.training else 0.0)
        x = self.n1(x + self.drop(self.o(a.transpose(1, 2).reshape(x.shape))))
        return self.n2(x + self.drop(self.down(F.gelu(self.up(x)))))


class Encoder(nn.Module):
    def __init__(self, layers, d, vocab):
        super().__init__()
        self.word, self.pos, self.kind = nn.Embedding(vocab, d, 0), nn.Embedding(512, d), nn.Embedding(2, d)
        self.norm, self.drop = nn.LayerNorm(d, eps=1e-12), nn.Dropout(0.1)
        self.layers = nn.ModuleList(Layer(d, max(1, d // 64)) for _ in range(layers))
        for p in self.parameters():
            if p.dim() > 1:
                nn.init.normal_(p, 0, 0.02)

    def forward(self, ids, mask):
        x = self.drop(self.norm(self.word(ids) + self.pos.weight[: ids.size(1)] + self.kind.weight[0]))
        for layer in self.layers:
            x = layer(x, mask[:, None, None])
        return F.normalize(x[:, 0], dim=-1)


def loss_of(q, p, group, temperature):
    return F.cross_entropy(q @ p.T / temperature, torch.arange(q.size(0)) * group)


def rows(n, length, vocab, g, real):
    ids = (torch.randn(n, length, generator=g).abs() * vocab / 8).long() % (vocab - 5) + 5
    lengths = torch.randint(length // 8, length + 1, (n,), generator=g) if real else torch.full((n,), length)
    lengths[0] = length
    ids[:, 0] = 2
    return ids, torch.arange(length)[None] < lengths[:, None]


def chunks(ids, mask, size, by_length):
    order = mask.sum(1).argsort(descending=True) if by_length else torch.arange(len(ids))
    for i in range(0, len(ids), size):
        at = order[i:i + size]
        width = int(mask[at].sum(1).max())
        yield at, ids[at, :width], mask[at, :width]


def chunked_step(model, sides, group, temperature, size, by_length):
    reps, plans = [], []
    for ids, mask in sides:
        rep, plan = None, []
        for at, i, m in chunks(ids, mask, size, by_length):
            state = torch.get_rng_state()
            with torch.no_grad():
                y = model(i, m)
            rep = y.new_empty(len(ids), y.size(1)) if rep is None else rep
            rep[at] = y
            plan.append((at, i, m, state))
        reps.append(rep.requires_grad_())
        plans.append(plan)
    loss = loss_of(*reps, group, temperature)
    loss.backward()
    for rep, plan in zip(reps, plans):
        for at, i, m, state in plan:
            torch.set_rng_state(state)
            (model(i, m) * rep.grad[at]).sum().backward()
    return loss


def sentence_transformers_step(a):
    """A model with the same shape and the package's own loss, one column of rows for the queries and one for each place of the group."""
    import tempfile
    from sentence_transformers import SentenceTransformer, losses, models
    from transformers import BertConfig, BertModel, BertTokenizerFast
    with tempfile.TemporaryDirectory() as f:
        open(f + "/vocab.txt", "w").write("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + [f"t{i}" for i in range(a.vocab - 5)]) + "\n")
        BertModel(BertConfig(vocab_size=a.vocab, hidden_size=a.hidden, num_hidden_layers=a.layers, num_attention_heads=max(1, a.hidden // 64), intermediate_size=4 * a.hidden)).save_pretrained(f)
        BertTokenizerFast(vocab_file=f + "/vocab.txt").save_pretrained(f)
        model = SentenceTransformer(modules=[models.Transformer(f), models.Pooling(a.hidden, "cls"), models.Normalize()], device="cpu").train()
    loss = losses.MultipleNegativesRankingLoss(model, scale=1 / a.temperature) if a.mode == "mnrl" else losses.CachedMultipleNegativesRankingLoss(model, scale=1 / a.temperature, mini_batch_size=a.chunk)

    def step(sides):
        (qi, qm), (pi, pm) = sides
        columns = [(qi, qm)] + [(pi[g::a.group], pm[g::a.group]) for g in range(a.group)]
        value = loss([{"input_ids": i, "attention_mask": m.long(), "token_type_ids": torch.zeros_like(i), "modality": "text"} for i, m in columns], None)
        value.backward()
        return value
    return model, step


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--mode", choices=["eager", "compiled", "chunked", "chunked_compiled", "mnrl", "cached_mnrl"], default="eager")
    a.add_argument("--lengths", choices=["full", "real"], default="full")
    a.add_argument("--sorted", action="store_true")
    a.add_argument("--temperature", type=float, default=0.02)
    for n, v in dict(layers=4, hidden=256, vocab=30522, queries=32, group=4, query_length=64, passage_length=128, steps=8, chunk=16).items():
        a.add_argument("--" + n, type=int, default=v)
    a = a.parse_args()
    torch.manual_seed(1)
    g = torch.Generator().manual_seed(1)
    model, package_step = sentence_transformers_step(a) if "mnrl" in a.mode else (Encoder(a.layers, a.hidden, a.vocab).train(), None)
    run = torch.compile(model, dynamic=a.lengths == "real") if "compiled" in a.mode else model
    opt = torch.optim.AdamW(model.parameters(), 1e-5, weight_decay=0.0, fused="compiled" in a.mode)
    times, cpu, losses = [], [], []
    for _ in range(a.steps):
        sides = [rows(a.queries, a.query_length, a.vocab, g, a.lengths == "real"), rows(a.queries * a.group, a.passage_length, a.vocab, g, a.lengths == "real")]
        t, used = time.perf_counter(), time.process_time()
        if package_step:
            loss = package_step(sides)
        elif a.mode.startswith("chunked"):
            loss = chunked_step(run, sides, a.group, a.temperature, a.chunk, a.sorted)
        else:
            loss = loss_of(run(*sides[0]), run(*sides[1]), a.group, a.temperature)
            loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        opt.step()
        opt.zero_grad(set_to_none=False)
        losses.append(loss.item())
        times.append(time.perf_counter() - t)
        cpu.append(time.process_time() - used)
    warm = times[min(2, len(times) - 1):]
    tokens = a.queries * a.query_length + a.queries * a.group * a.passage_length
    print(json.dumps({"mode": a.mode, "lengths": a.lengths, "threads": torch.get_num_threads(), "min_s": round(min(warm), 3), "median_s": round(statistics.median(warm), 3),
                      "min_cpu_s": round(min(cpu[min(2, len(cpu) - 1):]), 3), "first_step_s": round(times[0], 2), "tokens_per_s": round(tokens / min(warm)), "peak_rss_MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
                      "first_loss": round(losses[0], 4), "last_loss": round(losses[-1], 4)}))


if __name__ == "__main__":
    main()
