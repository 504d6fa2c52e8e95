# Rows of a batch laid end to end without their padding: [B, L] <-> [N].

# One micro-batch as the other sources read it (`t`): Java's arrays by their names, and
#   inside    [B, L] true at tokens
#   place     [N] of each token in B * L
#   position  [N] of each token in its row
#   row       [N] of each token
#   start     [B] of each row in N
#   noise     [sites, 2] keys of dropout; no rows, as here: no dropout
# b: "input_ids" [B, L], "lengths" [B] on the host, and whatever an objective reads itself
def pack(self, b: Dict[str, Tensor]) -> Dict[str, Tensor]:
  t = annotate(Dict[str, Tensor], {})
  for name in b.keys():
    t[name] = b[name]
  ids = b["input_ids"]
  length = ids.size(1)
  lengths = b["lengths"]
  inside = torch.arange(length, dtype=4).unsqueeze(0) < lengths.unsqueeze(1)
  place = torch.nonzero(inside.view([-1])).view([-1])
  t["inside"] = inside.to(ids.device)
  t["place"] = place.to(ids.device)
  t["position"] = torch.remainder(place, length).to(ids.device)
  t["row"] = torch.floor_divide(place, length).to(ids.device)
  t["start"] = (torch.cumsum(lengths, 0) - lengths).to(ids.device)
  t["noise"] = torch.empty([0, 2], dtype=4)
  return t

# [B, L] -> [N]
def packed(self, x: Tensor, t: Dict[str, Tensor]) -> Tensor:
  return torch.index_select(x.view([-1]), 0, t["place"])

# [N, D] -> [B, L, D], zero past a row's end
def padded(self, x: Tensor, t: Dict[str, Tensor]) -> Tensor:
  ids = t["input_ids"]
  y = torch.zeros([ids.size(0) * ids.size(1), x.size(1)], dtype=x.dtype, device=x.device)
  return torch.index_copy_(y, 0, t["place"], x).view([ids.size(0), ids.size(1), -1])

# Packed positions that carry a label [m], and the labels [m]; -100 in [B, L]: no label.
def labelled(self, labels: Tensor, t: Dict[str, Tensor]) -> Tuple[Tensor, Tensor]:
  y = self.packed(labels, t)
  rows = torch.nonzero(y != -100).view([-1])
  return (rows, torch.index_select(y, 0, rows))
