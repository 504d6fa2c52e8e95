# Masked language modelling alone (BERT, arXiv:1810.04805, section 3.1, task 1): what an objective adds to the encoder.

# The mean cross-entropy at the labels [B, L]; its gradient goes into `flat`.
def gradients(self, p: Dict[str, Tensor], b: Dict[str, Tensor], flat: Tensor, seed: Tensor) -> Tensor:
  before = torch.is_grad_enabled()
  torch.set_grad_enabled(False)
  w = self.compute_weights(p)
  g = self.gradient_views(p, flat)
  t = self.pack(b)
  t["noise"] = self.noise_keys(seed)
  tape = annotate(Dict[str, Tensor], {})
  h = self.encode(w, t, tape, True)
  rows, labels = self.labelled(t["encoder_labels"], t)
  weight = torch.full([rows.size(0)], self.mlm_weight / max(1, rows.size(0)), dtype=h.dtype, device=h.device)
  losses, dx = self.mlm_loss(torch.index_select(h, 0, rows), labels, weight, w, g)
  self.encode_backward(torch.index_copy_(torch.zeros_like(h), 0, rows, dx), w, g, t, tape)
  torch.set_grad_enabled(before)
  return self.mean(losses)
