# One transformer layer of BERT (arXiv:1810.04805): LayerNorm after each residual sum, as in arXiv:1706.03762.
#
#   place  (name, site, cross): the weights' prefix; the first of its three places that drop (dropout.py); whether keys
#          and values come from a stream of their own, `context`, seen as t["visible_bits"] says, or from the queries'
#   tape   what the backward pass takes from it, under the name: query, context (cross), qkv, c, s1, u, s2, both norms

# query [N, D] is the residual too; returns [N, D].
def layer(self, query: Tensor, context: Tensor, w: Dict[str, Tensor], t: Dict[str, Tensor],
    place: Tuple[str, int, bool], tape: Dict[str, Tensor]) -> Tensor:
  name, site, cross = place
  qkv = self.project(query, context, w, name, cross, tape)
  if self.fused_attention:
    c = self.attend_fused(qkv, t, cross, site)
  else:
    c = self.attend(qkv, t, cross, site, query, tape)
  tape[name + ".query"] = query
  if cross:
    tape[name + ".context"] = context
  tape[name + ".qkv"] = qkv
  return self.feed_forward(query, c, w, t, place, tape)

# What follows attention's c [N, D]: its projection, the residual, and the rest of the layer; returns [N, D].
def feed_forward(self, query: Tensor, c: Tensor, w: Dict[str, Tensor], t: Dict[str, Tensor],
    place: Tuple[str, int, bool], tape: Dict[str, Tensor]) -> Tensor:
  name, site, cross = place
  noise = t["noise"]
  s1 = self.add_dropped(query, self.linear(c, w, name + ".attention.output.dense"), noise, site + 1, tape)
  y = self.norm(s1, w, name + ".attention.output.LayerNorm", tape, name + ".1")
  u = self.linear_kept(y, w[name + ".intermediate.dense.weight"], w[name + ".intermediate.dense.bias"], tape)
  s2 = self.add_dropped(y, self.linear(torch.gelu(u), w, name + ".output.dense"), noise, site + 2, tape)
  tape[name + ".c"] = c
  tape[name + ".s1"] = s1
  tape[name + ".u"] = u
  tape[name + ".s2"] = s2
  return self.norm(s2, w, name + ".output.LayerNorm", tape, name + ".2")

# dy [N, D] -> d query [N, D], d context [N, D] (not cross: both are in the first, the second is empty).
def layer_backward(self, dy: Tensor, w: Dict[str, Tensor], g: Dict[str, Tensor], t: Dict[str, Tensor],
    place: Tuple[str, int, bool], tape: Dict[str, Tensor]) -> Tuple[Tensor, Tensor]:
  name, site, cross = place
  ds1, dc = self.feed_forward_backward(dy, w, g, t, place, tape)
  qkv = tape.pop(name + ".qkv")
  if self.fused_attention:
    dqkv = self.attend_fused_backward(dc, qkv, t, cross, site)
  else:
    dqkv = self.attend_backward(dc, qkv, t, cross, site, ds1)
  query = self.input_again(place, w, tape)
  if cross:
    width = query.size(1)
    dq = self.linear_backward(dqkv[:, 0:width], query, w, g, name + ".attention.self.query", False)
    context = tape.pop(name + ".context")
    dk = self.linear_backward(dqkv[:, width:], context, w, g, name + ".attention.self.kv", False).to(query.dtype)
  else:
    dq = self.linear_backward(dqkv, query, w, g, name + ".attention.self.qkv", False)
    dk = dq[0:0]
  return (ds1.add_(dq), dk)

# dy [N, D] -> d query [N, D] by its residual, d c [N, D]. GELU and the inner LayerNorm are made again: cheaper than
# keeping them.
def feed_forward_backward(self, dy: Tensor, w: Dict[str, Tensor], g: Dict[str, Tensor], t: Dict[str, Tensor],
    place: Tuple[str, int, bool], tape: Dict[str, Tensor]) -> Tuple[Tensor, Tensor]:
  name, site, cross = place
  noise = t["noise"]
  ds2 = self.norm_backward(dy, tape.pop(name + ".s2"), w, g, name + ".output.LayerNorm", tape, name + ".2", False)
  u = tape.pop(name + ".u")
  da = self.linear_backward(self.dropped(ds2, noise, site + 2), torch.gelu(u), w, g, name + ".output.dense", False)
  du = torch.gelu_backward(da, u, grad_input=u)
  s1 = tape.pop(name + ".s1")
  scratch = annotate(Dict[str, Tensor], {})
  y = self.norm(s1, w, name + ".attention.output.LayerNorm", scratch, name)
  dy1 = ds2.add_(self.linear_backward(du, y, w, g, name + ".intermediate.dense", False))
  ds1 = self.norm_backward(dy1, s1, w, g, name + ".attention.output.LayerNorm", tape, name + ".1", False)
  c = tape.pop(name + ".c")
  dc = self.linear_backward(self.dropped(ds1, noise, site + 1), c, w, g, name + ".attention.output.dense", False)
  return (ds1, dc)

# Queries, keys and values [N, 3D]
def project(self, query: Tensor, context: Tensor, w: Dict[str, Tensor], name: str, cross: bool,
    tape: Dict[str, Tensor]) -> Tensor:
  if cross:
    q = self.linear(query, w, name + ".attention.self.query")
    qkv = torch.cat([q, self.linear(context, w, name + ".attention.self.kv")], 1)
  else:
    qkv = self.linear_kept(query, w[name + ".attention.self.qkv.weight"], w[name + ".attention.self.qkv.bias"], tape)
  return qkv
