# Attention by libtorch's fused kernels over padded rows, for GPUs: the same numbers as attention.py, to rounding.

def attend_fused(self, qkv: Tensor, t: Dict[str, Tensor], cross: bool, site: int) -> Tensor:
  x = self.padded_heads(qkv, 3, t)
  return self.packed_heads(self.fused(x[0], x[1], x[2], self.seen(t, cross), t["noise"], site), t)

# The kernels keep what their own backward pass wants in autograd's graph; it is made again for this one operation.
def attend_fused_backward(self, dc: Tensor, qkv: Tensor, t: Dict[str, Tensor], cross: bool, site: int) -> Tensor:
  x = self.padded_heads(qkv, 3, t)
  q = torch.requires_grad_(torch.clone(x[0]), True)
  k = torch.requires_grad_(torch.clone(x[1]), True)
  v = torch.requires_grad_(torch.clone(x[2]), True)
  torch.set_grad_enabled(True)
  c = self.fused(q, k, v, self.seen(t, cross), t["noise"], site)
  torch.set_grad_enabled(False)
  d = torch.grad([c], [q, k, v], annotate(List[Optional[Tensor]], [self.padded_heads(dc, 1, t)[0]]), None, False, False)
  parts = annotate(List[Tensor], [])
  for i in range(3):
    parts.append(self.packed_heads(unchecked_cast(Tensor, d[i]), t))
  return torch.cat(parts, 1)

# The kernels draw dropout from the device's generator, which no other model of the process may use: seeded here, and
# again for the backward pass.
def fused(self, q: Tensor, k: Tensor, v: Tensor, seen: Tensor, noise: Tensor, site: int) -> Tensor:
  rate = 0.
  if self.drops(noise, self.attention_dropout):
    rate = self.attention_dropout
    torch.manual_seed(int(noise[site][0]) + 2147483648)
  return torch.scaled_dot_product_attention(q, k, v, seen, rate, False)

# True where a query sees a key, [B, 1, L, L] or [B, 1, 1, L]. Padding sees everything: softmax of nothing is NaN.
def seen(self, t: Dict[str, Tensor], cross: bool) -> Tensor:
  ids = t["input_ids"]
  length = ids.size(1)
  inside = t["inside"]
  if cross:
    shifts = torch.arange(8, dtype=0, device=ids.device)
    bits = t["visible_bits"].unsqueeze(3).bitwise_right_shift(shifts).bitwise_and_(1)
    visible = bits.view([ids.size(0), length, -1])[:, :, 0:length].to(11)
    y = torch.logical_or(visible, torch.bitwise_not(inside).unsqueeze(2)).unsqueeze(1)
  else:
    y = inside.unsqueeze(1).unsqueeze(1)
  return y

# [N, k D] -> [k, B, H, L, D / H]
def padded_heads(self, x: Tensor, k: int, t: Dict[str, Tensor]) -> Tensor:
  y = self.padded(x, t)
  return y.view([y.size(0), y.size(1), k, self.heads, -1]).permute([2, 0, 3, 1, 4])

# [B, H, L, D / H] -> [N, D]
def packed_heads(self, x: Tensor, t: Dict[str, Tensor]) -> Tensor:
  return torch.index_select(x.transpose(1, 2).reshape([x.size(0) * x.size(2), -1]), 0, t["place"])
