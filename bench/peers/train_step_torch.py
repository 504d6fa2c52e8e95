#!/usr/bin/env python3
"""Seconds per optimiser step of RetroMAE in PyTorch, two ways, to run beside the project's own step.

    python3 -m venv v && v/bin/pip install -r bench/peers/requirements-torch.txt
    OMP_NUM_THREADS=2 v/bin/python bench/peers/train_step_torch.py --mode reference --layers 4 --hidden 256 --vocab 30522 --length 128 --rows 16 --steps 10

modes
  reference  what the published training code does: attention with explicit scores, vocabulary logits for EVERY position of both
             streams, float32 logits kept for the loss, AdamW as Hugging Face's Trainer runs it on CPU (for-each), clipping by norm
  tuned      what a good engineer would write today: scaled_dot_product_attention, logits for labelled rows only, fused AdamW
  compiled   tuned + torch.compile
Both draw the same rows (30 % of the encoder's tokens labelled, every decoder token labelled, half of the decoder's keys visible).
Prints one JSON line: min and median seconds (first 3 steps left out), tokens/s, peak resident MB, first and last loss.
bench/step_vs_torch.py runs it so. Written apart from this project's model, as a peer to be measured against; only these lines on its use were
changed when it was taken over.
Ratios of one sitting only; give every program the same number of threads.
"""
import argparse, json, resource, statistics, time
import torch
import torch.nn as nn
import torch.nn.functional as F


class Layer(nn.Module):
    def __init__(self, d, heads, sdpa):
        super().__init__()
        self.q, self.k, self.v, self.o = (nn.Linear(d, d) for _ in range(4))
        self.up, self.down = nn.Linear(d, 4 * d), nn.Linear(4 * d, d)
        self.n1, self.n2 = nn.LayerNorm(d, eps=1e-12), nn.LayerNorm(d, eps=1e-12)
        self.heads, self.sdpa, self.drop = heads, sdpa, nn.Dropout(0.1)

    def split(self, x):
        return x.view(x.size(0), x.size(1), self.heads, -1).transpose(1, 2)

    def forward(self, query, context, visible):  # visible [B, 1, 1 or L, L], True = may be attended
        q, k, v = self.split(self.q(query)), self.split(self.k(context)), self.split(self.v(context))
        if self.sdpa:
            a = F.scaled_dot_product_attention(q, k, v, visible, 0.1)
        else:
            s = q @ k.transpose(-1, -2) / q.size(-1) ** 0.5
            s = s + (~visible).to(s.dtype) * torch.finfo(s.dtype).min
            a = self.drop(torch.softmax(s, -1)) @ v
        c = a.transpose(1, 2).reshape(query.shape)
        y = self.n1(query + self.drop(self.o(c)))
        return self.n2(y + self.drop(self.down(F.gelu(self.up(y)))))


class RetroMae(nn.Module):
    def __init__(self, layers, d, vocab, tuned):
        super().__init__()
        heads = max(1, d // 64)
        self.word, self.pos, self.token_type = nn.Embedding(vocab, d, 0), nn.Embedding(512, d), nn.Embedding(2, d)
        self.norm, self.drop = nn.LayerNorm(d, eps=1e-12), nn.Dropout(0.1)
        self.encoder = nn.ModuleList(Layer(d, heads, tuned) for _ in range(layers))
        self.decoder = Layer(d, heads, tuned)
        self.dense, self.head_norm, self.bias = nn.Linear(d, d), nn.LayerNorm(d, eps=1e-12), nn.Parameter(torch.zeros(vocab))
        self.tuned = tuned
        for p in self.parameters():
            if p.dim() > 1:
                nn.init.normal_(p, 0, 0.02)

    def embed(self, ids):
        p = self.pos.weight[: ids.size(1)]
        return self.drop(self.norm(self.word(ids) + p + self.token_type.weight[0]))

    def loss(self, hidden, labels):
        labels = labels.reshape(-1)
        hidden = hidden.reshape(-1, hidden.size(-1))
        if self.tuned:
            rows = labels.ne(-100).nonzero().squeeze(1)
            hidden, labels = hidden[rows], labels[rows]
        x = self.head_norm(F.gelu(self.dense(hidden)))
        return F.cross_entropy(F.linear(x, self.word.weight, self.bias), labels, ignore_index=-100)

    def forward(self, enc, mask, labels, ids, visible, dlabels):
        h = self.embed(enc)
        for layer in self.encoder:
            h = layer(h, h, mask[:, None, None])
        cls = h[:, :1]
        context = torch.cat([cls, self.embed(ids)[:, 1:]], 1)
        query = self.drop(self.norm(cls + self.pos.weight[: ids.size(1)] + self.token_type.weight[0]))
        return self.loss(h, labels) + self.loss(self.decoder(query, context, visible[:, None]), dlabels)


def batch(rows, length, vocab, g):
    ids = (torch.randn(rows, length, generator=g).abs() * vocab / 8).long() % (vocab - 5) + 5
    ids[:, 0], ids[:, -1] = 2, 3
    special = torch.zeros(rows, length, dtype=torch.bool)
    special[:, 0] = special[:, -1] = True
    masked = (torch.rand(rows, length, generator=g) < 0.3) & ~special
    visible = torch.rand(rows, length, length, generator=g) < 0.5
    visible[:, :, 0] = True
    return (ids.masked_fill(masked, 4), torch.ones(rows, length, dtype=torch.bool), ids.masked_fill(~masked, -100), ids, visible, ids.masked_fill(special, -100))


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--mode", choices=["reference", "tuned", "compiled"], default="reference")
    for n, v in dict(layers=4, hidden=256, vocab=30522, length=128, rows=16, steps=10).items():
        a.add_argument("--" + n, type=int, default=v)
    a = a.parse_args()
    torch.manual_seed(1)
    g = torch.Generator().manual_seed(1)
    model = RetroMae(a.layers, a.hidden, a.vocab, a.mode != "reference")
    step = torch.compile(model) if a.mode == "compiled" else model
    opt = torch.optim.AdamW(model.parameters(), 1e-4, weight_decay=0.01, fused=a.mode != "reference")
    times, losses = [], []
    for _ in range(a.steps):
        b = batch(a.rows, a.length, a.vocab, g)
        t = time.perf_counter()
        loss = step(*b)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        opt.step()
        opt.zero_grad(set_to_none=False)
        losses.append(loss.item())
        times.append(time.perf_counter() - t)
    warm = times[min(3, len(times) - 1):]
    print(json.dumps({"mode": a.mode, "threads": torch.get_num_threads(), "min_s": round(min(warm), 3), "median_s": round(statistics.median(warm), 3),
                      "tokens_per_s": round(a.rows * a.length / min(warm)), "peak_rss_MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
                      "first_loss": round(losses[0], 3), "last_loss": round(losses[-1], 3)}))


if __name__ == "__main__":
    main()
