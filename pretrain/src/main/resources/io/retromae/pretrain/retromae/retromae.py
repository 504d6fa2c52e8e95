# RetroMAE (arXiv:2205.12035v2) and DupMAE (arXiv:2211.08769v1). One pass over a batch:
#
#   H = encoder(text, lightly masked)                  h = H at [CLS], the sentence embedding          RetroMAE, eq. 1
#   L_encoder = mean cross-entropy of the MLM head on H, at the masked tokens
#   Q = h + P, at every position                       K = h, then the words of the text               eq. 4, H1 and H2
#   G = decoder(Q, K): one layer in which position i sees [CLS] and tokens drawn for i, never itself   eq. 5 and 7
#   L_decoder = mean cross-entropy of the same head on G, at all words                                 eq. 6
#   u[v] = highest score of word v that the head gives a token's H, [CLS] left out                     DupMAE, eq. 6, 7
#   L_bow = -sum over v of bag[v] log softmax(u)[v], a mean over rows                                  eq. 8
#   L = L_encoder + L_decoder + bow_loss_weight L_bow                                                  eq. 9
#
# Where papers and published code differ, this follows the code: losses are means, not sums; DupMAE's projection is the
# MLM head, bag[v] is 1 / length of the text if v occurs, else 0, and [SEP] and masked positions are pooled, too.
#
# Names and sizes: see encoder.py. The batch holds input_ids and encoder_labels (masked), decoder_input_ids and
# decoder_labels (the text), all [B, L]; visible_bits, the decoder's mask; bow_index and bow_weight, the bags.
# Attributes: raw_query, bow_loss_weight (RetroMaeVariant.java).

# Losses of one micro-batch, [total, encoder, decoder, bow], the last three not scaled; d total / d parameter goes into
# `flat`. seed: see noise_keys. scale: factors of the three terms in the total.
def gradients(self, p: Dict[str, Tensor], b: Dict[str, Tensor], flat: Tensor, seed: Tensor, scale: Tensor) -> Tensor:
  before = torch.is_grad_enabled()
  torch.set_grad_enabled(False)
  w = self.compute_weights(p)
  g = self.gradient_views(p, flat)
  t = self.pack(b)
  t["noise"] = self.noise_keys(seed)
  tape = annotate(Dict[str, Tensor], {})
  h = self.encode(w, t, tape, True)
  decoded = self.decode(torch.index_select(h, 0, t["start"]), w, t, tape)

  # Both streams are scored by the same head, so in one go: the encoder's m labels first.
  encoder_rows, encoder_labels = self.labelled(t["encoder_labels"], t)
  decoder_rows, decoder_labels = self.labelled(t["decoder_labels"], t)
  m = encoder_rows.size(0)
  x = torch.cat([torch.index_select(h, 0, encoder_rows), torch.index_select(decoded, 0, decoder_rows)], 0)
  weight = torch.empty([x.size(0)], dtype=x.dtype, device=x.device)
  weight[0:m].fill_(float(scale[0]) / max(1, m))
  weight[m:].fill_(float(scale[1]) / max(1, x.size(0) - m))
  losses, dx = self.mlm_loss(x, torch.cat([encoder_labels, decoder_labels], 0), weight, w, g)

  dh = torch.index_copy_(torch.zeros_like(h), 0, encoder_rows, dx[0:m])
  bow = torch.zeros([], dtype=h.dtype, device=h.device)
  if self.bow_loss_weight > 0.:
    bow = self.bow_loss(h, dh, self.bow_loss_weight * float(scale[2]), w, g, t)
  dcls = self.decode_backward(torch.index_copy_(torch.zeros_like(h), 0, decoder_rows, dx[m:]), w, g, t, tape)
  self.encode_backward(torch.index_add_(dh, 0, t["start"], dcls), w, g, t, tape)
  encoder = self.mean(losses[0:m])
  decoder = self.mean(losses[m:])
  total = encoder * float(scale[0]) + decoder * float(scale[1]) + bow * (self.bow_loss_weight * float(scale[2]))
  torch.set_grad_enabled(before)
  return torch.stack([total, encoder, decoder, bow], 0)

