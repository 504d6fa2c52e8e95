# Contrastive fine-tuning (DPR, arXiv:2004.04906, eq. 2; BGE, arXiv:2309.07597, eq. 2) with gradient caching (GradCache,
# arXiv:2101.06983, section 3). What a step computes, with n queries of all ranks, G passages a query of which the first
# is its positive, and y_i = i G:
#
#   e(x)  the pooled hidden state of a text, divided by its length where `normalize`
#   s_ij = e(q_i) . e(p_j) / temperature
#   L_contrast = -1/n sum_i log( exp s_iy / sum over j in C_i of exp s_ij )
#   C_i: all passages of all ranks, or those of the shard, or the group {iG .. iG+G-1}; less copies of a positive
#
#   t_i = softmax of the teacher's scores of the group                             distillation, g over the group:
#   kl_div:  L_kd = -1/n sum_i sum_g t_ig log softmax_g(s_i)             L = L_contrast + kd_weight L_kd
#   m3:      L_kd = -1/n sum_i sum_g t_ig log( exp s_ig / sum over j in C_i, not among the g first, of exp s_ij )
#            (BGE-M3, arXiv:2402.03216, section 3.3, as published)       L = L_kd
#
# Scores of all queries and all passages would not fit into memory. They are made by tiles, twice, and forgotten: once
# for a query's normaliser and gradient (query_side, running sums as in FlashAttention, arXiv:2205.14135, algorithm 1),
# once for a passage's gradient (passage_side). A passage outside the group of query i has the gradient
# exp(s_ij - z_i) / n by its score, whatever the loss; the few scores of the group are treated apart, since taking them
# from a sum over all would cancel.
#
# Names and sizes of the encoder: see encoder.py. Here: d components that the loss sees; e [R, d] embeddings of all rows
# of all ranks; [lo, hi) rows of e. Attributes: pooling (0 [CLS], 1 mean, 2 last token), normalize, temperature,
# distillation (0 none, 1 kl_div, 2 m3), kd_weight, fix_positions (no gradients of the position table); tapes, room: see vectors_kept.
# A score that does not count is float32's lowest number.

# ---- Vectors of a chunk of rows -------------------------------------------------------------------------------------

# Pooled vectors of a chunk into `into` [r, D], at rows b["row_numbers"]; nothing is kept.
def vectors(self, p: Dict[str, Tensor], b: Dict[str, Tensor], into: Tensor, seed: Tensor, place: Tensor) -> Tensor:
  v = self.pool(self.compute_weights(p), self.chunk_of_rows(b, seed, place), annotate(Dict[str, Tensor], {}), False)
  return torch.index_copy_(into, 0, b["row_numbers"], v)

# The same; what the backward pass reads is kept under place[0], the chunk's number in the step, in `tapes`. Its memory is
# one piece for all chunks that the step keeps, kept = [their tokens, their number], and is used again by the next step:
# room[0]["room"]. What the chunks so far have left of it is room[0]["rest"]. (A piece a chunk would grow to the longest
# chunk that ever had that number: more than any one step keeps.)
def vectors_kept(self, p: Dict[str, Tensor], b: Dict[str, Tensor], into: Tensor, seed: Tensor, place: Tensor,
    kept: Tensor) -> Tensor:
  tape = annotate(Dict[str, Tensor], {})
  w = self.compute_weights(p)
  if int(place[0]) == 0:
    self.tapes.clear()
    if 0 not in self.room:
      self.room[0] = annotate(Dict[str, Tensor], {})
    table = self.make_room(int(kept[0]), int(kept[1]), w, tape, self.room[0])
  elif "rest" in self.room[0]:
    tape["room"] = self.room[0]["rest"]
  t = self.chunk_of_rows(b, seed, place)
  v = self.pool(w, t, tape, True)
  if "room" in tape:
    self.room[0]["rest"] = tape.pop("room")
  self.tapes[int(place[0])] = self.forget_inputs(tape)
  return torch.index_copy_(into, 0, b["row_numbers"], v)

# d L / d parameter of a chunk into `flat`, from the gradient d_vectors [r, D] of its shard's vectors; added to what
# `flat` holds, if the chunk is not its shard's first. Rows that were not kept are encoded again.
def gradients(self, p: Dict[str, Tensor], b: Dict[str, Tensor], flat: Tensor, seed: Tensor, place: Tensor,
    d_vectors: Tensor) -> Tensor:
  enabled = torch.is_grad_enabled()
  torch.set_grad_enabled(False)
  w = self.compute_weights(p)
  if int(place[1]) == 0:
    g = self.gradient_views(p, flat)
    self.zero_words(g)
  else:
    g = self.more_gradients(p, flat)
  t = self.chunk_of_rows(b, seed, place)
  if int(place[0]) in self.tapes:
    tape = self.tapes.pop(int(place[0]))
  else:
    tape = annotate(Dict[str, Tensor], {})
    if len(self.tapes) == 0 and 0 in self.room: # what was kept there has been read
      table = self.make_room(t["position"].size(0), 1, w, tape, self.room[0])
    v = self.pool(w, t, tape, True)
  dx = self.pool_backward(torch.index_select(d_vectors, 0, b["row_numbers"]), w, g, t, tape)
  if self.fix_positions:
    dx = g["bert.embeddings.position_embeddings.weight"].zero_()
  torch.set_grad_enabled(enabled)
  return dx

