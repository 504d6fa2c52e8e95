# A product of matrices as training has them, to be timed.

# [n, n] in the type of training's factors. No random numbers: they would come from a generator that others draw from.
def factor(self, n: Tensor) -> Tensor:
  x = torch.full([int(n), int(n)], 0.5)
  if self.bfloat16:
    x = x.to(15)
  return x

def multiply(self, a: Tensor) -> Tensor:
  return torch.mm(a, a)
