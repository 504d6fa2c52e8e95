# BERT's encoder (arXiv:1810.04805): forward, and backward from a gradient of hidden states.
#
# TorchScript in the form that libtorch stores it in, which is why element types are numbers: 0 uint8, 2 int16, 3 int32,
# 4 int64, 6 float32, 7 float64, 11 bool, 15 bfloat16. Java packs this folder's sources and an objective's into one
# class (Script.java). Start here; then layer.py and head.py; the others are what a tensor library would give.
#
# The backward pass is written out. So nothing is kept that can be made again for less than keeping it costs, gradients
# go straight to their place in the flat vector, and each layer's memory is given back as soon as it is used up.
#
# Sizes: B rows; N tokens of all rows, padding left out; n tokens of one row; D hidden; H heads; V vocabulary.
#   p     parameters by Hugging Face's names; "self.qkv" [3D, D] is query, key and value in one
#   w     p as matrix products read it: compute_weights
#   g     gradients by p's names: gradient_views or more_gradients
#   b, t  the batch as Java made it, padded to [B, L]; and packed: pack (packing.py)
#   tape  what the backward pass reads, by name; it takes each thing off the tape

# H [N, D]. keep: whether a backward pass follows
def encode(self, w: Dict[str, Tensor], t: Dict[str, Tensor], tape: Dict[str, Tensor], keep: bool) -> Tensor:
  return self.encode_up_to(self.layers, w, t, tape, keep)

# What `count` layers make of the embeddings [N, D]
def encode_up_to(self, count: int, w: Dict[str, Tensor], t: Dict[str, Tensor], tape: Dict[str, Tensor],
    keep: bool) -> Tensor:
  x = self.embed(self.words(self.packed(t["input_ids"], t), w), w, t, 0, tape)
  for i in range(count):
    if keep and not self.gradient_checkpointing:
      x = self.layer(x, x, w, t, self.layer_place(i), tape)
    else:
      if keep:
        tape[torch.format("input.{}", i)] = x
      x = self.layer(x, x, w, t, self.layer_place(i), annotate(Dict[str, Tensor], {}))
  return x

# dH [N, D]; all of the encoder's gradients. Those of the embeddings are added to what is in g.
def encode_backward(self, dh: Tensor, w: Dict[str, Tensor], g: Dict[str, Tensor], t: Dict[str, Tensor],
    tape: Dict[str, Tensor]) -> Tensor:
  return self.encode_up_to_backward(self.layers, dh, w, g, t, tape)

def encode_up_to_backward(self, count: int, dh: Tensor, w: Dict[str, Tensor], g: Dict[str, Tensor],
    t: Dict[str, Tensor], tape: Dict[str, Tensor]) -> Tensor:
  dx = dh
  for back in range(count):
    i = count - 1 - back
    if self.gradient_checkpointing:
      x = tape.pop(torch.format("input.{}", i))
      again = self.layer(x, x, w, t, self.layer_place(i), tape)
    dx, none = self.layer_backward(dx, w, g, t, self.layer_place(i), tape)
  if "embed.0" not in tape:
    tape["embed.0"] = self.embedding_sums(self.words(self.packed(t["input_ids"], t), w), w, t)
  dx = self.embed_backward(dx, w, g, t, 0, tape)
  return self.words_backward(dx, self.packed(t["input_ids"], t), g)

# Takes off a tape what can be made again: the sums of embeddings, and what each layer but the first reads, LayerNorm of
# the sum of the one before. (What the first reads would need dropout again, too.) A tenth of the tape, for a hundredth
# of the time.
def forget_inputs(self, tape: Dict[str, Tensor]) -> Dict[str, Tensor]:
  forgotten = tape.pop("embed.0")
  if not self.gradient_checkpointing:
    for i in range(1, self.layers):
      forgotten = tape.pop(torch.format("bert.encoder.layer.{}.query", i))
  return tape

# Gives a tape one piece of memory for what is kept of `tokens` tokens, encoded in so many parts, of which the last layer
# reads one a row. Pieces of their own would lie scattered among those that live for a moment, and what these leave
# between them is of little use to the next: a third of what is kept. The piece is used again by the next step, from
# `held`: the system would have to zero a new one. On a CPU in float32; elsewhere nothing changes.
def make_room(self, tokens: int, parts: int, w: Dict[str, Tensor], tape: Dict[str, Tensor],
    held: Dict[str, Tensor]) -> Tensor:
  table = w["bert.embeddings.position_embeddings.weight"]
  if table.device.type == "cpu" and not self.bfloat16 and not self.gradient_checkpointing:
    width = table.size(1)
    inner = w["bert.encoder.layer.0.intermediate.dense.weight"].size(0)
    norm = 2 * (tokens + 15 * parts)
    layer = tokens * (6 * width + inner) + 2 * norm
    size = (self.layers - 1) * layer + tokens * (2 * width + self.heads) + norm + 15 * parts
    if "room" not in held or held["room"].size(0) < size:
      held.clear() # before there is another
      held["room"] = torch.empty([size], dtype=table.dtype)
    tape["room"] = held["room"]
  return table