# Dropout counts the tokens and the rows of a shard, not those of a chunk: it drops the same however the rows are cut.
# place: number of the chunk; tokens and rows of its shard that are in earlier ones
def chunk_of_rows(self, b: Dict[str, Tensor], seed: Tensor, place: Tensor) -> Dict[str, Tensor]:
  t = self.pack(b)
  keys = self.noise_keys(seed)
  last = 3 * self.layers
  for site in range(keys.size(0)):
    before = int(place[1])
    if site >= 3 and (site - 3) % 3 == 0 and (site < last or self.pooling == 1):
      before = before * self.heads # of attention.py: a counter for each head of each token
    if site > last and self.pooling != 1:
      before = int(place[2]) # of one_token.py: a counter for each row
    keys[site][0].add_(before)
  t["noise"] = keys
  return t

# Vectors [B, D]
def pool(self, w: Dict[str, Tensor], t: Dict[str, Tensor], tape: Dict[str, Tensor], keep: bool) -> Tensor:
  if self.pooling == 1:
    h = self.encode(w, t, tape, keep)
    v = self.sum_of_rows(h, t).div_(self.row_lengths(t, h))
  else:
    v = self.encode_tokens(self.pooled_tokens(t), w, t, tape, keep)
  return v

# dv [B, D]; all of the encoder's gradients
def pool_backward(self, dv: Tensor, w: Dict[str, Tensor], g: Dict[str, Tensor], t: Dict[str, Tensor],
    tape: Dict[str, Tensor]) -> Tensor:
  if self.pooling == 1:
    dh = torch.index_select(dv / self.row_lengths(t, dv), 0, t["row"])
    dx = self.encode_backward(dh, w, g, t, tape)
  else:
    dx = self.encode_tokens_backward(dv, self.pooled_tokens(t), w, g, t, tape)
  return dx

def row_lengths(self, t: Dict[str, Tensor], like: Tensor) -> Tensor:
  return t["lengths"].to(like.device).to(like.dtype).unsqueeze(1)

# [B] of the one token that is each row's vector
def pooled_tokens(self, t: Dict[str, Tensor]) -> Tensor:
  at = t["start"]
  if self.pooling == 2:
    at = at + t["lengths"].to(at.device) - 1
  return at

# ---- Embeddings of vectors ------------------------------------------------------------------------------------------

# [embeddings [r, d], what they were divided by [r, 1]] of vectors [r, D]: of their first d components (Matryoshka,
# arXiv:2205.13147, eq. 1)
def embed_vectors(self, v: Tensor, dims: Tensor) -> List[Tensor]:
  x = v[:, 0:int(dims)]
  norm = torch.ones([v.size(0), 1], dtype=v.dtype, device=v.device)
  if self.normalize:
    norm = torch.clamp_min(torch.linalg_vector_norm(x, 2, [1], True), 1e-12)
  return [x / norm, norm]

# Adds to the gradient dv [r, D] of vectors what follows from that of their embeddings, de [r, d].
def embed_vectors_backward(self, dv: Tensor, de: Tensor, e: Tensor, norm: Tensor) -> Tensor:
  dx = de
  if self.normalize:
    along = e * torch.sum(e * de, [1], True)
    dx = torch.where(norm > 1e-12, de - along, de) / norm
  return dv[:, 0:e.size(1)].add_(dx)

# ---- Loss -----------------------------------------------------------------------------------------------------------

