# The encoder where one token of each row is all that is read of the last hidden states, as [CLS] of most embeddings.
# The last layer then needs keys and values of all tokens, but one query a row: 2 D^2 of 12 D^2 products a token, and no
# n x n scores. Of 4 layers that saves a fifth, of 12 a fifteenth. The same numbers as encode, to rounding.

# H at the tokens `at` [B] of N, [B, D]
def encode_tokens(self, at: Tensor, w: Dict[str, Tensor], t: Dict[str, Tensor], tape: Dict[str, Tensor],
    keep: bool) -> Tensor:
  x = self.encode_up_to(self.layers - 1, w, t, tape, keep)
  place = self.layer_place(self.layers - 1)
  name, site, cross = place
  noise = t["noise"]
  width = x.size(1)
  weight = w[name + ".attention.self.qkv.weight"]
  bias = w[name + ".attention.self.qkv.bias"]
  query = torch.index_select(x, 0, at)
  q = torch.linear(self.low(query), weight[0:width], bias[0:width]).to(x.dtype)
  kv = self.linear_kept(x, weight[width:], bias[width:], tape).to(x.dtype)
  a = self.softmax_of_rows(self.by_head(torch.index_select(q, 0, t["row"]), kv[:, 0:width]), t)
  kept = self.kept_weights(a, noise, site)
  c = self.sum_of_rows(self.times_head(kept, kv[:, width:]), t)
  tape[name + ".query"] = x
  tape[name + ".q"] = q
  tape[name + ".kv"] = kv
  tape[name + ".a"] = self.in_room(a, tape)
  return self.feed_forward(query, c, w, t, place, tape)

# dy [B, D]; all of the encoder's gradients, as encode_backward
def encode_tokens_backward(self, dy: Tensor, at: Tensor, w: Dict[str, Tensor], g: Dict[str, Tensor],
    t: Dict[str, Tensor], tape: Dict[str, Tensor]) -> Tensor:
  place = self.layer_place(self.layers - 1)
  name, site, cross = place
  noise = t["noise"]
  row = t["row"]
  ds1, dc = self.feed_forward_backward(dy, w, g, t, place, tape)
  q = tape.pop(name + ".q")
  kv = tape.pop(name + ".kv")
  a = tape.pop(name + ".a")
  width = q.size(1)
  dc_rows = torch.index_select(dc.to(kv.dtype), 0, row)
  kept = self.kept_weights(a, noise, site)
  dv = self.times_head(kept, dc_rows)
  dkept = self.kept_weights(torch.sum((dc_rows * kv[:, width:]).view([kv.size(0), self.heads, -1]), [2]), noise, site)
  mean = torch.index_select(self.sum_of_rows(a * dkept, t), 0, row)
  ds = (dkept - mean).mul_(a).mul_(torch.pow(float(width // self.heads), -0.5))
  dq = self.sum_of_rows(self.times_head(ds, kv[:, 0:width]), t)
  dkv = torch.cat([self.times_head(ds, torch.index_select(q, 0, row)), dv], 1)

  x = self.input_again(place, w, tape)
  weight = w[name + ".attention.self.qkv.weight"]
  more = "more" in g
  dw = g[name + ".attention.self.qkv.weight"]
  db = g[name + ".attention.self.qkv.bias"]
  self.product(dw[0:width], self.low(dq).t(), self.low(torch.index_select(x, 0, at)), more)
  self.product(dw[width:], self.low(dkv).t(), self.low(x), more)
  self.collect(db[0:width], torch.sum(dq, [0]), more)
  self.collect(db[width:], torch.sum(dkv, [0]), more)
  dx = torch.mm(self.low(dkv), weight[width:]).to(x.dtype)
  dquery = ds1.add_(torch.mm(self.low(dq), weight[0:width]))
  dx = torch.index_add_(dx, 0, at, dquery)
  return self.encode_up_to_backward(self.layers - 1, dx, w, g, t, tape)

# Scores [N, H] of each token's key by its row's query, both [N, D]
def by_head(self, q: Tensor, k: Tensor) -> Tensor:
  s = torch.sum((q * k).view([q.size(0), self.heads, -1]), [2])
  return s.mul_(torch.pow(float(q.size(1) // self.heads), -0.5))

# [N, D], each head's part of x [N, D] times its weight in a [N, H]
def times_head(self, a: Tensor, x: Tensor) -> Tensor:
  return (a.unsqueeze(2) * x.view([x.size(0), self.heads, -1])).view([x.size(0), -1])

# [N, H]: softmax over the tokens of each row
def softmax_of_rows(self, s: Tensor, t: Dict[str, Tensor]) -> Tensor:
  outside = torch.bitwise_not(t["inside"]).unsqueeze(2)
  a = torch.softmax(torch.masked_fill(self.padded(s, t), outside, -3.4028234663852886e+38), 1)
  return torch.index_select(a.view([-1, self.heads]), 0, t["place"])

# [B, n] from [N, n]
def sum_of_rows(self, x: Tensor, t: Dict[str, Tensor]) -> Tensor:
  sums = torch.zeros([t["start"].size(0), x.size(1)], dtype=x.dtype, device=x.device)
  return torch.index_add_(sums, 0, t["row"], x)

# dropout([N, H]), and equally the gradient through it; drawn by token
def kept_weights(self, a: Tensor, noise: Tensor, site: int) -> Tensor:
  if self.drops(noise, self.attention_dropout):
    m = self.keep(noise, site, 0, a.size(0), a.size(1), self.attention_dropout, a)
    y = m.mul_(a).mul_(1. / (1. - self.attention_dropout))
  else:
    y = a
  return y
