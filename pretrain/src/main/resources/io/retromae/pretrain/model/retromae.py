class RetroMae(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  layers : int
  heads : int
  pad_token_id : int
  layer_norm_eps : float
  hidden_dropout : float
  attention_dropout : float
  raw_query : bool
  bow_loss_weight : float

  def norm(self: __torch__.RetroMae, x: Tensor, p: Dict[str, Tensor], name: str) -> Tensor:
    w = p[name + ".weight"]
    return torch.layer_norm(x, [torch.size(w, 0)], w, p[name + ".bias"], self.layer_norm_eps, True)

  def linear(self: __torch__.RetroMae, x: Tensor, p: Dict[str, Tensor], name: str) -> Tensor:
    return torch.linear(x, p[name + ".weight"], p[name + ".bias"])

  def drop(self: __torch__.RetroMae, x: Tensor, rate: float, noise: Optional[Generator]) -> Tensor:
    if torch.__is__(noise, None):
      y = x
    else:
      if torch.gt(rate, 0.):
        keep = torch.bernoulli_(torch.empty_like(x), torch.sub(1., rate), generator=noise)
        y = torch.mul(x, torch.div_(keep, torch.sub(1., rate)))
      else:
        y = x
    return y

  def split(self: __torch__.RetroMae, x: Tensor) -> Tensor:
    return torch.transpose(torch.view(x, [torch.size(x, 0), torch.size(x, 1), self.heads, -1]), 1, 2)

  def attend(self: __torch__.RetroMae, q: Tensor, k: Tensor, v: Tensor, mask: Tensor, noise: Optional[Generator]) -> Tensor:
    plain = torch.__is__(noise, None)
    if torch.le(self.attention_dropout, 0.):
      plain = True
    else:
      plain = plain
    if plain:
      c = torch.scaled_dot_product_attention(q, k, v, mask, 0., False)
    else:
      scale = torch.pow(float(torch.size(q, 3)), -0.5)
      s = torch.matmul(torch.mul(q, scale), torch.transpose(k, 2, 3))
      a = torch.softmax(torch.masked_fill(s, torch.bitwise_not(mask), -3.4028234663852886e+38), -1)
      c = torch.matmul(self.drop(a, self.attention_dropout, noise), v)
    return c

  def layer(self: __torch__.RetroMae, query: Tensor, context: Tensor, mask: Tensor, p: Dict[str, Tensor], name: str, noise: Optional[Generator]) -> Tensor:
    q = self.split(self.linear(query, p, name + ".attention.self.query"))
    k = self.split(self.linear(context, p, name + ".attention.self.key"))
    v = self.split(self.linear(context, p, name + ".attention.self.value"))
    c = self.attend(q, k, v, mask, noise)
    c2 = torch.reshape(torch.transpose(c, 1, 2), [torch.size(query, 0), torch.size(query, 1), torch.size(query, 2)])
    o = self.drop(self.linear(c2, p, name + ".attention.output.dense"), self.hidden_dropout, noise)
    y = self.norm(torch.add(query, o), p, name + ".attention.output.LayerNorm")
    f = self.linear(torch.gelu(self.linear(y, p, name + ".intermediate.dense")), p, name + ".output.dense")
    return self.norm(torch.add(y, self.drop(f, self.hidden_dropout, noise)), p, name + ".output.LayerNorm")

  def positions(self: __torch__.RetroMae, p: Dict[str, Tensor], length: int) -> Tensor:
    return torch.slice(p["bert.embeddings.position_embeddings.weight"], 0, 0, length)

  def embedded(self: __torch__.RetroMae, x: Tensor, p: Dict[str, Tensor], noise: Optional[Generator]) -> Tensor:
    t = torch.select(p["bert.embeddings.token_type_embeddings.weight"], 0, 0)
    sum = torch.add(torch.add(x, self.positions(p, torch.size(x, 1))), t)
    return self.drop(self.norm(sum, p, "bert.embeddings.LayerNorm"), self.hidden_dropout, noise)

  def embed(self: __torch__.RetroMae, ids: Tensor, p: Dict[str, Tensor], noise: Optional[Generator]) -> Tensor:
    return self.embedded(torch.embedding(p["bert.embeddings.word_embeddings.weight"], ids, self.pad_token_id), p, noise)

  def transform(self: __torch__.RetroMae, x: Tensor, p: Dict[str, Tensor]) -> Tensor:
    return self.norm(torch.gelu(self.linear(x, p, "cls.predictions.transform.dense")), p, "cls.predictions.transform.LayerNorm")

  # The mean cross-entropy of rows x [n, D] with the tied head, and its gradient by x, by the word table and by
  # the bias in the same pass over 128 rows at a time: the logits [n, V] are never kept. Autograd gets the gradients
  # through a term whose value is zero. (The idea of cut-cross-entropy, arXiv:2411.09009, and of Liger Kernel.)
  def head_loss(self: __torch__.RetroMae, x: Tensor, labels: Tensor, p: Dict[str, Tensor]) -> Tensor:
    h = self.transform(x, p)
    w = p["bert.embeddings.word_embeddings.weight"]
    b = p["cls.predictions.bias"]
    hd = torch.detach(h)
    wd = torch.detach(w)
    bd = torch.detach(b)
    n = torch.size(h, 0)
    gh = torch.empty_like(hd)
    gw = torch.zeros_like(wd)
    gb = torch.zeros_like(bd)
    total = torch.sum(torch.slice(bd, 0, 0, 0))
    chunk = 128
    for i in range(torch.floordiv(torch.sub(torch.add(n, chunk), 1), chunk)):
      lo = torch.mul(i, chunk)
      hi = torch.add(lo, chunk)
      rows = torch.slice(hd, 0, lo, hi)
      y = torch.unsqueeze(torch.slice(labels, 0, lo, hi), 1)
      z = torch.addmm(bd, rows, torch.t(wd))
      top = torch.amax(z, [1], True)
      target = torch.gather(z, 1, y)
      e = torch.exp_(torch.sub_(z, top))
      sums = torch.sum(e, [1], True)
      total = torch.add(total, torch.sum(torch.sub(torch.add(torch.log(sums), top), target)))
      g = torch.div_(e, torch.mul(sums, n))
      g2 = torch.scatter_add_(g, 1, y, torch.full_like(target, torch.div(-1., n)))
      g3 = torch.copy_(torch.slice(gh, 0, lo, hi), torch.mm(g2, wd))
      g4 = torch.addmm_(gw, torch.t(g2), rows)
      g5 = torch.add_(gb, torch.sum(g2, [0]))
    carrier = torch.add(torch.add(torch.sum(torch.mul(h, gh)), torch.sum(torch.mul(w, gw))), torch.sum(torch.mul(b, gb)))
    return torch.add(torch.div(total, n), torch.sub(carrier, torch.detach(carrier)))

  # Mean cross-entropy over the labelled positions; 0 where there is none.
  def token_loss(self: __torch__.RetroMae, hidden: Tensor, labels: Tensor, p: Dict[str, Tensor]) -> Tensor:
    flat = torch.reshape(labels, [-1])
    rows = torch.reshape(torch.nonzero(torch.ne(flat, -100)), [-1])
    if torch.eq(torch.size(rows, 0), 0):
      loss = torch.mul(torch.sum(hidden), 0.)
    else:
      x = torch.index_select(torch.reshape(hidden, [-1, torch.size(hidden, 2)]), 0, rows)
      loss = self.head_loss(x, torch.index_select(flat, 0, rows), p)
    return loss

  # [B, L] 1 where a token is.
  def tokens(self: __torch__.RetroMae, b: Dict[str, Tensor]) -> Tensor:
    ids = b["encoder_input_ids"]
    place = torch.arange(torch.size(ids, 1), dtype=4, device=ids.device)
    return torch.lt(torch.unsqueeze(place, 0), torch.unsqueeze(b["lengths"], 1))

  # H [B, L, D].
  def encode(self: __torch__.RetroMae, p: Dict[str, Tensor], b: Dict[str, Tensor], noise: Optional[Generator]) -> Tensor:
    mask = torch.unsqueeze(torch.unsqueeze(self.tokens(b), 1), 1)
    h = self.embed(b["encoder_input_ids"], p, noise)
    for i in range(self.layers):
      h = self.layer(h, h, mask, p, torch.format("bert.encoder.layer.{}", i), noise)
    return h

  # K [B, L, D]: the sentence embedding as it leaves the encoder, then the embedded words.
  def decoder_context(self: __torch__.RetroMae, cls: Tensor, p: Dict[str, Tensor], b: Dict[str, Tensor], noise: Optional[Generator]) -> Tensor:
    e = self.embed(b["decoder_input_ids"], p, noise)
    return torch.cat([cls, torch.slice(e, 1, 1, torch.size(e, 1))], 1)

  # Q [B, L, D]: the sentence embedding at every position.
  def decoder_query(self: __torch__.RetroMae, cls: Tensor, p: Dict[str, Tensor], length: int, noise: Optional[Generator]) -> Tensor:
    if self.raw_query:
      q = torch.add(cls, self.positions(p, length))
    else:
      q = self.embedded(torch.expand(cls, [-1, length, -1]), p, noise)
    return q

  # [B, 1, L, L] from bits [B, L, bytes]; padding rows see everything (softmax of nothing is NaN) and carry no label.
  def visibility(self: __torch__.RetroMae, b: Dict[str, Tensor]) -> Tensor:
    ids = b["decoder_input_ids"]
    bits = torch.bitwise_and(torch.unsqueeze(b["visible_bits"], 3), torch.reshape(torch.tensor([1, 2, 4, 8, 16, 32, 64, 128], dtype=0, device=ids.device), [1, 1, 1, 8]))
    seen = torch.reshape(torch.ne(bits, 0), [torch.size(ids, 0), torch.size(ids, 1), -1])
    seen2 = torch.slice(seen, 2, 0, torch.size(ids, 1))
    return torch.unsqueeze(torch.logical_or(seen2, torch.unsqueeze(torch.bitwise_not(self.tokens(b)), 2)), 1)

  def decode(self: __torch__.RetroMae, query: Tensor, context: Tensor, p: Dict[str, Tensor], b: Dict[str, Tensor], noise: Optional[Generator]) -> Tensor:
    return self.layer(query, context, self.visibility(b), p, "c_head", noise)

  # u [B, V]: for each vocabulary entry its best score over the positions 1..L-1.
  def pooled_scores(self: __torch__.RetroMae, hidden: Tensor, p: Dict[str, Tensor], b: Dict[str, Tensor]) -> Tensor:
    length = torch.size(hidden, 1)
    h = self.transform(torch.slice(hidden, 1, 1, length), p)
    z = torch.linear(h, p["bert.embeddings.word_embeddings.weight"], p["cls.predictions.bias"])
    padding = torch.bitwise_not(torch.slice(self.tokens(b), 1, 1, length))
    low = torch.mul(torch.unsqueeze(torch.to(padding, z.dtype), 2), -1000.)
    return torch.amax(torch.add(z, low), [1])

  # L_bow: mean over rows of -sum_v w[b, v] log_softmax(u[b])[v], w given as flat indices b * V + v and weights.
  def bow_loss(self: __torch__.RetroMae, u: Tensor, b: Dict[str, Tensor]) -> Tensor:
    logp = torch.reshape(torch.log_softmax(u, -1), [-1])
    picked = torch.index_select(logp, 0, b["bow_index"])
    return torch.neg(torch.div(torch.sum(torch.mul(picked, torch.to(b["bow_weight"], u.dtype))), torch.size(u, 0)))

  # [total, encoder_loss, decoder_loss, bow_loss]; scale: factors of the three terms in the total.
  def losses(self: __torch__.RetroMae, p: Dict[str, Tensor], b: Dict[str, Tensor], noise: Optional[Generator], scale: Tensor) -> Tensor:
    h = self.encode(p, b, noise)
    cls = torch.slice(h, 1, 0, 1)
    encoder_loss = self.token_loss(h, b["encoder_labels"], p)
    query = self.decoder_query(cls, p, torch.size(h, 1), noise)
    context = self.decoder_context(cls, p, b, noise)
    decoder_loss = self.token_loss(self.decode(query, context, p, b, noise), b["decoder_labels"], p)
    total = torch.add(torch.mul(encoder_loss, float(scale[0])), torch.mul(decoder_loss, float(scale[1])))
    bow_loss = torch.mul(torch.detach(encoder_loss), 0.)
    if torch.gt(self.bow_loss_weight, 0.):
      bow_loss = self.bow_loss(self.pooled_scores(h, p, b), b)
      total = torch.add(total, torch.mul(bow_loss, torch.mul(self.bow_loss_weight, float(scale[2]))))
    else:
      pass
    return torch.stack([total, encoder_loss, decoder_loss, bow_loss], 0)

  def noise(self: __torch__.RetroMae, seed: Tensor) -> Optional[Generator]:
    s = int(seed)
    g = annotate(Optional[Generator], None)
    if torch.ge(s, 0):
      g2 = torch.Generator()
      g = torch.manual_seed(g2, s)
    else:
      pass
    return g

  # Losses of one micro-batch; its gradients go into `flat`, each at its parameter's own offset.
  # seed: what dropout draws from; below 0 there is no dropout.
  def gradients(self: __torch__.RetroMae, p: Dict[str, Tensor], b: Dict[str, Tensor], flat: Tensor, seed: Tensor, scale: Tensor) -> Tensor:
    before = torch.is_grad_enabled()
    torch.set_grad_enabled(True)
    w = annotate(Dict[str, Tensor], {})
    leaves = annotate(List[Tensor], [])
    names = torch.sorted(torch.keys(p))
    for k in names:
      leaf = torch.requires_grad_(torch.detach(p[k]), True)
      w[k] = leaf
      x = torch.append(leaves, leaf)
    loss = self.losses(w, b, self.noise(seed), scale)
    grads = torch.grad([torch.select(loss, 0, 0)], leaves, None, None, False, True)
    torch.set_grad_enabled(before)
    for i in range(torch.len(names)):
      q = p[names[i]]
      target = torch.view(torch.slice(flat, 0, torch.storage_offset(q), torch.add(torch.storage_offset(q), torch.numel(q))), torch.size(q))
      g = grads[i]
      if torch.__is__(g, None):
        y = torch.zero_(target)
      else:
        y = torch.copy_(target, unchecked_cast(Tensor, g))
    return torch.detach(loss)

  # [losses, H, Q, K, G, u] without dropout: what the golden tests look into.
  def inspect(self: __torch__.RetroMae, p: Dict[str, Tensor], b: Dict[str, Tensor]) -> List[Tensor]:
    h = self.encode(p, b, None)
    cls = torch.slice(h, 1, 0, 1)
    query = self.decoder_query(cls, p, torch.size(h, 1), None)
    context = self.decoder_context(cls, p, b, None)
    scale = torch.ones([3], dtype=7)
    return [self.losses(p, b, None, scale), h, query, context, self.decode(query, context, p, b, None), self.pooled_scores(h, p, b)]

  # [sum of cross-entropies, number of them, how often the best score is the label's] over the labelled positions.
  def token_scores(self: __torch__.RetroMae, hidden: Tensor, labels: Tensor, p: Dict[str, Tensor]) -> Tensor:
    flat = torch.reshape(labels, [-1])
    rows = torch.reshape(torch.nonzero(torch.ne(flat, -100)), [-1])
    n = torch.size(rows, 0)
    x = self.transform(torch.index_select(torch.reshape(hidden, [-1, torch.size(hidden, 2)]), 0, rows), p)
    y = torch.index_select(flat, 0, rows)
    loss = torch.zeros([], dtype=7, device=hidden.device)
    correct = torch.zeros([], dtype=7, device=hidden.device)
    chunk = 128
    for i in range(torch.floordiv(torch.sub(torch.add(n, chunk), 1), chunk)):
      lo = torch.mul(i, chunk)
      hi = torch.add(lo, chunk)
      z = torch.linear(torch.slice(x, 0, lo, hi), p["bert.embeddings.word_embeddings.weight"], p["cls.predictions.bias"])
      labels2 = torch.slice(y, 0, lo, hi)
      target = torch.reshape(torch.gather(z, 1, torch.unsqueeze(labels2, 1)), [-1])
      loss = torch.add(loss, torch.sum(torch.sub(torch.to(torch.logsumexp(z, [1]), 7), torch.to(target, 7))))
      correct = torch.add(correct, torch.sum(torch.eq(torch.argmax(z, 1), labels2)))
    return torch.stack([loss, torch.full_like(loss, n), correct], 0)

  # Sums over a batch without dropout, for evaluation: [encoder loss, tokens, correct, decoder loss, tokens, correct,
  # bow loss, rows], float64.
  def evaluate(self: __torch__.RetroMae, p: Dict[str, Tensor], b: Dict[str, Tensor]) -> Tensor:
    h = self.encode(p, b, None)
    cls = torch.slice(h, 1, 0, 1)
    query = self.decoder_query(cls, p, torch.size(h, 1), None)
    g = self.decode(query, self.decoder_context(cls, p, b, None), p, b, None)
    encoder = self.token_scores(h, b["encoder_labels"], p)
    decoder = self.token_scores(g, b["decoder_labels"], p)
    rows = torch.size(h, 0)
    bow = torch.zeros([], dtype=7, device=h.device)
    if torch.gt(self.bow_loss_weight, 0.):
      bow = torch.mul(torch.to(self.bow_loss(self.pooled_scores(h, p, b), b), 7), rows)
    else:
      pass
    return torch.cat([encoder, decoder, torch.stack([bow, torch.full_like(bow, rows)], 0)], 0)

  # Sentence embeddings [B, D]: the last hidden state at [CLS].
  def embeddings(self: __torch__.RetroMae, p: Dict[str, Tensor], b: Dict[str, Tensor]) -> Tensor:
    return torch.contiguous(torch.select(self.encode(p, b, None), 1, 0))

  # a + b, into a.
  def add(self: __torch__.RetroMae, a: Tensor, b: Tensor) -> Tensor:
    return torch.add_(a, b)

  # Scales summed gradients and clips them to a global L2 norm, in place. Returns the norm before clipping.
  # hyper: [gradient scale, max norm, ...]
  def clip(self: __torch__.RetroMae, g: Tensor, hyper: Tensor) -> Tensor:
    norm = torch.linalg_vector_norm(torch.mul_(g, float(hyper[0])), 2)
    ratio = float(hyper[1]) / (float(norm) + 9.9999999999999995e-07)
    if torch.lt(ratio, 1.):
      clipped = torch.mul_(g, ratio)
    else:
      pass
    return norm

  # One AdamW step (arXiv:1711.05101) in place on slices of the flat vectors. The lists come in whole from outside:
  # libtorch takes a call that only changes a list made in here for dead code.
  # hyper: [gradient scale, max norm, rate, beta1, beta2, eps, weight decay, step from 1]
  def adamw(self: __torch__.RetroMae, w: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], hyper: Tensor) -> Tensor:
    none = annotate(List[Tensor], [])
    step = torch.to(torch.select(hyper, 0, 7), 6)
    torch._fused_adamw_(w, g, m, v, none, [step], lr=float(hyper[2]), beta1=float(hyper[3]), beta2=float(hyper[4]), weight_decay=float(hyper[6]), eps=float(hyper[5]), amsgrad=False, maximize=False)
    return hyper