# Sums over a batch without dropout: [encoder loss, tokens, correct, decoder loss, tokens, correct, bow loss, rows].
def evaluate(self, p: Dict[str, Tensor], b: Dict[str, Tensor]) -> Tensor:
  w = self.compute_weights(p)
  t = self.pack(b)
  tape = annotate(Dict[str, Tensor], {})
  h = self.encode(w, t, tape, False)
  decoded = self.decode(torch.index_select(h, 0, t["start"]), w, t, tape)
  bow = torch.zeros([], dtype=7, device=h.device)
  rows = t["lengths"].size(0)
  if self.bow_loss_weight > 0.:
    bow = self.bow_loss(h, h, 0., w, p, t).to(7) * rows
  counts = torch.stack([bow, torch.full_like(bow, rows)], 0)
  encoder = self.token_scores(h, t["encoder_labels"], w, t)
  decoder = self.token_scores(decoded, t["decoder_labels"], w, t)
  return torch.cat([encoder, decoder, counts], 0)

# ---- Enhanced decoder -----------------------------------------------------------------------------------------------

# One layer whose keys and values are not its queries (see layer.py); its places that drop follow the encoder's.
def decoder_place(self) -> Tuple[str, int, bool]:
  return ("c_head", 3 + 3 * self.layers, True)

# G [N, D] from h [B, D]
def decode(self, cls: Tensor, w: Dict[str, Tensor], t: Dict[str, Tensor], tape: Dict[str, Tensor]) -> Tensor:
  query = self.decoder_query(cls, w, t, tape)
  context = self.decoder_context(cls, w, t, tape)
  return self.layer(query, context, w, t, self.decoder_place(), tape)

# Q [N, D]: the sentence embedding at every position. Raw as in RetroMAE's eq. 4; else as in DupMAE's and BGE's code,
# through the embeddings' token type, LayerNorm and dropout.
def decoder_query(self, cls: Tensor, w: Dict[str, Tensor], t: Dict[str, Tensor], tape: Dict[str, Tensor]) -> Tensor:
  x = torch.index_select(cls, 0, t["row"])
  if self.raw_query:
    q = x.add_(torch.index_select(w["bert.embeddings.position_embeddings.weight"], 0, t["position"]))
  else:
    q = self.embed(x, w, t, 2, tape)
  return q

# K [N, D]: the sentence embedding as it leaves the encoder, then the embedded words.
def decoder_context(self, cls: Tensor, w: Dict[str, Tensor], t: Dict[str, Tensor], tape: Dict[str, Tensor]) -> Tensor:
  e = self.embed(self.words(self.packed(t["decoder_input_ids"], t), w), w, t, 1, tape)
  return torch.index_copy(e, 0, t["start"], cls)

# dG [N, D] -> dh [B, D]
def decode_backward(self, dg: Tensor, w: Dict[str, Tensor], g: Dict[str, Tensor], t: Dict[str, Tensor],
    tape: Dict[str, Tensor]) -> Tensor:
  dq, dk = self.layer_backward(dg, w, g, t, self.decoder_place(), tape)
  dh = torch.index_select(dk, 0, t["start"])
  de = self.embed_backward(torch.index_fill_(dk, 0, t["start"], 0.), w, g, t, 1, tape)
  self.words_backward(de, self.packed(t["decoder_input_ids"], t), g)
  if self.raw_query:
    dx = dq
    torch.index_add_(g["bert.embeddings.position_embeddings.weight"], 0, t["position"], dq)
  else:
    dx = self.embed_backward(dq, w, g, t, 2, tape)
  return torch.index_add_(dh, 0, t["row"], dx)

# ---- Bag of words ---------------------------------------------------------------------------------------------------