# What a layer read, [N, D], taken off the tape or made again
def input_again(self, place: Tuple[str, int, bool], w: Dict[str, Tensor], tape: Dict[str, Tensor]) -> Tensor:
  name, site, cross = place
  if name + ".query" in tape:
    x = tape.pop(name + ".query")
  else:
    before, before_site, before_cross = self.layer_place((site - 3) // 3 - 1)
    scratch = annotate(Dict[str, Tensor], {})
    x = self.norm(tape[before + ".s2"], w, before + ".output.LayerNorm", scratch, before)
  return x

# See layer.py.
def layer_place(self, i: int) -> Tuple[str, int, bool]:
  return (torch.format("bert.encoder.layer.{}", i), 3 + 3 * i, False)

# Sentence embeddings [B, D]: the last hidden state at [CLS], not normalised.
def embeddings(self, p: Dict[str, Tensor], b: Dict[str, Tensor]) -> Tensor:
  t = self.pack(b)
  h = self.encode(self.compute_weights(p), t, annotate(Dict[str, Tensor], {}), False)
  return torch.index_select(h, 0, t["start"])

# The same for any pooling [B, D]: the mean of the last hidden states of some tokens of each row.
# b also has "first" and "end" [B] on the host, the tokens of each row that count: [first, end).
def mean_embeddings(self, p: Dict[str, Tensor], b: Dict[str, Tensor]) -> Tensor:
  h = self.encode(self.compute_weights(p), self.pack(b), annotate(Dict[str, Tensor], {}), False)
  means = annotate(List[Tensor], [])
  start = 0
  for row in range(b["lengths"].size(0)):
    means.append(torch.mean(h[start + int(b["first"][row]):start + int(b["end"][row])], [0]))
    start = start + int(b["lengths"][row])
  return torch.stack(means, 0)

# ---- Weights and gradients ------------------------------------------------------------------------------------------

# Masters stay as they are; what matrix products read is cast once if they run in bfloat16. The word table is both:
# looked up as it is, and cast for the MLM head under a name of its own.
def compute_weights(self, p: Dict[str, Tensor]) -> Dict[str, Tensor]:
  w = annotate(Dict[str, Tensor], {})
  for name in p.keys():
    if "LayerNorm" in name or "embeddings" in name:
      w[name] = p[name]
    else:
      w[name] = self.low(p[name])
  w["head.weight"] = self.low(p["bert.embeddings.word_embeddings.weight"])
  return w

# Views of `flat`, each at its parameter's own offset. What embed_backward adds to is zero; the word table is begun by
# head_loss, or by zero_words where there is no head. Everything else is overwritten.
def gradient_views(self, p: Dict[str, Tensor], flat: Tensor) -> Dict[str, Tensor]:
  g = annotate(Dict[str, Tensor], {})
  for name in p.keys():
    w = p[name]
    start = w.storage_offset()
    g[name] = flat[start:start + w.numel()].view(w.size())
  for name in ["LayerNorm.weight", "LayerNorm.bias", "position_embeddings.weight", "token_type_embeddings.weight"]:
    g["bert.embeddings." + name].zero_()
  return g

# The same where all is added to what the vector holds, as a sign in g says.
def more_gradients(self, p: Dict[str, Tensor], flat: Tensor) -> Dict[str, Tensor]:
  g = annotate(Dict[str, Tensor], {"more": flat})
  for name in p.keys():
    w = p[name]
    start = w.storage_offset()
    g[name] = flat[start:start + w.numel()].view(w.size())
  return g

def zero_words(self, g: Dict[str, Tensor]) -> Tensor:
  return g["bert.embeddings.word_embeddings.weight"].zero_()

# ---- Embeddings -----------------------------------------------------------------------------------------------------

# dropout(LayerNorm(x + T[0] + P[position])), x [N, D]
def embed(self, x: Tensor, w: Dict[str, Tensor], t: Dict[str, Tensor], site: int, tape: Dict[str, Tensor]) -> Tensor:
  s = self.embedding_sums(x, w, t)
  tag = torch.format("embed.{}", site)
  tape[tag] = s
  return self.dropped(self.norm(s, w, "bert.embeddings.LayerNorm", tape, tag), t["noise"], site)

# x + T[0] + P[position]
def embedding_sums(self, x: Tensor, w: Dict[str, Tensor], t: Dict[str, Tensor]) -> Tensor:
  s = torch.index_select(w["bert.embeddings.position_embeddings.weight"], 0, t["position"])
  return s.add_(x).add_(w["bert.embeddings.token_type_embeddings.weight"][0])

# dy [N, D] -> dx [N, D]
def embed_backward(self, dy: Tensor, w: Dict[str, Tensor], g: Dict[str, Tensor], t: Dict[str, Tensor], site: int,
    tape: Dict[str, Tensor]) -> Tensor:
  tag = torch.format("embed.{}", site)
  s = tape.pop(tag)
  dx = self.norm_backward(self.dropped(dy, t["noise"], site), s, w, g, "bert.embeddings.LayerNorm", tape, tag, True)
  torch.index_add_(g["bert.embeddings.position_embeddings.weight"], 0, t["position"], dx)
  g["bert.embeddings.token_type_embeddings.weight"][0].add_(torch.sum(dx, [0]))
  return dx

def words(self, ids: Tensor, w: Dict[str, Tensor]) -> Tensor:
  return torch.index_select(w["bert.embeddings.word_embeddings.weight"], 0, ids)

# Look-ups of [PAD] get no gradient, as in the reference (torch.nn.Embedding's padding_idx).
def words_backward(self, dx: Tensor, ids: Tensor, g: Dict[str, Tensor]) -> Tensor:
  looked_up = (ids != self.pad_token_id).unsqueeze(1).to(dx.dtype)
  return torch.index_add_(g["bert.embeddings.word_embeddings.weight"], 0, ids, dx.mul_(looked_up))
