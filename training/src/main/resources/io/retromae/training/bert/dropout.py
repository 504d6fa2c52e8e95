# Dropout without kept masks: what one place drops is a hash of (key of the place, row, column), drawn again in the
# backward pass. Equal bits on any device, by any number of threads.
#
# Places ("sites") of a model: 0 the encoder's embeddings, 1 and 2 an objective's own; then three a layer (attention
# weights, attention's output, feed-forward's output): from 3 + 3 i for layer i of the encoder, the last three for a
# layer of an objective's own.

# Keys of all places from one seed [sites, 2]; below 0 there is no dropout.
def noise_keys(self, seed: Tensor) -> Tensor:
  s = int(seed)
  if s < 0:
    keys = torch.empty([0, 2], dtype=4)
  else:
    g = torch.Generator()
    g2 = torch.manual_seed(g, s)
    keys = torch.random_(torch.empty([3 * self.layers + 6, 2], dtype=4), -2147483648, 2147483648, generator=g2)
  return keys

def drops(self, noise: Tensor, rate: float) -> bool:
  return noise.size(0) > 0 and rate > 0.

# residual + dropout(x), [n, D], in the tape's room if that has some
def add_dropped(self, residual: Tensor, x: Tensor, noise: Tensor, site: int, tape: Dict[str, Tensor]) -> Tensor:
  into = self.take_room(residual.size(), tape, residual)
  if into.size(0) == 0:
    into = torch.empty_like(residual)
  if self.drops(noise, self.hidden_dropout):
    m = self.keep(noise, site, 0, residual.size(0), residual.size(1), self.hidden_dropout, residual)
    y = torch.addcmul(residual, x, m, value=1. / (1. - self.hidden_dropout), out=into)
  else:
    y = torch.add(residual, x, alpha=1, out=into)
  return y

# dropout(x), and equally the gradient through it
def dropped(self, x: Tensor, noise: Tensor, site: int) -> Tensor:
  if self.drops(noise, self.hidden_dropout):
    m = self.keep(noise, site, 0, x.size(0), x.size(1), self.hidden_dropout, x)
    y = m.mul_(x).mul_(1. / (1. - self.hidden_dropout))
  else:
    y = x
  return y

# Which values of a matrix [rows, columns], whose first row is number `begin`, stay: 1, or 0 with probability `rate`.
# A hash of the row's and the column's random numbers; each 32-bit word decides for two values. (Rows and columns rather
# than a counter for each word: 1 to 2 % of a step, docs/performance.md.)
def keep(self, noise: Tensor, site: int, begin: int, rows: int, columns: int, rate: float, like: Tensor) -> Tensor:
  words = (columns + 1) // 2
  r = self.counted(int(noise[site][0]), begin, rows, like)
  c = self.counted(int(noise[site][1]), 0, words, like)
  x = self.mix(torch.bitwise_xor(r.unsqueeze(1), c.unsqueeze(0)))
  m = torch.empty([rows, 2, words], dtype=like.dtype, device=like.device)
  upper = m[:, 0].copy_(x)
  lower = m[:, 1].copy_(x.bitwise_xor_(x.bitwise_right_shift(16)).bitwise_left_shift_(16))
  return m.view([rows, -1]).ge_(rate * 4294967296. - 2147483648.)[:, 0:columns]

# [n] int32: random numbers, 0 or above, of the counters begin, begin + 1, ... under a key
def counted(self, key: int, begin: int, n: int, like: Tensor) -> Tensor:
  start = (key + begin + 2147483648) % 4294967296 - 2147483648
  x = torch.arange(n, dtype=3, device=like.device).add_(start)
  y = self.mix(x.bitwise_xor_(x.bitwise_right_shift(16)))
  return y.bitwise_xor_(y.bitwise_right_shift(16))

# [n] int32, mixed in place: two multiply-xorshift rounds (lowbias32 of Wellons' hash prospector) but for the last
# xorshift. Shifts keep the sign, so that xor clears it: no harm before a product, but it must not end in that.
def mix(self, x: Tensor) -> Tensor:
  y = x.mul_(569420461)
  return x.bitwise_xor_(x.bitwise_right_shift(15)).mul_(1935289751)

# What one place keeps, for tests. at: [site, begin, rows, columns]
def kept(self, like: Tensor, seed: Tensor, at: Tensor, rate: Tensor) -> Tensor:
  return self.keep(self.noise_keys(seed), int(at[0]), int(at[1]), int(at[2]), int(at[3]), float(rate),
      like).contiguous()