# L_bow; its gradients times `factor`, if that is not 0, are added to what is in g, and to dh [N, D].
def bow_loss(self, h: Tensor, dh: Tensor, factor: float, w: Dict[str, Tensor], g: Dict[str, Tensor],
    t: Dict[str, Tensor]) -> Tensor:
  table = w["bert.embeddings.word_embeddings.weight"]
  bags = self.bags(t, table.size(0), h)
  rows = bags.size(0)
  loss = torch.zeros([], dtype=h.dtype, device=h.device)
  tape = annotate(Dict[str, Tensor], {})
  lo = 0
  for row in range(rows):
    n = int(t["lengths"][row])
    x = h[lo + 1:lo + n]
    y = self.transform(x, w, tape)
    best, where = self.pooled(y, w)
    logp = torch.log_softmax(best, 0)
    loss = loss - torch.dot(bags[row], logp) / rows
    if factor != 0.:
      du = torch.exp(logp).mul_(torch.sum(bags[row])).sub_(bags[row]).mul_(factor / rows)
      g["cls.predictions.bias"].add_(du)
      g["bert.embeddings.word_embeddings.weight"].addcmul_(torch.index_select(y, 0, where), du.unsqueeze(1))
      # Each entry's gradient goes to the one position that won it: a weighted sum of word vectors per position.
      order = torch.argsort(where, stable=True, dim=0, descending=False)
      wins = torch.bincount(where, None, n - 1)
      first = torch.cumsum(wins, 0) - wins
      by_place = torch.index_select(du, 0, order)
      dy, s1, s2, s3 = torch.embedding_bag(table, order, first, False, 0, False, by_place, False)
      dh[lo + 1:lo + n].add_(self.transform_backward(dy, x, w, g, tape, True))
    lo = lo + n
  return loss

# Targets [B, V] from flat indices b * V + v and weights
def bags(self, t: Dict[str, Tensor], vocabulary: int, like: Tensor) -> Tensor:
  rows = t["lengths"].size(0)
  y = torch.zeros([rows * vocabulary], dtype=like.dtype, device=like.device)
  return torch.index_copy_(y, 0, t["bow_index"], t["bow_weight"].to(like.dtype)).view([rows, vocabulary])

# u [V], and where [V]: best score of each vocabulary entry over the positions 1..n-1 of one row, transformed
# [n - 1, D]. A chunk of positions at a time (head.py), so that scores [n, V] are never held.
def pooled(self, x: Tensor, w: Dict[str, Tensor]) -> Tuple[Tensor, Tensor]:
  chunk = self.chunk(w["head.weight"])
  best, where = torch.max(self.scores(x[0:chunk], w), 0)
  for i in range(1, (x.size(0) + chunk - 1) // chunk):
    lo = i * chunk
    value, place = torch.max(self.scores(x[lo:lo + chunk], w), 0)
    better = value > best
    best = torch.where(better, value, best)
    where = torch.where(better, place + lo, where)
  return (best.to(x.dtype), where)

# ---- For tests ------------------------------------------------------------------------------------------------------

# [H, Q, K, G: each [B, L, D], u [B, V]]. seed: see noise_keys.
def inspect(self, p: Dict[str, Tensor], b: Dict[str, Tensor], seed: Tensor) -> List[Tensor]:
  w = self.compute_weights(p)
  t = self.pack(b)
  t["noise"] = self.noise_keys(seed)
  tape = annotate(Dict[str, Tensor], {})
  h = self.encode(w, t, tape, False)
  decoded = self.decode(torch.index_select(h, 0, t["start"]), w, t, tape)
  u = annotate(List[Tensor], [])
  lo = 0
  for row in range(t["lengths"].size(0)):
    n = int(t["lengths"][row])
    best, where = self.pooled(self.transform(h[lo + 1:lo + n], w, tape), w)
    u.append(best)
    lo = lo + n
  query = self.padded(tape["c_head.query"], t)
  context = self.padded(tape["c_head.context"], t)
  return [self.padded(h, t), query, context, self.padded(decoded, t), torch.stack(u, 0)]
