# BERT's MLM head (arXiv:1810.04805, section 3.1, task 1), whose output layer is the word table: losses, their gradient,
# and scores to evaluate. Any row of hidden states may be scored.

# Cross-entropies [m] of hidden states x [m, D], and the gradient by x of their sum weighted by `weight` [m]. The head's
# gradients and the word table's in g are overwritten, so that this comes before whatever adds to the word table.
def mlm_loss(self, x: Tensor, labels: Tensor, weight: Tensor, w: Dict[str, Tensor],
    g: Dict[str, Tensor]) -> Tuple[Tensor, Tensor]:
  tape = annotate(Dict[str, Tensor], {})
  losses, dy = self.head_loss(self.transform(x, w, tape), labels, weight, w, g)
  return (losses, self.transform_backward(dy, x, w, g, tape, False))

# Mean over a part of [m] losses; 0 where it is empty
def mean(self, losses: Tensor) -> Tensor:
  return torch.sum(losses) / max(1, losses.size(0))

# [sum of cross-entropies, their number, how often the best score is the label's], float64, of hidden states x [N, D]
def token_scores(self, x: Tensor, labels: Tensor, w: Dict[str, Tensor], t: Dict[str, Tensor]) -> Tensor:
  chunk = self.chunk(w["head.weight"])
  rows, y = self.labelled(labels, t)
  transformed = self.transform(torch.index_select(x, 0, rows), w, annotate(Dict[str, Tensor], {}))
  loss = torch.zeros([], dtype=7, device=x.device)
  correct = torch.zeros([], dtype=7, device=x.device)
  for i in range((rows.size(0) + chunk - 1) // chunk):
    lo = i * chunk
    z = self.scores(transformed[lo:lo + chunk], w).to(x.dtype)
    label = y[lo:lo + chunk]
    target = torch.gather(z, 1, label.unsqueeze(1)).squeeze(1)
    loss = loss + torch.sum(torch.logsumexp(z, [1]).to(7) - target.to(7))
    correct = correct + torch.sum(torch.argmax(z, 1) == label)
  return torch.stack([loss, torch.full_like(loss, rows.size(0)), correct], 0)

# LayerNorm(gelu(W x + b)) [n, D]
def transform(self, x: Tensor, w: Dict[str, Tensor], tape: Dict[str, Tensor]) -> Tensor:
  u = self.linear(x, w, "cls.predictions.transform.dense")
  a = torch.gelu(u).to(x.dtype)
  tape["transform.u"] = u
  tape["transform.a"] = a
  return self.norm(a, w, "cls.predictions.transform.LayerNorm", tape, "transform")

def transform_backward(self, dy: Tensor, x: Tensor, w: Dict[str, Tensor], g: Dict[str, Tensor],
    tape: Dict[str, Tensor], accumulate: bool) -> Tensor:
  a = tape.pop("transform.a")
  u = tape.pop("transform.u")
  da = self.norm_backward(dy, a, w, g, "cls.predictions.transform.LayerNorm", tape, "transform", accumulate)
  du = torch.gelu_backward(da.to(u.dtype), u)
  return self.linear_backward(du, x, w, g, "cls.predictions.transform.dense", accumulate).to(x.dtype)

# Scores [n, V] of transformed rows [n, D]
def scores(self, x: Tensor, w: Dict[str, Tensor]) -> Tensor:
  return torch.linear(self.low(x), w["head.weight"], w["cls.predictions.bias"])

# The same as mlm_loss, of transformed rows x [m, D]. Rows are scored a chunk at a time and the scores forgotten, never
# [m, V] (the idea of cut-cross-entropy, arXiv:2411.09009).
def head_loss(self, x: Tensor, labels: Tensor, weight: Tensor, w: Dict[str, Tensor],
    g: Dict[str, Tensor]) -> Tuple[Tensor, Tensor]:
  table = w["head.weight"]
  bias = w["cls.predictions.bias"]
  chunk = self.chunk(table)
  m = x.size(0)
  losses = torch.empty([m], dtype=x.dtype, device=x.device)
  dx = torch.empty_like(x)
  gw = g["bert.embeddings.word_embeddings.weight"]
  gb = g["cls.predictions.bias"]
  if m == 0:
    gw.zero_()
  gb.zero_()
  # Room for one chunk, made once: fresh memory of this size costs more in page faults than its softmax, 1.03 against
  # 0.87 s a step (docs/performance.md).
  room = torch.empty([min(m, chunk), table.size(0)], dtype=table.dtype, device=x.device)
  for i in range((m + chunk - 1) // chunk):
    lo = i * chunk
    rows = x[lo:lo + chunk]
    y = labels[lo:lo + chunk].unsqueeze(1)
    factor = weight[lo:lo + chunk]
    z = torch.addmm(bias, self.low(rows), table.t(), beta=1, alpha=1, out=room[0:rows.size(0)]).to(x.dtype)
    score = torch.gather(z, 1, y)
    a = torch._softmax(z, -1, False, out=z)
    target = torch.gather(a, 1, y)
    # The logarithm of a probability is exact enough unless it underflows (float32's smallest normal number is 1.2e-38);
    # then the scores are made again. A GPU would have to be waited for to know.
    if not x.is_cuda and float(torch.amin(target)) > 1e-30:
      loss = torch.log(target).neg_()
    else:
      loss = torch.logsumexp(self.scores(rows, w).to(x.dtype), [1], True) - score
    losses[lo:lo + chunk].copy_(loss.squeeze(1))
    d = a.scatter_add_(1, y, torch.full_like(target, -1.))
    gb.addmv_(d.t(), factor)
    d2 = self.low(d)
    self.product(gw, d2.t(), self.low(rows * factor.unsqueeze(1)), i > 0)
    dx[lo:lo + chunk].copy_(torch.mm(d2, table)).mul_(factor.unsqueeze(1))
  return (losses, dx)

# Rows that are scored at once: enough for fast products, few enough that their scores [rows, V] stay near a CPU. On two
# cores 384 rows were the best of 128, 192, 256, 384, 512 and 768; with softmax in place, 1.44 to 1.35 s a step
# (docs/performance.md). 12 and 64 million scores bound the memory, 48 and 256 MB in float32, for large vocabularies.
def chunk(self, table: Tensor) -> int:
  if table.is_cuda:
    rows = min(2048, 64000000 // table.size(0))
  else:
    rows = min(384, 12000000 // table.size(0))
  return max(32, rows)
