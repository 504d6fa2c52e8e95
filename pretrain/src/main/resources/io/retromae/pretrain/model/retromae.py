# RetroMAE and DupMAE: forward, backward and AdamW. TorchScript in the form that libtorch stores it in, which is why
# element types are numbers: 0 uint8, 2 int16, 3 int32, 4 int64, 6 float32, 7 float64, 15 bfloat16.
#
# The backward pass is written out. So nothing is kept that can be made again for less than keeping it costs, gradients
# go straight to their place in the flat vector, and each layer's memory is given back as soon as it is used up.
#
# Sizes: B rows; N tokens of all rows, padding left out; n tokens of one row; D hidden; H heads; V vocabulary.
#   p, g   parameters and their gradients by Hugging Face's names; "self.qkv" [3D, D] is query, key and value in one
#   b      the batch as Java made it, padded to [B, L]
#   t      where tokens lie: "inside" [B, L] true at tokens, "place" [N] in B * L, "position" [N] in the row, "row" [N], "start" [B] in N, "lengths" [B]
#   tape   what the backward pass reads, by name
#   noise  [sites, 2] keys of dropout; no rows: no dropout
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
  gradient_checkpointing : bool
  bfloat16 : bool
  fused_attention : bool

  # ---- Where things lie ---------------------------------------------------------------------------------------------

  def pack(self: __torch__.RetroMae, b: Dict[str, Tensor]) -> Dict[str, Tensor]:
    ids = b["encoder_input_ids"]
    length = ids.size(1)
    lengths = b["lengths"]
    inside = torch.arange(length, dtype=4).unsqueeze(0) < lengths.unsqueeze(1)
    place = torch.nonzero(inside.view([-1])).view([-1])
    t = annotate(Dict[str, Tensor], {})
    t["lengths"] = lengths
    t["inside"] = inside.to(ids.device)
    t["place"] = place.to(ids.device)
    t["position"] = torch.remainder(place, length).to(ids.device)
    t["row"] = torch.floor_divide(place, length).to(ids.device)
    t["start"] = (torch.cumsum(lengths, 0) - lengths).to(ids.device)
    return t

  # [B, L] -> [N]
  def packed(self: __torch__.RetroMae, x: Tensor, t: Dict[str, Tensor]) -> Tensor:
    return torch.index_select(x.view([-1]), 0, t["place"])

  # [N, D] -> [B, L, D], zero past a row's end
  def padded(self: __torch__.RetroMae, x: Tensor, t: Dict[str, Tensor], b: Dict[str, Tensor]) -> Tensor:
    ids = b["encoder_input_ids"]
    y = torch.zeros([ids.size(0) * ids.size(1), x.size(1)], dtype=x.dtype, device=x.device)
    return torch.index_copy_(y, 0, t["place"], x).view([ids.size(0), ids.size(1), -1])

  def gradient_views(self: __torch__.RetroMae, p: Dict[str, Tensor], flat: Tensor) -> Dict[str, Tensor]:
    g = annotate(Dict[str, Tensor], {})
    for name in p.keys():
      w = p[name]
      start = w.storage_offset()
      g[name] = flat[start:start + w.numel()].view(w.size())
    return g

  # Masters stay as they are; what matrix products read is cast once if they run in bfloat16. The word table is both:
  # looked up as it is, and cast for the MLM head under a name of its own.
  def compute_weights(self: __torch__.RetroMae, p: Dict[str, Tensor]) -> Dict[str, Tensor]:
    w = annotate(Dict[str, Tensor], {})
    for name in p.keys():
      if "LayerNorm" in name or "embeddings" in name:
        w[name] = p[name]
      else:
        w[name] = self.low(p[name])
    w["head.weight"] = self.low(p["bert.embeddings.word_embeddings.weight"])
    return w

  def low(self: __torch__.RetroMae, x: Tensor) -> Tensor:
    if self.bfloat16:
      y = x.to(15)
    else:
      y = x
    return y

  # ---- Linear, LayerNorm --------------------------------------------------------------------------------------------

  # [n, in] -> [n, out]
  def linear(self: __torch__.RetroMae, x: Tensor, w: Dict[str, Tensor], name: str) -> Tensor:
    return torch.linear(self.low(x), w[name + ".weight"], w[name + ".bias"])

  # into <- a b, or into + a b; a and b in the type of matrix products, into in that of the masters.
  def product(self: __torch__.RetroMae, into: Tensor, a: Tensor, b: Tensor, accumulate: bool) -> Tensor:
    if a.dtype == into.dtype:
      beta = 0
      if accumulate:
        beta = 1
      else:
        pass
      y = into.addmm_(a, b, beta=beta, alpha=1)
    else:
      if accumulate:
        y = into.add_(torch.mm(a, b))
      else:
        y = into.copy_(torch.mm(a, b))
    return y

  def collect(self: __torch__.RetroMae, into: Tensor, x: Tensor, accumulate: bool) -> Tensor:
    if accumulate:
      y = into.add_(x)
    else:
      y = into.copy_(x)
    return y

  # dy [n, out] -> dx [n, in]
  def linear_backward(self: __torch__.RetroMae, dy: Tensor, x: Tensor, w: Dict[str, Tensor], g: Dict[str, Tensor], name: str, accumulate: bool) -> Tensor:
    d = self.low(dy)
    y1 = self.product(g[name + ".weight"], d.t(), self.low(x), accumulate)
    y2 = self.collect(g[name + ".bias"], torch.sum(dy, [0], dtype=g[name + ".bias"].dtype), accumulate)
    return torch.mm(d, w[name + ".weight"])

  # [n, D] -> [n, D]; the tape keeps the input's mean and rstd, the caller the input.
  def norm(self: __torch__.RetroMae, x: Tensor, w: Dict[str, Tensor], name: str, tape: Dict[str, Tensor], tag: str) -> Tensor:
    y, mean, rstd = torch.native_layer_norm(x, [x.size(1)], w[name + ".weight"], w[name + ".bias"], self.layer_norm_eps)
    tape[tag + ".mean"] = mean
    tape[tag + ".rstd"] = rstd
    return y

  def norm_backward(self: __torch__.RetroMae, dy: Tensor, x: Tensor, w: Dict[str, Tensor], g: Dict[str, Tensor], name: str, tape: Dict[str, Tensor], tag: str, accumulate: bool) -> Tensor:
    mean = tape.pop(tag + ".mean")
    rstd = tape.pop(tag + ".rstd")
    dx, dw, db = torch.native_layer_norm_backward(dy, x, [x.size(1)], mean, rstd, w[name + ".weight"], w[name + ".bias"], [True, True, True])
    y1 = self.collect(g[name + ".weight"], dw, accumulate)
    y2 = self.collect(g[name + ".bias"], db, accumulate)
    return dx

  # ---- Dropout ------------------------------------------------------------------------------------------------------

  # Random keys of all places that drop, from one seed; below 0 there is no dropout.
  def noise_keys(self: __torch__.RetroMae, seed: Tensor) -> Tensor:
    s = int(seed)
    if s < 0:
      keys = torch.empty([0, 2], dtype=4)
    else:
      g = torch.Generator()
      g2 = torch.manual_seed(g, s)
      keys = torch.random_(torch.empty([3 * self.layers + 6, 2], dtype=4), -2147483648, 2147483648, generator=g2)
    return keys

  # [n] int32, mixed in place: two multiply-xorshift rounds (lowbias32 of Wellons' hash prospector) but for the last
  # xorshift. Shifts keep the sign, so that xor clears it: no harm before a product, but it must not end in that.
  def mix(self: __torch__.RetroMae, x: Tensor) -> Tensor:
    y = x.mul_(569420461)
    return x.bitwise_xor_(x.bitwise_right_shift(15)).mul_(1935289751)

  # [n] int32: random numbers, 0 or above, of the counters begin, begin + 1, ... under a key
  def counted(self: __torch__.RetroMae, key: int, begin: int, n: int, like: Tensor) -> Tensor:
    start = (key + begin + 2147483648) % 4294967296 - 2147483648
    x = torch.arange(n, dtype=3, device=like.device).add_(start)
    y = self.mix(x.bitwise_xor_(x.bitwise_right_shift(16)))
    return y.bitwise_xor_(y.bitwise_right_shift(16))

  # Which values of a matrix [rows, columns] stay: 1, or 0 with probability `rate`. A hash of the row's and the column's
  # random numbers, so that it can be drawn again in the backward pass, on any device, by any number of threads; each
  # 32-bit word decides for two values.
  def keep(self: __torch__.RetroMae, noise: Tensor, site: int, begin: int, rows: int, columns: int, rate: float, like: Tensor) -> Tensor:
    words = (columns + 1) // 2
    r = self.counted(int(noise[site][0]), begin, rows, like)
    c = self.counted(int(noise[site][1]), 0, words, like)
    x = self.mix(torch.bitwise_xor(r.unsqueeze(1), c.unsqueeze(0)))
    m = torch.empty([rows, 2, words], dtype=like.dtype, device=like.device)
    upper = m[:, 0].copy_(x)
    lower = m[:, 1].copy_(x.bitwise_xor_(x.bitwise_right_shift(16)).bitwise_left_shift_(16))
    return m.view([rows, -1]).ge_(rate * 4294967296. - 2147483648.)[:, 0:columns]

  # What one place keeps, for its tests. at: [site, begin, rows, columns]
  def kept(self: __torch__.RetroMae, like: Tensor, seed: Tensor, at: Tensor, rate: Tensor) -> Tensor:
    return self.keep(self.noise_keys(seed), int(at[0]), int(at[1]), int(at[2]), int(at[3]), float(rate), like).contiguous()

  def drops(self: __torch__.RetroMae, noise: Tensor, rate: float) -> bool:
    return noise.size(0) > 0 and rate > 0.

  # residual + dropout(x), [n, D]
  def add_dropped(self: __torch__.RetroMae, residual: Tensor, x: Tensor, noise: Tensor, site: int) -> Tensor:
    if self.drops(noise, self.hidden_dropout):
      m = self.keep(noise, site, 0, residual.size(0), residual.size(1), self.hidden_dropout, residual)
      y = torch.addcmul(residual, x, m, value=1. / (1. - self.hidden_dropout))
    else:
      y = residual + x
    return y

  # dropout(x), and equally the gradient through it
  def dropped(self: __torch__.RetroMae, x: Tensor, noise: Tensor, site: int) -> Tensor:
    if self.drops(noise, self.hidden_dropout):
      m = self.keep(noise, site, 0, x.size(0), x.size(1), self.hidden_dropout, x)
      y = m.mul_(x).mul_(1. / (1. - self.hidden_dropout))
    else:
      y = x
    return y

  # ---- Attention ----------------------------------------------------------------------------------------------------

  # Queries, keys and values [n, 3D] -> [3, H, n, D / H], a view
  def streams(self: __torch__.RetroMae, x: Tensor) -> Tensor:
    return x.view([x.size(0), 3, self.heads, -1]).permute([1, 2, 0, 3])

  # [n, D] -> [H, n, D / H], a view
  def split(self: __torch__.RetroMae, x: Tensor) -> Tensor:
    return x.view([x.size(0), self.heads, -1]).transpose(0, 1)

  # What is added to one row's scores: 0 where a query sees a key, the lowest number where not; [n, n], or [1, 1] where
  # all is seen. Bit j of byte k of a query is key 8k + j.
  def hidden_scores(self: __torch__.RetroMae, b: Dict[str, Tensor], row: int, n: int, decoder: bool, like: Tensor) -> Tensor:
    if decoder:
      bits = b["visible_bits"][row][0:n].unsqueeze(2)
      shifts = torch.arange(8, dtype=0, device=like.device)
      seen = bits.bitwise_right_shift(shifts).bitwise_and_(1).view([n, -1])[:, 0:n]
      lowest = -3.4028234663852886e+38
      y = seen.to(like.dtype).sub_(1.).mul_(-lowest)
    else:
      y = torch.zeros([1, 1], dtype=like.dtype, device=like.device)
    return y

  # P [H, n, n] = softmax(q k^T / sqrt(D / H) + hidden)
  def probabilities(self: __torch__.RetroMae, q: Tensor, k: Tensor, hidden: Tensor, decoder: bool) -> Tensor:
    scale = torch.pow(float(q.size(2)), -0.5)
    if q.dtype == hidden.dtype:
      beta = 0
      if decoder:
        beta = 1
      else:
        pass
      s = torch.baddbmm(hidden, q, k.transpose(1, 2), beta=beta, alpha=scale)
    else:
      s = torch.bmm(q, k.transpose(1, 2)).to(hidden.dtype).mul_(scale).add_(hidden)
    return torch._softmax(s, -1, False, out=s)

  # Heads whose scores of one row are held at a time: so many that they stay in a core's cache.
  def block(self: __torch__.RetroMae, n: int) -> int:
    return min(self.heads, max(1, 524288 // (n * n)))

  # C [N, D] from queries, keys and values [N, 3D], one row and a few heads at a time; nothing of the scores is kept for
  # the backward pass.
  def attend(self: __torch__.RetroMae, qkv: Tensor, b: Dict[str, Tensor], t: Dict[str, Tensor], decoder: bool, noise: Tensor, site: int, like: Tensor) -> Tensor:
    width = qkv.size(1) // 3
    c = torch.empty([qkv.size(0), width], dtype=qkv.dtype, device=qkv.device)
    drops = self.drops(noise, self.attention_dropout)
    lo = 0
    drawn = 0
    for row in range(t["lengths"].size(0)):
      n = int(t["lengths"][row])
      hidden = self.hidden_scores(b, row, n, decoder, like)
      part = self.streams(qkv[lo:lo + n])
      into = self.split(c[lo:lo + n])
      step = self.block(n)
      for i in range((self.heads + step - 1) // step):
        h = i * step
        q = part[0][h:h + step]
        k = part[1][h:h + step]
        v = part[2][h:h + step]
        a = self.probabilities(q, k, hidden, decoder)
        scale = 1.
        if drops:
          a = a.mul_(self.keep(noise, site, drawn, a.size(0) * n, n, self.attention_dropout, a).reshape(a.size()))
          scale = 1. / (1. - self.attention_dropout)
        else:
          pass
        drawn = drawn + a.size(0) * n
        y = into[h:h + step].copy_(torch.baddbmm(v, a.to(v.dtype), v, beta=0, alpha=scale))
      lo = lo + n
    return c

  # dC [N, D] -> d(queries, keys, values) [N, 3D]
  def attend_backward(self: __torch__.RetroMae, dc: Tensor, qkv: Tensor, b: Dict[str, Tensor], t: Dict[str, Tensor], decoder: bool, noise: Tensor, site: int, like: Tensor) -> Tensor:
    d = torch.empty_like(qkv)
    drops = self.drops(noise, self.attention_dropout)
    lo = 0
    drawn = 0
    for row in range(t["lengths"].size(0)):
      n = int(t["lengths"][row])
      hidden = self.hidden_scores(b, row, n, decoder, like)
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
        a = self.probabilities(q, k, hidden, decoder)
        da = torch.bmm(dy, v.transpose(1, 2)).to(a.dtype)
        scale = torch.pow(float(q.size(2)), -0.5)
        kept = a
        if drops:
          m = self.keep(noise, site, drawn, a.size(0) * n, n, self.attention_dropout, a).reshape(a.size()).mul_(1. / (1. - self.attention_dropout))
          da = da.mul_(m)
          kept = m.mul_(a)
        else:
          pass
        drawn = drawn + a.size(0) * n
        ds = torch._softmax_backward_data(da, a, -1, a.dtype).to(q.dtype)
        y1 = into[0][h:h + step].copy_(torch.baddbmm(k, ds, k, beta=0, alpha=scale))
        y2 = into[1][h:h + step].copy_(torch.baddbmm(q, ds.transpose(1, 2), q, beta=0, alpha=scale))
        y3 = into[2][h:h + step].copy_(torch.bmm(kept.to(v.dtype).transpose(1, 2), dy))
      lo = lo + n
    return d

  # ---- Attention by libtorch's fused kernels, for GPUs ----------------------------------------------------------------

  # [N, k D] -> [k, B, H, L, D / H]
  def padded_heads(self: __torch__.RetroMae, x: Tensor, k: int, b: Dict[str, Tensor], t: Dict[str, Tensor]) -> Tensor:
    y = self.padded(x, t, b)
    return y.view([y.size(0), y.size(1), k, self.heads, -1]).permute([2, 0, 3, 1, 4])

  # [B, H, L, D / H] -> [N, D]
  def packed_heads(self: __torch__.RetroMae, x: Tensor, t: Dict[str, Tensor]) -> Tensor:
    return torch.index_select(x.transpose(1, 2).reshape([x.size(0) * x.size(2), -1]), 0, t["place"])

  # True where a query sees a key, [B, 1, L, L] or [B, 1, 1, L]. Padding sees everything: softmax of nothing is NaN.
  def seen(self: __torch__.RetroMae, b: Dict[str, Tensor], t: Dict[str, Tensor], decoder: bool) -> Tensor:
    ids = b["encoder_input_ids"]
    length = ids.size(1)
    inside = t["inside"]
    if decoder:
      shifts = torch.arange(8, dtype=0, device=ids.device)
      bits = b["visible_bits"].unsqueeze(3).bitwise_right_shift(shifts).bitwise_and_(1)
      visible = bits.view([ids.size(0), length, -1])[:, :, 0:length].to(11)
      y = torch.logical_or(visible, torch.bitwise_not(inside).unsqueeze(2)).unsqueeze(1)
    else:
      y = inside.unsqueeze(1).unsqueeze(1)
    return y

  # The kernels draw dropout from the device's generator, which no other model of the process may use: seeded here, and
  # again for the backward pass.
  def fused(self: __torch__.RetroMae, q: Tensor, k: Tensor, v: Tensor, seen: Tensor, noise: Tensor, site: int) -> Tensor:
    rate = 0.
    if self.drops(noise, self.attention_dropout):
      rate = self.attention_dropout
      torch.manual_seed(int(noise[site][0]) + 2147483648)
    else:
      pass
    return torch.scaled_dot_product_attention(q, k, v, seen, rate, False)

  def attend_fused(self: __torch__.RetroMae, qkv: Tensor, b: Dict[str, Tensor], t: Dict[str, Tensor], decoder: bool, noise: Tensor, site: int) -> Tensor:
    x = self.padded_heads(qkv, 3, b, t)
    return self.packed_heads(self.fused(x[0], x[1], x[2], self.seen(b, t, decoder), noise, site), t)

  # The kernels keep what their own backward pass wants in autograd's graph; it is made again for this one operation.
  def attend_fused_backward(self: __torch__.RetroMae, dc: Tensor, qkv: Tensor, b: Dict[str, Tensor], t: Dict[str, Tensor], decoder: bool, noise: Tensor, site: int) -> Tensor:
    x = self.padded_heads(qkv, 3, b, t)
    q = torch.requires_grad_(torch.clone(x[0]), True)
    k = torch.requires_grad_(torch.clone(x[1]), True)
    v = torch.requires_grad_(torch.clone(x[2]), True)
    torch.set_grad_enabled(True)
    c = self.fused(q, k, v, self.seen(b, t, decoder), noise, site)
    torch.set_grad_enabled(False)
    d = torch.grad([c], [q, k, v], annotate(List[Optional[Tensor]], [self.padded_heads(dc, 1, b, t)[0]]), None, False, False)
    parts = annotate(List[Tensor], [])
    for i in range(3):
      y = parts.append(self.packed_heads(unchecked_cast(Tensor, d[i]), t))
    return torch.cat(parts, 1)

  # ---- One post-LayerNorm transformer layer --------------------------------------------------------------------------

  # [N, 3D]; the decoder's keys and values come from another stream than its queries.
  def project(self: __torch__.RetroMae, query: Tensor, context: Tensor, w: Dict[str, Tensor], name: str, decoder: bool) -> Tensor:
    if decoder:
      q = self.linear(query, w, name + ".attention.self.query")
      qkv = torch.cat([q, self.linear(context, w, name + ".attention.self.kv")], 1)
    else:
      qkv = self.linear(query, w, name + ".attention.self.qkv")
    return qkv

  # query [N, D] is the residual too; returns [N, D].
  def layer(self: __torch__.RetroMae, query: Tensor, context: Tensor, w: Dict[str, Tensor], b: Dict[str, Tensor], t: Dict[str, Tensor], index: int, noise: Tensor, tape: Dict[str, Tensor]) -> Tensor:
    decoder = index == self.layers
    name = self.layer_name(index)
    site = 3 + 3 * index
    qkv = self.project(query, context, w, name, decoder)
    if self.fused_attention:
      c = self.attend_fused(qkv, b, t, decoder, noise, site)
    else:
      c = self.attend(qkv, b, t, decoder, noise, site, query)
    s1 = self.add_dropped(query, self.linear(c, w, name + ".attention.output.dense"), noise, site + 1)
    y = self.norm(s1, w, name + ".attention.output.LayerNorm", tape, name + ".1")
    u = self.linear(y, w, name + ".intermediate.dense")
    s2 = self.add_dropped(y, self.linear(torch.gelu(u), w, name + ".output.dense"), noise, site + 2)
    tape[name + ".qkv"] = qkv
    tape[name + ".c"] = c
    tape[name + ".s1"] = s1
    tape[name + ".u"] = u
    tape[name + ".s2"] = s2
    return self.norm(s2, w, name + ".output.LayerNorm", tape, name + ".2")

  # dy [N, D] -> d query [N, D], d context [N, D] (encoder: both are in the first, the second is empty)
  def layer_backward(self: __torch__.RetroMae, dy: Tensor, query: Tensor, context: Tensor, w: Dict[str, Tensor], g: Dict[str, Tensor], b: Dict[str, Tensor], t: Dict[str, Tensor], index: int, noise: Tensor, tape: Dict[str, Tensor]) -> Tuple[Tensor, Tensor]:
    decoder = index == self.layers
    name = self.layer_name(index)
    site = 3 + 3 * index
    ds2 = self.norm_backward(dy, tape.pop(name + ".s2"), w, g, name + ".output.LayerNorm", tape, name + ".2", False)
    u = tape.pop(name + ".u")
    da = self.linear_backward(self.dropped(ds2, noise, site + 2), torch.gelu(u), w, g, name + ".output.dense", False)
    du = torch.gelu_backward(da, u)
    s1 = tape.pop(name + ".s1")
    scratch = annotate(Dict[str, Tensor], {})
    y = self.norm(s1, w, name + ".attention.output.LayerNorm", scratch, name)
    dy1 = ds2.add_(self.linear_backward(du, y, w, g, name + ".intermediate.dense", False))
    ds1 = self.norm_backward(dy1, s1, w, g, name + ".attention.output.LayerNorm", tape, name + ".1", False)
    dc = self.linear_backward(self.dropped(ds1, noise, site + 1), tape.pop(name + ".c"), w, g, name + ".attention.output.dense", False)
    qkv = tape.pop(name + ".qkv")
    if self.fused_attention:
      dqkv = self.attend_fused_backward(dc, qkv, b, t, decoder, noise, site)
    else:
      dqkv = self.attend_backward(dc, qkv, b, t, decoder, noise, site, query)
    if decoder:
      width = query.size(1)
      dq = self.linear_backward(dqkv[:, 0:width], query, w, g, name + ".attention.self.query", False)
      dk = self.linear_backward(dqkv[:, width:], context, w, g, name + ".attention.self.kv", False).to(query.dtype)
    else:
      dq = self.linear_backward(dqkv, query, w, g, name + ".attention.self.qkv", False)
      dk = dq[0:0]
    return (ds1.add_(dq), dk)

  def layer_name(self: __torch__.RetroMae, index: int) -> str:
    if index == self.layers:
      name = "c_head"
    else:
      name = torch.format("bert.encoder.layer.{}", index)
    return name

  # ---- Embeddings ---------------------------------------------------------------------------------------------------

  # dropout(LayerNorm(x + T[0] + P[position])), x [N, D]
  def embed(self: __torch__.RetroMae, x: Tensor, w: Dict[str, Tensor], t: Dict[str, Tensor], noise: Tensor, site: int, tape: Dict[str, Tensor]) -> Tensor:
    s = torch.index_select(w["bert.embeddings.position_embeddings.weight"], 0, t["position"]).add_(x).add_(w["bert.embeddings.token_type_embeddings.weight"][0])
    tag = torch.format("embed.{}", site)
    tape[tag] = s
    return self.dropped(self.norm(s, w, "bert.embeddings.LayerNorm", tape, tag), noise, site)

  # dy [N, D] -> dx [N, D]
  def embed_backward(self: __torch__.RetroMae, dy: Tensor, w: Dict[str, Tensor], g: Dict[str, Tensor], t: Dict[str, Tensor], noise: Tensor, site: int, tape: Dict[str, Tensor]) -> Tensor:
    tag = torch.format("embed.{}", site)
    dx = self.norm_backward(self.dropped(dy, noise, site), tape.pop(tag), w, g, "bert.embeddings.LayerNorm", tape, tag, True)
    y1 = torch.index_add_(g["bert.embeddings.position_embeddings.weight"], 0, t["position"], dx)
    y2 = g["bert.embeddings.token_type_embeddings.weight"][0].add_(torch.sum(dx, [0]))
    return dx

  def words(self: __torch__.RetroMae, ids: Tensor, w: Dict[str, Tensor]) -> Tensor:
    return torch.index_select(w["bert.embeddings.word_embeddings.weight"], 0, ids)

  # Look-ups of [PAD] get no gradient, as in the reference (torch.nn.Embedding's padding_idx).
  def words_backward(self: __torch__.RetroMae, dx: Tensor, ids: Tensor, g: Dict[str, Tensor]) -> Tensor:
    looked_up = (ids != self.pad_token_id).unsqueeze(1).to(dx.dtype)
    return torch.index_add_(g["bert.embeddings.word_embeddings.weight"], 0, ids, dx.mul_(looked_up))

  # ---- Encoder and decoder ------------------------------------------------------------------------------------------

  # H [N, D]
  def encode(self: __torch__.RetroMae, w: Dict[str, Tensor], b: Dict[str, Tensor], t: Dict[str, Tensor], noise: Tensor, tape: Dict[str, Tensor], backward: bool) -> Tensor:
    x = self.embed(self.words(self.packed(b["encoder_input_ids"], t), w), w, t, noise, 0, tape)
    for i in range(self.layers):
      if backward:
        tape[torch.format("input.{}", i)] = x
      else:
        pass
      if backward and not self.gradient_checkpointing:
        x = self.layer(x, x, w, b, t, i, noise, tape)
      else:
        x = self.layer(x, x, w, b, t, i, noise, annotate(Dict[str, Tensor], {}))
    return x

  # dH [N, D]; all of the encoder's gradients
  def encode_backward(self: __torch__.RetroMae, dh: Tensor, w: Dict[str, Tensor], g: Dict[str, Tensor], b: Dict[str, Tensor], t: Dict[str, Tensor], noise: Tensor, tape: Dict[str, Tensor]) -> Tensor:
    dx = dh
    for back in range(self.layers):
      i = self.layers - 1 - back
      x = tape.pop(torch.format("input.{}", i))
      if self.gradient_checkpointing:
        again = self.layer(x, x, w, b, t, i, noise, tape)
      else:
        pass
      dx, none = self.layer_backward(dx, x, x, w, g, b, t, i, noise, tape)
    dx = self.embed_backward(dx, w, g, t, noise, 0, tape)
    return self.words_backward(dx, self.packed(b["encoder_input_ids"], t), g)

  # K [N, D]: the sentence embedding as it leaves the encoder, then the embedded words.
  def decoder_context(self: __torch__.RetroMae, cls: Tensor, w: Dict[str, Tensor], b: Dict[str, Tensor], t: Dict[str, Tensor], noise: Tensor, tape: Dict[str, Tensor]) -> Tensor:
    e = self.embed(self.words(self.packed(b["decoder_input_ids"], t), w), w, t, noise, 1, tape)
    return torch.index_copy(e, 0, t["start"], cls)

  # Q [N, D]: the sentence embedding at every position.
  def decoder_query(self: __torch__.RetroMae, cls: Tensor, w: Dict[str, Tensor], t: Dict[str, Tensor], noise: Tensor, tape: Dict[str, Tensor]) -> Tensor:
    x = torch.index_select(cls, 0, t["row"])
    if self.raw_query:
      q = x.add_(torch.index_select(w["bert.embeddings.position_embeddings.weight"], 0, t["position"]))
    else:
      q = self.embed(x, w, t, noise, 2, tape)
    return q

  # G [N, D] from h [B, D]
  def decode(self: __torch__.RetroMae, cls: Tensor, w: Dict[str, Tensor], b: Dict[str, Tensor], t: Dict[str, Tensor], noise: Tensor, tape: Dict[str, Tensor]) -> Tensor:
    query = self.decoder_query(cls, w, t, noise, tape)
    context = self.decoder_context(cls, w, b, t, noise, tape)
    tape["query"] = query
    tape["context"] = context
    return self.layer(query, context, w, b, t, self.layers, noise, tape)

  # dG [N, D] -> dh [B, D]
  def decode_backward(self: __torch__.RetroMae, dg: Tensor, w: Dict[str, Tensor], g: Dict[str, Tensor], b: Dict[str, Tensor], t: Dict[str, Tensor], noise: Tensor, tape: Dict[str, Tensor]) -> Tensor:
    dq, dk = self.layer_backward(dg, tape.pop("query"), tape.pop("context"), w, g, b, t, self.layers, noise, tape)
    dh = torch.index_select(dk, 0, t["start"])
    de = self.embed_backward(torch.index_fill_(dk, 0, t["start"], 0.), w, g, t, noise, 1, tape)
    y1 = self.words_backward(de, self.packed(b["decoder_input_ids"], t), g)
    if self.raw_query:
      dx = dq
      y2 = torch.index_add_(g["bert.embeddings.position_embeddings.weight"], 0, t["position"], dq)
    else:
      dx = self.embed_backward(dq, w, g, t, noise, 2, tape)
    return torch.index_add_(dh, 0, t["row"], dx)

  # ---- MLM head -----------------------------------------------------------------------------------------------------

  # LayerNorm(gelu(W x + b)) [n, D]
  def transform(self: __torch__.RetroMae, x: Tensor, w: Dict[str, Tensor], tape: Dict[str, Tensor]) -> Tensor:
    u = self.linear(x, w, "cls.predictions.transform.dense")
    a = torch.gelu(u).to(x.dtype)
    tape["transform.u"] = u
    tape["transform.a"] = a
    return self.norm(a, w, "cls.predictions.transform.LayerNorm", tape, "transform")

  def transform_backward(self: __torch__.RetroMae, dy: Tensor, x: Tensor, w: Dict[str, Tensor], g: Dict[str, Tensor], tape: Dict[str, Tensor], accumulate: bool) -> Tensor:
    da = self.norm_backward(dy, tape.pop("transform.a"), w, g, "cls.predictions.transform.LayerNorm", tape, "transform", accumulate)
    u = tape.pop("transform.u")
    du = torch.gelu_backward(da.to(u.dtype), u)
    return self.linear_backward(du, x, w, g, "cls.predictions.transform.dense", accumulate).to(x.dtype)

  # Scores [n, V] of transformed rows [n, D]
  def scores(self: __torch__.RetroMae, x: Tensor, w: Dict[str, Tensor]) -> Tensor:
    return torch.linear(self.low(x), w["head.weight"], w["cls.predictions.bias"])

  # Rows that are scored at once: enough for fast products, few enough that their scores [rows, V] stay near a CPU.
  def chunk(self: __torch__.RetroMae, table: Tensor) -> int:
    if table.is_cuda:
      rows = min(2048, 64000000 // table.size(0))
    else:
      rows = min(384, 12000000 // table.size(0))
    return max(32, rows)

  # Cross-entropies [m] of transformed rows x [m, D], and the gradient by x of their sum weighted by `weight` [m]. Rows
  # are scored a chunk at a time and the scores forgotten, never [m, V] (the idea of cut-cross-entropy, arXiv:2411.09009).
  def head_loss(self: __torch__.RetroMae, x: Tensor, labels: Tensor, weight: Tensor, w: Dict[str, Tensor], g: Dict[str, Tensor]) -> Tuple[Tensor, Tensor]:
    table = w["head.weight"]
    chunk = self.chunk(table)
    m = x.size(0)
    losses = torch.empty([m], dtype=x.dtype, device=x.device)
    dx = torch.empty_like(x)
    gw = g["bert.embeddings.word_embeddings.weight"]
    gb = g["cls.predictions.bias"]
    if m == 0:
      y1 = gw.zero_()
    else:
      pass
    y2 = gb.zero_()
    # Room for one chunk, made once: fresh memory of this size would cost more in page faults than its arithmetic.
    room = torch.empty([min(m, chunk), table.size(0)], dtype=table.dtype, device=x.device)
    for i in range((m + chunk - 1) // chunk):
      lo = i * chunk
      rows = x[lo:lo + chunk]
      y = labels[lo:lo + chunk].unsqueeze(1)
      factor = weight[lo:lo + chunk]
      z = torch.addmm(w["cls.predictions.bias"], self.low(rows), table.t(), beta=1, alpha=1, out=room[0:rows.size(0)]).to(x.dtype)
      score = torch.gather(z, 1, y)
      a = torch._softmax(z, -1, False, out=z)
      target = torch.gather(a, 1, y)
      # The logarithm of a probability is exact enough unless it underflows; then the scores are made again. A GPU would
      # have to be waited for to know.
      if not x.is_cuda and float(torch.amin(target)) > 1e-30:
        loss = torch.log(target).neg_()
      else:
        loss = torch.logsumexp(self.scores(rows, w).to(x.dtype), [1], True) - score
      y3 = losses[lo:lo + chunk].copy_(loss.squeeze(1))
      d = a.scatter_add_(1, y, torch.full_like(target, -1.))
      y4 = gb.addmv_(d.t(), factor)
      d2 = self.low(d)
      y5 = self.product(gw, d2.t(), self.low(rows * factor.unsqueeze(1)), i > 0)
      y6 = dx[lo:lo + chunk].copy_(torch.mm(d2, w["head.weight"])).mul_(factor.unsqueeze(1))
    return (losses, dx)

  # ---- Bag of words -------------------------------------------------------------------------------------------------

  # Best score of each vocabulary entry over the positions 1..n-1 of one row, transformed [n - 1, D], and where: [V], [V]
  def pooled(self: __torch__.RetroMae, x: Tensor, w: Dict[str, Tensor]) -> Tuple[Tensor, Tensor]:
    chunk = self.chunk(w["head.weight"])
    best, where = torch.max(self.scores(x[0:chunk], w), 0)
    for i in range(1, (x.size(0) + chunk - 1) // chunk):
      lo = i * chunk
      value, place = torch.max(self.scores(x[lo:lo + chunk], w), 0)
      better = value > best
      best = torch.where(better, value, best)
      where = torch.where(better, place + lo, where)
    return (best.to(x.dtype), where)

  # Targets [B, V] from flat indices b * V + v and weights
  def bags(self: __torch__.RetroMae, b: Dict[str, Tensor], vocabulary: int, like: Tensor) -> Tensor:
    rows = b["encoder_input_ids"].size(0)
    y = torch.zeros([rows * vocabulary], dtype=like.dtype, device=like.device)
    return torch.index_copy_(y, 0, b["bow_index"], b["bow_weight"].to(like.dtype)).view([rows, vocabulary])

  # L_bow = mean over rows of -sum_v bag[b, v] log_softmax(u[b])[v]; its gradients times `factor` if there is one.
  # Gradients are added to what is in g, and to dh [N, D].
  def bow_loss(self: __torch__.RetroMae, h: Tensor, dh: Tensor, factor: float, w: Dict[str, Tensor], g: Dict[str, Tensor], b: Dict[str, Tensor], t: Dict[str, Tensor]) -> Tensor:
    table = w["bert.embeddings.word_embeddings.weight"]
    bags = self.bags(b, table.size(0), h)
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
        y1 = g["cls.predictions.bias"].add_(du)
        y2 = g["bert.embeddings.word_embeddings.weight"].addcmul_(torch.index_select(y, 0, where), du.unsqueeze(1))
        # Each entry's gradient goes to the one position that won it: a weighted sum of word vectors per position.
        order = torch.argsort(where, stable=True, dim=0, descending=False)
        wins = torch.bincount(where, None, n - 1)
        first = torch.cumsum(wins, 0) - wins
        dy, s1, s2, s3 = torch.embedding_bag(table, order, first, False, 0, False, torch.index_select(du, 0, order), False)
        y3 = dh[lo + 1:lo + n].add_(self.transform_backward(dy, x, w, g, tape, True))
      else:
        pass
      lo = lo + n
    return loss

  # ---- The objective ------------------------------------------------------------------------------------------------

  # Packed positions that carry a label [m], and the labels [m]
  def labelled(self: __torch__.RetroMae, labels: Tensor, t: Dict[str, Tensor]) -> Tuple[Tensor, Tensor]:
    y = self.packed(labels, t)
    rows = torch.nonzero(y != -100).view([-1])
    return (rows, torch.index_select(y, 0, rows))

  # Mean over a part of [m] losses; 0 where it is empty
  def mean(self: __torch__.RetroMae, losses: Tensor) -> Tensor:
    return torch.sum(losses) / max(1, losses.size(0))

  # Losses of one micro-batch, [total, encoder, decoder, bow], the last three not scaled; d total / d parameter goes into
  # `flat`, each at its parameter's own offset. seed: see noise_keys. scale: factors of the three terms in the total.
  def gradients(self: __torch__.RetroMae, p: Dict[str, Tensor], b: Dict[str, Tensor], flat: Tensor, seed: Tensor, scale: Tensor) -> Tensor:
    before = torch.is_grad_enabled()
    torch.set_grad_enabled(False)
    w = self.compute_weights(p)
    g = self.gradient_views(p, flat)
    t = self.pack(b)
    noise = self.noise_keys(seed)
    tape = annotate(Dict[str, Tensor], {})
    h = self.encode(w, b, t, noise, tape, True)
    decoded = self.decode(torch.index_select(h, 0, t["start"]), w, b, t, noise, tape)

    # Both streams are scored by the same head, so in one go.
    encoder_rows, encoder_labels = self.labelled(b["encoder_labels"], t)
    decoder_rows, decoder_labels = self.labelled(b["decoder_labels"], t)
    m = encoder_rows.size(0)
    x = torch.cat([torch.index_select(h, 0, encoder_rows), torch.index_select(decoded, 0, decoder_rows)], 0)
    weight = torch.empty([x.size(0)], dtype=x.dtype, device=x.device)
    y1 = weight[0:m].fill_(float(scale[0]) / max(1, m))
    y2 = weight[m:].fill_(float(scale[1]) / max(1, x.size(0) - m))
    losses, dy = self.head_loss(self.transform(x, w, tape), torch.cat([encoder_labels, decoder_labels], 0), weight, w, g)
    dx = self.transform_backward(dy, x, w, g, tape, False)
    for name in ["LayerNorm.weight", "LayerNorm.bias", "position_embeddings.weight", "token_type_embeddings.weight"]:
      y3 = g["bert.embeddings." + name].zero_()
    dh = torch.index_copy_(torch.zeros_like(h), 0, encoder_rows, dx[0:m])
    bow = torch.zeros([], dtype=h.dtype, device=h.device)
    if self.bow_loss_weight > 0.:
      bow = self.bow_loss(h, dh, self.bow_loss_weight * float(scale[2]), w, g, b, t)
    else:
      pass
    dcls = self.decode_backward(torch.index_copy_(torch.zeros_like(h), 0, decoder_rows, dx[m:]), w, g, b, t, noise, tape)
    y4 = self.encode_backward(torch.index_add_(dh, 0, t["start"], dcls), w, g, b, t, noise, tape)
    encoder = self.mean(losses[0:m])
    decoder = self.mean(losses[m:])
    total = encoder * float(scale[0]) + decoder * float(scale[1]) + bow * (self.bow_loss_weight * float(scale[2]))
    torch.set_grad_enabled(before)
    return torch.stack([total, encoder, decoder, bow], 0)

  # [sum of cross-entropies, their number, how often the best score is the label's], float64
  def token_scores(self: __torch__.RetroMae, x: Tensor, labels: Tensor, w: Dict[str, Tensor], t: Dict[str, Tensor]) -> Tensor:
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

  # Sums over a batch without dropout: [encoder loss, tokens, correct, decoder loss, tokens, correct, bow loss, rows].
  def evaluate(self: __torch__.RetroMae, p: Dict[str, Tensor], b: Dict[str, Tensor]) -> Tensor:
    w = self.compute_weights(p)
    t = self.pack(b)
    none = torch.empty([0, 2], dtype=4)
    tape = annotate(Dict[str, Tensor], {})
    h = self.encode(w, b, t, none, tape, False)
    decoded = self.decode(torch.index_select(h, 0, t["start"]), w, b, t, none, tape)
    bow = torch.zeros([], dtype=7, device=h.device)
    rows = b["encoder_input_ids"].size(0)
    if self.bow_loss_weight > 0.:
      bow = self.bow_loss(h, h, 0., w, p, b, t).to(7) * rows
    else:
      pass
    counts = torch.stack([bow, torch.full_like(bow, rows)], 0)
    return torch.cat([self.token_scores(h, b["encoder_labels"], w, t), self.token_scores(decoded, b["decoder_labels"], w, t), counts], 0)

  # [H, Q, K, G: each [B, L, D], u [B, V]]: what tests look into. seed: see noise_keys.
  def inspect(self: __torch__.RetroMae, p: Dict[str, Tensor], b: Dict[str, Tensor], seed: Tensor) -> List[Tensor]:
    w = self.compute_weights(p)
    t = self.pack(b)
    noise = self.noise_keys(seed)
    tape = annotate(Dict[str, Tensor], {})
    h = self.encode(w, b, t, noise, tape, False)
    decoded = self.decode(torch.index_select(h, 0, t["start"]), w, b, t, noise, tape)
    u = annotate(List[Tensor], [])
    lo = 0
    for row in range(t["lengths"].size(0)):
      n = int(t["lengths"][row])
      best, where = self.pooled(self.transform(h[lo + 1:lo + n], w, tape), w)
      y = u.append(best)
      lo = lo + n
    return [self.padded(h, t, b), self.padded(tape["query"], t, b), self.padded(tape["context"], t, b), self.padded(decoded, t, b), torch.stack(u, 0)]

  # Sentence embeddings [B, D]: the last hidden state at [CLS], not normalised.
  def embeddings(self: __torch__.RetroMae, p: Dict[str, Tensor], b: Dict[str, Tensor]) -> Tensor:
    t = self.pack(b)
    h = self.encode(self.compute_weights(p), b, t, torch.empty([0, 2], dtype=4), annotate(Dict[str, Tensor], {}), False)
    return torch.index_select(h, 0, t["start"])

  # ---- Vectors as a whole -------------------------------------------------------------------------------------------

  # The batch on the device of `like`, copied from pinned memory without waiting; "lengths" stays here, where it is read.
  def upload(self: __torch__.RetroMae, batch: List[Tensor], like: Tensor) -> List[Tensor]:
    there = annotate(List[Tensor], [])
    for x in batch:
      if like.is_cuda:
        y = there.append(torch.to(torch.pin_memory(x, None), like.device, x.dtype, True, False))
      else:
        y = there.append(x)
    return there

  # Room for x on the host; pinned, if x is on a GPU.
  def host_like(self: __torch__.RetroMae, x: Tensor) -> Tensor:
    return torch.empty(x.size(), dtype=x.dtype, device=torch.device("cpu"), pin_memory=x.is_cuda)

  # b, into a.
  def copy(self: __torch__.RetroMae, a: Tensor, b: Tensor) -> Tensor:
    return a.copy_(b)

  # a + b, into a.
  def add(self: __torch__.RetroMae, a: Tensor, b: Tensor) -> Tensor:
    return a.add_(b)

  # L2 norms of the blocks of a vector [n], the last of which may be shorter. A block's bits depend on its values only.
  def norms(self: __torch__.RetroMae, g: Tensor, block: Tensor) -> Tensor:
    size = int(block)
    whole = g.size(0) // size
    end = whole * size
    norms = torch.linalg_vector_norm(torch.narrow(g, 0, 0, end).view([whole, size]), 2, [1])
    if end < g.size(0):
      rest = torch.linalg_vector_norm(torch.narrow(g, 0, end, g.size(0) - end).view([1, g.size(0) - end]), 2, [1])
      norms = torch.cat([norms, rest], 0)
    return norms

  # Gradients times a factor, in place. (The fused AdamW could divide them, but by a float32 only.)
  def scale(self: __torch__.RetroMae, g: Tensor, factor: Tensor) -> Tensor:
    return g.mul_(float(factor))

  # One AdamW step (arXiv:1711.05101) in place on slices of the flat vectors. The lists come in whole from outside:
  # libtorch takes a call that only changes a list made in here for dead code.
  # hyper: [rate, beta1, beta2, eps, weight decay, step from 1]
  def adamw(self: __torch__.RetroMae, w: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], hyper: Tensor) -> Tensor:
    none = annotate(List[Tensor], [])
    step = torch.to(hyper[5], w[0].device, 6)
    torch._fused_adamw_(w, g, m, v, none, [step], lr=float(hyper[0]), beta1=float(hyper[1]), beta2=float(hyper[2]), weight_decay=float(hyper[4]), eps=float(hyper[3]), amsgrad=False, maximize=False)
    return hyper
