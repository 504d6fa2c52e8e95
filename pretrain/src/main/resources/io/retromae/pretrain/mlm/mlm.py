# Masked language modelling alone (BERT, arXiv:1810.04805v2, section 3.1, task 1): what it adds to the encoder's sources.
#
#   H = encoder(text, masked)
#   L = mean cross-entropy of the MLM head on H, at the masked tokens
#
# Names and sizes: see encoder.py. The batch holds input_ids (masked) and labels, both [B, L].

# Loss of one micro-batch, [total, mlm], the second not scaled; d total / d parameter goes into `flat`. seed: see
# noise_keys. scale: factor of the term in the total.
def gradients(self, p: Dict[str, Tensor], b: Dict[str, Tensor], flat: Tensor, seed: Tensor, scale: Tensor) -> Tensor:
  before = torch.is_grad_enabled()
  torch.set_grad_enabled(False)
  w = self.compute_weights(p)
  g = self.gradient_views(p, flat)
  t = self.pack(b)
  t["noise"] = self.noise_keys(seed)
  tape = annotate(Dict[str, Tensor], {})
  h = self.encode(w, t, tape, True)
  rows, labels = self.labelled(t["labels"], t)
  weight = torch.full([rows.size(0)], float(scale[0]) / max(1, rows.size(0)), dtype=h.dtype, device=h.device)
  losses, dx = self.mlm_loss(torch.index_select(h, 0, rows), labels, weight, w, g)
  self.encode_backward(torch.index_copy_(torch.zeros_like(h), 0, rows, dx), w, g, t, tape)
  mlm = self.mean(losses)
  torch.set_grad_enabled(before)
  return torch.stack([mlm * float(scale[0]), mlm], 0)

# Sums over a batch without dropout: [loss, tokens, correct].
def evaluate(self, p: Dict[str, Tensor], b: Dict[str, Tensor]) -> Tensor:
  w = self.compute_weights(p)
  t = self.pack(b)
  h = self.encode(w, t, annotate(Dict[str, Tensor], {}), False)
  return self.token_scores(h, t["labels"], w, t)
