# Attention of each row to itself, over packed rows. Nothing of the scores is kept: the backward pass makes them again.
# (Attention Is All You Need, arXiv:1706.03762, eq. 1; heads: section 3.2.2.)
#
#   qkv   [N, 3D] queries, keys and values
#   t     see packing.py; "lengths" and "noise" are read, and "visible_bits" [B, L, bytes] uint8 where `cross`: bit j of
#         byte k of a query tells whether it sees key 8k + j of its row
#   like  a tensor in the type of softmax

# C [N, D], one row and a few heads at a time
def attend(self, qkv: Tensor, t: Dict[str, Tensor], cross: bool, site: int, like: Tensor,
    tape: Dict[str, Tensor]) -> Tensor:
  width = qkv.size(1) // 3
  c = self.take_room([qkv.size(0), width], tape, qkv)
  if c.size(0) == 0:
    c = torch.empty([qkv.size(0), width], dtype=qkv.dtype, device=qkv.device)
  noise = t["noise"]
  drops = self.drops(noise, self.attention_dropout)
  lo = 0
  drawn = 0
  for row in range(t["lengths"].size(0)):
    n = int(t["lengths"][row])
    hidden = self.hidden_scores(t, row, n, cross, like)
    part = self.streams(qkv[lo:lo + n])
    into = self.split(c[lo:lo + n])
    step = self.block(n)
    for i in range((self.heads + step - 1) // step):
      h = i * step
      q = part[0][h:h + step]
      k = part[1][h:h + step]
      v = part[2][h:h + step]
      a = self.probabilities(q, k, hidden, cross)
      scale = 1.
      if drops:
        a = a.mul_(self.keep(noise, site, drawn, a.size(0) * n, n, self.attention_dropout, a).reshape(a.size()))
        scale = 1. / (1. - self.attention_dropout)
      drawn = drawn + a.size(0) * n
      into[h:h + step].copy_(torch.baddbmm(v, a.to(v.dtype), v, beta=0, alpha=scale))
    lo = lo + n
  return c

# dC [N, D] -> d(queries, keys, values) [N, 3D]
def attend_backward(self, dc: Tensor, qkv: Tensor, t: Dict[str, Tensor], cross: bool, site: int,
    like: Tensor) -> Tensor:
  d = torch.empty_like(qkv)
  noise = t["noise"]
  drops = self.drops(noise, self.attention_dropout)
  lo = 0
  drawn = 0
  for row in range(t["lengths"].size(0)):
    n = int(t["lengths"][row])
    hidden = self.hidden_scores(t, row, n, cross, like)
    part = self.streams(qkv[lo:lo + n])
    into = self.streams(d[lo:lo + n])
    dc_heads = self.split(dc[lo:lo + n])
    step = self.block(n)
    for i in range((self.heads + step - 1) // step):
      h = i * step
      q = part[0][h:h + step]
      k = part[1][h:h + step]
      v = part[2][h:h + step]
      dy = dc_heads[h:h + step]
      a = self.probabilities(q, k, hidden, cross)
      da = torch.bmm(dy, v.transpose(1, 2)).to(a.dtype)
      scale = torch.pow(float(q.size(2)), -0.5)
      kept = a
      if drops:
        m = self.keep(noise, site, drawn, a.size(0) * n, n, self.attention_dropout, a)
        m = m.reshape(a.size()).mul_(1. / (1. - self.attention_dropout))
        da = da.mul_(m)
        kept = m.mul_(a)
      drawn = drawn + a.size(0) * n
      ds = torch._softmax_backward_data(da, a, -1, a.dtype).to(q.dtype)
      into[0][h:h + step].copy_(torch.baddbmm(k, ds, k, beta=0, alpha=scale))
      into[1][h:h + step].copy_(torch.baddbmm(q, ds.transpose(1, 2), q, beta=0, alpha=scale))
      into[2][h:h + step].copy_(torch.bmm(kept.to(v.dtype).transpose(1, 2), dy))
    lo = lo + n
  return d

# P [H, n, n] = softmax(q k^T / sqrt(D / H) + hidden)
def probabilities(self, q: Tensor, k: Tensor, hidden: Tensor, cross: bool) -> Tensor:
  scale = torch.pow(float(q.size(2)), -0.5)
  if q.dtype == hidden.dtype:
    s = torch.baddbmm(hidden, q, k.transpose(1, 2), beta=1 if cross else 0, alpha=scale)
  else:
    s = torch.bmm(q, k.transpose(1, 2)).to(hidden.dtype).mul_(scale).add_(hidden)
  return torch._softmax(s, -1, False, out=s)

# What is added to one row's scores: 0 where a query sees a key, float32's lowest number where not; [n, n], or [1, 1]
# where all is seen.
def hidden_scores(self, t: Dict[str, Tensor], row: int, n: int, cross: bool, like: Tensor) -> Tensor:
  if cross:
    bits = t["visible_bits"][row][0:n].unsqueeze(2)
    shifts = torch.arange(8, dtype=0, device=like.device)
    seen = bits.bitwise_right_shift(shifts).bitwise_and_(1).view([n, -1])[:, 0:n]
    lowest = -3.4028234663852886e+38
    y = seen.to(like.dtype).sub_(1.).mul_(-lowest)
  else:
    y = torch.zeros([1, 1], dtype=like.dtype, device=like.device)
  return y

# Queries, keys and values [n, 3D] -> [3, H, n, D / H], a view
def streams(self, x: Tensor) -> Tensor:
  return x.view([x.size(0), 3, self.heads, -1]).permute([1, 2, 0, 3])

# [n, D] -> [H, n, D / H], a view
def split(self, x: Tensor) -> Tensor:
  return x.view([x.size(0), self.heads, -1]).transpose(0, 1)

# Heads whose scores of one row are held at a time: 524,288 scores, 2 MB, stay in a core's cache (3 to 5 % of a step of
# BERT-base at 512 tokens, docs/performance.md).
def block(self, n: int) -> int:
  return min(self.heads, max(1, 524288 // (n * n)))
