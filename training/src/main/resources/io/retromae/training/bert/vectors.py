# Vectors as a whole: parameters, gradients and moments as one [n] each. Knows nothing of models.

# The batch on the device of `like`, copied from pinned memory without waiting; "lengths" stays on the host, where it
# is read.
def upload(self, batch: List[Tensor], like: Tensor) -> List[Tensor]:
  there = annotate(List[Tensor], [])
  for x in batch:
    if like.is_cuda:
      there.append(torch.to(torch.pin_memory(x, None), like.device, x.dtype, True, False))
    else:
      there.append(x)
  return there

# Room for x on the host; pinned, if x is on a GPU.
def host_like(self, x: Tensor) -> Tensor:
  return torch.empty(x.size(), dtype=x.dtype, device=torch.device("cpu"), pin_memory=x.is_cuda)

# b, into a.
def copy(self, a: Tensor, b: Tensor) -> Tensor:
  return a.copy_(b)

# a + b, into a.
def add(self, a: Tensor, b: Tensor) -> Tensor:
  return a.add_(b)

# L2 norms of the blocks of a vector [n], the last of which may be shorter. A block's bits depend on its values only.
def norms(self, g: Tensor, block: Tensor) -> Tensor:
  size = int(block)
  whole = g.size(0) // size
  end = whole * size
  norms = torch.linalg_vector_norm(torch.narrow(g, 0, 0, end).view([whole, size]), 2, [1])
  if end < g.size(0):
    rest = torch.linalg_vector_norm(torch.narrow(g, 0, end, g.size(0) - end).view([1, g.size(0) - end]), 2, [1])
    norms = torch.cat([norms, rest], 0)
  return norms

# Gradients times a factor, in place. (The fused AdamW could divide them, but by a float32 only.)
def scale(self, g: Tensor, factor: Tensor) -> Tensor:
  return g.mul_(float(factor))

# One AdamW step (arXiv:1711.05101, algorithm 2) in place on slices of the flat vectors. The lists come in whole from
# outside: libtorch takes a call that only changes a list made in here for dead code.
# hyper: [rate, beta1, beta2, eps, weight decay, step from 1]
def adamw(self, w: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], hyper: Tensor) -> Tensor:
  none = annotate(List[Tensor], [])
  step = torch.to(hyper[5], w[0].device, 6)
  torch._fused_adamw_(w, g, m, v, none, [step], lr=float(hyper[0]), beta1=float(hyper[1]), beta2=float(hyper[2]),
      weight_decay=float(hyper[4]), eps=float(hyper[3]), amsgrad=False, maximize=False)
  return hyper
