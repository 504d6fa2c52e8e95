# BERT's encoder (arXiv:1810.04805) for vectors alone, on a CPU: forward, float32, nothing kept.
#
# TorchScript in the form that libtorch stores it in, as training's encoder.py, which computes the same. What differs:
# weights of matrix products lie in oneDNN's own order, packed once; rows are neither padded nor cut, and neighbours of
# one length attend in one call; operations overwrite what is not read again; where one token of each row is the vector,
# the last layer computes that token alone. A row's bits do not depend on the other rows.
#
# Sizes: N tokens of all rows, row after row; n tokens of one row; D hidden; H heads; V vocabulary.
#   w    parameters by Hugging Face's names; weights of products packed; "self.qkv" is query, key and value in one, or,
#        in the last layer where it computes one token, "self.query" and "self.kv"
#   b    "ids", "positions" [N]; "groups" [G, 2] neighbours of one length: their number, their length;
#        "first", "end" [B]: the tokens of each row, by their places in N, whose mean is its vector

# [out, in] in oneDNN's order, for products with some `rows`
def packed(self, weight: Tensor) -> Tensor:
  return ops.mkldnn._reorder_linear_weight(weight, 1024)

# Vectors [B, D], not normalised
def vectors(self, w: Dict[str, Tensor], b: Dict[str, Tensor]) -> Tensor:
  groups = self.lengths(b["groups"])
  h = self.embed(w, b)
  for i in range(self.layers):
    if self.one_token and i == self.layers - 1:
      h = self.last_layer(h, w, torch.format("bert.encoder.layer.{}", i), groups, b["first"])
    else:
      h = self.layer(h, w, torch.format("bert.encoder.layer.{}", i), groups)
  if not self.one_token:
    h = self.means(h, b["first"], b["end"])
  return h

def lengths(self, groups: Tensor) -> List[Tuple[int, int]]:
  y = annotate(List[Tuple[int, int]], [])
  for i in range(groups.size(0)):
    y.append((int(groups[i][0]), int(groups[i][1])))
  return y

def embed(self, w: Dict[str, Tensor], b: Dict[str, Tensor]) -> Tensor:
  x = torch.index_select(w["bert.embeddings.word_embeddings.weight"], 0, b["ids"])
  x = x.add_(torch.index_select(w["bert.embeddings.position_embeddings.weight"], 0, b["positions"]))
  x = x.add_(w["bert.embeddings.token_type_embeddings.weight"][0])
  return self.norm(x, w, "bert.embeddings.LayerNorm")

# h [N, D] -> [N, D]
def layer(self, h: Tensor, w: Dict[str, Tensor], name: str, groups: List[Tuple[int, int]]) -> Tensor:
  qkv = self.linear(h, w, name + ".attention.self.qkv")
  width = h.size(1)
  c = torch.empty_like(h)
  lo = 0
  for rows, n in groups:
    x = qkv[lo:lo + rows * n].view([rows, n, 3, self.heads, -1]).permute([2, 0, 3, 1, 4])
    self.attend(x[0], x[1], x[2], c[lo:lo + rows * n])
    lo = lo + rows * n
  return self.feed_forward(h, c, w, name)

# The same for the tokens `which` [B], one of each row: h [N, D] -> [B, D]
def last_layer(self, h: Tensor, w: Dict[str, Tensor], name: str, groups: List[Tuple[int, int]],
    which: Tensor) -> Tensor:
  kv = self.linear(h, w, name + ".attention.self.kv")
  x = torch.index_select(h, 0, which)
  q = self.linear(x, w, name + ".attention.self.query")
  c = torch.empty_like(x)
  lo = 0
  row = 0
  for rows, n in groups:
    k = kv[lo:lo + rows * n].view([rows, n, 2, self.heads, -1]).permute([2, 0, 3, 1, 4])
    heads = q[row:row + rows].view([rows, 1, self.heads, -1]).transpose(1, 2)
    self.attend(heads, k[0], k[1], c[row:row + rows])
    lo = lo + rows * n
    row = row + rows
  return self.feed_forward(x, c, w, name)

# softmax(q k^T / sqrt(D / H)) v of rows of one length, [rows, H, n, D / H], into [rows n, D]
def attend(self, q: Tensor, k: Tensor, v: Tensor, into: Tensor) -> Tensor:
  y, log_sums = torch._scaled_dot_product_flash_attention_for_cpu(q, k, v)
  return into.view([q.size(0), q.size(2), self.heads, -1]).copy_(y.transpose(1, 2))

# c [N, D] attention, h [N, D] what it was made of -> [N, D]
def feed_forward(self, h: Tensor, c: Tensor, w: Dict[str, Tensor], name: str) -> Tensor:
  x = self.linear(c, w, name + ".attention.output.dense").add_(h)
  x = self.norm(x, w, name + ".attention.output.LayerNorm")
  u = torch.gelu_(self.linear(x, w, name + ".intermediate.dense"))
  return self.norm(self.linear(u, w, name + ".output.dense").add_(x), w, name + ".output.LayerNorm")

def linear(self, x: Tensor, w: Dict[str, Tensor], name: str) -> Tensor:
  return ops.mkldnn._linear_pointwise(x, w[name + ".weight"], w[name + ".bias"], "none",
      annotate(List[Optional[number]], []), "")

def norm(self, x: Tensor, w: Dict[str, Tensor], name: str) -> Tensor:
  return torch.layer_norm(x, [x.size(1)], w[name + ".weight"], w[name + ".bias"], self.layer_norm_eps)

# [B, D]
def means(self, h: Tensor, first: Tensor, end: Tensor) -> Tensor:
  y = torch.empty([first.size(0), h.size(1)], dtype=h.dtype)
  for row in range(first.size(0)):
    y[row].copy_(torch.mean(h[int(first[row]):int(end[row])], [0]))
  return y