# A block of queries against all that they are scored with. Writes their gradients, and what their groups get from them,
# to de [own rows, d].
#   rows         on the host: [lo, hi) of the queries in e, lo of their groups, then lo of both in de
#   tiles [T, 2] on the host: [lo, hi) of passages in e
#   b            "hidden": places in the tiles that do not count, at least those of the groups, one tile after the
#                other, up to "hidden_ends" [T] (host); "group_counts" [m, G], 1 where a passage of the group counts,
#                else 0; "teacher" [m, G]
#   factor       of the gradient: share in the whole / n
# Returns [z [m], sums float64: contrast, distillation, hits, positive scores, hardest negative scores, those that have
# a negative].
def query_side(self, e: Tensor, de: Tensor, b: Dict[str, Tensor], rows: Tensor, tiles: Tensor, hidden_ends: Tensor,
    factor: Tensor) -> List[Tensor]:
  count = int(rows[1]) - int(rows[0])
  counts = b["group_counts"]
  size = counts.size(1)
  q = e[int(rows[0]):int(rows[1])]
  p = e[int(rows[2]):int(rows[2]) + count * size].view([count, size, -1])
  top, total, mix = self.outside(q, e, b["hidden"], tiles, hidden_ends)
  outside = top + torch.log(total)
  s = torch.matmul(p, q.unsqueeze(2)).squeeze(2).mul_(1. / self.temperature)
  counted = torch.where(counts > 0, s, torch.full_like(s, -3.4028234663852886e+38))

  z = torch.logaddexp(outside, torch.logsumexp(counted, [1], True))
  contrast = z - s[:, 0:1]
  ds = torch.exp(counted - z)
  ds[:, 0].sub_(1.)
  kd = torch.zeros_like(contrast)
  if self.distillation == 1:
    teacher = torch.softmax(b["teacher"], 1)
    student = torch.log_softmax(s, 1)
    kd = torch.sum(teacher * student, [1], True).neg_()
    ds = ds.add_((torch.exp(student) - teacher).mul_(self.kd_weight))
  if self.distillation == 2:
    kd, ds, z = self.m3(s, outside, torch.log_softmax(b["teacher"], 1))

  scale = float(factor) / self.temperature
  dq = mix.mul_(torch.exp(top - z)).add_(torch.matmul(ds.unsqueeze(1), p).squeeze(1)).mul_(scale)
  de[int(rows[3]):int(rows[3]) + count].copy_(dq)
  dp = (ds.unsqueeze(2) * q.unsqueeze(1)).mul_(scale).view([count * size, -1])
  de[int(rows[4]):int(rows[4]) + count * size].copy_(dp)

  hardest = torch.amax(torch.cat([top, counted[:, 1:]], 1), [1], True)
  some = hardest > -1e+38
  sums = [torch.sum(contrast.to(7)), torch.sum(kd.to(7)), torch.sum((s[:, 0:1] > hardest).to(7)),
      torch.sum(s[:, 0:1].to(7)), torch.sum(torch.where(some, hardest, torch.zeros_like(hardest)).to(7)),
      torch.sum(some.to(7))]
  return [z.squeeze(1), torch.stack(sums, 0)]

# Over passages outside the groups: greatest score [m, 1], sum of exp(s - greatest) [m, 1], sum of
# exp(s - greatest) e(p) [m, d]. -3e38, 0 and 0 where there are none.
def outside(self, q: Tensor, e: Tensor, hidden: Tensor, tiles: Tensor,
    hidden_ends: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
  top = torch.full([q.size(0), 1], -3e+38, dtype=q.dtype, device=q.device)
  total = torch.zeros_like(top)
  mix = torch.zeros_like(q)
  start = 0
  for i in range(tiles.size(0)):
    p = e[int(tiles[i][0]):int(tiles[i][1])]
    end = int(hidden_ends[i])
    s = self.tile(q, p, hidden[start:end])
    start = end
    above = torch.maximum(top, torch.amax(s, [1], True))
    shrink = torch.exp(top - above)
    x = s.sub_(above).exp_()
    total = total.mul_(shrink).add_(torch.sum(x, [1], True))
    mix = torch.addmm(mix.mul_(shrink), x, p, beta=1, alpha=1)
    top = above
  return (top, total, mix)

# Distillation among scores s [m, G] of groups: loss [m, 1], its gradient by s [m, G], and z [m, 1], by which
# exp(s_ij - z_i) is its gradient by a score outside the group. log_teacher: log t [m, G]
def m3(self, s: Tensor, outside: Tensor, log_teacher: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
  t = torch.exp(log_teacher)
  rest = torch.flip(torch.logcumsumexp(torch.flip(s, [1]), 1), [1])
  rest = torch.logaddexp(outside, rest)
  kd = torch.sum(t * (rest - s), [1], True)
  within = torch.logcumsumexp(log_teacher - rest, 1)
  return (kd, torch.exp(s + within) - t, within[:, within.size(1) - 1:].neg())

# Adds to de [own rows, d] the gradient of a block of passages by queries of other groups.
#   rows         on the host: [lo, hi) of the passages in e, then lo in de
#   tiles [T, 3] on the host: [lo, hi) of queries in e, then lo in z
#   b            "z": of all queries; "hidden" as above, in tiles of queries by passages
def passage_side(self, e: Tensor, de: Tensor, b: Dict[str, Tensor], rows: Tensor, tiles: Tensor, hidden_ends: Tensor,
    factor: Tensor) -> Tensor:
  p = e[int(rows[0]):int(rows[1])]
  z = b["z"].to(p.dtype)
  dp = torch.zeros_like(p)
  start = 0
  for i in range(tiles.size(0)):
    q = e[int(tiles[i][0]):int(tiles[i][1])]
    at = int(tiles[i][2])
    end = int(hidden_ends[i])
    x = self.tile(q, p, b["hidden"][start:end]).sub_(z[at:at + q.size(0)].unsqueeze(1)).exp_()
    start = end
    dp = torch.addmm(dp, x.t(), q, beta=1, alpha=1)
  return de[int(rows[2]):int(rows[2]) + p.size(0)].add_(dp.mul_(float(factor) / self.temperature))

# Scores [m, k] of queries by passages, those that do not count lowest
def tile(self, q: Tensor, p: Tensor, hidden: Tensor) -> Tensor:
  s = torch.mm(q, p.t()).mul_(1. / self.temperature)
  return torch.index_fill_(s.view([-1]), 0, hidden, -3.4028234663852886e+38).view(s.size())
