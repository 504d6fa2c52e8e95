# Linear and LayerNorm, forward and backward: what a tensor library would give.
#
#   w, g        weights and their gradients by Hugging Face's names, less ".weight" and ".bias"
#   accumulate  whether gradients are added to what is in g, or take its place; with "more" in g they are added anyway

# x in the type of matrix products
def low(self, x: Tensor) -> Tensor:
  if self.bfloat16:
    y = x.to(15)
  else:
    y = x
  return y

# [n, in] -> [n, out]
def linear(self, x: Tensor, w: Dict[str, Tensor], name: str) -> Tensor:
  return torch.linear(self.low(x), w[name + ".weight"], w[name + ".bias"])

# dy [n, out] -> dx [n, in]
def linear_backward(self, dy: Tensor, x: Tensor, w: Dict[str, Tensor], g: Dict[str, Tensor], name: str,
    accumulate: bool) -> Tensor:
  d = self.low(dy)
  add = accumulate or "more" in g
  self.product(g[name + ".weight"], d.t(), self.low(x), add)
  self.collect(g[name + ".bias"], torch.sum(dy, [0], dtype=g[name + ".bias"].dtype), add)
  return torch.mm(d, w[name + ".weight"])

# linear, its result in the tape's room if that has some.
def linear_kept(self, x: Tensor, weight: Tensor, bias: Tensor, tape: Dict[str, Tensor]) -> Tensor:
  into = self.take_room([x.size(0), weight.size(0)], tape, x)
  if into.size(0) > 0:
    y = torch.addmm(bias, x, weight.t(), beta=1, alpha=1, out=into)
  else:
    y = torch.linear(self.low(x), weight, bias)
  return y

# x, or its copy in the tape's room if that has some.
def in_room(self, x: Tensor, tape: Dict[str, Tensor]) -> Tensor:
  into = self.take_room(x.size(), tape, x)
  if into.size(0) > 0:
    y = into.copy_(x)
  else:
    y = x
  return y

# A tensor of this size in the tape's room (see make_room), or one of no rows if that has not enough. Begins at
# multiples of 16 numbers.
def take_room(self, size: List[int], tape: Dict[str, Tensor], like: Tensor) -> Tensor:
  y = torch.empty([0], dtype=like.dtype)
  if "room" in tape:
    room = tape["room"]
    count = 1
    for n in size:
      count = count * n
    if room.size(0) >= count:
      y = room[0:count].view(size)
      tape["room"] = room[(count + 15) // 16 * 16:]
  return y

# [n, D] -> [n, D]; the tape keeps the input's mean and rstd, the caller the input.
def norm(self, x: Tensor, w: Dict[str, Tensor], name: str, tape: Dict[str, Tensor], tag: str) -> Tensor:
  y, mean, rstd = torch.native_layer_norm(x, [x.size(1)], w[name + ".weight"], w[name + ".bias"], self.layer_norm_eps)
  tape[tag + ".mean"] = self.in_room(mean, tape)
  tape[tag + ".rstd"] = self.in_room(rstd, tape)
  return y

# dy [n, D] -> dx [n, D]
def norm_backward(self, dy: Tensor, x: Tensor, w: Dict[str, Tensor], g: Dict[str, Tensor], name: str,
    tape: Dict[str, Tensor], tag: str, accumulate: bool) -> Tensor:
  mean = tape.pop(tag + ".mean")
  rstd = tape.pop(tag + ".rstd")
  dx, dw, db = torch.native_layer_norm_backward(dy, x, [x.size(1)], mean, rstd, w[name + ".weight"], w[name + ".bias"],
      [True, True, True])
  add = accumulate or "more" in g
  self.collect(g[name + ".weight"], dw, add)
  self.collect(g[name + ".bias"], db, add)
  return dx

# into <- a b, or into + a b; a and b in the type of matrix products, into in that of the masters.
def product(self, into: Tensor, a: Tensor, b: Tensor, accumulate: bool) -> Tensor:
  if a.dtype == into.dtype:
    y = into.addmm_(a, b, beta=1 if accumulate else 0, alpha=1)
  else:
    y = self.collect(into, torch.mm(a, b), accumulate)
  return y

# into <- x, or into + x
def collect(self, into: Tensor, x: Tensor, accumulate: bool) -> Tensor:
  if accumulate:
    y = into.add_(x)
  else:
    y = into.copy_(x)
  return y
